/* The designer without a terminal: keys in, screen and file out.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/base/fs.h"
#include "tui/screens/edit_view.h"

static const char flow_text[] = "version: 1\n"
				"# every night\n"
				"steps:\n"
				"  - id: build   # first\n"
				"    run: \"make\"\n"
				"\n"
				"  # must follow\n"
				"  - id: test\n"
				"    needs: [build]\n"
				"    run: make test\n"
				"  - id: ship\n"
				"    needs: [test]\n"
				"    run: ./ship.sh\n";

struct desk {
	char dir[64];
	char *path;
	struct views views;
	struct grid grid;
};

static void
open_file(struct desk *d)
{
	struct wf_err err = {0};

	views_init(&d->views, NULL);
	assert_int_equal(views_open(&d->views, "edit", d->path, &err), 0);
}

static void
desk_open(struct desk *d, const char *text)
{
	*d = (struct desk){.dir = "/tmp/wfctl-editor-XXXXXX"};
	assert_non_null(mkdtemp(d->dir));
	d->path = mem_printf("%s/flow.yaml", d->dir);
	if (text)
		assert_int_equal(
			fs_write(d->path, text, strlen(text), 0644, NULL), 0);
	grid_init(&d->grid, 100, 30);
	open_file(d);
}

static void
desk_close(struct desk *d)
{
	char *journal = mem_printf("%s/.flow.yaml.wfctl-journal", d->dir);

	views_release(&d->views);
	grid_release(&d->grid);
	unlink(d->path);
	unlink(journal);
	rmdir(d->dir);
	free(journal);
	free(d->path);
}

static struct editor *
editor(struct desk *d)
{
	return editor_of(editor_view(&d->views));
}

/* Names of keys apart by blanks; 'text' in quotes is typed. */
static void
press(struct desk *d, const char *keys)
{
	while (*keys) {
		size_t n = strcspn(keys, " ");
		char *name;

		if (*keys == '\'') {
			for (keys++; *keys && *keys != '\''; keys++)
				views_key(&d->views, (uint32_t)*keys);
			keys += *keys == '\'';
			keys += *keys == ' ';
			continue;
		}
		name = mem_strndup(keys, n);
		views_key(&d->views, key_from_name(name));
		free(name);
		keys += n + (keys[n] == ' ');
	}
}

static char *
picture(struct desk *d)
{
	struct strbuf out = STRBUF_INIT;

	views_draw(&d->views, &d->grid);
	grid_dump(&d->grid, &out);
	return strbuf_detach(&out);
}

static void
shows(struct desk *d, const char *text)
{
	char *screen = picture(d);

	if (!strstr(screen, text))
		fail_msg("no \"%s\" in:\n%s", text, screen);
	free(screen);
}

static void
hides(struct desk *d, const char *text)
{
	char *screen = picture(d);

	if (strstr(screen, text))
		fail_msg("\"%s\" in:\n%s", text, screen);
	free(screen);
}

static void
has_text(struct desk *d, const char *wanted)
{
	assert_string_equal(wf_edit_text(editor(d)->edit, NULL), wanted);
}

static void
holds(struct desk *d, const char *part)
{
	const char *text = wf_edit_text(editor(d)->edit, NULL);

	if (!strstr(text, part))
		fail_msg("no \"%s\" in:\n%s", part, text);
}

static char *
on_disk(struct desk *d)
{
	struct strbuf out = STRBUF_INIT;

	assert_int_equal(fs_read(d->path, 1 << 20, &out, NULL), 0);
	return strbuf_detach(&out);
}

/* --- looking ----------------------------------------------------------------
 */

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

/* --- steps ------------------------------------------------------------------
 */

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

/* --- the file ---------------------------------------------------------------
 */

