/* What the parts of the answer dialog share: its fields, and the evidence.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_ANSWER_VIEW_H
#define WF_ANSWER_VIEW_H

#include "../../engine/base/vec.h"
#include "ask.h"

enum answer_field {
	FIELD_COMMENT = 0,
	FIELD_BACK = 1,
	FIELD_FIRST = 2,
	FIELDS_MAX = 16
};

struct answer {
	struct ask ask;
	VEC(const char *) evidence; /* paths, by field of the form */
};

/* Of ask_show: the form for the step at ask.at. */
void answer_build(struct view *v);

#endif
