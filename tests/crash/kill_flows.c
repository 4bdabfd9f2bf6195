/* Kills engines, wardens or both at random instants of random flows, asks
 * things of the runs as operators do, and compares with a model.
 *
 *	WFCTL=./wfctl kill_flows ROUNDS [SEED [engine|warden|both|any [FIRST]]]
 *
 * Round FIRST + i is made of SEED and its number alone, so that one round can
 * be had again: `kill_flows 1 SEED any ROUND`.  With KEEP=DIRECTORY what is
 * needed to find out why is kept there.  Ends with a line of counts; status
 * 1 when anything was wrong.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "random_flow.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/clock.h"
#include "engine/base/fs.h"
#include "engine/engine.h"

#define PATIENCE 60000 /* ms for a round */
#define STAGES   24    /* ends of a run, resumed in between */

enum victim {
	VICTIM_ENGINE,
	VICTIM_WARDEN,
	VICTIM_BOTH,
	VICTIM_ANY
};

struct round {
	unsigned number;
	struct random_flow flow;
	struct dice dice;
	struct verdict verdict;
	struct wf_engine *engine; /* to look only */
	char id[WF_RUN_ID];
	enum victim victims; /* of this round */
	bool engine_died, warden_died;
	unsigned kills_left, stages, lost;
	bool asked, undone; /* the story's own request was made */
	int64_t begun;
};

static const char *wfctl, *keep;
static char *home, *trace;
static enum victim victims = VICTIM_ANY;
static struct {
	unsigned engines, wardens, both, unknown, wrong, stages, stuck;
} totals;

/* --- asking --------------------------------------------------------------- */

/* Runs `wfctl WORDS...`; its status, and what it says in `out`. */
static int
call(const char *const *words, char *out, size_t size)
{
	char *path = mem_printf("%s/said", home);
	posix_spawn_file_actions_t files;
	const char *argv[12] = {wfctl};
	int status = -1, fd;
	ssize_t n;
	pid_t pid;

	for (int k = 0; words[k]; k++)
		argv[k + 1] = words[k];
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&files, 1, path,
					 O_WRONLY | O_CREAT | O_TRUNC, 0600);
	posix_spawn_file_actions_adddup2(&files, 1, 2);
	if (posix_spawn(&pid, wfctl, &files, NULL, (char **)(void *)argv,
			environ) == 0)
		waitpid(pid, &status, 0);
	posix_spawn_file_actions_destroy(&files);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? 0 : read(fd, out, size - 1);
	out[n > 0 ? n : 0] = '\0';
	out[strcspn(out, "\n")] = '\0';
	if (fd >= 0)
		close(fd);
	free(path);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static void
spawn(const char *const *argv)
{
	pid_t pid;

	if (posix_spawnp(&pid, argv[0], NULL, NULL, (char **)(void *)argv,
			 environ) == 0)
		waitpid(pid, NULL, 0);
}

static void
note(const char *what, const char *path)
{
	char line[PATH + 32];
	int fd = open(trace, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	int n = snprintf(line, sizeof(line), "! %s %s\n", what, path);

	if (fd < 0 || write(fd, line, (size_t)n) != n)
		abort();
	close(fd);
}

/* An operator's request, told to the trace first. */
static int
ask(struct round *r, const char *what, const char *verb, const char *step,
    const char *more)
{
	const char *words[8] = {verb, r->id};
	char said[300];
	int n = 2, status;

	if (step)
		words[n++] = step;
	if (more)
		words[n++] = more;
	if (str_eq(verb, "mark"))
		words[n++] = "-m", words[n++] = "seen in the trace";
	if (str_eq(verb, "resume") || str_eq(verb, "retry") ||
	    str_eq(verb, "rollback"))
		words[n++] = "-d";
	note(what, step ? step : "");
	status = call(words, said, sizeof(said));
	if (keep && status)
		fprintf(stderr, "  %s %s: %d %s\n", verb, step ? step : "",
			status, said);
	return status;
}

/* --- killing -------------------------------------------------------------- */

static bool
holds_files_of(const char *pid, const char *dir)
{
	char path[300], target[PATH_MAX];
	DIR *d;
	const struct dirent *e;
	bool found = false;

	snprintf(path, sizeof(path), "/proc/%.20s/fd", pid);
	d = opendir(path);
	while (d && !found && (e = readdir(d))) {
		ssize_t n = readlinkat(dirfd(d), e->d_name, target,
				       sizeof(target) - 1);

		target[n > 0 ? n : 0] = '\0';
		found = strstr(target, dir) != NULL;
	}
	if (d)
		closedir(d);
	return found;
}

static bool
is_named(const char *pid, const char *name)
{
	char path[300], comm[32] = "";
	int fd;

	snprintf(path, sizeof(path), "/proc/%.20s/comm", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, comm, sizeof(comm) - 1) < 0)
		comm[0] = '\0';
	if (fd >= 0)
		close(fd);
	comm[strcspn(comm, "\n")] = '\0';
	return str_eq(comm, name);
}

