/* A terminal: shows a grid, yields keys, tells its size.
 *
 * Two makers: term_open for a real one (the only room that knows ncurses),
 * term_script_open for keys from a file and grids as text.  Whoever holds a
 * terminal polls `fd`, drains `key` after each wake-up, and calls `draw`
 * with a grid of the present size.
 *
 * The real one leaves the user's terminal as it was found: on term_close,
 * on exit, on BUG and on fatal signals (which then act as they would have).
 * Nothing helps against SIGKILL; `reset` does.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_TERM_H
#define WF_TERM_H

#include "../engine/base/err.h"
#include "grid.h"
#include "keymap.h"

enum {
	TERM_NO_KEY = 0,
	TERM_RESIZED = KEY_NAMED + 100, /* size() is new, draw everything */
	TERM_GONE,                      /* the terminal is no more */
	TERM_CLICK,                     /* at mouse_x, mouse_y */
	TERM_WHEEL_UP,
	TERM_WHEEL_DOWN,
	TERM_PASTE_BEGIN, /* what follows is pasted, not typed ... */
	TERM_PASTE_END,   /* ... up to here */
	TERM_OTHER        /* a key without a name */
};

struct term;

struct term_ops {
	int (*fd)(const struct term *t);
	/* The next key; TERM_NO_KEY when none waits.  Never blocks. */
	uint32_t (*key)(struct term *t);
	void (*size)(const struct term *t, int *w, int *h);
	/* `whole`: trust nothing that is on the screen. */
	void (*draw)(struct term *t, const struct grid *g, bool whole);
	void (*suspend)(struct term *t);
	/* Run a program on the terminal; its wait status, -1: not run. */
	int (*run)(struct term *t, const char *const *argv);
	/* Take the mouse, or leave it to the terminal. */
	void (*mouse)(struct term *t, bool on);
	/* Hand text to the terminal's clipboard; nobody says if it took it. */
	void (*copy)(struct term *t, const char *text, size_t n);
	void (*ring)(struct term *t); /* the bell */
	void (*close)(struct term *t);
};

struct term {
	const struct term_ops *ops;
	bool ascii;           /* draw 7-bit only */
	int mouse_x, mouse_y; /* of the latest click */
	char notice[128];     /* what the user should know of it, or "" */
};

enum term_color {
	TERM_COLOR_AUTO,
	TERM_COLOR_ALWAYS,
	TERM_COLOR_NEVER
};

struct term_options {
	enum term_color color;
	bool ascii;   /* 7-bit glyphs whatever the locale says */
	int escdelay; /* ms; 0: the default */
	bool use_tty; /* draw on /dev/tty instead of standard output */
};

/* WF_USAGE: there is no terminal here that can show a dashboard. */
enum wf_code term_open(const struct term_options *options,
		       struct term **term_out, struct wf_err *err);
/* Would it work?  False also tells plain output from the dashboard. */
bool term_is_usable(void);

/* Keys and commands from a file, one a line; what `dump` says goes to `out`:
 *
 *	size W H     key NAME...     text TEXT     dump     wait TEXT
 *	click X Y    wheel up|down
 *
 * `wait` turns on until the screen shows TEXT, at most 30 seconds. */
enum wf_code term_script_open(const char *path, int out, bool ascii,
			      struct term **term_out, struct wf_err *err);

void term_close(struct term *t);

#endif
