/* Steps in the designer: added, joined, moved, copied, grouped.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "desk.h"

static void
a_step_is_added_behind_the_cursor(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, flow_text);
	press(&d, "a 'lint' Enter Enter 'make lint' Enter Enter Enter");
	holds(&d, "  - id: lint\n    needs: [build]\n    run: make lint\n");
	shows(&d, "step lint");
	press(&d, "u");
	has_text(&d, flow_text);
	press(&d, "a 'build' Enter Enter 'x' Enter Enter Enter");
	shows(&d, "already");
	press(&d, "Esc");
	has_text(&d, flow_text);
	desk_close(&d);
}

static void
an_approval_is_added(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, flow_text);
	press(&d, "a 'ask' Enter Down Enter 'Say \"yes\": #1?' Enter Enter "
		  "Enter");
	holds(&d, "    approval: { prompt: \"Say \\\"yes\\\": #1?\" }\n");
	assert_int_equal(editor(&d)->nerrors, 0);
	desk_close(&d);
}

static void
the_first_step_of_a_new_flow(void **state)
{
	struct desk d;
	char *text;

	(void)state;
	desk_open(&d, NULL);
	shows(&d, "a flow needs a step");
	press(&d, "a 'hello' Enter Enter 'echo hello' Enter Enter Enter w");
	text = on_disk(&d);
	assert_string_equal(text, "version: 1\nsteps:\n  - id: hello\n"
				  "    run: echo hello\n");
	free(text);
	desk_close(&d);
}

static void
circles_are_ruled_out(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, flow_text);
	press(&d, "n");
	shows(&d, "would be a circle: build -> test -> build");
	press(&d, "Space Enter");
	has_text(&d, flow_text);
	press(&d, "Esc Down Down n Space Enter");
	holds(&d, "    needs: [test, build]\n");
	desk_close(&d);
}

static void
a_step_is_deleted_and_its_parents_joined_to_its_children(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, flow_text);
	press(&d, "Down D");
	shows(&d, "Needed by: ship");
	press(&d, "D");
	holds(&d, "  - id: ship\n    needs: [build]\n");
	press(&d, "u");
	has_text(&d, flow_text);
	desk_close(&d);
}

static void
a_rename_shows_its_places_first(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, flow_text);
	press(&d, "c ^U 'compile'");
	shows(&d, "+    needs: [compile]");
	has_text(&d, flow_text);
	press(&d, "Enter");
	holds(&d, "  - id: compile   # first\n");
	holds(&d, "    needs: [compile]\n");
	shows(&d, "step compile");
	press(&d, "c ^U 'test' Enter");
	shows(&d, "already");
	press(&d, "Esc u");
	has_text(&d, flow_text);
	desk_close(&d);
}

static void
steps_move_with_their_comments(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, flow_text);
	press(&d, "Down K");
	holds(&d, "steps:\n  # must follow\n  - id: test\n");
	press(&d, "J");
	press(&d, "u u");
	has_text(&d, flow_text);
	desk_close(&d);
}

static void
steps_are_copied_and_pasted(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, flow_text);
	press(&d, "Space Space y");
	shows(&d, "2 steps copied");
	press(&d, "p");
	assert_true(editor(&d)->steps.at[0].marked); /* marks stay */
	shows(&d, "2 steps pasted");
	assert_int_equal(editor(&d)->steps.n, 5);
	press(&d, "u");
	has_text(&d, flow_text);
	desk_close(&d);
}

static void
marked_steps_become_a_flow_of_their_own(void **state)
{
	struct desk d;
	char *child;
	struct wf_flow *flow;
	struct wf_diags found = {0};

	(void)state;
	desk_open(&d, flow_text);
	press(&d, "Down Space G 'check' Enter");
	hides(&d, "^");
	holds(&d, "  - id: check\n    needs: [build]\n"
		  "    workflow: check.yaml\n");
	holds(&d, "  - id: ship\n    needs: [check]\n");
	child = mem_printf("%s/check.yaml", d.dir);
	assert_int_equal(wf_flow_load(child, &flow, &found, NULL), 0);
	assert_int_equal(wf_flow_nsteps(flow), 1);
	wf_flow_free(flow);
	wf_diags_release(&found);
	press(&d, "u");
	has_text(&d, flow_text);
	unlink(child);
	free(child);
	desk_close(&d);
}

static void
templates_are_good_steps(void **state)
{
	(void)state;
	for (int i = 0; i < 10; i++) {
		struct desk d;

		desk_open(&d, flow_text);
		press(&d, "Down Down t");
		for (int k = 0; k < i; k++)
			press(&d, "Down");
		press(&d, "Enter");
		assert_int_equal(editor(&d)->steps.n, 4);
		assert_int_equal(editor(&d)->nerrors, 0);
		holds(&d, "needs: [ship]\n");
		press(&d, "u");
		has_text(&d, flow_text);
		desk_close(&d);
	}
}

static void
hostile_text_stays_in_its_cells(void **state)
{
	static const char text[] =
		"version: 1\nname: \"\\e[2J\\u202e\"\nsteps:\n"
		"  - id: a\n    run: \"x\\e]0;t\\a\\r\\b\"\n"
		"    # \x1b[31m\xe2\x80\xae\n"
		"    description: \"\xc2\x9b\xf0\x9f\x92\xa5 e\xcc\x81\"\n";
	struct desk d;
	char *screen;

	(void)state;
	desk_open(&d, text);
	for (int tab = '1'; tab <= '4'; tab++) {
		views_key(&d.views, (uint32_t)tab);
		screen = picture(&d);
		assert_null(strchr(screen, 27));
		assert_null(strstr(screen, "\xe2\x80\xae"));
		free(screen);
	}
	desk_close(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_step_is_added_behind_the_cursor),
		cmocka_unit_test(an_approval_is_added),
		cmocka_unit_test(the_first_step_of_a_new_flow),
		cmocka_unit_test(circles_are_ruled_out),
		cmocka_unit_test(
			a_step_is_deleted_and_its_parents_joined_to_its_children),
		cmocka_unit_test(a_rename_shows_its_places_first),
		cmocka_unit_test(steps_move_with_their_comments),
		cmocka_unit_test(steps_are_copied_and_pasted),
		cmocka_unit_test(marked_steps_become_a_flow_of_their_own),
		cmocka_unit_test(templates_are_good_steps),
		cmocka_unit_test(hostile_text_stays_in_its_cells),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
