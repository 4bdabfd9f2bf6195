/* A judge of JSON by a JSON Schema: the part of draft 7 that ours uses.
 *
 *	why = json_judge(root, root, instance);      NULL: it is valid
 *
 * A keyword it does not know is a failure of the test, so that the schema
 * cannot say more than is looked at.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_TEST_JSON_JUDGE_H
#define WF_TEST_JSON_JUDGE_H

#include <jansson.h>
#include <regex.h>
#include <stdio.h>
#include <string.h>

static char judge_why[400];

static const char *
json_judge(const json_t *root, const json_t *schema, const json_t *v);

static const char *
judge_no(const char *what, const json_t *about)
{
	char *text = json_dumps(about, JSON_ENCODE_ANY | JSON_COMPACT);

	snprintf(judge_why, sizeof(judge_why), "%s: %.300s", what, text);
	free(text);
	return judge_why;
}

static int
judge_is_type(const char *type, const json_t *v)
{
	return strcmp(type, "object") == 0    ? json_is_object(v)
	       : strcmp(type, "array") == 0   ? json_is_array(v)
	       : strcmp(type, "string") == 0  ? json_is_string(v)
	       : strcmp(type, "integer") == 0 ? json_is_integer(v)
	       : strcmp(type, "number") == 0  ? json_is_number(v)
	       : strcmp(type, "boolean") == 0 ? json_is_boolean(v)
					      : json_is_null(v);
}

static int
judge_type(const json_t *types, const json_t *v)
{
	const json_t *type;
	size_t i;

	if (json_is_string(types))
		return judge_is_type(json_string_value(types), v);
	json_array_foreach(types, i, type)
	{
		if (judge_is_type(json_string_value(type), v))
			return 1;
	}
	return 0;
}

static size_t
judge_count(const json_t *root, const json_t *list, const json_t *v)
{
	const json_t *one;
	size_t i, n = 0;

	json_array_foreach(list, i, one) n += !json_judge(root, one, v);
	return n;
}

static int
judge_pattern(const char *pattern, const json_t *v)
{
	regex_t re;
	int found;

	if (!json_is_string(v))
		return 1;
	assert_int_equal(regcomp(&re, pattern, REG_EXTENDED | REG_NOSUB), 0);
	found = regexec(&re, json_string_value(v), 0, NULL, 0) == 0;
	regfree(&re);
	return found;
}

static int
judge_enum(const json_t *list, const json_t *v)
{
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one)
	{
		if (json_equal(one, v))
			return 1;
	}
	return 0;
}

static const char *
judge_unknown(const char *key)
{
	json_t *name = json_string(key);
	const char *why = judge_no("unknown key", name);

	json_decref(name);
	return why;
}

static const char *
judge_object(const json_t *root, const json_t *schema, const json_t *v)
{
	const json_t *known = json_object_get(schema, "properties");
	const json_t *other = json_object_get(schema, "additionalProperties");
	const char *key, *why = NULL;
	json_t *value;

	json_object_foreach((json_t *)v, key, value)
	{
		const json_t *one = json_object_get(known, key);

		if (one)
			why = json_judge(root, one, value);
		else if (json_is_false(other))
			why = judge_unknown(key);
		else if (json_is_object(other))
			why = json_judge(root, other, value);
		if (why)
			return why;
	}
	return NULL;
}

static const char *
judge_items(const json_t *root, const json_t *items, const json_t *v)
{
	const char *why = NULL;
	const json_t *one;
	size_t i;

	json_array_foreach(v, i, one)
	{
		why = why ? why : json_judge(root, items, one);
	}
	return why;
}

static const char *
judge_required(const json_t *names, const json_t *v)
{
	const json_t *name;
	size_t i;

	json_array_foreach(names, i, name)
	{
		if (json_is_object(v) &&
		    !json_object_get(v, json_string_value(name)))
			return judge_no("missing", name);
	}
	return NULL;
}

static const char *
judge_keyword(const json_t *root, const json_t *schema, const char *word,
	      const json_t *say, const json_t *v)
{
#define IS(name) (strcmp(word, name) == 0)
	if (IS("description") || IS("$schema") || IS("title") ||
	    IS("definitions") || IS("additionalProperties"))
		return NULL;
	if (IS("$ref"))
		return json_judge(
			root,
			json_object_get(json_object_get(root, "definitions"),
					json_string_value(say) +
						strlen("#/definitions/")),
			v);
	if (IS("type"))
		return judge_type(say, v) ? NULL : judge_no("no such type", v);
	if (IS("enum"))
		return judge_enum(say, v) ? NULL : judge_no("not one of", say);
	if (IS("const"))
		return json_equal(say, v) ? NULL : judge_no("not", say);
	if (IS("anyOf"))
		return judge_count(root, say, v) ? NULL : judge_no("none", v);
	if (IS("oneOf"))
		return judge_count(root, say, v) == 1 ? NULL
						      : judge_no("not one", v);
	if (IS("allOf"))
		return judge_count(root, say, v) == json_array_size(say)
			       ? NULL
			       : judge_no("not all", v);
	if (IS("not"))
		return json_judge(root, say, v) ? NULL : judge_no("is", v);
	if (IS("required"))
		return judge_required(say, v);
	if (IS("properties"))
		return json_is_object(v) ? judge_object(root, schema, v) : NULL;
	if (IS("items"))
		return json_is_array(v) ? judge_items(root, say, v) : NULL;
	if (IS("pattern"))
		return judge_pattern(json_string_value(say), v)
			       ? NULL
			       : judge_no("not like the pattern", v);
	if (IS("minimum") && json_is_number(v))
		return json_number_value(v) >= json_number_value(say)
			       ? NULL
			       : judge_no("too small", v);
	if (IS("maximum") && json_is_number(v))
		return json_number_value(v) <= json_number_value(say)
			       ? NULL
			       : judge_no("too large", v);
	if (IS("minItems") && json_is_array(v))
		return json_array_size(v) >= (size_t)json_integer_value(say)
			       ? NULL
			       : judge_no("too few", v);
	if (IS("minProperties") && json_is_object(v))
		return json_object_size(v) >= (size_t)json_integer_value(say)
			       ? NULL
			       : judge_no("too few", v);
	if (IS("maxProperties") && json_is_object(v))
		return json_object_size(v) <= (size_t)json_integer_value(say)
			       ? NULL
			       : judge_no("too many", v);
	if (IS("minimum") || IS("maximum") || IS("minItems") ||
	    IS("minProperties") || IS("maxProperties"))
		return NULL;
#undef IS
	print_error("the judge does not know \"%s\"\n", word);
	fail();
	return NULL;
}

static const char *
json_judge(const json_t *root, const json_t *schema, const json_t *v)
{
	const char *word, *why = NULL;
	json_t *say;

	json_object_foreach((json_t *)schema, word, say)
	{
		if (!why)
			why = judge_keyword(root, schema, word, say, v);
	}
	/* A map whose names are of the user's choice has no `properties`. */
	if (!why && json_is_object(v) && !json_object_get(schema, "properties"))
		why = judge_object(root, schema, v);
	return why;
}

#endif
