/* As a job of a Slurm cluster, through srun.
 *
 * The state directory and the flow's folder lie on a file system that the
 * nodes share: $WFCTL_OUTPUT and the others are the same files there.  So is
 * the mark, in which a few words of shell on the node write that the command
 * has begun and how it ended; by it a failure of srun is told from one of
 * the command, and the ending is known when srun is gone.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/fs.h"
#include "client.h"
#include "shtext.h"

#define KILL_TIME 3000
#define LOOK_TIME "5"          /* s between two looks at the queue */
#define SINCE     "now-8weeks" /* without it sacct knows only today */
#define MARK_MAX  ((size_t)4096)
#define LOG_MAX   ((size_t)64 << 20)

/* --- the mark ------------------------------------------------------------ */

struct mark {
	const char *path;
	bool begun, ended;
	int status;
};

static void
look_at_mark(struct mark *m)
{
	struct strbuf text = STRBUF_INIT;
	const char *end;

	if (fs_read(m->path, MARK_MAX, &text, NULL) == WF_OK) {
		m->begun = str_starts(text.at, "begun");
		end = strstr(text.at, "\nended ");
		m->ended = end != NULL;
		m->status = end ? atoi(end + strlen("\nended ")) : 0;
	}
	strbuf_release(&text);
}

/* $1 is the mark; the others are the command. */
static const char *
on_the_node(struct carrier *c)
{
	struct strbuf out = STRBUF_INIT;
	const char *text;

	strbuf_adds(&out, "m=$1; shift; trap : TERM INT; ");
	shtext_limits(&out, &c->job, false);
	strbuf_adds(&out,
		    "if [ \"${SLURM_PROCID:-0}\" = 0 ]; then "
		    "echo begun \"${SLURM_JOB_ID:-}\" >\"$m\" || exit 126; "
		    "fi; ");
	shtext_nice(&out, &c->job);
	strbuf_adds(&out, "\"$@\"; s=$?; "
			  "if [ \"${SLURM_PROCID:-0}\" = 0 ]; then "
			  "echo ended $s >>\"$m\"; fi; exit $s");
	text = arena_strdup(&c->arena, out.at);
	strbuf_release(&out);
	return text;
}

/* --- words --------------------------------------------------------------- */

static const char *const *
srun_words(struct carrier *c, const struct mark *m)
{
	static const char *const settings[][2] = {
		{"--partition=",     "partition"    },
		{"--account=",       "account"      },
		{"--time=",          "time"         },
		{"--nodes=",         "nodes"        },
		{"--ntasks=",        "ntasks"       },
		{"--cpus-per-task=", "cpus_per_task"},
		{"--mem=",           "mem"          },
	};
	const struct job *job = &c->job;
	struct wordlist w = {0};

	vec_push(&w, client_program(c));
	vec_push(&w, arena_printf(&c->arena, "--job-name=%s", job->name));
	vec_push(&w, "--export=ALL");
	if (!job->input)
		vec_push(&w, "--input=none");
	for (size_t i = 0; i < ARRAY_SIZE(settings); i++)
		wordlist_setting(&w, c, settings[i][0], settings[i][1]);
	if (job->limits.memory > 0 && !job_setting(job, "mem"))
		vec_push(&w,
			 arena_printf(&c->arena, "--mem=%lldK",
				      (long long)((job->limits.memory + 1023) /
						  1024)));
	if (job->workdir)
		vec_push(&w,
			 arena_printf(&c->arena, "--chdir=%s", job->workdir));
	wordlist_settings(&w, c, "options");
	vec_push(&w, "/bin/sh");
	vec_push(&w, "-c");
	vec_push(&w, on_the_node(c));
	vec_push(&w, "step");
	vec_push(&w, m->path);
	for (const char *const *word = job->argv; *word; word++)
		vec_push(&w, *word);
	vec_push(&w, NULL);
	return w.at;
}

/* A companion of srun, which lies where srun does. */
static const char *
companion(struct carrier *c, const char *name)
{
	const char *program = client_program(c);
	const char *slash = strrchr(program, '/');

	return slash ? arena_printf(&c->arena, "%.*s/%s",
				    (int)(slash - program), program, name)
		     : name;
}

/* --- stopping ------------------------------------------------------------ */

static void
cancel(struct carrier *c, const char *how)
{
	const char *argv[] = {companion(c, "scancel"),
			      arena_printf(&c->arena, "--name=%s", c->job.name),
			      how, NULL};

	client_ask(c, argv);
}

static void
stop(struct carrier *c, bool now)
{
	if (now) {
		cancel(c, NULL);
		client_hurry(c->client, KILL_TIME);
	} else {
		cancel(c, "--state=PENDING");
		cancel(c, "--signal=TERM");
	}
}

