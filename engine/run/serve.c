/* What an engine does while it lives: news in, commits, effects out.
 *
 * One turn: news of all kinds goes into the run; the turn's decisions become
 * a batch, which is committed; when that is durable, its effects are carried
 * out.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "serve.h"

#include <poll.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "../base/clock.h"
#include "../base/crash.h"
#include "claim.h"
#include "concur.h"
#include "copies.h"
#include "door.h"
#include "load.h"
#include "queue.h"
#include "request.h"
#include "spec.h"
#include "turn.h"
#include "warn.h"
#include "watchdog.h"

#define RECALL_TIME 10000 /* ms for the warden to answer */
#define STALE       1000  /* ms without any beginning or end */
#define RENEWALS    5     /* of wardens that tell nothing */

/* --- leaving
 * --------------------------------------------------------------------- */

/* A commit that failed may have succeeded: do nothing more, the next engine
 * reads what is there. */
static _Noreturn void
leave(const char *what, const struct wf_err *err)
{
	fprintf(stderr, "%s: %s; %s\n", what, err->message,
		err->hint[0] ? err->hint : "resume the run");
	_exit(wf_code_exit(err->code ? err->code : WF_STORE));
}

/* --- warden
 * ---------------------------------------------------------------------- */

static void on_warden(void *arg, uint32_t events);
static void recall(void *arg);

/* A warden that cannot live here (no memory, say) would be renewed for ever.
 * Who holds attempts of those before it stays: their endings come to it.  To
 * be asked when the next one has told which there are; and what has ended is
 * to be written down first. */
static void
count_renewal(struct drive *d)
{
	bool holds = false;

	vec_each (&d->run->flights, struct flight, f)
		holds |= f->begun > 0;
	d->hopeless = ++d->renewals > RENEWALS && !holds;
}

static _Noreturn void
leave_hopeless(void)
{
	struct wf_err err = {0};

	ERR(&err, WF_INTERNAL, "it dies again and again");
	wf_err_hint(&err, "see that there is memory, then resume the run");
	leave("the warden", &err);
}

/* The warden has died under us; a new one reads the journal. */
static void
renew_warden(struct drive *d)
{
	struct wf_err err = {0};
	struct orphans found = {0};

	/* Each claim is answered for: none is to be recalled meanwhile. */
	d->run->claims.recall = NULL;
	loop_fd_remove(d->loop, warden_fd(d->warden));
	/* Leaving while attempts run would lose their endings: only we are
	 * their heir.  So when the next one dies, too, there is another. */
	for (int tries = 0;; tries++) {
		warden_detach(d->warden);
		d->warden = NULL;
		if (!warden_attach(d->dir, &d->warden, &err) &&
		    !recover_ask(d->run, d->warden, false, &found, &err))
			break;
		if (tries == 4)
			leave("the warden is gone", &err);
		err = (struct wf_err){0};
	}
	count_renewal(d);
	d->run->claims.recall = recall;
	loop_fd(d->loop, warden_fd(d->warden), EPOLLIN, on_warden, d);
	for (size_t k = 0; k < found.n; k++)
		orphan_watch(d, &found.at[k]);
	vec_release(&found);
}

static void
note_survivors(struct run *r, const struct warden_news *news)
{
	const struct flight *f = run_flight(r, news->attempt);
	json_t *o = json_pack("{s:s}", "processes", news->detail);
	char *data = json_dumps(o, JSON_COMPACT);

	run_event(r, EV_SURVIVORS, f ? f->ix : IX_NONE,
		  news->kill ? "survived the kill" : "left running", NULL,
		  data);
	free(data);
	json_decref(o);
}

static void
take_news(struct drive *d, const struct warden_news *news)
{
	struct flight *f = run_flight(d->run, news->attempt);

	d->moved = clock_boot();
	switch (news->kind) {
	case WARDEN_BEGUN:
		d->renewals = 0;
		if (f && f->claimed)
			claim_begun(d->run, f->attempt, news);
		if (f)
			flight_begun(f, news);
		if (f && !warden_is_ours(d->warden))
			ward_keep(d, f);
		break;
	case WARDEN_ENDED:
		ward_drop(d, news->attempt);
		claim_learn(d->run, news);
		run_ended(d->run, news);
		break;
	case WARDEN_NOT_STARTED:
		run_ended(d->run, news);
		break;
	case WARDEN_SURVIVORS:
		note_survivors(d->run, news);
		break;
	case WARDEN_FOREIGN:
	case WARDEN_GONE:
		break;
	}
}

/* --- recalling claims --------------------------------------------------- */

