/* Endings of attempts.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "outcome.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "../base/clock.h"
#include "../model/retry.h"
#include "again.h"
#include "claim.h"
#include "copies.h"
#include "decide.h"
#include "dispatch.h"
#include "ensure.h"
#include "group.h"
#include "hook.h"
#include "outcome_ending.h"
#include "outputs.h"
#include "queue.h"
#include "undo.h"
#include "vars.h"
#include "warn.h"

#define LOG_TAIL ((size_t)64 * 1024)

/* --- success
 * -----------------------------------------------------------------------------
 */

/* The outputs of an attempt that exited 0, and whether they keep the
 * step's contracts. */
static void
check_success(struct run *r, const struct flight *f, struct arena *a,
	      const char **outputs, struct ending *e)
{
	struct wf_err err = {0};

	if (!outputs_read(r, f, a, outputs, &err)) {
		e->cause = CAUSE_OUTPUT;
		snprintf(e->why, sizeof(e->why), "%.390s", err.message);
		return;
	}
	if (!ensure_holds(r, f->ix, *outputs, e->why, sizeof(e->why)))
		e->cause = CAUSE_ENSURE;
}

/* `repeat`: is another round due?  1 yes, 0 no, -1 the rounds are spent. */
static int
wants_repeat(struct run *r, uint32_t ix, const char *outputs, struct ending *e)
{
	struct inst *i = run_inst(r, ix);
	const struct repeat *repeat = run_step(r, i)->more->repeat;
	struct vars vars = vars_of_inst(r, ix);
	struct cel_error err = {0};
	bool done = false;

	if (!repeat)
		return 0;
	vars.outputs = outputs ? outputs : "{}";
	inst_more(i)->repeats++;
	if (repeat->until.text &&
	    !vars_test(&vars, &repeat->until, &done, &err)) {
		snprintf(e->why, sizeof(e->why), "repeat.until: %s",
			 err.message);
		return -1;
	}
	if (done)
		return 0;
	if (!repeat->limit || i->more->repeats < repeat->limit)
		return 1;
	snprintf(e->why, sizeof(e->why),
		 "repeat.until did not hold after %u rounds", repeat->limit);
	return repeat->until.text ? -1 : 0;
}

static void
wait_before(struct run *r, uint32_t ix, int64_t delay, enum step_event event,
	    enum step_guard guard, enum cause cause, const char *because)
{
	struct inst *i = run_inst(r, ix);

	run_apply(r, ix, event, guard, cause, because);
	i = run_inst(r, ix);
	i->flags &= (uint16_t)~INST_CHECKED;
	inst_wake(i, clock_wall() + delay, clock_boot() + delay);
	run_save(r, ix);
	dues_push(r, inst_due_boot(i), ix);
}

void
outcome_succeeded(struct run *r, uint32_t ix, const char *outputs_json)
{
	struct ending e = {.exit_code = -1};
	int again = wants_repeat(r, ix, outputs_json, &e);

	if (outputs_json)
		text_set(&inst_more(run_inst(r, ix))->outputs, outputs_json);
	if (again > 0) {
		const struct repeat *repeat =
			run_step(r, run_inst(r, ix))->more->repeat;

		/* A round is not a try: it does not use up a retry. */
		run_inst(r, ix)->tries = 0;
		again_inside(r, ix, "another round");
		wait_before(r, ix, repeat->every < 0 ? 0 : repeat->every,
			    EVENT_EXIT_ERROR, GUARD_MAY_RETRY, CAUSE_NONE,
			    "repeat.until does not hold yet");
	} else if (again < 0) {
		decide_fail(r, ix, CAUSE_ENSURE, e.why);
	} else {
		run_apply(r, ix, EVENT_EXIT_OK, GUARD_ALWAYS, CAUSE_NONE, NULL);
	}
}

/* --- failure
 * -------------------------------------------------------------------------------
 */

