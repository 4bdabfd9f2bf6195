/* The plan of a rollback as lines of a form, and what is asked about it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "../jsontext.h"
#include "rollback_view.h"

/* clang-format off */
static const struct fate {
	const char *name;
	char glyph;
	const char *words;
	uint8_t style;
} fates[] = {
	{"undo",         '<', "run undo",               STYLE_RETRYING},
	{"undo_inside",  '<', "its parts are undone",   STYLE_RETRYING},
	{"no_undo",      '=', "kept (it has no undo)",  STYLE_NORMAL},
	{"irreversible", '!', "CANNOT BE UNDONE",       STYLE_ERROR},
	{"running",      'C', "is stopped first",       STYLE_NOTICE},
	{"never_ran",    '.', "never ran",              STYLE_FAINT},
	{NULL,           '?', "unknown",                STYLE_NORMAL},
};
/* clang-format on */

static const struct fate *
fate_of(const char *name)
{
	const struct fate *f = fates;

	while (f->name && !str_eq(f->name, name))
		f++;
	return f;
}

static const char *
state_word(const struct ask *a, const char *path)
{
	for (size_t i = 0; i < a->d.nsteps; i++)
		if (str_eq(a->d.steps[i].path, path))
			return shown_states[step_shown(&a->d.steps[i])].word;
	return "";
}

/* "  1  deploy       FAIL    run undo: ./undeploy.sh          5m" */
static void
add_step(struct rollback *rb, const char *entry, size_t *nth)
{
	struct form *form = &rb->ask.form;
	char *step = jsontext_copy(jsontext_member(entry, "step"));
	char *fate = jsontext_copy(jsontext_member(entry, "fate"));
	char *limit = jsontext_copy(jsontext_member(entry, "timeout_ms"));
	const char *raw = jsontext_member(entry, "command");
	const struct fate *shown = fate_of(fate ? fate : "");
	bool undo = shown == fates;
	bool has = undo && raw && !jsontext_is(raw, "null");
	char *command = has ? jsontext_copy(raw) : mem_strdup("");
	char number[8] = {shown->glyph}, what[64], span[SPAN_TEXT] = "";
	int64_t ms;
	size_t at;

	command[strcspn(command, "\n")] = '\0';
	if (undo && limit && str_to_int(limit, 1, INT64_MAX, &ms))
		span_text(ms, span);
	if (undo)
		snprintf(number, sizeof(number), "%zu", ++*nth % 100000);
	snprintf(what, sizeof(what), "%s%s%s", shown->words,
		 *command ? ": " : "", command);
	at = form_row(form, shown->style, "%3s  %-16s %-7s %-38.38s %5s",
		      number, step ? step : "?",
		      state_word(&rb->ask, step ? step : ""), what, span);
	while (rb->rows.n <= at)
		vec_push(&rb->rows, NULL);
	rb->rows.at[at] = entry;
	rb->undos += undo;
	rb->irreversible += shown->glyph == '!';
	free(step);
	free(fate);
	free(limit);
	free(command);
}

static void
add_steps(struct rollback *rb)
{
	const char *steps = jsontext_member(rb->ask.plan, "steps");
	struct strbuf never = STRBUF_INIT;
	size_t nth = 0;

	rb->undos = rb->irreversible = rb->rows.n = 0;
	form_note(&rb->ask.form, STYLE_FAINT, "%3s  %-16s %-7s %-38s %5s", "#",
		  "STEP", "STATE", "WHAT WILL HAPPEN", "LIMIT");
	for (const char *s = jsontext_next(steps, NULL); s;
	     s = jsontext_next(steps, s)) {
		if (!jsontext_is(jsontext_member(s, "fate"), "\"never_ran\"")) {
			add_step(rb, s, &nth);
			continue;
		}
		strbuf_addc(&never, ' ');
		jsontext_add(&never, jsontext_member(s, "step"));
	}
	if (never.n)
		form_note(&rb->ask.form, STYLE_FAINT, "  .  never ran:%s",
			  never.at);
	strbuf_release(&never);
	if (!jsontext_next(steps, NULL))
		form_note(&rb->ask.form, STYLE_NOTICE, "  no step is undone");
}

static void
add_again(struct strbuf *list, const char *step)
{
	strbuf_adds(list, list->n ? " > " : "");
	jsontext_add(list, jsontext_member(step, "step"));
}

/* What has to run again afterwards, in its order: that of the plan is the
 * other way round. */