static pid_t
parent_of(pid_t pid)
{
	char path[64], text[512];
	const char *close_paren = NULL;
	FILE *in;
	int parent = 0;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	in = fopen(path, "re");
	if (in && fgets(text, sizeof(text), in))
		close_paren = strrchr(text, ')');
	if (in)
		fclose(in);
	if (close_paren)
		sscanf(close_paren + 1, " %*c %d", &parent);
	return parent;
}

/* A child that has not become its command yet looks like its warden. */
static bool
is_unborn(pid_t pid)
{
	char parent[24];

	snprintf(parent, sizeof(parent), "%d", (int)parent_of(pid));
	return is_named(parent, "stepkeeper");
}

static pid_t
warden_of(const struct round *r)
{
	char *dir = wf_run_dir(r->engine, r->id);
	DIR *proc = opendir("/proc");
	const struct dirent *e;
	pid_t pid = 0;

	while (!pid && (e = readdir(proc)))
		if (e->d_name[0] >= '1' && e->d_name[0] <= '9' &&
		    is_named(e->d_name, "stepkeeper") &&
		    holds_files_of(e->d_name, dir) &&
		    !is_unborn((pid_t)atoi(e->d_name)))
			pid = (pid_t)atoi(e->d_name);
	closedir(proc);
	free(dir);
	return pid;
}

static bool
look(struct round *r, struct wf_run_info *out)
{
	struct wf_runs runs;
	bool ok = wf_run_brief(r->engine, r->id, &runs, NULL) == WF_OK &&
		  runs.n == 1;

	if (ok)
		*out = runs.at[0];
	if (ok)
		wf_list_free(&runs.list);
	return ok;
}

static void
kill_some(struct round *r)
{
	enum victim who = r->victims == VICTIM_ANY
				  ? (enum victim)roll(&r->dice, VICTIM_ANY)
				  : r->victims;
	struct wf_run_info run;
	pid_t engine, warden = 0;

	if (!look(r, &run))
		return;
	engine = who == VICTIM_WARDEN ? 0 : run.engine_pid;
	if (who != VICTIM_ENGINE)
		warden = warden_of(r);
	r->engine_died |= engine != 0;
	r->warden_died |= warden != 0;
	/* The heir is whoever started the warden, if that still lives. */
	r->engine_died |= warden && parent_of(warden) != run.engine_pid;
	/* Who dies while the other is gone takes what it alone knew along. */
	if (r->engine_died && r->warden_died)
		note("both", "");
	if (warden)
		kill(warden, SIGKILL);
	if (engine)
		kill(engine, SIGKILL);
	totals.both += engine && warden;
	totals.engines += engine && !warden;
	totals.wardens += warden && !engine;
	r->kills_left--;
}

/* --- what an operator does ------------------------------------------------ */

/* Only the trace knows how a lost attempt ended. */
static void
settle_lost(struct round *r, const char *path)
{
	const struct leaf *leaf = flow_leaf(&r->flow, path);

	r->lost++;
	judge_trace(&r->flow, trace, &r->verdict);
	if (leaf && leaf->state == LEAF_DONE)
		ask(r, "succeeded", "mark", path, "succeeded");
	else
		ask(r, "retry", "retry", path, NULL);
}

/* By hand, or once more; only the trace knows how a lost one ended. */
static void
settle_undo(struct round *r, const char *path)
{
	const struct leaf *leaf = flow_leaf(&r->flow, path);

	judge_trace(&r->flow, trace, &r->verdict);
	if ((leaf && leaf->state == LEAF_UNDONE) || roll(&r->dice, 2))
		ask(r, "accept", "mark", path, "succeeded");
	else
		ask(r, "retry", "retry", path, NULL);
}

/* Whoever waits for a person gets an answer; one at a time. */
static bool
answer_one(struct round *r)
{
	struct wf_run_detail detail;
	bool found = false;

	if (wf_run(r->engine, r->id, &detail, NULL))
		return false;
	for (size_t k = 0; k < detail.nsteps && !found; k++) {
		const struct wf_step_info *s = &detail.steps[k];

		found = true;
		if (s->state == STEP_WAITING && str_eq(s->action, "approval"))
			ask(r, "approve", "approve", s->path, NULL);
		else if (s->state == STEP_LOST)
			settle_lost(r, s->path);
		else if (s->state == STEP_UNDO_FAILED)
			settle_undo(r, s->path);
		else
			found = false;
	}
	wf_list_free(&detail.list);
	return found;
}

