/* The engine process: loop, committer, warden, inbox.
 *
 * One turn: news of all kinds goes into the run; when no commit is under
 * way, the turn's decisions become a batch and go to the committer; when
 * that is durable, its effects are carried out.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "drive.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../base/clock.h"
#include "../base/crash.h"
#include "../base/fs.h"
#include "../loop/loop.h"
#include "../store/committer.h"
#include "concur.h"
#include "copies.h"
#include "door.h"
#include "queue.h"
#include "recover.h"
#include "request.h"
#include "spec.h"
#include "turn.h"
#include "warn.h"
#include "watchdog.h"

#define LOCK_WAIT 2000

struct drive {
	struct loop *loop;
	struct store *store;  /* for reading and for shared slots */
	struct store *writer; /* the committer's */
	struct committer *committer;
	struct warden *warden;
	struct run *run;
	char *dir;
	int lock, socket;
	struct st_batch *flying;
	VEC(struct effect) effects; /* of the batch under way */
	struct loop_timer *timer;
	int64_t timer_due;
	struct orphans orphans;
	bool look; /* there may be requests */
	int status;
};

/* --- leaving
 * --------------------------------------------------------------------- */

/* A commit that failed may have succeeded: do nothing more, the next engine
 * reads what is there. */
static _Noreturn void
leave(const char *what, const struct wf_err *err)
{
	fprintf(stderr, "%s: %s; %s\n", what, err->message,
		err->hint[0] ? err->hint : "resume the run");
	_exit(wf_code_exit(err->code ? err->code : WF_STORE));
}

/* --- warden
 * ---------------------------------------------------------------------- */

static void on_warden(void *arg, uint32_t events);

static void watch_orphan(struct drive *d, struct orphan *o);

/* The warden has died under us; a new one reads the journal. */
static void
renew_warden(struct drive *d)
{
	struct wf_err err = {0};
	struct orphans found = {0};

	loop_fd_remove(d->loop, warden_fd(d->warden));
	warden_detach(d->warden);
	if (warden_attach(d->dir, &d->warden, &err) ||
	    recover_ask(d->run, d->warden, false, &found, &err))
		leave("the warden is gone", &err);
	loop_fd(d->loop, warden_fd(d->warden), EPOLLIN, on_warden, d);
	for (size_t k = 0; k < found.n; k++)
		watch_orphan(d, &found.at[k]);
	vec_release(&found);
}

static void
note_survivors(struct run *r, const struct warden_news *news)
{
	const struct flight *f = run_flight(r, news->attempt);
	json_t *o = json_pack("{s:s}", "processes", news->detail);
	char *data = json_dumps(o, JSON_COMPACT);

	run_event(r, EV_SURVIVORS, f ? f->ix : IX_NONE, NULL, NULL, data);
	free(data);
	json_decref(o);
}

static void
take_news(struct drive *d, const struct warden_news *news)
{
	struct flight *f = run_flight(d->run, news->attempt);

	switch (news->kind) {
	case WARDEN_BEGUN:
		if (f)
			flight_begun(f, news);
		break;
	case WARDEN_ENDED:
	case WARDEN_NOT_STARTED:
		run_ended(d->run, news);
		break;
	case WARDEN_SURVIVORS:
		note_survivors(d->run, news);
		break;
	case WARDEN_FOREIGN:
	case WARDEN_GONE:
		break;
	}
}

static void
on_warden(void *arg, uint32_t events)
{
	struct drive *d = arg;
	struct warden_news news;

	(void)events;
	while (warden_receive(d->warden, &news)) {
		if (news.kind == WARDEN_GONE) {
			renew_warden(d);
			return;
		}
		take_news(d, &news);
	}
}

/* --- orphans: attempts of a warden that is gone
 * ------------------------------------ */

struct orphan_watch {
	struct drive *d;
	struct orphan orphan;
	int fd;
};

static void
on_orphan(void *arg, uint32_t events)
{
	struct orphan_watch *w = arg;

	(void)events;
	loop_fd_remove(w->d->loop, w->fd);
	recover_orphan_ended(w->d->run, &w->orphan, w->fd);
	close(w->fd);
	free(w);
}

