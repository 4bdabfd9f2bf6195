/* What the parts of the rollback dialog share: its fields, and the plan shown.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_ROLLBACK_VIEW_H
#define WF_ROLLBACK_VIEW_H

#include "../../engine/base/vec.h"
#include "ask.h"

enum rollback_field {
	FIELD_TARGET,
	FIELD_REASON,
	FIELD_TYPED,
	FIELD_POLICY,
	FIELD_DRY
};

struct rollback {
	struct ask ask;
	char *target;
	char *wanted;    /* another target whose plan was asked for, or NULL */
	char *number;    /* of the plan */
	uint64_t looked; /* the revision that was looked at last */
	uint64_t figure; /* ... and what its steps were like */
	size_t undos, irreversible;
	VEC(const char *) rows; /* the plan's entries, by field of the form */
	bool asking;            /* for a plan */
};

static inline struct rollback *
rollback_of(const struct view *v)
{
	return v->state;
}

/* Of ask_show: the form, with the plan when there is one. */
void rollback_build(struct view *v);

#endif
