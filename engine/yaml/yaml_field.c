/* Readers of simple fields: numbers, durations, words, templates, commands.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "yaml_reader.h"

/* A key that its section's owner reads by itself. */
void
read_nothing(struct reader *r, const struct node *n, void *into,
	     const struct schema_key *key)
{
	(void)r;
	(void)n;
	(void)into;
	(void)key;
}

void
read_str(struct reader *r, const struct node *n, void *into,
	 const struct schema_key *key)
{
	const char *text = reader_text(r, n, key);

	if (text)
		*(const char **)into = text;
}

void
read_bool(struct reader *r, const struct node *n, void *into,
	  const struct schema_key *key)
{
	struct value v = node_value(&r->tree, n, r->arena);

	if (v.kind == VALUE_BOOL)
		*(bool *)into = v.boolean;
	else
		reader_wrong(r, n, key, "true or false");
}

/* --- numbers ------------------------------------------------------------- */

static bool
read_whole(struct reader *r, const struct node *n, const struct schema_key *key,
	   int64_t *out)
{
	struct value v = value_null();
	double min, max;
	char wanted[80];

	if (node_kind(&r->tree, n) == NODE_SCALAR)
		v = node_value(&r->tree, n, r->arena);
	schema_range(key->type, &min, &max);
	if (v.kind == VALUE_INT && (double)v.i >= min && (double)v.i <= max) {
		*out = v.i;
		return true;
	}
	if (min == max)
		snprintf(wanted, sizeof(wanted), "%.0f", min);
	else
		snprintf(wanted, sizeof(wanted),
			 "a whole number from %.0f to %.0f", min, max);
	reader_wrong(r, n, key, wanted);
	return false;
}

void
read_version(struct reader *r, const struct node *n, void *into,
	     const struct schema_key *key)
{
	int64_t version;

	(void)into;
	read_whole(r, n, key, &version);
}

void
read_u32(struct reader *r, const struct node *n, void *into,
	 const struct schema_key *key)
{
	int64_t v;

	if (read_whole(r, n, key, &v))
		*(uint32_t *)into = (uint32_t)v;
}

void
read_int(struct reader *r, const struct node *n, void *into,
	 const struct schema_key *key)
{
	int64_t v;

	if (read_whole(r, n, key, &v))
		*(int *)into = (int)v;
}

void
read_i64(struct reader *r, const struct node *n, void *into,
	 const struct schema_key *key)
{
	int64_t v;

	if (read_whole(r, n, key, &v))
		*(int64_t *)into = v;
}

void
read_double(struct reader *r, const struct node *n, void *into,
	    const struct schema_key *key)
{
	struct value v = value_null();
	double min = 0, max = 0, d = -1;
	char wanted[80];

	if (node_kind(&r->tree, n) == NODE_SCALAR)
		v = node_value(&r->tree, n, r->arena);
	if (v.kind == VALUE_INT)
		d = (double)v.i;
	else if (v.kind == VALUE_DOUBLE)
		d = v.d;
	schema_range(key->type, &min, &max);
	if (d >= min && d <= max) {
		*(double *)into = d;
		return;
	}
	snprintf(wanted, sizeof(wanted), "a number from %g to %g", min, max);
	reader_wrong(r, n, key, wanted);
}

void
read_duration(struct reader *r, const struct node *n, void *into,
	      const struct schema_key *key)
{
	int64_t ms;

	if (node_kind(&r->tree, n) == NODE_SCALAR &&
	    duration_parse(node_text(&r->tree, n), &ms))
		*(int64_t *)into = ms;
	else
		reader_wrong(r, n, key, "a duration such as 30s or 1h30m");
}

/* A duration of zero would end everything at once. */
void
read_timeout(struct reader *r, const struct node *n, void *into,
	     const struct schema_key *key)
{
	int64_t ms = 1;

	read_duration(r, n, &ms, key);
	if (ms > 0)
		*(int64_t *)into = ms;
	else
		reader_wrong(r, n, key, "longer than nothing");
}