static void
watch_orphan(struct drive *d, struct orphan *o)
{
	struct orphan_watch *w = mem_alloc(sizeof(*w));

	*w = (struct orphan_watch){d, *o,
				   warden_process_open(o->pid, o->start_time)};
	if (w->fd >= 0) {
		loop_fd(d->loop, w->fd, EPOLLIN, on_orphan, w);
		return;
	}
	recover_orphan_ended(d->run, o, -1);
	free(w);
}

/* --- effects
 * ------------------------------------------------------------------------ */

static void
start(struct drive *d, uint64_t attempt)
{
	struct flight *f = run_flight(d->run, attempt);

	if (!f || !f->spec)
		return; /* settled before it began */
	CRASH_POINT("start-before");
	warden_start(d->warden, &f->spec->w);
	CRASH_POINT("start-after");
	spec_free(f->spec);
	f->spec = NULL;
}

static void
carry_out(struct drive *d, const struct effect *e)
{
	switch (e->kind) {
	case EFFECT_START:
		start(d, e->attempt);
		break;
	case EFFECT_KILL:
		CRASH_POINT("kill");
		warden_kill(d->warden, e->attempt, e->why, false);
		break;
	case EFFECT_KILL_NOW:
		warden_kill(d->warden, e->attempt, e->why, true);
		break;
	case EFFECT_ACK:
		CRASH_POINT("ack");
		warden_ack(d->warden, e->attempt);
		break;
	case EFFECT_FREEZE:
	case EFFECT_THAW:
		warden_freeze(d->warden, e->attempt, e->kind == EFFECT_FREEZE);
		break;
	case EFFECT_RELEASE:
		concur_release(d->run);
		break;
	}
}

/* --- commits
 * ---------------------------------------------------------------------------
 */

static void
submit(struct drive *d)
{
	struct run *r = d->run;

	d->flying = r->batch;
	r->batch = st_batch_new(r->row.id);
	d->effects.n = 0;
	vec_each (&r->effects, struct effect, e)
		vec_push(&d->effects, *e);
	r->effects.n = 0;
	CRASH_POINT("commit-before");
	committer_submit(d->committer, d->flying);
}

static enum wf_code
load_run(struct drive *d, const char *id, bool *rebooted, struct wf_err *err);

/* It goes on with another definition: what is stored counts. */
static void
reload(struct drive *d)
{
	struct run *old = d->run;
	struct wf_err err = {0};
	bool rebooted;

	if (load_run(d, old->row.id, &rebooted, &err))
		leave("the run cannot be read", &err);
	run_free(old);
	run_begin(d->run);
}

static void
on_commit(void *arg, uint32_t events)
{
	struct drive *d = arg;
	enum st_result result;
	struct wf_err err = {0};

	(void)events;
	while (committer_done(d->committer, &result, &err)) {
		if (result != ST_OK)
			leave("the store failed", &err);
		CRASH_POINT("commit-after");
		st_batch_free(d->flying);
		d->flying = NULL;
		warden_cork(d->warden);
		vec_each (&d->effects, struct effect, e)
			carry_out(d, e);
		warden_uncork(d->warden);
		d->effects.n = 0;
		CRASH_POINT("effects-done");
		if (d->run->reborn)
			reload(d);
	}
}

/* --- requests, timers, turns
 * ------------------------------------------------------------- */

static void
read_inbox(struct drive *d)
{
	struct arena a = {0};
	struct st_message *messages;
	size_t n = 0;
	struct wf_err err = {0};

	d->look = false;
	if (st_read_inbox(d->store, d->run->row.id, &a, &messages, &n, &err) >
	    ST_EMPTY)
		leave("the inbox cannot be read", &err);
	CRASH_POINT("inbox-read");
	for (size_t k = 0; k < n; k++)
		request_apply(d->run, &messages[k]);
	if (n)
		CRASH_POINT("requests-applied");
	arena_release(&a);
}

static void
on_wake(void *arg, uint32_t events)
{
	struct drive *d = arg;
	char bytes[64];

	(void)events;
	while (recv(d->socket, bytes, sizeof(bytes), 0) > 0)
		;
	d->look = true;
}

static void
on_timer(void *arg)
{
	struct drive *d = arg;

	d->timer = NULL;
	watchdog_look(d->run);
	warn_look(d->run);
	copies_look(d->run);
	run_tick(d->run, clock_boot());
}

