/* Approving, rejecting, and what happens when nobody does.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "answer.h"

#include "../base/clock.h"
#include "decide.h"
#include "ensure.h"

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
answer_give(struct run *r, uint32_t ix, bool approve, const char *fields,
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
		ensure_wake(r, ix, why);
	else
		rejected(r, ix, why);
	free(why);
}

/* What the form says by itself; caller frees. */
static char *
defaults_of(const struct params *form)
{
	json_t *o = params_defaults(form);
	char *text = json_dumps(o, JSON_COMPACT);

	json_decref(o);
	return text;
}

void
answer_timed_out(struct run *r, uint32_t ix)
{
	const struct approval *a = run_step(r, run_inst(r, ix))->more->approval;
	char *fields = defaults_of(&a->form);

	r->actor = "timeout";
	switch (a->on_timeout) {
	case APPROVAL_APPROVE:
		answer_give(r, ix, true, fields, "nobody answered in time");
		break;
	case APPROVAL_REJECT:
		answer_give(r, ix, false, "{}", "nobody answered in time");
		break;
	case APPROVAL_FAIL:
		decide_fail(r, ix, CAUSE_TIMEOUT, "nobody answered in time");
		break;
	}
	r->actor = "engine";
	free(fields);
}
