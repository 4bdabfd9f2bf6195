/* Requests of people to a run: posted, waited for, taken back.
 *
 * The waiting is the caller's: a request is posted and looked after from
 * time to time, so that a screen stays awake while an engine is slow.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../base/clock.h"
#include "../base/crash.h"
#include "../base/json.h"
#include "../run/door.h"
#include "../run/load.h"
#include "../run/request.h"
#include "face_int.h"

#define ANSWER_TIME 10000
#define NUDGE_TIME  250

struct wf_pending {
	struct wf_engine *e;
	char run[WF_RUN_ID];
	char *dir;
	uint64_t message;
	int pid;             /* of the engine we started; 0: none */
	int64_t nudged, end; /* clock_boot */
	bool kept;           /* for the next engine; none is started for it */
};

/* --- what is asked
 * ---------------------------------------------------------------------- */

static json_t *
strings(const char *const *at, size_t n)
{
	json_t *list = json_array();

	for (size_t k = 0; k < n; k++)
		json_array_append_new(list, json_text(at[k]));
	return list;
}

static void
set_text(json_t *o, const char *key, const char *text)
{
	if (text)
		json_object_set_new(o, key, json_text(text));
}

static void
set_setting(json_t *settings, const struct wf_setting *setting)
{
	json_t *name = json_text(setting->name);

	json_object_set_new(settings, json_string_value(name),
			    json_text(setting->value));
	json_decref(name);
}

static void
set_flag(json_t *o, const char *key, bool flag)
{
	if (flag)
		json_object_set_new(o, key, json_true());
}

/* RUN_NSTATES when it cannot be read. */
static enum run_state
state_of(struct wf_engine *e, const char *run)
{
	struct arena a = {0};
	struct st_run row;
	enum run_state state = RUN_NSTATES;

	if (st_read_run(e->store, run, &a, &row, NULL) == ST_OK)
		state = row.state;
	arena_release(&a);
	return state;
}

/* A resume meant for a run that had not ended must not begin it anew should
 * it end before the request is read. */
static bool
is_unfinished(struct wf_engine *e, const char *run)
{
	enum run_state state = state_of(e, run);

	return state != RUN_NSTATES && !run_state_is_final(state);
}

/* To go on with a run that has succeeded asks for nothing: no engine need
 * read its 100,000 steps to say so. */
static bool
asks_nothing(struct wf_engine *e, const char *run,
	     const struct wf_request *request)
{
	return str_eq(request->verb, "resume") && !request->flow &&
	       state_of(e, run) == RUN_SUCCEEDED;
}

static char *
body_of(const struct wf_request *q, bool unfinished)
{
	json_t *o = json_object(), *settings = json_object();
	char *text;

	json_object_set_new(o, "steps", strings(q->steps, q->nsteps));
	for (size_t k = 0; k < q->nsettings; k++)
		set_setting(settings, &q->settings[k]);
	json_object_set_new(o, "settings", settings);
	set_text(o, "reason", q->reason);
	set_text(o, "target", q->target);
	set_text(o, "plan", q->plan);
	if (q->flow) {
		text = bundle_text(q->flow->bundle);
		set_text(o, "flow", text);
		free(text);
	}
	set_text(o, "on_undo_failure", q->on_undo_failure);
	set_flag(o, "later", q->later);
	set_flag(o, "now", q->now);
	set_flag(o, "downstream", q->downstream);
	set_flag(o, "reset", q->reset);
	set_flag(o, "force", q->force);
	set_flag(o, "dry", q->dry);
	set_flag(o, "unfinished", unfinished);
	if (q->revision)
		json_object_set_new(o, "revision",
				    json_integer((json_int_t)q->revision));
	text = json_dumps(o, JSON_COMPACT);
	json_decref(o);
	return text;
}

static enum wf_code
read_answer(const struct st_message *m, char **plan_out, struct wf_err *err)
{
	json_t *o = m->answer ? json_loads(m->answer, 0, NULL) : NULL;
	const char *message = json_string_value(json_object_get(o, "message"));
	const char *hint = json_string_value(json_object_get(o, "hint"));
	json_t *plan = json_object_get(o, "plan");

	if (m->code)
		ERR(err, m->code, "%s", message ? message : "refused");
	if (m->code && hint)
		wf_err_hint(err, "%s", hint);
	if (plan_out && plan)
		*plan_out = json_dumps(plan, JSON_COMPACT);
	json_decref(o);
	return m->code;
}

/* --- waiting for the answer
 * -------------------------------------------------------------- */

/* Wake the engine, or start one when none is there.  One that we started and
 * that left with a complaint will not come back by itself. */
static enum wf_code
nudge(struct wf_pending *p, struct wf_err *err)
{
	char *left;
	int status = 0;

	p->nudged = clock_boot();
	if (p->pid && waitpid(p->pid, &status, WNOHANG) == p->pid)
		p->pid = 0;
	if (status) {
		left = door_left(p->dir);
		ERR(err, WF_STORE, "no engine can go on with run %s: %s",
		    p->run, left ? left : "it left without a word");
		wf_err_hint(err, "the request is stored and acted on when the "
				 "run is resumed");
		free(left);
		return WF_STORE;
	}
	if (door_owner(p->dir)) {
		door_wake(p->dir);
		return WF_OK;
	}
	return p->pid ? WF_OK : door_spawn(p->e->dir, p->run, &p->pid, err);
}

static enum wf_code
too_late(const struct wf_pending *p, struct wf_err *err)
{
	ERR(err, WF_STORE,
	    "the engine of run %s has not answered; the request is stored",
	    p->run);
	wf_err_hint(err, "wfctl show %s tells what became of it", p->run);
	return WF_STORE;
}

