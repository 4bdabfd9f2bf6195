/* A lost step, or an undo that failed: a person says how it ended.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "ask.h"

enum {
	FIELD_HOW,
	FIELD_REASON
};
enum how {
	HOW_SUCCEEDED,
	HOW_FAILED,
	HOW_SKIPPED,
	HOW_AGAIN
};

static const char *const names[] = {
	"it was done: go on as if it had succeeded",
	"it failed: what follows from a failure follows",
	"it does not matter: skip it",
	"run it again",
};
static const char *const targets[] = {"succeeded", "failed", "skipped"};

static void press(struct view *v, int button);

/* The last that was seen of it. */
static void
add_last_seen(struct ask *a)
{
	const struct wf_attempt_info *last = step_latest(a->at);
	struct strbuf tries = STRBUF_INIT;
	char text[SPAN_TEXT];

	if (!last)
		return;
	add_tries(&tries, last->n, a->at->retry_limit);
	form_note(&a->form, STYLE_NORMAL,
		  "try %s, begun at %s; its log:", tries.at,
		  clock_text(last->started, text));
	strbuf_release(&tries);
	form_note(&a->form, STYLE_NORMAL, "  %s",
		  last->log ? last->log : "it has none");
}

static void
build(struct view *v)
{
	struct ask *a = v->state;
	char *title = mem_printf("How did %s end?", a->at->path);
	bool undo = a->at->state == STEP_UNDO_FAILED;

	form_init(&a->form, title);
	free(title);
	form_note(&a->form, STYLE_NORMAL,
		  undo ? "Its undo failed. Look at the log and the world."
		       : "Its process died with nobody left to tell. Look at "
			 "the log and the world.");
	add_last_seen(a);
	if (a->at->reason)
		form_note(&a->form, STYLE_NORMAL, "%s", a->at->reason);
	form_note(&a->form, STYLE_NORMAL, " ");
	a->field[FIELD_HOW] = (int)form_choice(&a->form, "It", names,
					       ARRAY_SIZE(names), HOW_AGAIN);
	a->field[FIELD_REASON] = (int)form_text(&a->form, "Reason *", "");
	ask_add_button(a, ASK_LEAVE, "Later", 0);
	ask_add_button(a, ASK_DO, "Settle it (S)", 'S');
	form_focus(&a->form, (size_t)a->field[FIELD_HOW]);
}

static bool
is_unsettled(const struct wf_step_info *s)
{
	return s->state == STEP_LOST || s->state == STEP_UNDO_FAILED;
}

static enum wf_code
open_settle(struct view *v, const char *arg, struct wf_err *err)
{
	struct ask *a = v->state;
	enum wf_code code = ask_open(v, arg, NULL, err);

	if (code)
		return code;
	for (size_t i = 0; !a->at && i < a->d.nsteps; i++)
		if (is_unsettled(&a->d.steps[i]))
			a->at = &a->d.steps[i];
	if (!a->at)
		return ERR(err, WF_REFUSED, "run %s has no lost step", a->run);
	if (!a->step)
		a->step = mem_strdup(a->at->path);
	ask_show(v, build, press);
	return WF_OK;
}

static void
press(struct view *v, int button)
{
	struct ask *a = v->state;
	int how = ask_value(a, FIELD_HOW);
	const char *steps[] = {a->step};
	struct wf_request request = {
		.verb = how == HOW_AGAIN ? "retry" : "mark",
		.steps = steps,
		.nsteps = 1,
		.target = how == HOW_AGAIN ? NULL : targets[how],
		.reason = ask_text(a, FIELD_REASON),
	};

	(void)button;
	if (!*request.reason)
		ask_error(a, FIELD_REASON,
			  "say why; it is kept in the event log");
	else
		ask_send(v, &request, "settled");
}

/* Somebody else may be first. */
static void
refresh(struct view *v)
{
	struct ask *a = v->state;

	if (a->busy || !ask_look(v))
		return;
	if (a->at && is_unsettled(a->at)) {
		ask_rebuild(v);
		return;
	}
	views_say(v->views, "%s was settled meanwhile", a->step);
	views_close(v->views);
}

const struct view_ops screen_settle = {
	.size = sizeof(struct ask),
	.overlay = true,
	.guarded = true,
	.open = open_settle,
	.refresh = refresh,
	.draw = ask_draw,
	.key = ask_key,
	.contexts = view_all_text,
	.form = ask_form,
	.answered = ask_answered,
	.due = ask_due,
	.close = ask_close,
	.keys = "S settle  Tab next field  Space choose  Esc later",
};
