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
#include "../base/vec.h"
#include "face_int.h"

enum {
	PAGE = 1000,
	STEP_RUNS = 200,    /* the latest runs whose steps are counted */
	STEP_ROWS = 100000, /* ... and no more rows than that */
	ADVICE_LEAST = 3    /* times something happened before it is told */
};

/* What is counted of a flow or a step while the runs pass by. */
struct count {
	struct wf_stat s;
	VEC(int64_t) took;
	VEC(struct wf_stat_end) ends;
	VEC(struct wf_stat_try) tries;
};

struct counting {
	struct wf_engine *e;
	struct arena *arena; /* of the result */
	const struct wf_stats_query *query;
	VEC(struct count *) counts;
	struct count whole;
	int64_t from, to; /* what the pieces of the trend divide */
	size_t rows;
	size_t next; /* the likely one: steps of all runs come in one order */
};

static struct count *
count_of(struct counting *c, const char *name)
{
	struct count *count;

	for (size_t k = 0; k < c->counts.n; k++) {
		size_t i = (c->next + k) % c->counts.n;

		if (!str_eq(c->counts.at[i]->s.name, name))
			continue;
		c->next = i + 1;
		return c->counts.at[i];
	}
	count = mem_alloc(sizeof(*count));
	*count = (struct count){.s.name = arena_strdup(c->arena, name)};
	vec_push(&c->counts, count);
	return count;
}

/* '.' went well at once, ':' in the end, '|' did not; the worst of a piece
 * stays. */
static void
add_trend(const struct counting *c, struct count *count, int64_t at, char how)
{
	static const char order[] = " .:|";
	int64_t span = c->to - c->from + 1;
	int64_t i = (at - c->from) * WF_TREND / span;
	char *place;

	if (at < c->from || i < 0 || i >= WF_TREND)
		return;
	place = &count->s.trend[i];
	if (!*place || strchr(order, how) > strchr(order, *place))
		*place = how;
}

static void
add_took(const struct counting *c, struct count *count, const char *run,
	 int64_t ms)
{
	vec_push(&count->took, ms);
	count->s.sum += ms;
	if (ms < count->s.longest)
		return;
	count->s.longest = ms;
	count->s.longest_run = arena_strdup(c->arena, run);
}

/* --- runs
 * -------------------------------------------------------------------------- */

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
		add_took(c, count, run->id, run->finished - run->started);
	if (run_state_is_final(run->state))
		add_trend(c, count, run->created,
			  !good                       ? '|'
			  : run->state == RUN_PARTIAL ? ':'
						      : '.');
}

/* --- steps
 * ------------------------------------------------------------------------- */

/* A run's rows while it is counted. */
struct rows {
	struct arena arena;
	struct st_step *steps;
	struct st_attempt *attempts;
	size_t nsteps, nattempts;
	VEC(const char *) ids; /* of each row: its path without keys */
	bool *groups;          /* it has instances with rows of their own */
};

static size_t
row_of(const struct rows *rows, uint32_t ix)
{
	for (size_t i = ix < rows->nsteps ? ix + 1 : rows->nsteps; i-- > 0;)
		if (rows->steps[i].ix == ix)
			return i;
	return SIZE_MAX;
}

/* "each[a]/build" is an instance of "each/build"; parents come before their
 * children. */
static void
name_rows(struct rows *rows)
{
	rows->groups = arena_alloc(&rows->arena, rows->nsteps + 1);
	for (size_t i = 0; i < rows->nsteps; i++) {
		const struct st_step *step = &rows->steps[i];
		size_t p = step->parent == UINT32_MAX
				   ? SIZE_MAX
				   : row_of(rows, step->parent);
		const char *rest, *id = step->path;

		if (p < i) {
			rest = step->path + strlen(rows->steps[p].path);
			rows->groups[p] |= *rest == '[';
			id = *rest == '[' ? rows->ids.at[p]
					  : arena_printf(&rows->arena, "%s%s",
							 rows->ids.at[p], rest);
		}
		vec_push(&rows->ids, id);
	}
}

static bool
went_well(const struct st_attempt *a)
{
	return a->cause == CAUSE_NONE && a->exit_code <= 0 && !a->signal;
}

static void
add_end(struct counting *c, struct count *count, const struct st_attempt *a)
{
	const char *what = cause_name(a->cause);

	if (a->cause == CAUSE_NONE || a->cause == CAUSE_EXIT ||
	    a->cause == CAUSE_SIGNAL)
		what = a->signal
			       ? arena_printf(c->arena, "signal %d", a->signal)
			       : arena_printf(c->arena, "exit %d",
					      a->exit_code);
	vec_each (&count->ends, struct wf_stat_end, end)
		if (str_eq(end->what, what)) {
			end->n++;
			return;
		}
	vec_push(&count->ends, (struct wf_stat_end){what, 1});
}

