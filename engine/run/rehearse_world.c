/* Attempts that are only said to run.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "rehearse_world.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "../base/clock.h"
#include "../base/fs.h"
#include "hook.h"
#include "outcome.h"
#include "recover.h"
#include "spec.h"
#include "turn.h"

/* --- stubs ---------------------------------------------------------------- */

/* "each[a]/b[c]" speaks of "each/b", too. */
static bool
same_without_keys(const char *path, const char *name)
{
	while (*path) {
		if (*path == '[' && *name != '[') {
			path = strchr(path, ']');
			if (!path)
				return false;
			path++;
			continue;
		}
		if (*path++ != *name++)
			return false;
	}
	return !*name;
}

const struct stub *
world_stub(const struct scenario *s, const char *path)
{
	for (uint32_t k = 0; k < s->nstubs; k++)
		if (str_eq(s->stubs[k].path, path))
			return &s->stubs[k];
	for (uint32_t k = 0; k < s->nstubs; k++)
		if (same_without_keys(path, s->stubs[k].path))
			return &s->stubs[k];
	return NULL;
}

static const struct stub_results *
results_of_hook(const struct scenario *s, const char *name)
{
	for (uint32_t k = 0; k < s->nhooks; k++)
		if (str_eq(s->hooks[k].path, name))
			return &s->hooks[k].on_do;
	return NULL;
}

static const struct stub_results *
results_of(const struct world *w, const struct run *r, const struct flight *f)
{
	const struct stub *stub;
	char *path;

	if (f->phase == PHASE_HOOK)
		return results_of_hook(w->scenario,
				       hook_name(r->hooks.at[0].hook));
	path = run_path(r, f->ix);
	stub = world_stub(w->scenario, path);
	free(path);
	if (!stub)
		return NULL;
	return f->phase == PHASE_CHECK  ? &stub->on_check
	       : f->phase == PHASE_UNDO ? &stub->on_undo
					: &stub->on_do;
}

/* Nothing is there yet, and all goes well. */
static const struct stub_result *
usual(enum phase phase)
{
	static const struct stub_result well = {.takes = 1000};
	static const struct stub_result absent = {.exit = 1, .takes = 1000};

	return phase == PHASE_CHECK ? &absent : &well;
}

static const struct stub_result *
result_of(const struct world *w, const struct run *r, const struct flight *f)
{
	const struct stub_results *results = results_of(w, r, f);
	uint32_t n = f->phase == PHASE_HOOK || !f->n ? 1 : f->n;

	if (!results || !results->n)
		return usual(f->phase);
	return &results->at[n > results->n ? results->n - 1 : n - 1];
}

/* --- on their way --------------------------------------------------------- */

struct going *
world_find(const struct world *w, uint64_t attempt)
{
	vec_each (&w->going, struct going, g)
		if (g->attempt == attempt)
			return g;
	return NULL;
}

void
world_start(struct world *w, struct run *r, struct flight *f)
{
	struct warden_news news = {.kind = WARDEN_BEGUN,
				   .attempt = f->attempt,
				   .begun = clock_boot()};
	struct going g = {.attempt = f->attempt,
			  .left = -1,
			  .result = result_of(w, r, f)};
	int64_t timeout = f->spec->w.timeout;

	if (world_find(w, f->attempt))
		return; /* starting is idempotent */
	g.ends = clock_boot() + g.result->takes;
	if (timeout && g.result->takes > timeout) {
		g.ends = clock_boot() + timeout;
		g.kill = WARDEN_KILL_TIMEOUT;
		g.signal = SIGTERM;
	}
	vec_push(&w->going, g);
	flight_begun(f, &news);
}

void
world_stop(struct world *w, uint64_t attempt, enum warden_kill why, int signal)
{
	struct going *g = world_find(w, attempt);

	if (!g || g->ended || g->kill == why)
		return;
	g->ends = clock_boot();
	g->left = -1;
	g->kill = why;
	g->signal = signal;
}

