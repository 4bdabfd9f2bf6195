/* The loop that follows a run: news from the store, signals, printers.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "follow.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "../engine/base/clock.h"
#include "output.h"
#include "progress.h"
#include "tail.h"

enum {
	PAGE = 2000,        /* events read at a time */
	BUSY_SHARE = 8,     /* follow at most an eighth of the time */
	PATIENCE = 3000,    /* an engine may be this late, ms */
	CANCEL_WAIT = 3000, /* for the engine's answer, ms */
	SOON = 3000 /* a timeout decides by then: worth waiting for, ms */
};

static volatile sig_atomic_t signals_seen, signal_last;
static int signal_pipe[2] = {-1, -1};

struct follower {
	struct progress progress;
	struct call *call;
	const char *run;
	struct wf_watch *watch;
	struct tails tails;
	uint64_t after;
	int signals;     /* handled so far */
	int64_t ticked;  /* when the printer was last called */
	int64_t orphan;  /* since when the engine has been missing */
	int64_t resting; /* not before this */
	bool settled;
	bool grouped;  /* output step by step, as they end */
	bool left;     /* the engine stops the run without us */
	bool deserted; /* nobody reads our output any more */
};

static void
on_signal(int signal)
{
	int saved = errno;

	signals_seen++;
	signal_last = signal;
	if (write(signal_pipe[1], "", 1) < 0) {
		/* full: the loop is being woken already */
	}
	errno = saved;
}

/* Not SIG_IGN, which those whom we start would inherit. */
static void
on_hangup(int signal)
{
	(void)signal;
}

void
follow_arm(void)
{
	struct sigaction action = {.sa_handler = on_signal,
				   .sa_flags = SA_RESTART};
	struct sigaction hangup = {.sa_handler = on_hangup,
				   .sa_flags = SA_RESTART},
			 was;

	if (signal_pipe[0] >= 0 || pipe2(signal_pipe, O_CLOEXEC | O_NONBLOCK))
		return;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	if (!sigaction(SIGHUP, NULL, &was) && was.sa_handler == SIG_DFL)
		sigaction(SIGHUP, &hangup, NULL);
}

void
follow_disarm(void)
{
	struct sigaction was;

	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	if (!sigaction(SIGHUP, NULL, &was) && was.sa_handler == on_hangup)
		signal(SIGHUP, SIG_DFL);
}

uint64_t
follow_mark(struct call *call, const char *run)
{
	struct wf_runs brief = {0};
	uint64_t last = 0;

	if (wf_run_brief(call->engine, run, &brief, NULL) == WF_OK)
		last = brief.at[0].last_event;
	wf_list_free(&brief.list);
	return last;
}

static void
take_line(void *arg, const char *step, const char *line, size_t n, bool partial)
{
	struct follower *f = arg;

	if (f->progress.ops->line)
		f->progress.ops->line(&f->progress, step, line, n, partial);
}

/* The run alone: who prints no steps need not hold 100,000 of them. */
static enum wf_code
look_briefly(struct follower *f, struct wf_run_detail *detail,
	     struct wf_err *err)
{
	struct wf_runs brief = {0};
	enum wf_code code = wf_run_brief(f->call->engine, f->run, &brief, err);

	detail->list = brief.list;
	if (!code)
		detail->run = brief.at[0];
	return code;
}

/* A new snapshot of all that is printed, in place of the old one. */
static enum wf_code
refresh(struct follower *f, struct wf_err *err)
{
	struct wf_run_detail detail = {0};
	enum wf_code code =
		f->progress.ops->quiet
			? look_briefly(f, &detail, err)
			: wf_run(f->call->engine, f->run, &detail, err);

	if (code)
		return code;
	map_release(&f->progress.steps);
	wf_list_free(&f->progress.detail.list);
	f->progress.detail = detail;
	for (size_t i = 0; i < detail.nsteps; i++)
		map_set(&f->progress.steps, detail.steps[i].path,
			&detail.steps[i]);
	return WF_OK;
}

/* Begin to follow the log of the attempt that an event announces. */
static void
follow_attempt(struct follower *f, const struct wf_event_info *event)
{
	const struct wf_step_info *step =
		event->step ? map_get(&f->progress.steps, event->step) : NULL;
	json_t *data = json_value(event->data);
	json_int_t n = json_integer_value(json_object_get(data, "n"));
	const char *phase = json_string_value(json_object_get(data, "phase"));

	for (size_t i = 0; step && i < step->nattempts; i++) {
		const struct wf_attempt_info *a = &step->attempts[i];

		if (a->n == n &&
		    (!phase || str_eq(phase_name(a->phase), phase)))
			tails_open(&f->tails, event->step, a->log);
	}
	json_decref(data);
}

