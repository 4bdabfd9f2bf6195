/* Writes JSON Schema from the rows of schema.def.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "yaml_schema.h"

#include <stdio.h>
#include <stdlib.h>

#include "../base/str.h"
#include "../model/schema.h"
#include "../model/value.h"

#define NAME_PATTERN     "^[A-Za-z_][A-Za-z0-9_-]{0,63}$"
#define DURATION_PATTERN "^(0|([0-9]+(\\.[0-9]+)?(ms|s|m|h|d))+)$"
#define SIZE_PATTERN     "^[0-9]+(\\.[0-9]+)?([KMGTP]i?B|B)?$"

static json_t *type_of(const char *p, const char *end);

static json_t *
must(json_t *json)
{
	if (!json)
		BUG("a schema cannot be built");
	return json;
}

static bool
begins(const char *p, const char *end, const char *word)
{
	size_t n = strlen(word);

	return (size_t)(end - p) >= n && memcmp(p, word, n) == 0;
}

/* Scalars that are read as text, however YAML sees them. */
static json_t *
scalar_text(void)
{
	return must(json_pack("{s:[s,s,s]}", "type", "string", "number",
			      "boolean"));
}

/* Text of this pattern, or a number without a unit: nothing for a duration,
 * bytes for a size. */
static json_t *
measure(const char *pattern, json_t *number)
{
	return must(json_pack("{s:[{s:s,s:s},o]}", "anyOf", "type", "string",
			      "pattern", pattern, number));
}

static json_t *
number_of(const char *p, const char *type)
{
	double min, max;
	json_t *json = must(json_pack("{s:s}", "type", type));

	if (schema_range(p, &min, &max)) {
		bool whole = str_eq(type, "integer");

		json_object_set_new(json, "minimum",
				    whole ? json_integer((json_int_t)min)
					  : json_real(min));
		json_object_set_new(json, "maximum",
				    whole ? json_integer((json_int_t)max)
					  : json_real(max));
	}
	return json;
}

static json_t *
word_of(const char *p, const char *end)
{
	if (begins(p, end, "int"))
		return number_of(p, "integer");
	if (begins(p, end, "number"))
		return begins(p, end, "number(")
			       ? number_of(p, "number")
			       : must(json_pack("{s:s}", "type", "number"));
	if (begins(p, end, "bool"))
		return must(json_pack("{s:s}", "type", "boolean"));
	if (begins(p, end, "null"))
		return must(json_pack("{s:s}", "type", "null"));
	if (begins(p, end, "list"))
		return must(json_pack("{s:s}", "type", "array"));
	if (begins(p, end, "value"))
		return must(json_object());
	if (begins(p, end, "duration"))
		return measure(DURATION_PATTERN,
			       json_pack("{s:i}", "const", 0));
	if (begins(p, end, "size"))
		return measure(SIZE_PATTERN,
			       json_pack("{s:s,s:i}", "type", "integer",
					 "minimum", 1));
	if (begins(p, end, "id") || begins(p, end, "name"))
		return must(json_pack("{s:s,s:s}", "type", "string", "pattern",
				      NAME_PATTERN));
	return scalar_text();
}

/* One alternative. */
static json_t *
single_of(const char *p, const char *end)
{
	if (*p == '[')
		return must(json_pack("{s:s,s:o}", "type", "array", "items",
				      type_of(p + 1, end - 1)));
	if (begins(p, end, "map("))
		return must(json_pack("{s:s,s:o}", "type", "object",
				      "additionalProperties",
				      type_of(p + 4, end - 1)));
	if (*p == '{') {
		char reference[80];

		snprintf(reference, sizeof(reference), "#/definitions/%.*s",
			 (int)(end - p - 2), p + 1);
		return must(json_pack("{s:s}", "$ref", reference));
	}
	if (*p == '=')
		return must(json_pack("{s:s%}", "const", p + 1,
				      (size_t)(end - p - 1)));
	return word_of(p, end);
}

/* End of the alternative that begins at `p`. */
static const char *
alternative_end(const char *p, const char *end)
{
	int depth = 0;

	for (; p < end; p++) {
		depth += *p == '[' || *p == '(' || *p == '{';
		depth -= *p == ']' || *p == ')' || *p == '}';
		if (!depth && begins(p, end, " | "))
			break;
	}
	return p;
}

static json_t *
type_of(const char *p, const char *end)
{
	json_t *words = must(json_array()), *others = must(json_array());
	json_t *result;
	/* Where a map has keys of its own, no other map will do. */
	bool section = *p == '{';

	while (p < end) {
		const char *stop = alternative_end(p, end);

		if (*p == '=')
			json_array_append_new(
				words, must(json_stringn(
					       p + 1, (size_t)(stop - p - 1))));
		else if (section && begins(p, stop, "value"))
			json_array_append_new(
				others, must(json_pack("{s:{s:s}}", "not",
						       "type", "object")));
		else
			json_array_append_new(others, single_of(p, stop));
		p = stop + (stop < end ? 3 : 0);
	}
	if (json_array_size(words))
		json_array_insert_new(others, 0,
				      must(json_pack("{s:O}", "enum", words)));
	json_decref(words);
	if (json_array_size(others) > 1)
		return must(json_pack("{s:o}", "anyOf", others));
	result = json_incref(json_array_get(others, 0));
	json_decref(others);
	return result;
}

/* --- sections ------------------------------------------------------------ */

/* Each output has a type; `stdout` has the name of one. */
static void
add_output_types(json_t *json)
{
	json_t *types = must(json_array());

	for (int type = TYPE_STRING; type <= TYPE_LIST; type++)
		if (type != TYPE_PATH)
			json_array_append_new(types,
					      must(json_string(value_type_name(
						      (enum value_type)type))));
	json_object_set_new(json, "additionalProperties",
			    must(json_pack("{s:o}", "enum", types)));
	json_object_set_new(json, "properties",
			    must(json_pack("{s:o}", "stdout", scalar_text())));
}