/* In the middle of it all. */
static void
interfere(struct round *r)
{
	if (r->asked || roll(&r->dice, 4))
		return;
	if (r->flow.story == STORY_CANCEL) {
		r->asked = true;
		ask(r, "cancel", "cancel", NULL,
		    roll(&r->dice, 2) ? "--now" : NULL);
	} else if (r->flow.story == STORY_PAUSE) {
		r->asked = true;
		ask(r, "pause", "pause", NULL, NULL);
	}
}

/* The run has ended in this state: what next?  False: that is all. */
static bool
go_on_after(struct round *r, enum run_state state)
{
	enum story story = r->flow.story;

	switch (state) {
	case RUN_SUCCEEDED:
		if (story != STORY_UNDO || r->undone)
			return false;
		r->undone = true;
		ask(r, "rollback", "rollback", NULL, "-y");
		return true;
	case RUN_FAILED:
		if (!story_fails(story) && !r->verdict.unknown)
			verdict_add(&r->verdict, "it failed without a reason");
		if (roll(&r->dice, 2))
			ask(r, "retry", "retry", NULL, NULL);
		else
			ask(r, "resume", "resume", NULL, NULL);
		return true;
	case RUN_ROLLED_BACK:
		if (story != STORY_ROLLBACK && story != STORY_BAD_UNDO &&
		    !r->undone)
			verdict_add(&r->verdict, "nobody wanted it undone");
		if (roll(&r->dice, 2))
			return false;
		ask(r, "resume", "resume", NULL, NULL);
		return true;
	case RUN_ROLLBACK_FAILED:
		if (story != STORY_BAD_UNDO && !r->verdict.unknown)
			verdict_add(&r->verdict, "the rollback failed");
		return answer_one(r);
	case RUN_CANCELLED:
		if (story != STORY_CANCEL)
			verdict_add(&r->verdict, "nobody cancelled it");
		ask(r, "resume", "resume", NULL, NULL);
		return true;
	case RUN_PARTIAL:
	case RUN_QUEUED:
	case RUN_RUNNING:
	case RUN_WAITING:
	case RUN_PAUSED:
	case RUN_ROLLING_BACK:
	case RUN_NSTATES:
		break;
	}
	verdict_add(&r->verdict, "it ended %s", run_states[state].name);
	return false;
}

/* --- rounds --------------------------------------------------------------- */

static bool
ended(struct round *r, const struct wf_run_info *run)
{
	judge_trace(&r->flow, trace, &r->verdict);
	judge_end(&r->flow, run_states[run->state].name, &r->verdict);
	totals.stages++;
	if (r->verdict.wrong)
		return true;
	if (r->stages++ == STAGES) {
		verdict_add(&r->verdict, "it comes to no end");
		return true;
	}
	return !go_on_after(r, run->state);
}

/* One look at the run, and what it calls for; true when it is over. */
static bool
step(struct round *r)
{
	struct wf_run_info run;

	if (clock_boot() - r->begun > PATIENCE) {
		verdict_add(&r->verdict, "it hangs");
		totals.stuck++;
		return true;
	}
	if (r->kills_left && roll(&r->dice, 3) == 0)
		kill_some(r);
	if (!look(r, &run))
		return false;
	if (run_state_is_final(run.state) && !run.interrupted)
		return ended(r, &run);
	if (run.interrupted)
		ask(r, "take-up", "resume", NULL, NULL);
	else if (run.state == RUN_PAUSED)
		ask(r, "continue", "continue", NULL, "-d");
	else if (run.state == RUN_WAITING)
		answer_one(r);
	else
		interfere(r);
	usleep(1000 * (1 + roll(&r->dice, 40)));
	return false;
}

/* The home as it is: flow, trace, and the state directory to look into. */
static void
keep_round(const struct round *r)
{
	char *to = mem_printf("%s/%u", keep, r->number);

	spawn((const char *[]){"cp", "-a", "-T", "--", home, to, NULL});
	free(to);
}

static void
play(struct round *r)
{
	char *file = mem_printf("%s/flow.yaml", home);
	const char *words[] = {"run", "-d", file, NULL, "process", NULL};
	char said[300];

	unlink(trace);
	if (roll(&r->dice, 2)) /* dead processes cost nothing there, either */
		words[3] = "--durability";
	flow_write(&r->flow, home);
	r->begun = clock_boot();
	if (call(words, said, sizeof(said)) || strlen(said) >= sizeof(r->id)) {
		verdict_add(&r->verdict, "it did not start: %.200s", said);
	} else {
		memcpy(r->id, said, strlen(said) + 1);
		while (!step(r))
			;
	}
	free(file);
}

