/* What a rollback would do: the plan, computed from one revision of the run.
 *
 * Undone are the instances attempted after the target moment that have
 * something to undo, in reverse order of their finishing.  The target is the
 * start, a savepoint (the moment its step succeeded), or a step (the moment
 * before it first ran).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_ROLLBACK_H
#define WF_ROLLBACK_H

#include "run.h"

enum undo_fate {
	FATE_UNDO,      /* its undo will run */
	FATE_CONTAINER, /* a group or child flow with undone parts */
	FATE_NO_UNDO,   /* it ran, but has no undo */
	FATE_IRREVERSIBLE,
	FATE_RUNNING, /* will be cancelled first */
	FATE_NEVER_RAN
};
const char *undo_fate_name(enum undo_fate fate);

struct plan_entry {
	uint32_t ix;
	enum undo_fate fate;
};

struct plan {
	uint32_t scope;
	char *target;
	uint64_t revision;
	VEC(struct plan_entry)
	entries; /* to undo first, in order; then the
		    others */
	size_t nundo, nirreversible, nrunning;
};

/* Plan for a scope (0: the run).  `target` NULL: the savepoint reached last,
 * else the start.  `only` not NULL: just these instances, with what is in
 * them.  WF_NOT_FOUND for an unknown target (err has the known ones). */
enum wf_code
rollback_plan(const struct run *r, uint32_t scope, const char *target,
	      const struct ixs *only, struct plan *out, struct wf_err *err);
void plan_release(struct plan *p);
/* {"target","number","revision","steps":[{"step","state","fate","command"}]} */
json_t *rollback_plan_json(const struct run *r, const struct plan *p);

/* The plan for those who watch it being carried out, as JSON; caller frees:
 * {"target","number","cause","steps":[..],"keep":[..],"never":[..]}.  Of the
 * steps that are kept and those that never ran, the first ROLLBACK_NAMES are
 * named, and "nkeep" and "nnever" count them. */
enum {
	ROLLBACK_NAMES = 40
};
char *
rollback_story(const struct run *r, const struct plan *p, const char *cause);

/* Make the plan's undo list the run's own. */
void rollback_adopt(struct run *r, const struct plan *p);

/* Would a rollback run an undo of the instance, or of what is in it? */
bool rollback_would_undo(const struct run *r, uint32_t ix);
/* Has the instance something to undo? */
bool rollback_has_undo(const struct run *r, uint32_t ix);

#endif
