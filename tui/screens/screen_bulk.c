/* One action on all marked runs: what it means for each, then the question.
 *
 * The argument is the verb and the ids; how it went is said once, with the
 * counts.  Of a rollback the engines are asked for their plans first, one after
 * the other, and each request carries the number of the plan that was shown:
 * the revision of a run moves when its engine is asked.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "../../engine/base/vec.h"
#include "../jsontext.h"
#include "../runtext.h"
#include "../view.h"
#include "../widgets/form.h"

struct target {
	char id[WF_RUN_ID];
	char flow[32];
	char plan[16]; /* the number of its rollback's plan */
	enum shown shown;
	char what[96];
	bool planned, off;
};

struct bulk_form {
	struct form form;
	char *verb;
	VEC(struct target) targets;
	size_t planning; /* the run whose plan was asked for */
	size_t undos, irreversible;
	int go, leave, typed;
};

static const struct words {
	const char *verb, *button;
	uint32_t letter;
} words[] = {
	{"retry",    "Retry",     'r'},
        {"rollback", "Roll back", 'B'},
	{"cancel",   "Stop",      'S'},
        {"pause",    "Hold",      'p'},
	{"resume",   "Resume",    'R'},
};

static struct bulk_form *
bulk_of(const struct view *v)
{
	return v->state;
}

static const struct words *
words_of(const struct bulk_form *b)
{
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (str_eq(words[i].verb, b->verb))
			return &words[i];
	return &words[0];
}

static size_t
count_on(const struct bulk_form *b)
{
	size_t n = 0;

	vec_each (&b->targets, struct target, t)
		n += !t->off;
	return n;
}

/* --- what it means for a run
 * --------------------------------------------------------------- */

static void
turn_off(struct target *t, const char *why)
{
	snprintf(t->what, sizeof(t->what), "not: %.80s", why);
	t->off = true;
}

static void
describe(const struct bulk_form *b, struct target *t,
	 const struct wf_run_detail *d)
{
	size_t failed = 0, running = 0;
	bool ended = run_state_is_final(d->run.state);

	for (size_t i = 0; i < d->nsteps; i++) {
		failed += d->steps[i].state == STEP_FAILED ||
			  d->steps[i].state == STEP_LOST;
		running += d->steps[i].state == STEP_RUNNING;
	}
	if (str_eq(b->verb, "retry") && !failed)
		turn_off(t, "no step of it has failed");
	else if (str_eq(b->verb, "retry"))
		snprintf(t->what, sizeof(t->what), "%zu failed step%s", failed,
			 failed == 1 ? "" : "s");
	else if (str_eq(b->verb, "cancel") && ended)
		turn_off(t, "it has ended");
	else if (str_eq(b->verb, "cancel"))
		snprintf(t->what, sizeof(t->what), "%zu running step%s stopped",
			 running, running == 1 ? "" : "s");
	else if (str_eq(b->verb, "pause") && ended)
		turn_off(t, "it has ended");
	else if (str_eq(b->verb, "rollback"))
		snprintf(t->what, sizeof(t->what), "asking for its plan ...");
	else
		snprintf(t->what, sizeof(t->what), "%u of %u steps done",
			 d->run.ndone, d->run.nsteps);
}

static enum wf_code
add_target(struct view *v, const char *id, struct wf_err *err)
{
	struct bulk_form *b = bulk_of(v);
	struct wf_run_detail d = {0};
	struct target t = {.planned = !str_eq(b->verb, "rollback")};
	enum wf_code code = wf_run(v->views->engine, id, &d, err);

	if (code)
		return code;
	snprintf(t.id, sizeof(t.id), "%s", id);
	snprintf(t.flow, sizeof(t.flow), "%.31s", d.run.flow);
	t.shown = run_shown(&d.run, d.steps, d.nsteps);
	describe(b, &t, &d);
	vec_push(&b->targets, t);
	wf_list_free(&d.list);
	return WF_OK;
}

/* --- the form
 * ------------------------------------------------------------------------ */

static void
build(struct view *v)
{
	struct bulk_form *b = bulk_of(v);
	size_t n = count_on(b), ready = 0;
	char *title = mem_printf("%s %zu run%s", words_of(b)->button, n,
				 n == 1 ? "" : "s");
	char *label = mem_printf("%s (%c)", title, (char)words_of(b)->letter);

	form_release(&b->form);
	form_init(&b->form, title);
	vec_each (&b->targets, struct target, t) {
		form_note(&b->form, t->off ? STYLE_FAINT : STYLE_NORMAL,
			  "%s %-8s %-16.16s %-7s %s",
			  shown_glyph(t->shown, true), t->id, t->flow,
			  shown_states[t->shown].word, t->what);
		ready += t->planned;
	}
	b->typed = -1;
	if (str_eq(b->verb, "rollback") && ready == b->targets.n && n) {
		form_note(&b->form, STYLE_ERROR,
			  "Steps undone: %zu, steps that cannot be: %zu. Type "
			  "the id of one of the runs.",
			  b->undos, b->irreversible);
		b->typed = (int)form_text(&b->form, "Run id *", "");
	}
	b->leave = (int)form_button(&b->form, "Cancel", 0);
	b->go = (int)form_button(&b->form, label, words_of(b)->letter);
	b->form.fields.at[b->go].off = n == 0 || ready < b->targets.n;
	form_focus(&b->form, (size_t)b->leave);
	free(title);
	free(label);
}

