/* A disk that fails on purpose, for tests: a layer between SQLite and the
 * real file system that counts writes and syncs, lets a chosen one fail, and
 * remembers what a power cut would leave.
 *
 *	fault_install();
 *	fault_arm(&(struct fault){.kind = FAULT_FULL, .at = 17});
 *	... work until it fails ...
 *	fault_arm(NULL);
 *
 * Not for more than one thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_STORE_FAULT_H
#define WF_STORE_FAULT_H

#include <stdbool.h>
#include <stdint.h>

enum fault_kind {
	FAULT_EIO,   /* a write fails, nothing is written */
	FAULT_TORN,  /* half of it is written, then an error */
	FAULT_FULL,  /* no space left */
	FAULT_FSYNC, /* a sync fails: what was written may be lost */
	FAULT_NKINDS
};

struct fault {
	enum fault_kind kind;
	uint64_t at; /* the n-th such call, from 1 */
	bool sticky; /* and all after it */
};

/* Every store opened from now on goes through the layer. */
void fault_install(void);
/* Begin to count anew; NULL: nothing fails. */
void fault_arm(const struct fault *f);
/* Calls since then that the kind of the fault armed would count. */
uint64_t fault_count(void);

/* Forget what is known about files (between stores). */
void fault_forget(void);
/* Write into directory `to` what the disk would hold of the files under
 * `from` after a power cut now: all that was synced, and of the rest whatever
 * sectors `seed` picks (seed 0: none). */
bool fault_power_cut(const char *from, const char *to, uint64_t seed);

#endif
