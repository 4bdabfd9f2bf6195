/* Counting one flow or step: names, lengths, trend, ends.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "face_stats.h"

struct count *
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

void
count_trend(const struct counting *c, struct count *count, int64_t at, char how)
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

void
count_took(const struct counting *c, struct count *count, const char *run,
	   int64_t ms)
{
	vec_push(&count->took, ms);
	count->s.sum += ms;
	if (ms < count->s.longest)
		return;
	count->s.longest = ms;
	count->s.longest_run = arena_strdup(c->arena, run);
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

struct wf_stat
count_result(struct counting *c, struct count *count)
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