/* It is nudged again from time to time: the engine may just have been leaving
 * when the request came. */
bool
wf_request_answered(struct wf_pending *p, char **plan_out,
		    enum wf_code *code_out, struct wf_err *err)
{
	struct arena a = {0};
	struct st_message m;
	enum wf_code code = face_code(
		st_read_message(p->e->store, p->message, &a, &m, err));
	bool over = code || m.answered || p->kept;

	if (plan_out)
		*plan_out = NULL;
	if (!code && m.answered)
		code = read_answer(&m, plan_out, err);
	arena_release(&a);
	if (!over && clock_boot() >= p->end)
		code = too_late(p, err);
	else if (!over && clock_boot() - p->nudged > NUDGE_TIME)
		code = nudge(p, err);
	*code_out = code;
	return over || code;
}

enum wf_code
wf_request_withdraw(struct wf_pending *p, struct wf_err *err)
{
	enum wf_code code =
		face_code(st_withdraw(p->e->store, p->run, p->message, err));

	return code && err && err->code ? err->code : code;
}

void
wf_request_forget(struct wf_pending *p)
{
	if (!p)
		return;
	free(p->dir);
	free(p);
}

/* Unique among all requests ever made. */
static char *
new_key(void)
{
	static unsigned counter;

	return mem_printf("%lld-%ld-%u-%08x", (long long)clock_wall(),
			  (long)getpid(), ++counter, arc4random());
}

struct draft {
	struct st_message m;
	char who[64], *key, *body;
};

static void
draft_make(struct draft *d, struct wf_engine *e, const char *run,
	   const struct wf_request *q)
{
	bool unfinished = str_eq(q->verb, "resume") && is_unfinished(e, run);

	d->key = new_key();
	d->body = body_of(q, unfinished);
	d->m = (struct st_message){.key = d->key,
				   .verb = q->verb,
				   .body = d->body,
				   .actor = face_actor(d->who, sizeof(d->who)),
				   .created = clock_wall()};
	snprintf(d->m.run, sizeof(d->m.run), "%s", run);
}

static void
draft_drop(struct draft *d)
{
	free(d->key);
	free(d->body);
}

static enum wf_code
store_request(struct wf_engine *e, const char *run,
	      const struct wf_request *request, uint64_t *id,
	      struct wf_err *err)
{
	struct draft d;
	enum wf_code code;

	draft_make(&d, e, run, request);
	code = face_code(st_post(e->store, &d.m, id, err));
	CRASH_POINT("posted");
	draft_drop(&d);
	return code;
}

/* Nobody drives the run, so what an engine would say is worked out here, and
 * nothing changes. */
static enum wf_code
try_request(struct wf_engine *e, const char *id,
	    const struct wf_request *request, char **plan_out,
	    struct wf_err *err)
{
	char *dir = wf_run_dir(e, id);
	struct draft d;
	struct run *r;
	bool rebooted;
	enum wf_code code = load_run(e->store, dir, id, &r, &rebooted, err);

	if (!code) {
		draft_make(&d, e, id, request);
		d.m.answer = request_answer(r, &d.m, &d.m.code);
		code = read_answer(&d.m, plan_out, err);
		free((char *)(uintptr_t)d.m.answer);
		draft_drop(&d);
	}
	if (r)
		run_free(r);
	free(dir);
	return code;
}

static bool
is_driven(struct wf_engine *e, const char *run)
{
	char *dir = wf_run_dir(e, run);
	bool driven = door_owner(dir) != 0;

	free(dir);
	return driven;
}

/* A note is no reason to go on with a run that stands still. */
static bool
is_for_later(struct wf_engine *e, const char *run,
	     const struct wf_request *request)
{
	struct wf_runs brief;
	bool later;

	if (!str_eq(request->verb, "note") ||
	    wf_run_brief(e, run, &brief, NULL))
		return false;
	later = brief.at[0].interrupted;
	wf_list_free(&brief.list);
	return later;
}

enum wf_code
wf_request_post(struct wf_engine *e, const char *run,
		const struct wf_request *request,
		struct wf_pending **pending_out, struct wf_err *err)
{
	struct wf_pending *p;
	uint64_t id;
	enum wf_code code = store_request(e, run, request, &id, err);

	*pending_out = NULL;
	if (code)
		return code;
	p = mem_alloc(sizeof(*p));
	*p = (struct wf_pending){
		.e = e,
		.dir = wf_run_dir(e, run),
		.message = id,
		.end = clock_boot() +
		       (request->timeout ? request->timeout : ANSWER_TIME)};
	snprintf(p->run, sizeof(p->run), "%s", run);
	p->kept = is_for_later(e, run, request);
	code = p->kept ? WF_OK : nudge(p, err);
	if (code) {
		wf_request_forget(p);
		return code;
	}
	*pending_out = p;
	return WF_OK;
}

enum wf_code
wf_request(struct wf_engine *e, const char *run,
	   const struct wf_request *request, char **plan_out,
	   struct wf_err *err)
{
	struct wf_pending *p;
	enum wf_code code;
	int pause = 1;

	if (plan_out)
		*plan_out = NULL;
	if (asks_nothing(e, run, request))
		return WF_OK;
	if (request->dry && !is_driven(e, run))
		return try_request(e, run, request, plan_out, err);
	code = wf_request_post(e, run, request, &p, err);
	while (p && !wf_request_answered(p, plan_out, &code, err)) {
		poll(NULL, 0, pause);
		pause = pause < 16 ? 2 * pause : 20;
	}
	wf_request_forget(p);
	return code;
}
