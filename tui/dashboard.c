/* Joins the terminal, the stack of views and the news of the store.
 *
 * One turn: wait for a key, for news or for the next second of a visible
 * clock; take all keys that wait; read the store when there is news; draw
 * when something changed, ten times a second at most.  Nothing visible that
 * moves: no timeout.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../engine/base/clock.h"
#include "dashboard.h"
#include "dashboard_int.h"
#include "linear.h"
#include "remember.h"
#include "theme.h"

enum {
	SLOW_FPS = 4,
	ANSWER_MS = 20,   /* between two looks for an engine's answer */
	HEALTH_MS = 2000, /* between two looks whether engines live */
	REST_SHARE = 3    /* after a look, so many times as long without one */
};

bool
dashboard_is_possible(void)
{
	/* Who reads by ear needs text that is only ever added to. */
	return term_is_usable() && !getenv("ACCESSIBLE") &&
	       !getenv("WFCTL_ACCESSIBLE");
}

/* --- news -------------------------------------------------------------------
 */

static bool
same_run(const char *a, const char *b)
{
	return a == b || (a && b && str_eq(a, b));
}

/* The watch follows what is shown. */
static void
renew_watch(struct dashboard *d)
{
	struct wf_err err = {0};

	if (d->watch && same_run(d->watched, d->views.watched))
		return;
	wf_watch_close(d->watch);
	d->watch = NULL;
	free(d->watched);
	d->watched = d->views.watched ? mem_strdup(d->views.watched) : NULL;
	if (wf_watch_open(d->views.engine, d->watched, &d->watch, &err)) {
		d->watch = NULL;
		views_report(&d->views, &err);
	}
	d->news = true;
}

static int
wait_ms(struct dashboard *d)
{
	int64_t due = views_due(&d->views), now = clock_wall();
	int64_t wait = due ? (due > now ? due - now : 0) : -1;

	if (d->news || d->views.dirty) {
		int64_t paint = d->painted + d->pause - clock_boot();
		int64_t rest = d->rested - clock_boot();

		if (!d->views.dirty && rest > paint)
			paint = rest;
		paint = paint > 0 ? paint : 0;
		wait = wait < 0 || paint < wait ? paint : wait;
	}
	if (d->views.behind)
		wait = 0;
	if (d->paste.end && (wait < 0 || wait > PASTE_END_MS))
		wait = PASTE_END_MS;
	if (d->views.asked.n && (wait < 0 || wait > ANSWER_MS))
		wait = ANSWER_MS;
	if (!d->watch && (wait < 0 || wait > HEALTH_MS))
		wait = HEALTH_MS;
	return wait > INT32_MAX ? INT32_MAX : (int)wait;
}

static bool
wait_for_something(struct dashboard *d)
{
	struct pollfd fds[2 + COMMANDS_MAX] = {
		{.fd = d->term->ops->fd(d->term),             .events = POLLIN},
		{.fd = d->watch ? wf_watch_fd(d->watch) : -1,
		 .events = POLLIN					     }
        };
	size_t commands = views_command_fds(&d->views, fds + 2);
	int n = poll(fds, 2 + commands, wait_ms(d));

	if (n > 0 && fds[1].revents)
		d->news |= wf_watch_wait(d->watch, 0);
	if (n == 0 && !d->watch)
		d->news = true;
	return !(n > 0 && fds[0].revents & (POLLHUP | POLLERR | POLLNVAL) &&
		 !(fds[0].revents & POLLIN));
}

/* --- turning ----------------------------------------------------------------
 */

/* A script is shown only what is whole. */
static void
paint(struct dashboard *d)
{
	views_draw(&d->views, &d->grid);
	if (d->scripted && d->views.behind) {
		while (views_load(&d->views))
			;
		views_draw(&d->views, &d->grid);
	}
	d->term->ops->draw(d->term, &d->grid, d->views.repaint);
	d->views.repaint = false;
	d->painted = clock_boot();
}

/* News a person waits for, said once. */
static void
ring(struct dashboard *d)
{
	if (d->views.ring && d->views.config.value[SETTING_BELL])
		d->term->ops->ring(d->term);
	d->views.ring = false;
}

/* What is shown then is right, and old. */
static void
look_after_store(struct dashboard *d)
{
	bool gone = d->views.engine && wf_engine_is_gone(d->views.engine);

	if (gone && !d->gone)
		views_complain(&d->views,
			       "the store was moved or replaced; this is the "
			       "old one: q, then open the new one");
	d->gone = gone;
}