static char *
log_tail(const struct run *r, const struct flight *f, size_t *n)
{
	char *path = mem_printf("%s/%s", r->dir, f->log);
	char *text = mem_alloc(LOG_TAIL);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	off_t end = fd < 0 ? 0 : lseek(fd, 0, SEEK_END);
	ssize_t got = 0;

	if (fd >= 0) {
		off_t from = end > (off_t)LOG_TAIL ? end - (off_t)LOG_TAIL : 0;

		got = pread(fd, text, LOG_TAIL, from);
		close(fd);
	}
	free(path);
	*n = got > 0 ? (size_t)got : 0;
	return text;
}

static struct retry_answer
ask_policy(struct run *r, uint32_t ix, const struct flight *f,
	   const struct ending *e)
{
	const struct inst *i = run_inst(r, ix);
	const struct retry_policy *policy = run_step(r, i)->more->retry;
	struct retry_ending ending = {.cause = e->cause,
				      .exit_code = e->exit_code};
	struct retry_answer answer;
	char *tail = NULL;

	if (f && retry_needs_log(policy))
		tail = log_tail(r, f, &ending.log_bytes);
	ending.log = tail;
	answer = retry_decide(policy, i->tries, &ending,
			      (double)random() / ((double)RAND_MAX + 1));
	free(tail);
	return answer;
}

static void
try_again(struct run *r, uint32_t ix, const struct ending *e,
	  const struct retry_answer *answer)
{
	const struct inst *i = run_inst(r, ix);
	const struct retry_policy *policy = run_step(r, i)->more->retry;
	char data[400], what[80], because[700], delay[DURATION_TEXT];
	char ended[600];
	char backoff[BACKOFF_TEXT];
	json_t *rule = json_string(answer->rule);
	char *rule_text = json_dumps(rule, JSON_ENCODE_ANY);

	duration_format(answer->delay, delay);
	snprintf(what, sizeof(what), "retry %u/%u in %s", i->tries + 1,
		 policy->limit + 1, delay);
	retry_because(ended, sizeof(ended), e->why, answer->rule);
	snprintf(because, sizeof(because), "%s; %s%s", ended,
		 retry_backoff_text(policy, i->tries, backoff),
		 decide_rolls_back(r, ix) ? "; no rollback while tries are left"
					  : "");
	snprintf(data, sizeof(data),
		 "{\"n\":%u,\"limit\":%u,\"delay_ms\":%lld,\"due\":%lld,"
		 "\"rule\":%s}",
		 i->tries + 1, policy->limit, (long long)answer->delay,
		 (long long)(clock_wall() + answer->delay), rule_text);
	run_event(r, EV_RETRY, ix, what, because, data);
	free(rule_text);
	json_decref(rule);
	wait_before(r, ix, answer->delay, EVENT_EXIT_ERROR, GUARD_MAY_RETRY,
		    e->cause, because);
}

static void
settle_failure(struct run *r, uint32_t ix, const struct flight *f,
	       const struct ending *e)
{
	const struct inst *i = run_inst(r, ix);
	struct retry_answer answer;
	char because[600];

	if (i->flags & INST_STOPPING &&
	    (e->cause == CAUSE_CANCELLED || r->cancelling)) {
		run_apply(r, ix, EVENT_CANCEL, GUARD_ALWAYS, CAUSE_CANCELLED,
			  "stopped");
		return;
	}
	answer = ask_policy(r, ix, f, e);
	if (answer.again &&
	    (!run_scope(r, i)->stopping || run_step(r, i)->finally)) {
		try_again(r, ix, e, &answer);
		return;
	}
	retry_because(because, sizeof(because), e->why,
		      answer.again ? "the run is stopping" : answer.rule);
	decide_fail(r, ix, e->cause, because);
}

