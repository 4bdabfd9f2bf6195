/* What a form asks of a flow being changed, remedies, and joined changes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "engine/yaml/lint.h"
#include "engine/yaml/yaml_edit.h"

static struct edit *
open_text(const char *text)
{
	return edit_new("f.yaml", text, strlen(text));
}

static void
has_text(struct edit *e, const char *wanted)
{
	assert_string_equal(edit_text(e, NULL), wanted);
}

static void
needs_are_read_while_there_are_errors(void **state)
{
	struct edit *e =
		open_text("steps:\n"
			  "  - id: a\n"
			  "  - id: b\n"
			  "    needs: a\n"
			  "  - id: c\n"
			  "    needs: [b, {id: zz, accept: failed}]\n");
	const char *ids[4];

	(void)state;
	assert_int_equal(edit_needs(e, 0, ids, 4), 0);
	assert_int_equal(edit_needs(e, 1, ids, 4), 1);
	assert_string_equal(ids[0], "a");
	assert_int_equal(edit_needs(e, 2, ids, 4), 2);
	assert_string_equal(ids[1], "zz");
	assert_int_equal(edit_needs(e, 2, ids, 1), 1);
	assert_int_equal(edit_needs(e, 3, ids, 4), 0);
	edit_free(e);
}

static void
a_chain_needs_the_step_above(void **state)
{
	struct edit *e = open_text("order: chain\nsteps: [{id: a}, {id: b}]\n"
				   "finally: [{id: c}]\n");
	const char *ids[4];

	(void)state;
	assert_int_equal(edit_needs(e, 1, ids, 4), 1);
	assert_string_equal(ids[0], "a");
	assert_int_equal(edit_needs(e, 2, ids, 4), 0);
	edit_free(e);
}

static void
a_place_leads_to_its_key(void **state)
{
	struct edit *e = open_text("name: x\n"
				   "steps:\n"
				   "  - id: a\n"
				   "    retry: { limit: 3, delay: 2s }\n"
				   "  - id: b\n"
				   "    run: |\n"
				   "      one\n"
				   "      two\n");
	size_t step;
	char *path = edit_path_at(e, 4, 26, &step);
	struct edit_place place;

	(void)state;
	assert_string_equal(path, "retry.delay");
	assert_int_equal(step, 0);
	free(path);
	path = edit_path_at(e, 8, 8, &step);
	assert_string_equal(path, "run");
	assert_int_equal(step, 1);
	free(path);
	path = edit_path_at(e, 1, 7, &step);
	assert_string_equal(path, "name");
	assert_true(step == SIZE_MAX);
	free(path);
	assert_true(edit_place(e, "b", "run", &place));
	assert_int_equal(place.line, 6);
	assert_int_equal(place.last_line, 8);
	assert_false(edit_place(e, "b", "argv", &place));
	free(edit_path_at(e, 999, 999, &step));
	edit_free(e);
}

static void
keys_and_shapes_are_told(void **state)
{
	struct edit *e = open_text("env: { A: 1, B: 2 }\n"
				   "steps:\n  - id: a\n    needs: []\n");
	char **keys;

	(void)state;
	assert_int_equal(edit_keys(e, NULL, "env", &keys), 2);
	assert_string_equal(keys[1], "B");
	free(keys[0]);
	free(keys[1]);
	free(keys);
	assert_int_equal(edit_shape(e, NULL, "env"), EDIT_MAP);
	assert_int_equal(edit_shape(e, "a", "needs"), EDIT_LIST);
	assert_int_equal(edit_shape(e, "a", "id"), EDIT_SCALAR);
	assert_int_equal(edit_shape(e, "a", "run"), EDIT_NOTHING);
	assert_int_equal(edit_keys(e, "a", "run", &keys), 0);
	edit_free(e);
}

/* --- short forms ---------------------------------------------------------- */

