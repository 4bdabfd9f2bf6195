/* One JSON object, printed member by member, so that what is long is never
 * whole in memory.
 *
 *	struct writer w = {.file = stdout, .indent = true};
 *
 *	writer_begin(&w);
 *	writer_member(&w, "run", value);
 *	writer_list(&w, "steps");
 *	for each step
 *		writer_item(&w, step_json(step));
 *	writer_list_end(&w);
 *	writer_end(&w);
 *
 * With `indent` it looks as json_dumpf makes it with JSON_INDENT(2), without
 * as with JSON_COMPACT.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_WRITER_H
#define WF_WRITER_H

#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>

enum {
	WRITER_DEPTH = 3 /* the object and what may be in it */
};

struct writer {
	FILE *file;
	bool indent;
	int depth;
	size_t filled[WRITER_DEPTH]; /* members, items so far */
};

void writer_begin(struct writer *w);
/* These take the reference. */
void writer_member(struct writer *w, const char *name, json_t *value);
void writer_item(struct writer *w, json_t *value);
/* All members of an object. */
void writer_members(struct writer *w, json_t *object);
/* A member that is a text: all there is to read in `from`, as base64. */
void writer_base64(struct writer *w, const char *name, FILE *from);
/* A member that is a list, or an object, whose content follows. */
void writer_list(struct writer *w, const char *name);
void writer_list_end(struct writer *w);
void writer_object(struct writer *w, const char *name);
void writer_object_end(struct writer *w);
void writer_end(struct writer *w); /* and a new line */

#endif
