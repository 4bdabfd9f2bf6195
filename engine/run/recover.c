/* Recovery: one function of stored rows, journal and live processes.
 *
 * Records in the store: I intent (the attempt's row is open), F its result.
 * In the journal, told by the warden: B begun, X ended.
 *
 *  #  crash between             found        same boot           after reboot
 *  1  decision, commit of I     nothing      decide again        the same
 *  2  I durable, request        I            never begun: start  unknown
 *     ... of a claim            I            never begun: ready  unknown
 *  3  request sent, fork        I            never begun: start  unknown
 *  4  fork, B                   I, unborn    the warden waits: 5 unknown
 *                               child        or 2
 *  5  B, end of the step        I B, runs    re-attach           unknown
 *  6  end, X                    I B, zombie  X from the warden   unknown
 *  7  X, commit of F            I B X        F from X            F from X
 *  8  a commit failed           any          the engine left; what is there
 *                                            is read: 1 to 9     the same
 *  9  F durable, ack            F, B X       nothing: F stands   the same
 * 10  F, next request           F I'         2 for I'            2 for I'
 * 11  retry waits               F, due       what is left of it  clamped
 * 12  request accepted          D            act on it           the same
 * 14  rollback begun            F, list      the list goes on    the same
 * 15  inside an undo            I(undo)      2 to 7              unknown
 * 16  run's ending              F, end       nothing             nothing
 * 17  engine and warden gone,   I B, orphan  wait for it; status unknown
 *     the step still runs                    by kernel, else
 *                                            unknown
 *
 * "Unknown" is outcome_unknown: on_lost decides.  Running this twice gives
 * the same as once, because every answer of the warden may be told again.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "recover.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "../base/clock.h"
#include "../model/retry.h"
#include "claim.h"
#include "copies.h"
#include "dispatch.h"
#include "group.h"
#include "halt.h"
#include "outcome.h"
#include "queue.h"
#include "rows.h"
#include "slots.h"
#include "spec.h"
#include "wait.h"
#include "warn.h"

/* --- rows
 * ------------------------------------------------------------------------- */

/* An empty group stands where the next one begins. */
static int
by_first(const void *pa, const void *pb)
{
	const struct structure *a = pa, *b = pb;

	if (a->first != b->first)
		return a->first > b->first ? 1 : -1;
	return (a->n > 0) - (b->n > 0);
}

/* The longest a wait of this kind can last, so that a wall clock that was
 * set back cannot stretch it; -1 when it is a point in time. */
static int64_t
longest_wait(const struct run *r, uint32_t ix)
{
	const struct inst *i = run_inst(r, ix);
	enum cause cause;
	const struct step *step = run_step(r, i);
	const struct retry_policy *retry = step->more->retry;

	if (i->state == STEP_UNDO_WAIT)
		retry = step->more->undo.retry;
	if (i->state == STEP_RETRY_WAIT || i->state == STEP_UNDO_WAIT)
		return !retry ? -1
			      : 2 * retry_delay(retry, i->tries ? i->tries : 1);
	if (i->state == STEP_RUNNING)
		return halt_child_limit(r, ix, &cause);
	if (step->action == ACTION_APPROVAL)
		return step->more->approval->timeout;
	if (step->action != ACTION_WAIT)
		return -1;
	return step->more->wait->kind == WAIT_FOR ? step->more->wait->duration
						  : step->more->wait->timeout;
}

static void
rearm(struct run *r, uint32_t ix)
{
	struct inst *i = run_inst(r, ix);
	int64_t left = inst_due_boot(i) ? inst_due_boot(i) - clock_boot()
					: inst_due(i) - clock_wall();
	int64_t longest = longest_wait(r, ix);

	if (longest >= 0 && left > longest)
		left = longest;
	inst_wake(i, inst_due(i), clock_boot() + (left > 0 ? left : 0));
	dues_push(r, inst_due_boot(i), ix);
}

static void
restore(struct run *r, uint32_t ix)
{
	struct inst *i = run_inst(r, ix);

	if (inst_due(i))
		rearm(r, ix);
	if (i->flags & INST_ASKING)
		run_scope(r, i)->nlost++;
	switch ((enum step_state)i->state) {
	case STEP_READY:
		dispatch_enqueue(r, ix);
		break;
	case STEP_RUNNING:
		if (i->flags & INST_GROUP) {
			group_recount(r, ix);
			vec_push(&r->unfed, ix);
		} else if (slots_needed(r, ix))
			slots_hold(r, ix);
		break;
	case STEP_WAITING:
		wait_restore(r, ix);
		break;
	case STEP_PENDING:
	case STEP_RETRY_WAIT:
	case STEP_SUCCEEDED:
	case STEP_REUSED:
	case STEP_SKIPPED:
	case STEP_FAILED:
	case STEP_CANCELLED:
	case STEP_LOST:
	case STEP_UNDOING:
	case STEP_UNDO_WAIT:
	case STEP_UNDONE:
	case STEP_UNDO_FAILED:
	case STEP_NSTATES:
		break;
	}
}

