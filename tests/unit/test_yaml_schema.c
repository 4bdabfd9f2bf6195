/* The rows of schema.def: examples that work, a JSON Schema that holds all.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/model/schema.h"
#include "engine/yaml/yaml_schema.h"
#include "flows.h"

static const char setting[] =
	"secrets: { DEPLOY_TOKEN: { env: DEPLOY_TOKEN } }\n"
	"pools: { gpu: 2 }\n"
	"params: { env: prod, count: 3, version: x }\n";

/* Steps that the examples name. */
static const char cast[] =
	"- { id: build, run: x, outputs: { version: string } }\n"
	"- { id: watch, run: x }\n"
	"- { id: slow-way, run: x }\n";

/* What a key wants beside it in its map. */
static const char *
company(const struct schema_key *k)
{
	static const struct {
		enum schema_section section;
		const char *key, *with;
	} rows[] = {
		{SCHEMA_STEP,    "with",       "workflow: deploy.yaml"               },
		{SCHEMA_STEP,    "join",       "needs: [build]"                      },
		{SCHEMA_STEP,    "repeat",     "run: x, outputs: { ready: bool }"    },
		{SCHEMA_STEP,    "redundancy", "run: x, idempotent: true"            },
		{SCHEMA_STEP,    "ensure",     "run: x, outputs: { version: string }"},
		{SCHEMA_STEP,    "key",        "run: x, foreach: [{ name: a }]"      },
		{SCHEMA_WAIT,    "match",      "signal: go"                          },
		{SCHEMA_WAIT,    "timeout",    "signal: go"                          },
		{SCHEMA_WAIT,    "default",    "signal: go"                          },
		{SCHEMA_FOREACH, "key",        "items: [{ name: a }]"                },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].section == k->section &&
		    strcmp(rows[i].key, k->name) == 0)
			return rows[i].with;
	if (k->section == SCHEMA_STEP) {
		static const char *const actions = "run argv workflow approval "
						   "wait id";
		static const char *const many = "as max_parallel fail_fast "
						"tolerate";

		if (strstr(actions, k->name))
			return "";
		return strstr(many, k->name) ? "run: x, foreach: [a]"
					     : "run: x";
	}
	if (k->section == SCHEMA_FOREACH && strcmp(k->name, "items") != 0)
		return "items: [a]";
	return "";
}

/* The pair within the braces that `open` begins. */
static char *
step_with(const struct schema_key *k, const char *open)
{
	struct strbuf b = STRBUF_INIT;
	const char *with = company(k);

	strbuf_addf(&b, "version: 1\n%ssteps:\n%s- %s%s%s%s: %s", setting, cast,
		    open, with, *with ? ", " : "", k->name, k->example);
	for (const char *p = open; *p; p++)
		if (*p == '{')
			strbuf_adds(&b, " }");
	strbuf_addc(&b, '\n');
	return strbuf_detach(&b);
}

static const char *
wrap_of(enum schema_section section)
{
	if (section == SCHEMA_STEP)
		return "{ id: s, ";
	if (section == SCHEMA_LIMITS)
		return "{ id: s, run: x, limits: { ";
	if (section == SCHEMA_RETRY)
		return "{ id: s, run: x, retry: { ";
	if (section == SCHEMA_WAIT)
		return "{ id: s, wait: { ";
	if (section == SCHEMA_FOREACH)
		return "{ id: s, run: x, foreach: { ";
	if (section == SCHEMA_WARN)
		return "{ id: s, run: x, warn: { ";
	if (section == SCHEMA_APPROVAL)
		return "{ id: s, needs: [build], approval: { ";
	if (section == SCHEMA_FAILURE)
		return "{ id: s, run: x, on_failure: { ";
	if (section == SCHEMA_ASK)
		return "{ id: s, run: x, on_failure: { ask: { ";
	return NULL;
}

static void
examples_of_steps_work(void **state)
{
	size_t tried = 0;

	(void)state;
	for (size_t i = 0; i < schema_nkeys; i++) {
		const struct schema_key *k = &schema_keys[i];
		const char *wrap = wrap_of(k->section);
		struct workflow *wf;
		char *text;

		if (!wrap || strcmp(k->name, "id") == 0)
			continue;
		text = step_with(k, wrap);
		wf = flow_read(text);
		if (!wf) {
			print_error("%s", text);
			flow_print_findings();
		}
		assert_non_null(wf);
		workflow_free(wf);
		free(text);
		tried++;
	}
	assert_true(tried > 80);
}

