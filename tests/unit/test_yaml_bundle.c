/* Flows that name flows: loading, storing, and what they say of each other.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/base/fs.h"
#include "engine/yaml/yaml_bundle_text.h"
#include "flows.h"

static char dir[] = "/tmp/wfctl-bundle.XXXXXX";

static char *
put(const char *name, const char *text)
{
	char *path = mem_printf("%s/%s", dir, name);
	struct wf_err err;

	assert_int_equal(fs_write(path, text, strlen(text), 0600, &err), WF_OK);
	return path;
}

static enum wf_code
load(const char *name, const char *text, struct bundle **out,
     struct wf_err *err)
{
	char *path = put(name, text);
	enum wf_code code;

	wf_diags_release(&flow_findings);
	code = bundle_load(path, out, &flow_findings, err);
	free(path);
	return code;
}

static const char child[] = "version: 1\n"
			    "params: { size: { type: int, required: true } }\n"
			    "outputs: { sum: \"${{ steps.a.outputs.v }}\" }\n"
			    "steps:\n"
			    "- { id: a, run: x, outputs: { v: int } }\n";

static void
child_flows_come_along(void **state)
{
	struct bundle *b, *again;
	struct wf_err err;
	char *text;

	(void)state;
	free(put("sub/child.yaml", child));
	free(put("sub/leaf.yaml", FLOW("- { id: l, run: x }\n")));
	assert_int_equal(
		load("root.yaml",
		     FLOW("- { id: c, workflow: sub/child.yaml, with: { size: "
			  "3 } }\n"
			  "- { id: d, workflow: ./sub/../sub/leaf.yaml }\n"
			  "- { id: e, needs: [c], run: x, env: { S: \"${{ "
			  "steps.c.outputs.sum }}\" } }\n"),
		     &b, &err),
		WF_OK);
	assert_int_equal(b->files.n, 3);
	assert_string_equal(b->root->steps[0].more->child->file,
			    "sub/child.yaml");
	assert_string_equal(b->root->steps[1].more->child->file,
			    "sub/leaf.yaml");
	/* Stored and read again, it is the same. */
	text = bundle_text(b);
	assert_int_equal(bundle_pieces(b).n, strlen(text));
	assert_int_equal(bundle_parse(text, strlen(text), &again, &err), WF_OK);
	free(text);
	assert_string_equal(again->hash, b->hash);
	assert_string_equal(again->root->dir, b->root->dir);
	assert_non_null(map_get(&again->files, "sub/leaf.yaml"));
	assert_string_equal(again->root->steps[1].more->child->file,
			    "sub/leaf.yaml");
	bundle_free(again);
	bundle_free(b);
}

static void
a_flow_may_call_itself(void **state)
{
	struct bundle *b;
	struct wf_err err;

	(void)state;
	assert_int_equal(load("self.yaml",
			      "version: 1\n"
			      "params: { n: 3 }\n"
			      "steps:\n"
			      "- { id: a, if: params.n > 0, workflow: "
			      "self.yaml, with: { n: \"${{ params.n - 1 }}\" } "
			      "}\n",
			      &b, &err),
			 WF_OK);
	assert_int_equal(b->files.n, 1);
	assert_string_equal(b->root->steps[0].more->child->file, "");
	bundle_free(b);
}

static void
expect_bad(const char *text, int line, int column, const char *part)
{
	struct bundle *b;
	struct wf_err err;

	free(put("sub/child.yaml", child));
	assert_int_equal(load("root.yaml", text, &b, &err), WF_INVALID);
	assert_null(b);
	if (err.line != line || err.column != column ||
	    !strstr(err.message, part)) {
		flow_print_findings();
		fail();
	}
}

static void
findings_stand_where_the_child_is_named(void **state)
{
	(void)state;
	expect_bad(FLOW("- { id: c, workflow: nowhere.yaml }\n"), 3, 22,
		   "cannot open");
	expect_bad(FLOW("- { id: c, workflow: /dev/null }\n"), 3, 22,
		   "no ordinary file");
	expect_bad(FLOW("- { id: c, workflow: . }\n"), 3, 22,
		   "no ordinary file");
	expect_bad(FLOW("- { id: c, workflow: sub/child.yaml }\n"), 3, 22,
		   "requires param \"size\"");
	expect_bad(FLOW("- { id: c, workflow: sub/child.yaml, with: { size: "
			"many } }\n"),
		   3, 22, "\"size\" must be");
	expect_bad(FLOW("- { id: c, workflow: sub/child.yaml, with: { size: "
			"1, sise: 2 } }\n"),
		   3, 22, "no param \"sise\"");
	expect_bad(FLOW("- { id: c, workflow: sub/child.yaml, with: { size: 1 "
			"} }\n"
			"- { id: e, needs: [c], run: x, if: "
			"steps.c.outputs.some == 1 }\n"),
		   4, 36, "no output \"some\"");
}