/* What is left of a row until all of them have been read. */
struct stored {
	uint32_t ix;
	enum step_state state;
};

struct loading {
	struct run *r;
	struct wf_err *err;
	enum wf_code code;
	VEC(struct stored) rows;
	struct structures found;
};

/* Groups and child flows, in the order in which they came into being: those
 * that begin at `ix` or before.  What contains something comes before it, so
 * these are known by now. */
static void
load_structures(struct loading *l, uint32_t ix)
{
	struct structures *found = &l->found;
	size_t k = 0;

	if (found->n)
		qsort(found->at, found->n, sizeof(*found->at), by_first);
	for (; !l->code && k < found->n && found->at[k].first <= ix; k++)
		l->code = group_restore(l->r, &found->at[k], l->err);
	if (k)
		memmove(found->at, found->at + k,
			(found->n - k) * sizeof(*found->at));
	found->n -= k;
}

static bool
load_row(void *arg, const struct st_step *row)
{
	struct loading *l = arg;

	if (row->ix < l->r->scopes.at[0].first)
		return true; /* dead: see request_adopt.c */
	if (row->ix >= l->r->insts.n)
		load_structures(l, row->ix);
	if (!l->code)
		l->code = rows_load_step(l->r, row, l->err);
	if (l->code)
		return false;
	rows_structure(row, &l->found);
	vec_push(&l->rows, ((struct stored){row->ix, row->state}));
	return true;
}

static enum wf_code
load_steps(struct run *r, struct store *store, struct wf_err *err)
{
	struct loading l = {.r = r, .err = err};

	if (st_each_step(store, r->row.id, load_row, &l, err) > ST_EMPTY)
		l.code = WF_STORE;
	if (!l.code)
		load_structures(&l, UINT32_MAX);
	if (!l.code)
		l.code = rows_load_data(r, err);
	r->row.ndone = r->row.nfailed = 0;
	for (size_t k = 0; !l.code && k < l.rows.n; k++)
		run_restore_state(r, l.rows.at[k].ix, l.rows.at[k].state);
	for (size_t k = 0; !l.code && k < l.rows.n; k++)
		restore(r, l.rows.at[k].ix);
	vec_release(&l.rows);
	vec_release(&l.found);
	return l.code;
}

static enum wf_code
load_flights(struct run *r, struct store *store, struct wf_err *err)
{
	struct arena a = {0};
	struct st_attempt *rows = NULL;
	size_t n = 0;
	enum wf_code code = WF_OK;

	if (st_read_attempts(store, r->row.id, UINT32_MAX, true, &a, &rows, &n,
			     err) > ST_EMPTY)
		code = WF_STORE;
	for (size_t k = 0; !code && k < n; k++) {
		struct flight f = {.attempt = rows[k].id,
				   .ix = rows[k].ix,
				   .n = rows[k].n,
				   .phase = rows[k].phase,
				   .started = rows[k].started,
				   .killed_for = rows[k].cause,
				   .killed_now = rows[k].signal == SIGKILL,
				   .log = mem_strdup(rows[k].log)};

		if (f.ix >= r->insts.n && f.phase != PHASE_HOOK) {
			free(f.log);
			continue;
		}
		r->hook_flying |= f.phase == PHASE_HOOK;
		if (f.phase == PHASE_DO && !f.started)
			claim_restore(r, &f);
		vec_push(&r->flights, f);
	}
	arena_release(&a);
	return code;
}

enum wf_code
recover_load(struct run *r, struct store *store, struct wf_err *err)
{
	enum wf_code code = load_steps(r, store, err);

	if (!code)
		code = load_flights(r, store, err);
	if (!code)
		warn_restore(r);
	if (!code)
		copies_restore(r);
	return code;
}

/* --- the warden's answers
 * ------------------------------------------------------------ */

#define ANSWER_TIME 10000

struct answers {
	struct warden_news *at;
	size_t n, cap;
};

static int
by_order(const void *pa, const void *pb)
{
	const struct warden_news *a = pa, *b = pb;

	return (a->order > b->order) - (a->order < b->order);
}

static bool
is_answer(const struct warden_news *news)
{
	return news->kind == WARDEN_ENDED || news->kind == WARDEN_BEGUN ||
	       news->kind == WARDEN_FOREIGN || news->kind == WARDEN_NOT_STARTED;
}

