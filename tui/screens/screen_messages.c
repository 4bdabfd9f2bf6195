/* Past messages, newest first.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>

#include "../runtext.h"
#include "../view.h"
#include "../widgets/pager.h"

struct history {
	struct pager pager;
	int height;
};

static enum wf_code
open_messages(struct view *v, const char *arg, struct wf_err *err)
{
	struct history *h = v->state;
	struct views *vs = v->views;
	char clock[SPAN_TEXT];

	(void)arg;
	(void)err;
	h->pager.find = (struct strbuf)STRBUF_INIT;
	for (size_t i = vs->messages.n; i-- > 0;) {
		const struct message *m = &vs->messages.at[i];

		pager_addf(&h->pager, m->bad ? STYLE_ERROR : STYLE_NORMAL,
			   "%s  %s", clock_text(m->time, clock), m->text);
	}
	if (vs->messages.n == 0)
		pager_add(&h->pager, STYLE_FAINT, "no messages yet");
	vs->unseen = 0;
	return WF_OK;
}

static void
close_messages(struct view *v)
{
	pager_release(&((struct history *)v->state)->pager);
}

static void
draw(struct view *v, struct grid *g, struct rect r)
{
	struct history *h = v->state;
	struct rect body = {r.x + 1, r.y + 1, r.w - 2, r.h - 2};

	grid_frame(g, r, STYLE_LINE);
	grid_text(g, r, 2, 0, STYLE_TITLE, " messages, newest first ");
	h->height = body.h;
	pager_draw(&h->pager, g, body);
}

static bool
act(struct view *v, enum action action)
{
	struct history *h = v->state;

	return pager_act(&h->pager, action, h->height);
}

static size_t
hints(const struct view *v, enum action *out)
{
	(void)v;
	out[0] = ACTION_DOWN;
	out[1] = ACTION_PAGE_DOWN;
	out[2] = ACTION_CANCEL;
	return 3;
}

const struct view_ops screen_messages = {
	.size = sizeof(struct history),
	.overlay = true,
	.open = open_messages,
	.draw = draw,
	.act = act,
	.hints = hints,
	.close = close_messages,
};