static void
a_short_form_is_written_out(void **state)
{
	static const char before[] = "steps:\n"
				     "  - id: a\n"
				     "    retry: 3 # thrice\n"
				     "    undo: ./down.sh \"x\"\n";
	struct edit *e = open_text(before);

	(void)state;
	assert_int_equal(edit_set_within(e, "a", "retry.delay", "2s", NULL), 0);
	assert_int_equal(edit_set_within(e, "a", "undo.retry", "2", NULL), 0);
	has_text(e, "steps:\n"
		    "  - id: a\n"
		    "    retry: { limit: 3, delay: 2s } # thrice\n"
		    "    undo: { run: ./down.sh \"x\", retry: 2 }\n");
	assert_int_equal(
		edit_set_within(e, "a", "undo.retry.delay", "1s", NULL), 0);
	assert_string_equal(edit_undo(e), "set a.undo.retry.delay");
	assert_string_equal(edit_undo(e), "set a.undo.retry");
	assert_string_equal(edit_undo(e), "set a.retry.delay");
	has_text(e, before);
	assert_string_equal(edit_redo(e), "set a.retry.delay");
	assert_string_equal(edit_redo(e), "set a.undo.retry");
	edit_free(e);
}

static void
what_is_refused_leaves_nothing_behind(void **state)
{
	static const char before[] = "steps:\n  - id: a\n    timeout: 3s\n";
	struct edit *e = open_text(before);
	struct wf_err err = {0};

	(void)state;
	assert_int_not_equal(
		edit_set_within(e, "a", "timeout.limit", "1", &err), 0);
	has_text(e, before);
	assert_null(edit_undo_name(e));
	edit_free(e);
}

static void
steps_are_pasted_into_a_flow_that_has_none(void **state)
{
	struct edit *e = open_text("version: 1\nsteps:\nname: x\n");

	(void)state;
	assert_int_equal(edit_paste(e, "- id: a\n  run: |\n    b\n",
				    EDIT_BEFORE, NULL, NULL),
			 0);
	has_text(e, "version: 1\nsteps:\n  - id: a\n    run: |\n      b\n"
		    "name: x\n");
	edit_free(e);
}

static void
a_list_takes_one_more_item(void **state)
{
	struct edit *e = open_text("steps:\n"
				   "  - id: a\n"
				   "    argv: [make]\n"
				   "    locks:\n"
				   "      - one # first\n"
				   "      - two\n"
				   "    nice: 3\n");

	(void)state;
	assert_int_equal(edit_set(e, "a", "argv.1", "-j4, x", NULL), 0);
	assert_int_equal(edit_set(e, "a", "locks.2", "three: 3", NULL), 0);
	assert_int_not_equal(edit_set(e, "a", "locks.4", "x", NULL), 0);
	has_text(e, "steps:\n"
		    "  - id: a\n"
		    "    argv: [make, \"-j4, x\"]\n"
		    "    locks:\n"
		    "      - one # first\n"
		    "      - two\n"
		    "      - \"three: 3\"\n"
		    "    nice: 3\n");
	edit_free(e);
}

/* --- joined changes ------------------------------------------------------- */

static void
joined_changes_are_one(void **state)
{
	static const char before[] = "steps:\n  - id: a\n";
	struct edit *e = open_text(before);
	size_t mark = edit_position(e);

	(void)state;
	edit_set(e, "a", "run", "make", NULL);
	edit_set(e, "a", "timeout", "3s", NULL);
	edit_join(e, mark, "both");
	mark = edit_position(e);
	edit_set(e, "a", "nice", "3", NULL);
	edit_drop(e, mark);
	assert_null(edit_redo_name(e));
	assert_string_equal(edit_undo_name(e), "both");
	assert_string_equal(edit_undo(e), "both");
	has_text(e, before);
	assert_string_equal(edit_redo_name(e), "both");
	assert_string_equal(edit_redo(e), "both");
	has_text(e, "steps:\n  - id: a\n    run: make\n    timeout: 3s\n");
	edit_free(e);
}

/* --- remedies ------------------------------------------------------------- */

