/* The designer's file: saves, links, other writers, and what kills leave
 * behind.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "desk.h"

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
what_somebody_else_writes_is_noticed(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, flow_text);
	assert_int_equal(fs_write(d.path, "mine\n", 5, 0644, NULL), 0);
	press(&d, "Down");
	shows(&d, "changed by somebody else");
	assert_int_equal(d.views.messages.n, 1);
	press(&d, "Down w L Up");
	assert_int_equal(d.views.messages.n, 2); /* read again */
	desk_close(&d);
}

static void
a_file_is_saved_under_another_name(void **state)
{
	struct desk d;
	char *other, *journal;

	(void)state;
	desk_open(&d, flow_text);
	other = mem_printf("%s/other.yaml", d.dir);
	journal = mem_printf("%s/.other.yaml.wfctl-journal", d.dir);
	press(&d, "D D W ^U");
	for (const char *p = other; *p; p++)
		views_key(&d.views, (uint32_t)*p);
	press(&d, "Enter");
	shows(&d, "was saved");
	assert_int_equal(access(other, F_OK), 0);
	assert_int_not_equal(access(journal, F_OK), 0);
	press(&d, "D D");
	assert_int_equal(access(journal, F_OK), 0);
	press(&d, "W ^U");
	for (const char *p = d.path; *p; p++)
		views_key(&d.views, (uint32_t)*p);
	press(&d, "Enter");
	shows(&d, "already");
	press(&d, "Esc u q");
	assert_true(d.views.quit);
	views_release(&d.views);
	assert_int_not_equal(access(journal, F_OK), 0);
	unlink(other);
	free(other);
	free(journal);
	open_file(&d);
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_save_keeps_mode_and_follows_links),
		cmocka_unit_test(
			a_file_changed_by_somebody_else_is_not_written_over),
		cmocka_unit_test(what_somebody_else_writes_is_noticed),
		cmocka_unit_test(a_file_is_saved_under_another_name),
		cmocka_unit_test(leaving_asks_when_there_is_something_to_lose),
		cmocka_unit_test(leaving_without_a_change_asks_nothing),
		cmocka_unit_test(changes_are_recovered_one_by_one),
		cmocka_unit_test(what_was_being_typed_is_recovered),
		cmocka_unit_test(recovered_changes_can_be_dropped_or_left),
		cmocka_unit_test(
			a_journal_of_another_text_comes_back_as_one_change),
		cmocka_unit_test(a_damaged_journal_gives_what_is_whole),
		cmocka_unit_test(two_designers_of_one_file_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
