/* The warden dies at every point of its protocol, and no attempt starts
 * twice nor loses its ending.
 *
 * Built with crash points (make crash).  A small engine starts attempts; the
 * warden, or the child between vfork and exec, dies at the n-th point it
 * comes to, for every n; the engine goes on with the next warden.  Attempts
 * leave a line of effect each, and that is what is judged.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../unit/warden_fixture.h"

#define N      4   /* attempts, two at a time */
#define LIMIT  500 /* more points than there are */
#define STATUS 10  /* attempt i ends with status 10 + i */

enum outcome {
	OPEN,
	ASKED,
	ENDED,
	LOST
};

struct attempt_seen {
	enum outcome outcome;
	int status, times_told;
	int pidfd; /* of one whose warden is gone, or -1 */
};

static struct attempt_seen seen[N + 1];
static char trip[96];

/* --- a small engine ----------------------------------------------------- */

static void
ask_for(int i)
{
	static const char *const script =
		"echo $ID >> effects; sleep 0.00$ID; exit $((10 + ID))";
	char id[8];
	const char *envp[] = {"PATH=/usr/bin:/bin", test_key, id, NULL};
	struct warden_spec spec = shell((uint64_t)i, script);

	snprintf(id, sizeof(id), "ID=%d", i);
	spec.envp = envp;
	spec.limits.log = 1 << 20;
	seen[i].outcome = ASKED;
	warden_start(w, &spec);
}

static void
settle(int i, enum outcome outcome, int status)
{
	if (seen[i].pidfd >= 0)
		close(seen[i].pidfd);
	seen[i].pidfd = -1;
	seen[i].outcome = outcome;
	seen[i].status = status;
}

static void
ask_again(void)
{
	warden_detach(w);
	attach();
	for (int i = 1; i <= N; i++) {
		if (seen[i].outcome == ASKED && seen[i].pidfd < 0)
			ask_for(i);
	}
}

static void
hear(const struct warden_news *news)
{
	int i = (int)news->attempt;

	switch (news->kind) {
	case WARDEN_ENDED:
		seen[i].times_told++;
		settle(i, ENDED, news->status);
		warden_ack(w, news->attempt);
		return;
	case WARDEN_NOT_STARTED:
		ask_for(i); /* it never began: nothing happened */
		return;
	case WARDEN_FOREIGN:
		seen[i].pidfd =
			warden_process_open(news->pid, news->start_time);
		if (seen[i].pidfd < 0)
			settle(i, LOST, 0);
		return;
	case WARDEN_GONE:
		ask_again();
		return;
	case WARDEN_BEGUN:
	case WARDEN_SURVIVORS:
		return;
	}
}

static void
look_at_foreign(void)
{
	for (int i = 1; i <= N; i++) {
		struct pollfd p = {seen[i].pidfd, POLLIN, 0};
		int status;

		if (seen[i].pidfd < 0 || poll(&p, 1, 0) != 1)
			continue;
		if (warden_process_status(seen[i].pidfd, &status))
			settle(i, ENDED, status);
		else
			settle(i, LOST, 0);
	}
}

static int
count(enum outcome outcome)
{
	int n = 0;

	for (int i = 1; i <= N; i++)
		n += seen[i].outcome == outcome;
	return n;
}

static void
turn(int wait)
{
	struct pollfd p = {warden_fd(w), POLLIN, 0};
	struct warden_news news;

	for (int i = 1; i <= N && count(ASKED) < 2; i++) {
		if (seen[i].outcome == OPEN)
			ask_for(i);
	}
	poll(&p, 1, wait);
	while (warden_receive(w, &news))
		hear(&news);
	look_at_foreign();
}

static void
run_to_the_end(void)
{
	int64_t until = clock_boot() + WAIT_MS;

	while (count(OPEN) + count(ASKED)) {
		turn(5);
		if (clock_boot() > until)
			fail_msg("the engine waits for ever");
	}
	warden_detach(w);
	w = NULL;
}

/* --- what must hold ----------------------------------------------------- */

