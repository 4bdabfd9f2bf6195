/* The form of the designer, and its lists of problems.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "desk.h"
#include "tui/term.h"

static void
a_flow_is_shown_as_steps_and_form(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, flow_text);
	shows(&d, "build");
	shows(&d, "step build");
	press(&d, "Down");
	shows(&d, "step test");
	shows(&d, "must follow");
	press(&d, "2");
	shows(&d, "[ship]");
	press(&d, "3");
	shows(&d, "# every night");
	press(&d, "4");
	shows(&d, "the flow as a whole");
	desk_close(&d);
}

static void
clicks_go_where_they_point(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, flow_text);
	free(picture(&d));
	views_mouse(&d.views, TERM_CLICK, 8, 4);
	shows(&d, "step ship");
	views_mouse(&d.views, TERM_CLICK, 40, 4);
	assert_string_equal(field_at_cursor(editor(&d))->path, "run");
	views_mouse(&d.views, TERM_CLICK, 40, 4);
	assert_true(editor(&d)->typing.on);
	press(&d, "Esc");
	views_mouse(&d.views, TERM_CLICK, 12, 1);
	shows(&d, "[2 Graph]");
	for (int y = -1; y < 40; y++)
		for (int x = -1; x < 120; x += 7) {
			views_mouse(&d.views, TERM_CLICK, x, y);
			free(picture(&d));
			press(&d, "Esc");
		}
	desk_close(&d);
}

static void
every_size_is_drawn(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, flow_text);
	for (int h = 1; h <= 45; h += 1 + h / 12)
		for (int w = 1; w <= 160; w += 1 + w / 12)
			for (int tab = '1'; tab <= '4'; tab++) {
				grid_resize(&d.grid, w, h);
				views_key(&d.views, (uint32_t)tab);
				press(&d, "Tab");
				views_draw(&d.views, &d.grid);
			}
	desk_close(&d);
}

static void
every_key_of_the_schema_has_a_field(void **state)
{
	struct wf_key_info k;
	struct desk d;
	size_t n = 0;

	(void)state;
	desk_open(&d, flow_text);
	press(&d, "m");
	for (size_t i = 0; wf_flow_key(i, &k); i++) {
		bool found = false;

		if (!str_eq(k.place, "step"))
			continue;
		for (size_t f = 0; f < editor(&d)->fields.n; f++)
			found |= str_eq(editor(&d)->fields.at[f].path, k.name);
		if (!found)
			fail_msg("no field for %s", k.name);
		n++;
	}
	assert_true(n > 40);
	press(&d, "4");
	for (size_t i = 0; wf_flow_key(i, &k); i++) {
		bool found =
			str_eq(k.name, "steps") || str_eq(k.name, "finally");

		if (!str_eq(k.place, "flow"))
			continue;
		for (size_t f = 0; f < editor(&d)->fields.n; f++)
			found |= str_eq(editor(&d)->fields.at[f].path, k.name);
		if (!found)
			fail_msg("no field for %s", k.name);
	}
	desk_close(&d);
}

/* --- fields -----------------------------------------------------------------
 */

/* With the cursor on a field of the form. */
static void
go_to(struct desk *d, const char *path)
{
	editor(d)->pane = EDIT_PANE_FORM;
	assert_true(field_show(editor(d), path));
}

static void
a_field_is_changed_and_nothing_else(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, flow_text);
	go_to(&d, "run");
	press(&d, "Enter ' -j4' Enter");
	holds(&d, "    run: \"make -j4\"\n");
	press(&d, "u");
	has_text(&d, flow_text);
	press(&d, "^R");
	holds(&d, "    run: \"make -j4\"\n");
	press(&d, "Enter ^U Enter");
	holds(&d, "  - id: build   # first\n\n");
	desk_close(&d);
}

static void
esc_keeps_nothing(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, flow_text);
	go_to(&d, "timeout");
	press(&d, "Enter '10m' Esc");
	has_text(&d, flow_text);
	press(&d, "a 'new' Esc");
	has_text(&d, flow_text);
	go_to(&d, "run");
	press(&d, "Enter Enter e ^S");
	assert_false(wf_edit_modified(editor(&d)->edit));
	desk_close(&d);
}

