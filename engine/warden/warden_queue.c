/* Attempts that begin as soon as others have made room.
 *
 * An engine hands over a few attempts ahead of their time, so that no place
 * stands idle while it writes down what has just ended.  They are in nobody's
 * journal yet: when the engine asks, or goes, they were never started.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "warden_keeper.h"

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

static void
take_first(struct keeper *k, size_t n)
{
	k->queue.n -= n;
	memmove(k->queue.at, k->queue.at + n,
		k->queue.n * sizeof(*k->queue.at));
}

bool
queue_add(struct keeper *k, const struct warden_spec *spec)
{
	struct queued q = {.attempt = spec->attempt,
			   .room = spec->room,
			   .n = k->in.at - k->in.first};

	if (!spec->room || (!k->queue.n && running(k) < spec->room))
		return false;
	for (size_t i = 0; i < k->queue.n; i++)
		if (k->queue.at[i].attempt == spec->attempt)
			return true;
	q.bytes = mem_alloc(q.n);
	memcpy(q.bytes, k->in.bytes.at + k->in.first, q.n);
	vec_push(&k->queue, q);
	return true;
}

void
queue_run(struct keeper *k)
{
	size_t begun = 0;

	while (begun < k->queue.n && k->connection >= 0 &&
	       running(k) < k->queue.at[begun].room) {
		struct queued *q = &k->queue.at[begun++];

		if (proto_decode(q->bytes, q->n, &k->request))
			request_start(k, &k->request.spec);
		if (k->queue.n) /* else it lost its engine meanwhile */
			forget(q);
	}
	if (begun && k->queue.n)
		take_first(k, begun);
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
