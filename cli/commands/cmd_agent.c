/* wfctl agent: gives runs whose engine has died a new one.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "../../engine/base/clock.h"
#include "../../engine/base/map.h"
#include "../cmd.h"
#include "../output.h"
#include "../record.h"

struct args {
	bool once, dry;
};

/* clang-format off */
static const struct option options[] = {
	{0,   "once",    OPT_FLAG, offsetof(struct args, once), NULL, "look once and return"},
	{'n', "dry-run", OPT_FLAG, offsetof(struct args, dry), NULL, "name the runs that would be taken up, change nothing"},
	{0}};
static const struct column columns[] = {
	{"id", 0}, {"flow", COLUMN_FLEX}, {"state", COLUMN_STATE}};
/* clang-format on */

/* How often to look when nothing wakes us, and the shortest and longest time
 * between two engines for one run: a run that kills its engines must not
 * keep the machine busy. */
#define LOOK_EVERY     10000
#define PATIENCE_FIRST 1000
#define PATIENCE_LAST  ((int64_t)10 * 60 * 1000)

struct patient {
	char id[WF_RUN_ID];
	int64_t next, patience; /* boot clock */
};

struct agent {
	struct call *call;
	struct map seen; /* id -> struct patient */
};

static struct patient *
find_patient(struct agent *a, const char *id)
{
	struct patient *p = map_get(&a->seen, id);

	if (p)
		return p;
	p = arena_new(&a->call->arena, struct patient);
	snprintf(p->id, sizeof(p->id), "%s", id);
	p->patience = PATIENCE_FIRST;
	map_set(&a->seen, p->id, p);
	return p;
}

static void
report(struct agent *a, struct records *records, const struct wf_run_info *run)
{
	const char *cells[ARRAY_SIZE(columns)] = {run->id, run->flow,
						  wf_run_state_text(run)};

	if (records_json(records))
		records_object(records, record_run(run));
	else if (!a->call->globals.quiet)
		records_row(records, cells);
}

/* True: it was given an engine, or would be. */
static bool
take_up(struct agent *a, const struct wf_run_info *run)
{
	const struct args *args = a->call->args;
	struct patient *p = find_patient(a, run->id);
	struct wf_err err = {0};

	if (args->dry)
		return true;
	if (clock_boot() < p->next)
		return false;
	p->next = clock_boot() + p->patience;
	p->patience = p->patience * 2 < PATIENCE_LAST ? p->patience * 2
						      : PATIENCE_LAST;
	if (!wf_run_drive(a->call->engine, run->id, &err))
		return true;
	output_error(&a->call->globals, &err, NULL);
	return false;
}

static enum wf_code
look(struct agent *a, struct records *records, struct wf_err *err)
{
	struct wf_run_filter filter = {.interrupted = true};
	enum wf_code code;

	do {
		struct wf_runs runs = {0};

		code = wf_runs(a->call->engine, &filter, &runs, err);
		if (code)
			break;
		for (size_t i = 0; i < runs.n; i++)
			if (take_up(a, &runs.at[i]))
				report(a, records, &runs.at[i]);
		filter.before = runs.next;
		wf_list_free(&runs.list);
	} while (filter.before);
	records_flush(records);
	return code;
}

/* News of the store, a signal, or time passing; false: we are to end. */
static bool
wait(struct wf_watch *watch, int signals)
{
	struct pollfd fds[2] = {
		{.fd = wf_watch_fd(watch), .events = POLLIN},
		{.fd = signals,            .events = POLLIN}
        };

	poll(fds, 2, LOOK_EVERY);
	wf_watch_wait(watch, 0);
	return !fds[1].revents;
}

static int
catch_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

static enum wf_code
serve(struct agent *a, struct records *records, struct wf_err *err)
{
	struct wf_watch *watch = NULL;
	int signals = catch_signals();
	enum wf_code code = wf_watch_open(a->call->engine, NULL, &watch, err);

	while (!code) {
		code = look(a, records, err);
		if (code || !wait(watch, signals))
			break;
	}
	wf_watch_close(watch);
	if (signals >= 0)
		close(signals);
	return code;
}

static enum wf_code
agent(struct call *call, struct wf_err *err)
{
	const struct args *args = call->args;
	struct agent a = {.call = call};
	struct records records;
	enum wf_code code;

	records_begin(&records, call, columns, ARRAY_SIZE(columns));
	if (args->once || args->dry)
		code = look(&a, &records, err);
	else
		code = serve(&a, &records, err);
	records_end(&records);
	map_release(&a.seen);
	return code;
}

const struct cmd_entry cmd_agent = {
	.options = options,
	.size = sizeof(struct args),
	.about = "A run goes on by itself as long as its engine lives.  The "
		 "agent looks for runs whose\nengine is gone, after a crash or "
		 "a restart of the machine, and gives each a new one.\nIt "
		 "serves the state directory of this machine; SIGTERM ends it, "
		 "and ends no run.",
	.example = "wfctl agent --once",
	.run = agent,
};
