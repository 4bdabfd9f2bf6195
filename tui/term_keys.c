/* What a real terminal sends: keys, late tails of them, the mouse.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "term_curses.h"

#include <poll.h>

#include "../engine/base/clock.h"
#include "lifeline.h"

/* Curses makes one event of a press and a release that come at once. */
#define PRESSES                                                                \
	(BUTTON1_PRESSED | BUTTON1_CLICKED | BUTTON1_DOUBLE_CLICKED |          \
	 BUTTON1_TRIPLE_CLICKED)

enum {
	ESCAPE_TAIL_MS = 500,
	INSTANT_ERRORS = 50
};

int
real_fd(const struct term *term)
{
	return fileno(((const struct real_term *)term)->in);
}

static uint32_t
named_key(wint_t c)
{
	static const struct {
		int code;
		uint32_t key;
	} keys[] = {
		{KEY_UP,           KEY_UP_ARROW    },
		{KEY_DOWN,         KEY_DOWN_ARROW  },
		{KEY_LEFT,         KEY_LEFT_ARROW  },
		{KEY_RIGHT,        KEY_RIGHT_ARROW },
		{KEY_HOME,         KEY_HOME_KEY    },
		{KEY_END,          KEY_END_KEY     },
		{KEY_PPAGE,        KEY_PAGE_UP     },
		{KEY_NPAGE,        KEY_PAGE_DOWN   },
		{KEY_IC,           KEY_INSERT_KEY  },
		{KEY_DC,           KEY_DELETE_KEY  },
		{KEY_BTAB,         KEY_BACK_TAB    },
		{KEY_BACKSPACE,    KEY_RUBOUT      },
		{KEY_ENTER,        KEY_RETURN      },
		{KEY_RESIZE,       TERM_RESIZED    },
		{CODE_PASTE_BEGIN, TERM_PASTE_BEGIN},
		{CODE_PASTE_END,   TERM_PASTE_END  },
	};

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if ((wint_t)keys[i].code == c)
			return keys[i].key;
	if (c >= (wint_t)KEY_F(1) && c <= (wint_t)KEY_F(12))
		return KEY_F1_KEY + (uint32_t)(c - (wint_t)KEY_F(1));
	return TERM_OTHER;
}

/* On a slow link an arrow key may arrive as a lone ESC and, later, its tail:
 * which must not be taken for commands.  True: this key is part of one. */
static bool
is_late_tail(struct real_term *t, wint_t c)
{
	/* No tail holds control characters: those were typed. */
	if (c < ' ' || clock_boot() - t->escaped >= ESCAPE_TAIL_MS)
		t->tail = 0;
	if (t->tail) {
		bool ends = t->tail == 'O' || (c >= 0x40 && c <= 0x7e);

		if (ends)
			t->tail = 0;
		return true;
	}
	if (!t->escaped)
		return false;
	if ((c == '[' || c == 'O') &&
	    clock_boot() - t->escaped < ESCAPE_TAIL_MS) {
		t->tail = (int)c;
		t->escaped = clock_boot();
		return true;
	}
	t->escaped = 0;
	return false;
}

static uint32_t
no_key(struct real_term *t)
{
	struct pollfd p = {.fd = real_fd(&t->term), .events = POLLIN};

	if (poll(&p, 1, 0) <= 0)
		return TERM_NO_KEY;
	/* Readable, but nothing to be read: the terminal went away. */
	if (p.revents & (POLLHUP | POLLERR | POLLNVAL) ||
	    ++t->errors > INSTANT_ERRORS)
		t->gone = true;
	return t->gone ? TERM_GONE : TERM_NO_KEY;
}

/* --- the mouse
 * ---------------------------------------------------------------------- */

void
real_mouse(struct term *term, bool on)
{
	struct real_term *t = (struct real_term *)term;

	/* Nothing waits for the second click of a double one. */
	mouseinterval(on ? 0 : 166);
	mousemask(on ? PRESSES | BUTTON1_RELEASED | BUTTON4_PRESSED |
				  BUTTON5_PRESSED
		     : 0,
		  NULL);
	t->mouse = on;
}

/* A click is a press; what else the mouse does is nothing to us. */
static uint32_t
mouse_key(struct term *term)
{
	MEVENT event;

	if (getmouse(&event) == CURSES_ERR || event.x < 0 || event.y < 0)
		return TERM_OTHER;
	term->mouse_x = event.x;
	term->mouse_y = event.y;
	if (event.bstate & BUTTON4_PRESSED)
		return TERM_WHEEL_UP;
	if (event.bstate & BUTTON5_PRESSED)
		return TERM_WHEEL_DOWN;
	return event.bstate & PRESSES ? TERM_CLICK : TERM_OTHER;
}

uint32_t
real_key(struct term *term)
{
	struct real_term *t = (struct real_term *)term;
	wint_t c = 0;
	int kind;

	if (t->gone)
		return TERM_GONE;
	if (lifeline_was_continued()) {
		real_come_back(t);
		return TERM_RESIZED;
	}
	do {
		kind = get_wch(&c);
		if (kind == CURSES_ERR)
			return no_key(t);
		t->errors = 0;
	} while (kind == OK && is_late_tail(t, c));
	if (kind == KEY_CODE_YES && c == (wint_t)KEY_MOUSE)
		return mouse_key(term);
	if (kind == KEY_CODE_YES)
		return named_key(c);
	if (c == KEY_ESC)
		t->escaped = clock_boot();
	if (c == '\n')
		return KEY_RETURN;
	if (c == '\b')
		return KEY_RUBOUT;
	return c == 0 ? TERM_OTHER : (uint32_t)c;
}