/* One answer for each flight; the last one of a flight counts. */
static bool
gather(struct run *r, struct warden *w, struct answers *out)
{
	int64_t end = clock_boot() + ANSWER_TIME;
	size_t asked = r->flights.n;

	vec_each (&r->flights, struct flight, f)
		if (!warden_query(w, f->attempt))
			return false;
	while (asked) {
		struct pollfd p = {.fd = warden_fd(w), .events = POLLIN};
		struct warden_news news;
		int64_t left = end - clock_boot();

		if (left <= 0 || poll(&p, 1, (int)left) == 0)
			return false;
		while (warden_receive(w, &news)) {
			if (news.kind == WARDEN_GONE)
				return false;
			if (!is_answer(&news) || !run_flight(r, news.attempt))
				continue;
			vec_push(out, news);
			asked -= asked > 0;
		}
	}
	return true;
}

/* Rows 2 to 4: it never began; the same attempt is asked for again. */
static void
start_again(struct run *r, uint64_t attempt)
{
	struct flight *f = run_flight(r, attempt);
	struct warden_news news = {.kind = WARDEN_NOT_STARTED,
				   .attempt = attempt};
	struct wf_err err = {0};

	if (f->claimed) {
		claim_withdrawn(r, attempt);
		return;
	}
	if (f->killed_for) {
		news.kind = WARDEN_ENDED;
		news.status = SIGTERM;
		news.kill = halt_kill_for(f->killed_for);
		outcome_ended(r, &news);
		return;
	}
	f->spec = spec_new(r, f, &err);
	if (f->spec) {
		run_effect(r, EFFECT_START, attempt, WARDEN_KILL_NONE);
		return;
	}
	snprintf(news.detail, sizeof(news.detail), "%.250s", err.message);
	outcome_ended(r, &news);
}

/* It runs; what was asked of it since may never have arrived. */
static void
goes_on(struct run *r, struct flight *f)
{
	const struct inst *i = f->ix == IX_NONE ? NULL : run_inst(r, f->ix);

	halt_again(r, f);
	if (i && i->flags & INST_FROZE)
		run_effect(r,
			   i->flags & INST_HELD ? EFFECT_FREEZE : EFFECT_THAW,
			   f->attempt, WARDEN_KILL_NONE);
}

/* A claim that another has to end before: nothing says that this happened. */
static bool
is_follower(const struct run *r, const struct flight *f)
{
	return f->claimed && run_inst(r, f->ix)->state == STEP_PENDING;
}

static void
take_answer(struct run *r, const struct warden_news *news, bool rebooted,
	    struct orphans *orphans)
{
	static const char restarted[] =
		"the machine was restarted while it was in flight";
	struct flight *f = run_flight(r, news->attempt);

	if (!f)
		return; /* answered twice */
	if (f->claimed &&
	    (news->kind == WARDEN_BEGUN || news->kind == WARDEN_FOREIGN)) {
		claim_begun(r, news->attempt, news);
		f = run_flight(r, news->attempt);
	}
	if (news->kind == WARDEN_ENDED ||
	    (news->kind == WARDEN_NOT_STARTED && news->error)) {
		outcome_ended(r, news);
	} else if (rebooted && !is_follower(r, f)) {
		outcome_unknown(r, news->attempt, restarted);
	} else if (news->kind == WARDEN_NOT_STARTED) {
		start_again(r, news->attempt);
	} else if (news->kind == WARDEN_BEGUN) {
		flight_begun(f, news);
		goes_on(r, f);
	} else {
		/* Also when it has just ended: as its heir we may still be
		 * told how. */
		f->begun = news->begun;
		vec_push(orphans, (struct orphan){news->attempt, news->pid,
						  news->start_time});
		goes_on(r, f);
	}
}

void
recover_answer(struct run *r, const struct warden_news *news)
{
	take_answer(r, news, false, NULL);
}

enum wf_code
recover_ask(struct run *r, struct warden *w, bool rebooted,
	    struct orphans *orphans, struct wf_err *err)
{
	struct answers answers = {0};
	bool all = gather(r, w, &answers);

	if (answers.n)
		qsort(answers.at, answers.n, sizeof(*answers.at), by_order);
	for (size_t k = 0; all && k < answers.n; k++)
		take_answer(r, &answers.at[k], rebooted, orphans);
	vec_release(&answers);
	if (all)
		return WF_OK;
	return ERR(err, WF_INTERNAL, "the warden of run %s does not answer",
		   r->row.id);
}

void
recover_orphan_ended(struct run *r, const struct orphan *o, int pidfd)
{
	struct warden_news news = {
		.kind = WARDEN_ENDED, .attempt = o->attempt, .pid = o->pid};

	if (warden_process_status(pidfd, &news.status))
		outcome_ended(r, &news);
	else
		outcome_unknown(r, o->attempt,
				"engine and warden were both gone when it "
				"ended");
}
