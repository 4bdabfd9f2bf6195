/* Concurrency groups: at most one run of a group at a time.
 *
 * A run holds its group from its start until it is final; also while nobody
 * drives it, so that an interrupted run is not overtaken.  A final run that
 * goes on (resume, retry, rollback) asks for the group again.  Runs that
 * wait stand in line in the order in which they came; those in line whose
 * engine is gone are passed over.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_CONCUR_H
#define WF_CONCUR_H

#include "run.h"

enum concur_answer {
	CONCUR_GO,   /* the group is ours, or there is none */
	CONCUR_WAIT, /* stand in line; ask again at the due pushed */
	CONCUR_LEAVE /* the policy says to give up; an event says why */
};

/* Ask for the group.  `fresh`: the run has not begun, so that its policy may
 * end it; else it always waits. */
enum concur_answer concur_enter(struct run *r, bool fresh);
/* The run is final: give the group back once that is durable. */
void concur_leave(struct run *r);
/* Carries EFFECT_RELEASE out. */
void concur_release(struct run *r);

#endif