static void
a_save_keeps_mode_and_follows_links(void **state)
{
	struct desk d;
	struct stat st;
	char *real, *text;

	(void)state;
	desk_open(&d, flow_text);
	real = mem_printf("%s/real.yaml", d.dir);
	assert_int_equal(rename(d.path, real), 0);
	assert_int_equal(chmod(real, 0640), 0);
	assert_int_equal(symlink("real.yaml", d.path), 0);
	views_release(&d.views);
	open_file(&d);
	press(&d, "D D w");
	shows(&d, "was saved");
	assert_int_equal(lstat(d.path, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(stat(real, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	text = on_disk(&d);
	assert_null(strstr(text, "id: build"));
	free(text);
	unlink(real);
	free(real);
	desk_close(&d);
}

static void
a_file_changed_by_somebody_else_is_not_written_over(void **state)
{
	struct desk d;
	char *text;

	(void)state;
	desk_open(&d, flow_text);
	press(&d, "D D");
	assert_int_equal(fs_write(d.path, "mine\n", 5, 0644, NULL), 0);
	press(&d, "w");
	shows(&d, "changed by somebody else");
	shows(&d, "-mine");
	press(&d, "Esc");
	text = on_disk(&d);
	assert_string_equal(text, "mine\n");
	free(text);
	press(&d, "w L");
	has_text(&d, "mine\n");
	press(&d, "u w O");
	text = on_disk(&d);
	assert_null(strstr(text, "id: build"));
	assert_non_null(strstr(text, "id: ship"));
	free(text);
	desk_close(&d);
}

static void
leaving_asks_when_there_is_something_to_lose(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, flow_text);
	press(&d, "D D q");
	shows(&d, "Not everything is saved");
	press(&d, "Esc");
	assert_false(d.views.quit);
	press(&d, "q w");
	assert_true(d.views.quit);
	desk_close(&d);
}

static void
leaving_without_a_change_asks_nothing(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, flow_text);
	press(&d, "D D u q");
	assert_true(d.views.quit);
	desk_close(&d);
}

/* --- recovery ---------------------------------------------------------------
 */

/* Another process designs, and is killed without a chance to tidy up. */
static void
design_and_die(struct desk *d, const char *keys)
{
	pid_t pid;
	int status;

	views_release(&d->views);
	pid = fork();
	if (pid == 0) {
		open_file(d);
		press(d, keys);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	open_file(d);
}

static void
changes_are_recovered_one_by_one(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, flow_text);
	design_and_die(&d, "D D c ^U 'check' Enter u");
	shows(&d, "Recover 3 changes");
	press(&d, "r");
	holds(&d, "  - id: test\n");
	press(&d, "u");
	holds(&d, "  - id: check\n");
	press(&d, "u u");
	has_text(&d, flow_text);
	desk_close(&d);
}

static void
what_was_being_typed_is_recovered(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, flow_text);
	design_and_die(&d, "Enter Down Enter ' -j4'");
	press(&d, "r");
	shows(&d, "make -j4");
	press(&d, "Enter");
	holds(&d, "    run: \"make -j4\"\n");
	desk_close(&d);

	desk_open(&d, flow_text);
	design_and_die(&d, "a 'lint' Enter Enter 'make li'");
	press(&d, "r");
	shows(&d, "[make li");
	shows(&d, "[lint");
	press(&d, "Esc");
	desk_close(&d);

	desk_open(&d, flow_text);
	design_and_die(&d, "Down c ^U 'check'");
	press(&d, "r");
	shows(&d, "+    needs: [check]");
	press(&d, "Enter");
	holds(&d, "needs: [check]");
	desk_close(&d);

	desk_open(&d, flow_text);
	design_and_die(&d, "Down Down n Space");
	press(&d, "r");
	shows(&d, "[x] build");
	press(&d, "Enter");
	holds(&d, "needs: [test, build]");
	desk_close(&d);

	desk_open(&d, flow_text);
	design_and_die(&d, "4 Down Enter 'for'");
	press(&d, "r Enter");
	holds(&d, "description: for\n");
	desk_close(&d);

	desk_open(&d, flow_text);
	design_and_die(&d, "Enter Down e End Enter 'two'");
	press(&d, "r");
	press(&d, "^S");
	holds(&d, "    run: |\n      make\n      two\n");
	desk_close(&d);
}

static void
recovered_changes_can_be_dropped_or_left(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, flow_text);
	design_and_die(&d, "D D");
	press(&d, "Esc");
	assert_true(d.views.quit);
	views_release(&d.views);
	open_file(&d);
	shows(&d, "Recover 1 change");
	press(&d, "X");
	has_text(&d, flow_text);
	views_release(&d.views);
	open_file(&d);
	hides(&d, "Recover");
	desk_close(&d);
}

static void
a_journal_of_another_text_comes_back_as_one_change(void **state)
{
	static const char other[] = "version: 1\nsteps:\n  - id: x\n";
	struct desk d;

	(void)state;
	desk_open(&d, flow_text);
	design_and_die(&d, "D D D D");
	views_release(&d.views);
	assert_int_equal(fs_write(d.path, other, strlen(other), 0644, NULL), 0);
	open_file(&d);
	shows(&d, "has changed since");
	press(&d, "r");
	holds(&d, "  - id: ship\n");
	press(&d, "u");
	has_text(&d, other);
	desk_close(&d);
}

