/* Kills and limits: what misbehaves is gone after kill_after, and named.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "warden_fixture.h"

static const char *const forever = "while :; do sleep 0.05; done";

static struct warden_news
kill_and_await(uint64_t attempt, enum warden_kill why, bool now)
{
	assert_true(warden_kill(w, attempt, why, now));
	return await(WARDEN_ENDED, attempt);
}

static void
a_kill_ends_by_sigterm(void **state)
{
	struct warden_news ended;

	(void)state;
	start(1, forever);
	await(WARDEN_BEGUN, 1);
	ended = kill_and_await(1, WARDEN_KILL_CANCEL, false);
	assert_int_equal(WTERMSIG(ended.status), SIGTERM);
	assert_int_equal(ended.kill, WARDEN_KILL_CANCEL);
}

static void
an_attempt_may_clean_up_on_sigterm(void **state)
{
	struct warden_spec spec =
		shell(1, "trap 'echo bye; exit 7' TERM; : > up; "
			 "sleep 1000 & wait");

	(void)state;
	spec.kill_after = WAIT_MS / 4;
	warden_start(w, &spec);
	await_file("up");
	assert_int_equal(
		WEXITSTATUS(
			kill_and_await(1, WARDEN_KILL_CANCEL, false).status),
		7);
	assert_log("bye\n");
}

static void
one_that_ignores_sigterm_is_killed(void **state)
{
	struct warden_news ended;

	(void)state;
	start(1, "trap '' TERM; : > up; while :; do sleep 0.05; done");
	await_file("up");
	ended = kill_and_await(1, WARDEN_KILL_CANCEL, false);
	assert_int_equal(WTERMSIG(ended.status), SIGKILL);
}

static void
one_that_is_stopped_ends_by_sigterm(void **state)
{
	struct warden_spec spec = shell(1, "kill -STOP $$; sleep 100");
	struct warden_news begun;

	(void)state;
	spec.kill_after = WAIT_MS;
	warden_start(w, &spec);
	begun = await(WARDEN_BEGUN, 1);
	(void)begun;
	assert_int_equal(
		WTERMSIG(kill_and_await(1, WARDEN_KILL_CANCEL, false).status),
		SIGTERM);
}

static void
a_kill_now_does_not_wait(void **state)
{
	struct warden_spec spec = shell(1, forever);

	(void)state;
	spec.kill_after = 3600000;
	warden_start(w, &spec);
	await(WARDEN_BEGUN, 1);
	assert_int_equal(
		WTERMSIG(kill_and_await(1, WARDEN_KILL_CANCEL, true).status),
		SIGKILL);
}

static void
a_grandchild_in_its_own_session_goes_too(void **state)
{
	int pid;

	(void)state;
	start(1, "setsid sh -c 'trap \"\" TERM; echo $$ > g; while :; do "
		 "sleep 0.05; done' & while :; do sleep 0.05; done");
	pid = pid_in("g");
	kill_and_await(1, WARDEN_KILL_CANCEL, false);
	assert_false(runs(pid));
}

static void
an_orphan_in_its_own_session_is_found_by_its_key(void **state)
{
	int pid;

	(void)state;
	start(1, "(setsid sh -c 'trap \"\" TERM; echo $$ > g; while :; do "
		 "sleep 0.05; done' &) & while :; do sleep 0.05; done");
	pid = pid_in("g");
	kill_and_await(1, WARDEN_KILL_CANCEL, false);
	assert_false(runs(pid));
}

static void
a_child_that_outlives_sigterm_goes_after_kill_after(void **state)
{
	int pid;

	(void)state;
	start(1, "sh -c 'trap \"\" TERM; echo $$ > g; while :; do sleep "
		 "0.05; done' & while :; do sleep 0.05; done");
	pid = pid_in("g");
	kill_and_await(1, WARDEN_KILL_CANCEL, false);
	assert_false(runs(pid));
}

static void
the_neighbour_is_spared(void **state)
{
	struct warden_news other;

	(void)state;
	start(1, forever);
	start(2, forever);
	await(WARDEN_BEGUN, 1);
	other = await(WARDEN_BEGUN, 2);
	kill_and_await(1, WARDEN_KILL_CANCEL, true);
	assert_true(runs(other.pid));
	kill_and_await(2, WARDEN_KILL_CANCEL, true);
}

static void
a_background_child_survives_success(void **state)
{
	int pid;

	(void)state;
	start(1, "sh -c 'echo $$ > g; exec sleep 1000' & while ! test -s g; "
		 "do sleep 0.01; done");
	assert_int_equal(await(WARDEN_ENDED, 1).status, 0);
	pid = pid_in("g");
	assert_true(runs(pid));
	kill(pid, SIGKILL);
}

static void
a_timeout_is_the_wardens_own_business(void **state)
{
	struct warden_spec spec = shell(1, forever);
	struct warden_news ended;

	(void)state;
	spec.timeout = 50;
	warden_start(w, &spec);
	ended = await(WARDEN_ENDED, 1);
	assert_int_equal(ended.kill, WARDEN_KILL_TIMEOUT);
	assert_true(ended.ended - ended.begun >= 50);
}

static void
a_timeout_holds_while_no_engine_lives(void **state)
{
	struct warden_spec spec = shell(1, forever);

	(void)state;
	spec.timeout = 50;
	warden_start(w, &spec);
	await(WARDEN_BEGUN, 1);
	warden_detach(w);
	/* By the file, for nobody tells us. */
	for (int i = 0; i < WAIT_MS; i++) {
		struct strbuf b = STRBUF_INIT;
		char path[160];

		snprintf(path, sizeof(path), "%s/%s", dir, JOURNAL_NAME);
		assert_int_equal(fs_read(path, 1 << 20, &b, NULL), WF_OK);
		i = b.n == 3 * JOURNAL_RECORD ? WAIT_MS : i;
		strbuf_release(&b);
		poll(NULL, 0, 1);
	}
	attach();
	warden_query(w, 1);
	assert_int_equal(await(WARDEN_ENDED, 1).kill, WARDEN_KILL_TIMEOUT);
}