void
world_freeze(struct world *w, uint64_t attempt, bool frozen)
{
	struct going *g = world_find(w, attempt);

	if (!g || g->ended || frozen == (g->left >= 0))
		return;
	if (frozen) {
		g->left = g->ends - clock_boot();
		g->ends = INT64_MAX;
	} else {
		g->ends = clock_boot() + g->left;
		g->left = -1;
	}
}

void
world_forget(struct world *w, uint64_t attempt)
{
	struct going *g = world_find(w, attempt);

	if (g)
		*g = w->going.at[--w->going.n];
}

void
world_reboot(struct world *w)
{
	w->going.n = 0;
}

int64_t
world_next(const struct world *w)
{
	int64_t next = INT64_MAX;

	vec_each (&w->going, struct going, g)
		if (!g->ended && g->ends < next)
			next = g->ends;
	return next;
}

/* --- endings -------------------------------------------------------------- */

static void
leave_file(const struct run *r, const struct flight *f, const char *suffix,
	   const char *text)
{
	char *path = spec_file(r, f, suffix);
	struct wf_err err;

	/* A file that cannot be written shows in how the attempt ends. */
	if (text && fs_write(path, text, strlen(text), 0600, &err))
		fprintf(stderr, "%s\n", err.message);
	free(path);
}

static enum warden_kill
kill_of(enum cause cause)
{
	return cause == CAUSE_TIMEOUT  ? WARDEN_KILL_TIMEOUT
	       : cause == CAUSE_SILENT ? WARDEN_KILL_SILENT
	       : cause == CAUSE_MEMORY ? WARDEN_KILL_MEMORY
				       : WARDEN_KILL_NONE;
}

static struct warden_news
news_of(const struct going *g)
{
	const struct stub_result *result = g->result;
	struct warden_news news = {.kind = WARDEN_ENDED,
				   .attempt = g->attempt,
				   .status = result->exit << 8,
				   .kill = g->kill};

	if (g->kill) {
		news.status = g->signal;
	} else if (result->cause == CAUSE_SPAWN) {
		news.kind = WARDEN_NOT_STARTED;
		news.error = ENOENT;
	} else if (result->cause == CAUSE_SIGNAL) {
		news.status = result->signal;
	} else if (result->cause) {
		news.kill = kill_of(result->cause);
		news.status = SIGTERM;
	}
	return news;
}

static void
land(struct run *r, struct going *g)
{
	struct flight *f = run_flight(r, g->attempt);
	struct warden_news news = news_of(g);

	g->ended = true;
	if (!f)
		return;
	leave_file(r, f, "", g->result->log);
	leave_file(r, f, ".set", g->result->outputs);
	if (f->phase == PHASE_DO)
		leave_file(r, f, ".out",
			   g->result->stdout_text ? g->result->stdout_text
						  : "");
	if (!g->kill && g->result->cause == CAUSE_LOST)
		outcome_unknown(r, g->attempt, "the scenario says it is lost");
	else
		run_ended(r, &news);
}

/* In the order of their ends; those of one moment as they were started. */
void
world_land(struct world *w, struct run *r)
{
	for (;;) {
		struct going *first = NULL;

		vec_each (&w->going, struct going, g)
			if (!g->ended && g->ends <= clock_boot() &&
			    (!first || g->ends < first->ends ||
			     (g->ends == first->ends &&
			      g->attempt < first->attempt)))
				first = g;
		if (!first)
			return;
		land(r, first);
	}
}

void
world_answer(const struct world *w, struct run *r, uint64_t attempt)
{
	const struct going *g = world_find(w, attempt);
	struct warden_news news = {.kind = g ? WARDEN_BEGUN
					     : WARDEN_NOT_STARTED,
				   .attempt = attempt,
				   .begun = clock_boot()};

	if (g && g->ended && g->result->cause == CAUSE_LOST && !g->kill) {
		outcome_unknown(r, attempt, "the scenario says it is lost");
		return;
	}
	if (g && g->ended)
		news = news_of(g);
	recover_answer(r, &news);
}

void
world_release(struct world *w)
{
	vec_release(&w->going);
}