/* Does it say what becomes of claims, or lets one follow? */
static bool
is_of_claims(const struct run *r, const struct flight *f,
	     const struct warden_news *news)
{
	return f && (f->claimed ||
		     (news->kind == WARDEN_ENDED && !news->status &&
		      !news->kill && claim_is_followed(r, f->attempt)));
}

/* Only that is dealt with now. */
static void
hear_of_claims(struct drive *d)
{
	struct warden_news news;

	while (d->run->claims.n && warden_receive(d->warden, &news)) {
		const struct flight *f = run_flight(d->run, news.attempt);

		if (news.kind == WARDEN_GONE)
			renew_warden(d);
		else if (is_of_claims(d->run, f, &news))
			take_news(d, &news);
		else
			vec_push(&d->later, news);
	}
}

static void
recall(void *arg)
{
	struct drive *d = arg;
	struct run *r = d->run;
	int64_t end = clock_boot() + RECALL_TIME;
	struct wf_err err = {0};

	/* Those that the warden has not heard of yet. */
	for (size_t k = r->flights.n; k-- > 0;)
		if (r->flights.at[k].claimed && r->flights.at[k].spec)
			claim_withdrawn(r, r->flights.at[k].attempt);
	/* Or that it has withdrawn by itself, and said so already. */
	hear_of_claims(d);
	if (r->claims.n)
		warden_withdraw(d->warden);
	while (r->claims.n) {
		struct pollfd p = {.fd = warden_fd(d->warden),
				   .events = POLLIN};
		int64_t left = end - clock_boot();

		if (left <= 0 || poll(&p, 1, (int)left) == 0) {
			ERR(&err, WF_INTERNAL, "it does not answer");
			leave("the warden", &err);
		}
		hear_of_claims(d);
	}
}

static void
take_later(struct drive *d)
{
	for (size_t k = 0; k < d->later.n; k++) {
		struct warden_news news = d->later.at[k];

		take_news(d, &news);
	}
	d->later.n = 0;
}

static void
on_warden(void *arg, uint32_t events)
{
	struct drive *d = arg;
	struct warden_news news;

	(void)events;
	take_later(d);
	while (warden_receive(d->warden, &news)) {
		if (news.kind == WARDEN_GONE) {
			renew_warden(d);
			return;
		}
		take_news(d, &news);
		take_later(d);
	}
}

/* --- effects
 * ------------------------------------------------------------------------ */

static void
start(struct drive *d, uint64_t attempt)
{
	struct flight *f = run_flight(d->run, attempt);

	if (!f || !f->spec)
		return; /* settled before it began */
	CRASH_POINT("start-before");
	warden_start(d->warden, &f->spec->w);
	CRASH_POINT("start-after");
	spec_free(f->spec);
	f->spec = NULL;
}

static void
carry_out(struct drive *d, const struct effect *e)
{
	switch (e->kind) {
	case EFFECT_START:
		start(d, e->attempt);
		break;
	case EFFECT_KILL:
		CRASH_POINT("kill");
		warden_kill(d->warden, e->attempt, e->why, false);
		break;
	case EFFECT_KILL_NOW:
		warden_kill(d->warden, e->attempt, e->why, true);
		break;
	case EFFECT_ACK:
		CRASH_POINT("ack");
		warden_ack(d->warden, e->attempt);
		break;
	case EFFECT_FREEZE:
	case EFFECT_THAW:
		warden_freeze(d->warden, e->attempt, e->kind == EFFECT_FREEZE);
		break;
	case EFFECT_RELEASE:
		concur_release(d->run);
		break;
	}
}

/* --- commits
 * ---------------------------------------------------------------------------
 */

/* It goes on with another definition: what is stored counts. */
static void
reload(struct drive *d)
{
	struct run *old = d->run;
	struct wf_err err = {0};
	bool rebooted;

	if (load_run(d->store, d->dir, old->row.id, &d->run, &rebooted, &err))
		leave("the run cannot be read", &err);
	run_free(old);
	d->run->claims.recall = recall;
	d->run->claims.arg = d;
	run_begin(d->run);
}

static void
carry_out_all(struct drive *d)
{
	struct run *r = d->run;

	warden_cork(d->warden);
	for (size_t k = 0; k < r->effects.n; k++)
		carry_out(d, &r->effects.at[k]);
	warden_uncork(d->warden);
	r->effects.n = 0;
	vec_each (&r->doomed, char *, path) {
		unlink(*path);
		free(*path);
	}
	r->doomed.n = 0;
	CRASH_POINT("effects-done");
}

/* News that comes meanwhile waits in the warden's socket and is dealt with
 * at one go: the busier a run, the more a commit carries. */
