/* Changing flows in place: what an action is not about keeps every byte.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "engine/yaml/yaml_edit.h"

static struct wf_err err;

static struct edit *
begin(const char *text)
{
	struct edit *e = edit_new("t.yaml", text, strlen(text));

	assert_null(edit_broken(e));
	return e;
}

/* The action was done, the text is this, and undo gives the old one. */
static void
ends(struct edit *e, enum wf_code code, const char *before, const char *after)
{
	if (code)
		print_error("%s; %s\n", err.message, err.hint);
	assert_int_equal(code, WF_OK);
	assert_string_equal(edit_text(e, NULL), after);
	assert_non_null(edit_undo(e));
	assert_string_equal(edit_text(e, NULL), before);
	assert_non_null(edit_redo(e));
	assert_string_equal(edit_text(e, NULL), after);
	edit_free(e);
}

/* The action was refused, for this reason, and nothing has changed. */
static void
refused(struct edit *e, enum wf_code code, const char *before, const char *why)
{
	assert_int_not_equal(code, WF_OK);
	if (!strstr(err.message, why))
		print_error("not \"%s\": %s\n", why, err.message);
	assert_non_null(strstr(err.message, why));
	assert_string_equal(edit_text(e, NULL), before);
	assert_null(edit_undo(e));
	edit_free(e);
}

static void
set_ends(const char *before, const char *step, const char *path,
	 const char *value, const char *after)
{
	struct edit *e = begin(before);

	ends(e, edit_set(e, step, path, value, &err), before, after);
}

static void
set_refused(const char *before, const char *step, const char *path,
	    const char *value, const char *why)
{
	struct edit *e = begin(before);

	refused(e, edit_set(e, step, path, value, &err), before, why);
}

static void
unset_ends(const char *before, const char *step, const char *path,
	   const char *after)
{
	struct edit *e = begin(before);

	ends(e, edit_unset(e, step, path, &err), before, after);
}

#define TOP "version: 1\nsteps:\n"
#define A   "  - id: a\n    run: one # why\n"
#define B   "  - id: b\n    needs: [a]\n    run: two\n"

/* --- keys ----------------------------------------------------------------- */

static void
a_value_gives_way_in_place(void **state)
{
	(void)state;
	set_ends(TOP A B, "a", "run", "three",
		 TOP "  - id: a\n    run: three # why\n" B);
}

static void
quotes_stay_as_they_are(void **state)
{
	(void)state;
	set_ends("name: 'x'   # n\n" TOP A, NULL, "name", "it's",
		 "name: 'it''s'   # n\n" TOP A);
	set_ends("name: \"x\"\n" TOP A, NULL, "name", "y z",
		 "name: \"y z\"\n" TOP A);
}

static void
text_that_would_be_something_else_is_quoted(void **state)
{
	(void)state;
	set_ends(TOP A, "a", "run", "true",
		 TOP "  - id: a\n    run: \"true\" # why\n");
	set_ends(TOP A, "a", "run", "a: b #c",
		 TOP "  - id: a\n    run: \"a: b #c\" # why\n");
	set_ends(TOP A, "a", "run", "[ -f \"x\" ]",
		 TOP "  - id: a\n    run: '[ -f \"x\" ]' # why\n");
	set_ends(TOP A, "a", "run", "", TOP "  - id: a\n    run: \"\" # why\n");
}

static void
numbers_and_lists_are_what_they_look_like(void **state)
{
	(void)state;
	set_ends(TOP A, "a", "retry", "3", TOP A "    retry: 3\n");
	set_ends(TOP A, "a", "locks", "[x, y]", TOP A "    locks: [x, y]\n");
	set_ends(TOP A, "a", "idempotent", "true",
		 TOP A "    idempotent: true\n");
}

