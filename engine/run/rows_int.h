/* What the files of rows.h share: times of the boot clock as JSON.
 *
 * Such a time means something during that boot only, which therefore stands
 * beside it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_ROWS_INT_H
#define WF_ROWS_INT_H

#include "rows.h"

json_t *rows_on_boot_clock(int64_t ms);
/* 0: of another boot, or none. */
int64_t rows_from_boot_clock(const json_t *pair);

#endif
