/* Kills, by stages: SIGTERM, SIGKILL after a while, then whoever is left.
 *
 * SIGTERM is followed by SIGCONT, for what is stopped.  The group comes
 * first; descendants that left it are found by their ancestry, session, or
 * the attempt's key in their environment.  The ending of a killed attempt is
 * told when none of them is left, or when it is known who survives.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../base/clock.h"
#include "warden_cgroup.h"
#include "warden_keeper.h"

#define FOREIGN_KILL_AFTER 10000 /* its own is not known any more */
#define GIVE_UP_MS         1000
#define LOOK_MS            10
#define LOOK_GENTLY_MS     20

/* The group at once; a reaped leader's number may be somebody else's. */
static void
signal_group(const struct attempt *a, int signo)
{
	if (!a->ended && !a->foreign)
		kill(-a->pid, signo);
}

static void
go_to(struct keeper *k, struct attempt *a, enum stage stage, int64_t at)
{
	a->stage = stage;
	a->stage_at = at;
	attempt_wake(k, a);
}

/* Those that are still there when the group is gone may fork faster than
 * they can be found. */
static void
kill_found(struct keeper *k, struct attempt *a)
{
	tree_signal(&k->tree, SIGKILL);
	if (a->stage != STAGE_KILL)
		return;
	cgroup_kill(&k->tree, a->id);
	a->has_cgroup = true;
}

static void
kill_hard(struct keeper *k, struct attempt *a)
{
	int64_t now = clock_boot();

	signal_group(a, SIGKILL);
	if (left_look(k, a))
		kill_found(k, a);
	a->give_up_at = now + GIVE_UP_MS;
	go_to(k, a, STAGE_KILL, now + LOOK_MS);
}

/* It ended by itself, and only waits to be reaped: nobody killed it. */
static bool
has_exited(const struct attempt *a)
{
	siginfo_t si = {0};

	return !a->ended && !a->foreign &&
	       waitid(P_PID, (id_t)a->pid, &si, WEXITED | WNOHANG | WNOWAIT) ==
		       0 &&
	       si.si_pid;
}

/* What stands for work elsewhere is asked to end it, by itself alone. */
static bool
ask_carrier(struct keeper *k, struct attempt *a, bool now)
{
	int64_t wait = a->patience + (now ? 0 : a->kill_after);

	if (!a->patience || a->ended || a->foreign)
		return false;
	if (a->hurried || (!now && a->stage == STAGE_TERM))
		return true;
	a->hurried = now;
	kill(a->pid, SIGCONT);
	kill(a->pid, now ? SIGQUIT : SIGTERM);
	a->give_up_at = clock_boot() + wait;
	go_to(k, a, STAGE_TERM, a->give_up_at);
	return true;
}

void
attempt_stop(struct keeper *k, struct attempt *a, enum warden_kill why,
	     bool now)
{
	if (a->stage >= STAGE_KILL || (a->ended && a->stage == STAGE_RUNS))
		return;
	if (a->stage == STAGE_RUNS && has_exited(a))
		return;
	if (a->kill == WARDEN_KILL_NONE)
		a->kill = why;
	a->timeout_at = INT64_MAX;
	if (ask_carrier(k, a, now || a->kill_after <= 0))
		return;
	if (now || a->kill_after <= 0) {
		kill_hard(k, a);
		return;
	}
	if (a->stage == STAGE_TERM)
		return;
	/* Those outside the group, before it falls apart. */
	if (left_look(k, a)) {
		for (size_t i = 0; i < k->tree.at.n; i++) {
			struct tree_process *p = &k->tree.at.at[i];

			if (!a->foreign && p->group == a->pid)
				p->mine = false;
		}
		tree_signal(&k->tree, SIGTERM);
		tree_signal(&k->tree, SIGCONT);
	}
	signal_group(a, SIGTERM);
	signal_group(a, SIGCONT);
	a->give_up_at = clock_boot() + a->kill_after;
	go_to(k, a, STAGE_TERM, a->give_up_at);
}

/* --- an earlier warden's attempt ---------------------------------------- */

