/* Keys from a file, grids as text: the whole screen without a terminal.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../engine/base/clock.h"
#include "../engine/base/fs.h"
#include "../engine/base/vec.h"
#include "term.h"

enum {
	WAIT_MS = 30000,
	SCRIPT_MAX = 1 << 20
};

struct script_term {
	struct term term;
	char *text; /* the script */
	char *at;   /* what is left of it */
	VEC(uint32_t) keys;
	size_t next_key;
	int w, h, out;
	struct strbuf shown;
	char *awaited; /* text that `wait` waits for */
	int64_t deadline;
	int ready[2]; /* always readable, so that the poller comes back */
};

static int
script_fd(const struct term *term)
{
	return ((const struct script_term *)term)->ready[0];
}

static void
script_size(const struct term *term, int *w, int *h)
{
	*w = ((const struct script_term *)term)->w;
	*h = ((const struct script_term *)term)->h;
}

static void
script_draw(struct term *term, const struct grid *g, bool whole)
{
	struct script_term *t = (struct script_term *)term;

	(void)whole;
	strbuf_clear(&t->shown);
	grid_dump(g, &t->shown);
}

static void
put_out(const struct script_term *t, const char *bytes, size_t n)
{
	(void)fs_write_all(t->out, bytes, n);
}

static void
push_text(struct script_term *t, const char *s)
{
	const char *end = s + strlen(s);
	uint32_t cp;

	for (size_t n; s < end; s += n) {
		n = text_decode(s, end, &cp);
		if (n == 0)
			break;
		vec_push(&t->keys, cp);
	}
}

static void
push_keys(struct script_term *t, char *names)
{
	char *save = NULL;

	for (char *name = strtok_r(names, " ", &save); name;
	     name = strtok_r(NULL, " ", &save))
		vec_push(&t->keys, key_from_name(name));
}

/* One line of the script; false: the screen is to be drawn first. */
static bool
obey(struct script_term *t, char *line)
{
	char *arg = line + strcspn(line, " ");

	if (*arg)
		*arg++ = '\0';
	if (str_eq(line, "size")) {
		if (sscanf(arg, "%d %d", &t->w, &t->h) == 2)
			vec_push(&t->keys, TERM_RESIZED);
	} else if (str_eq(line, "key")) {
		push_keys(t, arg);
	} else if (str_eq(line, "text")) {
		push_text(t, arg);
	} else if (str_eq(line, "click")) {
		if (sscanf(arg, "%d %d", &t->term.mouse_x, &t->term.mouse_y) ==
		    2)
			vec_push(&t->keys, TERM_CLICK);
	} else if (str_eq(line, "wheel")) {
		vec_push(&t->keys,
			 str_eq(arg, "up") ? TERM_WHEEL_UP : TERM_WHEEL_DOWN);
	} else if (str_eq(line, "dump")) {
		put_out(t, t->shown.at, t->shown.n);
	} else if (str_eq(line, "wait")) {
		t->awaited = arg;
		t->deadline = clock_boot() + WAIT_MS;
	}
	return str_eq(line, "dump");
}

static bool
still_waiting(struct script_term *t)
{
	if (!t->awaited)
		return false;
	if (!strstr(t->shown.at, t->awaited)) {
		if (clock_boot() < t->deadline)
			return true;
		put_out(t, "did not appear: ", 16);
		put_out(t, t->awaited, strlen(t->awaited));
		put_out(t, "\n", 1);
		put_out(t, t->shown.at, t->shown.n);
		*t->at = '\0';
	}
	t->awaited = NULL;
	return false;
}

/* A line is obeyed when all its keys were, and their effect was drawn. */
static uint32_t
script_key(struct term *term)
{
	struct script_term *t = (struct script_term *)term;

	if (t->next_key < t->keys.n)
		return t->keys.at[t->next_key++];
	if (t->keys.n) {
		t->keys.n = t->next_key = 0;
		return TERM_NO_KEY;
	}
	if (still_waiting(t)) {
		usleep(10000);
		return TERM_NO_KEY;
	}
	if (!*t->at)
		return TERM_GONE;
	for (;;) {
		char *line = t->at;
		size_t n = strcspn(line, "\n");

		t->at += n + (line[n] == '\n');
		line[n] = '\0';
		if (*line && *line != '#')
			obey(t, line);
		if (t->keys.n)
			return t->keys.at[t->next_key++];
		return TERM_NO_KEY;
	}
}

static void
script_suspend(struct term *term)
{
	(void)term;
}

static int
script_run(struct term *term, const char *const *argv)
{
	struct script_term *t = (struct script_term *)term;

	put_out(t, "run ", 4);
	put_out(t, argv[0], strlen(argv[0]));
	put_out(t, "\n", 1);
	return 0;
}

static void
script_mouse(struct term *term, bool on)
{
	(void)term;
	(void)on;
}

static void
script_copy(struct term *term, const char *text, size_t n)
{
	struct script_term *t = (struct script_term *)term;

	put_out(t, "copy ", 5);
	put_out(t, text, n);
	put_out(t, "\n", 1);
}

static void
script_ring(struct term *term)
{
	put_out((struct script_term *)term, "ring\n", 5);
}

static void
script_close(struct term *term)
{
	struct script_term *t = (struct script_term *)term;

	close(t->ready[0]);
	close(t->ready[1]);
	vec_release(&t->keys);
	strbuf_release(&t->shown);
	free(t->text);
	free(t);
}

static const struct term_ops script_ops = {
	.fd = script_fd,
	.key = script_key,
	.size = script_size,
	.draw = script_draw,
	.suspend = script_suspend,
	.run = script_run,
	.mouse = script_mouse,
	.copy = script_copy,
	.ring = script_ring,
	.close = script_close,
};

enum wf_code
term_script_open(const char *path, int out, bool ascii, struct term **term_out,
		 struct wf_err *err)
{
	struct script_term *t;
	struct strbuf text = STRBUF_INIT;
	enum wf_code code = fs_read(path, SCRIPT_MAX, &text, err);

	if (code)
		return code;
	t = mem_alloc(sizeof(*t));
	*t = (struct script_term){
		.term = {.ops = &script_ops, .ascii = ascii},
		.w = 80,
		.h = 24,
		.out = out,
		.shown = STRBUF_INIT,
	};
	t->text = t->at = strbuf_detach(&text);
	if (pipe(t->ready) == 0)
		(void)!write(t->ready[1], "x", 1);
	*term_out = &t->term;
	return WF_OK;
}