static void
round_one(unsigned number, uint64_t seed, struct wf_engine *engine)
{
	struct round r = {.number = number, .engine = engine};

	r.dice.state = (seed << 20) + number;
	flow_make(&r.flow, &r.dice);
	r.kills_left = 1 + roll(&r.dice, 5);
	r.victims = victims;
	if (victims == VICTIM_ANY && roll(&r.dice, 3))
		r.victims = roll(&r.dice, 3) ? VICTIM_ENGINE : VICTIM_WARDEN;
	play(&r);
	totals.unknown += r.lost;
	if (r.verdict.wrong) {
		totals.wrong++;
		printf("round %u (seed %llu, %s, run %s): %s%s\n", number,
		       (unsigned long long)seed, story_name(r.flow.story), r.id,
		       r.verdict.first,
		       r.verdict.wrong > 1 ? ", and more" : "");
		fflush(stdout);
		if (keep)
			keep_round(&r);
	}
	flow_release(&r.flow);
}

static void
make_home(void)
{
	static const char *const work =
		"#!/bin/sh\n"
		"name=$AT$WFCTL_STEP_ID${WFCTL_INSTANCE:+[$WFCTL_INSTANCE]}\n"
		"said=\"$name $WFCTL_PHASE $WFCTL_ATTEMPT\"\n"
		"while read -r n do undo nap; do\n"
		"	[ \"$n\" = \"$name\" ] && break\n"
		"done <\"$TABLE\"\n"
		"echo \"+ $said\" >>\"$TRACE\"\n"
		"sleep \"$nap\"\n"
		"[ \"$WFCTL_PHASE\" = undo ] && do=$undo\n"
		"status=0\n"
		"[ \"$WFCTL_ATTEMPT\" -gt \"$do\" ] || status=1\n"
		"echo \"- $said $status\" >>\"$TRACE\"\n"
		"exit $status\n";
	char *script, *table, *state;

	home = mem_printf("/tmp/wfctl-flows-XXXXXX");
	if (!mkdtemp(home))
		abort();
	trace = mem_printf("%s/trace", home);
	script = mem_printf("%s/work", home);
	table = mem_printf("%s/table", home);
	state = mem_printf("%s/state", home);
	if (fs_write(script, work, strlen(work), 0700, NULL))
		abort();
	setenv("WORK", script, 1);
	setenv("TABLE", table, 1);
	setenv("TRACE", trace, 1);
	setenv("WFCTL_STATE", state, 1);
	free(script);
	free(table);
	free(state);
}

static void
remove_home(void)
{
	spawn((const char *[]){"rm", "-rf", "--", home, NULL});
	free(home);
	free(trace);
}

/* How many processes of this harness are still there? */
static unsigned
left_over(void)
{
	DIR *proc = opendir("/proc");
	const struct dirent *e;
	unsigned n = 0;

	while ((e = readdir(proc)))
		if (e->d_name[0] >= '1' && e->d_name[0] <= '9' &&
		    atoi(e->d_name) != getpid())
			n += holds_files_of(e->d_name, home);
	closedir(proc);
	return n;
}

static void
set_victims(const char *name)
{
	static const char *const names[] = {"engine", "warden", "both", "any"};

	for (unsigned k = 0; k < ARRAY_SIZE(names); k++)
		if (str_eq(names[k], name))
			victims = (enum victim)k;
}

int
main(int argc, char **argv)
{
	unsigned rounds = argc > 1 ? (unsigned)atoi(argv[1]) : 1, left;
	uint64_t seed =
		argc > 2 ? strtoull(argv[2], NULL, 10) : (uint64_t)getpid();
	unsigned first = argc > 4 ? (unsigned)atoi(argv[4]) : 0;
	struct wf_engine *engine;
	struct wf_err err = {0};

	wfctl = getenv("WFCTL") ? getenv("WFCTL") : "./wfctl";
	keep = getenv("KEEP");
	if (argc > 3)
		set_victims(argv[3]);
	make_home();
	if (wf_engine_open(NULL, WF_OPEN_CREATE, &engine, &err)) {
		fprintf(stderr, "kill_flows: %s\n", err.message);
		return 1;
	}
	for (unsigned k = 0; k < rounds; k++)
		round_one(first + k, seed, engine);
	for (int k = 0; k < 100 && (left = left_over()); k++)
		usleep(50000);
	wf_engine_close(engine);
	if (left)
		printf("%u processes left\n", left);
	remove_home();
	printf("%u rounds, %u ends, %u kills (%u engines, %u wardens, %u "
	       "both), %u unknown, %u wrong (seed %llu)\n",
	       rounds, totals.stages,
	       totals.engines + totals.wardens + totals.both, totals.engines,
	       totals.wardens, totals.both, totals.unknown, totals.wrong,
	       (unsigned long long)seed);
	return totals.wrong || left;
}
