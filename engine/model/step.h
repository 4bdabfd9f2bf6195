/* A step as the flow defines it; part of a workflow, see workflow.h.
 *
 * Keys most steps do not use stand in `struct step_more`; a step without any
 * of them shares one `step_more` with all others, so that a flow of 100,000
 * steps stays small.
 *
 * Durations are milliseconds, DURATION_NONE where not given.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_STEP_H
#define WF_STEP_H

#include "../base/duration.h"
#include "lifecycle.h"
#include "param.h"
#include "schema.h"
#include "template.h"

#define STEP_NONE UINT32_MAX

/* An expression with its source place, for messages. */
struct expr {
	const char *text; /* NULL: not given */
	const struct cel_program *program;
	int line, column;
};

struct exprs {
	struct expr *at;
	uint32_t n;
};

struct label {
	const char *name, *value;
};

struct labels {
	struct label *at;
	uint32_t n;
};

struct env_var {
	const char *name;
	struct template value;
};

struct env {
	struct env_var *at;
	uint32_t n;
};

/* A command: `run` text for a shell, or `argv` words. */
struct command {
	const char *run;       /* NULL when argv is used */
	struct template *argv; /* nargv of them */
	uint32_t nargv;        /* both unset: no command */
};

struct output_spec {
	const char *name;
	enum value_type type; /* string int number bool json list */
	bool from_stdout;     /* `stdout: NAME` */
};

/* Values of `retry.only` and `retry.except`. */
struct retry_rule {
	enum {
		RETRY_CODES,
		RETRY_CAUSE,
		RETRY_REGEX
	} kind;
	int first, last; /* exit codes, inclusive */
	enum cause cause;
	const struct regex *regex; /* on the last 64 KiB of the log */
	const char *text;          /* as written, for messages */
};

enum backoff {
	BACKOFF_CONSTANT,
	BACKOFF_LINEAR,
	BACKOFF_EXPONENTIAL
};

struct retry_policy {
	uint32_t limit; /* extra tries */
	int64_t delay, max_delay;
	enum backoff backoff;
	double factor; /* default 2 */
	double jitter; /* 0..1 */
	struct retry_rule *only, *except;
	uint32_t nonly, nexcept;
};

enum failure_action {
	ON_FAILURE_DEFAULT, /* step: what the flow says; flow: stop */
	ON_FAILURE_STOP,
	ON_FAILURE_CONTINUE,
	ON_FAILURE_ASK,
	ON_FAILURE_ROLLBACK,
	ON_FAILURE_IGNORE,
	ON_FAILURE_FALLBACK
};

struct failure_policy {
	enum failure_action action;
	const char *target;  /* rollback: "start", savepoint or id; NULL: the
				savepoint reached last */
	uint32_t fallback;   /* step index, or STEP_NONE */
	int64_t ask_timeout; /* ask: DURATION_NONE for ever */
	enum failure_action ask_default;
};

enum on_lost {
	ON_LOST_DEFAULT,
	ON_LOST_RERUN,
	ON_LOST_FAIL,
	ON_LOST_ASK,
	ON_LOST_CHECK
};

enum undo_on {
	UNDO_ATTEMPTED,
	UNDO_SUCCEEDED
};

struct undo {
	struct command command;
	struct expr condition;
	int64_t timeout;
	const struct retry_policy *retry; /* NULL: none */
	enum undo_on on;
};

enum join_kind {
	JOIN_ALL,
	JOIN_ANY,
	JOIN_COUNT,
	JOIN_DONE,
	JOIN_FAILED
};

/* Four bytes, since 100,000 steps may have a million. */
struct need {
	uint32_t step : 17;
	uint32_t accepted : 15; /* see need_accept */
};

enum wait_kind {
	WAIT_FOR,
	WAIT_UNTIL,
	WAIT_SIGNAL,
	WAIT_FILE
};

struct wait {
	enum wait_kind kind;
	int64_t duration;      /* for */
	struct template until; /* until: RFC 3339 text or timestamp */
	const char *signal;
	struct expr match; /* over `signal.name`, `signal.data.*` */
	struct template file;
	int64_t timeout;
	bool succeed_on_timeout; /* default: fail */
};

enum approval_default {
	APPROVAL_FAIL,
	APPROVAL_APPROVE,
	APPROVAL_REJECT
};
enum on_reject {
	ON_REJECT_FAIL,
	ON_REJECT_SKIP,
	ON_REJECT_ROLLBACK
};

struct approval {
	struct template prompt;
	struct words assignees; /* users or groups; none: anybody */
	struct params form;
	int64_t timeout;
	enum approval_default on_timeout;
	enum on_reject on_reject;
	const char *reject_target; /* rollback target, or NULL */
	uint32_t *send_back;       /* step indexes */
	uint32_t nsend_back;
};

struct arg {
	const char *name;
	struct template value;
};

struct child_flow {
	const char *path; /* as written */
	const char *file; /* key into the bundle: path relative to the root */
	struct arg *with;
	uint32_t nwith;
	int line, column; /* of the path */
	int64_t timeout;  /* of one attempt; 0: none */
};

/* An expression reads this output of a `workflow:` step; whether the child
 * has it is known only when the child is loaded. */
struct child_read {
	uint32_t step;
	const char *output;
	int line, column;
};

struct axis {
	const char *name;
	struct value *values;
	uint32_t n;
};

