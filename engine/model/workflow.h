/* A checked flow definition; never changes after loading.
 *
 * Written by yaml/ (the reader), read by everybody else.  All of it lives in
 * one arena, `wf->arena`; workflow_free frees the whole.  Steps are numbered
 * by their place in the file; `finally` steps follow the others.
 *
 * Durations are milliseconds, DURATION_NONE where not given.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_WORKFLOW_H
#define WF_WORKFLOW_H

#include "../base/map.h"
#include "step.h"

#define WORKFLOW_MAX_BYTES     ((size_t)16 << 20)
#define WORKFLOW_MAX_STEPS     100000
#define WORKFLOW_MAX_INSTANCES 1000000
#define WORKFLOW_MAX_DEPTH     64
#define OUTPUT_MAX_BYTES       ((size_t)1 << 20)

enum secret_source {
	SECRET_ENV,
	SECRET_FILE,
	SECRET_ARGV
};

struct secret {
	const char *name;
	enum secret_source source;
	const char *place; /* variable or path */
	struct words argv;
};

struct pool {
	const char *name;
	uint32_t slots;
	bool host; /* shared by all runs of the state directory */
};

enum concurrency_policy {
	CONCURRENCY_QUEUE,
	CONCURRENCY_SKIP,
	CONCURRENCY_CANCEL
};

/* Hooks, in the order of enum hook. */
#define HOOKS(X)                                                               \
	X(START, "start")                                                      \
	X(SUCCESS, "success")                                                  \
	X(FAILURE, "failure")                                                  \
	X(CANCEL, "cancel")                                                    \
	X(WAITING, "waiting")                                                  \
	X(WARNING, "warning")                                                  \
	X(ROLLBACK, "rollback")                                                \
	X(EXIT, "exit")
enum hook {
#define HOOK_ENUM(symbol, name) HOOK_##symbol,
	HOOKS(HOOK_ENUM)
#undef HOOK_ENUM
	NHOOKS
};

enum overlap {
	OVERLAP_SKIP,
	OVERLAP_QUEUE,
	OVERLAP_ALLOW
};

struct schedule {
	const char *cron, *timezone; /* cron NULL: none */
	enum overlap overlap;
	bool catch_up;
};

struct run_output {
	const char *name;
	struct template value;
};

/* The steps that need a step, in their order. */
struct dependents {
	const uint32_t *at;
	uint32_t n;
};

struct workflow {
	struct arena arena;
	const char *file; /* as named by the user, "<stdin>" for "-" */
	const char *dir;  /* absolute directory of the file */
	const char *name, *description;
	struct labels labels;
	struct params params;
	struct env env;
	struct secret *secrets;
	uint32_t nsecrets;
	bool chain;            /* order: chain */
	uint32_t max_parallel; /* 0: number of CPUs, at least 2 */
	struct pool *pools;
	uint32_t npools;
	struct template concurrency_group; /* text NULL: none */
	enum concurrency_policy concurrency_policy;
	struct failure_policy on_failure;
	uint32_t rollback_max_parallel; /* 1 */
	bool continue_on_undo_failure;
	int64_t deadline;
	struct warn warn;
	bool has_warn;
	struct command hooks[NHOOKS];
	struct run_output *outputs;
	uint32_t noutputs;
	struct schedule schedule;

	struct step *steps;
	uint32_t nsteps;
	uint32_t nfinally;         /* the last nfinally steps */
	uint32_t *dependents_from; /* see workflow_dependents */
	uint32_t *dependents;

	struct child_read *child_reads;
	uint32_t nchild_reads;

	uint32_t *by_id; /* open addressing: index + 1 by the id's hash */
	uint32_t nslots;
	const char *text; /* the source, for storing; n bytes */
	size_t text_bytes;
	char *text_owned; /* freed with the workflow */
};

/* An empty workflow with defaults; the reader fills it. */
struct workflow *workflow_new(void);
void workflow_free(struct workflow *wf);
/* Its source text is not wanted any more. */
void workflow_forget_text(struct workflow *wf);

/* Index of the step with this id, or STEP_NONE. */
uint32_t workflow_step(const struct workflow *wf, const char *id);

/* Make room for `n` steps; ids are to be entered before they are found.
 * Returns the step that has the id now: this one, or one before it. */
void workflow_reserve(struct workflow *wf, uint32_t n);
uint32_t workflow_enter(struct workflow *wf, uint32_t step);

/* After needs are known: finds who needs whom. */
void workflow_link(struct workflow *wf);
static inline struct dependents
workflow_dependents(const struct workflow *wf, uint32_t step)
{
	const uint32_t *from = wf->dependents_from + step;

	return (struct dependents){wf->dependents + from[0], from[1] - from[0]};
}

/* A cycle among the needs as a path of indexes (first = last), or 0 when
 * there is none.  `path` has room for nsteps + 1. */
uint32_t workflow_find_cycle(const struct workflow *wf, uint32_t *path);

/* All steps, each after those it needs (Kahn); there must be no cycle.
 * Caller frees. */
uint32_t *workflow_order(const struct workflow *wf);

/* Does `step` need `other`, directly or through others? */
bool workflow_needs(const struct workflow *wf, uint32_t step, uint32_t other);

/* The name of a hook as the flow file writes it. */
const char *hook_name(enum hook hook);

#endif
