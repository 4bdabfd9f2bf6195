/* Parking and waking.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "wait.h"

#include <unistd.h>

#include "../base/clock.h"
#include "../base/fs.h"
#include "decide.h"
#include "queue.h"
#include "vars.h"

/* How often to look whether an awaited file is there. */
#define FILE_POLL 250

static void
wake_at(struct run *r, uint32_t ix, int64_t wall)
{
	struct inst *i = run_inst(r, ix);
	int64_t left = wall - clock_wall();

	i->due = wall;
	i->due_boot = clock_boot() + (left > 0 ? left : 0);
	dues_push(r, i->due_boot, ix);
	run_save(r, ix);
}

static int64_t
timeout_of(const struct step *step)
{
	return step->action == ACTION_APPROVAL ? step->more->approval->timeout
					       : step->more->wait->timeout;
}

static void
fails_now(struct run *r, uint32_t ix, const char *why)
{
	decide_fail(r, ix, CAUSE_REQUIRE, why);
}

/* `until`: a timestamp, or text of one.  -1 when it is neither. */
static int64_t
until_of(struct run *r, uint32_t ix, char *why, size_t size)
{
	const struct wait *w = run_step(r, run_inst(r, ix))->more->wait;
	struct vars vars = vars_of_inst(r, ix);
	struct cel_vars lookup = vars_lookup(&vars);
	struct cel_error err = {0};
	struct arena a = {0};
	struct value v;
	int64_t ms = -1;

	if (!template_eval(&w->until, &lookup, &a, &v, &err)) {
		snprintf(why, size, "wait.until: %s", err.message);
	} else if (v.kind == VALUE_TIMESTAMP) {
		ms = v.time.seconds * 1000 + v.time.nanos / 1000000;
	} else if (v.kind != VALUE_STRING || !clock_parse(v.string, &ms)) {
		snprintf(why, size, "wait.until is no RFC 3339 time");
		ms = -1;
	}
	arena_release(&a);
	return ms;
}

static void
park_on_person(struct run *r, uint32_t ix)
{
	struct inst *i = run_inst(r, ix);

	i->flags |= INST_PERSON;
	r->npersons++;
}

/* The path of an awaited file, in `a`; NULL when its template fails. */
static const char *
file_of(struct run *r, uint32_t ix, struct arena *a)
{
	const struct inst *i = run_inst(r, ix);
	struct vars vars = vars_of_inst(r, ix);
	struct cel_vars lookup = vars_lookup(&vars);
	struct cel_error err;
	const char *path;
	char *joined;

	if (!template_render(&run_step(r, i)->more->wait->file, &lookup, a,
			     &path, &err))
		return NULL;
	joined = fs_join(run_scope(r, i)->wf->dir, path);
	path = arena_strdup(a, joined);
	free(joined);
	return path;
}

static bool
file_is_there(struct run *r, uint32_t ix)
{
	struct arena a = {0};
	const char *path = file_of(r, ix, &a);
	bool there = path && access(path, F_OK) == 0;

	arena_release(&a);
	return there;
}

static void
look_again(struct run *r, uint32_t ix)
{
	dues_push(r, clock_boot() + FILE_POLL, ix);
}

/* A kept signal that matches, taken out of the row's list; see
 * wait_signal. */
static bool take_kept(struct run *r, uint32_t ix);

static int64_t
sooner(int64_t time, int64_t timeout)
{
	return timeout != DURATION_NONE && timeout < time ? timeout : time;
}

/* A wait for time is due: is it that time, or its timeout? */
static bool
time_has_come(struct run *r, uint32_t ix)
{
	const struct wait *w = run_step(r, run_inst(r, ix))->more->wait;
	char why[300];

	if (w->timeout == DURATION_NONE)
		return true;
	if (w->kind == WAIT_FOR)
		return w->duration <= w->timeout;
	return until_of(r, ix, why, sizeof(why)) <= clock_wall();
}

static void
arm(struct run *r, uint32_t ix)
{
	const struct step *step = run_step(r, run_inst(r, ix));
	int64_t timeout = timeout_of(step), until;
	char why[300];

	if (step->action == ACTION_APPROVAL ||
	    step->more->wait->kind == WAIT_SIGNAL)
		park_on_person(r, ix);
	if (step->action == ACTION_WAIT && step->more->wait->kind == WAIT_FOR) {
		wake_at(r, ix,
			clock_wall() +
				sooner(step->more->wait->duration, timeout));
		return;
	}
	if (step->action == ACTION_WAIT &&
	    step->more->wait->kind == WAIT_UNTIL) {
		until = until_of(r, ix, why, sizeof(why));
		if (until < 0)
			fails_now(r, ix, why);
		else
			wake_at(r, ix,
				clock_wall() +
					sooner(until - clock_wall(), timeout));
		return;
	}
	if (timeout != DURATION_NONE)
		wake_at(r, ix, clock_wall() + timeout);
	if (step->action == ACTION_WAIT && step->more->wait->kind == WAIT_FILE)
		wait_due(r, ix);
	else if (step->action == ACTION_WAIT)
		take_kept(r, ix);
}