void
read_size(struct reader *r, const struct node *n, void *into,
	  const struct schema_key *key)
{
	int64_t bytes;

	if (node_kind(&r->tree, n) != NODE_SCALAR ||
	    !size_parse(node_text(&r->tree, n), &bytes))
		reader_wrong(r, n, key, "a size such as 64KiB or 2GiB");
	else if (!bytes)
		reader_wrong(r, n, key, "larger than nothing");
	else
		*(int64_t *)into = bytes;
}

/* --- words --------------------------------------------------------------- */

static bool
read_choice(struct reader *r, const struct node *n,
	    const struct schema_key *key, unsigned *out)
{
	const char *words[16];
	char buffer[160], wanted[256] = "one of";
	size_t nwords = schema_words(key->type, words, ARRAY_SIZE(words),
				     buffer, sizeof(buffer));
	const char *text = node_text(&r->tree, n), *near;
	char *hint;

	for (size_t i = 0; i < nwords; i++) {
		size_t used = strlen(wanted);

		if (node_kind(&r->tree, n) == NODE_SCALAR &&
		    str_eq(text, words[i])) {
			*out = (unsigned)i;
			return true;
		}
		snprintf(wanted + used, sizeof(wanted) - used, "%s %s",
			 i ? "," : "", words[i]);
	}
	near = str_nearest(text, words, nwords);
	if (!*text || !near) {
		reader_wrong(r, n, key, wanted);
		return false;
	}
	hint = mem_printf("did you mean \"%s\"?", near);
	reader_error(r, n, hint, "\"%s\" must be %s, not \"%.80s\"", key->name,
		     wanted, text);
	free(hint);
	return false;
}

void
read_enum0(struct reader *r, const struct node *n, void *into,
	   const struct schema_key *key)
{
	read_choice(r, n, key, into);
}

/* For enums whose first value means "not said". */
void
read_enum1(struct reader *r, const struct node *n, void *into,
	   const struct schema_key *key)
{
	unsigned choice;

	if (read_choice(r, n, key, &choice))
		*(unsigned *)into = choice + 1;
}

/* Two words, the second of which means true. */
void
read_bool_word(struct reader *r, const struct node *n, void *into,
	       const struct schema_key *key)
{
	unsigned choice;

	if (read_choice(r, n, key, &choice))
		*(bool *)into = choice == 1;
}

bool
reader_is_plain(struct reader *r, const struct node *n,
		const struct schema_key *key)
{
	if (!strstr(node_text(&r->tree, n), "${{"))
		return true;
	reader_error(r, n, "write the word itself",
		     "words of \"%s\" are taken as they are, without ${{ }}",
		     key->name);
	return false;
}

void
read_words(struct reader *r, const struct node *n, void *into,
	   const struct schema_key *key)
{
	struct words *out = into;
	const struct node *item = reader_first_item(r, n);

	if (node_kind(&r->tree, n) == NODE_MAP) {
		reader_wrong(r, n, key, "a list of words");
		return;
	}
	out->at = arena_array(r->arena, const char *, reader_items(r, n));
	out->n = 0;
	for (; item; item = reader_next_item(r, n, item)) {
		const char *text = reader_text(r, item, key);

		if (text && !*text)
			reader_error(r, item, "remove it", "an empty word");
		else if (text && reader_is_plain(r, item, key))
			out->at[out->n++] = text;
	}
}

void
read_labels(struct reader *r, const struct node *n, void *into,
	    const struct schema_key *key)
{
	struct labels *out = into;

	if (node_kind(&r->tree, n) != NODE_MAP) {
		reader_wrong(r, n, key, "a map of names to text");
		return;
	}
	out->at = arena_array(r->arena, struct label, node_count(&r->tree, n));
	out->n = 0;
	node_each(&r->tree, n, name)
	{
		const struct node *value = node_next(&r->tree, name);
		const char *text = reader_text(r, value, key);

		if (text)
			out->at[out->n++] =
				(struct label){node_text(&r->tree, name), text};
		name = value;
	}
}