static void
findings_of_children_are_reported(void **state)
{
	struct bundle *b;
	struct wf_err err;

	(void)state;
	free(put("sub/leaf.yaml", "version: 1\nsteps: []\n"));
	assert_int_equal(load("root.yaml",
			      FLOW("- { id: c, workflow: sub/leaf.yaml }\n"),
			      &b, &err),
			 WF_INVALID);
	assert_non_null(strstr(err.file, "sub/leaf.yaml"));
}

static void
damaged_texts_are_refused(void **state)
{
	static const char *const texts[] = {
		"",
		"{",
		"[]",
		"{}",
		"{\"files\":[]}",
		"{\"files\":[1]}",
		"{\"files\":[{\"key\":\"\"}]}",
		("{\"files\":[{\"key\":\"\",\"file\":\"f\","
		 "\"dir\":\"/\",\"text\":\"steps\"}]}"),
		"{\"files\":[{\"key\":\"",
		"{\"files\":[{\"key\":\"\\",
		"{\"files\":[{\"key\":\"\\u00",
		"{\"files\":[{\"key\":\"\\u0000\"}]}",
		"{\"files\":[{\"key\":\"\\ud83d\"}]}",
		"{\"version\":2,\"files\":[]}",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct bundle *b;
		struct wf_err err;

		assert_int_equal(
			bundle_parse(texts[i], strlen(texts[i]), &b, &err),
			WF_STORE);
		assert_null(b);
	}
}

static bool
keep_part(void *arg, const struct bundle_part *part)
{
	*(struct bundle_part *)arg = *part;
	return true;
}

static void
a_stored_text_comes_back_byte_for_byte(void **state)
{
	static const char text[] =
		"version: 1\n# \"q\" \\ \t "
		"\xc3\xa4 \xe2\x82\xac\n"
		"steps: [{id: a, run: \"echo \\\"b\\\"\"}]\n";
	static char other[] = "{ \"version\" : 1 , \"files\" : [ {\"key\":\"\","
			      "\"file\":\"\\u00e4\\/\\b\",\"dir\":\"\\u20ac\","
			      "\"text\":\"\\u0001\\r\\f\"} ] }\n";
	struct bundle *b;
	struct bundle_part part;
	struct wf_err err;
	char *json;

	(void)state;
	assert_int_equal(load("root.yaml", text, &b, &err), WF_OK);
	json = bundle_text(b);
	assert_null(bundle_scan(json, strlen(json), keep_part, &part));
	assert_string_equal(part.text, text);
	assert_int_equal(part.bytes, strlen(text));
	free(json);
	bundle_free(b);
	assert_null(bundle_scan(other, strlen(other), keep_part, &part));
	assert_string_equal(part.file, "\xc3\xa4/\b");
	assert_string_equal(part.dir, "\xe2\x82\xac");
	assert_string_equal(part.text, "\x01\r\f");
}

static void
children_are_looked_for_where_the_flow_has_errors(void **state)
{
	struct bundle *b;
	struct wf_err err;

	(void)state;
	free(put("bad.yaml", FLOW("- { id: x, rum: a }\n")));
	assert_int_equal(load("root.yaml",
			      FLOW("- { id: a, workflow: nowhere.yaml }\n"
				   "- { id: b, workflow: bad.yaml }\n"
				   "- { id: c, run: x, needs: [d] }\n"),
			      &b, &err),
			 WF_INVALID);
	assert_null(b);
	assert_int_equal(flow_findings.nerrors, 3);
}

static void
a_missing_file_is_a_usage_error(void **state)
{
	struct bundle *b;
	struct wf_err err;

	(void)state;
	assert_int_equal(
		bundle_load("/nonexistent.yaml", &b, &flow_findings, &err),
		WF_USAGE);
	assert_null(b);
}

static int
setup(void **state)
{
	char *sub;
	int failed;

	(void)state;
	if (!mkdtemp(dir))
		return -1;
	sub = mem_printf("%s/sub", dir);
	failed = mkdir(sub, 0700);
	free(sub);
	return failed;
}

static int
teardown(void **state)
{
	static const char *const names[] = {"bad.yaml",      "sub/child.yaml",
					    "sub/leaf.yaml", "root.yaml",
					    "self.yaml",     "sub"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		char *path = mem_printf("%s/%s", dir, names[i]);

		if (unlink(path) < 0)
			rmdir(path);
		free(path);
	}
	wf_diags_release(&flow_findings);
	return rmdir(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(child_flows_come_along),
		cmocka_unit_test(a_flow_may_call_itself),
		cmocka_unit_test(findings_stand_where_the_child_is_named),
		cmocka_unit_test(findings_of_children_are_reported),
		cmocka_unit_test(damaged_texts_are_refused),
		cmocka_unit_test(a_stored_text_comes_back_byte_for_byte),
		cmocka_unit_test(
			children_are_looked_for_where_the_flow_has_errors),
		cmocka_unit_test(a_missing_file_is_a_usage_error),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
