/* The warden with real processes: starts, endings, kills, deaths.
 *
 * See warden_fixture.h; kills are in test_warden_kill.c.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "warden_fixture.h"

/* --- starting and ending ------------------------------------------------ */

static void
an_attempt_begins_and_ends(void **state)
{
	struct warden_news begun, ended;

	(void)state;
	start(1, "exit 3");
	begun = await(WARDEN_BEGUN, 1);
	ended = await(WARDEN_ENDED, 1);
	assert_true(begun.pid > 0);
	assert_true(begun.start_time > 0);
	assert_int_equal(ended.pid, begun.pid);
	assert_true(WIFEXITED(ended.status));
	assert_int_equal(WEXITSTATUS(ended.status), 3);
	assert_int_equal(ended.kill, WARDEN_KILL_NONE);
	assert_true(ended.begun > 0 && ended.ended >= ended.begun);
	assert_true(ended.max_rss > 0);
}

static void
an_end_by_signal_is_told_as_such(void **state)
{
	struct warden_news ended;

	(void)state;
	start(1, "kill -9 $$");
	ended = await(WARDEN_ENDED, 1);
	assert_true(WIFSIGNALED(ended.status));
	assert_int_equal(WTERMSIG(ended.status), SIGKILL);
}

static void
a_second_start_of_an_attempt_starts_nothing(void **state)
{
	(void)state;
	start(7, "echo once; while ! test -e go; do sleep 0.01; done");
	await(WARDEN_BEGUN, 7);
	start(7, "echo twice");
	await(WARDEN_BEGUN, 7);
	start(8, ": > go");
	await(WARDEN_ENDED, 7);
	start(7, "echo thrice");
	await(WARDEN_ENDED, 7);
	assert_log("once\n");
}

static void
an_unknown_attempt_never_started(void **state)
{
	(void)state;
	assert_true(warden_query(w, 5));
	assert_int_equal(await(WARDEN_NOT_STARTED, 5).error, 0);
}

static void
an_ending_is_known_until_it_is_acknowledged(void **state)
{
	(void)state;
	start(5, "exit 4");
	await(WARDEN_ENDED, 5);
	warden_query(w, 5);
	assert_int_equal(WEXITSTATUS(await(WARDEN_ENDED, 5).status), 4);
	warden_ack(w, 5);
	warden_query(w, 5);
	await(WARDEN_NOT_STARTED, 5);
}

static void
output_is_kept_byte_for_byte(void **state)
{
	(void)state;
	start(1, "printf 'a\\000\\377\\033[31m\\n'; printf 'e\\r\\n' >&2");
	await(WARDEN_ENDED, 1);
	assert_file(log_path, "a\0\377\033[31m\ne\r\n", 12);
}

static void
output_can_go_to_a_file_of_its_own(void **state)
{
	struct warden_spec spec = shell(1, "cat; echo err >&2");

	(void)state;
	assert_int_equal(fs_write(log_path, "before\n", 7, 0600, NULL), WF_OK);
	spec.output = out_path;
	spec.input = log_path;
	warden_start(w, &spec);
	await(WARDEN_ENDED, 1);
	assert_file(out_path, "before\n", 7);
	assert_log("before\nerr\n");
}

static void
a_pipe_nobody_writes_to_stops_nobody(void **state)
{
	struct warden_spec spec = shell(1, "cat; echo done");
	char path[96];

	(void)state;
	snprintf(path, sizeof(path), "%s/fifo", dir);
	assert_int_equal(mkfifo(path, 0600), 0);
	spec.input = path;
	warden_start(w, &spec);
	await(WARDEN_ENDED, 1);
	assert_log("done\n");
}

static void
an_attempt_is_clean(void **state)
{
	(void)state;
	/* No descriptors but 0 to 2 (and the listing's own), default
	 * signals, an empty mask, its own session, nothing to read. */
	start(1, "ls /proc/self/fd | tr '\\n' ' '; "
		 "grep -E 'Sig(Blk|Ign)' /proc/self/status | tr -d '\\n'; "
		 "read x || echo ' eof'; "
		 "test \"$(cut -d' ' -f6 /proc/$$/stat)\" = $$ && echo leader");
	await(WARDEN_ENDED, 1);
	assert_log("0 1 2 3 SigBlk:\t0000000000000000SigIgn:\t0000000000000000"
		   " eof\nleader\n");
}