static void
examples_of_flows_work(void **state)
{
	(void)state;
	for (size_t i = schema_first(SCHEMA_FLOW);
	     schema_keys[i].section == SCHEMA_FLOW; i++) {
		const struct schema_key *k = &schema_keys[i];
		char *text;
		struct workflow *wf;

		if (strcmp(k->name, "version") == 0 ||
		    strcmp(k->name, "steps") == 0 ||
		    strcmp(k->name, "params") == 0)
			continue;
		text = mem_printf("version: 1\nparams: { env: x }\n%s: "
				  "%s\nsteps:\n%s",
				  k->name, k->example, cast);
		wf = flow_read(text);
		if (!wf) {
			print_error("%s", text);
			flow_print_findings();
		}
		assert_non_null(wf);
		workflow_free(wf);
		free(text);
	}
}

static void
each_row_is_complete(void **state)
{
	(void)state;
	for (size_t i = 0; i < schema_nkeys; i++) {
		const struct schema_key *k = &schema_keys[i];

		assert_true(*k->name && *k->type && *k->help && *k->example);
		assert_ptr_equal(schema_find(k->section, k->name), k);
		/* Rows of a section stand together. */
		assert_true(i < 1 || k[-1].section <= k->section);
	}
}

static void
the_schema_holds_every_key(void **state)
{
	char *text = yaml_schema();
	json_t *root = json_loads(text, 0, NULL);
	const json_t *definitions = json_object_get(root, "definitions");

	(void)state;
	assert_non_null(root);
	for (size_t i = 0; i < schema_nkeys; i++) {
		const json_t *section = json_object_get(
			definitions,
			schema_section_name(schema_keys[i].section));
		const json_t *key =
			json_object_get(json_object_get(section, "properties"),
					schema_keys[i].name);

		assert_non_null(key);
		assert_non_null(json_object_get(key, "description"));
	}
	json_decref(root);
	free(text);
}

/* What an editor can tell without knowing more than the schema. */
static void
the_schema_tells_wrong_from_right(void **state)
{
	static const struct {
		const char *path, *wanted;
	} rows[] = {
  /* a map of a param is a spec, never a default */
		{"flow/params/additionalProperties",
		 "{\"anyOf\":[{\"$ref\":\"#/definitions/param\"},"
		 "{\"not\":{\"type\":\"object\"}}]}"                     },
		{"step/outputs/additionalProperties",
		 "{\"enum\":[\"string\",\"int\",\"number\",\"bool\",\"json\","
		 "\"list\"]}"					    },
		{"wait/oneOf",
		 "[{\"required\":[\"for\"]},{\"required\":[\"until\"]},"
		 "{\"required\":[\"signal\"]},{\"required\":[\"file\"]}]"},
		{"step/argv/minItems",                "1"                },
	};
	char *text = yaml_schema();
	json_t *root = json_loads(text, 0, NULL);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		json_t *at = json_object_get(root, "definitions");
		char *path = mem_strdup(rows[i].path), *save = NULL, *got;

		for (char *p = strtok_r(path, "/", &save); p;
		     p = strtok_r(NULL, "/", &save)) {
			json_t *key = json_object_get(
				json_object_get(at, "properties"), p);

			at = key ? key : json_object_get(at, p);
		}
		assert_non_null(at);
		got = json_dumps(at, JSON_COMPACT | JSON_ENCODE_ANY);
		assert_string_equal(got, rows[i].wanted);
		free(got);
		free(path);
	}
	json_decref(root);
	free(text);
}

static void
words_of_other_tools_are_known(void **state)
{
	(void)state;
	assert_string_equal(schema_synonym(SCHEMA_STEP, "depends_on"), "needs");
	assert_null(schema_synonym(SCHEMA_STEP, "nonsense"));
	assert_string_equal(schema_nearest(SCHEMA_STEP, "retyr"), "retry");
	assert_null(schema_nearest(SCHEMA_STEP, "zzzzzzzz"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row_is_complete),
		cmocka_unit_test(examples_of_steps_work),
		cmocka_unit_test(examples_of_flows_work),
		cmocka_unit_test(the_schema_holds_every_key),
		cmocka_unit_test(the_schema_tells_wrong_from_right),
		cmocka_unit_test(words_of_other_tools_are_known),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	wf_diags_release(&flow_findings);
	return failed;
}