static void
arm_timer(struct drive *d)
{
	struct due_entry first;
	int64_t due = watchdog_next(d->run), look = warn_next(d->run);

	if (look < due)
		due = look;
	look = copies_next(d->run);
	if (look < due)
		due = look;
	if (dues_first(d->run, &first) && first.due < due)
		due = first.due;
	if (d->timer && d->timer_due == due)
		return;
	if (d->timer)
		loop_timer_cancel(d->loop, d->timer);
	d->timer = due == INT64_MAX ? NULL
				    : loop_timer_at(d->loop, due, on_timer, d);
	d->timer_due = due;
}

static void
on_turn_end(void *arg)
{
	struct drive *d = arg;

	/* Requests are read only between commits: an answer that is still
	 * on its way would make its request look new. */
	if (d->flying)
		return;
	if (d->look)
		read_inbox(d);
	if (run_turn(d->run)) {
		submit(d);
	} else if (run_is_over(d->run)) {
		read_inbox(d);
		if (run_turn(d->run))
			submit(d);
		else
			loop_stop(d->loop);
	}
	arm_timer(d);
}

/* --- starting up
 * ----------------------------------------------------------------------------
 */

static enum wf_code
load_run(struct drive *d, const char *id, bool *rebooted, struct wf_err *err)
{
	struct arena a = {0};
	struct st_run row;
	struct bundle *bundle;
	const char *text;
	enum wf_code code = WF_OK;

	if (st_read_run(d->store, id, &a, &row, err) ||
	    st_read_definition(d->store, row.definition, &a, &text, err))
		code = err->code ? err->code : WF_STORE;
	if (!code)
		code = bundle_parse(text, strlen(text), &bundle, err);
	if (!code && !clock_boot_id()[0])
		code = ERR(err, WF_STORE,
			   "the boot id of this machine cannot be read: %s",
			   strerror(errno));
	if (!code) {
		*rebooted = row.boot && row.boot[0] &&
			    !str_eq(row.boot, clock_boot_id());
		d->run = run_new(&row, bundle, d->dir, &turn_borders);
		d->run->row.boot = clock_boot_id();
		d->run->store = d->store;
		code = recover_load(d->run, d->store, err);
	}
	arena_release(&a);
	return code;
}

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
	if (st_open(state, ST_WRITE, &d->writer, err) ||
	    st_open(state, ST_WRITE, &d->store, err))
		return WF_STORE;
	code = st_take_run(d->writer, id, &epoch, err)
		       ? WF_STORE
		       : load_run(d, id, &rebooted, err);
	if (!code && d->run->options.relaxed)
		st_relax(d->writer);
	if (code)
		return code;
	CRASH_POINT("loaded");
	d->committer = committer_new(d->writer);
	say_hello(d->run, d->run->flights.n);
	code = recover_ask(d->run, d->warden, rebooted, &d->orphans, err);
	CRASH_POINT("asked");
	if (!code)
		run_begin(d->run);
	return code;
}

static void
serve(struct drive *d)
{
	d->loop = loop_new();
	loop_fd(d->loop, warden_fd(d->warden), EPOLLIN, on_warden, d);
	loop_fd(d->loop, committer_fd(d->committer), EPOLLIN, on_commit, d);
	if (d->socket >= 0)
		loop_fd(d->loop, d->socket, EPOLLIN, on_wake, d);
	for (size_t k = 0; k < d->orphans.n; k++)
		watch_orphan(d, &d->orphans.at[k]);
	loop_on_turn_end(d->loop, on_turn_end, d);
	d->look = true;
	on_turn_end(d);
	while (loop_turn(d->loop, -1))
		;
	loop_free(d->loop);
}

static void
finish(struct drive *d)
{
	CRASH_POINT("finish");
	if (d->socket >= 0)
		door_close(d->dir, d->socket);
	if (d->committer)
		committer_free(d->committer);
	if (d->warden)
		warden_detach(d->warden);
	if (d->run)
		run_free(d->run);
	if (d->store)
		st_close(d->store);
	if (d->writer)
		st_close(d->writer);
	vec_release(&d->effects);
	vec_release(&d->orphans);
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
		serve(&d);
	}
	finish(&d);
	return d.status;
}
