/* Flows made at random, and a model of what may happen to them.
 *
 * A flow is a tree of steps; its *leaves* (commands, items, approvals) are
 * what the model knows.  Every command tells the trace when it begins and
 * ends, the harness tells it what it asked for:
 *
 *	+ s3[p]/s5 do 1       began, attempt 1
 *	- s3[p]/s5 do 1 0     ended with status 0
 *	! retry               an operator wanted this
 *
 * judge_trace reads that and says what must not have happened: something
 * finished ran again, something ran twice, ran before what it needs, was
 * undone too early, late, never or twice.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_RANDOM_FLOW_H
#define WF_RANDOM_FLOW_H

#include <stdint.h>
#include <stdio.h>

#include "engine/base/str.h"
#include "engine/base/vec.h"

#define MAX_LEAVES 200
#define MAX_STEPS  8
#define MAX_ITEMS  4
#define MAX_DEPTH  2 /* of child flows */
#define MAX_LEVELS 6 /* child flows of a flow */
#define PATH       64

/* What a round is about. */
enum story {
	STORY_SUCCESS,  /* retries at most */
	STORY_UNDO,     /* it succeeds, then an operator rolls it back */
	STORY_CONTINUE, /* something fails for good; retried */
	STORY_STOP,     /* the same, resumed */
	STORY_ROLLBACK, /* the flow rolls itself back */
	STORY_BAD_UNDO, /* and an undo fails for good */
	STORY_CANCEL,   /* cancelled somewhere, resumed */
	STORY_PAUSE,    /* paused and continued */
	STORY_COUNT
};

struct dice {
	uint64_t state;
};
uint32_t roll(struct dice *d, uint32_t sides); /* 0 ... sides - 1 */

enum node_kind {
	NODE_RUN,
	NODE_FOREACH,
	NODE_CHILD,
	NODE_EACH_CHILD, /* a child flow for every item */
	NODE_APPROVAL,
	NODE_WAIT
};

struct node {
	enum node_kind kind;
	char id[16];
	unsigned needs; /* bits of earlier steps of the same flow */
	unsigned items;
	unsigned limit, undo_limit; /* of its retries */
	bool undo, idempotent;
	struct level *child;
};

/* One flow file. */
struct level {
	bool rolls_back; /* by itself, when something in it fails */
	unsigned nsteps;
	struct node steps[MAX_STEPS];
};

enum leaf_state {
	LEAF_IDLE,
	LEAF_RUNNING,
	LEAF_DONE,
	LEAF_FAILED,
	LEAF_UNDOING,
	LEAF_UNDONE,
	LEAF_UNDO_FAILED
};

struct leaf {
	char path[PATH];
	const struct node *node;
	unsigned fails, undo_fails, ms; /* attempts that fail at first */
	bool needs[MAX_LEAVES]; /* directly, or through what contains it */
	/* the model */
	enum leaf_state state;
	bool killed; /* cancelled while it ran: it may never end */
	bool fresh;  /* somebody wants it tried again, at least once */
	unsigned ndo, nundo, tries, undo_tries;
	long began, ended, undo_began, undo_ended; /* lines of the trace */
	unsigned round;                            /* of undoing */
};

struct random_flow {
	enum story story;
	unsigned parallel, undo_parallel;
	struct level root;
	bool inner_rollback; /* some child flow rolls itself back */
	VEC(struct level *) levels;
	struct leaf leaves[MAX_LEAVES];
	unsigned nleaves;
};

void flow_make(struct random_flow *f, struct dice *d);
void flow_release(struct random_flow *f);
/* flow.yaml, child files and the table of what each command does, in `dir`. */
void flow_write(const struct random_flow *f, const char *dir);
bool story_fails(enum story story);
const char *story_name(enum story story);
struct leaf *flow_leaf(struct random_flow *f, const char *path);

struct verdict {
	unsigned wrong;
	char first[300]; /* what was found first */
	bool unknown;    /* both engine and warden died */
	bool cancelled;  /* at this place of the trace */
	bool gaps;       /* some attempts may not have told anything */
};
/* Bring the model to the end of the trace. */
void judge_trace(struct random_flow *f, const char *path, struct verdict *v);
/* Does the run's final state fit what the trace tells? */
void judge_end(struct random_flow *f, const char *run_state, struct verdict *v);
void verdict_add(struct verdict *v, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
