/* Values from and to JSON.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "../base/text.h"
#include "civil.h"
#include "value.h"

/* Append text, each byte that is no UTF-8 as U+FFFD. */
static void
add_utf8(struct strbuf *out, const char *at, size_t n)
{
	const char *end = at + n;
	uint32_t cp;

	while (at < end) {
		size_t k = text_decode(at, end, &cp);

		if (k)
			strbuf_add(out, at, k);
		else
			strbuf_adds(out, "\xef\xbf\xbd");
		at += k ? k : 1;
	}
}

/* The value as it stands in a JSON string; false for what has an own form. */
static bool
as_string(struct value v, struct strbuf *out)
{
	switch (v.kind) {
	case VALUE_STRING:
	case VALUE_TYPE:
		add_utf8(out, v.string, v.n);
		return true;
	case VALUE_DOUBLE:
		if (isfinite(v.d))
			return false;
		/* fallthrough */
	case VALUE_TIMESTAMP:
	case VALUE_DURATION:
		return value_scalar_text(v, out);
	case VALUE_NULL:
	case VALUE_BOOL:
	case VALUE_INT:
	case VALUE_UINT:
	case VALUE_LIST:
	case VALUE_MAP:
	case VALUE_OBJECT:
		break;
	}
	return false;
}

static void write_value(struct strbuf *out, struct value v);

/* The key of a map, or what else must become a string. */
static void
add_key(struct strbuf *out, struct value v)
{
	if (!as_string(v, out) && !value_scalar_text(v, out))
		write_value(out, v);
}

static json_t *
list_to_json(struct value v)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < v.n; i++)
		json_array_append_new(list, value_to_json(v.items[i]));
	return list;
}

static json_t *
map_to_json(struct value v)
{
	struct arena scratch = {0};
	struct strbuf key = STRBUF_INIT;
	json_t *map = json_object();

	v = value_all(v, &scratch);
	for (uint32_t i = 0; i < v.n; i++) {
		const struct value *pair = v.items + 2 * (size_t)i;

		strbuf_clear(&key);
		add_key(&key, pair[0]);
		json_object_set_new(map, key.at, value_to_json(pair[1]));
	}
	strbuf_release(&key);
	arena_release(&scratch);
	return map;
}

static json_t *
uint_to_json(uint64_t u)
{
	return u <= INT64_MAX ? json_integer((json_int_t)u)
			      : json_real((double)u);
}

json_t *
value_to_json(struct value v)
{
	struct strbuf text = STRBUF_INIT;
	json_t *json = NULL;

	if (as_string(v, &text))
		json = json_stringn(text.at, text.n);
	else if (v.kind == VALUE_BOOL)
		json = json_boolean(v.boolean);
	else if (v.kind == VALUE_INT)
		json = json_integer(v.i);
	else if (v.kind == VALUE_UINT)
		json = uint_to_json(v.u);
	else if (v.kind == VALUE_DOUBLE)
		json = json_real(v.d);
	else if (v.kind == VALUE_LIST)
		json = list_to_json(v);
	else if (v.kind == VALUE_MAP || v.kind == VALUE_OBJECT)
		json = map_to_json(v);
	strbuf_release(&text);
	return json ? json : json_null();
}

static struct value
list_from_json(struct arena *a, const json_t *json)
{
	size_t n = json_array_size(json);
	struct value *items = arena_array(a, struct value, n);

	for (size_t i = 0; i < n; i++)
		items[i] = value_from_json(a, json_array_get(json, i));
	return (struct value){
		.kind = VALUE_LIST, .n = (uint32_t)n, .items = items};
}

static struct value
map_from_json(struct arena *a, const json_t *json)
{
	size_t n = json_object_size(json), i = 0;
	struct value *pairs = arena_array(a, struct value, 2 * n);
	const char *key;
	json_t *item;

	json_object_foreach((json_t *)json, key, item)
	{
		pairs[i++] = value_string(a, key);
		pairs[i++] = value_from_json(a, item);
	}
	return (struct value){
		.kind = VALUE_MAP, .n = (uint32_t)n, .items = pairs};
}

