/* `protect`: paths copied before the first attempt and put back by rollback.
 *
 * Copies keep contents, modes, times, owners and symbolic links; they are
 * reflinks where the file system can.  A path that did not exist is noted as
 * such, and putting it back removes what is there then.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_PROTECT_H
#define WF_PROTECT_H

#include "run.h"

/* Copy the instance's protected paths, unless that was done before. */
bool protect_save(const struct run *r, uint32_t ix, struct wf_err *err);
/* Put them back; true also when there are none. */
bool protect_restore(const struct run *r, uint32_t ix, struct wf_err *err);

#endif
