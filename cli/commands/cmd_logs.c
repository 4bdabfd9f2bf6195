/* wfctl logs: what the steps of a run printed.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../engine/base/vec.h"
#include "../cmd.h"
#include "../output.h"
#include "../tail.h"

struct args {
	bool follow;
	const char *attempt_text;
	int64_t attempt, tail, since;
	const char *tail_text;
};

/* clang-format off */
static const struct option options[] = {
	{'f', "follow",  OPT_FLAG, offsetof(struct args, follow), NULL, "go on until the run settles"},
	{0,   "attempt", OPT_TEXT, offsetof(struct args, attempt_text), "N", "only the Nth attempt (default: all)"},
	{0,   "tail",    OPT_TEXT, offsetof(struct args, tail_text), "N", "only the last N lines of each log"},
	{0,   "since",   OPT_WHEN, offsetof(struct args, since), "WHEN", "only attempts still writing since then (\"10m\", a date)"},
	{0}};
/* clang-format on */

/* One file being printed; kept while following. */
struct source {
	char *path, *title;
	off_t offset;
	bool begun;
};

struct sources {
	struct source *at;
	size_t n, cap;
	const struct source *last; /* whose title was printed last */
	bool titles;               /* more than one step is shown */
	bool found;                /* the attempt that was asked for */
};

/* Where the last `lines` lines of a file begin. */
static off_t
tail_offset(int fd, int64_t lines)
{
	char buffer[8192];
	struct stat st;
	off_t end;
	int64_t seen = -1; /* the newline at the very end ends no line before */

	if (fstat(fd, &st))
		return 0;
	if (!lines)
		return st.st_size;
	for (end = st.st_size; end > 0;) {
		off_t start = end > (off_t)sizeof(buffer)
				      ? end - (off_t)sizeof(buffer)
				      : 0;
		ssize_t n = pread(fd, buffer, (size_t)(end - start), start);

		if (n <= 0)
			return 0;
		if (end == st.st_size && buffer[n - 1] != '\n')
			seen = 0;
		for (ssize_t i = n; i-- > 0;)
			if (buffer[i] == '\n' && ++seen == lines)
				return start + i + 1;
		end = start;
	}
	return 0;
}

static void
print_title(struct sources *s, const struct source *source)
{
	if (!s->titles || s->last == source)
		return;
	if (s->last)
		putchar('\n');
	output_text(stdout, source->title);
	putchar('\n');
	s->last = source;
}

/* Print what was added to a log since the last time. */
static void
print_source(struct sources *s, struct source *source, const struct args *args)
{
	char buffer[32 * 1024];
	int fd = open(source->path, O_RDONLY | O_CLOEXEC);
	size_t n;
	off_t skipped;

	if (fd < 0)
		return;
	if (!source->begun && args->tail_text)
		source->offset = tail_offset(fd, args->tail);
	source->begun = true;
	while (log_read(fd, &source->offset, buffer, sizeof(buffer), &n,
			&skipped)) {
		print_title(s, source);
		if (skipped)
			printf("\n... %lld bytes left out ...\n",
			       (long long)skipped);
		output_bytes(stdout, buffer, n);
		if (ferror(stdout))
			break;
	}
	close(fd);
}

static struct source *
source_find(struct sources *s, const char *path)
{
	vec_each (s, struct source, source)
		if (str_eq(source->path, path))
			return source;
	return NULL;
}

static void
add_source(struct sources *s, const char *title, char *path)
{
	struct source source = {.path = path, .title = mem_strdup(title)};
	struct stat st;

	if (source_find(s, path) || stat(path, &st)) {
		free(source.path);
		free(source.title);
		return;
	}
	vec_push(s, source);
}

/* An attempt's log, and its captured output beside it. */
static void
add_attempt(struct sources *s, const struct wf_step_info *step,
	    const struct wf_attempt_info *attempt)
{
	char *title, *captured;

	if (!attempt->log)
		return;
	title = mem_printf(
		"==> %s (%s %u) <==", step->path,
		attempt->phase == PHASE_DO ? "try" : phase_name(attempt->phase),
		attempt->n);
	captured = mem_printf(
		"==> %s (%s %u), captured output <==", step->path,
		attempt->phase == PHASE_DO ? "try" : phase_name(attempt->phase),
		attempt->n);
	add_source(s, title, mem_strdup(attempt->log));
	add_source(s, captured, mem_printf("%s.out", attempt->log));
	free(title);
	free(captured);
}

static void
add_step(struct sources *s, const struct wf_step_info *step,
	 const struct args *args)
{
	for (size_t i = 0; i < step->nattempts; i++) {
		const struct wf_attempt_info *a = &step->attempts[i];

		if (args->attempt_text && a->n != args->attempt)
			continue;
		s->found = true;
		if (a->finished && a->finished < args->since)
			continue;
		add_attempt(s, step, a);
	}
}

