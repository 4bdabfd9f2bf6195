/* Early warnings: each rule, once, and nothing else.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "play.h"

/* Which warnings an attempt has given, as bits, then the hooks asked for. */
static unsigned
warned(struct play *p, const char *path)
{
	return play_flight(p, path)->warned;
}

static void
write_log(struct play *p, const char *path, const char *text)
{
	struct flight *f = play_flight(p, path);
	char *file = mem_printf("%s/%s", p->dir, f->log);
	char *dir = mem_printf("%s/logs", p->dir);
	struct wf_err err = {0};

	assert_int_equal(fs_mkdirs(dir, &err), 0);
	assert_int_equal(fs_write(file, text, strlen(text), 0600, &err), 0);
	free(file);
	free(dir);
}

static void
remove_logs(struct play *p)
{
	char *rm = mem_printf("%s/logs/a.1.log", p->dir);

	unlink(rm);
	*strrchr(rm, '/') = '\0';
	rmdir(rm);
	free(rm);
}

static void
an_attempt_that_takes_longer_warns_once(void **state)
{
	struct play *p = play_new("hooks: {warning: x}\n"
				  "steps:\n- id: a\n  run: 'true'\n"
				  "  warn: {after: 5m}\n");

	(void)state;
	play_pass(p, 299000);
	assert_int_equal(warned(p, "a"), 0);
	play_pass(p, 2000);
	assert_int_equal(warned(p, "a"), 1);
	expect_started(p, "a warning!hook ");
	play_pass(p, 600000);
	assert_int_equal(p->r->hooks.n, 1);
	expect_run(p, "running");
	play_free(p);
}

static void
the_next_look_is_when_something_can_have_changed(void **state)
{
	struct play *p = play_new("steps:\n- id: a\n  run: 'true'\n"
				  "  warn: {after: 5m}\n");

	(void)state;
	play_pass(p, 1000);
	assert_int_equal(play_flight(p, "a")->warn_due, clock_boot() + 299000);
	assert_true(warn_next(p->r) <= clock_boot() + 299000);
	play_free(p);
}

static void
a_regex_is_looked_for_in_the_log(void **state)
{
	struct play *p = play_new("steps:\n- id: a\n  run: 'true'\n"
				  "  warn: {log: '/deprec[a-z]+/'}\n");

	(void)state;
	write_log(p, "a", "all is well\n");
	play_pass(p, 2000);
	assert_int_equal(warned(p, "a"), 0);
	write_log(p, "a", "all is well\nthis is deprecated\n");
	play_pass(p, 2000);
	assert_int_equal(warned(p, "a"), 1 << 2);
	remove_logs(p);
	play_free(p);
}

static void
the_log_of_a_short_attempt_is_looked_at_too(void **state)
{
	struct play *p = play_new("hooks: {warning: x}\n"
				  "steps:\n- id: a\n  run: 'true'\n"
				  "  warn: {log: '/deprecated/'}\n");

	(void)state;
	write_log(p, "a", "deprecated\n");
	play_end(p, "a", 0);
	expect_started(p, "a warning!hook ");
	remove_logs(p);
	play_free(p);
}

static void
as_many_retries_as_said_warn(void **state)
{
	struct play *p = play_new("steps:\n- id: a\n  run: 'true'\n"
				  "  retry: {limit: 5, delay: 1s}\n"
				  "  warn: {retries: 1}\n");

	(void)state;
	play_pass(p, 0);
	assert_int_equal(warned(p, "a"), 0);
	play_end(p, "a", 1);
	play_pass(p, 1000);
	play_pass(p, 0);
	assert_int_equal(warned(p, "a"), 1 << 3);
	play_free(p);
}

static void
silence_warns_before_it_kills(void **state)
{
	struct play *p = play_new("steps:\n- id: a\n  run: 'true'\n"
				  "  warn: {silence: 60s}\n");

	(void)state;
	play_pass(p, 10);
	play_pass(p, 61000);
	assert_int_equal(warned(p, "a"), 1 << 5);
	expect_state(p, "a", "running");
	play_free(p);
}

static void
a_run_that_takes_longer_warns(void **state)
{
	struct play *p = play_new("warn: {after: 30m}\nhooks: {warning: x}\n"
				  "steps:\n- {id: a, run: 'true'}\n");

	(void)state;
	play_pass(p, 1000);
	play_pass(p, 1800000);
	expect_started(p, "a warning!hook ");
	play_free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_attempt_that_takes_longer_warns_once),
		cmocka_unit_test(
			the_next_look_is_when_something_can_have_changed),
		cmocka_unit_test(a_regex_is_looked_for_in_the_log),
		cmocka_unit_test(the_log_of_a_short_attempt_is_looked_at_too),
		cmocka_unit_test(as_many_retries_as_said_warn),
		cmocka_unit_test(silence_warns_before_it_kills),
		cmocka_unit_test(a_run_that_takes_longer_warns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