static void
add_afterwards(struct rollback *rb)
{
	const char *steps = jsontext_member(rb->ask.plan, "steps");
	VEC(const char *) undone = {0};
	struct strbuf list = STRBUF_INIT;

	for (const char *s = jsontext_next(steps, NULL); s;
	     s = jsontext_next(steps, s))
		if (jsontext_is(jsontext_member(s, "fate"), "\"undo\""))
			vec_push(&undone, s);
	while (undone.n)
		add_again(&list, vec_pop(&undone));
	vec_release(&undone);
	for (const char *s = jsontext_next(steps, NULL); s;
	     s = jsontext_next(steps, s)) {
		const char *fate = jsontext_member(s, "fate");

		if (!jsontext_is(fate, "\"undo\"") &&
		    !jsontext_is(fate, "\"no_undo\"") &&
		    !jsontext_is(fate, "\"irreversible\""))
			add_again(&list, s);
	}
	form_note(&rb->ask.form, STYLE_NORMAL,
		  "After it the run stands still; `resume` runs again what was "
		  "undone.");
	if (list.n)
		form_note(&rb->ask.form, STYLE_NORMAL, "  %s", list.at);
	strbuf_release(&list);
}

static void
add_savepoints(struct ask *a)
{
	for (size_t i = 0; i < a->d.nsteps; i++)
		if (a->d.steps[i].savepoint)
			form_note(&a->form, STYLE_FAINT,
				  "\tsavepoint %s: after %s",
				  a->d.steps[i].savepoint, a->d.steps[i].path);
}

static void
add_guard(struct rollback *rb, size_t most)
{
	struct ask *a = &rb->ask;

	if (!rb->irreversible && rb->undos <= most)
		return;
	if (rb->irreversible)
		form_note(&a->form, STYLE_ERROR,
			  "%zu step%s cannot be undone. Type the run's id to "
			  "go on.",
			  rb->irreversible, rb->irreversible == 1 ? "" : "s");
	else
		form_note(&a->form, STYLE_ERROR,
			  "%zu steps are undone. Type the run's id to go on.",
			  rb->undos);
	a->field[FIELD_TYPED] = (int)form_text(&a->form, "Run id *", "");
}

static void
add_choices(struct rollback *rb)
{
	static const char *const names[] = {"stop there",
					    "undo the others all the same"};
	struct ask *a = &rb->ask;
	const char *policy = jsontext_member(a->plan, "on_undo_failure");

	a->field[FIELD_POLICY] =
		(int)form_choice_row(&a->form, "If one fails", names, 2,
				     jsontext_is(policy, "\"continue\""));
	a->field[FIELD_DRY] = (int)form_toggle(
		&a->form, "dry run: show the plan as text, change nothing",
		false);
	a->field[FIELD_REASON] = (int)form_text(&a->form, "Reason", "");
}

static const char *
where(const struct rollback *rb)
{
	for (size_t i = 0; i < rb->ask.d.nsteps; i++)
		if (str_eq(rb->ask.d.steps[i].path, rb->target))
			return "the point before ";
	return str_eq(rb->target, "start") ? "its " : "savepoint ";
}

void
rollback_build(struct view *v)
{
	struct rollback *rb = rollback_of(v);
	struct ask *a = &rb->ask;
	char *title = mem_printf("Roll back run %s to %s%s", a->run, where(rb),
				 rb->target);
	char *label;

	form_init(&a->form, title);
	free(title);
	if (!a->plan) {
		form_note(&a->form, STYLE_NOTICE,
			  "asking the engine what it would undo ...");
		ask_add_button(a, ASK_LEAVE, "Cancel", 0);
		return;
	}
	form_note(&a->form, STYLE_NORMAL,
		  "Plan %s for the run as it is. Nothing has been changed yet.",
		  rb->number ? rb->number : "?");
	add_steps(rb);
	add_afterwards(rb);
	a->field[FIELD_TARGET] = (int)form_text(&a->form, "To", rb->target);
	form_note(&a->form, STYLE_FAINT,
		  "\tstart, a savepoint or a step; Enter shows that plan");
	add_savepoints(a);
	add_choices(rb);
	add_guard(rb, (size_t)v->views->config.value[SETTING_CONFIRM_TYPED]);
	label = mem_printf("Roll back %zu step%s (B)", rb->undos,
			   rb->undos == 1 ? "" : "s");
	ask_add_button(a, ASK_LEAVE, "Cancel", 0);
	ask_add_button(a, ASK_DO, label, 'B');
	ask_add_button(a, ASK_OTHER, "Export plan", 'E');
	form_focus(&a->form, (size_t)a->button[ASK_LEAVE]);
	free(label);
}