void
wait_park(struct run *r, uint32_t ix)
{
	const struct step *step = run_step(r, run_inst(r, ix));
	struct vars vars = vars_of_inst(r, ix);
	struct cel_vars lookup = vars_lookup(&vars);
	struct cel_error err = {0};
	struct arena a = {0};
	const char *prompt = NULL;

	if (step->action == ACTION_APPROVAL &&
	    step->more->approval->prompt.text &&
	    !template_render(&step->more->approval->prompt, &lookup, &a,
			     &prompt, &err)) {
		fails_now(r, ix, err.message);
		arena_release(&a);
		return;
	}
	if (prompt)
		text_set(&inst_more(run_inst(r, ix))->prompt, prompt);
	run_apply(r, ix, EVENT_PARK, GUARD_ALWAYS, CAUSE_NONE, NULL);
	arena_release(&a);
	arm(r, ix);
}

void
wait_disarm(struct run *r, uint32_t ix)
{
	struct inst *i = run_inst(r, ix);

	if (!(i->flags & INST_PERSON))
		return;
	i->flags &= (uint16_t)~INST_PERSON;
	r->npersons--;
}

void
wait_restore(struct run *r, uint32_t ix)
{
	const struct inst *i = run_inst(r, ix);
	const struct step *step = run_step(r, i);

	if (i->state == STEP_WAITING &&
	    (step->action == ACTION_APPROVAL ||
	     (step->action == ACTION_WAIT &&
	      step->more->wait->kind == WAIT_SIGNAL)))
		park_on_person(r, ix);
	if (i->state == STEP_WAITING && step->action == ACTION_WAIT &&
	    step->more->wait->kind == WAIT_FILE)
		look_again(r, ix);
}

static void
wake(struct run *r, uint32_t ix, const char *because)
{
	run_event(r, EV_CHOICE, ix, "woken", because, NULL);
	run_apply(r, ix, EVENT_WAKE, GUARD_ALWAYS, CAUSE_NONE, because);
}

/* Nobody came in time. */
static void
wait_timed_out(struct run *r, uint32_t ix, const struct wait *w)
{
	if (w->succeed_on_timeout) {
		run_event(r, EV_CHOICE, ix, "succeeded",
			  "its timeout passed and the default is succeed",
			  NULL);
		run_apply(r, ix, EVENT_DECLINED, GUARD_TO_SUCCEED, CAUSE_NONE,
			  NULL);
	} else {
		decide_fail(r, ix, CAUSE_TIMEOUT,
			    "what it waited for did not come in time");
	}
}

static void
approval_timed_out(struct run *r, uint32_t ix, const struct approval *a)
{
	r->actor = "timeout";
	switch (a->on_timeout) {
	case APPROVAL_APPROVE:
		wait_answer(r, ix, true, "{}", "nobody answered in time");
		break;
	case APPROVAL_REJECT:
		wait_answer(r, ix, false, "{}", "nobody answered in time");
		break;
	case APPROVAL_FAIL:
		decide_fail(r, ix, CAUSE_TIMEOUT, "nobody answered in time");
		break;
	}
	r->actor = "engine";
}

void
wait_due(struct run *r, uint32_t ix)
{
	const struct inst *i = run_inst(r, ix);
	const struct step *step = run_step(r, i);
	bool late = i->due && i->due_boot <= clock_boot();

	if (i->state != STEP_WAITING)
		return;
	if (step->action == ACTION_APPROVAL) {
		if (late)
			approval_timed_out(r, ix, step->more->approval);
		return;
	}
	switch (step->more->wait->kind) {
	case WAIT_FOR:
	case WAIT_UNTIL:
		if (late && time_has_come(r, ix))
			wake(r, ix, "its time has come");
		else if (late)
			wait_timed_out(r, ix, step->more->wait);
		break;
	case WAIT_SIGNAL:
		if (late)
			wait_timed_out(r, ix, step->more->wait);
		break;
	case WAIT_FILE:
		if (file_is_there(r, ix))
			wake(r, ix, "the file is there");
		else if (late)
			wait_timed_out(r, ix, step->more->wait);
		else
			look_again(r, ix);
		break;
	}
}

/* --- signals
 * ------------------------------------------------------------------------- */

