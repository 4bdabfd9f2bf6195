/* Actions by name, with completion: `:` and a few letters.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "../theme.h"
#include "../view.h"
#include "../widgets/list.h"
#include "../widgets/prompt.h"
#include "palette_command.h"

enum {
	ROWS = 8
};

/* A row: an action, or a command that takes arguments. */
struct row {
	enum action action; /* ACTION_NONE: a command */
	const char *name, *help;
};

struct palette {
	struct prompt prompt;
	struct list list;
	VEC(struct row) matches;
};

static bool
valid_below(struct views *vs, enum action action)
{
	struct view *below = views_below(vs);
	enum context contexts[CONTEXTS_MAX] = {CONTEXT_ANY, CONTEXT_NONE};

	if (below && below->ops->contexts)
		below->ops->contexts(below, contexts);
	for (size_t i = 0; contexts[i] != CONTEXT_NONE; i++)
		if (contexts[i] == actions[action].context)
			return true;
	return false;
}

/* Once there is a space it is a command with arguments: its usage. */
static void
add_commands(struct view *v)
{
	struct palette *p = v->state;
	const char *text = p->prompt.text.at, *name, *usage;
	size_t n = strcspn(text, " ");

	for (size_t i = 0; palette_command_at(i, &name, &usage); i++)
		if (text[n] == ' ' && strlen(name) == n &&
		    strncmp(name, text, n) == 0)
			vec_push(&p->matches,
				 (struct row){ACTION_NONE, name, usage});
}

/* Names that begin with the text first, then those that hold it. */
static void
fill(struct view *v)
{
	struct palette *p = v->state;
	const char *text = p->prompt.text.at;

	p->matches.n = 0;
	add_commands(v);
	for (int pass = 0; pass < 2; pass++) {
		for (enum action a = 1; a < NACTIONS; a++) {
			bool starts = str_starts(actions[a].name, text);
			bool holds = strcasestr(actions[a].name, text) ||
				     strcasestr(actions[a].help, text);

			if (valid_below(v->views, a) &&
			    (pass == 0 ? starts : holds && !starts))
				vec_push(&p->matches,
					 (struct row){a, actions[a].name,
						      actions[a].help});
		}
	}
	list_resize(&p->list, p->matches.n);
}

static enum wf_code
open_palette(struct view *v, const char *arg, struct wf_err *err)
{
	struct palette *p = v->state;

	(void)arg;
	(void)err;
	p->prompt = (struct prompt)PROMPT_INIT;
	fill(v);
	return WF_OK;
}

static void
close_palette(struct view *v)
{
	struct palette *p = v->state;

	prompt_release(&p->prompt);
	vec_release(&p->matches);
}

static void
draw(struct view *v, struct grid *g, struct rect r)
{
	struct palette *p = v->state;
	int rows = r.h - 1 < ROWS ? r.h - 1 : ROWS;
	struct rect box = {r.x, r.y + r.h - rows - 1, r.w, rows + 1};

	grid_fill(g, box, (struct rect){0, 0, box.w, box.h}, 0, ' ');
	list_show(&p->list, rows);
	for (int i = 0; i < rows; i++) {
		size_t at = p->list.top + (size_t)i;
		struct rect row = rect_row(box, i);

		if (at >= p->matches.n)
			break;
		grid_text(g, row, 2, 0, STYLE_KEY, p->matches.at[at].name);
		grid_text(g, row, 20, 0, STYLE_NORMAL, p->matches.at[at].help);
		if (at == p->list.cursor)
			grid_mark(g, row, (struct rect){0, 0, row.w, 1}, 0,
				  CELL_REVERSE);
	}
	grid_text(g, box, 1, box.h - 1, STYLE_KEY, ": ");
	prompt_draw(&p->prompt, g, box, 3, box.h - 1, box.w - 4, STYLE_NORMAL,
		    true);
}

static const char *
subject(struct view *v, char run[WF_RUN_ID])
{
	struct view *below = views_below(v->views);

	return below && below->ops->subject && below->ops->subject(below, run)
		       ? run
		       : NULL;
}

static void
complete(struct view *v)
{
	struct palette *p = v->state;
	char run[WF_RUN_ID], *text = NULL;

	if (strchr(p->prompt.text.at, ' ')) {
		if (subject(v, run))
			text = palette_complete(v->views, run,
						p->prompt.text.at);
	} else if (p->list.cursor < p->matches.n) {
		text = mem_strdup(p->matches.at[p->list.cursor].name);
	}
	if (text)
		prompt_set(&p->prompt, text);
	free(text);
	fill(v);
}

/* The chosen action, or the whole line as a command. */
static void
run_line(struct view *v)
{
	struct palette *p = v->state;
	struct views *vs = v->views;
	bool some = p->list.cursor < p->matches.n;
	struct row chosen = some ? p->matches.at[p->list.cursor]
				 : (struct row){ACTION_NONE, "", ""};
	char *line = mem_strdup(p->prompt.text.at);
	char id[WF_RUN_ID];
	const char *run = subject(v, id);
	struct wf_err err = {0};

	views_close(vs); /* `p` is gone from here on */
	if (chosen.action != ACTION_NONE)
		views_act(vs, chosen.action);
	else if (*line && !palette_command(vs, run, line, &err))
		views_report(vs, &err);
	free(line);
}

static bool
key(struct view *v, uint32_t k)
{
	struct palette *p = v->state;

	if (k == KEY_DOWN_ARROW || k == KEY_UP_ARROW) {
		list_act(&p->list,
			 k == KEY_DOWN_ARROW ? ACTION_DOWN : ACTION_UP, ROWS);
		return true;
	}
	if (k == KEY_TAB) {
		complete(v);
		return true;
	}
	switch (prompt_key(&p->prompt, k)) {
	case PROMPT_LEFT:
		views_close(v->views);
		break;
	case PROMPT_DONE:
		run_line(v);
		break;
	case PROMPT_EDITED:
	case PROMPT_IGNORED:
		p->list.cursor = 0;
		fill(v);
		break;
	}
	return true;
}

const struct view_ops screen_palette = {
	.size = sizeof(struct palette),
	.overlay = true,
	.open = open_palette,
	.draw = draw,
	.key = key,
	.contexts = view_all_text,
	.close = close_palette,
	.keys = "Tab complete  Up Down choose  Enter run  Esc close",
};
