/* Printing one JSON object member by member.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "writer.h"

#include <stdlib.h>
#include <string.h>

#include "base64.h"
#include "json.h"

static void
begin_line(struct writer *w)
{
	if (w->indent)
		fprintf(w->file, "\n%*s", 2 * w->depth, "");
}

static void
begin_next(struct writer *w)
{
	if (w->filled[w->depth - 1]++)
		putc(',', w->file);
	begin_line(w);
}

static void
open_with(struct writer *w, char bracket)
{
	putc(bracket, w->file);
	w->filled[w->depth++] = 0;
}

static void
close_with(struct writer *w, char bracket)
{
	if (w->filled[--w->depth])
		begin_line(w);
	putc(bracket, w->file);
}

/* Texts in JSON have no line ends of their own, so all there are are ours. */
static void
put_value(struct writer *w, json_t *value)
{
	char *text =
		json_dumps(value, JSON_ENCODE_ANY | (w->indent ? JSON_INDENT(2)
							       : JSON_COMPACT));
	const char *line = text ? text : "null";

	for (const char *end; (end = strchr(line, '\n')); line = end + 1) {
		fwrite(line, 1, (size_t)(end - line), w->file);
		begin_line(w);
	}
	fputs(line, w->file);
	free(text);
	json_decref(value);
}

static void
put_name(struct writer *w, const char *name)
{
	begin_next(w);
	put_value(w, json_text(name));
	fputs(w->indent ? ": " : ":", w->file);
}

void
writer_begin(struct writer *w)
{
	open_with(w, '{');
}

void
writer_member(struct writer *w, const char *name, json_t *value)
{
	put_name(w, name);
	put_value(w, value);
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
writer_base64(struct writer *w, const char *name, FILE *from)
{
	struct strbuf letters = STRBUF_INIT;
	char bytes[3 * 4096]; /* by threes: only the last piece is padded */
	size_t n;

	put_name(w, name);
	putc('"', w->file);
	while ((n = fread(bytes, 1, sizeof(bytes), from)) > 0) {
		strbuf_clear(&letters);
		base64_encode(&letters, bytes, n);
		fwrite(letters.at, 1, letters.n, w->file);
	}
	putc('"', w->file);
	strbuf_release(&letters);
}

void
writer_item(struct writer *w, json_t *value)
{
	begin_next(w);
	put_value(w, value);
}

void
writer_list(struct writer *w, const char *name)
{
	put_name(w, name);
	open_with(w, '[');
}

void
writer_list_end(struct writer *w)
{
	close_with(w, ']');
}

void
writer_object(struct writer *w, const char *name)
{
	put_name(w, name);
	open_with(w, '{');
}

void
writer_object_end(struct writer *w)
{
	close_with(w, '}');
}

void
writer_end(struct writer *w)
{
	close_with(w, '}');
	putc('\n', w->file);
}