static void
a_new_nested_key_is_written_like_its_neighbours(void **state)
{
	(void)state;
	set_ends(TOP A, "a", "retry.limit", "3",
		 TOP A "    retry: { limit: 3 }\n");
	set_ends(TOP A "    env: {X: y}\n", "a", "retry.limit", "3",
		 TOP A "    env: {X: y}\n    retry: {limit: 3}\n");
	set_ends(TOP A "    env:\n      X: y\n", "a", "retry.limit", "3",
		 TOP A "    env:\n      X: y\n    retry:\n      limit: 3\n");
	set_ends(TOP A "    retry: { limit: 3 } # r\n", "a", "retry.delay",
		 "2s", TOP A "    retry: { limit: 3, delay: 2s } # r\n");
	set_ends(TOP A "    retry: {\n      limit: 3, # r\n    }\n", "a",
		 "retry.delay", "2s",
		 TOP A "    retry: {\n      limit: 3, # r\n      delay: "
		       "2s,\n    }\n");
}

static void
lines_of_text_become_a_block(void **state)
{
	(void)state;
	set_ends(TOP A B, "a", "run", "x\n  y\n",
		 TOP "  - id: a\n    run: | # why\n      x\n        y\n" B);
	set_ends(TOP B, "b", "run", "\n x\ny",
		 TOP "  - id: b\n    needs: [a]\n    run: |2-\n\n       x\n"
		     "      y\n");
	set_ends(TOP "  - {id: a, run: x}\n", "a", "run", "x\ny",
		 TOP "  - {id: a, run: \"x\\ny\"}\n");
}

static void
a_block_becomes_a_line(void **state)
{
	(void)state;
	set_ends(TOP "  - id: a\n    run: |\n      x\n\n      y\n\n\n" B, "a",
		 "run", "z", TOP "  - id: a\n    run: z\n\n\n" B);
}

static void
an_empty_value_is_filled(void **state)
{
	(void)state;
	set_ends(TOP A "    env: # none\n", "a", "env", "{X: y}",
		 TOP A "    env: {X: y} # none\n");
	set_ends(TOP A "    env: # none\n", "a", "env.X", "y",
		 TOP A "    env: { X: y } # none\n");
	set_ends(TOP A "    env: {X: }\n", "a", "env.X", "y",
		 TOP A "    env: {X: y }\n");
}

static void
a_map_gives_way_to_a_number(void **state)
{
	(void)state;
	set_ends(TOP "  - id: a\n    retry: # r\n      limit: 2\n      delay: "
		     "1s\n    run: x\n",
		 "a", "retry", "5",
		 TOP "  - id: a\n    retry: 5 # r\n    run: x\n");
}

static void
needs_come_behind_the_id(void **state)
{
	(void)state;
	set_ends(TOP A "  - id: c\n    run: x\n", "c", "needs", "[a]",
		 TOP A "  - id: c\n    needs: [a]\n    run: x\n");
}

static void
windows_lines_stay(void **state)
{
	(void)state;
	set_ends("version: 1\r\nsteps:\r\n  - id: a\r\n    run: x\r\n", "a",
		 "timeout", "5m",
		 "version: 1\r\nsteps:\r\n  - id: a\r\n    run: x\r\n"
		 "    timeout: 5m\r\n");
}

static void
no_final_newline_stays_none(void **state)
{
	(void)state;
	set_ends(TOP "  - id: a\n    run: x", "a", "timeout", "5m",
		 TOP "  - id: a\n    run: x\n    timeout: 5m");
}

static void
a_pair_is_taken_out(void **state)
{
	(void)state;
	unset_ends(TOP A B, "a", "run", TOP "  - id: a\n" B);
	unset_ends(TOP "  - run: x # y\n    id: a\n", "a", "run",
		   TOP "  - id: a\n");
	unset_ends(TOP A "    retry: { limit: 3, delay: 2s }\n", "a",
		   "retry.limit", TOP A "    retry: { delay: 2s }\n");
	unset_ends(TOP A "    retry: { limit: 3, delay: 2s }\n", "a",
		   "retry.delay", TOP A "    retry: { limit: 3 }\n");
	unset_ends(TOP A "    retry: { limit: 3 }\n", "a", "retry.limit",
		   TOP A);
	unset_ends(TOP A "    env:\n      X: 1\n      Y: |\n        z\n\n" B,
		   "a", "env.Y", TOP A "    env:\n      X: 1\n\n" B);
	unset_ends(TOP "  - id: a\n    run: x\n    timeout: 5m", "a", "timeout",
		   TOP "  - id: a\n    run: x");
}

