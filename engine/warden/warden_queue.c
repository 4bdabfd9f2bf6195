/* Attempts that begin as soon as others have made room.
 *
 * An engine hands over a few attempts ahead of their time, so that no place
 * stands idle while it writes down what has just ended; some of them also
 * wait for another to end well.  They are in nobody's journal yet: when the
 * engine asks, or goes, they were never started.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "warden_keeper.h"

#define LONG 5

static uint32_t
running(const struct keeper *k)
{
	uint32_t n = 0;

	for (size_t i = 0; i < k->live.n; i++)
		n += !k->live.at[i]->ended && !k->live.at[i]->foreign;
	return n;
}

/* Environments are not kept longer than they must be. */
static void
forget(struct queued *q)
{
	explicit_bzero(q->bytes, q->n);
	free(q->bytes);
}

static struct queued
take(struct keeper *k, size_t i)
{
	struct queued q = k->queue.at[i];

	k->queue.n--;
	memmove(k->queue.at + i, k->queue.at + i + 1,
		(k->queue.n - i) * sizeof(q));
	return q;
}

/* --- after another ------------------------------------------------------ */

static bool
ended_well(const struct journal_record *end, const char *unless)
{
	struct stat st;

	if (!end || end->kind != JOURNAL_ENDED || end->status || end->kill)
		return false;
	return stat(unless, &st) < 0 ? errno == ENOENT : st.st_size == 0;
}

static bool
is_queued(const struct keeper *k, uint64_t attempt)
{
	for (size_t i = 0; i < k->queue.n; i++)
		if (k->queue.at[i].attempt == attempt)
			return true;
	return false;
}

static bool
is_to_end(const struct keeper *k, uint64_t attempt)
{
	const struct known *known = known_find(&k->known, attempt);

	return is_queued(k, attempt) ||
	       (known && known->live && !known->live->ended);
}

/* Has the one before ended well by now? */
static bool
may_follow(struct keeper *k, const struct warden_spec *spec)
{
	const struct known *known = known_find(&k->known, spec->after);
	struct journal_record end;

	return known && known->ended_at &&
	       journal_read_at(&k->journal, known->ended_at - 1, &end) &&
	       ended_well(&end, spec->unless);
}

void
queue_ended(struct keeper *k, uint64_t attempt,
	    const struct journal_record *end)
{
	for (size_t i = 0; i < k->queue.n; i++) {
		struct queued *q = &k->queue.at[i];

		if (q->after != attempt)
			continue;
		if (!ended_well(end, q->unless)) {
			queue_withdraw(k);
			return;
		}
		q->after = 0;
	}
}

bool
queue_is_long(const struct keeper *k)
{
	uint32_t n = 0;

	for (size_t i = 0; i < k->queue.n; i++)
		n += k->queue.at[i].after > 0;
	return n >= LONG;
}

/* --- the line ----------------------------------------------------------- */

static void
add(struct keeper *k, const struct warden_spec *spec, uint64_t after)
{
	const char *bytes = k->in.bytes.at + k->in.first;
	struct queued q = {.attempt = spec->attempt,
			   .after = after,
			   .room = spec->room,
			   .n = k->in.at - k->in.first};

	q.bytes = mem_alloc(q.n);
	memcpy(q.bytes, bytes, q.n);
	if (after)
		q.unless = q.bytes + (spec->unless - bytes);
	vec_push(&k->queue, q);
}

bool
queue_add(struct keeper *k, const struct warden_spec *spec)
{
	bool waits = spec->after && is_to_end(k, spec->after);

	if (is_queued(k, spec->attempt))
		return true;
	if (spec->after && !waits && !may_follow(k, spec)) {
		tell(k, &(struct warden_news){.kind = WARDEN_NOT_STARTED,
					      .attempt = spec->attempt});
		return true;
	}
	if (!waits && (!spec->room || (!k->queue.n && running(k) < spec->room)))
		return false;
	add(k, spec, waits ? spec->after : 0);
	return true;
}

void
queue_run(struct keeper *k)
{
	size_t i = 0;

	while (i < k->queue.n && k->connection >= 0) {
		struct queued q = k->queue.at[i];

		if (q.after) {
			i++;
			continue;
		}
		if (running(k) >= q.room)
			return;
		q = take(k, i);
		if (proto_decode(q.bytes, q.n, &k->request))
			request_start(k, &k->request.spec);
		forget(&q);
	}
}

void
queue_withdraw(struct keeper *k)
{
	for (size_t i = 0; i < k->queue.n; i++) {
		tell(k,
		     &(struct warden_news){.kind = WARDEN_NOT_STARTED,
					   .attempt = k->queue.at[i].attempt});
		if (!k->queue.n)
			return; /* the engine is gone */
	}
	queue_clear(k);
}

void
queue_clear(struct keeper *k)
{
	for (size_t i = 0; i < k->queue.n; i++)
		forget(&k->queue.at[i]);
	k->queue.n = 0;
}
