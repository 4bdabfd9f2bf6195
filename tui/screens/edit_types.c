/* The types of the schema, taken apart and put into words.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "edit_view.h"

/* The next alternative of a type; brackets hold bars of their own. */
static bool
next_alternative(const char **at, const char **begin, size_t *n)
{
	int depth = 0;
	const char *p = *at;

	if (!p || !*p)
		return false;
	*begin = p;
	for (; *p; p++) {
		if (strchr("([{", *p))
			depth++;
		else if (strchr(")]}", *p))
			depth--;
		else if (depth == 0 && str_starts(p, " | "))
			break;
	}
	*n = (size_t)(p - *begin);
	*at = *p ? p + 3 : p;
	return true;
}

bool
type_offers(const char *type, const char *alternative)
{
	const char *begin;
	size_t n;

	while (next_alternative(&type, &begin, &n))
		if (n == strlen(alternative) &&
		    strncmp(begin, alternative, n) == 0)
			return true;
	return false;
}

bool
type_is_list(const char *type)
{
	const char *begin;
	size_t n;

	while (next_alternative(&type, &begin, &n))
		if (*begin == '[' || (n == 4 && !strncmp(begin, "list", 4)))
			return true;
	return false;
}

char *
type_inside(const char *type, char open)
{
	const char *begin;
	size_t n;

	while (next_alternative(&type, &begin, &n)) {
		if (open == '{' && *begin == '{')
			return mem_strndup(begin + 1, n - 2);
		if (open == '(' && n > 5 && !strncmp(begin, "map(", 4))
			return mem_strndup(begin + 4, n - 5);
	}
	return NULL;
}

bool
type_has_plain(const char *type)
{
	const char *begin;
	size_t n;

	while (next_alternative(&type, &begin, &n))
		if (*begin != '{' && strncmp(begin, "map(", 4) != 0 &&
		    strncmp(begin, "null", n) != 0)
			return true;
	return false;
}

/* --- in words -------------------------------------------------------------
 */

static const struct {
	const char *type, *words;
} type_words[] = {
	{"text",       "text"			},
	{"template",   "text; ${{ }} may stand in it"},
	{"expression", "an expression"               },
	{"id",         "a step"                      },
	{"name",       "a name"                      },
	{"bool",       "true or false"               },
	{"duration",   "a time: 500ms 30s 1h30m 7d"  },
	{"size",       "a size: 64KiB 2GiB"          },
	{"value",      "any value"                   },
	{"list",       "a list"                      },
};

/* One alternative in words. */
static void
add_type(struct strbuf *out, const char *type, size_t n)
{
	if (*type == '=')
		strbuf_add(out, type + 1, n - 1);
	else if (*type == '[' && n > 2) {
		strbuf_adds(out, "a list, apart by commas");
	} else if (!strncmp(type, "int(", 4) || !strncmp(type, "number(", 7)) {
		size_t open = strcspn(type, "(");

		strbuf_adds(out,
			    *type == 'i' ? "a whole number " : "a number ");
		strbuf_add(out, type + open + 1, n - open - 2);
	} else {
		for (size_t i = 0; i < ARRAY_SIZE(type_words); i++)
			if (n == strlen(type_words[i].type) &&
			    !strncmp(type, type_words[i].type, n))
				strbuf_adds(out, type_words[i].words);
	}
}

void
type_describe(struct strbuf *out, const char *type)
{
	int depth = 0;
	const char *begin = type;

	for (const char *p = type;; p++) {
		if (*p && strchr("([{", *p))
			depth++;
		else if (*p && strchr(")]}", *p))
			depth--;
		if (*p && (depth || strncmp(p, " | ", 3) != 0))
			continue;
		if (*begin != '{' && strncmp(begin, "map(", 4) != 0 &&
		    strncmp(begin, "null", 4) != 0) {
			bool word = *begin == '=' && out->n;

			strbuf_adds(out, !out->n ? "" : word ? " " : ", or ");
			add_type(out, begin, (size_t)(p - begin));
		}
		if (!*p)
			break;
		begin = p + 3;
	}
}
