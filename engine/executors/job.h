/* A job: what a carrier is to have done, as a file beside the attempt's log.
 *
 * It holds names of variables, never their values: those stand in the
 * environment of the carrier.  A variable of the step that hides one of our
 * own (PATH, HOME) comes along with the hidden value as WFCTL_HIDDEN_NAME,
 * so that the client finds itself in the environment it was installed in.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_JOB_H
#define WF_JOB_H

#include "../model/schema.h"
#include "../model/value.h"

#define JOB_HIDDEN "WFCTL_HIDDEN_"

struct job_limits { /* 0: none; bytes, ms, counts */
	int64_t memory, cpu_time, file_size, processes, open_files;
};

struct job {
	const char *executor;  /* its name */
	struct value settings; /* name -> text, or list of texts */
	const char *name;      /* of this attempt, unique; also over there */
	const char *seek;      /* no new one: find the attempt of this name, */
	const char *seek_log;  /* whose log this was */
	const char *log;       /* here */
	const char *const *argv;    /* the command, NULL-terminated */
	bool script;                /* its last word is a file of ours */
	const char *const *names;   /* variables to hand on */
	const char *const *secrets; /* those of them that are secret */
	const char *const *files;   /* those of them that name files of ours */
	const char *workdir;        /* over there; NULL: where one begins */
	const char *input;          /* file for standard input, or NULL */
	bool capture;               /* standard output by itself */
	bool heartbeat;             /* somebody looks at $WFCTL_HEARTBEAT */
	int64_t kill_after;         /* ms */
	int nice;
	struct job_limits limits;
};

enum wf_code
job_write(const struct job *job, const char *path, struct wf_err *err);
/* From `path`, "-" for standard input.  False: there is none, or it is no
 * job.  All of it lives in `a`. */
bool job_read(const char *path, struct arena *a, struct job *out);

/* A setting's text, or NULL; its texts, NULL-terminated, at least that. */
const char *job_setting(const struct job *job, const char *name);
const char *const *
job_settings(const struct job *job, const char *name, struct arena *a);

/* What the attempt that was sought wrote as its outputs is now written to
 * `path`. */
void job_take_outputs(const struct job *job, const char *path);

#endif
