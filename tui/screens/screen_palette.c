/* Whatever has a name: actions of the screen, and every command, with
 * completion and with the lines typed before.
 *
 * Up goes back through those lines, Down comes forward again and then into
 * the list; Tab completes; ^R looks for an older line.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "../theme.h"
#include "palette.h"

enum {
	ROWS = 8,
	NAME_COLUMNS = 18,
	CTRL_R = 18
};

static struct palette *
palette_of(const struct view *v)
{
	return v->state;
}

static const struct commands *
commands_of(const struct view *v)
{
	return v->views->commands;
}

/* The line has become another one. */
static void
changed(struct view *v)
{
	struct palette *p = palette_of(v);

	p->list.cursor = 0;
	p->picked = false;
	p->error[0] = '\0';
	palette_fill(v);
}

/* --- opening and drawing -------------------------------------------------- */

static enum wf_code
open_palette(struct view *v, const char *arg, struct wf_err *err)
{
	struct palette *p = palette_of(v);

	(void)err;
	p->prompt = (struct prompt)PROMPT_INIT;
	if (arg)
		prompt_set(&p->prompt, arg);
	palette_fill(v);
	return WF_OK;
}

static void
close_palette(struct view *v)
{
	palette_release(palette_of(v));
}

static void
draw_row(const struct palette *p, struct grid *g, struct rect row, size_t i)
{
	const struct row *r = &p->rows.at[i];
	int wide = text_width(r->name, strlen(r->name), 0) + 4;

	grid_text(g, row, 2, 0, STYLE_KEY, r->name);
	grid_text(g, row, wide > NAME_COLUMNS + 2 ? wide : NAME_COLUMNS + 2, 0,
		  STYLE_NORMAL, r->help);
	if (i == p->list.cursor)
		grid_mark(g, row, (struct rect){0, 0, row.w, 1}, 0,
			  CELL_REVERSE);
}

static void
draw(struct view *v, struct grid *g, struct rect r)
{
	struct palette *p = palette_of(v);
	const char *note = *p->error ? p->error : p->usage;
	int more = *note != '\0' && r.h > 2;
	int rows = r.h - 1 - more < ROWS ? r.h - 1 - more : ROWS;
	struct rect box = {r.x, r.y + r.h - rows - 1 - more, r.w,
			   rows + 1 + more};

	grid_fill(g, box, (struct rect){0, 0, box.w, box.h}, 0, ' ');
	list_show(&p->list, rows);
	for (int i = 0; i < rows; i++)
		if (p->list.top + (size_t)i < p->rows.n)
			draw_row(p, g, rect_row(box, i),
				 p->list.top + (size_t)i);
	if (more)
		grid_text(g, box, 1, rows,
			  *p->error ? STYLE_ERROR : STYLE_FAINT, note);
	grid_text(g, box, 1, box.h - 1, STYLE_KEY, p->searching ? "? " : ": ");
	prompt_draw(&p->prompt, g, box, 3, box.h - 1, box.w - 4, STYLE_NORMAL,
		    true);
}

/* --- completing ----------------------------------------------------------- */

/* As far as all that begin like this agree. */
static size_t
common_length(const struct palette *p, const char *typed)
{
	const char *first = NULL;
	size_t n = 0;

	vec_each (&p->candidates, struct candidate, c) {
		size_t k = 0;

		if (!str_starts(c->word, typed))
			continue;
		if (!first) {
			first = c->word;
			n = strlen(first);
		}
		while (k < n && c->word[k] == first[k])
			k++;
		n = k;
	}
	return n;
}

/* In place of the word being typed; what is whole is followed by a space. */
static void
put_word(struct view *v, const char *word, size_t n, bool whole)
{
	struct palette *p = palette_of(v);
	const char *line = p->prompt.text.at;
	int before = (int)(palette_word(p) - line);
	bool more = !whole || (n && strchr("=/.,", word[n - 1]));
	char *text = mem_printf("%.*s%.*s%s", before, line, (int)n, word,
				more ? "" : " ");

	prompt_set(&p->prompt, text);
	free(text);
	changed(v);
}