static void
a_damaged_journal_gives_what_is_whole(void **state)
{
	struct desk d;
	char *journal, *whole;
	struct strbuf bytes = STRBUF_INIT;

	(void)state;
	desk_open(&d, flow_text);
	design_and_die(&d, "D D c ^U 'check' Enter");
	views_release(&d.views);
	journal = mem_printf("%s/.flow.yaml.wfctl-journal", d.dir);
	assert_int_equal(fs_read(journal, 1 << 20, &bytes, NULL), 0);
	whole = bytes.at;
	for (size_t n = 0; n <= bytes.n; n += 1 + n / 40) {
		assert_int_equal(fs_write(journal, whole, n, 0600, NULL), 0);
		open_file(&d);
		if (!str_eq(views_top(&d.views)->name, "edit"))
			press(&d, "r");
		assert_null(wf_edit_broken(editor(&d)->edit));
		views_release(&d.views);
	}
	for (size_t i = 0; i < bytes.n; i += 7) {
		char before = whole[i];

		whole[i] = (char)(before ^ 0x15);
		assert_int_equal(fs_write(journal, whole, bytes.n, 0600, NULL),
				 0);
		open_file(&d);
		if (!str_eq(views_top(&d.views)->name, "edit"))
			press(&d, "r Esc");
		views_release(&d.views);
		whole[i] = before;
	}
	strbuf_release(&bytes);
	free(journal);
	open_file(&d);
	desk_close(&d);
}

static void
two_designers_of_one_file_are_told(void **state)
{
	struct desk d;
	struct views second;
	struct wf_err err = {0};

	(void)state;
	desk_open(&d, flow_text);
	press(&d, "D D");
	views_init(&second, NULL);
	assert_int_equal(views_open(&second, "edit", d.path, &err), 0);
	assert_true(second.messages.n > 0);
	assert_non_null(strstr(second.messages.at[0].text, "another designer"));
	views_release(&second);
	desk_close(&d);
}

/* --- at random --------------------------------------------------------------
 */

static const char *const random_keys[] = {
	"a",    "i",         "n",     "D",     "J",     "K",      "c",
	"y",    "p",         "u",     "u",     "^R",    "t",      "F",
	"]",    "[",         "m",     "Tab",   "Enter", "Enter",  "Down",
	"Down", "Up",        "Right", "Left",  "Space", "x",      "e",
	"1",    "2",         "3",     "4",     "Y",     "Esc",    "z",
	"'b'",  "'3'",       "'[a'",  "'{ x'", "': '",  "'make'", "'10m'",
	"^U",   "Backspace", "^S",    "G",     "PgDn",  "End",    "Home",
	"v",
};

/* Whatever is pressed: it is drawn, the file parses or a problem says why,
 * undo of all gives the first bytes, and redo the last. */
static void
random_keys_lose_nothing(void **state)
{
	unsigned seed = 20251121;

	(void)state;
	for (int round = 0; round < 12; round++) {
		struct desk d;
		struct editor *ed;
		char *last;

		desk_open(&d, flow_text);
		for (int i = 0; i < 250; i++) {
			seed = seed * 1103515245 + 12345;
			press(&d, random_keys[(seed >> 16) %
					      ARRAY_SIZE(random_keys)]);
			if (i % 10 == 0)
				views_draw(&d.views, &d.grid);
			ed = editor(&d);
			if (wf_edit_broken(ed->edit))
				assert_true(ed->problems.n > 0);
		}
		while (!str_eq(views_top(&d.views)->name, "edit") ||
		       editor(&d)->typing.on)
			press(&d, "Esc");
		ed = editor(&d);
		while (wf_edit_redo(ed->edit))
			;
		last = mem_strdup(wf_edit_text(ed->edit, NULL));
		while (wf_edit_undo(ed->edit))
			;
		has_text(&d, flow_text);
		while (wf_edit_redo(ed->edit))
			;
		has_text(&d, last);
		free(last);
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
		cmocka_unit_test(a_flow_is_shown_as_steps_and_form),
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
		cmocka_unit_test(several_lines_are_edited),
		cmocka_unit_test(the_comment_of_a_step_is_edited),
		cmocka_unit_test(what_stands_elsewhere_is_not_changed_here),
		cmocka_unit_test(line_ends_of_another_system_stay),
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
		cmocka_unit_test(a_problem_is_gone_to_and_fixed),
		cmocka_unit_test(advice_leads_to_the_key_that_answers_it),
		cmocka_unit_test(an_unknown_key_is_shown_and_taken_away),
		cmocka_unit_test(a_step_is_found_by_its_letters),
		cmocka_unit_test(a_broken_text_keeps_the_last_picture),
		cmocka_unit_test(a_save_keeps_mode_and_follows_links),
		cmocka_unit_test(
			a_file_changed_by_somebody_else_is_not_written_over),
		cmocka_unit_test(leaving_asks_when_there_is_something_to_lose),
		cmocka_unit_test(leaving_without_a_change_asks_nothing),
		cmocka_unit_test(changes_are_recovered_one_by_one),
		cmocka_unit_test(what_was_being_typed_is_recovered),
		cmocka_unit_test(recovered_changes_can_be_dropped_or_left),
		cmocka_unit_test(
			a_journal_of_another_text_comes_back_as_one_change),
		cmocka_unit_test(a_damaged_journal_gives_what_is_whole),
		cmocka_unit_test(two_designers_of_one_file_are_told),
		cmocka_unit_test(random_keys_lose_nothing),
		cmocka_unit_test(hostile_text_stays_in_its_cells),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
