/* What validate and lint share: look at all files, report all findings.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_CHECK_H
#define WF_CHECK_H

#include "cmd.h"

/* Check the files of all operands, with advice when `lint`; everything is
 * printed.  The worst result: WF_OK, WF_USAGE (unreadable) or WF_INVALID. */
enum wf_code check_files(struct call *call, bool lint);

#endif
