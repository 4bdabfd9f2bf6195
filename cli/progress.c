/* What the printers of a followed run share.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "progress.h"

const struct wf_step_info *
progress_step(const struct progress *p, const char *path)
{
	return path ? map_get(&p->steps, path) : NULL;
}

/* A rollback that begins names its target, and its plan in the data. */
const char *
progress_prefix(const struct wf_event_info *event)
{
	if (event->kind == EV_NOTE)
		return "note: ";
	if (event->kind != EV_ROLLBACK)
		return "";
	return event->data && strstr(event->data, "\"steps\"") ? "rollback to "
							       : "rollback ";
}
