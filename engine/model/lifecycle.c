/* Tables made from lifecycle.def, and the lookup.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "lifecycle.h"

#include <string.h>

#include "../base/err.h"

const struct state_info step_states[STEP_NSTATES] = {
#define S(symbol, name, class, enter, leave, meaning)                          \
	[STEP_##symbol] = {name, CLASS_##class, DO_##enter, DO_##leave,        \
			   meaning},
#include "lifecycle.def"
};

const struct state_info run_states[RUN_NSTATES] = {
#define R(symbol, name, class, meaning)                                        \
	[RUN_##symbol] = {name, CLASS_##class, DO_NONE, DO_NONE, meaning},
#include "lifecycle.def"
};

const char *const step_event_names[STEP_NEVENTS] = {
#define V(symbol, name, meaning) [EVENT_##symbol] = name,
#include "lifecycle.def"
};

const char *const step_guard_names[STEP_NGUARDS] = {
#define G(symbol, name, meaning) [GUARD_##symbol] = name,
#include "lifecycle.def"
};

const struct transition step_transitions[] = {
#define T(from, event, guard, to, because)                                     \
	{STEP_##from, EVENT_##event, GUARD_##guard, STEP_##to, because},
#include "lifecycle.def"
};
const size_t nstep_transitions = ARRAY_SIZE(step_transitions);

const struct transition *
lifecycle_next(enum step_state from, enum step_event event,
	       enum step_guard guard)
{
	for (size_t i = 0; i < nstep_transitions; i++) {
		const struct transition *t = &step_transitions[i];

		if (t->from == from && t->event == event &&
		    (t->guard == GUARD_ALWAYS || t->guard == guard))
			return t;
	}
	return NULL;
}

bool
step_state_from_name(const char *name, enum step_state *out)
{
	for (int i = 0; i < STEP_NSTATES; i++) {
		if (strcmp(step_states[i].name, name) == 0) {
			*out = (enum step_state)i;
			return true;
		}
	}
	return false;
}

bool
run_state_from_name(const char *name, enum run_state *out)
{
	for (int i = 0; i < RUN_NSTATES; i++) {
		if (strcmp(run_states[i].name, name) == 0) {
			*out = (enum run_state)i;
			return true;
		}
	}
	return false;
}

bool
step_state_is_settled(enum step_state state)
{
	enum state_action enter = step_states[state].enter;

	return enter == DO_SETTLE || enter == DO_UNDO_NEXT;
}

bool
step_state_is_good(enum step_state state)
{
	return step_states[state].class == CLASS_GOOD;
}

uint32_t
run_states_unended(void)
{
	uint32_t states = 0;

	for (int i = 0; i < RUN_NSTATES; i++)
		if (!run_state_is_final((enum run_state)i))
			states |= UINT32_C(1) << i;
	return states;
}

bool
run_state_is_final(enum run_state state)
{
	enum state_class class = run_states[state].class;

	return class != CLASS_IDLE && class != CLASS_ACTIVE &&
	       state != RUN_ROLLING_BACK;
}

static const char *const causes[] = {
#define CAUSE_ROW(symbol, name) [CAUSE_##symbol] = name,
	CAUSES(CAUSE_ROW)
#undef CAUSE_ROW
};

const char *
cause_name(enum cause cause)
{
	return causes[cause];
}

bool
cause_from_name(const char *name, enum cause *out)
{
	for (int i = 1; i < NCAUSES; i++) {
		if (strcmp(causes[i], name) == 0) {
			*out = (enum cause)i;
			return true;
		}
	}
	return false;
}

const char *
phase_name(enum phase phase)
{
	static const char *const names[] = {"do", "check", "undo", "hook"};

	return names[phase];
}
