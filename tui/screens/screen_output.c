/* What a command of the palette prints, as it comes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>
#include <sys/wait.h>

#include "../commands.h"
#include "../theme.h"
#include "../view.h"
#include "../widgets/pager.h"

struct output {
	unsigned id;
	struct pager pager;
	size_t taken; /* bytes of the whole that are in the pager */
	int height;
	bool moved; /* the person scrolled: do not follow */
};

static enum wf_code
open_output(struct view *v, const char *arg, struct wf_err *err)
{
	struct output *o = v->state;
	int64_t id = 0;

	o->pager.find = (struct strbuf)STRBUF_INIT;
	if (!arg || !str_to_int(arg, 1, INT32_MAX, &id) ||
	    !views_running(v->views, (unsigned)id))
		return ERR(err, WF_USAGE, "no such command");
	o->id = (unsigned)id;
	return WF_OK;
}

static void
close_output(struct view *v)
{
	struct output *o = v->state;

	views_command_drop(v->views, o->id);
	pager_release(&o->pager);
}

/* Whole lines only, until it has ended. */
static void
take(struct output *o, const struct running *r)
{
	const char *from, *end = r->text.at + r->text.n;

	if (o->taken < r->cut) {
		pager_clear(&o->pager);
		o->taken = r->cut;
	}
	from = r->text.at + (o->taken - r->cut);
	while (from < end) {
		const char *eol = memchr(from, '\n', (size_t)(end - from));
		char *line;

		if (!eol && !r->ended)
			break;
		line = mem_strndup(from, (size_t)((eol ? eol : end) - from));
		pager_add(&o->pager, STYLE_NORMAL, line);
		free(line);
		from = eol ? eol + 1 : end;
	}
	o->taken = r->cut + (size_t)(from - r->text.at);
}

static void
draw_title(const struct running *r, struct grid *g, struct rect box)
{
	grid_textf(g, box, 2, 0, STYLE_TITLE, " %s ", r->line);
	if (!r->ended)
		grid_text(g, box, 2, box.h - 1, STYLE_TITLE,
			  " it goes on; q ends it ");
	else if (WIFSIGNALED(r->status))
		grid_textf(g, box, 2, box.h - 1, STYLE_ERROR,
			   " killed by signal %d ", WTERMSIG(r->status));
	else if (WEXITSTATUS(r->status))
		grid_textf(g, box, 2, box.h - 1, STYLE_ERROR,
			   " exit status %d ", WEXITSTATUS(r->status));
}

static void
draw(struct view *v, struct grid *g, struct rect r)
{
	struct output *o = v->state;
	const struct running *running = views_running(v->views, o->id);
	struct rect body = {r.x + 1, r.y + 1, r.w - 2, r.h - 2};

	grid_frame(g, r, STYLE_LINE);
	o->height = body.h;
	if (!running)
		return;
	take(o, running);
	if (!running->ended && !o->moved)
		(void)pager_act(&o->pager, ACTION_LAST, o->height);
	pager_draw(&o->pager, g, body);
	draw_title(running, g, r);
}

static bool
act(struct view *v, enum action action)
{
	struct output *o = v->state;

	if (!pager_act(&o->pager, action, o->height))
		return false;
	o->moved = action != ACTION_LAST;
	return true;
}

static bool
copy(const struct view *v, struct strbuf *out)
{
	const struct output *o = v->state;
	const struct running *r = views_running(v->views, o->id);

	if (r)
		strbuf_add(out, r->text.at, r->text.n);
	return out->n > 0;
}

static size_t
hints(const struct view *v, enum action *out)
{
	(void)v;
	out[0] = ACTION_DOWN;
	out[1] = ACTION_PAGE_DOWN;
	out[2] = ACTION_LAST;
	out[3] = ACTION_COPY;
	out[4] = ACTION_QUIT;
	return 5;
}

const struct view_ops screen_output = {
	.size = sizeof(struct output),
	.overlay = true,
	.open = open_output,
	.draw = draw,
	.act = act,
	.hints = hints,
	.copy = copy,
	.close = close_output,
};
