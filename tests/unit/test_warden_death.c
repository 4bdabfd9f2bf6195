/* Deaths: of the engine, of the warden, of both; and who takes over.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "warden_fixture.h"

static const char *const forever = "while :; do sleep 0.05; done";

static void
attempts_outlive_their_engine(void **state)
{
	struct warden_news begun;
	int warden = warden_pid(w);

	(void)state;
	start(1, "while ! test -e go; do sleep 0.01; done; exit 6");
	begun = await(WARDEN_BEGUN, 1);
	warden_detach(w);
	attach();
	assert_int_equal(warden_pid(w), warden);
	warden_query(w, 1);
	assert_int_equal(await(WARDEN_BEGUN, 1).pid, begun.pid);
	start(2, ": > go");
	assert_int_equal(WEXITSTATUS(await(WARDEN_ENDED, 1).status), 6);
}

static void
a_warden_without_work_ends_and_its_journal_stays(void **state)
{
	int warden = warden_pid(w);

	(void)state;
	start(1, "exit 9");
	await(WARDEN_ENDED, 1);
	warden_detach(w);
	while (runs(warden))
		poll(NULL, 0, 1);
	attach();
	assert_int_not_equal(warden_pid(w), warden);
	warden_query(w, 1);
	assert_int_equal(WEXITSTATUS(await(WARDEN_ENDED, 1).status), 9);
	start(1, ": > twice");
	await(WARDEN_ENDED, 1);
	assert_int_equal(access("twice", F_OK), -1);
}

static void
the_newer_engine_is_heard(void **state)
{
	struct warden *older = w;
	struct warden_news news;

	(void)state;
	attach();
	start(1, "true");
	await(WARDEN_ENDED, 1);
	assert_true(warden_receive(older, &news));
	assert_int_equal(news.kind, WARDEN_GONE);
	assert_false(warden_query(older, 1));
	warden_detach(older);
}

static void
endings_are_ordered_as_they_were(void **state)
{
	struct warden_news first, second;

	(void)state;
	start(2, ": > two");
	await(WARDEN_ENDED, 2);
	start(1, ": > one");
	await(WARDEN_ENDED, 1);
	warden_query(w, 1);
	second = await(WARDEN_ENDED, 1);
	warden_query(w, 2);
	first = await(WARDEN_ENDED, 2);
	assert_true(first.order < second.order);
}

static void
after_the_wardens_death_the_status_comes_by_inheritance(void **state)
{
	struct warden_news begun, foreign;
	struct pollfd p = {-1, POLLIN, 0};
	int status = -1;

	(void)state;
	start(1, "while ! test -e go; do sleep 0.01; done; exit 5");
	begun = await(WARDEN_BEGUN, 1);
	kill_warden();
	attach();
	start(1, ": > twice");
	foreign = await(WARDEN_FOREIGN, 1);
	assert_int_equal(foreign.pid, begun.pid);
	assert_int_equal(foreign.start_time, begun.start_time);
	assert_int_equal(foreign.begun, begun.begun);
	assert_true(warden_process_lives(foreign.pid, foreign.start_time));
	assert_false(warden_process_lives(foreign.pid, foreign.start_time + 1));
	p.fd = warden_process_open(foreign.pid, foreign.start_time);
	assert_true(p.fd >= 0);
	assert_false(warden_process_status(p.fd, &status));
	start(2, ": > go");
	assert_int_equal(poll(&p, 1, WAIT_MS), 1);
	assert_true(warden_process_status(p.fd, &status));
	assert_int_equal(WEXITSTATUS(status), 5);
	assert_false(warden_process_lives(foreign.pid, foreign.start_time));
	close(p.fd);
}

static void
the_kernel_tells_the_status_of_somebody_elses_child(void **state)
{
	struct warden_news begun;
	struct pollfd p = {-1, POLLIN, 0};
	int status = -1;

	(void)state;
	start(1, "while ! test -e go; do sleep 0.01; done; exit 42");
	begun = await(WARDEN_BEGUN, 1);
	p.fd = warden_process_open(begun.pid, begun.start_time);
	start(2, ": > go");
	await(WARDEN_ENDED, 1);
	assert_int_equal(poll(&p, 1, WAIT_MS), 1);
	/* Linux 6.15 and later; older kernels cannot. */
	if (warden_process_status(p.fd, &status))
		assert_int_equal(WEXITSTATUS(status), 42);
	close(p.fd);
}

static void
a_foreign_attempt_can_be_killed(void **state)
{
	struct warden_news foreign;
	int pid;

	(void)state;
	start(1, "(setsid sh -c 'echo $$ > g; while :; do sleep 0.05; done' &) "
		 "& while :; do sleep 0.05; done");
	pid = pid_in("g");
	kill_warden();
	attach();
	warden_query(w, 1);
	foreign = await(WARDEN_FOREIGN, 1);
	warden_kill(w, 1, WARDEN_KILL_CANCEL, false);
	for (int i = 0; i < WAIT_MS && (runs(pid) || runs(foreign.pid)); i++)
		poll(NULL, 0, 1);
	assert_false(runs(pid));
	assert_false(runs(foreign.pid));
}

static void
one_that_ended_under_a_dead_warden_is_foreign(void **state)
{
	struct warden_news begun;

	(void)state;
	start(1, forever);
	begun = await(WARDEN_BEGUN, 1);
	kill_warden();
	kill(begun.pid, SIGKILL);
	attach();
	warden_query(w, 1);
	assert_int_equal(await(WARDEN_FOREIGN, 1).pid, begun.pid);
	while (runs(begun.pid))
		poll(NULL, 0, 1);
}

