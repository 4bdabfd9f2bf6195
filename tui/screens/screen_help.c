/* The keys that are valid in the view below, innermost first.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "../theme.h"
#include "../view.h"
#include "../widgets/list.h"
#include "../widgets/prompt.h"

struct help {
	struct prompt filter;
	struct list list;
	VEC(enum action) actions; /* ACTION_NONE: a title */
	VEC(enum context) titles; /* of each row */
	int height;
};

static void
contexts_below(struct views *vs, enum context *out)
{
	struct view *below = views_below(vs);

	out[0] = CONTEXT_ANY;
	out[1] = CONTEXT_NONE;
	if (below && below->ops->contexts)
		below->ops->contexts(below, out);
}

static bool
wanted(const struct help *h, enum action action)
{
	const char *text = h->filter.text.at;

	return !*text || strcasestr(actions[action].help, text) ||
	       strcasestr(actions[action].name, text);
}

static void
fill(struct view *v)
{
	struct help *h = v->state;
	enum context contexts[CONTEXTS_MAX];

	contexts_below(v->views, contexts);
	h->actions.n = h->titles.n = 0;
	for (size_t c = 0; contexts[c] != CONTEXT_NONE; c++) {
		bool titled = false;

		for (enum action a = 1; a < NACTIONS; a++) {
			if (actions[a].context != contexts[c] ||
			    !*keymap_key(&v->views->config.keymap, contexts,
					 a) ||
			    !wanted(h, a))
				continue;
			if (!titled) {
				vec_push(&h->actions, ACTION_NONE);
				vec_push(&h->titles, contexts[c]);
			}
			titled = true;
			vec_push(&h->actions, a);
			vec_push(&h->titles, contexts[c]);
		}
	}
	list_resize(&h->list, h->actions.n);
}

static enum wf_code
open_help(struct view *v, const char *arg, struct wf_err *err)
{
	struct help *h = v->state;

	(void)arg;
	(void)err;
	h->filter = (struct prompt)PROMPT_INIT;
	fill(v);
	h->list.cursor = h->actions.n > 1;
	return WF_OK;
}

static void
close_help(struct view *v)
{
	struct help *h = v->state;

	prompt_release(&h->filter);
	vec_release(&h->actions);
	vec_release(&h->titles);
}

static const char *
reason_against(struct view *v, enum action action)
{
	struct view *below = views_below(v->views);

	return below && below->ops->refusal ? below->ops->refusal(below, action)
					    : NULL;
}

static void
draw_row(struct view *v, struct grid *g, struct rect row, size_t i)
{
	struct help *h = v->state;
	enum action a = h->actions.at[i];
	enum context contexts[CONTEXTS_MAX];
	const char *against;
	int x;

	if (a == ACTION_NONE) {
		grid_text(g, row, 1, 0, STYLE_TITLE,
			  context_title(h->titles.at[i]));
		return;
	}
	contexts_below(v->views, contexts);
	against = reason_against(v, a);
	grid_text(g, row, 3, 0, against ? STYLE_FAINT : STYLE_KEY,
		  keymap_key(&v->views->config.keymap, contexts, a));
	x = grid_text(g, row, 12, 0, against ? STYLE_FAINT : STYLE_NORMAL,
		      actions[a].help);
	if (against)
		grid_textf(g, row, x + 2, 0, STYLE_FAINT, "(off: %s)", against);
	if (i != h->list.cursor)
		return;
	grid_text(g, row, 0, 0, STYLE_TITLE, ">");
	grid_mark(g, row, (struct rect){0, 0, row.w, 1}, 0, CELL_REVERSE);
}

static void
draw(struct view *v, struct grid *g, struct rect r)
{
	struct help *h = v->state;
	struct rect box = {r.x, r.y, r.w < 76 ? r.w : 76, r.h}, body;

	box.x += (r.w - box.w) / 2;
	grid_frame(g, box, STYLE_LINE);
	grid_text(g, box, 2, 0, STYLE_TITLE,
		  " keys: type to filter, Enter "
		  "runs the line, Esc closes ");
	body = (struct rect){box.x + 1, box.y + 2, box.w - 2, box.h - 3};
	h->height = body.h;
	list_show(&h->list, body.h);
	for (int i = 0; i < body.h; i++)
		if (h->list.top + (size_t)i < h->actions.n)
			draw_row(v, g, rect_row(body, i),
				 h->list.top + (size_t)i);
	grid_text(g, box, 2, 1, STYLE_KEY, "filter: ");
	prompt_draw(&h->filter, g, box, 10, 1, box.w - 12, STYLE_FIELD, true);
}

static bool
moves(struct help *h, uint32_t k)
{
	enum action action = k == KEY_DOWN_ARROW  ? ACTION_DOWN
			     : k == KEY_UP_ARROW  ? ACTION_UP
			     : k == KEY_PAGE_DOWN ? ACTION_PAGE_DOWN
			     : k == KEY_PAGE_UP   ? ACTION_PAGE_UP
						  : ACTION_NONE;

	return action != ACTION_NONE && list_act(&h->list, action, h->height);
}

static bool
key(struct view *v, uint32_t k)
{
	struct help *h = v->state;
	struct views *vs = v->views;
	enum action chosen = ACTION_NONE;

	if (moves(h, k))
		return true;
	switch (prompt_key(&h->filter, k)) {
	case PROMPT_LEFT:
		views_close(vs);
		break;
	case PROMPT_DONE:
		if (h->list.cursor < h->actions.n)
			chosen = h->actions.at[h->list.cursor];
		if (chosen == ACTION_NONE && h->actions.n > 1)
			chosen = h->actions.at[1];
		views_close(vs);
		views_act(vs, chosen);
		break;
	case PROMPT_EDITED:
	case PROMPT_IGNORED:
		fill(v);
		if (h->list.cursor == 0 && h->actions.n > 1)
			h->list.cursor = 1;
		break;
	}
	return true;
}

const struct view_ops screen_help = {
	.size = sizeof(struct help),
	.overlay = true,
	.open = open_help,
	.draw = draw,
	.key = key,
	.contexts = view_all_text,
	.close = close_help,
	.keys = "type to filter  Up Down choose  Enter run  Esc close",
};
