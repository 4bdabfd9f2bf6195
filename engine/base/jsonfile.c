/* Finding where the values of a JSON text begin and end.
 *
 * Only brackets and quotes are looked at here; whether a value is well formed
 * shows when it is taken.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "jsonfile.h"

/* The next character that is no space, left where it is. */
static int
peek(struct jsonfile *f)
{
	int c;

	do
		c = getc_unlocked(f->file);
	while (c == ' ' || c == '\n' || c == '\r' || c == '\t');
	ungetc(c, f->file);
	return c;
}

static bool
accept(struct jsonfile *f, int wanted)
{
	if (peek(f) != wanted)
		return false;
	getc_unlocked(f->file);
	return true;
}

static bool
fail(struct jsonfile *f)
{
	f->bad = true;
	return false;
}

/* Does the value end before this character, as numbers and words do? */
static bool
is_delimiter(int c)
{
	return c == EOF || strchr(",:]} \n\r\t", c);
}

/* Past one value, whose text goes to `f->text` when `kept`. */
static bool
pass(struct jsonfile *f, bool kept)
{
	size_t depth = 0;
	bool quoted = false, escaped = false;
	int c = peek(f);

	strbuf_clear(&f->text);
	if (is_delimiter(c))
		return fail(f);
	do {
		c = getc_unlocked(f->file);
		if (!quoted && !depth && is_delimiter(c)) {
			ungetc(c, f->file);
			return true;
		}
		if (c == EOF)
			return fail(f);
		if (kept)
			strbuf_addc(&f->text, (char)c);
		if (quoted) {
			quoted = c != '"' || escaped;
			escaped = c == '\\' && !escaped;
			continue;
		}
		quoted = c == '"';
		depth += c == '[' || c == '{';
		depth -= depth && (c == ']' || c == '}');
	} while (quoted || depth || (c != '"' && c != ']' && c != '}'));
	return true;
}

static json_t *
take(struct jsonfile *f)
{
	json_t *value = NULL;

	if (pass(f, true))
		value = json_loadb(f->text.at, f->text.n, JSON_DECODE_ANY,
				   NULL);
	f->bad = !value;
	return value;
}

/* To the next value, past its name. */
static bool
advance(struct jsonfile *f)
{
	if (f->bad || !f->end || accept(f, f->end))
		return false;
	if (f->begun && !accept(f, ','))
		return fail(f);
	f->begun = true;
	if (f->end == ']')
		return true;
	json_decref(f->name);
	f->name = take(f);
	return (json_is_string(f->name) && accept(f, ':')) || fail(f);
}

const char *
jsonfile_name(const struct jsonfile *f)
{
	return json_string_value(f->name);
}

void
jsonfile_enter(struct jsonfile *f, off_t at)
{
	f->begun = f->bad = false;
	f->end = '\0';
	if (at < 0)
		return;
	f->bad = fseeko(f->file, at, SEEK_SET) != 0;
	if (accept(f, '{'))
		f->end = '}';
	else if (accept(f, '['))
		f->end = ']';
	else
		f->bad = true;
}

bool
jsonfile_next(struct jsonfile *f, json_t **value_out)
{
	*value_out = advance(f) ? take(f) : NULL;
	return *value_out;
}

json_t *
jsonfile_value(struct jsonfile *f, off_t at)
{
	if (at < 0 || fseeko(f->file, at, SEEK_SET))
		return NULL;
	return take(f);
}

bool
jsonfile_find(struct jsonfile *f, const char *const *names, off_t *at, size_t n)
{
	for (size_t i = 0; i < n; i++)
		at[i] = -1;
	jsonfile_enter(f, 0);
	if (f->end != '}')
		return false;
	while (advance(f)) {
		for (size_t i = 0; i < n; i++)
			if (str_eq(jsonfile_name(f), names[i]))
				at[i] = ftello(f->file);
		if (!pass(f, false))
			return false;
	}
	return !f->bad && peek(f) == EOF;
}

void
jsonfile_release(struct jsonfile *f)
{
	json_decref(f->name);
	f->name = NULL;
	strbuf_release(&f->text);
}
