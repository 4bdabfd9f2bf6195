/* The screens by name, from screen.def.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_SCREEN_H
#define WF_SCREEN_H

#include "view.h"

struct screen_info {
	const char *name;
	const struct view_ops *ops;
	const char *title;
};

#define N(name, operations, title) extern const struct view_ops operations;
#include "screen.def"
#undef N

const struct screen_info *screen_at(size_t i); /* NULL behind the last */
const struct view_ops *screen_ops(const char *name);
const char *screen_name(const char *name); /* the table's own copy */

#endif