/* A large run takes long to read: most of the time is left for keys. */
static void
look_for_news(struct dashboard *d)
{
	int64_t began = clock_boot();

	d->news = false;
	d->read = began;
	look_after_store(d);
	views_refresh(&d->views);
	ring(d);
	d->rested = clock_boot() + (clock_boot() - began) * REST_SHARE;
}

/* Take what waits at the terminal; `*asked`: something is to be seen of it
 * at once.  False: the terminal is gone. */
static bool
take(struct dashboard *d, bool *asked)
{
	bool before = d->views.dirty;
	bool there = dashboard_take_keys(d);

	*asked = d->touched || (d->views.dirty && !before);
	return there;
}

/* What the picture lacks is read slice by slice, keys between them; true when
 * all of it is there. */
static bool
load(struct dashboard *d)
{
	return d->views.behind && !d->touched && !views_load(&d->views);
}

/* What a key did is shown before anything else is looked at. */
static bool
may_look(const struct dashboard *d)
{
	int64_t now = clock_boot();

	return d->news && !(d->touched && d->views.dirty) &&
	       now >= d->painted + d->pause && now >= d->rested;
}

static bool
clock_moved(struct dashboard *d, int64_t *due)
{
	bool moved = *due && clock_wall() >= *due;

	*due = views_due(&d->views);
	return moved;
}

static void
turn_until_left(struct dashboard *d)
{
	int64_t due = views_due(&d->views);

	while (!d->views.quit) {
		bool at_once, whole, there = wait_for_something(d);

		if (!there || !take(d, &at_once) || d->views.quit)
			return;
		whole = load(d);
		if (d->views.quit)
			return;
		renew_watch(d);
		if (d->views.asked.n)
			views_answers(&d->views);
		views_commands_read(&d->views);
		views_commands_show(&d->views);
		if (d->views.quit)
			return;
		if (d->views.stale) {
			d->news = true;
			d->views.stale = false;
		}
		if (may_look(d))
			look_for_news(d);
		if (clock_moved(d, &due)) {
			d->views.dirty = true;
			/* That an engine died is no news of the store. */
			d->news |= clock_boot() >= d->read + HEALTH_MS;
		}
		if (d->views.dirty &&
		    (at_once || whole || clock_boot() >= d->painted + d->pause))
			paint(d);
		/* What it lacks still cannot be loaded now. */
		d->views.behind &= !whole;
	}
}

/* What is asked for on the command line goes before the file. */
static enum term_color
color_of(const struct dashboard *d, const struct dashboard_options *o)
{
	static const enum term_color colors[] = {
		[DASHBOARD_COLOR_AUTO] = TERM_COLOR_AUTO,
		[DASHBOARD_COLOR_ALWAYS] = TERM_COLOR_ALWAYS,
		[DASHBOARD_COLOR_NEVER] = TERM_COLOR_NEVER,
	};

	return colors[o->color != DASHBOARD_COLOR_AUTO
			      ? (int)o->color
			      : (int)d->views.config.value[SETTING_COLOR]];
}

static enum wf_code
open_term(struct dashboard *d, const struct dashboard_options *o,
	  struct wf_err *err)
{
	const struct config *c = &d->views.config;
	struct term_options t = {
		.color = color_of(d, o),
		.ascii = o->ascii || c->value[SETTING_GLYPHS] == 1,
		.escdelay = (int)c->value[SETTING_ESCDELAY],
		.use_tty = o->pick,
	};

	d->scripted = o->script != NULL;
	if (o->script)
		return term_script_open(o->script, STDOUT_FILENO, t.ascii,
					&d->term, err);
	return term_open(&t, &d->term, err);
}

static enum wf_code
configure(struct dashboard *d, const struct dashboard_options *o,
	  struct wf_err *err)
{
	struct views *vs = &d->views;
	enum wf_code code = config_load(&vs->config, err);
	int fps = (int)vs->config.value[SETTING_FPS];

	if (o->slow && fps > SLOW_FPS)
		fps = SLOW_FPS;
	d->pause = 1000 / fps;
	vs->mouse = vs->config.value[SETTING_MOUSE];
	vs->read_only = o->read_only || vs->config.value[SETTING_READ_ONLY];
	vs->pick = o->pick;
	vec_each (&vs->config.colors, struct config_color, c)
		theme_recolor((enum shown)c->shown, c->color);
	return code;
}