static void
ask_next_plan(struct view *v)
{
	struct bulk_form *b = bulk_of(v);
	struct wf_request request = {
		.verb = "rollback", .target = "start", .dry = true};

	for (; b->planning < b->targets.n; b->planning++) {
		struct target *t = &b->targets.at[b->planning];

		if (view_request(v, t->id, &request, ""))
			return;
		t->planned = true;
		turn_off(t, "its engine cannot be asked");
	}
}

static void
count_plan(struct bulk_form *b, struct target *t, const char *plan)
{
	const char *steps = jsontext_member(plan, "steps");
	char *number = jsontext_copy(jsontext_member(plan, "number"));
	size_t undos = 0, hard = 0;

	snprintf(t->plan, sizeof(t->plan), "%s", number ? number : "");
	free(number);
	for (const char *s = jsontext_next(steps, NULL); s;
	     s = jsontext_next(steps, s)) {
		char *fate = jsontext_copy(jsontext_member(s, "fate"));

		undos += fate && str_eq(fate, "undo");
		hard += fate && str_eq(fate, "irreversible");
		free(fate);
	}
	snprintf(t->what, sizeof(t->what), "%zu step%s undone%s", undos,
		 undos == 1 ? "" : "s", hard ? ", some CANNOT BE UNDONE" : "");
	b->undos += undos;
	b->irreversible += hard;
}

static void
answered(struct view *v, const char *plan, const struct wf_err *err)
{
	struct bulk_form *b = bulk_of(v);
	struct target *t;

	if (b->planning >= b->targets.n)
		return;
	t = &b->targets.at[b->planning++];
	t->planned = true;
	if (err)
		turn_off(t, err->message);
	else
		count_plan(b, t, plan);
	ask_next_plan(v);
	build(v);
}

static enum wf_code
open_bulk(struct view *v, const char *arg, struct wf_err *err)
{
	struct bulk_form *b = bulk_of(v);
	char *copy = mem_strdup(arg), *save = NULL;
	const char *verb = strtok_r(copy, " ", &save);
	enum wf_code code = WF_OK;

	b->verb = mem_strdup(verb ? verb : "");
	for (char *id = strtok_r(NULL, " ", &save); id && !code;
	     id = strtok_r(NULL, " ", &save))
		code = add_target(v, id, err);
	free(copy);
	if (code)
		return code;
	if (v->views->read_only)
		return ERR(err, WF_REFUSED, "this screen is read-only");
	if (str_eq(b->verb, "rollback"))
		ask_next_plan(v);
	build(v);
	return WF_OK;
}

static void
send(struct view *v)
{
	struct bulk_form *b = bulk_of(v);
	struct views *vs = v->views;
	bool undo = str_eq(b->verb, "rollback");

	views_bulk_begin(vs, words_of(b)->button);
	vec_each (&b->targets, struct target, t) {
		struct wf_request request = {
			.verb = b->verb,
			.target = undo ? "start" : NULL,
			.force = undo,
			.plan = undo ? t->plan : NULL,
		};

		if (!t->off)
			(void)views_request(vs, t->id, &request, "");
	}
	views_bulk_end(vs);
	views_close(vs);
}

static bool
is_one_of_them(const struct bulk_form *b, const char *id)
{
	vec_each (&b->targets, struct target, t)
		if (!t->off && str_eq(t->id, id))
			return true;
	return false;
}

static void
press(struct view *v)
{
	struct bulk_form *b = bulk_of(v);
	struct form_field *f =
		b->typed >= 0 ? &b->form.fields.at[b->typed] : NULL;

	if (!f || is_one_of_them(b, f->text.text.at)) {
		send(v);
		return;
	}
	snprintf(f->error, sizeof(f->error),
		 "the id of one of these runs, as it stands above");
	form_focus(&b->form, (size_t)b->typed);
}

static bool
key(struct view *v, uint32_t k)
{
	struct bulk_form *b = bulk_of(v);
	enum form_result result = form_key(&b->form, k);

	if (result == FORM_LEFT ||
	    (result == FORM_PRESSED && b->form.pressed == b->leave))
		views_close(v->views);
	else if (result == FORM_PRESSED)
		press(v);
	return true;
}

static void
draw(struct view *v, struct grid *g, struct rect r)
{
	form_draw(&bulk_of(v)->form, g, r);
}

static struct form *
form(struct view *v)
{
	return &bulk_of(v)->form;
}

static void
close_bulk(struct view *v)
{
	struct bulk_form *b = bulk_of(v);

	form_release(&b->form);
	vec_release(&b->targets);
	free(b->verb);
}

const struct view_ops screen_bulk = {
	.size = sizeof(struct bulk_form),
	.overlay = true,
	.guarded = true,
	.open = open_bulk,
	.draw = draw,
	.key = key,
	.contexts = view_all_text,
	.form = form,
	.answered = answered,
	.close = close_bulk,
	.keys = "Tab next field  Enter press  Esc cancel",
};