/* What runs already when we begin to follow. */
static void
follow_running(struct follower *f)
{
	const struct wf_run_detail *detail = &f->progress.detail;

	for (size_t i = 0; f->progress.again && i < detail->nsteps; i++) {
		const struct wf_step_info *step = &detail->steps[i];
		const struct wf_attempt_info *last;

		if (!step->nattempts)
			continue;
		last = &step->attempts[step->nattempts - 1];
		if (!last->finished)
			tails_open(&f->tails, step->path, last->log);
	}
}

static void
take_event(struct follower *f, const struct wf_event_info *event)
{
	const struct progress_ops *ops = f->progress.ops;

	if (ops->logs && event->kind == EV_ATTEMPT_ENDED && event->step) {
		f->progress.until = event->time;
		tails_close(&f->tails, event->step);
		f->progress.until = 0;
	}
	ops->event(&f->progress, event);
	if (ops->logs && event->kind == EV_ATTEMPT_STARTED)
		follow_attempt(f, event);
}

/* Hand all new events to the printer. */
static enum wf_code
take_news(struct follower *f, struct wf_err *err)
{
	enum wf_code code = WF_OK;
	size_t n = 0;

	if (f->progress.ops->quiet)
		return WF_OK;
	do {
		struct wf_events events = {0};

		code = wf_events(f->call->engine, f->run, f->after, PAGE, false,
				 &events, err);
		n = events.n;
		if (!code && n)
			code = refresh(f, err);
		for (size_t i = 0; !code && i < n; i++) {
			take_event(f, &events.at[i]);
			f->after = events.at[i].seq;
		}
		wf_list_free(&events.list);
	} while (!code && n == PAGE);
	/* Grouped: a step's output comes when its try has ended. */
	if (f->progress.ops->logs && !f->grouped)
		tails_drain(&f->tails);
	return code;
}

/* Is a person asked who has hardly time to answer? */
static bool
decides_soon(const struct follower *f)
{
	struct wf_err err = {0};
	struct wf_run_detail detail = {0};
	int64_t soon = clock_wall() + SOON;
	bool any;

	if (wf_run(f->call->engine, f->run, &detail, &err))
		return false;
	/* Else it has been decided meanwhile: look again. */
	any = detail.run.state != RUN_WAITING;
	for (size_t i = 0; i < detail.nsteps && !any; i++)
		any = detail.steps[i].due && detail.steps[i].due <= soon;
	wf_list_free(&detail.list);
	return any;
}

/* Does the run stand still?  An engine that is just starting, or being
 * replaced, is given a moment. */
static enum wf_code
look_at_run(struct follower *f, struct wf_err *err)
{
	struct wf_runs brief = {0};
	enum wf_code code;

	code = wf_run_brief(f->call->engine, f->run, &brief, err);
	if (code)
		return code;
	if (!brief.n)
		return ERR(err, WF_NOT_FOUND, "run %s is gone", f->run);
	if (!brief.at[0].interrupted)
		f->orphan = 0;
	else if (!f->orphan)
		f->orphan = clock_boot();
	f->settled = run_state_is_final(brief.at[0].state) ||
		     (brief.at[0].state == RUN_WAITING && !decides_soon(f)) ||
		     brief.at[0].state == RUN_PAUSED ||
		     (f->orphan && clock_boot() - f->orphan > PATIENCE);
	wf_list_free(&brief.list);
	return WF_OK;
}

static void
note(struct follower *f, const char *text)
{
	if (f->call->globals.quiet)
		return;
	if (f->progress.ops->note)
		f->progress.ops->note(&f->progress, text);
	else
		fprintf(stderr, "wfctl: %s\n", text);
}

/* Signals are looked at between two looks at the run. */
static bool
has_ended(const struct follower *f)
{
	struct wf_runs brief = {0};
	bool ended = false;

	if (wf_run_brief(f->call->engine, f->run, &brief, NULL) == WF_OK &&
	    brief.n)
		ended = run_state_is_final(brief.at[0].state);
	wf_list_free(&brief.list);
	return ended;
}

static void
cancel(struct follower *f, bool now, int signal)
{
	struct wf_request request = {
		.verb = "cancel",
		.reason = signal == SIGINT ? "interrupted from the keyboard"
					   : "terminated by a signal",
		.now = now,
		.timeout = CANCEL_WAIT};
	struct wf_err err = {0};

	if (has_ended(f))
		return;
	note(f, now ? "killing what still runs; again: return at once"
		    : "stopping the run; again: kill at once");
	if (wf_request(f->call->engine, f->run, &request, NULL, &err) &&
	    err.code != WF_REFUSED)
		output_error(&f->call->globals, &err, NULL);
}