static void
a_wrong_value_is_marked_where_it_stands(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, flow_text);
	go_to(&d, "timeout");
	press(&d, "Enter '10x' Enter");
	shows(&d, "must be a duration");
	shows(&d, "1 error");
	press(&d, "R");
	shows(&d, "keeps it from being run");
	press(&d, "u");
	hides(&d, "must be a duration");
	desk_close(&d);
}

static void
words_are_offered_and_completed(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, flow_text);
	press(&d, "Down Down");
	go_to(&d, "needs");
	press(&d, "Enter ', b'");
	shows(&d, "build");
	press(&d, "Tab Enter");
	holds(&d, "    needs: [test, build]\n");
	go_to(&d, "on_failure");
	press(&d, "Enter");
	shows(&d, "rollback");
	press(&d, "Down Down Enter");
	holds(&d, "    on_failure: continue\n");
	desk_close(&d);
}

static void
a_choice_turns_with_space(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, flow_text);
	go_to(&d, "idempotent");
	press(&d, "Space");
	holds(&d, "    idempotent: true\n");
	press(&d, "Space");
	holds(&d, "    idempotent: false\n");
	press(&d, "Space");
	has_text(&d, flow_text);
	desk_close(&d);
}

static void
a_group_opens_to_its_keys(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, flow_text);
	go_to(&d, "retry");
	press(&d, "Enter '3' Enter Right");
	shows(&d, "limit        3");
	go_to(&d, "retry.delay");
	press(&d, "Enter '2s' Enter");
	holds(&d, "    retry: { limit: 3, delay: 2s }\n");
	go_to(&d, "retry.limit");
	press(&d, "Enter ^U '5' Enter");
	holds(&d, "    retry: { limit: 5, delay: 2s }\n");
	desk_close(&d);
}

static void
entries_of_a_map_are_added_and_taken_away(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, flow_text);
	go_to(&d, "env");
	press(&d, "Enter Enter 'CI=1' Enter");
	holds(&d, "    env: { CI: \"1\" }\n");
	press(&d, "Enter 'LANG=C' Enter");
	holds(&d, "    env: { CI: \"1\", LANG: C }\n");
	go_to(&d, "env.CI");
	press(&d, "x");
	holds(&d, "    env: { LANG: C }\n");
	press(&d, "4");
	go_to(&d, "params");
	press(&d, "Enter Enter 'count=3' Enter");
	holds(&d, "params: { count: 3 }\n");
	desk_close(&d);
}

static void
a_list_keeps_the_way_it_is_written(void **state)
{
	static const char text[] = "version: 1\n"
				   "steps:\n"
				   "  - id: a\n"
				   "    argv: [make, \"-j4\"]\n"
				   "    locks:\n"
				   "      - one # first\n"
				   "      - two # second\n"
				   "      - three\n";
	struct desk d;

	(void)state;
	desk_open(&d, text);
	go_to(&d, "locks");
	press(&d, "Enter ^U 'one, three, four' Enter");
	holds(&d, "    locks:\n      - one # first\n      - three\n"
		  "      - four\n");
	press(&d, "u");
	has_text(&d, text);
	press(&d, "Enter ^U 'one' Enter");
	holds(&d, "    locks:\n      - one # first\n");
	press(&d, "u");
	go_to(&d, "argv");
	press(&d, "Enter ^U 'make test \"a b\"' Enter");
	holds(&d, "    argv: [make, test, a b]\n");
	press(&d, "u x");
	assert_null(wf_edit_get(editor(&d)->edit, "a", "argv"));
	press(&d, "u");
	has_text(&d, text);
	desk_close(&d);
}

static void
a_field_says_what_holds_without_it(void **state)
{
	static const char text[] = "version: 1\n"
				   "on_failure: rollback\n"
				   "defaults: { timeout: 7m }\n"
				   "steps:\n"
				   "  - id: a\n"
				   "    run: x\n";
	struct desk d;

	(void)state;
	desk_open(&d, text);
	shows(&d, "7m (from defaults)");
	shows(&d, "rollback (the flow's)");
	press(&d, "m");
	go_to(&d, "join");
	shows(&d, "all (default)");
	go_to(&d, "kill_after");
	shows(&d, "10s (default)");
	desk_close(&d);
}