static const char *
key_of(int pid, char *key, size_t size)
{
	struct strbuf text = STRBUF_INIT;
	const char *found = NULL;
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d/environ", pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	for (ssize_t n = 1; fd >= 0 && n > 0;) {
		strbuf_grow(&text, 16384);
		n = read(fd, text.at + text.n, 16384);
		text.n += n > 0 ? (size_t)n : 0;
	}
	if (fd >= 0)
		close(fd);
	strbuf_grow(&text, 1);
	text.at[text.n] = '\0';
	for (size_t at = 0; at < text.n; at += strlen(text.at + at) + 1) {
		size_t length = strlen(text.at + at);

		if (str_starts(text.at + at, "WFCTL_KEY=") && length < size)
			found = memcpy(key, text.at + at, length + 1);
	}
	strbuf_release(&text);
	return found;
}

void
attempt_stop_foreign(struct keeper *k, const struct known *known,
		     enum warden_kill why, bool now)
{
	uint64_t id = known->attempt;
	struct journal_record begun;
	struct warden_spec spec = {.attempt = id,
				   .kill_after = FOREIGN_KILL_AFTER};
	struct attempt *a = known->live;
	char key[512];
	int fd;

	if (a) {
		attempt_stop(k, a, why, now);
		return;
	}
	if (!known->begun_at ||
	    !journal_read_at(&k->journal, known->begun_at - 1, &begun) ||
	    memcmp(begun.boot_id, k->boot_id, 16) != 0)
		return;
	fd = tree_open(begun.pid, begun.start_time);
	if (fd < 0)
		return;
	spec.key = key_of(begun.pid, key, sizeof(key));
	a = attempt_new(k, &spec);
	a->foreign = true;
	a->pid = begun.pid;
	a->start_time = begun.start_time;
	a->begun = begun.boot;
	known_find(&k->known, id)->live = a;
	attempt_stop(k, a, why, now);
	close(fd);
}

/* --- stages ------------------------------------------------------------- */

/* Nobody is left, as far as we can see. */
static void
all_gone(struct keeper *k, struct attempt *a)
{
	if (a->foreign)
		attempt_free(k, a);
	else if (a->ended)
		attempt_over(k, a);
	else
		go_to(k, a, a->stage, clock_boot() + LOOK_MS);
}

static void
tick_term(struct keeper *k, struct attempt *a, int64_t now)
{
	if ((a->ended || a->foreign) && !left_look(k, a))
		all_gone(k, a);
	else if (now >= a->give_up_at)
		kill_hard(k, a);
	else if ((a->ended || a->foreign) &&
		 now + LOOK_GENTLY_MS < a->give_up_at)
		go_to(k, a, STAGE_TERM, now + LOOK_GENTLY_MS);
	else
		go_to(k, a, STAGE_TERM, a->give_up_at);
}

static void
tick_kill(struct keeper *k, struct attempt *a, int64_t now)
{
	if (!left_look(k, a)) {
		all_gone(k, a);
		return;
	}
	kill_found(k, a);
	if (now < a->give_up_at) {
		go_to(k, a, STAGE_KILL, now + LOOK_MS);
		return;
	}
	left_name(k, a);
	go_to(k, a, STAGE_SURVIVED, INT64_MAX);
	if (a->foreign)
		attempt_free(k, a);
	else if (a->ended)
		attempt_over(k, a);
}

static void
tick_drain(struct keeper *k, struct attempt *a)
{
	if (!a->unwritten)
		attempt_over(k, a);
	else if (attempt_write_end(k, a))
		attempt_free(k, a);
	else
		go_to(k, a, STAGE_DRAIN, clock_boot() + 1000);
}

void
attempt_tick(struct keeper *k, struct attempt *a, int64_t now)
{
	if (now >= a->watch_at)
		watch_tick(k, a, now);
	if (now >= a->timeout_at)
		attempt_stop(k, a, WARDEN_KILL_TIMEOUT, false);
	if (now < a->stage_at) {
		attempt_wake(k, a);
		return;
	}
	a->stage_at = INT64_MAX;
	switch (a->stage) {
	case STAGE_TERM:
		tick_term(k, a, now);
		break;
	case STAGE_KILL:
		tick_kill(k, a, now);
		break;
	case STAGE_DRAIN:
		tick_drain(k, a);
		break;
	case STAGE_RUNS:
	case STAGE_SURVIVED:
		break;
	}
}

void
attempt_freeze(struct keeper *k, struct attempt *a, bool frozen)
{
	if (a->ended)
		return;
	signal_group(a, frozen ? SIGSTOP : SIGCONT);
	if (left_look(k, a))
		tree_signal(&k->tree, frozen ? SIGSTOP : SIGCONT);
}
