/* News to the engine, which is always the truth of the journal.
 *
 * News gathers until the end of the turn and goes together.
 * A full socket never makes the warden wait: what it could not say is
 * noted, and said when the socket is writable again.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <errno.h>
#include <stdlib.h>

#include "../base/clock.h"
#include "../base/crash.h"
#include "warden_keeper.h"
#include "warden_spawn.h"

#define ENOUGH       (PROTO_INLINE / 2) /* bytes for one message */
#define UNHURRIED_MS 20

static void
fill_begun(struct warden_news *n, const struct journal_record *r)
{
	n->pid = r->pid;
	n->start_time = r->start_time;
	n->begun = r->boot;
}

static void
fill_end(struct warden_news *n, const struct journal_record *r, uint64_t at)
{
	n->order = at;
	n->pid = r->pid;
	if (r->kind == JOURNAL_FAILED) {
		n->kind = WARDEN_NOT_STARTED;
		n->error = r->error;
		spawn_explain((enum spawn_call)r->call, r->error, NULL,
			      n->detail, sizeof(n->detail));
		return;
	}
	n->kind = WARDEN_ENDED;
	n->status = r->status;
	n->kill = (enum warden_kill)r->kill;
	n->ended = r->boot;
	n->wall_ended = r->wall;
	n->user_us = r->user_us;
	n->system_us = r->system_us;
	n->max_rss = r->max_rss;
}

/* What the journal says of an attempt that no child of ours is. */
static void
fill_known(struct keeper *k, struct warden_news *n, const struct known *known)
{
	struct journal_record begun = {0}, ended;

	n->kind = WARDEN_FOREIGN;
	if (known->begun_at &&
	    journal_read_at(&k->journal, known->begun_at - 1, &begun)) {
		fill_begun(n, &begun);
		n->order = known->begun_at - 1;
		/* A pid of another boot says nothing. */
		if (memcmp(begun.boot_id, k->boot_id, 16) != 0)
			n->pid = 0;
	}
	if (known->ended_at &&
	    journal_read_at(&k->journal, known->ended_at - 1, &ended))
		fill_end(n, &ended, known->ended_at - 1);
}

static struct warden_news
truth(struct keeper *k, uint64_t attempt)
{
	const struct known *known = known_find(&k->known, attempt);
	struct warden_news n = {.kind = WARDEN_NOT_STARTED, .attempt = attempt};
	const struct attempt *a = known ? known->live : NULL;

	if (!known)
		return n;
	if (!a || a->foreign) {
		fill_known(k, &n, known);
		return n;
	}
	n.kind = WARDEN_BEGUN;
	n.pid = a->pid;
	n.start_time = a->start_time;
	n.begun = a->begun;
	if (a->ended && a->unwritten)
		fill_end(&n, &a->end, a->end_at);
	return n;
}

static bool
send_all(struct keeper *k)
{
	k->unhurried = 0;
	if (!k->out.n)
		return true;
	CRASH_POINT("tell-before");
	if (proto_send(k->connection, &k->out)) {
		CRASH_POINT("tell-after");
		strbuf_clear(&k->out);
		return true;
	}
	k->blocked = errno == EAGAIN || errno == ENOBUFS;
	if (!k->blocked)
		keeper_drop_connection(k);
	return false;
}

/* Does anything wait for the engine to hear it?  Not for a beginning, nor
 * for an ending while others follow it anyhow. */
static bool
is_urgent(const struct keeper *k, const struct warden_news *news)
{
	return news->kind != WARDEN_BEGUN &&
	       (news->kind != WARDEN_ENDED || !queue_is_long(k));
}

/* False when it must be said later, or to nobody. */
static bool
say(struct keeper *k, const struct warden_news *news)
{
	bool hurry = is_urgent(k, news) || (k->out.n && !k->unhurried);

	if (k->out.n > ENOUGH && !send_all(k))
		return false;
	proto_add(&(struct proto){.kind = PROTO_NEWS,
				  .attempt = news->attempt,
				  .news = *news},
		  &k->out);
	if (hurry)
		k->unhurried = 0;
	else if (!k->unhurried)
		k->unhurried = clock_boot();
	return true;
}

int
tell_wait(const struct keeper *k)
{
	int64_t left = k->unhurried + UNHURRIED_MS - clock_boot();

	if (!k->unhurried || k->blocked)
		return -1;
	return left > 0 ? (int)left : 0;
}

void
tell_flush(struct keeper *k)
{
	if (k->connection >= 0 && !k->blocked && tell_wait(k) <= 0)
		send_all(k);
}

static struct warden_news *
copy(const struct warden_news *news)
{
	struct warden_news *kept = mem_alloc(sizeof(*kept));

	*kept = *news;
	return kept;
}

void
tell(struct keeper *k, const struct warden_news *news)
{
	if (k->connection < 0)
		return;
	if (!k->blocked && say(k, news))
		return;
	if (k->blocked)
		vec_push(&k->late, (struct late){news->attempt, copy(news)});
}

void
tell_truth(struct keeper *k, uint64_t attempt)
{
	struct warden_news news;

	if (k->connection < 0)
		return;
	if (!k->blocked) {
		news = truth(k, attempt);
		if (say(k, &news))
			return;
	}
	if (k->blocked)
		vec_push(&k->late, (struct late){.attempt = attempt});
}

void
tell_ended(struct keeper *k, const struct attempt *a)
{
	struct warden_news n = {.attempt = a->id,
				.start_time = a->start_time,
				.begun = a->begun};

	fill_end(&n, &a->end, a->end_at);
	tell(k, &n);
}

void
tell_late(struct keeper *k)
{
	size_t done = 0;

	k->blocked = false;
	if (!send_all(k))
		return;
	while (done < k->late.n && !k->blocked && k->connection >= 0) {
		struct late *late = &k->late.at[done];
		struct warden_news news =
			late->news ? *late->news : truth(k, late->attempt);

		if (!say(k, &news))
			break;
		free(late->news);
		done++;
	}
	if (k->connection < 0)
		return; /* all forgotten */
	memmove(k->late.at, k->late.at + done,
		(k->late.n - done) * sizeof(*k->late.at));
	k->late.n -= done;
}

void
forget_late(struct keeper *k)
{
	for (size_t i = 0; i < k->late.n; i++)
		free(k->late.at[i].news);
	k->late.n = 0;
	k->blocked = false;
	k->unhurried = 0;
	strbuf_clear(&k->out);
}