static void
take_signals(struct follower *f)
{
	char drop[64];

	while (read(signal_pipe[0], drop, sizeof(drop)) > 0)
		continue;
	while (f->signals < 3 && f->signals < signals_seen) {
		f->signals++;
		if (f->signals < 3) {
			cancel(f, f->signals > 1, signal_last);
			continue;
		}
		note(f, "the engine stops the run without this command");
		f->left = true;
	}
}

/* Sleep until there is news, a signal, or the printer's turn. */
static void
wait_for_news(struct follower *f)
{
	/* Who reads along may go while there is nothing to be printed. */
	int out = f->progress.ops->quiet ? -1 : STDOUT_FILENO;
	struct pollfd fds[3] = {
		{.fd = signal_pipe[0],        .events = POLLIN},
		{.fd = wf_watch_fd(f->watch), .events = POLLIN},
		{.fd = out,                   .events = 0     }
        };
	int64_t rest = f->resting - clock_boot();
	int timeout = f->progress.ops->tick ? f->progress.ops->tick : 1000;

	if (f->orphan || f->tails.n)
		timeout = timeout < 250 ? timeout : 250;
	if (rest > 0 && poll(fds, 1, (int)rest) > 0)
		return;
	if (poll(fds, ARRAY_SIZE(fds), timeout) <= 0)
		return;
	if (fds[1].revents)
		wf_watch_wait(f->watch, 0);
	f->deserted = fds[2].revents & (POLLERR | POLLHUP);
}

static void
tick(struct follower *f)
{
	const struct progress_ops *ops = f->progress.ops;

	if (!ops->tick || clock_boot() - f->ticked < ops->tick)
		return;
	f->ticked = clock_boot();
	ops->tick_fn(&f->progress);
}

static enum wf_code
turn(struct follower *f, struct wf_err *err)
{
	int64_t began = clock_boot();
	enum wf_code code;

	take_signals(f);
	code = look_at_run(f, err);
	if (!code)
		code = take_news(f, err);
	if (!code)
		tick(f);
	f->deserted |= fflush(stdout) != 0;
	f->resting = clock_boot() + (clock_boot() - began) * BUSY_SHARE;
	return code;
}

/* The status for the end of the run, as the printers show it. */
static enum wf_code
finish(struct follower *f, struct wf_err *err)
{
	const struct wf_run_info *run;
	char *left;
	enum wf_code code = refresh(f, err);

	if (code)
		return code;
	run = &f->progress.detail.run;
	if (f->progress.ops->end)
		f->progress.ops->end(&f->progress);
	fflush(stdout);
	if (f->signals && run->state != RUN_SUCCEEDED)
		return signal_last == SIGINT ? WF_SIGINT : WF_SIGTERM;
	if (!run->interrupted)
		return wf_run_code(run);
	code = wf_run_code(run);
	left = wf_run_left(f->call->engine, f->run);
	ERR(err, code ? code : WF_FAILED, "the engine of run %s is gone%s%s",
	    f->run, left ? ": " : "", left ? left : "");
	free(left);
	wf_err_hint(err, "\"wfctl resume %s\" goes on from its checkpoints",
		    f->run);
	return err->code;
}

enum wf_code
follow_run(struct call *call, const struct follow *follow, const char *run,
	   uint64_t after, struct wf_err *err)
{
	struct follower f = {.call = call, .run = run, .after = after};
	int mode;
	enum wf_code code;

	if (follow->detach) {
		puts(run);
		return WF_OK;
	}
	code = follow_mode(call, follow, &mode, err);
	if (code)
		return code;
	if (mode == FOLLOW_TUI && follow_tui_is_possible()) {
		follow_disarm();
		return follow_tui(call, run, err);
	}
	follow_arm();
	f.progress.call = call;
	f.progress.again = after > 0;
	f.progress.ops = follow_printer(mode);
	f.grouped = follow->order == FOLLOW_GROUPED;
	f.tails.line = take_line;
	f.tails.arg = &f;
	code = wf_watch_open(call->engine, run, &f.watch, err);
	if (!code && f.progress.ops->quiet)
		wf_watch_calm(f.watch);
	if (!code)
		code = refresh(&f, err);
	if (!code && f.progress.ops->begin)
		f.progress.ops->begin(&f.progress);
	if (!code && f.progress.ops->logs)
		follow_running(&f);
	while (!code && !f.settled && !f.deserted && !f.left) {
		code = turn(&f, err);
		if (!code && !f.settled && !f.deserted && !f.left)
			wait_for_news(&f);
	}
	if (!code && f.left)
		code = signal_last == SIGINT ? WF_SIGINT : WF_SIGTERM;
	else if (!code && !f.deserted)
		code = finish(&f, err);
	if (f.progress.state)
		f.progress.ops->release(&f.progress);
	if (f.watch)
		wf_watch_close(f.watch);
	tails_release(&f.tails);
	map_release(&f.progress.steps);
	wf_list_free(&f.progress.detail.list);
	return code;
}
