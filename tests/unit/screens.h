/* Drives screens over the town as the dashboard does: keys in, grid out, and
 * requests answered by the plays.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_SCREENS_H
#define WF_SCREENS_H

#include "town.h"

#include <pwd.h>

/* The engine's actions are those of steps, the screen's those of keys. */
#define ACTION_NONE KEY_ACTION_NONE
#include "tui/theme.h"
#include "tui/view.h"

/* A person of the same name on every machine. */
struct passwd *
getpwuid(uid_t uid)
{
	static struct passwd ana = {.pw_name = (char *)(uintptr_t) "ana",
				    .pw_dir = (char *)(uintptr_t) "/"};

	ana.pw_uid = uid;
	return &ana;
}

uid_t
getuid(void)
{
	return 1000;
}

struct shot {
	const char *name;  /* of the golden file */
	struct play **run; /* NULL: the list of runs */
	const char *keys;  /* pressed one after the other */
};

/* One person before one screen. */
struct seat {
	struct views vs;
	struct grid g;
	struct strbuf text; /* the grid as last drawn */
};

/* As it is when nothing is left to be loaded. */
static inline void
seat_draw(struct seat *s)
{
	views_draw(&s->vs, &s->g);
	if (s->vs.behind) {
		while (views_load(&s->vs))
			;
		views_draw(&s->vs, &s->g);
	}
	strbuf_clear(&s->text);
	grid_dump(&s->g, &s->text);
}

static inline void
seat_settle(struct seat *s)
{
	for (int i = 0; i < 3; i++) {
		for (size_t k = 0; k < stage.nplays; k++)
			stage_serve(stage.plays[k]);
		views_answers(&s->vs);
		if (s->vs.stale || s->vs.dirty) {
			s->vs.stale = false;
			views_refresh(&s->vs);
		}
	}
}

static inline void
seat_press(struct seat *s, const char *keys)
{
	char *names = mem_strdup(keys), *save = NULL;

	for (char *key = strtok_r(names, " ", &save); key;
	     key = strtok_r(NULL, " ", &save)) {
		s->vs.deaf_until = 0;
		views_key(&s->vs, key_from_name(key));
		seat_settle(s);
		seat_draw(s);
	}
	free(names);
}

/* Text into a field, as typed. */
static inline void
seat_type(struct seat *s, const char *text)
{
	for (; *text; text++)
		views_key(&s->vs, (unsigned char)*text);
	seat_settle(s);
	seat_draw(s);
}

static inline void
seat_take(struct seat *s, struct play *run, int w, int h)
{
	struct wf_err err = {0};

	*s = (struct seat){.text = STRBUF_INIT};
	views_init(&s->vs, stage.engine);
	grid_init(&s->g, w, h);
	if (views_open(&s->vs, "runs", NULL, &err) ||
	    (run && views_open(&s->vs, "run", run->r->row.id, &err)))
		fail_msg("%s", err.message);
	seat_draw(s);
}

static inline void
seat_leave(struct seat *s)
{
	grid_release(&s->g);
	views_release(&s->vs);
	strbuf_release(&s->text);
}

static inline void
seat_expect(const struct seat *s, const char *text)
{
	if (!strstr(s->text.at, text))
		fail_msg("no \"%s\" on the screen:\n%s", text, s->text.at);
}

#endif