/* foreach, or matrix (whose combinations are known when reading). */
struct many {
	struct expr list;    /* expression giving the list, or */
	struct value *items; /* the literal list; nitems */
	uint32_t nitems;
	bool is_matrix;        /* items are maps axis -> value */
	const char *as;        /* "item" */
	struct expr key;       /* none: the item's text, else its index */
	uint32_t max_parallel; /* 0: no limit of its own */
	bool fail_fast;
	uint32_t tolerate; /* failures tolerated: a count, or */
	bool tolerate_percent;
};

struct repeat {
	struct expr until;
	uint32_t limit; /* 0: no limit */
	int64_t every;
};

struct redundancy {
	uint32_t copies;
	int64_t after; /* DURATION_NONE: from the start */
};

struct warn {
	int64_t after, silence;
	struct expr slower_than; /* over p50, p95, p99 */
	const struct regex *log;
	const char *log_text;
	int32_t retries; /* -1: none */
	int64_t memory;  /* bytes; -1: none */
	bool deadline_risk;
};

struct slot_need {
	const char *pool;
	uint32_t slots;
};

struct limits {
	int64_t memory, file_size, log; /* bytes; -1: not set */
	int64_t cpu_time;               /* ms */
	int64_t processes, open_files;
};

/* One setting of an executor: a word, or several. */
struct place_setting {
	const struct schema_key *key;
	struct template *at;
	uint32_t n;
};

/* Where a step is carried out, when that is not here. */
struct placing {
	const struct schema_executor *executor;
	struct place_setting *settings;
	uint32_t nsettings;
};

/* What few steps have. */
struct step_more {
	struct words shell;         /* n 0: [/bin/sh, -eu] */
	struct template workdir;    /* text NULL: the flow file's directory */
	struct template stdin_text; /* text NULL: /dev/null */
	struct env env;
	uint32_t *secrets; /* indexes into workflow.secrets */
	uint32_t nsecrets;
	struct limits limits;
	int nice;
	const struct placing *executor; /* NULL: local */
	struct exprs require, ensure;
	uint32_t *cancel; /* step indexes */
	uint32_t ncancel;
	struct output_spec *outputs;
	uint32_t noutputs;
	int64_t timeout, kill_after, silence;
	const struct retry_policy *retry; /* NULL: none */
	struct failure_policy on_failure;
	enum on_lost on_lost;
	struct command check;
	bool idempotent, irreversible;
	struct undo undo;      /* no command: none */
	const char *savepoint; /* NULL: none */
	struct template *protect;
	uint32_t nprotect;
	struct redundancy redundancy; /* copies 0: none */
	struct warn warn;
	bool has_warn;
	struct slot_need *pools;
	uint32_t npools;
	struct words locks;
	int32_t priority;
	const struct many *many;         /* NULL: one instance */
	const struct repeat *repeat;     /* NULL */
	const struct approval *approval; /* by action */
	const struct wait *wait;
	const struct child_flow *child;
	const char *description;
	struct labels labels;
	struct words assignees;
};

enum step_action {
	ACTION_NONE, /* a milestone */
	ACTION_RUN,
	ACTION_ARGV,
	ACTION_WORKFLOW,
	ACTION_APPROVAL,
	ACTION_WAIT
};

/* What some steps have. */
struct step_some {
	const char *name;      /* NULL: the id */
	struct expr condition; /* `if`; text NULL: none */
};

/* There may be 100,000 of them: a word more here is a MiB for all. */
struct step {
	const char *id;
	union {
		const char *run;            /* ACTION_RUN */
		const struct command *argv; /* ACTION_ARGV */
	} does;                             /* see step_command */
	const struct step_some *some;       /* NULL: nothing of it */
	const struct need *needs;
	const struct step_more *more;
	uint64_t hash; /* of everything that decides what it does */
	uint32_t nneeds, join_count;
	int line;
	unsigned column : 20;
	unsigned action : 4;      /* enum step_action */
	unsigned join : 4;        /* enum join_kind */
	unsigned finally : 1;     /* from the `finally` list */
	unsigned is_fallback : 1; /* runs only in place of another */
	unsigned says_needs : 1;  /* has the key, be the list empty */
};

bool workflow_has_undo(const struct step *step); /* undo or protect */
static inline bool
step_runs_command(const struct step *step)
{
	return step->action == ACTION_RUN || step->action == ACTION_ARGV;
}

/* The most bytes a log may have where nothing else is said. */
#define WORKFLOW_LOG_LIMIT ((int64_t)64 << 20)
/* ... an attempt of this step; 0: as many as it likes. */
int64_t step_log_limit(const struct step *step);

/* Its title, which is its id when it has none. */
static inline const char *
step_name(const struct step *step)
{
	return step->some && step->some->name ? step->some->name : step->id;
}
/* Its `if`, or NULL. */
static inline const struct expr *
step_condition(const struct step *step)
{
	return step->some && step->some->condition.text ? &step->some->condition
							: NULL;
}

/* Which states of the step that is needed will do: bits 1 << enum
 * step_state; 0: the join's own rule. */
struct need need_of(uint32_t step, uint32_t accept);
uint32_t need_accept(struct need need);

/* What it runs; of a step that runs nothing, no command. */
struct command step_command(const struct step *step);

/* What to do about a lost attempt, defaults resolved: never
 * ON_LOST_DEFAULT. */
enum on_lost step_on_lost(const struct step *step);

/* Names of the enums as the flow file writes them. */
const char *join_name(enum join_kind join);
const char *failure_action_name(enum failure_action action);

#endif
