/* Before a run goes on whose flow file has changed: what differs, step by
 * step, what becomes of it, and by which of the two texts to go on.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "../jsontext.h"
#include "ask.h"

enum {
	FIELD_FLOW,
	ROWS_MAX = 200
};

struct resume {
	struct ask ask; /* first: the dialogs share its functions */
	bool asking;    /* the engine, what would become of each step */
};

static void press(struct view *v, int button);

/* "reuse" and "keep" say that what is done stays done. */
static const char *
outlook(const char *what)
{
	static const struct {
		const char *what, *words;
	} known[] = {
		{"run",   "runs"                       },
		{"maybe", "runs if its condition holds"},
		{"skip",  "is skipped"                 },
		{"keep",  "stays as it is"             },
		{"reuse", "its result stays valid"     },
		{"drop",  "is not part of it any more" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (str_eq(known[i].what, what))
			return known[i].words;
	return what;
}

static char *
text_of(const char *row, const char *key)
{
	const char *value = jsontext_member(row, key);

	return value && !jsontext_is(value, "null") ? jsontext_copy(value)
						    : mem_strdup("");
}

static void
note_row(struct ask *a, const char *row)
{
	char *step = text_of(row, "step"), *what = text_of(row, "what");
	char *change = text_of(row, "change"), *why = text_of(row, "because");
	const char *undo = jsontext_member(row, "undo");
	bool undone = undo && jsontext_is(undo, "true");
	bool same = str_eq(change, "same");

	form_note(&a->form, same ? STYLE_FAINT : STYLE_NOTICE,
		  "%-8s %-16s %s%s%s%s", change, step, outlook(what),
		  *why && !same ? ": " : "", same ? "" : why,
		  undone ? "; its undo can take back what it did" : "");
	free(step);
	free(what);
	free(change);
	free(why);
}

static void
note_plan(struct ask *a)
{
	const char *rows = jsontext_member(a->plan, "steps");
	size_t n = 0;

	for (const char *row = jsontext_next(rows, NULL); row;
	     row = jsontext_next(rows, row))
		if (n++ < ROWS_MAX)
			note_row(a, row);
	if (n > ROWS_MAX)
		form_note(&a->form, STYLE_FAINT, "... %zu more", n - ROWS_MAX);
}

static void
build(struct view *v)
{
	static const char *const names[] = {"as started", "the file as it is"};
	struct ask *a = v->state;
	char *title = mem_printf("Resume run %s", a->run);

	form_init(&a->form, title);
	free(title);
	form_note(&a->form, STYLE_NORMAL,
		  "%s has changed since; by it:", wf_flow_file(a->flow));
	if (a->plan)
		note_plan(a);
	else
		form_note(&a->form, STYLE_FAINT,
			  "the engine is asked what becomes of each step");
	a->field[FIELD_FLOW] =
		(int)form_choice_row(&a->form, "Go on", names, 2, 0);
	ask_add_button(a, ASK_LEAVE, "Cancel", 0);
	ask_add_button(a, ASK_DO, "Resume (R)", 'R');
	form_focus(&a->form, (size_t)a->field[FIELD_FLOW]);
}

static enum wf_code
open_resume(struct view *v, const char *arg, struct wf_err *err)
{
	struct resume *r = v->state;
	struct ask *a = &r->ask;
	struct wf_request request = {.verb = "resume", .dry = true};
	enum wf_code code = ask_open(v, arg, NULL, err);

	if (code)
		return code;
	a->flow = views_flow_now(v->views, a->run);
	if (!a->flow)
		return ERR(err, WF_REFUSED, "the file of run %s cannot be used",
			   a->run);
	ask_show(v, build, press);
	request.flow = a->flow;
	r->asking = view_request(v, a->run, &request, "");
	return r->asking ? WF_OK : ERR(err, WF_REFUSED, "there is no plan");
}

/* Being asked may have been news of the run itself. */
static void
take_plan(struct view *v, const char *plan)
{
	struct ask *a = v->state;

	free(a->plan);
	a->plan = mem_strdup(plan);
	if (!ask_reload(v))
		return;
	ask_rebuild(v);
	a->armed = 0;
	vec_each (&a->form.fields, struct form_field, field)
		field->changed = false;
}

static void
answered(struct view *v, const char *plan, const struct wf_err *err)
{
	struct resume *r = v->state;

	if (!r->asking) {
		ask_answered(v, plan, err);
		return;
	}
	r->asking = false;
	if (!err) {
		take_plan(v, plan ? plan : "{}");
		return;
	}
	views_report(v->views, err);
	if (views_top(v->views) == v)
		views_close(v->views);
}

static void
press(struct view *v, int button)
{
	struct resume *r = v->state;
	struct ask *a = &r->ask;
	struct wf_request request = {.verb = "resume",
				     .flow = ask_value(a, FIELD_FLOW) ? a->flow
								      : NULL};

	(void)button;
	if (!r->asking)
		ask_send(v, &request, "the run goes on");
}

static void
refresh(struct view *v)
{
	struct resume *r = v->state;

	if (!r->asking && !r->ask.busy)
		(void)ask_refresh(v);
}

const struct view_ops screen_resume = {
	.size = sizeof(struct resume),
	.overlay = true,
	.open = open_resume,
	.refresh = refresh,
	.draw = ask_draw,
	.key = ask_key,
	.contexts = view_all_text,
	.form = ask_form,
	.answered = answered,
	.due = ask_due,
	.close = ask_close,
	.keys = "Tab next field  Space choose  R resume  Esc cancel",
};