static void
an_attempt_has_the_usual_turns_on_the_processor(void **state)
{
	bool known; /* to this kernel */

	(void)state;
	slice_shorten();
	known = slice_is_short(0);
	slice_usual();
	assert_false(slice_is_short(0));
	assert_true(slice_is_short(warden_pid(w)) == known);
	start(1, "sleep 60");
	assert_false(slice_is_short(await(WARDEN_BEGUN, 1).pid));
	warden_kill(w, 1, WARDEN_KILL_CANCEL, true);
	await(WARDEN_ENDED, 1);
}

static void
a_big_environment_arrives(void **state)
{
	struct warden_spec spec = shell(1, "echo ${#A} ${#B} ${#C}");
	char *big = mem_alloc(100003);
	const char *envp[] = {"PATH=/usr/bin:/bin", NULL, NULL, NULL, NULL};

	(void)state;
	memset(big, 'x', 100002);
	for (int i = 0; i < 3; i++) {
		char *text = mem_printf("%c=%s", 'A' + i, big + 2);

		envp[1 + i] = text;
	}
	spec.envp = envp;
	assert_true(warden_start(w, &spec));
	await(WARDEN_ENDED, 1);
	assert_log("100000 100000 100000\n");
	for (int i = 0; i < 3; i++)
		free((char *)(uintptr_t)envp[1 + i]);
	free(big);
}

static void
an_engine_that_does_not_listen_blocks_nobody(void **state)
{
	enum {
		MANY = 1000
	};
	const char *argv[] = {"true", NULL};
	struct warden_spec spec = shell(0, "");
	struct warden_news news;
	int begun = 0, ended = 0;

	(void)state;
	spec.argv = argv;
	for (int i = 1; i <= MANY; i++) {
		spec.attempt = (uint64_t)i;
		assert_true(warden_start(w, &spec));
	}
	while (ended < MANY) {
		assert_int_equal(poll(&(struct pollfd){warden_fd(w), POLLIN, 0},
				      1, WAIT_MS),
				 1);
		while (warden_receive(w, &news)) {
			begun += news.kind == WARDEN_BEGUN;
			ended += news.kind == WARDEN_ENDED;
			assert_int_equal(news.status, 0);
		}
	}
	assert_int_equal(begun, MANY);
	/* And each is known again. */
	for (int i = 1; i <= MANY; i++)
		assert_true(warden_query(w, (uint64_t)i));
	for (int i = 1; i <= MANY; i++)
		await(WARDEN_ENDED, (uint64_t)i);
}

/* --- what cannot start -------------------------------------------------- */

static void
a_missing_program_never_starts(void **state)
{
	const char *argv[] = {"no-such-program", NULL};
	struct warden_spec spec = shell(1, "");
	struct warden_news news;

	(void)state;
	spec.argv = argv;
	warden_start(w, &spec);
	news = await(WARDEN_NOT_STARTED, 1);
	assert_int_equal(news.error, ENOENT);
	assert_string_equal(news.detail,
			    "exec no-such-program: No such file or directory");
	/* It is the journal that remembers. */
	warden_query(w, 1);
	assert_int_equal(await(WARDEN_NOT_STARTED, 1).error, ENOENT);
}

static void
a_missing_workdir_is_named(void **state)
{
	struct warden_spec spec = shell(1, "true");
	struct warden_news news;

	(void)state;
	spec.workdir = "/no/such/place";
	warden_start(w, &spec);
	news = await(WARDEN_NOT_STARTED, 1);
	assert_int_equal(news.error, ENOENT);
	assert_string_equal(news.detail,
			    "enter /no/such/place: No such file or directory");
}

static void
a_log_that_cannot_be_opened_is_named(void **state)
{
	struct warden_spec spec = shell(1, "true");

	(void)state;
	spec.log = "/no/such/log";
	warden_start(w, &spec);
	assert_string_equal(await(WARDEN_NOT_STARTED, 1).detail,
			    "open the log /no/such/log: No such file or "
			    "directory");
}

