/* Reading what a scenario expects, and its events.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "yaml_scenario_int.h"

/* --- states by name ------------------------------------------------------- */

static int64_t
wanted_step_state(struct scenario_reader *rd, const struct node *n)
{
	const char *names[STEP_NSTATES];

	for (int k = 0; k < STEP_NSTATES; k++)
		names[k] = step_states[k].name;
	return scenario_word(rd, n, names, STEP_NSTATES);
}

static int64_t
wanted_run_state(struct scenario_reader *rd, const struct node *n)
{
	const char *names[RUN_NSTATES];

	for (int k = 0; k < RUN_NSTATES; k++)
		names[k] = run_states[k].name;
	return scenario_word(rd, n, names, RUN_NSTATES);
}

static int64_t
wanted_cause(struct scenario_reader *rd, const struct node *n)
{
	const char *names[NCAUSES];

	for (int k = 1; k < NCAUSES; k++)
		names[k - 1] = cause_name((enum cause)k);
	return scenario_word(rd, n, names, NCAUSES - 1) + 1;
}

static int64_t
wanted_count(struct scenario_reader *rd, const struct node *n)
{
	return scenario_int(rd, n, 0, INT32_MAX);
}

/* --- expectations --------------------------------------------------------- */

static struct expectations
read_expectations(struct scenario_reader *rd, const struct node *n,
		  int64_t (*read)(struct scenario_reader *,
				  const struct node *))
{
	struct expectations out = {0};
	const struct node *key, *value;

	if (!scenario_is(rd, n, NODE_MAP, "a map"))
		return out;
	out.at = arena_array(rd->a, struct expectation,
			     node_count(&rd->tree, n) + 1);
	for (key = node_first(&rd->tree, n); key;
	     key = node_next(&rd->tree, value)) {
		value = node_next(&rd->tree, key);
		out.at[out.n++] = (struct expectation){
			arena_strdup(rd->a, node_text(&rd->tree, key)),
			read(rd, value), scenario_mark(key)};
	}
	return out;
}

static void
take_expect(struct scenario_reader *rd, void *target, enum scenario_key key,
	    const struct node *v)
{
	struct expect *e = target;

	switch ((int)key) {
	case KEY_EXPECT_run:
		e->has_run_state = true;
		e->run_state = (enum run_state)wanted_run_state(rd, v);
		e->run_mark = scenario_mark(v);
		break;
	case KEY_EXPECT_steps:
		e->steps = read_expectations(rd, v, wanted_step_state);
		break;
	case KEY_EXPECT_causes:
		e->causes = read_expectations(rd, v, wanted_cause);
		break;
	case KEY_EXPECT_attempts:
		e->attempts = read_expectations(rd, v, wanted_count);
		break;
	case KEY_EXPECT_finished:
		e->finished = scenario_words(rd, v);
		e->finished_mark = scenario_mark(v);
		break;
	case KEY_EXPECT_undo:
		e->has_undo = true;
		e->undo = scenario_words(rd, v);
		e->undo_mark = scenario_mark(v);
		break;
	case KEY_EXPECT_outputs:
		e->outputs = scenario_values(rd, v);
		e->outputs_mark = scenario_mark(v);
		break;
	case KEY_EXPECT_within:
		e->within = scenario_duration(rd, v);
		e->within_mark = scenario_mark(v);
		break;
	default:
		break;
	}
}

void
scenario_expect(struct scenario_reader *rd, const struct node *n,
		struct expect *out)
{
	scenario_map(rd, n, SECTION_EXPECT, take_expect, out);
}

/* --- events --------------------------------------------------------------- */

static void
take_event(struct scenario_reader *rd, void *target, enum scenario_key key,
	   const struct node *v)
{
	static const char *const crashes[] = {"engine", "machine"};
	static const char *const verbs[] = {"retry",    "resume",    "skip",
					    "mark",     "rollback",  "pause",
					    "continue", "cancel",    "approve",
					    "reject",   "send-back", "assign"};
	struct scenario_event *e = target;
	int64_t i;

	switch ((int)key) {
	case KEY_EVENT_at:
		e->at = scenario_duration(rd, v);
		break;
	case KEY_EVENT_step:
		e->step = scenario_text(rd, v);
		break;
	case KEY_EVENT_is:
		i = wanted_step_state(rd, v);
		e->step_state = i < 0 ? STEP_RUNNING : (enum step_state)i;
		break;
	case KEY_EVENT_run:
		i = wanted_run_state(rd, v);
		e->has_run_state = i >= 0;
		e->run_state = i < 0 ? RUN_RUNNING : (enum run_state)i;
		break;
	case KEY_EVENT_crash:
		e->act = scenario_word(rd, v, crashes, 2) == 1
				 ? SCENARIO_CRASH_MACHINE
				 : SCENARIO_CRASH_ENGINE;
		break;
	case KEY_EVENT_signal:
		e->act = SCENARIO_SIGNAL;
		e->name = scenario_text(rd, v);
		break;
	case KEY_EVENT_with:
		e->with = scenario_values(rd, v);
		break;
	case KEY_EVENT_do:
		e->act = SCENARIO_REQUEST;
		i = scenario_word(rd, v, verbs, ARRAY_SIZE(verbs));
		e->name = verbs[i < 0 ? 0 : i];
		break;
	case KEY_EVENT_steps:
		e->steps = scenario_words(rd, v);
		break;
	case KEY_EVENT_to:
		e->to = scenario_text(rd, v);
		break;
	case KEY_EVENT_by:
		e->by = scenario_text(rd, v);
		break;
	case KEY_EVENT_reason:
		e->reason = scenario_text(rd, v);
		break;
	case KEY_EVENT_refused:
		e->refused = scenario_bool(rd, v);
		break;
	default:
		break;
	}
}

static void
read_event(struct scenario_reader *rd, const struct node *n,
	   struct scenario_event *e)
{
	int acts = 0;

	e->mark = scenario_mark(n);
	e->at = DURATION_NONE;
	scenario_map(rd, n, SECTION_EVENT, take_event, e);
	if (node_kind(&rd->tree, n) != NODE_MAP)
		return;
	acts = scenario_has(rd, n, "crash") + scenario_has(rd, n, "signal") +
	       scenario_has(rd, n, "do");
	if (acts != 1)
		scenario_wrong(rd, n, "give one of crash, signal and do",
			       "the event says %s happens",
			       acts ? "that several things" : "not what");
	if (scenario_has(rd, n, "step") != scenario_has(rd, n, "is"))
		scenario_wrong(rd, n, "write {step: deploy, is: running, ...}",
			       "`step` and `is` go together");
}

void
scenario_events(struct scenario_reader *rd, const struct node *n,
		struct scenario *s)
{
	if (!scenario_is(rd, n, NODE_LIST, "a list"))
		return;
	s->events = arena_array(rd->a, struct scenario_event,
				node_count(&rd->tree, n) + 1);
	node_each(&rd->tree, n, item)
		read_event(rd, item, &s->events[s->nevents++]);
}