/* Executors that can do without settings are named alone. */
static void
add_executor_names(json_t *json)
{
	json_t *names = must(json_array());

	for (size_t i = 0; i < schema_nexecutors; i++)
		if (!schema_executors[i].required[0])
			json_array_append_new(
				names,
				must(json_string(schema_executors[i].name)));
	json_array_set_new(json_object_get(json, "anyOf"), 0,
			   must(json_pack("{s:o}", "enum", names)));
}

static json_t *
key_schema(const struct schema_key *key)
{
	json_t *json = type_of(key->type, key->type + strlen(key->type));
	char *text = mem_printf("%s.\n\nFor example: `%s: %s`", key->help,
				key->name, key->example);

	/* Draft 7 ignores what stands beside a $ref. */
	if (json_object_get(json, "$ref"))
		json = must(json_pack("{s:[o]}", "allOf", json));
	json_object_set_new(json, "description", must(json_string(text)));
	free(text);
	if ((key->section == SCHEMA_FLOW && str_eq(key->name, "steps")) ||
	    str_eq(key->name, "argv"))
		json_object_set_new(json, "minItems", json_integer(1));
	if (key->section == SCHEMA_STEP && str_eq(key->name, "outputs"))
		add_output_types(json);
	if (str_eq(key->name, "executor"))
		add_executor_names(json);
	return json;
}

/* Maps that say just one of these; a step at most one. */
static const struct {
	enum schema_section section;
	const char *names[6];
} ones[] = {
	{SCHEMA_STEP,    {"run", "argv", "workflow", "approval", "wait"}},
	{SCHEMA_SECRET,  {"env", "file", "argv"}                        },
	{SCHEMA_COMMAND, {"run", "argv"}                                },
	{SCHEMA_UNDO,    {"run", "argv"}                                },
	{SCHEMA_WAIT,    {"for", "until", "signal", "file"}             },
	{SCHEMA_FAILURE, {"ask", "rollback", "fallback"}                },
};

static void
set_one_of(json_t *json, enum schema_section section)
{
	json_t *list = must(json_array());
	const char *const *names = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(ones); i++)
		if (ones[i].section == section)
			names = ones[i].names;
	for (; names && *names; names++)
		json_array_append_new(
			list, must(json_pack("{s:[s]}", "required", *names)));
	if (section == SCHEMA_STEP) /* a milestone has none */
		json_array_append_new(
			list, must(json_pack("{s:{s:o}}", "not", "anyOf",
					     json_copy(list))));
	if (json_array_size(list))
		json_object_set(json, "oneOf", list);
	json_decref(list);
}

static void
set_required(json_t *json, enum schema_section section)
{
	if (section == SCHEMA_FLOW)
		json_object_set_new(
			json, "required",
			must(json_pack("[s,s]", "version", "steps")));
	else if (section == SCHEMA_STEP || section == SCHEMA_NEED)
		json_object_set_new(json, "required",
				    must(json_pack("[s]", "id")));
	else if (section == SCHEMA_CONCURRENCY)
		json_object_set_new(json, "required",
				    must(json_pack("[s]", "group")));
	else if (section == SCHEMA_REPEAT)
		json_object_set_new(json, "required",
				    must(json_pack("[s]", "until")));
	else if (section == SCHEMA_SCHEDULE)
		json_object_set_new(json, "required",
				    must(json_pack("[s]", "cron")));
}

static void
set_executor(json_t *json, enum schema_section section)
{
	if (section == SCHEMA_EXECUTOR) {
		json_object_set_new(json, "minProperties", json_integer(1));
		json_object_set_new(json, "maxProperties", json_integer(1));
	}
	for (size_t i = 0; i < schema_nexecutors; i++) {
		const struct schema_executor *e = &schema_executors[i];
		json_t *names;

		if (e->settings != section || !e->required[0])
			continue;
		names = must(json_array());
		for (const char *const *name = e->required; *name; name++)
			json_array_append_new(names, must(json_string(*name)));
		json_object_set_new(json, "required", names);
	}
}

static json_t *
section_schema(enum schema_section section)
{
	json_t *keys = must(json_object());
	json_t *json;

	for (size_t i = schema_first(section);
	     i < schema_nkeys && schema_keys[i].section == section; i++)
		json_object_set_new(keys, schema_keys[i].name,
				    key_schema(&schema_keys[i]));
	json = must(json_pack("{s:s,s:s,s:o,s:b}", "type", "object",
			      "description", schema_section_meaning(section),
			      "properties", keys, "additionalProperties", 0));
	set_required(json, section);
	set_one_of(json, section);
	set_executor(json, section);
	return json;
}

char *
yaml_schema(void)
{
	json_t *sections = must(json_object());
	json_t *root;
	char *text, *copy;

	for (int i = 0; i < SCHEMA_NSECTIONS; i++)
		json_object_set_new(sections,
				    schema_section_name((enum schema_section)i),
				    section_schema((enum schema_section)i));
	root = must(json_pack("{s:s,s:s,s:[{s:s}],s:o}", "$schema",
			      "http://json-schema.org/draft-07/schema#",
			      "title", "wfctl flow", "allOf", "$ref",
			      "#/definitions/flow", "definitions", sections));
	text = json_dumps(root, JSON_INDENT(2));
	if (!text)
		BUG("a schema cannot be written");
	copy = mem_strdup(text);
	free(text);
	json_decref(root);
	return copy;
}