/* The nth try of an instance. */
static void
add_try(struct counting *c, struct count *count, size_t nth,
	const struct st_attempt *a)
{
	struct wf_stat_try *try;
	bool good = went_well(a);

	while (count->tries.n <= nth)
		vec_push(&count->tries, (struct wf_stat_try){0});
	try = &count->tries.at[nth];
	try->n++;
	try->good += good;
	count->s.tries++;
	count->s.retries += nth > 0;
	if (good)
		return;
	if (a->finished > a->started) {
		try->wasted += a->finished - a->started;
		count->s.wasted += a->finished - a->started;
	}
	add_end(c, count, a);
}

static int
by_step(const void *a, const void *b)
{
	const struct st_attempt *x = a, *y = b;

	if (x->ix != y->ix)
		return x->ix < y->ix ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

static size_t
first_attempt(const struct rows *rows, uint32_t ix)
{
	size_t low = 0, high = rows->nattempts;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (rows->attempts[middle].ix < ix)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static size_t
add_tries(struct counting *c, struct count *count, const struct rows *rows,
	  uint32_t ix)
{
	size_t n = 0;

	for (size_t i = first_attempt(rows, ix);
	     i < rows->nattempts && rows->attempts[i].ix == ix; i++) {
		const struct st_attempt *a = &rows->attempts[i];

		if (a->phase == PHASE_DO && !a->open)
			add_try(c, count, n++, a);
	}
	return n;
}

static void
count_step(struct counting *c, const struct rows *rows, size_t i,
	   const struct wf_run_info *run)
{
	const struct st_step *step = &rows->steps[i];
	struct count *count = count_of(c, rows->ids.at[i]);
	bool good = step_state_is_good(step->state);
	bool bad = step->state == STEP_FAILED || step->state == STEP_LOST;
	size_t tries;

	if (rows->groups[i] || !step->started)
		return;
	tries = add_tries(c, count, rows, step->ix);
	count->s.runs++;
	count->s.good += good;
	count->s.bad += bad;
	if (good && tries > 1)
		count->s.helped += (uint32_t)tries - 1;
	if (step->finished > count->s.last)
		count->s.last = step->finished;
	if (step->state == STEP_SUCCEEDED && step->finished)
		add_took(c, count, run->id, step->finished - step->started);
	if (good || bad)
		add_trend(c, count, run->created,
			  bad         ? '|'
			  : tries > 1 ? ':'
				      : '.');
}

static enum wf_code
count_steps(struct counting *c, const struct wf_run_info *run,
	    struct wf_err *err)
{
	struct rows rows = {0};
	struct wf_err why = {0};
	enum wf_code code =
		face_said(st_read_steps(c->e->store, run->id, &rows.arena,
					&rows.steps, &rows.nsteps, &why),
			  &why);

	if (!code)
		code = face_said(st_read_attempts(c->e->store, run->id,
						  UINT32_MAX, false,
						  &rows.arena, &rows.attempts,
						  &rows.nattempts, &why),
				 &why);
	if (code && err)
		*err = why;
	if (!code) {
		name_rows(&rows);
		if (rows.nattempts)
			qsort(rows.attempts, rows.nattempts,
			      sizeof(*rows.attempts), by_step);
		for (size_t i = 0; i < rows.nsteps; i++)
			count_step(c, &rows, i, run);
	}
	c->rows += rows.nsteps;
	vec_release(&rows.ids);
	arena_release(&rows.arena);
	return code;
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

/* --- the whole
 * --------------------------------------------------------------------- */

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
by_length(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int
by_frequency(const void *a, const void *b)
{
	const struct wf_stat_end *x = a, *y = b;

	return (x->n < y->n) - (x->n > y->n);
}

static struct wf_stat
take(struct counting *c, struct count *count)
{
	struct wf_stat *s = &count->s;

	if (count->took.n)
		qsort(count->took.at, count->took.n, sizeof(*count->took.at),
		      by_length);
	if (count->ends.n)
		qsort(count->ends.at, count->ends.n, sizeof(*count->ends.at),
		      by_frequency);
	s->took = arena_copy(c->arena, count->took.at,
			     count->took.n * sizeof(*count->took.at));
	s->ntook = count->took.n;
	s->ends = arena_copy(c->arena, count->ends.at,
			     count->ends.n * sizeof(*count->ends.at));
	s->nends = count->ends.n;
	s->at_try = arena_copy(c->arena, count->tries.at,
			       count->tries.n * sizeof(*count->tries.at));
	s->ntries = count->tries.n;
	for (int i = 0; i < WF_TREND; i++)
		if (!s->trend[i])
			s->trend[i] = ' ';
	vec_release(&count->took);
	vec_release(&count->ends);
	vec_release(&count->tries);
	return *s;
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
	out->whole = take(&c, &c.whole);
	out->at = arena_alloc(c.arena, (c.counts.n + 1) * sizeof(*out->at));
	for (size_t i = 0; i < c.counts.n; i++) {
		out->at[out->n++] = take(&c, c.counts.at[i]);
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
