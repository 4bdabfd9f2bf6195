/* Lines of text to scroll through, with find.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_PAGER_H
#define WF_PAGER_H

#include "../../engine/base/vec.h"
#include "../grid.h"
#include "../keymap.h"

struct pager_line {
	char *text;
	uint8_t style;
};

struct pager {
	VEC(struct pager_line) lines;
	size_t top;
	int left;
	struct strbuf find; /* what is searched, or empty */
};
#define PAGER_INIT                                                             \
	{                                                                      \
		.find = STRBUF_INIT                                            \
	}

void pager_clear(struct pager *p); /* keeps place and search */
void pager_release(struct pager *p);
/* Add text; every newline begins another line. */
void pager_add(struct pager *p, uint8_t style, const char *text);
void pager_addf(struct pager *p, uint8_t style, const char *fmt, ...)
	PRINTF_LIKE(3, 4);
void pager_draw(struct pager *p, struct grid *g, struct rect r);
bool pager_act(struct pager *p, enum action action, int height);
/* Search from the top line on (or backwards); false when it is nowhere. */
bool pager_find(struct pager *p, const char *text, bool forward);

#endif
