/* Values as text, and text read as a declared type.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>

#include "../base/vec.h"
#include "value.h"

void
value_to_text(struct value v, struct strbuf *out)
{
	struct arena scratch = {0};

	if (value_scalar_text(v, out))
		return;
	strbuf_adds(out, value_to_json_text(&scratch, v));
	arena_release(&scratch);
}

/* clang-format off */
static const struct {
	const char *name, *wanted;
} types[] = {
	[TYPE_STRING] = {"string", "text"},
	[TYPE_INT]    = {"int",    "a whole number"},
	[TYPE_NUMBER] = {"number", "a number"},
	[TYPE_BOOL]   = {"bool",   "true or false"},
	[TYPE_JSON]   = {"json",   "JSON"},
	[TYPE_LIST]   = {"list",   "a JSON array or words separated by commas"},
	[TYPE_PATH]   = {"path",   "a path"},
	[TYPE_ANY]    = {"any",    "anything"},
};
/* clang-format on */

const char *
value_type_name(enum value_type type)
{
	return types[type].name;
}

bool
value_type_from_name(const char *name, enum value_type *out)
{
	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (str_eq(types[i].name, name)) {
			*out = (enum value_type)i;
			return true;
		}
	return false;
}

static bool
read_int(const char *text, struct value *out)
{
	int64_t i;

	if (!str_to_int(text, INT64_MIN, INT64_MAX, &i))
		return false;
	*out = value_int(i);
	return true;
}

/* Decimal only: strtod alone would also take "0x1", "inf" and blanks. */
static bool
read_number(const char *text, struct value *out)
{
	char *end;
	double d;

	if (strspn(text, "+-.0123456789eE") != strlen(text))
		return false;
	d = strtod(text, &end);
	if (end == text || *end || !isfinite(d))
		return false;
	*out = value_double(d);
	return true;
}

static bool
read_bool(const char *text, struct value *out)
{
	*out = value_bool(str_eq(text, "true"));
	return out->boolean || str_eq(text, "false");
}

static struct value
trimmed(struct arena *a, const char *at, size_t n)
{
	while (n && isspace((unsigned char)*at))
		at++, n--;
	while (n && isspace((unsigned char)at[n - 1]))
		n--;
	return value_string_n(arena_strndup(a, at, n), n);
}

static bool
read_list(struct arena *a, const char *text, struct value *out)
{
	VEC(struct value) words = {0};
	size_t n;

	text += strspn(text, " \t\r\n");
	if (*text == '[')
		return value_from_json_text(a, text, strlen(text), out) &&
		       out->kind == VALUE_LIST;
	for (; *text; text += n + (text[n] == ',')) {
		n = strcspn(text, ",");
		vec_push(&words, trimmed(a, text, n));
	}
	*out = (struct value){.kind = VALUE_LIST, .n = (uint32_t)words.n};
	out->items = arena_array(a, struct value, words.n);
	if (words.n)
		memcpy((void *)out->items, words.at,
		       words.n * sizeof(*words.at));
	vec_release(&words);
	return true;
}

bool
value_from_text(struct arena *a, enum value_type type, const char *text,
		struct value *out, const char **why)
{
	bool ok = true;

	switch (type) {
	case TYPE_INT:
		ok = read_int(text, out);
		break;
	case TYPE_NUMBER:
		ok = read_number(text, out);
		break;
	case TYPE_BOOL:
		ok = read_bool(text, out);
		break;
	case TYPE_JSON:
		ok = value_from_json_text(a, text, strlen(text), out);
		break;
	case TYPE_LIST:
		ok = read_list(a, text, out);
		break;
	case TYPE_PATH:
		ok = *text;
		*out = value_string(a, text);
		break;
	case TYPE_ANY:
		if (value_from_json_text(a, text, strlen(text), out))
			break;
		/* fallthrough */
	case TYPE_STRING:
		*out = value_string(a, text);
		break;
	}
	if (!ok && why)
		*why = types[type].wanted;
	return ok;
}

bool
value_has_type(struct value v, enum value_type type)
{
	switch (type) {
	case TYPE_STRING:
		return v.kind == VALUE_STRING;
	case TYPE_PATH:
		return v.kind == VALUE_STRING && v.n;
	case TYPE_INT:
		return v.kind == VALUE_INT;
	case TYPE_NUMBER:
		return v.kind == VALUE_INT || v.kind == VALUE_DOUBLE;
	case TYPE_BOOL:
		return v.kind == VALUE_BOOL;
	case TYPE_LIST:
		return v.kind == VALUE_LIST;
	case TYPE_JSON:
	case TYPE_ANY:
		break;
	}
	return true;
}