void
outcome_failed(struct run *r, uint32_t ix, enum cause cause, const char *why)
{
	struct ending e = {.cause = cause, .exit_code = -1};

	snprintf(e.why, sizeof(e.why), "%s", why);
	settle_failure(r, ix, NULL, &e);
}

/* --- phases
 * ---------------------------------------------------------------------------------
 */

/* Only the failure of the last copy counts. */
static void
copy_failed(struct run *r, const struct flight *f, const struct ending *e)
{
	char what[40];

	if (!copies_left(r, f->ix)) {
		settle_failure(r, f->ix, f, e);
		return;
	}
	snprintf(what, sizeof(what), "attempt %u does not count", f->n);
	run_event(r, EV_CHOICE, f->ix, what, e->why, NULL);
	run_save(r, f->ix);
}

static void
copy_succeeded(struct run *r, const struct flight *f, const char *outputs)
{
	copies_won(r, f);
	outcome_succeeded(r, f->ix, outputs);
}

static void
do_ended(struct run *r, struct flight *f, struct ending *e)
{
	struct arena a = {0};
	const char *outputs = NULL;

	if (!e->cause)
		check_success(r, f, &a, &outputs, e);
	if (!f->dropped)
		run_inst(r, f->ix)->exit_code = e->exit_code;
	warn_ended(r, f);
	ending_close(r, f, e);
	if (run_inst(r, f->ix)->state != STEP_RUNNING || f->dropped)
		run_save(r, f->ix); /* a person or a copy has settled it */
	else if (e->cause)
		copy_failed(r, f, e);
	else
		copy_succeeded(r, f, outputs);
	arena_release(&a);
}

static void
check_ended(struct run *r, const struct flight *f, struct ending *e)
{
	struct inst *i = run_inst(r, f->ix);

	ending_close(r, f, e);
	if (i->state != STEP_RUNNING)
		return;
	if (!e->cause) {
		run_event(r, EV_REUSE, f->ix, "reused", "its check exited 0",
			  NULL);
		run_apply(r, f->ix, EVENT_ALREADY_DONE, GUARD_ALWAYS,
			  CAUSE_NONE, NULL);
	} else if (e->cause == CAUSE_EXIT && !(i->flags & INST_STOPPING)) {
		i->flags |= INST_CHECKED;
		dispatch_action(r, f->ix);
	} else {
		if (e->cause != CAUSE_CANCELLED && e->cause != CAUSE_DEADLINE)
			e->cause = CAUSE_CHECK;
		settle_failure(r, f->ix, f, e);
	}
}

void
outcome_settle(struct run *r, uint64_t attempt, const struct ending *ending)
{
	struct ending e = *ending;
	struct flight f;

	if (!ending_take(r, attempt, &f)) {
		run_effect(r, EFFECT_ACK, attempt, WARDEN_KILL_NONE);
		return;
	}
	switch (f.phase) {
	case PHASE_DO:
		do_ended(r, &f, &e);
		break;
	case PHASE_CHECK:
		check_ended(r, &f, &e);
		break;
	case PHASE_UNDO:
		ending_close(r, &f, &e);
		undo_ended(r, f.ix, e.cause, e.exit_code, e.why);
		break;
	case PHASE_HOOK:
		ending_close(r, &f, &e);
		hook_ended(r, &f, e.cause, e.exit_code, e.why);
		break;
	}
	ending_drop(&f);
}

void
outcome_ended(struct run *r, const struct warden_news *news)
{
	const struct flight *flying = run_flight(r, news->attempt);
	struct ending e = ending_read(news);

	if (flying && flying->claimed) {
		if (news->kind == WARDEN_NOT_STARTED && !news->error) {
			claim_withdrawn(r, news->attempt);
			return;
		}
		claim_begun(r, news->attempt, news);
		flying = run_flight(r, news->attempt);
	}
	if (flying && ending_far(r, flying, news, &e))
		outcome_unknown(r, news->attempt, e.why);
	else
		outcome_settle(r, news->attempt, &e);
}