static void
commit(struct drive *d)
{
	struct run *r = d->run;
	struct wf_err err = {0};

	CRASH_POINT("commit-before");
	if (st_commit(d->store, r->batch, &err) != ST_OK)
		leave("the store failed", &err);
	if (d->hopeless)
		leave_hopeless();
	CRASH_POINT("commit-after");
	d->held_since = 0;
	d->told = r->row.state;
	d->urgent = false;
	st_batch_free(r->batch);
	r->batch = st_batch_new(r->row.id);
	carry_out_all(d);
	if (r->reborn)
		reload(d);
}

/* --- requests, timers, turns
 * ------------------------------------------------------------- */

static void
read_inbox(struct drive *d)
{
	struct arena a = {0};
	struct st_message *messages;
	size_t n = 0;
	struct wf_err err = {0};

	d->look = false;
	if (st_read_inbox(d->store, d->run->row.id, &a, &messages, &n, &err) >
	    ST_EMPTY)
		leave("the inbox cannot be read", &err);
	CRASH_POINT("inbox-read");
	for (size_t k = 0; k < n; k++)
		request_apply(d->run, &messages[k]);
	d->urgent |= n > 0;
	if (n)
		CRASH_POINT("requests-applied");
	arena_release(&a);
}

static void
on_wake(void *arg, uint32_t events)
{
	struct drive *d = arg;

	(void)events;
	d->look |= door_hear(d->socket, d->lock);
}

static void
on_timer(void *arg)
{
	struct drive *d = arg;

	d->timer = NULL;
	/* A long step came between: claims are not to wait for it. */
	if (d->run->claims.n && clock_boot() - d->moved >= STALE)
		run_recall_claims(d->run);
	watchdog_look(d->run);
	warn_look(d->run);
	copies_look(d->run);
	run_tick(d->run, clock_boot());
}

static void
arm_timer(struct drive *d)
{
	struct due_entry first;
	int64_t due = watchdog_next(d->run), look = warn_next(d->run);

	if (look < due)
		due = look;
	look = copies_next(d->run);
	if (look < due)
		due = look;
	if (dues_first(d->run, &first) && first.due < due)
		due = first.due;
	if (d->held_since && d->held_since + CLAIM_HOLD < due)
		due = d->held_since + CLAIM_HOLD;
	if (d->run->claims.n && d->moved + STALE < due)
		due = d->moved + STALE;
	if (d->timer && d->timer_due == due)
		return;
	if (d->timer)
		loop_timer_cancel(d->loop, d->timer);
	d->timer = due == INT64_MAX ? NULL
				    : loop_timer_at(d->loop, due, on_timer, d);
	d->timer_due = due;
}

/* May what was decided wait for more?  While claims that are durable keep
 * all places busy, nobody waits for this commit. */
static bool
may_hold(struct drive *d)
{
	const struct run *r = d->run;
	int64_t now = clock_boot();

	if (!r->claims.n || d->urgent || d->hopeless ||
	    st_batch_is_large(r->batch) || r->row.state != d->told)
		return false;
	if (!d->held_since)
		d->held_since = now;
	if (now - d->held_since >= CLAIM_HOLD || !claim_lasts(r))
		return false;
	vec_each (&r->effects, struct effect, e) {
		const struct flight *f = run_flight(d->run, e->attempt);

		if (e->kind != EFFECT_ACK &&
		    !(e->kind == EFFECT_START && f && f->claimed))
			return false;
	}
	return true;
}

static void
on_turn_end(void *arg)
{
	struct drive *d = arg;
	bool over = false;

	while (!over) {
		take_later(d);
		if (d->look)
			read_inbox(d);
		if (run_decide(d->run)) {
			if (may_hold(d))
				break;
			run_complete(d->run);
			commit(d);
			continue;
		}
		over = true;
		if (d->hopeless)
			leave_hopeless();
		if (run_is_over(d->run)) {
			read_inbox(d);
			over = !run_turn(d->run);
			if (over)
				loop_stop(d->loop);
			else
				commit(d);
		}
	}
	arm_timer(d);
}

void
drive_serve(struct drive *d)
{
	d->loop = loop_new();
	loop_fd(d->loop, warden_fd(d->warden), EPOLLIN, on_warden, d);
	loop_fd(d->loop, d->socket, EPOLLIN, on_wake, d);
	for (size_t k = 0; k < d->orphans.n; k++)
		orphan_watch(d, &d->orphans.at[k]);
	vec_each (&d->run->flights, struct flight, f)
		if (f->pid && !warden_is_ours(d->warden))
			ward_keep(d, f);
	d->run->claims.recall = recall;
	d->run->claims.arg = d;
	loop_on_turn_end(d->loop, on_turn_end, d);
	d->look = true;
	on_turn_end(d);
	while (loop_turn(d->loop, -1))
		;
	loop_free(d->loop);
}
