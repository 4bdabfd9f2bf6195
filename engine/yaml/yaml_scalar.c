/* What plain words mean by the YAML 1.2 core schema.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "yaml_scalar.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "../base/str.h"

static bool
one_of(const char *text, const char *const *words)
{
	for (; *words; words++)
		if (str_eq(text, *words))
			return true;
	return false;
}

static size_t
digits(const char *p)
{
	size_t n = 0;

	while (isdigit((unsigned char)p[n]))
		n++;
	return n;
}

/* [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )? */
static bool
looks_decimal(const char *p, bool *whole)
{
	size_t before, after = 0;

	p += *p == '-' || *p == '+';
	before = digits(p);
	p += before;
	*whole = true;
	if (*p == '.') {
		after = digits(++p);
		p += after;
		*whole = false;
	}
	if (!before && !after)
		return false;
	if (*p == 'e' || *p == 'E') {
		p++;
		p += *p == '-' || *p == '+';
		if (!digits(p))
			return false;
		p += digits(p);
		*whole = false;
	}
	return !*p;
}

static bool
based(const char *text, int base, int64_t *out)
{
	char *end;
	unsigned long long v;

	if (!isxdigit((unsigned char)*text))
		return false;
	errno = 0;
	v = strtoull(text, &end, base);
	if (errno || *end || v > INT64_MAX)
		return false;
	*out = (int64_t)v;
	return true;
}

static enum value_kind
resolve_number(const char *text, struct value *out)
{
	bool whole;
	int64_t i;

	if (text[0] == '0' && text[1] == 'o' && based(text + 2, 8, &i)) {
		*out = value_int(i);
		return VALUE_INT;
	}
	if (text[0] == '0' && text[1] == 'x' && based(text + 2, 16, &i)) {
		*out = value_int(i);
		return VALUE_INT;
	}
	if (!looks_decimal(text, &whole))
		return VALUE_STRING;
	if (whole &&
	    str_to_int(text + (*text == '+'), INT64_MIN, INT64_MAX, &i)) {
		*out = value_int(i);
		return VALUE_INT;
	}
	*out = value_double(strtod(text, NULL));
	return VALUE_DOUBLE;
}

static enum value_kind
resolve_special(const char *text, struct value *out)
{
	static const char *const inf[] = {".inf", ".Inf", ".INF", NULL};
	static const char *const nan_words[] = {".nan", ".NaN", ".NAN", NULL};
	bool sign = *text == '-' || *text == '+';

	if (one_of(text + sign, inf)) {
		*out = value_double(*text == '-' ? -(double)INFINITY
						 : (double)INFINITY);
		return VALUE_DOUBLE;
	}
	if (one_of(text, nan_words)) {
		*out = value_double((double)NAN);
		return VALUE_DOUBLE;
	}
	return VALUE_STRING;
}

/* Most words are plain ones, which their first letter tells. */
static bool
may_be_special(const char *text)
{
	return !*text || strchr("~nNtTfF.+-0123456789", *text);
}

enum value_kind
scalar_resolve(const char *text, struct value *out)
{
	static const char *const null_words[] = {"",     "~",    "null",
						 "Null", "NULL", NULL};
	static const char *const true_words[] = {"true", "True", "TRUE", NULL};
	static const char *const false_words[] = {"false", "False", "FALSE",
						  NULL};
	struct value v = value_string_borrowed(text);

	if (!may_be_special(text))
		; /* a string */
	else if (one_of(text, null_words))
		v = value_null();
	else if (one_of(text, true_words))
		v = value_bool(true);
	else if (one_of(text, false_words))
		v = value_bool(false);
	else if (resolve_number(text, &v) == VALUE_STRING)
		resolve_special(text, &v);
	if (out)
		*out = v;
	return v.kind;
}

enum node_style
scalar_style(const yaml_event_t *e)
{
	const char *tag = (const char *)e->data.scalar.tag;

	switch (e->data.scalar.style) {
	case YAML_LITERAL_SCALAR_STYLE:
		return NODE_BLOCK;
	case YAML_FOLDED_SCALAR_STYLE:
		return NODE_FOLDED;
	case YAML_SINGLE_QUOTED_SCALAR_STYLE:
	case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
		return tag && !str_eq(tag, "!") && !str_eq(tag, YAML_STR_TAG)
			       ? NODE_PLAIN
			       : NODE_QUOTED;
	case YAML_ANY_SCALAR_STYLE:
	case YAML_PLAIN_SCALAR_STYLE:
		break;
	}
	return tag && (str_eq(tag, "!") || str_eq(tag, YAML_STR_TAG))
		       ? NODE_QUOTED
		       : NODE_PLAIN;
}

const char *
scalar_tag_problem(const yaml_event_t *e, const char *text)
{
	const char *tag = (const char *)e->data.scalar.tag;
	enum value_kind kind;

	if (!tag || str_eq(tag, "!") || str_eq(tag, YAML_STR_TAG))
		return NULL;
	kind = scalar_resolve(text, NULL);
	if (str_eq(tag, YAML_NULL_TAG))
		return kind == VALUE_NULL ? NULL : "this is not null";
	if (str_eq(tag, YAML_BOOL_TAG))
		return kind == VALUE_BOOL ? NULL : "this is not true or false";
	if (str_eq(tag, YAML_INT_TAG))
		return kind == VALUE_INT ? NULL : "this is not a whole number";
	if (str_eq(tag, YAML_FLOAT_TAG))
		return kind == VALUE_DOUBLE || kind == VALUE_INT
			       ? NULL
			       : "this is not a number";
	return "only the tags of the YAML core schema mean something here";
}