static void
what_is_shared_is_refused(void **state)
{
	(void)state;
	set_refused(TOP "  - id: a\n    env: &e {X: y}\n    run: x\n"
			"  - id: b\n    env: *e\n    run: x\n",
		    "b", "env.X", "z", "*e");
	set_refused(TOP "  - id: a\n    env: &e {X: y}\n    run: x\n"
			"  - id: b\n    env: *e\n    run: x\n",
		    "a", "env.X", "z", "&e");
	set_refused(TOP "  - id: a\n    env: &e {X: y}\n    run: x\n"
			"  - id: b\n    env:\n      <<: *e\n    run: x\n",
		    "b", "env.X", "z", "<<");
	set_refused(TOP "  - id: a\n    run: !!str x\n", "a", "run", "z",
		    "tag");
	set_refused(TOP A, "a", "run.x", "z", "no map");
	set_refused(TOP A, "c", "run", "z", "no step \"c\"");
	set_refused(TOP A, "a", "run..x", "z", "names no key");
	set_refused(TOP A, "a", "run", "\xff", "UTF-8");
}

static void
get_gives_what_set_took(void **state)
{
	static const char *const values[] = {
		"x",        "true",       "3",
		"",         " x",         "x ",
		"a: b",     "#",          "- x",
		"\xc3\xa4", "x\ny\n",     "x\n\n",
		"\n",       "\tx\n\ty\n", "'\"\\",
		"a\001b",   "{x",         "[",
		"?",        "|",          "%x",
		"@",        "`",          "a\tb",
		"...",      "---",        "\xe2\x80\xa8",
		" \n x\n",  "x\n ",       "x\n  \n",
		"~",        "null"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		static const char *const flows[] = {
			TOP A B, TOP "  - {id: a, run: x}\n",
			TOP "  - id: a\n    run: |\n      x\n    nice: 1\n",
			TOP "  - id: a\n    run: 'x'",
			TOP "  - id: a\n    nice: 1\n"};

		for (size_t k = 0; k < ARRAY_SIZE(flows); k++) {
			struct edit *e = begin(flows[k]);
			char *got;

			assert_int_equal(
				edit_set(e, "a", "run", values[i], &err), 0);
			got = edit_get(e, "a", "run");
			if (!str_eq(got, values[i]))
				print_error("in %s", edit_text(e, NULL));
			assert_string_equal(got, values[i]);
			free(got);
			edit_free(e);
		}
	}
}

/* --- steps ---------------------------------------------------------------- */

static void
a_step_is_added_behind_another(void **state)
{
	struct edit *e = begin(TOP A "\n" B);
	const char *needs[] = {"a"};
	struct edit_step_new step = {"c", "run", "make -j4", needs, 1};

	(void)state;
	ends(e, edit_add_step(e, &step, EDIT_AFTER, "a", &err), TOP A "\n" B,
	     TOP A "\n  - id: c\n    needs: [a]\n    run: make -j4\n\n" B);
	e = begin(TOP A B);
	step.nneeds = 0;
	ends(e, edit_add_step(e, &step, EDIT_BEFORE, NULL, &err), TOP A B,
	     TOP "  - id: c\n    run: make -j4\n" A B);
}

static void
a_step_is_added_where_there_is_none(void **state)
{
	struct edit *e = begin("version: 1\nsteps: # here\n# end\n");

	(void)state;
	ends(e,
	     edit_add_step(e, &(struct edit_step_new){.id = "a"}, EDIT_AFTER,
			   NULL, &err),
	     "version: 1\nsteps: # here\n# end\n",
	     "version: 1\nsteps: # here\n  - id: a\n# end\n");
	e = begin("version: 1\nsteps: []\n");
	ends(e,
	     edit_add_step(e,
			   &(struct edit_step_new){"a", "run", "a, b", NULL, 0},
			   EDIT_AFTER, NULL, &err),
	     "version: 1\nsteps: []\n",
	     "version: 1\nsteps: [{ id: a, run: \"a, b\" }]\n");
}