static void
several_lines_are_edited(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, flow_text);
	go_to(&d, "run");
	press(&d, "e End Enter 'make report' ^S");
	holds(&d, "    run: |\n      make\n      make report\n");
	press(&d, "Enter");
	shows(&d, "build: run");
	press(&d, "Esc u");
	has_text(&d, flow_text);
	press(&d, "Enter ' all' ^O Enter 'echo' ^S");
	holds(&d, "    run: |\n      make all\n      echo\n");
	press(&d, "u");
	desk_close(&d);
}

static void
the_comment_of_a_step_is_edited(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, flow_text);
	press(&d, "Down");
	go_to(&d, "#");
	press(&d, "Enter ', always' Enter");
	holds(&d, "\n\n  # must follow, always\n  - id: test\n");
	press(&d, "x");
	holds(&d, "\n\n  - id: test\n");
	press(&d, "u u");
	has_text(&d, flow_text);
	desk_close(&d);
}

static void
what_stands_elsewhere_is_not_changed_here(void **state)
{
	static const char text[] = "version: 1\n"
				   "steps:\n"
				   "  - id: a\n"
				   "    run: make\n"
				   "    env: &common { CI: \"1\" }\n"
				   "  - id: b\n"
				   "    run: make test\n"
				   "    env: *common\n";
	struct desk d;

	(void)state;
	desk_open(&d, text);
	press(&d, "Down");
	go_to(&d, "env");
	shows(&d, "only in the editor");
	press(&d, "Enter");
	shows(&d, "cannot be changed in place");
	press(&d, "x");
	has_text(&d, text);
	press(&d, "Up");
	press(&d, "Tab Tab Up Up");
	go_to(&d, "run");
	desk_close(&d);
}

static void
line_ends_of_another_system_stay(void **state)
{
	static const char text[] = "version: 1\r\n"
				   "steps:\r\n"
				   "  - id: a\r\n"
				   "    run: make # x\r\n";
	struct desk d;

	(void)state;
	desk_open(&d, text);
	press(&d, "a 'b' Enter Enter 'make test' Enter Enter Enter");
	go_to(&d, "#");
	press(&d, "Enter 'why' Enter");
	has_text(&d, "version: 1\r\n"
		     "steps:\r\n"
		     "  - id: a\r\n"
		     "    run: make # x\r\n"
		     "  # why\r\n"
		     "  - id: b\r\n"
		     "    needs: [a]\r\n"
		     "    run: make test\r\n");
	press(&d, "u u");
	has_text(&d, text);
	desk_close(&d);
}

/* --- problems ---------------------------------------------------------------
 */

static void
a_problem_is_gone_to_and_fixed(void **state)
{
	static const char text[] = "version: 1\n"
				   "steps:\n"
				   "  - id: build\n"
				   "    run: make\n"
				   "  - id: test\n"
				   "    needs: [biuld]\n"
				   "    run: make test\n";
	struct desk d;

	(void)state;
	desk_open(&d, text);
	shows(&d, "1 error");
	press(&d, "]");
	shows(&d, "step test");
	assert_string_equal(field_at_cursor(editor(&d))->path, "needs");
	press(&d, "F");
	holds(&d, "    needs: [build]\n");
	hides(&d, "1 error");
	press(&d, "u");
	has_text(&d, text);
	desk_close(&d);
}

static void
advice_is_given_while_there_are_errors(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, "version: 1\n"
		      "on_failure: rollback\n"
		      "deadline: 1h\n"
		      "secrets: { KEY: { env: KEY } }\n"
		      "steps:\n"
		      "  - id: build\n"
		      "    run: make $FLAGS\n"
		      "    timeout: 2h\n"
		      "  - id: ship\n"
		      "    needs: [biuld]\n"
		      "    secrets: [KEYS]\n"
		      "    approval: { prompt: go }\n");
	assert_int_equal(editor(&d)->nerrors, 2);
	shows(&d, "2 errors");
	shows(&d, "no step \"biuld\"");
	shows(&d, "timeout");
	assert_true(editor(&d)->nwarnings >= 2);
	/* What nothing seems to use may stand where the error is. */
	hides(&d, "no step lists");
	desk_close(&d);
}

