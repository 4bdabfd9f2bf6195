/* Which attempts are known, and where: live, or places in the journal.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_WARDEN_KNOWN_H
#define WF_WARDEN_KNOWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct attempt;

struct known {
	uint64_t attempt;
	/* places in the journal + 1; 0: none */
	uint64_t begun_at : 63, used : 1;
	uint64_t ended_at;
	struct attempt *live;
};

/* Open addressing by attempt.  Start with {0}.  An entry's address holds
 * until the next addition or removal. */
struct known_table {
	struct known *at;
	size_t n, cap; /* cap: a power of two, or 0 */
};

struct known *known_find(const struct known_table *t, uint64_t attempt);
struct known *known_add(struct known_table *t, uint64_t attempt);
void known_remove(struct known_table *t, uint64_t attempt);
void known_release(struct known_table *t);

#endif