static void
every_plain_finding_is_put_right(void **state)
{
	struct edit *e = open_text("steps:\n"
				   "  - id: build\n"
				   "    tiemout: 3m # slow\n"
				   "  - id: test\n"
				   "    needs: [biuld]\n"
				   "    on_failure: \"rolback\"\n"
				   "    if: params.foo == 1\n");

	(void)state;
	for (int i = 0; i < 4; i++) {
		const struct wf_diags *found = edit_findings(e);

		assert_true(found->n > 0);
		for (size_t k = 0; k < found->n; k++) {
			char *offer = edit_fix_offer(e, &found->at[k]);

			if (!offer)
				continue;
			free(offer);
			assert_int_equal(edit_fix(e, &found->at[k], NULL), 0);
			break;
		}
	}
	has_text(e, "version: 1\n"
		    "steps:\n"
		    "  - id: build\n"
		    "    timeout: 3m # slow\n"
		    "  - id: test\n"
		    "    needs: [build]\n"
		    "    on_failure: \"rollback\"\n"
		    "    if: params.foo == 1\n");
	assert_int_equal(edit_findings(e)->n, 1);
	assert_null(edit_fix_offer(e, &edit_findings(e)->at[0]));
	edit_free(e);
}

static void
tabs_become_spaces(void **state)
{
	struct edit *e =
		open_text("version: 1\nsteps:\n  - id: a\n\trun: b\tc\n");
	struct wf_diag at = {.line = 4, .column = 1, .message = ""};

	(void)state;
	assert_non_null(edit_broken(e));
	assert_int_equal(edit_fix(e, &at, NULL), 0);
	assert_null(edit_broken(e));
	has_text(e, "version: 1\nsteps:\n  - id: a\n    run: b\tc\n");
	edit_free(e);
}

static void
take_advice(struct edit *e, const char *rule, const char *wanted)
{
	struct wf_diags found = {0};
	bool done = false;

	workflow_lint(edit_workflow(e), &found);
	for (size_t i = 0; i < found.n && !done; i++) {
		char *offer = edit_fix_offer(e, &found.at[i]);

		if (offer && found.at[i].rule &&
		    str_eq(found.at[i].rule, rule)) {
			assert_string_equal(offer, wanted);
			assert_int_equal(edit_fix(e, &found.at[i], NULL), 0);
			done = true;
		}
		free(offer);
	}
	assert_true(done);
	wf_diags_release(&found);
}

static void
advice_is_taken(void **state)
{
	struct edit *e = open_text("version: 1\n"
				   "steps:\n"
				   "  - id: ask\n"
				   "    approval: { prompt: Go? }\n");

	(void)state;
	take_advice(e, "approval-without-timeout", "set approval.timeout: 24h");
	has_text(e, "version: 1\n"
		    "steps:\n"
		    "  - id: ask\n"
		    "    approval: { prompt: Go?, timeout: 24h }\n");
	edit_free(e);
	e = open_text("version: 1\n"
		      "deadline: 90m\n"
		      "steps:\n"
		      "  - id: ship\n"
		      "    run: ./ship\n"
		      "    timeout: 2h # slow\n");
	take_advice(e, "timeout-past-deadline", "set timeout: 90m");
	has_text(e, "version: 1\n"
		    "deadline: 90m\n"
		    "steps:\n"
		    "  - id: ship\n"
		    "    run: ./ship\n"
		    "    timeout: 90m # slow\n");
	edit_free(e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(needs_are_read_while_there_are_errors),
		cmocka_unit_test(a_chain_needs_the_step_above),
		cmocka_unit_test(a_place_leads_to_its_key),
		cmocka_unit_test(keys_and_shapes_are_told),
		cmocka_unit_test(a_short_form_is_written_out),
		cmocka_unit_test(what_is_refused_leaves_nothing_behind),
		cmocka_unit_test(steps_are_pasted_into_a_flow_that_has_none),
		cmocka_unit_test(a_list_takes_one_more_item),
		cmocka_unit_test(joined_changes_are_one),
		cmocka_unit_test(every_plain_finding_is_put_right),
		cmocka_unit_test(tabs_become_spaces),
		cmocka_unit_test(advice_is_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