static void
too_long_an_argument_never_starts(void **state)
{
	char *big = mem_alloc(200001);
	const char *argv[] = {"echo", big, NULL};
	struct warden_spec spec = shell(1, "");

	(void)state;
	memset(big, 'x', 200000);
	spec.argv = argv;
	warden_start(w, &spec);
	assert_int_equal(await(WARDEN_NOT_STARTED, 1).error, E2BIG);
	free(big);
}

static void
a_script_without_an_interpreter_is_for_the_shell(void **state)
{
	char path[96];
	const char *argv[] = {path, "word", NULL};
	struct warden_spec spec = shell(1, "");

	(void)state;
	snprintf(path, sizeof(path), "%s/script", dir);
	assert_int_equal(fs_write(path, "echo $1\n", 8, 0700, NULL), WF_OK);
	spec.argv = argv;
	warden_start(w, &spec);
	await(WARDEN_ENDED, 1);
	assert_log("word\n");
}

/* --- ahead of their time ------------------------------------------------ */

static void
start_with_room(uint64_t attempt, const char *script, uint32_t room)
{
	struct warden_spec spec = shell(attempt, script);

	spec.room = room;
	assert_true(warden_start(w, &spec));
}

static void
one_without_room_begins_when_another_ends(void **state)
{
	uint64_t first;

	(void)state;
	start_with_room(1, "sleep 0.05; echo one", 1);
	start_with_room(2, "echo two", 1);
	first = await(WARDEN_ENDED, 1).order;
	assert_true(await(WARDEN_BEGUN, 2).order > first);
	await(WARDEN_ENDED, 2);
	assert_log("one\ntwo\n");
}

static void
one_that_waits_for_room_can_be_withdrawn(void **state)
{
	(void)state;
	start_with_room(1, "sleep 5", 1);
	start_with_room(2, "echo two", 1);
	warden_withdraw(w);
	assert_int_equal(await(WARDEN_NOT_STARTED, 2).error, 0);
	warden_kill(w, 1, WARDEN_KILL_CANCEL, true);
	await(WARDEN_ENDED, 1);
	warden_query(w, 2);
	assert_int_equal(await(WARDEN_NOT_STARTED, 2).error, 0);
}

static void
one_that_waits_for_room_goes_with_its_engine(void **state)
{
	(void)state;
	start_with_room(1, "sleep 5", 1);
	start_with_room(2, "echo two", 1);
	await(WARDEN_BEGUN, 1);
	warden_detach(w);
	attach();
	warden_query(w, 2);
	assert_int_equal(await(WARDEN_NOT_STARTED, 2).error, 0);
	warden_kill(w, 1, WARDEN_KILL_CANCEL, true);
	await(WARDEN_ENDED, 1);
	warden_query(w, 2);
	assert_int_equal(await(WARDEN_NOT_STARTED, 2).error, 0);
}

static void
start_after(uint64_t attempt, const char *script, uint64_t after)
{
	struct warden_spec spec = shell(attempt, script);
	char unless[96];

	snprintf(unless, sizeof(unless), "%s/set", dir);
	spec.room = 1;
	spec.after = after;
	spec.unless = unless;
	assert_true(warden_start(w, &spec));
}

static void
expect_not_to_follow(const char *script)
{
	char text[200];

	snprintf(text, sizeof(text), "cd '%s'; %s", dir, script);
	start_with_room(1, text, 1);
	start_after(2, "echo two", 1);
	start_after(3, "echo three", 2);
	assert_int_equal(await(WARDEN_NOT_STARTED, 3).error, 0);
	warden_query(w, 2);
	assert_int_equal(await(WARDEN_NOT_STARTED, 2).error, 0);
}

static void
one_follows_another_that_ends_well(void **state)
{
	uint64_t first;

	(void)state;
	start_with_room(1, "sleep 0.05; echo one", 2);
	start_after(2, "echo two", 1);
	start_after(3, "echo three", 2);
	first = await(WARDEN_ENDED, 1).order;
	assert_true(await(WARDEN_BEGUN, 2).order > first);
	await(WARDEN_ENDED, 3);
	assert_log("one\ntwo\nthree\n");
}

