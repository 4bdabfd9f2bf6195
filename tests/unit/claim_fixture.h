/* A run that knows its steps to be short, so that it claims some.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_CLAIM_FIXTURE_H
#define WF_CLAIM_FIXTURE_H

#include "play.h"

#include "engine/run/claim.h"

/* The warden withdraws all of them. */
static void
recall_all(void *arg)
{
	struct play *p = arg;

	for (size_t k = p->r->flights.n; k-- > 0;)
		if (p->r->flights.at[k].claimed)
			claim_withdrawn(p->r, p->r->flights.at[k].attempt);
}

/* It has seen four attempts that lasted so long. */
static struct play *
play_lasting(const char *flow, const char *options, int64_t ms)
{
	struct play *p = play_with(flow, "{}", options);
	struct warden_news news = {.kind = WARDEN_ENDED,
				   .begun = play_boot(),
				   .ended = play_boot() + ms};

	p->r->claims.recall = recall_all;
	p->r->claims.arg = p;
	for (int i = 0; i < 4; i++)
		claim_learn(p->r, &news);
	play_turn(p);
	return p;
}

static bool
is_claimed(struct play *p, const char *path)
{
	return run_has_claimed(p->r, run_find(p->r, path));
}

static void
begins(struct play *p, const char *path)
{
	struct warden_news news = {.kind = WARDEN_BEGUN,
				   .attempt = play_flight(p, path)->attempt,
				   .begun = play_boot()};

	claim_begun(p->r, news.attempt, &news);
	play_turn(p);
}

#endif
