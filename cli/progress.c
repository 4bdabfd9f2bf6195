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
