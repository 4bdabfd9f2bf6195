/* Text pasted where keys are commands: known by its marks, or by its speed.
 *
 * Terminals that can mark what is pasted do so.  For the others more than
 * five characters in one moment are a paste, and so is all that follows until
 * nothing has come for a while; none of it may run.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_PASTE_H
#define WF_PASTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	PASTE_KEYS = 5,   /* so many characters may be typed at once */
	PASTE_MS = 10,    /* "at once": no longer than this apart */
	PASTE_END_MS = 50 /* it has ended when nothing came for so long */
};

struct paste {
	bool marked;    /* between its marks */
	size_t dropped; /* characters that nobody wanted */
	int64_t end;    /* of one that nothing marks; 0: there is none */
};

/* Nobody types two keys in one moment: are these the beginning of more? */
bool paste_may_follow(const uint32_t *keys, size_t n);
/* Keys that came at once outside a text field; true: they are dropped. */
bool paste_drops(struct paste *p, const uint32_t *keys, size_t n, int64_t now);
/* How many characters one that nothing marked had, when it has ended; 0: none
 * has. */
size_t paste_ended(struct paste *p, int64_t now);

#endif
