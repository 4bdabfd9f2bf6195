/* What the terminal tells: keys, pasted text, clicks, a new size; and what
 * keys ask of the terminal in return.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <poll.h>
#include <stdlib.h>

#include "../engine/base/clock.h"
#include "dashboard_int.h"

enum {
	KEYS_AT_ONCE = 512
};

void
dashboard_take_size(struct dashboard *d)
{
	int w, h;

	d->term->ops->size(d->term, &w, &h);
	grid_resize(&d->grid, w > 0 ? w : 80, h > 0 ? h : 24);
	d->views.dirty = d->views.repaint = true;
}

/* Curses may tell of one change twice. */
static void
take_news_of_size(struct dashboard *d)
{
	int w, h;

	d->term->ops->size(d->term, &w, &h);
	if (w != d->grid.w || h != d->grid.h)
		dashboard_take_size(d);
	d->views.dirty = true;
}

/* Where keys are commands, pasted text must not come through. */
static bool
pastes_harm(struct dashboard *d)
{
	return !d->scripted && !d->paste.marked && !views_in_text(&d->views);
}

static void
report_paste(struct dashboard *d, size_t n)
{
	if (n)
		views_complain(&d->views,
			       "pasted text was ignored (%zu characters)", n);
}

static void
run_program(struct dashboard *d)
{
	char **argv = d->views.run_program;
	struct view *v = views_top(&d->views);
	int status;

	d->views.run_program = NULL;
	status = d->term->ops->run(d->term, (const char *const *)argv);
	if (status < 0)
		views_complain(&d->views, "cannot run %s", argv[0]);
	if (v && v->ops->came_back)
		v->ops->came_back(v, status);
	for (size_t i = 0; argv[i]; i++)
		free(argv[i]);
	free(argv);
	dashboard_take_size(d);
}

void
dashboard_obey(struct dashboard *d)
{
	if (d->views.stop) {
		d->views.stop = false;
		d->term->ops->suspend(d->term);
		dashboard_take_size(d);
		d->news = true;
	}
	if (d->views.run_program)
		run_program(d);
	if (d->mouse != d->views.mouse) {
		d->mouse = d->views.mouse;
		d->term->ops->mouse(d->term, d->mouse);
	}
	if (d->views.copied) {
		d->term->ops->copy(d->term, d->views.copied,
				   strlen(d->views.copied));
		free(d->views.copied);
		d->views.copied = NULL;
	}
}

/* Pasted text goes into a text field, its line ends as Ctrl+J, and nowhere
 * else: none of it is a command. */
static void
take_pasted(struct dashboard *d, uint32_t key)
{
	if (key == TERM_PASTE_END || key == KEY_ESC) {
		report_paste(d, d->paste.dropped);
		d->paste.marked = false;
	} else if (!views_in_text(&d->views)) {
		d->paste.dropped++;
	} else if (key == KEY_RETURN) {
		views_key(&d->views, KEY_NEWLINE);
	} else if (key == KEY_TAB || key_is_text(key)) {
		views_key(&d->views, key == KEY_TAB ? ' ' : key);
	}
}

static void
take_key(struct dashboard *d, uint32_t key)
{
	if (d->paste.marked) {
		take_pasted(d, key);
		return;
	}
	if (key == TERM_PASTE_BEGIN) {
		d->paste.marked = true;
		d->paste.dropped = 0;
	} else if (key != TERM_PASTE_END) {
		views_key(&d->views, key);
		dashboard_obey(d);
	}
}

/* Adds the keys that wait; false when the terminal is gone. */
static bool
read_keys(struct dashboard *d, uint32_t *keys, size_t *n)
{
	while (*n < KEYS_AT_ONCE) {
		uint32_t key = d->term->ops->key(d->term);

		if (key == TERM_NO_KEY || key == TERM_GONE)
			return key != TERM_GONE;
		if (key == TERM_RESIZED)
			take_news_of_size(d);
		else if (key == TERM_CLICK || key == TERM_WHEEL_UP ||
			 key == TERM_WHEEL_DOWN)
			views_mouse(&d->views, key, d->term->mouse_x,
				    d->term->mouse_y);
		else if (key != TERM_OTHER)
			keys[(*n)++] = key;
	}
	return true;
}

/* True: within the moment that makes keys a paste. */
static bool
more_keys_come(struct dashboard *d)
{
	struct pollfd p = {.fd = d->term->ops->fd(d->term), .events = POLLIN};

	return poll(&p, 1, PASTE_MS) > 0;
}

bool
dashboard_take_keys(struct dashboard *d)
{
	uint32_t keys[KEYS_AT_ONCE];
	size_t n = 0;
	bool harm = pastes_harm(d), there = read_keys(d, keys, &n);

	while (there && harm && paste_may_follow(keys, n) && more_keys_come(d))
		there = read_keys(d, keys, &n);
	if (harm && paste_drops(&d->paste, keys, n, clock_boot()))
		n = 0;
	d->touched = n > 0;
	report_paste(d, paste_ended(&d->paste, clock_boot()));
	for (size_t i = 0; i < n && !d->views.quit; i++)
		take_key(d, keys[i]);
	return there;
}