static int
starts_of(int i)
{
	struct strbuf b = STRBUF_INIT;
	char path[160], line[8];
	int n = 0;

	snprintf(path, sizeof(path), "%s/effects", dir);
	snprintf(line, sizeof(line), "%d\n", i);
	if (fs_read(path, 65536, &b, NULL) == WF_OK) {
		for (char *p = b.at; (p = strstr(p, line)); p++)
			n++;
	}
	strbuf_release(&b);
	return n;
}

static void
judge(int at, bool child_may_die)
{
	for (int i = 1; i <= N; i++) {
		int starts = starts_of(i);

		if (seen[i].outcome != ENDED)
			fail_msg("point %d: ending of %d is lost", at, i);
		if (starts > 1)
			fail_msg("point %d: %d started %d times", at, i,
				 starts);
		/* Killed between its begun record and its exec. */
		if (child_may_die && WIFSIGNALED(seen[i].status) &&
		    WTERMSIG(seen[i].status) == SIGKILL && !starts)
			continue;
		if (!WIFEXITED(seen[i].status) ||
		    WEXITSTATUS(seen[i].status) != STATUS + i || starts != 1)
			fail_msg("point %d: %d has status %#x, %d starts", at,
				 i, (unsigned)seen[i].status, starts);
	}
}

static void
begin(int at)
{
	char wish[160];

	memset(seen, 0, sizeof(seen));
	for (int i = 0; i <= N; i++)
		seen[i].pidfd = -1;
	snprintf(dir, sizeof(dir), "/tmp/warden-sweep-XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(log_path, sizeof(log_path), "%s/log", dir);
	snprintf(trip, sizeof(trip), "%s/trip", dir);
	snprintf(wish, sizeof(wish), "*:%d:%s", at, trip);
	assert_int_equal(fs_write(trip, "", 0, 0600, NULL), WF_OK);
	setenv("WFCTL_CRASH", at ? wish : "-", 1);
	attach();
}

/* What we inherited and need no more. */
static void
end(void)
{
	while (waitpid(-1, NULL, WNOHANG) > 0)
		continue;
	nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void
sweep(const char *variant)
{
	bool reached = true;
	int at = 0;

	while (reached) {
		if (++at > LIMIT)
			fail_msg("more than %d points", LIMIT);
		begin(at);
		run_to_the_end();
		reached = access(trip, F_OK) < 0;
		judge(at, true);
		end();
	}
	print_message("# %s: %d points\n", variant, at - 1);
}

/* --- the sweeps --------------------------------------------------------- */

static void
no_death_at_any_point_doubles_or_loses(void **state)
{
	(void)state;
	sweep("deaths");
}

static void
nor_does_a_torn_record(void **state)
{
	(void)state;
	setenv("WFCTL_TORN", "1", 1);
	sweep("torn records");
	unsetenv("WFCTL_TORN");
}

/* The child is slow to be born and its warden is killed meanwhile: the next
 * warden must wait for it. */
static void
nor_does_a_hasty_successor(void **state)
{
	(void)state;
	setenv("WFCTL_DELAY", "20", 1);
	for (int ms = 0; ms < 60; ms += 3) {
		int64_t when;

		begin(0);
		turn(0);
		when = clock_boot() + ms;
		while (clock_boot() < when)
			turn(1);
		kill(warden_pid(w), SIGKILL);
		run_to_the_end();
		judge(ms, false);
		end();
	}
	unsetenv("WFCTL_DELAY");
}

/* An engine that comes and goes at any time. */
static void
nor_does_the_engines_death(void **state)
{
	(void)state;
	for (int turns = 0; turns < 12; turns++) {
		begin(0);
		for (int i = 0; i < turns; i++)
			turn(1);
		ask_again();
		run_to_the_end();
		judge(turns, false);
		end();
	}
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_death_at_any_point_doubles_or_loses),
		cmocka_unit_test(nor_does_a_torn_record),
		cmocka_unit_test(nor_does_a_hasty_successor),
		cmocka_unit_test(nor_does_the_engines_death),
	};

	if (warden_is_me(argc, argv))
		return warden_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
