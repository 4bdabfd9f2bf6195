/* The states of steps and runs, and the one lookup that moves between them.
 *
 * Everything here is made from the rows of lifecycle.def; it is pure: no
 * store, no clock, no loop.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_LIFECYCLE_H
#define WF_LIFECYCLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum step_state {
#define S(symbol, name, class, enter, leave, meaning) STEP_##symbol,
#include "lifecycle.def"
	STEP_NSTATES
};

enum step_event {
#define V(symbol, name, meaning) EVENT_##symbol,
#include "lifecycle.def"
	STEP_NEVENTS
};

enum step_guard {
#define G(symbol, name, meaning) GUARD_##symbol,
#include "lifecycle.def"
	STEP_NGUARDS
};

enum run_state {
#define R(symbol, name, class, meaning) RUN_##symbol,
#include "lifecycle.def"
	RUN_NSTATES
};

enum state_class {
	CLASS_IDLE,
	CLASS_ACTIVE,
	CLASS_GOOD,
	CLASS_NEUTRAL,
	CLASS_BAD,
	CLASS_UNDO
};

/* What a state does at its borders, by name; run/dispatch.c carries it out. */
enum state_action {
	DO_NONE,
	DO_ENQUEUE,
	DO_START_ATTEMPT,
	DO_STOP_ATTEMPT,
	DO_ARM_WAKE,
	DO_DISARM,
	DO_SETTLE,
	DO_ALERT,
	DO_START_UNDO,
	DO_UNDO_NEXT
};

struct state_info {
	const char *name;
	enum state_class class;
	enum state_action enter, leave;
	const char *meaning;
};

extern const struct state_info step_states[STEP_NSTATES];
extern const struct state_info run_states[RUN_NSTATES];
extern const char *const step_event_names[STEP_NEVENTS];
extern const char *const step_guard_names[STEP_NGUARDS];

struct transition {
	enum step_state from;
	enum step_event event;
	enum step_guard guard;
	enum step_state to;
	const char *because;
};
extern const struct transition step_transitions[];
extern const size_t nstep_transitions;

/* Where `event` leads from `from` when `guard` is what holds; rows without a
 * guard match any.  NULL when the event does not occur in that state. */
const struct transition *
lifecycle_next(enum step_state from, enum step_event event,
	       enum step_guard guard);

bool step_state_from_name(const char *name, enum step_state *out);
bool run_state_from_name(const char *name, enum run_state *out);

/* Settled: succeeded reused skipped failed cancelled undone.  (A lost step
 * is not settled: a person must say.) */
bool step_state_is_settled(enum step_state state);
bool step_state_is_good(enum step_state state); /* succeeded or reused */
/* No engine has anything left to do: succeeded ... rollback_failed. */
bool run_state_is_final(enum run_state state);
/* All others, as bits 1 << enum run_state. */
uint32_t run_states_unended(void);

/* Why an attempt, step or run failed; the words of `cause`. */
#define CAUSES(X)                                                              \
	X(NONE, "")                                                            \
	X(EXIT, "exit")                                                        \
	X(SIGNAL, "signal")                                                    \
	X(TIMEOUT, "timeout")                                                  \
	X(SILENT, "silent")                                                    \
	X(MEMORY, "memory")                                                    \
	X(SPAWN, "spawn")                                                      \
	X(LOST, "lost")                                                        \
	X(OUTPUT, "output")                                                    \
	X(ENSURE, "ensure")                                                    \
	X(REQUIRE, "require")                                                  \
	X(CHECK, "check")                                                      \
	X(REJECTED, "rejected")                                                \
	X(DEADLINE, "deadline")                                                \
	X(CANCELLED, "cancelled")
enum cause {
#define CAUSE_ENUM(symbol, name) CAUSE_##symbol,
	CAUSES(CAUSE_ENUM)
#undef CAUSE_ENUM
	NCAUSES
};
const char *cause_name(enum cause cause);
bool cause_from_name(const char *name, enum cause *out);

/* What an attempt is for. */
enum phase {
	PHASE_DO,
	PHASE_CHECK,
	PHASE_UNDO,
	PHASE_HOOK /* of the run, not of a step */
};
const char *phase_name(enum phase phase);

#endif
