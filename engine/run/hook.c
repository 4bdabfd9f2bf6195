/* Hooks: asked for, started one at a time, recorded.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "hook.h"

#include "../base/clock.h"
#include "concur.h"
#include "dispatch.h"
#include "spec.h"

static bool
has_hook(const struct run *r, enum hook hook)
{
	const struct command *c = &r->scopes.at[0].wf->hooks[hook];

	return c->run || c->nargv;
}

static uint32_t
first_failed(const struct run *r)
{
	const struct scope *s = &r->scopes.at[0];
	uint32_t first = IX_NONE;

	for (uint32_t ix = s->first; ix < s->first + s->wf->nsteps; ix++) {
		const struct inst *i = run_inst(r, ix);

		if (i->state == STEP_FAILED && !(i->flags & INST_IGNORED) &&
		    (first == IX_NONE ||
		     inst_failed_before(i, run_inst(r, first))))
			first = ix;
	}
	return first;
}

void
hook_ask(struct run *r, enum hook hook, uint32_t ix, const char *reason)
{
	struct hook_due due = {
		.hook = hook, .state = r->ending ? r->end_state : r->row.state};

	if (!has_hook(r, hook))
		return;
	if (hook == HOOK_FAILURE) /* also when a rollback follows */
		due.state = RUN_FAILED;
	if (ix == IX_NONE)
		ix = first_failed(r);
	if (ix != IX_NONE)
		due.step = run_path(r, ix);
	text_set(&due.reason, reason);
	vec_push(&r->hooks, due);
	r->dirty = true;
}

static enum hook
hook_of_end(enum run_state state)
{
	switch (state) {
	case RUN_SUCCEEDED:
	case RUN_PARTIAL:
		return HOOK_SUCCESS;
	case RUN_CANCELLED:
		return HOOK_CANCEL;
	case RUN_ROLLING_BACK:
	case RUN_ROLLED_BACK:
	case RUN_ROLLBACK_FAILED:
		return HOOK_ROLLBACK;
	case RUN_QUEUED:
	case RUN_RUNNING:
	case RUN_WAITING:
	case RUN_PAUSED:
	case RUN_FAILED:
	case RUN_NSTATES:
		break;
	}
	return HOOK_FAILURE;
}

void
hook_end_run(struct run *r, enum run_state state, enum cause cause)
{
	r->ending = true;
	r->end_state = state;
	r->end_cause = cause;
	r->dirty = true;
	hook_ask(r, hook_of_end(state), IX_NONE,
		 cause ? cause_name(cause) : NULL);
	hook_ask(r, HOOK_EXIT, IX_NONE, cause ? cause_name(cause) : NULL);
	hook_turn(r);
}

/* --- attempts
 * ------------------------------------------------------------------- */

static void
begin(struct run *r)
{
	enum hook hook = r->hooks.at[0].hook;
	struct flight f = {
		.attempt = ++r->row.next_attempt,
		.ix = IX_NONE,
		.n = (uint32_t)hook + 1,
		.phase = PHASE_HOOK,
		.started = clock_wall(),
		.log = mem_printf("logs/hook-%s.log", hook_name(hook))};

	r->hook_flying = true;
	dispatch_flight(r, &f);
}

void
hook_turn(struct run *r)
{
	while (r->hooks.n && !r->hook_flying)
		begin(r);
	if (!r->ending || r->hooks.n)
		return;
	r->ending = false;
	run_set_state(r, r->end_state, r->end_cause);
	concur_leave(r);
}

static void
drop_first(struct run *r)
{
	free(r->hooks.at[0].reason);
	free(r->hooks.at[0].step);
	r->hooks.n--;
	memmove(r->hooks.at, r->hooks.at + 1,
		r->hooks.n * sizeof(*r->hooks.at));
	r->dirty = true;
}

/* Its data also say what it was asked for, as a hook has no row. */
static void
record(struct run *r, const struct flight *f, json_t *data, const char *why)
{
	enum hook hook = (enum hook)(f->n - 1);
	char *text;

	json_object_set_new(data, "hook", json_string(hook_name(hook)));
	json_object_set_new(data, "ms",
			    json_integer(clock_wall() - f->started));
	json_object_set_new(data, "log", json_string(f->log));
	text = json_dumps(data, JSON_COMPACT);
	run_event(r, EV_HOOK, IX_NONE, hook_name(hook), why, text);
	free(text);
	json_decref(data);
}

void
hook_ended(struct run *r, const struct flight *f, enum cause cause,
	   int exit_code, const char *why)
{
	json_t *data = json_object();

	json_object_set_new(data, "exit_code",
			    exit_code < 0 ? json_null()
					  : json_integer(exit_code));
	if (cause)
		json_object_set_new(data, "cause",
				    json_string(cause_name(cause)));
	record(r, f, data, cause ? why : NULL);
	r->hook_flying = false;
	if (r->hooks.n)
		drop_first(r);
}

void
hook_unknown(struct run *r, const struct flight *f, const char *why)
{
	char text[300];

	snprintf(text, sizeof(text), "%.200s; it runs again", why);
	record(r, f, json_pack("{s:b}", "again", true), text);
	r->hook_flying = false;
}
