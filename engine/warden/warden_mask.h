/* Masking secrets in a stream of bytes, also across the edges of writes.
 *
 * Every byte that is part of any occurrence of any secret is left out;
 * overlapping occurrences become one "***".  The end of the input that could
 * be the beginning of a secret is held back until more comes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_WARDEN_MASK_H
#define WF_WARDEN_MASK_H

#include "../base/str.h"

struct mask_secret {
	const char *at;
	size_t n;
};

struct mask {
	const struct mask_secret *secrets;
	size_t nsecrets;
	bool first[256];    /* bytes some secret begins with */
	struct strbuf held; /* not decided yet */
	size_t covered;     /* of `held`: belongs to an occurrence */
};

/* Secrets are borrowed; empty ones are ignored. */
void mask_init(struct mask *m, const struct mask_secret *secrets, size_t n);
/* Append to `out` what of the input so far is decided. */
void mask_add(struct mask *m, const char *bytes, size_t n, struct strbuf *out);
/* No more comes: append the rest. */
void mask_end(struct mask *m, struct strbuf *out);
void mask_release(struct mask *m);

#endif
