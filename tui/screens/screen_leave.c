/* Ctrl+C: leave the run to its engine (focused), or stop it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "../theme.h"
#include "../view.h"
#include "../widgets/form.h"

struct leave {
	struct form form;
	size_t detach, stop;
};

static enum wf_code
open_leave(struct view *v, const char *arg, struct wf_err *err)
{
	struct leave *l = v->state;
	const char *run = v->views->watched;

	(void)arg;
	(void)err;
	form_init(&l->form, "Leave this screen?");
	form_note(&l->form, STYLE_NORMAL,
		  "Runs are driven by their engines: they go on without it.");
	l->stop = (size_t)-1;
	l->detach = form_button(&l->form, "Detach", 'd');
	if (run)
		l->stop = form_button(&l->form, "Stop the run...", 'C');
	form_button(&l->form, "Stay", 0);
	form_focus(&l->form, l->detach);
	return WF_OK;
}

static bool
key(struct view *v, uint32_t k)
{
	struct leave *l = v->state;
	struct views *vs = v->views;
	enum form_result result = form_key(&l->form, k);
	size_t pressed = (size_t)l->form.pressed, stop = l->stop;

	if (result == FORM_LEFT) {
		views_close(vs);
	} else if (result == FORM_PRESSED && pressed == l->detach) {
		vs->quit = true;
	} else if (result == FORM_PRESSED) {
		views_close(vs);
		if (pressed == stop && vs->watched)
			views_ask(vs, "confirm", vs->watched);
	}
	return true;
}

static void
draw(struct view *v, struct grid *g, struct rect r)
{
	form_draw(&((struct leave *)v->state)->form, g, r);
}

static void
close_leave(struct view *v)
{
	form_release(&((struct leave *)v->state)->form);
}

const struct view_ops screen_leave = {
	.size = sizeof(struct leave),
	.overlay = true,
	.open = open_leave,
	.draw = draw,
	.key = key,
	.contexts = view_all_text,
	.close = close_leave,
	.keys = "d detach  Tab next button  Enter press  Esc stay",
};
