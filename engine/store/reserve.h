/* Disk space: how much is free, and a reserve that is given back to a full
 * disk, so that what must still be written fits.
 *
 * Stands alone: <sys/statvfs.h> has an ST_WRITE of its own.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_RESERVE_H
#define WF_RESERVE_H

#include <stdbool.h>
#include <stdint.h>

/* Keep 256 KiB in `dir`, unless they are there or space is short. */
void reserve_make(const char *dir);
bool reserve_drop(const char *dir); /* true when there was one */
/* Bytes that are free; false when nobody can tell. */
bool reserve_room(const char *dir, uint64_t *bytes);

#endif
