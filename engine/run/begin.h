/* The beginning of a scope: of the run itself, or of a step's child flow.
 *
 * A scope that begins again keeps what is done in it; begin_over says what is
 * not.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_BEGIN_H
#define WF_BEGIN_H

#include "run.h"

/* Begin (again) with the pending steps of a scope. */
void begin_scope(struct run *r, uint32_t scope);
/* Let the failed and cancelled steps of a scope start over. */
void begin_over(struct run *r, uint32_t scope);
/* The last steps of a scope; `again`: also those that have run. */
void begin_finally(struct run *r, uint32_t scope, bool again);
/* A step with a `workflow:`: opens its scope, or takes it up again. */
void begin_child(struct run *r, uint32_t ix);
/* Recovery: the child scope of an instance that has inst_more; false when
 * its params or its flow are not there. */
bool begin_restored_child(struct run *r, uint32_t ix);

#endif