static enum wf_code
open_tab(struct views *vs, const char *screen, struct wf_err *err)
{
	char *tab = mem_printf("tab-%s", screen);
	enum action action = action_from_name(tab);

	free(tab);
	if (action == ACTION_NONE)
		return ERR(err, WF_USAGE, "no screen is named \"%s\"", screen);
	views_act(vs, action);
	return WF_OK;
}

/* The list lies under a run, so that q leads there; not when the dashboard
 * was opened for one run alone. */
static enum wf_code
open_first(struct dashboard *d, const struct dashboard_options *o,
	   struct wf_err *err)
{
	struct views *vs = &d->views;
	enum wf_code code = WF_OK;

	vs->commands = o->commands;
	vs->templates = o->templates;
	vs->ntemplates = o->ntemplates;
	if (o->edit)
		code = views_open(vs, "edit", o->edit, err);
	if (!code && o->edit && o->begin)
		views_ask(vs, "edit-template", NULL);
	if (o->edit)
		return code;
	vs->following = o->following;
	if (!o->run || !o->following)
		code = views_open(vs, "runs", NULL, err);
	if (!code && o->screen && !o->run && str_eq(o->screen, "stats"))
		return views_open(vs, "stats", NULL, err);
	/* A tab is one of a run: of the latest, when none is named. */
	if (!code && (o->run || o->screen))
		code = views_open(vs, "run", o->run, err);
	if (!code && o->screen && str_eq(o->screen, "stats"))
		views_act(vs, ACTION_STATS);
	else if (!code && o->screen)
		code = open_tab(vs, o->screen, err);
	return code;
}

static bool
is_set(const char *name)
{
	const char *value = getenv(name);

	return value && *value;
}

/* Who reads by ear needs text that is only ever added to. */
static bool
is_linear(const struct dashboard *d, const struct dashboard_options *o)
{
	return !o->script &&
	       (o->accessible || d->views.config.value[SETTING_ACCESSIBLE] ||
		is_set("ACCESSIBLE") || is_set("WFCTL_ACCESSIBLE"));
}

/* The designer is a screen through and through. */
static enum wf_code
refuse_designer(const char *file, struct wf_err *err)
{
	ERR(err, WF_USAGE, "the designer cannot be read aloud");
	wf_err_hint(err, "`wfctl shell` changes flows by commands: open %.200s",
		    file);
	return WF_USAGE;
}

static void
say_how_to_return(const struct dashboard *d, const struct dashboard_options *o)
{
	if (!o->run || o->script || d->views.finished)
		return;
	if (d->views.interrupted)
		fprintf(stderr,
			"the engine of run %s is gone; `wfctl resume %s` "
			"goes on from its checkpoints\n",
			o->run, o->run);
	else
		fprintf(stderr,
			"run %s goes on without this screen; "
			"`wfctl tui %s` comes back to it\n",
			o->run, o->run);
}

enum wf_code
dashboard_run(struct wf_engine *e, const struct dashboard_options *o,
	      struct wf_err *err)
{
	struct dashboard d = {0};
	enum wf_code code;

	views_init(&d.views, e);
	code = configure(&d, o, err);
	if (!code && is_linear(&d, o)) {
		d.views.commands = o->commands;
		d.views.ascii = o->ascii;
		code = o->edit ? refuse_designer(o->edit, err)
			       : linear_run(&d.views, o->run, err);
		views_release(&d.views);
		return code;
	}
	if (!code && !o->script)
		remember_load(&d.views);
	if (!code)
		code = open_first(&d, o, err);
	if (!code && !d.views.quit)
		code = open_term(&d, o, err);
	if (code || d.views.quit) {
		views_release(&d.views);
		return code;
	}
	d.views.ascii = d.term->ascii;
	if (d.term->notice[0])
		views_say(&d.views, "%s", d.term->notice);
	grid_init(&d.grid, 0, 0);
	dashboard_take_size(&d);
	dashboard_obey(&d);
	paint(&d);
	renew_watch(&d);
	turn_until_left(&d);
	term_close(d.term);
	wf_watch_close(d.watch);
	free(d.watched);
	grid_release(&d.grid);
	if (d.views.picked)
		printf("%s\n", d.views.picked);
	else
		say_how_to_return(&d, o);
	if (!o->script)
		remember_save(&d.views);
	views_release(&d.views);
	return WF_OK;
}