/* Nobody waits for the news of most of them; it comes all the same. */
static void
a_long_chain_is_told_to_its_end(void **state)
{
	uint64_t order = 0;

	(void)state;
	start_with_room(1, "echo x", 1);
	for (uint64_t n = 2; n <= 20; n++)
		start_after(n, "echo x", n - 1);
	for (uint64_t n = 1; n <= 20; n++) {
		struct warden_news ended = await(WARDEN_ENDED, n);

		assert_true(ended.order > order);
		order = ended.order;
	}
}

static void
one_follows_another_that_has_ended_well(void **state)
{
	(void)state;
	start_with_room(1, "echo one", 1);
	await(WARDEN_ENDED, 1);
	start_after(2, "echo two", 1);
	await(WARDEN_ENDED, 2);
	assert_log("one\ntwo\n");
}

static void
nothing_follows_a_failure(void **state)
{
	(void)state;
	expect_not_to_follow("exit 1");
}

static void
nothing_follows_a_signal(void **state)
{
	(void)state;
	expect_not_to_follow("kill -9 $$");
}

static void
nothing_follows_outputs_that_were_left(void **state)
{
	(void)state;
	expect_not_to_follow("echo x=1 >set");
}

static void
nothing_follows_what_was_killed(void **state)
{
	(void)state;
	start_with_room(1, "trap 'exit 0' TERM; sleep 5 & wait", 1);
	start_after(2, "echo two", 1);
	await(WARDEN_BEGUN, 1);
	warden_kill(w, 1, WARDEN_KILL_CANCEL, false);
	assert_int_equal(await(WARDEN_NOT_STARTED, 2).error, 0);
	await(WARDEN_ENDED, 1);
}

static void
nothing_follows_what_could_not_begin(void **state)
{
	struct warden_spec spec = shell(1, "true");

	(void)state;
	spec.log = "/no/such/log";
	start_with_room(9, "sleep 0.05", 1);
	spec.room = 1;
	warden_start(w, &spec);
	start_after(2, "echo two", 1);
	assert_int_equal(await(WARDEN_NOT_STARTED, 2).error, 0);
	start_after(3, "echo three", 7); /* of which nobody knows */
	assert_int_equal(await(WARDEN_NOT_STARTED, 3).error, 0);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		CASE(an_attempt_begins_and_ends),
		CASE(an_end_by_signal_is_told_as_such),
		CASE(a_second_start_of_an_attempt_starts_nothing),
		CASE(an_unknown_attempt_never_started),
		CASE(an_ending_is_known_until_it_is_acknowledged),
		CASE(output_is_kept_byte_for_byte),
		CASE(output_can_go_to_a_file_of_its_own),
		CASE(a_pipe_nobody_writes_to_stops_nobody),
		CASE(an_attempt_is_clean),
		CASE(an_attempt_has_the_usual_turns_on_the_processor),
		CASE(a_big_environment_arrives),
		CASE(an_engine_that_does_not_listen_blocks_nobody),
		CASE(a_missing_program_never_starts),
		CASE(a_missing_workdir_is_named),
		CASE(a_log_that_cannot_be_opened_is_named),
		CASE(too_long_an_argument_never_starts),
		CASE(a_script_without_an_interpreter_is_for_the_shell),
		CASE(one_without_room_begins_when_another_ends),
		CASE(one_that_waits_for_room_can_be_withdrawn),
		CASE(one_that_waits_for_room_goes_with_its_engine),
		CASE(one_follows_another_that_ends_well),
		CASE(a_long_chain_is_told_to_its_end),
		CASE(one_follows_another_that_has_ended_well),
		CASE(nothing_follows_a_failure),
		CASE(nothing_follows_a_signal),
		CASE(nothing_follows_outputs_that_were_left),
		CASE(nothing_follows_what_was_killed),
		CASE(nothing_follows_what_could_not_begin),
	};

	if (warden_is_me(argc, argv))
		return warden_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