static void
frozen_attempts_stand_still(void **state)
{
	struct strbuf b = STRBUF_INIT;
	struct warden_news begun;
	char path[64];

	(void)state;
	/* A shell that stands in vfork while its child is stopped would show
	 * as waiting, not as stopped. */
	start(1, "exec sleep 1000");
	begun = await(WARDEN_BEGUN, 1);
	warden_freeze(w, 1, true);
	snprintf(path, sizeof(path), "/proc/%d/stat", begun.pid);
	do {
		strbuf_clear(&b);
		assert_int_equal(fs_read(path, 4096, &b, NULL), WF_OK);
	} while (!strstr(b.at, ") T "));
	warden_freeze(w, 1, false);
	do {
		strbuf_clear(&b);
		assert_int_equal(fs_read(path, 4096, &b, NULL), WF_OK);
	} while (strstr(b.at, ") T "));
	strbuf_release(&b);
	kill_and_await(1, WARDEN_KILL_CANCEL, true);
}

/* --- limits ------------------------------------------------------------- */

static void
too_much_memory_is_a_kill(void **state)
{
	struct warden_spec spec = shell(
		1, "x=$(head -c 100000000 /dev/zero | tr '\\0' x); sleep 1000");

	(void)state;
	spec.limits.memory = 64 << 20;
	warden_start(w, &spec);
	assert_int_equal(await(WARDEN_ENDED, 1).kill, WARDEN_KILL_MEMORY);
}

static void
too_much_output_is_a_kill(void **state)
{
	struct warden_spec spec = shell(1, "yes");

	(void)state;
	spec.output = out_path;
	spec.limits.stdout_bytes = 100000;
	warden_start(w, &spec);
	assert_int_equal(await(WARDEN_ENDED, 1).kill, WARDEN_KILL_STDOUT);
}

static void
too_much_output_at_once_counts_too(void **state)
{
	struct warden_spec spec = shell(1, "echo 123456789");

	(void)state;
	spec.output = out_path;
	spec.limits.stdout_bytes = 5;
	warden_start(w, &spec);
	assert_int_equal(await(WARDEN_ENDED, 1).kill, WARDEN_KILL_STDOUT);
}

static void
a_long_log_keeps_head_and_tail(void **state)
{
	struct warden_spec spec =
		shell(1, "echo first; yes | head -c 5000000; echo last");
	int64_t hole, end = 0;
	struct stat st;
	char text[8];
	int fd;

	(void)state;
	spec.limits.log = 1 << 20;
	warden_start(w, &spec);
	assert_int_equal(await(WARDEN_ENDED, 1).kill, WARDEN_KILL_NONE);
	fd = open(log_path, O_RDONLY | O_CLOEXEC);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_size, 5000011);
	assert_true((int64_t)st.st_blocks * 512 <= (1 << 20) + 65536);
	hole = loghole_find(fd, 0, &end);
	assert_true(hole > 500000 && end > hole && end < st.st_size - 500000);
	assert_int_equal(pread(fd, text, 6, 0), 6);
	assert_memory_equal(text, "first\n", 6);
	assert_int_equal(pread(fd, text, 5, st.st_size - 5), 5);
	assert_memory_equal(text, "last\n", 5);
	close(fd);
}

static void
limits_of_the_kernel_are_set(void **state)
{
	struct warden_spec spec = shell(1, "ulimit -n; ulimit -f; ulimit -t");

	(void)state;
	spec.limits.open_files = 50;
	spec.limits.file_size = 51200;
	spec.limits.cpu_time = 1500;
	warden_start(w, &spec);
	await(WARDEN_ENDED, 1);
	assert_log("50\n100\n2\n");
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		CASE(a_kill_ends_by_sigterm),
		CASE(an_attempt_may_clean_up_on_sigterm),
		CASE(one_that_ignores_sigterm_is_killed),
		CASE(one_that_is_stopped_ends_by_sigterm),
		CASE(a_kill_now_does_not_wait),
		CASE(a_grandchild_in_its_own_session_goes_too),
		CASE(an_orphan_in_its_own_session_is_found_by_its_key),
		CASE(a_child_that_outlives_sigterm_goes_after_kill_after),
		CASE(the_neighbour_is_spared),
		CASE(a_background_child_survives_success),
		CASE(a_timeout_is_the_wardens_own_business),
		CASE(a_timeout_holds_while_no_engine_lives),
		CASE(frozen_attempts_stand_still),
		CASE(too_much_memory_is_a_kill),
		CASE(too_much_output_is_a_kill),
		CASE(too_much_output_at_once_counts_too),
		CASE(a_long_log_keeps_head_and_tail),
		CASE(limits_of_the_kernel_are_set),
	};

	if (warden_is_me(argc, argv))
		return warden_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
