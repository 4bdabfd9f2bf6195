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
#include "engine/yaml/yaml_node.h"
#include "engine/yaml/yaml_schema.h"
#include "flows.h"
#include "json_judge.h"

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

	static const struct {
		enum schema_section section;
		const char *keys, *with;
	} leaders[] = {
		{SCHEMA_FOREACH,     "items",    "items: [a]"          },
		{SCHEMA_CONCURRENCY, "group",    "group: deploy"       },
		{SCHEMA_SCHEDULE,    "cron",     "cron: 0 3 * * *"     },
		{SCHEMA_NEED,        "id",       "id: build"           },
		{SCHEMA_REPEAT,      "until",    "until: outputs.ready"},
		{SCHEMA_UNDO,        "run argv", "run: y"              },
		{SCHEMA_SSH,         "host",     "host: h"             },
		{SCHEMA_DOCKER,      "image",    "image: i"            },
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
	for (size_t i = 0; i < ARRAY_SIZE(leaders); i++)
		if (leaders[i].section == k->section &&
		    !strstr(leaders[i].keys, k->name))
			return leaders[i].with;
	return "";
}

/* Where the map of a section stands in a flow: the lines above it.  Those of
 * a step begin with its dash. */
/* clang-format off */
static const struct {
	enum schema_section section;
	const char *above;
} places[] = {
	{SCHEMA_FLOW,        ""},
	{SCHEMA_DEFAULTS,    "defaults:\n"},
	{SCHEMA_PARAM,       "params:\n  p:\n"},
	{SCHEMA_SECRET,      "secrets:\n  s:\n"},
	{SCHEMA_POOL,        "pools:\n  p:\n"},
	{SCHEMA_CONCURRENCY, "params: { env: x }\nconcurrency:\n"},
	{SCHEMA_ROLLBACK,    "rollback:\n"},
	{SCHEMA_HOOKS,       "hooks:\n"},
	{SCHEMA_SCHEDULE,    "schedule:\n"},
	{SCHEMA_FLOW_WARN,   "deadline: 2h\nwarn:\n"},
	{SCHEMA_STEP,        "- id: s\n"},
	{SCHEMA_NEED,        "- id: s\n  needs:\n  -\n"},
	{SCHEMA_COMMAND,     "- id: s\n  run: x\n  check:\n"},
	{SCHEMA_LIMITS,      "- id: s\n  run: x\n  limits:\n"},
	{SCHEMA_APPROVAL,    "- id: s\n  needs: [build]\n  approval:\n"},
	{SCHEMA_REJECT,      "- id: s\n  approval:\n    on_reject:\n"},
	{SCHEMA_WAIT,        "- id: s\n  wait:\n"},
	{SCHEMA_FOREACH,     "- id: s\n  run: x\n  foreach:\n"},
	{SCHEMA_REPEAT,      "- id: s\n  run: x\n  outputs: { ready: bool }\n  repeat:\n"},
	{SCHEMA_RETRY,       "- id: s\n  run: x\n  retry:\n"},
	{SCHEMA_FAILURE,     "- id: s\n  run: x\n  on_failure:\n"},
	{SCHEMA_ASK,         "- id: s\n  run: x\n  on_failure:\n    ask:\n"},
	{SCHEMA_UNDO,        "- id: s\n  run: x\n  undo:\n"},
	{SCHEMA_REDUNDANCY,  "- id: s\n  run: x\n  idempotent: true\n  redundancy:\n"},
	{SCHEMA_WARN,        "- id: s\n  run: x\n  warn:\n"},
	{SCHEMA_EXECUTOR,    "- id: s\n  run: x\n  executor:\n"},
	{SCHEMA_SSH,         "- id: s\n  run: x\n  executor:\n    ssh:\n"},
	{SCHEMA_DOCKER,      "- id: s\n  run: x\n  executor:\n    docker:\n"},
	{SCHEMA_SLURM,       "- id: s\n  run: x\n  executor:\n    slurm:\n"},
};
/* clang-format on */

/* The indentation of what hangs below the last line. */
static int
indent_below(const char *above)
{
	const char *last = above;
	int n;

	for (const char *p = above; *p; p++)
		if (*p == '\n' && p[1])
			last = p + 1;
	n = (int)strspn(last, " ");
	return *above ? n + 2 : 0;
}

/* A whole flow in which the row's example stands in its place. */
static char *
flow_with(const struct schema_key *k, const char *above)
{
	struct strbuf b = STRBUF_INIT;
	bool step = *above == '-';
	int indent = k->section == SCHEMA_STEP ? 2 : indent_below(above);

	strbuf_addf(&b, "version: 1\n%s%s%s%s", step ? setting : "",
		    step ? "steps:\n" : "", step ? cast : "", above);
	for (const char *with = company(k); *with;) {
		int depth = 0;
		size_t n = 0;

		for (; with[n] && (depth || with[n] != ','); n++)
			depth += (strchr("{[", with[n]) != NULL) -
				 (strchr("}]", with[n]) != NULL);
		strbuf_addf(&b, "%*s%.*s\n", indent, "", (int)n, with);
		with += n + strspn(with + n, ", ");
	}
	strbuf_addf(&b, "%*s%s: %s\n", indent, "", k->name, k->example);
	strbuf_addf(&b, "%s%s", step ? "" : "steps:\n", step ? "" : cast);
	return strbuf_detach(&b);
}