/* --- the end ------------------------------------------------------------- */

/* What the accounting says of the job, or NULL where there is none. */
static const char *
accounted(struct carrier *c)
{
	const char *argv[] = {companion(c, "sacct"),
			      "--noheader",
			      "--parsable2",
			      "--allocations",
			      "--starttime=" SINCE,
			      "--format=State,ExitCode",
			      arena_printf(&c->arena, "--name=%s", c->job.name),
			      NULL};
	const char *text = client_ask(c, argv);

	return text && *text ? text : NULL;
}

/* States in which it was not the command that ended the job. */
static bool
ended_by_slurm(struct carrier *c, const char *state)
{
	static const struct {
		const char *state;
		enum report_kind kind;
		const char *why;
	} rows[] = {
		{"OUT_OF_MEMORY", REPORT_MEMORY,  "the job ran out of memory" },
		{"TIMEOUT",       REPORT_TIMEOUT, "the job's time limit came" },
		{"NODE_FAIL",     REPORT_LOST,    "its node failed"           },
		{"BOOT_FAIL",     REPORT_LOST,    "its node failed"           },
		{"PREEMPTED",     REPORT_LOST,    "another job took its place"},
	};

	for (size_t i = 0; state && i < ARRAY_SIZE(rows); i++)
		if (str_starts(state, rows[i].state))
			return carrier_report(c, rows[i].kind, 0, "%s",
					      rows[i].why);
	return false;
}

/* Is it in the queue still?  -1: nobody answers. */
static int
is_queued(struct carrier *c)
{
	const char *argv[] = {
		companion(c, "squeue"), "--noheader", "--format=%T",
		arena_printf(&c->arena, "--name=%s", c->job.name), NULL};
	const char *text = client_ask(c, argv);

	return text ? *text != '\0' : -1;
}

/* Nobody waits for it any more: how does it end, or how did it? */
static void
find(struct carrier *c, struct mark *m)
{
	static const char *const rest[] = {"sleep", LOOK_TIME, NULL};
	const char *state;
	int queued, code;

	for (;;) {
		struct client cl = {.argv = rest};

		queued = is_queued(c);
		if (queued <= 0 || c->told == WISH_KILL)
			break;
		client_run(c, &cl);
	}
	look_at_mark(m);
	state = accounted(c);
	if (ended_by_slurm(c, state))
		return;
	if (state && (sscanf(state, "COMPLETED|%d", &code) == 1 ||
		      sscanf(state, "FAILED|%d", &code) == 1))
		carrier_report(c, REPORT_EXIT, code & 255, "exit %d", code);
	else if (m->ended)
		carrier_report(c, REPORT_EXIT, m->status & 255, "exit %d",
			       m->status);
	else
		carrier_report(c, REPORT_LOST, 0,
			       queued < 0 ? "Slurm does not answer"
					  : "the job is gone from the queue, "
					    "and nothing says how it ended");
}

static void
never_began(struct carrier *c, const struct client *cl)
{
	struct strbuf text = STRBUF_INIT;
	const char *line = "";

	if (fs_read(c->job.log, LOG_MAX, &text, NULL) == WF_OK)
		line = client_last_line(c, &text);
	carrier_report(c, REPORT_SPAWN, 0,
		       "%s ended with %d before the command began%s%s",
		       cl->argv[0], cl->status, *line ? ": " : "", line);
	strbuf_release(&text);
}

static void
judge(struct carrier *c, const struct client *cl, struct mark *m)
{
	look_at_mark(m);
	if (cl->error)
		client_missing(c, cl->argv[0], cl->error);
	else if (!m->begun)
		never_began(c, cl);
	else if (cl->status > 128 && !m->ended)
		find(c, m);
	else if (!cl->status || c->told || !ended_by_slurm(c, accounted(c)))
		carrier_report(c, REPORT_EXIT, cl->status, "exit %d",
			       cl->status);
}

static void
carry(struct carrier *c)
{
	const char *log = c->job.seek ? c->job.seek_log : c->job.log;
	struct mark m = {.path = arena_printf(&c->arena, "%s.mark", log)};
	struct client cl = {.input = c->job.input,
			    .envp = carrier_env(c, ENV_ALL)};

	c->stop = stop;
	if (c->job.seek) {
		c->job.name = c->job.seek;
		find(c, &m);
		job_take_outputs(&c->job, map_get(&c->values, "WFCTL_OUTPUT"));
		return;
	}
	cl.argv = srun_words(c, &m);
	client_run(c, &cl);
	judge(c, &cl, &m);
}

const struct executor exec_slurm = {
	.carry = carry, .finds = true, .client = "srun"};
