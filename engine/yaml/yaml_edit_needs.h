/* The needs of steps, as they stand in the text.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_YAML_EDIT_NEEDS_H
#define WF_YAML_EDIT_NEEDS_H

#include "yaml_edit_int.h"

/* The id an item of `needs` names, or NULL. */
const char *need_id(const struct span *item);
/* The item of the step's needs that names `id`: an item of the list, or the
 * only need itself; NULL when there is none. */
const struct span *need_find(const struct span *step, const char *id);
/* Note patches. */
enum wf_code need_add(struct edit *e, const struct span *step, const char *id,
		      struct wf_err *err);
enum wf_code need_remove(struct edit *e, const struct span *step,
			 const struct span *item, struct wf_err *err);

#endif