static void
a_bad_step_is_refused(void **state)
{
	struct edit *e = begin(TOP A);

	(void)state;
	refused(e,
		edit_add_step(e, &(struct edit_step_new){.id = "a"}, EDIT_AFTER,
			      NULL, &err),
		TOP A, "already");
	e = begin(TOP A);
	refused(e,
		edit_add_step(e, &(struct edit_step_new){.id = "1 b"},
			      EDIT_AFTER, NULL, &err),
		TOP A, "no id");
	e = begin(TOP A);
	refused(e,
		edit_add_step(
			e, &(struct edit_step_new){"b", "walk", "x", NULL, 0},
			EDIT_AFTER, NULL, &err),
		TOP A, "no action");
}

static void
a_step_goes_with_the_comments_right_above_it(void **state)
{
	const char *before = TOP A "\n  # not of b\n\n  # of b\n" B
				   "\n  # of c\n  - id: c\n    run: x\n";
	struct edit *e = begin(before);

	(void)state;
	ends(e, edit_remove_step(e, "b", EDIT_REFUSE, &err), before,
	     TOP A "\n  # not of b\n\n  # of c\n  - id: c\n    run: x\n");
	e = begin(before);
	ends(e, edit_move_step(e, "b", 1, &err), before,
	     TOP A "\n  # not of b\n\n  # of c\n  - id: c\n    run: x\n"
		   "\n  # of b\n" B);
}

#define CHAIN                                                                  \
	TOP A B "  - id: c\n    needs: [b] # c\n    run: x\n"                  \
		"  - id: d\n    needs:\n      - a\n      - b # d\n    run: "   \
		"x\n"

static void
those_who_need_a_removed_step(void **state)
{
	struct edit *e = begin(CHAIN);

	(void)state;
	refused(e, edit_remove_step(e, "b", EDIT_REFUSE, &err), CHAIN,
		"needed by c, d");
	e = begin(CHAIN);
	ends(e, edit_remove_step(e, "b", EDIT_UNNEED, &err), CHAIN,
	     TOP A "  - id: c\n    run: x\n"
		   "  - id: d\n    needs:\n      - a\n    run: x\n");
	e = begin(CHAIN);
	ends(e, edit_remove_step(e, "b", EDIT_BRIDGE, &err), CHAIN,
	     TOP A "  - id: c\n    needs: [a] # c\n    run: x\n"
		   "  - id: d\n    needs:\n      - a\n    run: x\n");
}

static void
the_only_step_can_go(void **state)
{
	struct edit *e = begin(TOP A);

	(void)state;
	ends(e, edit_remove_step(e, "a", EDIT_REFUSE, &err), TOP A, TOP);
	e = begin("version: 1\nsteps:\n  - id: a");
	ends(e, edit_remove_step(e, "a", EDIT_REFUSE, &err),
	     "version: 1\nsteps:\n  - id: a", "version: 1\nsteps:");
}

static void
a_step_moves(void **state)
{
	const char *flow = "version: 1\nsteps: [{id: a}, {id: b}, {id: c}]\n";
	struct edit *e = begin(flow);

	(void)state;
	ends(e, edit_move_step_to(e, "c", EDIT_BEFORE, "a", &err), flow,
	     "version: 1\nsteps: [{id: c}, {id: a}, {id: b}]\n");
	e = begin(TOP A "  - id: b\n    run: |\n      x");
	ends(e, edit_move_step(e, "b", -1, &err),
	     TOP A "  - id: b\n    run: |\n      x",
	     TOP "  - id: b\n    run: |\n      x\n  - id: a\n    run: one # "
		 "why");
	e = begin(TOP A B);
	refused(e, edit_move_step(e, "a", -1, &err), TOP A B, "further up");
}

static void
a_copy_is_pasted_with_an_id_of_its_own(void **state)
{
	struct edit *e = begin(TOP A B);
	char *text;

	(void)state;
	assert_int_equal(edit_copy_step(e, "a", &text, &err), 0);
	assert_string_equal(text, "- id: a\n  run: one # why\n");
	ends(e, edit_paste(e, text, EDIT_AFTER, "a", &err), TOP A B,
	     TOP A "  - id: a-2\n    run: one # why\n" B);
	free(text);
	e = begin(TOP A);
	refused(e, edit_paste(e, "hello", EDIT_AFTER, NULL, &err), TOP A,
		"no list of steps");
}

