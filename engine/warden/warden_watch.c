/* Limits that only looking enforces: memory, processes, log size, captured
 * output.
 *
 * Nothing is looked at while no attempt has such a limit, and a log that
 * does not grow is looked at once a second.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../base/clock.h"
#include "../base/loghole.h"
#include "warden_keeper.h"

#define MEMORY_MS   100
#define OUTPUT_MS   100
#define LOG_MS      250
#define LOG_IDLE_MS 1000
#define LOG_FAST_MS 20
#define MOST_A_MS   ((int64_t)16 << 20) /* bytes */

static bool
is_watched(const struct warden_limits *l)
{
	return l->memory || l->processes;
}

void
watch_begin(struct attempt *a)
{
	const struct warden_limits *l = &a->limits;

	if (is_watched(l) || (l->stdout_bytes && a->output))
		a->watch_at = a->begun + MEMORY_MS;
	else if (l->log)
		a->watch_at = a->begun + LOG_MS;
}

struct use {
	int64_t memory, processes;
};

static struct use
used(struct keeper *k, const struct attempt *a, int64_t now)
{
	struct tree_query q = {.warden = getpid(),
			       .main = a->pid,
			       .start_time = a->start_time,
			       .key = a->key};
	struct use sum = {0};

	/* One look serves all attempts of this moment. */
	if (k->tree_at != now)
		tree_scan(&k->tree);
	k->tree_at = now;
	tree_mark(&k->tree, &q);
	for (size_t i = 0; i < k->tree.at.n; i++) {
		if (!k->tree.at.at[i].mine)
			continue;
		sum.memory += k->tree.at.at[i].rss;
		sum.processes++;
	}
	return sum;
}

static bool
too_much_output(const struct attempt *a)
{
	struct stat st;

	return a->limits.stdout_bytes && a->output &&
	       stat(a->output, &st) == 0 && st.st_size > a->limits.stdout_bytes;
}

/* Trim the log; returns when to look again. */
static int64_t
look_at_log(struct attempt *a)
{
	int64_t limit = a->limits.log, grown;
	struct stat st;
	int fd;

	if (!limit || stat(a->log, &st) < 0)
		return LOG_IDLE_MS;
	grown = st.st_size - a->log_size;
	a->log_size = st.st_size;
	/* Some slack, so that not every page is a punch of its own. */
	if (st.st_size > limit && (int64_t)st.st_blocks * 512 > limit) {
		fd = open(a->log, O_WRONLY | O_CLOEXEC | O_NOCTTY);
		if (fd >= 0) {
			loghole_trim(fd, limit);
			close(fd);
		}
	}
	if (grown > limit / 16)
		return LOG_FAST_MS;
	return grown ? LOG_MS : LOG_IDLE_MS;
}

void
watch_tick(struct keeper *k, struct attempt *a, int64_t now)
{
	const struct warden_limits *l = &a->limits;
	int64_t next = look_at_log(a);
	struct use use = {0};

	if (l->stdout_bytes && a->output && next > OUTPUT_MS)
		next = OUTPUT_MS;
	if (is_watched(l) && next > MEMORY_MS)
		next = MEMORY_MS;
	a->watch_at = now + next;
	if (is_watched(l))
		use = used(k, a, now);
	if (l->memory && use.memory > l->memory)
		attempt_stop(k, a, WARDEN_KILL_MEMORY, true);
	else if (l->processes && use.processes > l->processes)
		attempt_stop(k, a, WARDEN_KILL_PROCESSES, true);
	else if (too_much_output(a))
		attempt_stop(k, a, WARDEN_KILL_STDOUT, true);
	attempt_wake(k, a);
}

/* No memory takes more in the time: it need not be looked at. */
static bool
may_be_over(const struct attempt *a)
{
	int64_t ms = clock_boot() - a->begun + 1;

	return a->limits.log && a->limits.log / MOST_A_MS < ms;
}

/* What was written since the last look counts too. */
void
watch_end(struct attempt *a)
{
	if (may_be_over(a))
		look_at_log(a);
	if (a->kill == WARDEN_KILL_NONE && too_much_output(a))
		a->kill = WARDEN_KILL_STDOUT;
}
