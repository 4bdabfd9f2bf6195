/* Endings: into the journal first, then reaped, then told.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <errno.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../base/clock.h"
#include "../base/crash.h"
#include "warden_keeper.h"

#define DRAIN_MS 1000 /* for a filter whose pipe is still held open */
#define RETRY_MS 1000 /* for a journal that cannot be written */

bool
attempt_write_end(struct keeper *k, struct attempt *a)
{
	struct known *known = known_find(&k->known, a->id);
	uint64_t at = k->journal.size;

	a->unwritten = !journal_append(&k->journal, &a->end);
	if (a->unwritten)
		return false;
	a->end_at = at;
	if (known)
		known->ended_at = at + 1;
	return true;
}

/* --- the end of its own process ----------------------------------------- */

static int
wait_status(const siginfo_t *si)
{
	if (si->si_code == CLD_EXITED)
		return (si->si_status & 0xff) << 8;
	return (si->si_status & 0x7f) | (si->si_code == CLD_DUMPED ? 0x80 : 0);
}

static int64_t
microseconds(struct timeval t)
{
	return (int64_t)t.tv_sec * 1000000 + t.tv_usec;
}

static void
note_end(struct keeper *k, struct attempt *a, const siginfo_t *si,
	 const struct rusage *used)
{
	watch_end(a);
	a->end = (struct journal_record){
		.kind = JOURNAL_ENDED,
		.attempt = a->id,
		.pid = a->pid,
		.boot = clock_boot(),
		.wall = clock_wall(),
		.status = wait_status(si),
		.kill = (int)a->kill,
		.user_us = microseconds(used->ru_utime),
		.system_us = microseconds(used->ru_stime),
		.max_rss = (int64_t)used->ru_maxrss * 1024};
	attempt_write_end(k, a);
}

/* Looking costs; so only when its group is not empty, or when we have
 * children and know of none. */
static bool
left_something(const struct keeper *k, const struct attempt *a)
{
	siginfo_t si = {0};

	if (kill(-a->pid, 0) == 0)
		return true;
	return k->live.n == 1 && !a->filter &&
	       waitid(P_ALL, 0, &si, WEXITED | WNOHANG | WNOWAIT) == 0 &&
	       !si.si_pid;
}

static void
after_end(struct keeper *k, struct attempt *a)
{
	a->ended = true;
	a->timeout_at = a->watch_at = INT64_MAX;
	if (a->stage == STAGE_TERM || a->stage == STAGE_KILL) {
		/* Others of its kill may live on: look at once. */
		a->stage_at = 0;
		attempt_wake(k, a);
		return;
	}
	if (left_something(k, a))
		attempt_name_left(k, a);
	attempt_over(k, a);
}

static void
finish(struct keeper *k, struct attempt *a)
{
	tell_ended(k, a);
	queue_ended(k, a->id, a->unwritten ? NULL : &a->end);
	if (!a->unwritten) {
		attempt_free(k, a);
		return;
	}
	a->stage = STAGE_DRAIN;
	a->stage_at = clock_boot() + RETRY_MS;
	attempt_wake(k, a);
}

void
attempt_over(struct keeper *k, struct attempt *a)
{
	if (a->filter && a->stage != STAGE_DRAIN) {
		a->stage = STAGE_DRAIN;
		a->stage_at = clock_boot() + DRAIN_MS;
		attempt_wake(k, a);
		return;
	}
	finish(k, a);
}

static void
filter_ended(struct keeper *k, int pid)
{
	for (size_t i = 0; i < k->live.n; i++) {
		struct attempt *a = k->live.at[i];

		if (a->filter != pid)
			continue;
		a->filter = 0;
		if (a->stage == STAGE_DRAIN)
			finish(k, a);
		return;
	}
}

static struct attempt *
attempt_by_pid(struct keeper *k, int pid)
{
	for (size_t i = 0; i < k->live.n; i++) {
		struct attempt *a = k->live.at[i];

		if (a->pid == pid && !a->ended && !a->foreign)
			return a;
	}
	return NULL;
}

void
reap_all(struct keeper *k)
{
	for (;;) {
		struct rusage used;
		siginfo_t si = {0};
		struct attempt *a;

		if (syscall(SYS_waitid, P_ALL, 0, &si,
			    WEXITED | WNOHANG | WNOWAIT, &used) < 0 &&
		    errno == EINTR)
			continue;
		if (!si.si_pid)
			return;
		CRASH_POINT("end-seen");
		a = attempt_by_pid(k, si.si_pid);
		if (a)
			note_end(k, a, &si, &used);
		CRASH_POINT("reap-before");
		syscall(SYS_waitid, P_PID, si.si_pid, NULL, WEXITED, NULL);
		CRASH_POINT("reap-after");
		if (a)
			after_end(k, a);
		else
			filter_ended(k, si.si_pid);
	}
}
