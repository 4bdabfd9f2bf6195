/* Printing one JSON object member by member.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "writer.h"

#include <stdlib.h>
#include <string.h>

enum {
	MEMBER = 1, /* depths */
	ITEM = 2
};

static void
begin_line(struct writer *w, int depth)
{
	if (w->indent)
		fprintf(w->file, "\n%*s", 2 * depth, "");
}

/* Texts in JSON have no line ends of their own, so all there are are ours. */
static void
put_value(struct writer *w, json_t *value, int depth)
{
	char *text =
		json_dumps(value, JSON_ENCODE_ANY | (w->indent ? JSON_INDENT(2)
							       : JSON_COMPACT));
	const char *line = text ? text : "null";

	for (const char *end; (end = strchr(line, '\n')); line = end + 1) {
		fwrite(line, 1, (size_t)(end - line), w->file);
		begin_line(w, depth);
	}
	fputs(line, w->file);
	free(text);
	json_decref(value);
}

static void
put_name(struct writer *w, const char *name)
{
	if (w->nmembers++)
		putc(',', w->file);
	begin_line(w, MEMBER);
	fprintf(w->file, "\"%s\":%s", name, w->indent ? " " : "");
}

void
writer_begin(struct writer *w)
{
	putc('{', w->file);
}

void
writer_member(struct writer *w, const char *name, json_t *value)
{
	put_name(w, name);
	put_value(w, value, MEMBER);
}

void
writer_members(struct writer *w, json_t *object)
{
	const char *name;
	json_t *value;

	json_object_foreach(object, name, value)
	{
		writer_member(w, name, json_incref(value));
	}
	json_decref(object);
}

void
writer_list(struct writer *w, const char *name)
{
	put_name(w, name);
	putc('[', w->file);
	w->nitems = 0;
}

void
writer_item(struct writer *w, json_t *value)
{
	if (w->nitems++)
		putc(',', w->file);
	begin_line(w, ITEM);
	put_value(w, value, ITEM);
}

void
writer_list_end(struct writer *w)
{
	if (w->nitems)
		begin_line(w, MEMBER);
	putc(']', w->file);
}

void
writer_end(struct writer *w)
{
	begin_line(w, 0);
	fputs("}\n", w->file);
}