static bool
matches(struct run *r, uint32_t ix, const char *name, const char *signal)
{
	const struct inst *i = run_inst(r, ix);
	const struct step *step = run_step(r, i);
	struct vars vars = vars_of_inst(r, ix);
	struct cel_error err;
	bool holds = true;

	if (i->state != STEP_WAITING || step->action != ACTION_WAIT ||
	    step->more->wait->kind != WAIT_SIGNAL ||
	    !str_eq(step->more->wait->signal, name))
		return false;
	vars.signal = signal;
	if (step->more->wait->match.text)
		vars_test(&vars, &step->more->wait->match, &holds, &err);
	return holds;
}

static char *
signal_text(const char *name, const char *payload)
{
	json_t *o = json_object(), *data = json_loads(payload, 0, NULL);
	char *text;

	json_object_set_new(o, "name", json_string(name));
	json_object_set_new(o, "data", data ? data : json_object());
	text = json_dumps(o, JSON_COMPACT);
	json_decref(o);
	return text;
}

static void
wake_by_signal(struct run *r, uint32_t ix, json_t *signal)
{
	char *payload =
		json_dumps(json_object_get(signal, "data"), JSON_COMPACT);

	text_set(&inst_more(run_inst(r, ix))->outputs, payload);
	free(payload);
	wake(r, ix, "the signal came");
}

void
wait_signal(struct run *r, const char *name, const char *payload)
{
	char *text = signal_text(name, payload);
	json_t *signal = json_loads(text, 0, NULL);
	bool taken = false;

	run_event(r, EV_SIGNAL, IX_NONE, NULL, NULL, text);
	for (uint32_t ix = 0; ix < r->insts.n; ix++) {
		if (!matches(r, ix, name, text))
			continue;
		wake_by_signal(r, ix, signal);
		taken = true;
	}
	if (!taken)
		vec_push(&r->signals, mem_strdup(text));
	r->dirty = true;
	json_decref(signal);
	free(text);
}

static bool
take_kept(struct run *r, uint32_t ix)
{
	for (size_t k = 0; k < r->signals.n; k++) {
		char *text = r->signals.at[k];
		json_t *signal = json_loads(text, 0, NULL);
		const char *name =
			json_string_value(json_object_get(signal, "name"));
		bool hit = name && matches(r, ix, name, text);

		if (hit) {
			memmove(&r->signals.at[k], &r->signals.at[k + 1],
				(--r->signals.n - k) * sizeof(char *));
			free(text);
			wake_by_signal(r, ix, signal);
		}
		json_decref(signal);
		if (hit)
			return true;
	}
	return false;
}

/* --- approvals
 * ----------------------------------------------------------------------- */

static char *
answer_outputs(struct run *r, const char *fields, const char *comment)
{
	json_t *o = json_loads(fields, 0, NULL);
	char at[CLOCK_TEXT], *text;

	if (!o)
		o = json_object();
	json_object_set_new(o, "approved_by", json_string(r->actor));
	json_object_set_new(o, "approved_at",
			    json_string(clock_format(clock_wall(), at)));
	json_object_set_new(o, "comment", json_string(comment ? comment : ""));
	text = json_dumps(o, JSON_COMPACT);
	json_decref(o);
	return text;
}

static void
rejected(struct run *r, uint32_t ix, const char *why)
{
	const struct approval *a = run_step(r, run_inst(r, ix))->more->approval;
	struct scope *s = run_scope(r, run_inst(r, ix));

	switch (a->on_reject) {
	case ON_REJECT_SKIP:
		run_apply(r, ix, EVENT_DECLINED, GUARD_TO_SKIP, CAUSE_NONE,
			  why);
		break;
	case ON_REJECT_ROLLBACK:
		run_apply(r, ix, EVENT_DECLINED, GUARD_TO_FAIL, CAUSE_REJECTED,
			  why);
		s->rolling_back = true;
		text_set(&s->rollback_target, a->reject_target);
		decide_stop(r, run_inst(r, ix)->scope, "it was rejected");
		break;
	case ON_REJECT_FAIL:
		run_apply(r, ix, EVENT_DECLINED, GUARD_TO_FAIL, CAUSE_REJECTED,
			  why);
		if (run_inst(r, ix)->group == IX_NONE)
			decide_failure(r, ix);
		break;
	}
}

void
wait_answer(struct run *r, uint32_t ix, bool approve, const char *fields,
	    const char *comment)
{
	char *text = answer_outputs(r, fields, comment), *why;

	text_set(&inst_more(run_inst(r, ix))->outputs, text);
	free(text);
	why = mem_printf("%s by %s%s%s", approve ? "approved" : "rejected",
			 r->actor, comment ? ": " : "", comment ? comment : "");
	run_event(r, EV_CHOICE, ix, approve ? "approved" : "rejected", why,
		  NULL);
	if (approve)
		run_apply(r, ix, EVENT_WAKE, GUARD_ALWAYS, CAUSE_NONE, why);
	else
		rejected(r, ix, why);
	free(why);
}