static void
endings_survive_the_wardens_death(void **state)
{
	(void)state;
	start(1, "exit 8");
	await(WARDEN_ENDED, 1);
	kill_warden();
	attach();
	warden_query(w, 1);
	assert_int_equal(WEXITSTATUS(await(WARDEN_ENDED, 1).status), 8);
}

static void
many_engines_at_once_share_one_warden(void **state)
{
	enum {
		N = 8
	};
	int pids[N], warden = warden_pid(w);

	(void)state;
	warden_detach(w);
	w = NULL;
	while (runs(warden))
		poll(NULL, 0, 1);
	/* All attach at the same moment; each tells whom it got. */
	for (int i = 0; i < N; i++) {
		pids[i] = fork();
		if (pids[i] == 0) {
			struct warden *mine;
			struct wf_err err;

			if (warden_attach(dir, &mine, &err) != WF_OK)
				_exit(1);
			_exit(0);
		}
	}
	for (int i = 0; i < N; i++) {
		int status = -1;

		waitpid(pids[i], &status, 0);
		assert_int_equal(status, 0);
	}
	attach();
	start(1, "echo once");
	await(WARDEN_ENDED, 1);
	assert_log("once\n");
}

static void
a_very_long_directory_name_will_do(void **state)
{
	char path[400];
	struct warden *other;
	struct wf_err err;
	struct warden_news news;

	(void)state;
	snprintf(path, sizeof(path), "%s/%0200d", dir, 1);
	assert_int_equal(mkdir(path, 0700), 0);
	if (warden_attach(path, &other, &err) != WF_OK)
		fail_msg("%s", err.message);
	assert_true(warden_query(other, 1));
	poll(&(struct pollfd){warden_fd(other), POLLIN, 0}, 1, WAIT_MS);
	assert_true(warden_receive(other, &news));
	assert_int_equal(news.kind, WARDEN_NOT_STARTED);
	warden_detach(other);
}

static void
a_vanished_directory_is_said(void **state)
{
	struct warden *other;
	struct wf_err err = {0};

	(void)state;
	assert_int_equal(warden_attach("/no/such/run", &other, &err), WF_STORE);
	assert_non_null(strstr(err.message, "No such file or directory"));
	assert_null(other);
}

static void
a_journal_that_cannot_be_opened_is_said(void **state)
{
	char path[100], inside[200];
	struct warden *other;
	struct wf_err err = {0};

	(void)state;
	snprintf(path, sizeof(path), "%s/other", dir);
	snprintf(inside, sizeof(inside), "%s/%s", path, JOURNAL_NAME);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(mkdir(inside, 0700), 0);
	assert_int_equal(warden_attach(path, &other, &err), WF_STORE);
	assert_non_null(strstr(err.message, "Is a directory"));
}

static void
a_damaged_journal_is_said(void **state)
{
	struct wf_err err = {0};
	char path[160];
	int fd, warden = warden_pid(w);

	(void)state;
	start(1, "true");
	await(WARDEN_ENDED, 1);
	warden_detach(w);
	w = NULL;
	while (runs(warden))
		poll(NULL, 0, 1);
	snprintf(path, sizeof(path), "%s/%s", dir, JOURNAL_NAME);
	fd = open(path, O_RDWR | O_CLOEXEC);
	assert_int_equal(pwrite(fd, "x", 1, JOURNAL_RECORD + 20), 1);
	close(fd);
	assert_int_equal(warden_attach(dir, &w, &err), WF_STORE);
	assert_non_null(strstr(err.message, "corrupt at byte 64"));
	assert_null(w);
}

static void
its_name_hides_it_from_killall(void **state)
{
	struct strbuf b = STRBUF_INIT;
	char path[64];

	(void)state;
	snprintf(path, sizeof(path), "/proc/%d/comm", warden_pid(w));
	assert_int_equal(fs_read(path, 100, &b, NULL), WF_OK);
	assert_string_equal(b.at, "stepkeeper\n");
	strbuf_clear(&b);
	snprintf(path, sizeof(path), "/proc/%d/cmdline", warden_pid(w));
	assert_int_equal(fs_read(path, 100, &b, NULL), WF_OK);
	assert_int_equal(b.n, sizeof("stepkeeper\0keep"));
	assert_memory_equal(b.at, "stepkeeper\0keep", b.n);
	strbuf_release(&b);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		CASE(attempts_outlive_their_engine),
		CASE(a_warden_without_work_ends_and_its_journal_stays),
		CASE(the_newer_engine_is_heard),
		CASE(endings_are_ordered_as_they_were),
		CASE(after_the_wardens_death_the_status_comes_by_inheritance),
		CASE(the_kernel_tells_the_status_of_somebody_elses_child),
		CASE(a_foreign_attempt_can_be_killed),
		CASE(one_that_ended_under_a_dead_warden_is_foreign),
		CASE(endings_survive_the_wardens_death),
		CASE(many_engines_at_once_share_one_warden),
		CASE(a_very_long_directory_name_will_do),
		CASE(a_vanished_directory_is_said),
		CASE(a_journal_that_cannot_be_opened_is_said),
		CASE(a_damaged_journal_is_said),
		CASE(its_name_hides_it_from_killall),
	};

	if (warden_is_me(argc, argv))
		return warden_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
