/* A scenario: how the steps of a flow end, what else happens, and what must
 * be true in the end.
 *
 * Written by yaml/yaml_scenario.c, played by run/rehearse.c.  All of it lives
 * in one arena.  Names of steps are paths as `wfctl show` prints them;
 * "each" speaks of all items of a group, "each[a]" of one.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_SCENARIO_H
#define WF_SCENARIO_H

#include "workflow.h"

/* Where in the scenario file something stands. */
struct mark {
	int line, column;
};

/* How an attempt ends. */
struct stub_result {
	enum cause cause; /* NONE: by `exit`; SIGNAL: by `signal` */
	int exit, signal;
	int64_t takes;
	const char *outputs;     /* as it stands in $WFCTL_OUTPUT, or NULL */
	const char *stdout_text; /* or NULL */
	const char *log;         /* or NULL */
};

struct stub_results {
	struct stub_result *at; /* the last one repeats */
	uint32_t n;             /* 0: not said */
};

enum answer_kind {
	ANSWER_APPROVE,
	ANSWER_REJECT,
	ANSWER_SEND_BACK,
	ANSWER_WAKE
};

struct stub_answer {
	enum answer_kind kind;
	struct value fields; /* a map, or null */
	const char *by;      /* NULL: the first assignee */
	const char *reason;  /* or NULL */
	const char *target;  /* of send_back */
	int64_t after;
	struct mark mark;
};

struct stub {
	const char *path;
	struct mark mark;
	struct stub_results on_do, on_check, on_undo;
	struct stub_answer *answers;
	uint32_t nanswers;
};

enum scenario_crash {
	SCENARIO_CRASH_NEVER,
	SCENARIO_CRASH_BEFORE, /* it has acted on what it committed */
	SCENARIO_CRASH_AFTER
};

enum event_act {
	SCENARIO_CRASH_ENGINE,
	SCENARIO_CRASH_MACHINE,
	SCENARIO_SIGNAL,
	SCENARIO_REQUEST
};

struct scenario_event {
	struct mark mark;
	int64_t at;       /* DURATION_NONE: at any time */
	const char *step; /* or NULL */
	enum step_state step_state;
	bool has_run_state;
	enum run_state run_state;
	enum event_act act;
	const char *name; /* of the signal, or the verb */
	struct value with;
	struct words steps;
	const char *to, *by, *reason; /* or NULL */
	bool refused;
};

/* A name and what is expected of it. */
struct expectation {
	const char *path;
	int64_t wanted; /* state, cause or number */
	struct mark mark;
};

struct expectations {
	struct expectation *at;
	uint32_t n;
};

struct expect {
	bool has_run_state;
	enum run_state run_state;
	struct mark run_mark;
	struct expectations steps, causes, attempts;
	struct words finished, undo;
	struct mark finished_mark, undo_mark;
	bool has_undo;
	struct value outputs; /* a map, or null */
	struct mark outputs_mark;
	int64_t within;
	struct mark within_mark;
};

struct scenario {
	const char *name;
	struct mark mark;
	struct value params; /* a map, or null */
	struct mark params_mark;
	int64_t begins; /* wall */
	enum scenario_crash crash;
	struct stub *stubs;
	uint32_t nstubs;
	struct stub *hooks; /* path: the hook's name */
	uint32_t nhooks;
	struct scenario_event *events;
	uint32_t nevents;
	struct expect expect;
};

struct scenarios {
	struct arena arena;
	const char *file;
	const char *flow; /* path of the flow's file */
	struct mark flow_mark;
	struct scenario *at;
	uint32_t n;
};

/* The rows of scenario.def. */
enum scenario_section {
	SECTION_FILE,
	SECTION_SCENARIO,
	SECTION_STUB,
	SECTION_RESULT,
	SECTION_ANSWER,
	SECTION_EVENT,
	SECTION_EXPECT
};

enum scenario_key {
#define S(symbol, section, key, type, help, example) KEY_##symbol,
#include "scenario.def"
#undef S
	SCENARIO_NKEYS
};

struct scenario_key_info {
	enum scenario_section section;
	const char *name, *type, *help, *example;
};
extern const struct scenario_key_info scenario_keys[SCENARIO_NKEYS];
/* "a scenario", "a result" */
const char *scenario_section_name(enum scenario_section section);

#endif
