/* The engine process: how it begins and ends; serve.c is its life.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "drive.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../base/clock.h"
#include "../base/crash.h"
#include "../base/fs.h"
#include "../base/slice.h"
#include "door.h"
#include "leftover.h"
#include "load.h"
#include "serve.h"
#include "turn.h"

#define LOCK_WAIT  2000
#define MANY_STEPS 300 /* commits enough to make room for */

/* --- starting up
 * ----------------------------------------------------------------------------
 */

static void
say_hello(struct run *r, size_t adopted)
{
	char data[100];

	if (r->row.next_event <= 1) {
		r->actor = r->row.actor ? r->row.actor : "engine";
		run_event(r, EV_RUN_CREATED, IX_NONE, NULL, NULL, NULL);
		r->actor = "engine";
	}
	snprintf(data, sizeof(data), "{\"pid\":%ld,\"adopted\":%zu}",
		 (long)getpid(), adopted);
	run_event(r, EV_ENGINE_STARTED, IX_NONE, NULL, NULL, data);
}

static enum wf_code
begin(struct drive *d, const char *state, const char *id, struct wf_err *err)
{
	bool rebooted = false;
	uint64_t epoch;
	enum wf_code code = warden_attach(d->dir, &d->warden, err);

	CRASH_POINT("attached");
	if (code)
		return code;
	if (st_open(state, ST_WRITE, &d->store, err))
		return WF_STORE;
	code = st_take_run(d->store, id, &epoch, err)
		       ? WF_STORE
		       : load_run(d->store, d->dir, id, &d->run, &rebooted,
				  err);
	if (!code && d->run->options.relaxed)
		st_relax(d->store);
	else if (!code && d->run->row.nsteps >= MANY_STEPS)
		st_grow_log(d->store);
	if (code)
		return code;
	CRASH_POINT("loaded");
	leftover_remove(d->run);
	say_hello(d->run, d->run->flights.n);
	code = recover_ask(d->run, d->warden, rebooted, &d->orphans, err);
	if (code) { /* it may just have died: once more, with the next */
		warden_detach(d->warden);
		d->warden = NULL;
		code = warden_attach(d->dir, &d->warden, err);
		if (!code)
			code = recover_ask(d->run, d->warden, rebooted,
					   &d->orphans, err);
	}
	CRASH_POINT("asked");
	if (!code)
		run_begin(d->run);
	return code;
}

static void
finish(struct drive *d)
{
	CRASH_POINT("finish");
	if (d->socket >= 0)
		door_close(d->dir, d->socket);
	if (d->warden)
		warden_detach(d->warden);
	if (d->run)
		run_free(d->run);
	if (d->store)
		st_close(d->store);
	vec_release(&d->orphans);
	vec_release(&d->later);
	vec_each (&d->wards, struct ward, w)
		close(w->fd);
	vec_release(&d->wards);
	close(d->lock);
	free(d->dir);
}

/* --- the process ------------------------------------------------------- */

bool
drive_is_me(int argc, char **argv)
{
	return argc == 4 && str_eq(argv[1], DOOR_ARGUMENT);
}

static void
prepare(const char *dir)
{
	char *path = mem_printf("%s/" DOOR_LOG, dir);
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	free(path);
	if (fd >= 0) {
		dup2(fd, STDERR_FILENO);
		close(fd);
	}
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	/* Started through /proc/self/exe, it would be called "exe". */
	prctl(PR_SET_NAME, "wfctl");
	slice_shorten();
	srandom((unsigned)getpid() ^ (unsigned)clock_boot());
}

/* One line for whoever asks why no engine is there. */
static int
give_up(const struct wf_err *err)
{
	fprintf(stderr, "%s%s%s\n", err->message, err->hint[0] ? "; " : "",
		err->hint);
	return wf_code_exit(err->code);
}

static enum wf_code
open_door(struct drive *d, struct wf_err *err)
{
	/* What the last engine said has been read by now, or never will. */
	if (ftruncate(STDERR_FILENO, 0) < 0) {
		/* Then it is no file. */
	}
	d->socket = door_listen(d->dir);
	if (d->socket >= 0)
		return WF_OK;
	ERR(err, WF_STORE, "no socket can be made in %s: %s", d->dir,
	    strerror(errno));
	wf_err_hint(err, "free disk space, or raise the limit of open files");
	return WF_STORE;
}

int
drive_main(int argc, char **argv)
{
	struct drive d = {.socket = -1};
	struct wf_err err = {0};

	(void)argc;
	d.dir = mem_printf("%s/runs/%s", argv[2], argv[3]);
	door_furnish(argv[2], d.dir);
	prepare(d.dir);
	CRASH_POINT("engine-born");
	d.lock = door_take(d.dir, LOCK_WAIT);
	if (d.lock < 0 && errno == EWOULDBLOCK) {
		free(d.dir);
		return 0; /* somebody else drives it */
	}
	if (d.lock < 0) {
		ERR(&err, WF_STORE, "%s/lock cannot be opened: %s", d.dir,
		    strerror(errno));
		wf_err_hint(&err, "check that directory, the disk's space and "
				  "the limit of open files");
		free(d.dir);
		return give_up(&err);
	}
	if (open_door(&d, &err) || begin(&d, argv[2], argv[3], &err)) {
		d.status = give_up(&err);
	} else {
		drive_serve(&d);
	}
	finish(&d);
	return d.status;
}