struct value
value_from_json(struct arena *a, const json_t *json)
{
	size_t n;

	switch (json ? json_typeof(json) : JSON_NULL) {
	case JSON_OBJECT:
		return map_from_json(a, json);
	case JSON_ARRAY:
		return list_from_json(a, json);
	case JSON_STRING:
		n = json_string_length(json);
		return value_string_n(
			arena_strndup(a, json_string_value(json), n), n);
	case JSON_INTEGER:
		return value_int(json_integer_value(json));
	case JSON_REAL:
		return value_double(json_real_value(json));
	case JSON_TRUE:
		return value_bool(true);
	case JSON_FALSE:
		return value_bool(false);
	case JSON_NULL:
		break;
	}
	return value_null();
}

bool
value_from_json_text(struct arena *a, const char *text, size_t n,
		     struct value *out)
{
	size_t flags = JSON_DECODE_ANY | JSON_ALLOW_NUL;
	json_error_t error;
	json_t *json = json_loadb(text, n, flags, &error);

	/* Integers beyond 64 bits are still numbers. */
	if (!json && json_error_code(&error) == json_error_numeric_overflow)
		json = json_loadb(text, n, flags | JSON_DECODE_INT_AS_REAL,
				  &error);
	if (!json)
		return false;
	*out = value_from_json(a, json);
	json_decref(json);
	return true;
}

/* jansson prints 0.1 with 17 digits and has no unsigned numbers, so text is
 * written here. */
static void
write_string(struct strbuf *out, const char *at, size_t n)
{
	strbuf_addc(out, '"');
	for (const char *end = at + n; at < end; at++) {
		unsigned char c = (unsigned char)*at;

		if (c == '"' || c == '\\')
			strbuf_addf(out, "\\%c", c);
		else if (c == '\n')
			strbuf_adds(out, "\\n");
		else if (c == '\t')
			strbuf_adds(out, "\\t");
		else if (c == '\r')
			strbuf_adds(out, "\\r");
		else if (c < 0x20 || c == 0x7f)
			strbuf_addf(out, "\\u%04x", c);
		else
			strbuf_addc(out, (char)c);
	}
	strbuf_addc(out, '"');
}

static void
write_as_string(struct strbuf *out, struct value v)
{
	struct strbuf text = STRBUF_INIT;

	add_key(&text, v);
	write_string(out, text.at, text.n);
	strbuf_release(&text);
}

static void
write_map(struct strbuf *out, struct value v)
{
	struct arena scratch = {0};

	v = value_all(v, &scratch);
	strbuf_addc(out, '{');
	for (uint32_t i = 0; i < v.n; i++) {
		const struct value *pair = v.items + 2 * (size_t)i;

		if (i)
			strbuf_addc(out, ',');
		write_as_string(out, pair[0]);
		strbuf_addc(out, ':');
		write_value(out, pair[1]);
	}
	strbuf_addc(out, '}');
	arena_release(&scratch);
}

static void
write_list(struct strbuf *out, struct value v)
{
	strbuf_addc(out, '[');
	for (uint32_t i = 0; i < v.n; i++) {
		if (i)
			strbuf_addc(out, ',');
		write_value(out, v.items[i]);
	}
	strbuf_addc(out, ']');
}

/* "1.0" and not "1", so that it is read back as a double. */
static void
write_double(struct strbuf *out, double d)
{
	char text[VALUE_NUMBER_TEXT];

	value_double_text(d, text);
	strbuf_adds(out, text);
	if (!strpbrk(text, ".e"))
		strbuf_adds(out, ".0");
}

static void
write_value(struct strbuf *out, struct value v)
{
	switch (v.kind) {
	case VALUE_NULL:
		strbuf_adds(out, "null");
		break;
	case VALUE_BOOL:
	case VALUE_INT:
	case VALUE_UINT:
		(void)value_scalar_text(v, out);
		break;
	case VALUE_DOUBLE:
		if (isfinite(v.d)) {
			write_double(out, v.d);
			break;
		}
		/* fallthrough */
	case VALUE_STRING:
	case VALUE_TIMESTAMP:
	case VALUE_DURATION:
	case VALUE_TYPE:
		write_as_string(out, v);
		break;
	case VALUE_LIST:
		write_list(out, v);
		break;
	case VALUE_MAP:
	case VALUE_OBJECT:
		write_map(out, v);
		break;
	}
}

const char *
value_to_json_text(struct arena *a, struct value v)
{
	struct strbuf text = STRBUF_INIT;
	const char *copy;

	write_value(&text, v);
	copy = arena_strndup(a, text.at, text.n);
	strbuf_release(&text);
	return copy;
}
