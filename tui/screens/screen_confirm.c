/* Before something stops or is passed over: what, and whether to.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "ask.h"

enum {
	FIELD_NOW,
	FIELD_REASON
};

/* "RUN" stops the run, "RUN stop STEP" a step, "RUN skip STEP" skips it. */
static const char *const words[] = {"skip", "stop", NULL};

static bool
skips(const struct ask *a)
{
	return str_eq(a->word, "skip");
}

static void
note_dependents(struct ask *a)
{
	struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < a->d.nsteps; i++)
		for (size_t k = 0; k < a->d.steps[i].nneeds; k++)
			if (str_eq(a->d.steps[i].needs[k], a->step))
				strbuf_addf(&text, "%s%s", text.n ? ", " : "",
					    a->d.steps[i].path);
	if (skips(a))
		form_note(&a->form, STYLE_NORMAL,
			  "becomes runnable, if nothing else is missing: %s",
			  text.n ? text.at : "no other step");
	else
		form_note(&a->form, STYLE_NORMAL, "needed by: %s",
			  text.n ? text.at : "no other step");
	strbuf_release(&text);
}

static void
note_running(struct ask *a)
{
	size_t running = 0;

	for (size_t i = 0; i < a->d.nsteps; i++)
		running += a->d.steps[i].state == STEP_RUNNING;
	form_note(&a->form, STYLE_NORMAL,
		  "%zu running step%s get%s TERM, then KILL after the grace "
		  "time",
		  running, running == 1 ? "" : "s", running == 1 ? "s" : "");
	form_note(&a->form, STYLE_NORMAL,
		  "what is done stays done; R (resume) goes on from there");
}

static void press(struct view *v, int button);

static void
build(struct view *v)
{
	struct ask *a = v->state;
	char *title = mem_printf(skips(a) ? "Skip %s"
				 : a->at  ? "Stop %s"
					  : "Stop run %s",
				 a->at ? a->at->path : a->run);

	form_init(&a->form, title);
	free(title);
	if (a->at)
		note_dependents(a);
	if (!skips(a))
		note_running(a);
	if (!skips(a))
		a->field[FIELD_NOW] = (int)form_toggle(
			&a->form, "kill at once, without grace time", false);
	a->field[FIELD_REASON] = (int)form_text(&a->form, "Reason", "");
	ask_add_button(a, ASK_LEAVE, "Cancel", 0);
	ask_add_button(a, ASK_DO,
		       skips(a) ? "Skip it (S)"
		       : a->at  ? "Stop it (S)"
				: "Stop the run (S)",
		       'S');
	form_focus(&a->form, (size_t)a->button[ASK_LEAVE]);
}

static enum wf_code
open_confirm(struct view *v, const char *arg, struct wf_err *err)
{
	struct ask *a = v->state;
	enum wf_code code = ask_open(v, arg, words, err);

	if (code)
		return code;
	if (!a->at && run_state_is_final(a->d.run.state))
		return ERR(err, WF_REFUSED, "run %s has ended already", a->run);
	ask_show(v, build, press);
	return WF_OK;
}

static void
press(struct view *v, int button)
{
	struct ask *a = v->state;
	const char *steps[] = {a->step};
	const char *reason = ask_text(a, FIELD_REASON);
	struct wf_request request = {
		.verb = skips(a) ? "skip" : "cancel",
		.steps = steps,
		.nsteps = a->step ? 1 : 0,
		.now = ask_value(a, FIELD_NOW),
		.reason = *reason    ? reason
			  : skips(a) ? "from the dashboard"
				     : NULL,
	};

	(void)button;
	ask_send(v, &request, skips(a) ? "skipped" : "stopping");
}

/* There may be nothing left to stop. */
static void
refresh(struct view *v)
{
	struct ask *a = v->state;

	if (a->busy || !ask_look(v))
		return;
	if (run_state_is_final(a->d.run.state) && !skips(a)) {
		views_say(v->views, "run %s has ended meanwhile", a->run);
		views_close(v->views);
	} else {
		ask_rebuild(v);
	}
}

const struct view_ops screen_confirm = {
	.size = sizeof(struct ask),
	.overlay = true,
	.guarded = true,
	.open = open_confirm,
	.refresh = refresh,
	.draw = ask_draw,
	.key = ask_key,
	.contexts = view_all_text,
	.form = ask_form,
	.answered = ask_answered,
	.due = ask_due,
	.close = ask_close,
	.keys = "S do it  Tab next field  Space choose  Esc cancel",
};
