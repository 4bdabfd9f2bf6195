/* Conversions between kinds, and the kind of a value.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#include "../civil.h"
#include "cel_int.h"

CEL_FUNCTION(same)
{
	*out = args[0];
	return true;
}

CEL_FUNCTION(type)
{
	*out = value_string_borrowed(value_kind_name(args[0].kind));
	out->kind = VALUE_TYPE;
	return true;
}

static bool
cannot_read(struct evaluation *e, struct value text, const char *what)
{
	return cel_fail(e, "\"%.60s\" is no %s", text.string, what);
}

/* Text without NULs and blanks in front, which strtoll and its like skip. */
static bool
is_plain(struct value text)
{
	return text.n && strlen(text.string) == text.n &&
	       !isspace((unsigned char)*text.string);
}

CEL_FUNCTION(bool_string)
{
	static const char *const words[][5] = {
		{"false", "f", "0", "False", "FALSE"},
		{"true",  "t", "1", "True",  "TRUE" }
        };

	for (int b = 0; b < 2; b++)
		for (size_t i = 0; i < ARRAY_SIZE(words[b]); i++)
			if (str_eq(args[0].string, words[b][i])) {
				*out = value_bool(b);
				return true;
			}
	return cannot_read(e, args[0], "bool");
}

CEL_FUNCTION(int_uint)
{
	if (args[0].u > INT64_MAX)
		return cel_fail(e, "the int is out of range");
	*out = value_int((int64_t)args[0].u);
	return true;
}

/* Both ends are left out: rounding may have brought the double there. */
CEL_FUNCTION(int_double)
{
	if (!(args[0].d > -0x1p63 && args[0].d < 0x1p63))
		return cel_fail(e, "the int is out of range");
	*out = value_int((int64_t)args[0].d);
	return true;
}

CEL_FUNCTION(int_string)
{
	const char *text = args[0].string;
	int64_t i;

	text += *text == '+' && text[1] != '-';
	if (!is_plain(args[0]) || !str_to_int(text, INT64_MIN, INT64_MAX, &i))
		return cannot_read(e, args[0], "int");
	*out = value_int(i);
	return true;
}

CEL_FUNCTION(int_timestamp)
{
	*out = value_int(args[0].time.seconds);
	return true;
}

CEL_FUNCTION(uint_int)
{
	if (args[0].i < 0)
		return cel_fail(e, "the uint is out of range");
	*out = (struct value){.kind = VALUE_UINT, .u = (uint64_t)args[0].i};
	return true;
}

CEL_FUNCTION(uint_double)
{
	if (!(args[0].d > -1 && args[0].d < 0x1p64))
		return cel_fail(e, "the uint is out of range");
	*out = (struct value){.kind = VALUE_UINT, .u = (uint64_t)args[0].d};
	return true;
}

CEL_FUNCTION(uint_string)
{
	char *end;
	uint64_t u;

	if (!is_plain(args[0]) || strchr("+-", *args[0].string))
		return cannot_read(e, args[0], "uint");
	errno = 0;
	u = strtoull(args[0].string, &end, 10);
	if (errno || *end)
		return cannot_read(e, args[0], "uint");
	*out = (struct value){.kind = VALUE_UINT, .u = u};
	return true;
}

CEL_FUNCTION(double_number)
{
	if (args[0].kind == VALUE_DOUBLE)
		*out = args[0];
	else
		*out = value_double(args[0].kind == VALUE_INT
					    ? (double)args[0].i
					    : (double)args[0].u);
	return true;
}

CEL_FUNCTION(double_string)
{
	char *end;
	double d;

	if (!is_plain(args[0]))
		return cannot_read(e, args[0], "double");
	d = strtod(args[0].string, &end);
	if (*end)
		return cannot_read(e, args[0], "double");
	*out = value_double(d);
	return true;
}

CEL_FUNCTION(string)
{
	struct strbuf text = STRBUF_INIT;

	value_to_text(args[0], &text);
	return cel_take(e, &text, out);
}

CEL_FUNCTION(timestamp_string)
{
	out->kind = VALUE_TIMESTAMP;
	out->n = 0;
	return civil_parse(args[0].string, args[0].n, &out->time.seconds,
			   &out->time.nanos) ||
	       cannot_read(e, args[0], "timestamp");
}

CEL_FUNCTION(timestamp_int)
{
	if (args[0].i < CIVIL_MIN || args[0].i > CIVIL_MAX)
		return cel_fail(e, "the timestamp is out of range");
	*out = (struct value){
		.kind = VALUE_TIMESTAMP, .time = {args[0].i, 0}
        };
	return true;
}
