/* What a key takes, asked of the schema's types.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../model/schema.h"
#include "yaml_edit_int.h"

/* The part between an opening bracket at `at` and the one that closes it. */
static const char *
inside(struct arena *a, const char *at)
{
	char open = *at, close = open == '(' ? ')' : open == '[' ? ']' : '}';
	int depth = 0;

	for (const char *p = at; *p; p++) {
		if (*p == open)
			depth++;
		else if (*p == close && --depth == 0)
			return arena_strndup(a, at + 1, (size_t)(p - at - 1));
	}
	return NULL;
}

const char *
type_of_key(struct arena *a, const char *type, const char *key)
{
	const char *map = type ? strstr(type, "map(") : NULL, *name;
	enum schema_section section;
	const struct schema_key *row;

	if (map)
		return inside(a, map + 3);
	if (!type || !strchr(type, '{'))
		return NULL;
	name = inside(a, strchr(type, '{'));
	if (!name || !schema_section_from_name(name, strlen(name), &section))
		return NULL;
	row = schema_find(section, key);
	return row ? row->type : NULL;
}

const char *
type_of_item(struct arena *a, const char *type)
{
	const char *list = type ? strchr(type, '[') : NULL;

	return list ? inside(a, list) : NULL;
}

bool
type_has_word(const char *type, const char *word)
{
	size_t n = strlen(word);
	const char *at = type;

	while (at && (at = strstr(at, word))) {
		bool begins = at == type || strchr(" [(", at[-1]);

		if (begins && (!at[n] || strchr(" ](", at[n])))
			return true;
		at += n;
	}
	return false;
}

bool
type_is_text(const char *type)
{
	static const char *const others[] = {"int",   "number", "bool",
					     "value", "list",   "null"};

	for (size_t i = 0; type && i < ARRAY_SIZE(others); i++)
		if (type_has_word(type, others[i]))
			return false;
	return type != NULL;
}

bool
type_takes(const char *type, enum span_kind kind)
{
	if (!type || type_has_word(type, "value"))
		return true;
	if (kind == SPAN_LIST)
		return strchr(type, '[') || type_has_word(type, "list");
	return strchr(type, '{') || strstr(type, "map(");
}