/* --- needs ---------------------------------------------------------------- */

static void
steps_are_connected(void **state)
{
	struct edit *e = begin(CHAIN);

	(void)state;
	ends(e, edit_connect(e, "a", "c", &err), CHAIN,
	     TOP A B "  - id: c\n    needs: [b, a] # c\n    run: x\n"
		     "  - id: d\n    needs:\n      - a\n      - b # d\n"
		     "    run: x\n");
	e = begin(CHAIN);
	ends(e, edit_connect(e, "c", "d", &err), CHAIN,
	     TOP A B "  - id: c\n    needs: [b] # c\n    run: x\n"
		     "  - id: d\n    needs:\n      - a\n      - b # d\n"
		     "      - c\n    run: x\n");
	e = begin(TOP A "  - id: b\n    needs: a\n  - id: c\n");
	ends(e, edit_connect(e, "c", "b", &err),
	     TOP A "  - id: b\n    needs: a\n  - id: c\n",
	     TOP A "  - id: b\n    needs: [a, c]\n  - id: c\n");
}

static void
a_circle_is_refused_with_its_path(void **state)
{
	struct edit *e = begin(CHAIN);

	(void)state;
	refused(e, edit_connect(e, "c", "a", &err), CHAIN, "a -> b -> c -> a");
	e = begin(CHAIN);
	refused(e, edit_connect(e, "a", "a", &err), CHAIN, "a -> a");
	e = begin("order: chain\n" TOP A "  - id: x\n  - id: y\n");
	refused(e, edit_connect(e, "y", "a", &err),
		"order: chain\n" TOP A "  - id: x\n  - id: y\n",
		"a -> x -> y -> a");
}

static void
a_step_of_a_chain_keeps_the_need_it_had(void **state)
{
	const char *flow =
		"order: chain\n" TOP "  - id: a\n  - id: b\n  - id: c\n";
	struct edit *e = begin(flow);

	(void)state;
	ends(e, edit_connect(e, "a", "c", &err), flow,
	     "order: chain\n" TOP
	     "  - id: a\n  - id: b\n  - id: c\n    needs: [b, a]\n");
	flow = "order: chain\n" TOP "  - id: a\n  - id: b\n  - id: c\n"
	       "    needs: [a]\n";
	e = begin(flow);
	ends(e, edit_disconnect(e, "a", "c", &err), flow,
	     "order: chain\n" TOP "  - id: a\n  - id: b\n  - id: c\n"
	     "    needs: []\n");
}

static void
steps_are_disconnected(void **state)
{
	struct edit *e = begin(CHAIN);

	(void)state;
	ends(e, edit_disconnect(e, "b", "c", &err), CHAIN,
	     TOP A B "  - id: c\n    run: x\n"
		     "  - id: d\n    needs:\n      - a\n      - b # d\n"
		     "    run: x\n");
	e = begin(CHAIN);
	refused(e, edit_disconnect(e, "c", "d", &err), CHAIN, "does not need");
}

/* --- renaming ------------------------------------------------------------- */

static void
a_step_is_renamed_everywhere(void **state)
{
	const char *before =
		"version: 1\n"
		"on_failure: { rollback: a }\n"
		"outputs: { v: \"${{ steps.a.outputs.v + 'steps.a' }}\" }\n"
		"steps:\n"
		"  - id: a # a\n"
		"    run: echo steps.a\n"
		"    outputs: { v: string }\n"
		"  - id: b\n"
		"    needs: [a]\n"
		"    if: steps . a.state == \"succeeded\" && "
		"steps['a'].exit_code == 0\n"
		"    env:\n"
		"      A: 'x${{ steps.a.outputs.v }}steps.a'\n"
		"      B: \"${{ {\\\"steps.a\\\": steps[\\\"a\\\"].state}"
		".size() }}\"\n"
		"    run: a\n"
		"  - id: c\n"
		"    needs: [{ id: \"a\", accept: [failed] }]\n"
		"    approval: { send_back: [a] }\n";
	const char *after =
		"version: 1\n"
		"on_failure: { rollback: build-it }\n"
		"outputs: { v: \"${{ steps['build-it'].outputs.v + 'steps.a' "
		"}}\" }\n"
		"steps:\n"
		"  - id: build-it # a\n"
		"    run: echo steps.a\n"
		"    outputs: { v: string }\n"
		"  - id: b\n"
		"    needs: [build-it]\n"
		"    if: steps [\"build-it\"].state == \"succeeded\" && "
		"steps['build-it'].exit_code == 0\n"
		"    env:\n"
		"      A: 'x${{ steps[\"build-it\"].outputs.v }}steps.a'\n"
		"      B: \"${{ {\\\"steps.a\\\": steps[\\\"build-it\\\"]"
		".state}.size() }}\"\n"
		"    run: a\n"
		"  - id: c\n"
		"    needs: [{ id: \"build-it\", accept: [failed] }]\n"
		"    approval: { send_back: [build-it] }\n";
	struct edit *e = begin(before);

	(void)state;
	ends(e, edit_rename_step(e, "a", "build-it", &err), before, after);
}

