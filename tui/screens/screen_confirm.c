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

static enum wf_code
open_confirm(struct view *v, const char *arg, struct wf_err *err)
{
	struct ask *a = v->state;
	enum wf_code code = ask_open(v, arg, words, err);
	char *title;

	if (code)
		return code;
	if (!a->at && run_state_is_final(a->d.run.state))
		return ERR(err, WF_REFUSED, "run %s has ended already", a->run);
	title = mem_printf(skips(a) ? "Skip %s"
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
	a->button[ASK_LEAVE] = (int)form_button(&a->form, "Cancel", 0);
	a->button[ASK_DO] = (int)form_button(&a->form,
					     skips(a) ? "Skip it (S)"
					     : a->at  ? "Stop it (S)"
						      : "Stop the run (S)",
					     'S');
	form_focus(&a->form, (size_t)a->button[ASK_LEAVE]);
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
	if (views_request(v->views, a->run, &request,
			  skips(a) ? "skipped" : "stopping"))
		views_close(v->views);
}

static bool
key(struct view *v, uint32_t k)
{
	return ask_key(v, k, press);
}

const struct view_ops screen_confirm = {
	.size = sizeof(struct ask),
	.overlay = true,
	.guarded = true,
	.open = open_confirm,
	.draw = ask_draw,
	.key = key,
	.contexts = ask_contexts,
	.close = ask_close,
	.keys = "S do it  Tab next field  Space choose  Esc cancel",
};