/* The text as JSON; the flow must be sound YAML. */
static json_t *
flow_json(const char *text)
{
	struct node_tree t;
	struct arena a = {0};
	struct wf_diags diags = {0};
	json_t *json;

	if (!node_tree_read(&t, &a, "t.yaml", text, strlen(text), &diags)) {
		print_error("%s\n%s\n", text, diags.at[0].message);
		fail();
	}
	json = value_to_json(node_value(&t, t.root, &a));
	node_tree_release(&t);
	wf_diags_release(&diags);
	arena_release(&a);
	return json;
}

/* Both think so: reader and JSON Schema. */
static bool
both_find(bool good, const char *text)
{
	char *schema = yaml_schema();
	json_t *root = json_loads(schema, 0, NULL), *json = flow_json(text);
	struct workflow *wf = flow_read(text);
	const char *why = json_judge(root, root, json);

	bool agree = good == (wf != NULL) && good == !why;

	if (!agree) {
		print_error("%s\nthe schema: %s\n", text, why ? why : "fine");
		flow_print_findings();
	}
	workflow_free(wf);
	json_decref(json);
	json_decref(root);
	free(schema);
	return agree;
}

/* Each key's example, in the manual and in the hints, is one that works, for
 * wfctl as for an editor that has the schema. */
static void
every_example_works_in_a_whole_flow(void **state)
{
	size_t tried = 0, wrong = 0;

	(void)state;
	for (size_t i = 0; i < schema_nkeys; i++) {
		const struct schema_key *k = &schema_keys[i];
		bool top = k->section == SCHEMA_FLOW;

		if ((top && strstr("version steps", k->name)) ||
		    (k->section == SCHEMA_STEP && str_eq(k->name, "id")))
			continue;
		for (size_t p = 0; p < ARRAY_SIZE(places); p++) {
			char *text;

			if (places[p].section != k->section)
				continue;
			text = flow_with(k, places[p].above);
			wrong += !both_find(true, text);
			free(text);
			tried++;
		}
	}
	assert_int_equal(tried, schema_nkeys - 3);
	assert_int_equal(wrong, 0);
}

static void
what_is_wrong_is_wrong_for_both(void **state)
{
	static const char *const steps[] = {
		"- { id: a, run: x, argv: [y] }",
		"- { id: a, run: x, wait: { for: 1s } }",
		"- { id: a, approval: { }, workflow: b.yaml }",
		"- { run: x }",
		"- { id: a, argv: [] }",
		"- { id: a, run: x, nonsense: 1 }",
		"- { id: a, run: x, check: { run: y, argv: [z] } }",
		"- { id: a, run: x, undo: { timeout: 1s, run: y, argv: [z] } }",
		"- { id: a, wait: { for: 1s, file: b } }",
		"- { id: a, wait: { } }",
		"- { id: a, run: x, timeout: soon }",
		"- { id: a, run: x, retry: -1 }",
		"- { id: a, run: x, on_lost: maybe }",
		"- { id: a, run: x, limits: { memory: much } }",
		"- { id: a, run: x, outputs: { v: word } }",
		"- { id: 1a, run: x }",
		"- { id: a, run: x, executor: lsf }",
		"- { id: a, run: x, executor: ssh }",
		"- { id: a, run: x, executor: { ssh: { } } }",
		"- { id: a, run: x, executor: { slurm: { }, local: { } } }",
		"- {id: a, run: x, executor: {docker: {image: i, pull: x}}}",
	};
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		char *text = mem_printf("version: 1\nsteps:\n%s\n", steps[i]);

		wrong += !both_find(false, text);
		free(text);
	}
	wrong += !both_find(false, "steps:\n- { id: a, run: x }\n");
	wrong += !both_find(false, "version: 2\nsteps:\n- { id: a, run: x }\n");
	wrong += !both_find(false, "version: 1\n");
	wrong += !both_find(true, "version: 1\nsteps:\n- { id: milestone }\n");
	wrong += !both_find(
		true,
		"version: 1\nsteps:\n- { id: a, run: x, executor: slurm }\n");
	wrong += !both_find(true,
			    "version: 1\nsteps:\n- { id: a, run: x, executor: "
			    "{ slurm: } }\n");
	assert_int_equal(wrong, 0);
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
		cmocka_unit_test(every_example_works_in_a_whole_flow),
		cmocka_unit_test(what_is_wrong_is_wrong_for_both),
		cmocka_unit_test(the_schema_holds_every_key),
		cmocka_unit_test(the_schema_tells_wrong_from_right),
		cmocka_unit_test(words_of_other_tools_are_known),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	wf_diags_release(&flow_findings);
	return failed;
}
