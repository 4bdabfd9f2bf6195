/* The table of operators and functions, and the choice of a row.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>

#include "cel_int.h"

const struct cel_function cel_functions[] = {
#define F(name, style, args, result, fn)                                       \
	{name, style, args, result, cel_fn_##fn},
#include "cel_func.def"
#undef F
};
const size_t ncel_functions = ARRAY_SIZE(cel_functions);

const struct cel_function *
cel_function_find(const char *name, enum call_style style, uint32_t *nrows)
{
	const struct cel_function *first = NULL;

	*nrows = 0;
	for (size_t i = 0; i < ncel_functions; i++) {
		const struct cel_function *row = &cel_functions[i];

		if (row->style != style || !str_eq(row->name, name))
			continue;
		if (!first)
			first = row;
		++*nrows;
	}
	return first;
}

static bool
letter_takes(char letter, enum value_kind kind)
{
	static const char letters[] = {
		[VALUE_NULL] = '0',      [VALUE_BOOL] = 'b',
		[VALUE_INT] = 'i',       [VALUE_UINT] = 'u',
		[VALUE_DOUBLE] = 'd',    [VALUE_STRING] = 's',
		[VALUE_LIST] = 'l',      [VALUE_MAP] = 'm',
		[VALUE_TIMESTAMP] = 't', [VALUE_DURATION] = 'D',
		[VALUE_TYPE] = 'T',      [VALUE_OBJECT] = 'm'};

	return letter == '.' || letter == letters[kind] ||
	       (letter == 'N' && strchr("iud", letters[kind]));
}

static bool
row_takes(const struct cel_function *row, const enum value_kind *kinds,
	  uint32_t n, bool unknown_matches)
{
	if (strlen(row->args) != n)
		return false;
	for (uint32_t i = 0; i < n; i++)
		if (!(unknown_matches && kinds[i] == VALUE_OBJECT) &&
		    !letter_takes(row->args[i], kinds[i]))
			return false;
	return true;
}

const struct cel_function *
cel_function_match(const struct node *call, const enum value_kind *kinds,
		   bool unknown_matches)
{
	for (uint32_t i = 0; i < call->nrows; i++)
		if (row_takes(&call->rows[i], kinds, call->nargs,
			      unknown_matches))
			return &call->rows[i];
	return NULL;
}

static const char *
shown_kind(enum value_kind kind)
{
	if (kind == VALUE_TIMESTAMP)
		return "timestamp";
	return kind == VALUE_DURATION ? "duration" : value_kind_name(kind);
}

static void
hint_conversion(struct cel_error *err, const struct node *call,
		const enum value_kind *kinds)
{
	enum value_kind a = kinds[0], b = kinds[call->nargs - 1];

	if (call->nargs != 2 || a == b || !strchr("+-*/%", *call->name))
		return;
	if (a == VALUE_STRING || b == VALUE_STRING)
		cel_error_hint(err, "convert one side with string()");
	else if (a == VALUE_DOUBLE || b == VALUE_DOUBLE)
		cel_error_hint(err, "convert one side with double()");
	else if (a == VALUE_INT || b == VALUE_INT)
		cel_error_hint(err, "convert one side with int()");
}

void
cel_no_overload(struct cel_error *err, const struct node *call,
		const enum value_kind *kinds)
{
	const char *dot = call->style == CALL_METHOD ? "." : "";
	size_t room = sizeof(err->message), n;

	n = (size_t)snprintf(err->message, room, "%s%.60s does not take (", dot,
			     call->name);
	for (uint32_t i = 0; i < call->nargs && n < room; i++)
		n += (size_t)snprintf(err->message + n, room - n, "%s%s",
				      i ? ", " : "", shown_kind(kinds[i]));
	if (n < room)
		snprintf(err->message + n, room - n, ")");
	if (call->style == CALL_OPERATOR)
		hint_conversion(err, call, kinds);
}

static const char *
nearest(const char *name)
{
	const char *names[ARRAY_SIZE(cel_functions)];
	size_t n = 0;

	for (size_t i = 0; i < ncel_functions; i++)
		if (cel_functions[i].style != CALL_OPERATOR)
			names[n++] = cel_functions[i].name;
	return str_nearest(name, names, n);
}

bool
cel_function_unknown(struct cel_error *err, const struct node *call)
{
	const char *near = nearest(call->name);
	uint32_t n;

	cel_error_at(err, call->column, "no function is named \"%.60s\"",
		     call->name);
	if (cel_function_find(call->name, CALL_METHOD, &n))
		cel_error_hint(err, "write VALUE.%.60s(...)", call->name);
	else if (cel_function_find(call->name, CALL_GLOBAL, &n))
		cel_error_hint(err, "write %.60s(VALUE)", call->name);
	else if (near)
		cel_error_hint(err, "did you mean \"%s\"?", near);
	return false;
}
