/* A text by itself, wrapped: a long line, a record, a script.
 *
 * The argument is its title, a newline, and the text.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "../theme.h"
#include "../view.h"
#include "../widgets/pager.h"

struct text {
	char *title, *all;
	struct pager pager;
	int width, height; /* of the page when it was made */
};

static enum wf_code
open_text(struct view *v, const char *arg, struct wf_err *err)
{
	struct text *t = v->state;
	size_t n = strcspn(arg ? arg : "", "\n");

	if (!arg)
		return ERR(err, WF_USAGE, "there is no text to show");
	t->title = mem_strndup(arg, n);
	t->all = mem_strdup(arg + n + (arg[n] == '\n'));
	t->pager.find = (struct strbuf)STRBUF_INIT;
	return WF_OK;
}

static void
close_text(struct view *v)
{
	struct text *t = v->state;

	free(t->title);
	free(t->all);
	pager_release(&t->pager);
}

/* Cut into lines of `width` columns. */
static void
wrap(struct text *t, int width)
{
	const char *p = t->all, *end = p + strlen(p);

	pager_clear(&t->pager);
	t->width = width;
	while (p < end) {
		size_t line = strcspn(p, "\n"), n = 0;
		struct strbuf out = STRBUF_INIT;

		while (n < line && text_width(p, n, 0) < width) {
			uint32_t cp;
			size_t len = text_decode(p + n, p + line, &cp);

			n += len ? len : 1;
		}
		strbuf_add(&out, p, n);
		pager_add(&t->pager, STYLE_NORMAL, out.at);
		strbuf_release(&out);
		p += n;
		p += n == line && p < end;
	}
}

static void
draw(struct view *v, struct grid *g, struct rect r)
{
	struct text *t = v->state;
	struct rect body = {r.x + 1, r.y + 1, r.w - 2, r.h - 2};

	grid_frame(g, r, STYLE_LINE);
	grid_textf(g, r, 2, 0, STYLE_TITLE, " %s ", t->title);
	if (body.w > 0 && t->width != body.w)
		wrap(t, body.w);
	t->height = body.h;
	pager_draw(&t->pager, g, body);
}

static bool
act(struct view *v, enum action action)
{
	struct text *t = v->state;

	return pager_act(&t->pager, action, t->height);
}

static bool
copy(const struct view *v, struct strbuf *out)
{
	strbuf_adds(out, ((struct text *)v->state)->all);
	return out->n > 0;
}

static size_t
hints(const struct view *v, enum action *out)
{
	(void)v;
	out[0] = ACTION_DOWN;
	out[1] = ACTION_PAGE_DOWN;
	out[2] = ACTION_COPY;
	out[3] = ACTION_CANCEL;
	return 4;
}

const struct view_ops screen_text = {
	.size = sizeof(struct text),
	.overlay = true,
	.open = open_text,
	.draw = draw,
	.act = act,
	.hints = hints,
	.copy = copy,
	.close = close_text,
};