static void
complete(struct view *v)
{
	struct palette *p = palette_of(v);
	const struct row *chosen =
		p->list.cursor < p->rows.n ? &p->rows.at[p->list.cursor] : NULL;
	const char *typed = palette_word(p);
	size_t common = common_length(p, typed);

	if (p->searching && chosen) {
		char *line = mem_strdup(chosen->name);

		p->searching = false;
		prompt_set(&p->prompt, line);
		free(line);
		changed(v);
	} else if (!chosen) {
		return;
	} else if (chosen->action != ACTION_NONE) {
		put_word(v, chosen->name, strlen(chosen->name), false);
	} else if (!p->picked && p->rows.n > 1 && common > strlen(typed)) {
		put_word(v, chosen->name, common, false);
	} else {
		put_word(v, chosen->name, strlen(chosen->name), true);
	}
}

/* --- carrying out --------------------------------------------------------- */

/* The shell's own words for them will do, too. */
static enum action
action_named(struct view *v, const char *name)
{
	enum action action = str_eq(name, "exit") ? ACTION_QUIT
			     : str_eq(name, "!")  ? ACTION_MESSAGES
						  : action_from_name(name);

	return action != ACTION_NONE && palette_knows(v->views, action)
		       ? action
		       : ACTION_NONE;
}

/* The palette comes back with the line when something is wrong with it. */
static void
run_command(struct views *vs, const char *line)
{
	struct wf_err err = {0};
	struct view *v;

	views_close(vs);
	if (!views_command(vs, line, &err))
		return;
	views_ask(vs, "palette", line);
	v = views_top(vs);
	if (!str_eq(v->name, "palette"))
		return;
	snprintf(palette_of(v)->error, sizeof(palette_of(v)->error),
		 err.hint[0] ? "%.120s; %.70s" : "%.190s", err.message,
		 err.hint);
}

static bool
is_blank(const char *text)
{
	return !text[strspn(text, " ")];
}

static void
run_line(struct view *v)
{
	struct palette *p = palette_of(v);
	struct views *vs = v->views;
	bool some = p->list.cursor < p->rows.n;
	struct row chosen = some ? p->rows.at[p->list.cursor]
				 : (struct row){ACTION_NONE, "", ""};
	char *line = mem_strdup(p->prompt.text.at);
	enum action action = action_named(v, line);
	bool whole = strchr(line, ' ') || str_eq(chosen.name, line);

	if (p->searching) {
		complete(v);
	} else if (action != ACTION_NONE && !p->picked) {
		views_close(vs);
		views_act(vs, action);
	} else if (chosen.action != ACTION_NONE) {
		views_close(vs);
		views_act(vs, chosen.action);
	} else if (some && (p->picked || !whole)) {
		complete(v);
	} else if (is_blank(line)) {
		views_close(vs);
	} else {
		run_command(vs, line);
	}
	free(line);
}

/* --- keys ----------------------------------------------------------------- */

static void
go_back(struct view *v, bool further)
{
	struct palette *p = palette_of(v);
	const struct commands *c = commands_of(v);
	const char *line;

	if (!further && p->back == 1) {
		p->back = 0;
		prompt_set(&p->prompt, p->typed);
	} else if (c && (line = c->history(c->arg,
					   further ? p->back : p->back - 2))) {
		if (!p->back) {
			free(p->typed);
			p->typed = mem_strdup(p->prompt.text.at);
		}
		p->back = further ? p->back + 1 : p->back - 1;
		prompt_set(&p->prompt, line);
	}
	changed(v);
}

static void
move(struct view *v, bool down)
{
	struct palette *p = palette_of(v);

	if (p->back || (!down && !p->list.cursor && !p->searching)) {
		if (p->back || !down)
			go_back(v, !down);
		return;
	}
	list_act(&p->list, down ? ACTION_DOWN : ACTION_UP, ROWS);
	p->picked = p->list.cursor > 0;
}

static void
search(struct view *v)
{
	struct palette *p = palette_of(v);

	if (p->searching) {
		list_act(&p->list, ACTION_DOWN, ROWS);
		return;
	}
	p->searching = true;
	changed(v);
}

static bool
key(struct view *v, uint32_t k)
{
	struct palette *p = palette_of(v);

	if (k == KEY_DOWN_ARROW || k == KEY_UP_ARROW) {
		move(v, k == KEY_DOWN_ARROW);
		return true;
	}
	if (k == KEY_TAB) {
		complete(v);
		return true;
	}
	if (k == CTRL_R) {
		search(v);
		return true;
	}
	if (k == KEY_ESC && p->searching) {
		p->searching = false;
		changed(v);
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
		p->back = 0;
		changed(v);
		break;
	case PROMPT_IGNORED:
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
	.keys = "Tab complete  Up history  Down choose  ^R find  Enter run  "
		"Esc close",
};