static void
a_rename_that_clashes_is_refused(void **state)
{
	struct edit *e = begin(TOP A B);

	(void)state;
	refused(e, edit_rename_step(e, "a", "b", &err), TOP A B, "already");
	e = begin(TOP A B);
	refused(e, edit_rename_step(e, "a", "-x", &err), TOP A B, "no id");
}

/* --- texts that are no flow ----------------------------------------------- */

static void
broken_text_is_kept_and_refuses_actions(void **state)
{
	struct edit *e = edit_new("t.yaml", "a: [", 4);

	(void)state;
	assert_non_null(edit_broken(e));
	assert_int_equal(edit_set(e, NULL, "name", "x", &err), WF_INVALID);
	edit_replace(e, "edit", TOP A, strlen(TOP A));
	assert_null(edit_broken(e));
	assert_int_equal(edit_nsteps(e), 1);
	assert_string_equal(edit_undo(e), "edit");
	assert_string_equal(edit_text(e, NULL), "a: [");
	edit_free(e);
	e = edit_new("t.yaml", "a: b\rc: d\n", 10);
	assert_non_null(strstr(edit_broken(e)->message, "end with other"));
	edit_free(e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_value_gives_way_in_place),
		cmocka_unit_test(quotes_stay_as_they_are),
		cmocka_unit_test(text_that_would_be_something_else_is_quoted),
		cmocka_unit_test(numbers_and_lists_are_what_they_look_like),
		cmocka_unit_test(
			a_new_nested_key_is_written_like_its_neighbours),
		cmocka_unit_test(lines_of_text_become_a_block),
		cmocka_unit_test(a_block_becomes_a_line),
		cmocka_unit_test(an_empty_value_is_filled),
		cmocka_unit_test(a_map_gives_way_to_a_number),
		cmocka_unit_test(needs_come_behind_the_id),
		cmocka_unit_test(windows_lines_stay),
		cmocka_unit_test(no_final_newline_stays_none),
		cmocka_unit_test(a_pair_is_taken_out),
		cmocka_unit_test(what_is_shared_is_refused),
		cmocka_unit_test(get_gives_what_set_took),
		cmocka_unit_test(a_step_is_added_behind_another),
		cmocka_unit_test(a_step_is_added_where_there_is_none),
		cmocka_unit_test(a_bad_step_is_refused),
		cmocka_unit_test(a_step_goes_with_the_comments_right_above_it),
		cmocka_unit_test(those_who_need_a_removed_step),
		cmocka_unit_test(the_only_step_can_go),
		cmocka_unit_test(a_step_moves),
		cmocka_unit_test(a_copy_is_pasted_with_an_id_of_its_own),
		cmocka_unit_test(steps_are_connected),
		cmocka_unit_test(a_circle_is_refused_with_its_path),
		cmocka_unit_test(a_step_of_a_chain_keeps_the_need_it_had),
		cmocka_unit_test(steps_are_disconnected),
		cmocka_unit_test(a_step_is_renamed_everywhere),
		cmocka_unit_test(a_rename_that_clashes_is_refused),
		cmocka_unit_test(broken_text_is_kept_and_refuses_actions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