static void
advice_leads_to_the_key_that_answers_it(void **state)
{
	static const char text[] = "version: 1\n"
				   "on_failure: rollback\n"
				   "defaults: { timeout: 1m }\n"
				   "steps:\n"
				   "  - id: build\n"
				   "    run: make install\n"
				   "  - id: look\n"
				   "    needs: [build]\n"
				   "    run: make check\n"
				   "    undo: ./sweep\n";
	struct desk d;

	(void)state;
	desk_open(&d, text);
	shows(&d, "has no undo");
	press(&d, "F");
	assert_true(editor(&d)->typing.on);
	press(&d, "'make uninstall' Enter");
	holds(&d, "    undo: make uninstall\n");
	hides(&d, "has no undo");
	desk_close(&d);
}

static void
an_unknown_key_is_shown_and_taken_away(void **state)
{
	static const char text[] = "version: 1\n"
				   "steps:\n"
				   "  - id: build\n"
				   "    run: make\n"
				   "    colour: red\n";
	struct desk d;

	(void)state;
	desk_open(&d, text);
	press(&d, "]");
	assert_string_equal(field_at_cursor(editor(&d))->path, "colour");
	press(&d, "x");
	has_text(&d, "version: 1\nsteps:\n  - id: build\n    run: make\n");
	desk_close(&d);
}

static void
a_step_is_found_by_its_letters(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, flow_text);
	press(&d, "/ 'hi' Enter");
	shows(&d, "step ship");
	press(&d, "/ 'nothing' Enter");
	shows(&d, "step ship");
	desk_close(&d);
}

static void
a_broken_text_keeps_the_last_picture(void **state)
{
	static const char broken[] = "version: 1\nsteps:\n  - id: [a\n";
	struct desk d;

	(void)state;
	desk_open(&d, flow_text);
	wf_edit_replace(editor(&d)->edit, "outside", broken, strlen(broken));
	editor_done(editor_view(&d.views), editor(&d), WF_OK, NULL);
	shows(&d, "does not parse");
	shows(&d, "ship");
	press(&d, "a");
	shows(&d, "does not parse");
	press(&d, "2");
	shows(&d, "as it was when it still parsed");
	press(&d, "u");
	has_text(&d, flow_text);
	assert_false(editor(&d)->stale);
	desk_close(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_flow_is_shown_as_steps_and_form),
		cmocka_unit_test(clicks_go_where_they_point),
		cmocka_unit_test(every_size_is_drawn),
		cmocka_unit_test(every_key_of_the_schema_has_a_field),
		cmocka_unit_test(a_field_is_changed_and_nothing_else),
		cmocka_unit_test(esc_keeps_nothing),
		cmocka_unit_test(a_wrong_value_is_marked_where_it_stands),
		cmocka_unit_test(words_are_offered_and_completed),
		cmocka_unit_test(a_choice_turns_with_space),
		cmocka_unit_test(a_group_opens_to_its_keys),
		cmocka_unit_test(entries_of_a_map_are_added_and_taken_away),
		cmocka_unit_test(a_list_keeps_the_way_it_is_written),
		cmocka_unit_test(a_field_says_what_holds_without_it),
		cmocka_unit_test(several_lines_are_edited),
		cmocka_unit_test(the_comment_of_a_step_is_edited),
		cmocka_unit_test(what_stands_elsewhere_is_not_changed_here),
		cmocka_unit_test(line_ends_of_another_system_stay),
		cmocka_unit_test(a_problem_is_gone_to_and_fixed),
		cmocka_unit_test(advice_is_given_while_there_are_errors),
		cmocka_unit_test(advice_leads_to_the_key_that_answers_it),
		cmocka_unit_test(an_unknown_key_is_shown_and_taken_away),
		cmocka_unit_test(a_step_is_found_by_its_letters),
		cmocka_unit_test(a_broken_text_keeps_the_last_picture),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
