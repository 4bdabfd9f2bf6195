/* A note in the history of a run: a line of text, Enter, done.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "ask.h"

enum {
	FIELD_TEXT
};

static void press(struct view *v, int button);

static void
build(struct view *v)
{
	struct ask *a = v->state;
	char *title = mem_printf("Note about %s%s%s", a->run, a->at ? " " : "",
				 a->at ? a->at->path : "");

	form_init(&a->form, title);
	free(title);
	a->field[FIELD_TEXT] = (int)form_text(&a->form, "Note", "");
	form_note(&a->form, STYLE_FAINT,
		  "\tkept among the decisions of the run, with your name");
	ask_add_button(a, ASK_LEAVE, "Cancel", 0);
	ask_add_button(a, ASK_DO, "Add note", 0);
	form_focus(&a->form, (size_t)a->field[FIELD_TEXT]);
}

/* "RUN" or "RUN STEP". */
static enum wf_code
open_note(struct view *v, const char *arg, struct wf_err *err)
{
	enum wf_code code = ask_open(v, arg, NULL, err);

	if (!code)
		ask_show(v, build, press);
	return code;
}

static void
press(struct view *v, int button)
{
	struct ask *a = v->state;
	const char *steps[] = {a->step};
	struct wf_request request = {
		.verb = "note",
		.steps = steps,
		.nsteps = a->step ? 1 : 0,
		.reason = ask_text(a, FIELD_TEXT),
	};

	(void)button;
	a->revision = 0; /* it is true whatever the run does meanwhile */
	if (*request.reason)
		ask_send(v, &request, "noted");
	else
		ask_error(a, FIELD_TEXT, "write something first");
}

static bool
key(struct view *v, uint32_t k)
{
	struct ask *a = v->state;

	if (k == KEY_RETURN && (int)a->form.focus == a->field[FIELD_TEXT] &&
	    !a->busy) {
		press(v, a->button[ASK_DO]);
		return true;
	}
	return ask_key(v, k);
}

static void
refresh(struct view *v)
{
	struct ask *a = v->state;

	if (!a->busy)
		ask_refresh(v);
}

const struct view_ops screen_note = {
	.size = sizeof(struct ask),
	.overlay = true,
	.open = open_note,
	.refresh = refresh,
	.draw = ask_draw,
	.key = key,
	.contexts = view_all_text,
	.form = ask_form,
	.answered = ask_answered,
	.due = ask_due,
	.close = ask_close,
	.keys = "Enter add  Tab next field  Esc cancel",
};
