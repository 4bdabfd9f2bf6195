/* A typed line cut into words, by the quoting rules people know.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_WORDS_H
#define WF_WORDS_H

#include "../engine/base/mem.h"
#include "../engine/base/str.h"

struct words {
	char **at; /* NULL-terminated; in the arena, each writable */
	size_t n;
	bool open;    /* a quote is not closed, or a backslash stands last */
	bool between; /* the line ends outside of any word */
};

/* 'as it is', "with \" and \\", a\ b; `#` begins a comment. */
void words_split(struct words *w, struct arena *a, const char *line);

#endif
