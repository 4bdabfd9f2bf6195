/* Statistics: how often flows and steps went well, how long they took, what
 * their tries were worth.
 *
 * Steps are counted from their rows alone: no definition is read, and how
 * many rows are looked at is bounded, so that a screen may ask.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "../base/clock.h"
#include "face_stats.h"

enum {
	PAGE = 1000,
	STEP_RUNS = 200,    /* the latest runs whose steps are counted */
	STEP_ROWS = 100000, /* ... and no more rows than that */
	ADVICE_LEAST = 3    /* times something happened before it is told */
};

static void
count_run(struct counting *c, struct count *count,
	  const struct wf_run_info *run)
{
	struct wf_stat *s = &count->s;
	bool good = run->state == RUN_SUCCEEDED || run->state == RUN_PARTIAL;

	s->runs++;
	if (run->interrupted)
		s->interrupted++;
	else
		s->counts[run->state]++;
	s->good += good;
	s->bad += !good && run_state_is_final(run->state);
	if (run->finished > s->last)
		s->last = run->finished;
	if (run->state == RUN_SUCCEEDED && run->started && run->finished)
		count_took(c, count, run->id, run->finished - run->started);
	if (run_state_is_final(run->state))
		count_trend(c, count, run->created,
			    !good                       ? '|'
			    : run->state == RUN_PARTIAL ? ':'
							: '.');
}

/* The steps of the latest run's flow in the order of the file, also those
 * that never began. */
static enum wf_code
name_steps(struct counting *c, const char *run, struct wf_err *err)
{
	struct wf_run_detail d = {0};
	enum wf_code code = wf_run(c->e, run, &d, err);

	for (size_t i = 0; !code && i < d.nsteps; i++)
		count_of(c, d.steps[i].id);
	wf_list_free(&d.list);
	return code;
}

static enum wf_code
count_page(struct counting *c, const struct wf_runs *runs, struct wf_err *err)
{
	enum wf_code code = WF_OK;

	if (runs->n && c->query->flow && !c->counts.n)
		code = name_steps(c, runs->at[0].id, err);
	for (size_t i = 0; !code && i < runs->n; i++) {
		count_run(c, &c->whole, &runs->at[i]);
		if (c->query->flow && c->rows < STEP_ROWS)
			code = count_steps(c, &runs->at[i], err);
		else if (!c->query->flow)
			count_run(c, count_of(c, runs->at[i].flow),
				  &runs->at[i]);
	}
	return code;
}

static enum wf_code
count_all(struct counting *c, struct wf_err *err)
{
	struct wf_run_filter filter = {.flow = c->query->flow,
				       .since = c->query->since};
	size_t left = c->query->flow ? STEP_RUNS : SIZE_MAX;
	enum wf_code code = WF_OK;

	do {
		struct wf_runs runs = {0};

		filter.limit = left < PAGE ? (uint32_t)left : PAGE;
		code = wf_runs(c->e, &filter, &runs, err);
		if (!code)
			code = count_page(c, &runs, err);
		left -= runs.n;
		filter.before = runs.next;
		wf_list_free(&runs.list);
	} while (!code && left && filter.before);
	return code;
}

/* Without a beginning the trend begins with the oldest of the latest. */
static void
find_span(struct counting *c)
{
	struct wf_run_filter filter = {.flow = c->query->flow,
				       .limit = STEP_RUNS};
	struct wf_runs runs = {0};

	c->to = clock_wall();
	c->from = c->query->since;
	if (c->from || wf_runs(c->e, &filter, &runs, NULL))
		return;
	c->from = runs.n ? runs.at[runs.n - 1].created : c->to;
	wf_list_free(&runs.list);
}

static int
by_name(const void *a, const void *b)
{
	const struct wf_stat *x = a, *y = b;

	return strcmp(x->name, y->name);
}

enum wf_code
wf_stats(struct wf_engine *e, const struct wf_stats_query *query,
	 struct wf_stats *out, struct wf_err *err)
{
	static const struct wf_stats_query any;
	struct counting c = {.e = e, .query = query ? query : &any};
	enum wf_code code;

	*out = (struct wf_stats){.list = face_list()};
	c.arena = out->list.arena;
	c.whole.s.name =
		c.query->flow ? arena_strdup(c.arena, c.query->flow) : "";
	find_span(&c);
	code = count_all(&c, err);
	out->whole = count_result(&c, &c.whole);
	out->at = arena_alloc(c.arena, (c.counts.n + 1) * sizeof(*out->at));
	for (size_t i = 0; i < c.counts.n; i++) {
		out->at[out->n++] = count_result(&c, c.counts.at[i]);
		free(c.counts.at[i]);
	}
	vec_release(&c.counts);
	if (!c.query->flow && out->n > 1)
		qsort(out->at, out->n, sizeof(*out->at), by_name);
	if (code)
		wf_list_free(&out->list);
	return code;
}

int64_t
wf_stat_quantile(const struct wf_stat *s, int permille)
{
	size_t rank = (s->ntook * (size_t)permille + 999) / 1000;

	return s->ntook ? s->took[rank ? rank - 1 : 0] : 0;
}

/* Tries beyond some number that never helped; else too short a time. */
char *
wf_stat_advice(const struct wf_stat *s)
{
	size_t last = s->ntries;
	uint32_t n = 0;
	int64_t wasted = 0;

	while (last > 1 && !s->at_try[last - 1].good) {
		last--;
		n += s->at_try[last].n;
		wasted += s->at_try[last].wasted;
	}
	if (n >= ADVICE_LEAST)
		return mem_printf(
			"no try beyond %zu of %u helped; retry.limit: "
			"%zu would have saved %llds",
			last, n, last - 1, (long long)(wasted / 1000));
	if (s->nends && str_eq(s->ends[0].what, cause_name(CAUSE_TIMEOUT)) &&
	    s->ends[0].n >= ADVICE_LEAST && s->ntook)
		return mem_printf("%u tries ran out of time; the longest that "
				  "succeeded took %llds",
				  s->ends[0].n, (long long)(s->longest / 1000));
	return NULL;
}
