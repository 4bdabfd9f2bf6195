/* What an engine asks of its warden.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "../base/clock.h"
#include "../base/crash.h"
#include "warden_filter.h"
#include "warden_keeper.h"
#include "warden_spawn.h"

#define REQUESTS_A_TURN 64

static void
not_started(struct keeper *k, const struct warden_spec *spec,
	    enum spawn_call call, int error)
{
	struct warden_news news = {.kind = WARDEN_NOT_STARTED,
				   .attempt = spec->attempt,
				   .error = error};

	spawn_explain(call, error, spec, news.detail, sizeof(news.detail));
	tell(k, &news);
	queue_ended(k, spec->attempt, NULL);
}

static void
note_begun(struct keeper *k, const struct spawn *s, int filter)
{
	struct known *known = known_add(&k->known, s->spec->attempt);
	struct warden_news news = {.kind = WARDEN_BEGUN,
				   .attempt = s->spec->attempt,
				   .order = s->begun_at,
				   .pid = s->begun.pid,
				   .start_time = s->begun.start_time,
				   .begun = s->begun.boot};
	struct attempt *a;

	known->begun_at = s->begun_at + 1;
	if (s->failed) {
		known->ended_at = s->journal->size - JOURNAL_RECORD + 1;
		not_started(k, s->spec, s->call, s->error);
		return;
	}
	a = attempt_new(k, s->spec);
	a->pid = s->pid;
	a->start_time = s->begun.start_time;
	a->begun = s->begun.boot;
	a->filter = filter;
	if (s->spec->timeout)
		a->timeout_at = a->begun + s->spec->timeout;
	known->live = a;
	watch_begin(a);
	attempt_wake(k, a);
	tell(k, &news);
}

void
request_start(struct keeper *k, const struct warden_spec *spec)
{
	struct spawn s = {.spec = spec,
			  .journal = &k->journal,
			  .boot_id = k->boot_id,
			  .ticks = &k->ticks,
			  .null = k->null,
			  .output = -1,
			  .errors = -1};
	int filter = 0;

	if (known_find(&k->known, spec->attempt)) {
		tell_truth(k, spec->attempt);
		return;
	}
	if (k->damage >= 0) {
		not_started(k, spec, SPAWN_JOURNAL, EUCLEAN);
		return;
	}
	/* The begun, its failure or ending, and the endings of all others. */
	if (!journal_reserve(&k->journal, k->live.n + 3)) {
		not_started(k, spec, SPAWN_JOURNAL, errno);
		return;
	}
	if (spec->nsecrets) {
		filter = filter_start(spec, &s);
		if (filter < 0) {
			not_started(k, spec, s.call, s.error);
			return;
		}
	}
	CRASH_POINT("fork-before");
	spawn_run(&s);
	CRASH_POINT("fork-after");
	if (filter)
		filter_close(&s);
	if (s.begun.kind)
		note_begun(k, &s, filter);
	else
		not_started(k, spec, s.call, s.error);
}

static void
stop(struct keeper *k, const struct proto *m)
{
	const struct known *known = known_find(&k->known, m->attempt);

	/* What has ended by itself was not killed. */
	reap_all(k);
	queue_withdraw(k);
	known = known_find(&k->known, m->attempt);
	if (known && known->live && !known->live->foreign)
		attempt_stop(k, known->live, m->why, m->now);
	else if (known && !known->ended_at)
		attempt_stop_foreign(k, known, m->why, m->now);
	else
		tell_truth(k, m->attempt);
}

static void
freeze(struct keeper *k, const struct proto *m)
{
	const struct known *known = known_find(&k->known, m->attempt);

	if (known && known->live && !known->live->foreign)
		attempt_freeze(k, known->live, m->now);
}

static void
acknowledge(struct keeper *k, uint64_t attempt)
{
	struct known *known = known_find(&k->known, attempt);

	if (!known || (known->live && !known->live->ended))
		return;
	if (known->live) {
		known->live->unwritten = false;
		attempt_free(k, known->live);
	}
	known_remove(&k->known, attempt);
}

static void
handle(struct keeper *k, struct proto *m)
{
	switch (m->kind) {
	case PROTO_START:
		if (!queue_add(k, &m->spec))
			request_start(k, &m->spec);
		/* Environment and secrets are not kept. */
		explicit_bzero(k->in.bytes.at + k->in.first,
			       k->in.at - k->in.first);
		return;
	case PROTO_KILL:
		stop(k, m);
		return;
	case PROTO_FREEZE:
		freeze(k, m);
		return;
	case PROTO_ACK:
		acknowledge(k, m->attempt);
		for (size_t i = 0; i < m->nacks; i++)
			acknowledge(k, m->acks[i]);
		return;
	case PROTO_WITHDRAW:
		queue_withdraw(k);
		return;
	case PROTO_QUERY:
		tell_truth(k, m->attempt);
		return;
	case PROTO_WELCOME:
	case PROTO_NEWS:
	case PROTO_LARGE:
		keeper_drop_connection(k);
		return;
	}
}

void
request_handle(struct keeper *k)
{
	for (int i = 0; i < REQUESTS_A_TURN && k->connection >= 0; i++) {
		int got = proto_next(k->connection, &k->in, &k->request);

		CRASH_POINT("request");
		if (got < 0 && errno == EAGAIN)
			return;
		if (got <= 0 || k->request.version != PROTO_VERSION)
			keeper_drop_connection(k);
		else
			handle(k, &k->request);
	}
}