/* The step itself, and what is inside of it: instances, a child's steps. */
static bool
is_within(const struct wf_step_info *inner, const struct wf_step_info *outer)
{
	size_t n = strlen(outer->path);

	if (strncmp(inner->path, outer->path, n))
		return false;
	return !inner->path[n] ||
	       (outer->is_group && strchr("/[", inner->path[n]));
}

/* Print the news of all logs the run has by now. */
static enum wf_code
print_news(struct call *call, struct sources *s, const char *run,
	   struct wf_err *err)
{
	struct wf_run_detail detail = {0};
	const struct wf_step_info *step = NULL;
	enum wf_code code = wf_run(call->engine, run, &detail, err);

	if (code)
		return code;
	if (call->nwords > 1) {
		step = call_step(&detail, call->words[1], err);
		code = step ? WF_OK : WF_NOT_FOUND;
	}
	s->last = NULL; /* the array may move */
	for (size_t i = 0; !code && i < detail.nsteps; i++)
		if (!step || is_within(&detail.steps[i], step))
			add_step(s, &detail.steps[i], call->args);
	s->titles = s->n > 1 && (!step || step->is_group ||
				 !((struct args *)call->args)->attempt_text);
	wf_list_free(&detail.list);
	vec_each (s, struct source, source)
		print_source(s, source, call->args);
	return code;
}

static enum wf_code
follow(struct call *call, struct sources *s, const char *run,
       struct wf_err *err)
{
	struct wf_watch *watch = NULL;
	enum wf_code code = wf_watch_open(call->engine, run, &watch, err);
	bool settled = false;

	while (!code && !settled && !fflush(stdout)) {
		code = call_settled(call, run, &settled, err);
		if (!code)
			code = print_news(call, s, run, err);
		if (!code && !settled && !fflush(stdout))
			wf_watch_wait(watch, 250);
	}
	if (watch)
		wf_watch_close(watch);
	return code;
}

/* As in a store that was put back from a backup, which holds no logs. */
static enum wf_code
check_kept(const struct call *call, const char *run, struct wf_err *err)
{
	char *dir = wf_run_dir(call->engine, run);
	char *logs = mem_printf("%s/logs", dir);

	if (access(logs, F_OK) < 0 && errno == ENOENT) {
		ERR(err, WF_NOT_FOUND, "the logs of run %s are gone", run);
		wf_err_place(err, logs, 0, 0);
		wf_err_hint(err,
			    "a backup holds none; what it did is in "
			    "`wfctl events %s`",
			    run);
	}
	free(logs);
	free(dir);
	return err->code;
}

static enum wf_code
check_found(const struct call *call, const struct sources *s,
	    struct wf_err *err)
{
	const struct args *args = call->args;

	if (s->found || !args->attempt_text)
		return WF_OK;
	ERR(err, WF_NOT_FOUND, "%s \"%.100s\" has no attempt %lld",
	    call->nwords > 1 ? "step" : "run", call->words[call->nwords > 1],
	    (long long)args->attempt);
	wf_err_hint(err, "`wfctl show RUN STEP` lists the attempts");
	return WF_NOT_FOUND;
}

static enum wf_code
read_numbers(struct args *args, struct wf_err *err)
{
	if (args->attempt_text &&
	    !str_to_int(args->attempt_text, 1, INT32_MAX, &args->attempt))
		ERR(err, WF_USAGE, "--attempt: \"%.100s\" is no attempt",
		    args->attempt_text);
	else if (args->tail_text &&
		 !str_to_int(args->tail_text, 0, INT32_MAX, &args->tail))
		ERR(err, WF_USAGE, "--tail: \"%.100s\" is no number of lines",
		    args->tail_text);
	else
		return WF_OK;
	wf_err_hint(err, "give a whole number");
	return WF_USAGE;
}

static enum wf_code
logs(struct call *call, struct wf_err *err)
{
	struct args *args = call->args;
	struct sources sources = {0};
	char run[WF_RUN_ID];
	enum wf_code code = read_numbers(args, err);

	if (!code)
		code = call_run(call, 0, run, err);
	if (!code && args->follow)
		code = follow(call, &sources, run, err);
	else if (!code)
		code = print_news(call, &sources, run, err);
	if (!code)
		code = check_found(call, &sources, err);
	if (!code && !sources.n)
		code = check_kept(call, run, err);
	vec_each (&sources, struct source, source) {
		free(source->path);
		free(source->title);
	}
	vec_release(&sources);
	return code;
}

const struct cmd_entry cmd_logs = {
	.operands = "RUN [STEP]",
	.options = options,
	.size = sizeof(struct args),
	.min = 1,
	.max = 2,
	.about = "Bytes are printed as they are, except on a terminal, where "
		 "they are made harmless.",
	.example = "wfctl logs @latest build --tail 20 -f",
	.complete = "rs",
	.run = logs,
};
