/* The palette: the line, and the rows that may complete it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_PALETTE_H
#define WF_PALETTE_H

#include "../view.h"
#include "../widgets/list.h"
#include "../widgets/prompt.h"

/* A row: an action; or a candidate for the word being typed. */
struct row {
	enum action action; /* ACTION_NONE: a candidate */
	const char *name, *help;
};

struct candidate {
	char *word, *about;
};

struct palette {
	struct prompt prompt;
	struct list list;
	VEC(struct row) rows;
	/* What may stand behind `head`, as far as it is typed. */
	VEC(struct candidate) candidates;
	char *head;
	bool picked;     /* the person went down the list */
	bool searching;  /* the rows are older lines */
	size_t back;     /* lines back in the history; 0: the one typed */
	char *typed;     /* ... which is kept meanwhile */
	char usage[160]; /* of the command on the line */
	char error[200]; /* what was wrong with it */
};

/* Make the rows anew for the line as it is. */
void palette_fill(struct view *v);
void palette_release(struct palette *p);
/* Does the action belong to what lies below? */
bool palette_knows(struct views *vs, enum action action);
/* The word being typed. */
const char *palette_word(const struct palette *p);

#endif
