/* Starting runs and asking things of them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <poll.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/crash.h"
#include "base/fs.h"
#include "face_int.h"
#include "run/door.h"

#define ANSWER_TIME 10000

/* The user as the kernel knows them, whatever the environment says. */
static const char *
actor(char *buffer, size_t size)
{
	const struct passwd *p = getpwuid(getuid());

	if (p)
		snprintf(buffer, size, "%s", p->pw_name);
	else
		snprintf(buffer, size, "uid %ld", (long)getuid());
	return buffer;
}

/* --- starting
 * --------------------------------------------------------------------- */

static enum wf_code
make_directories(struct wf_engine *e, const char *run, struct wf_err *err)
{
	static const char *const names[] = {"logs", "work"};
	enum wf_code code = WF_OK;

	for (size_t k = 0; !code && k < ARRAY_SIZE(names); k++) {
		char *path = mem_printf("%s/runs/%s/%s", e->dir, run, names[k]);

		code = fs_mkdirs(path, err) ? WF_STORE : WF_OK;
		free(path);
	}
	return code;
}

static enum wf_code
store_run(struct wf_engine *e, const struct wf_flow *flow,
	  const struct start *s, struct st_run *row, struct wf_err *err)
{
	char who[64];

	*row = (struct st_run){.flow = flow->bundle->root->name,
			       .name = s->name,
			       .definition = flow->bundle->hash,
			       .state = RUN_QUEUED,
			       .next_event = 1,
			       .created = clock_wall(),
			       .params = s->params,
			       .options = s->options,
			       .actor = actor(who, sizeof(who)),
			       .nsteps = flow->bundle->root->nsteps};
	return face_code(st_create_run(e->store, row, flow->bundle->json, err));
}

enum wf_code
wf_run_start(struct wf_engine *e, const struct wf_flow *flow,
	     const struct wf_start *start, char id_out[WF_RUN_ID],
	     struct wf_err *err)
{
	struct arena a = {0};
	struct start s;
	struct st_run row = {.params = NULL};
	enum wf_code code = WF_OK;

	if (start->rerun_of)
		code = face_code(
			st_read_run(e->store, start->rerun_of, &a, &row, err));
	if (!code)
		code = start_prepare(flow->bundle->root, start, row.params, &a,
				     &s, err);
	if (!code && !start->dry)
		code = store_run(e, flow, &s, &row, err);
	CRASH_POINT("run-stored");
	if (!code && !start->dry)
		code = make_directories(e, row.id, err);
	CRASH_POINT("run-made");
	if (!code && !start->dry)
		code = door_spawn(e->dir, row.id, NULL, err);
	if (!code && !start->dry)
		snprintf(id_out, WF_RUN_ID, "%s", row.id);
	arena_release(&a);
	return code;
}

char *
wf_run_left(struct wf_engine *e, const char *run)
{
	char *dir = wf_run_dir(e, run), *left = door_left(dir);

	free(dir);
	return left;
}

enum wf_code
wf_run_drive(struct wf_engine *e, const char *run, struct wf_err *err)
{
	char *dir = wf_run_dir(e, run);
	bool alive = door_owner(dir) != 0;

	free(dir);
	return alive ? WF_OK : door_spawn(e->dir, run, NULL, err);
}

/* --- requests
 * ----------------------------------------------------------------------- */

static json_t *
strings(const char *const *at, size_t n)
{
	json_t *list = json_array();

	for (size_t k = 0; k < n; k++)
		json_array_append_new(list, json_string(at[k]));
	return list;
}

static void
set_text(json_t *o, const char *key, const char *text)
{
	if (text)
		json_object_set_new(o, key, json_string(text));
}

static void
set_flag(json_t *o, const char *key, bool flag)
{
	if (flag)
		json_object_set_new(o, key, json_true());
}

/* A resume meant for a run that had not ended must not begin it anew should
 * it end before the request is read. */
static bool
is_unfinished(struct wf_engine *e, const char *run)
{
	struct arena a = {0};
	struct st_run row;
	bool is = st_read_run(e->store, run, &a, &row, NULL) == ST_OK &&
		  !run_state_is_final(row.state);

	arena_release(&a);
	return is;
}

static char *
body_of(const struct wf_request *q, bool unfinished)
{
	json_t *o = json_object(), *settings = json_object();
	char *text;

	json_object_set_new(o, "steps", strings(q->steps, q->nsteps));
	for (size_t k = 0; k < q->nsettings; k++)
		json_object_set_new(settings, q->settings[k].name,
				    json_string(q->settings[k].value));
	json_object_set_new(o, "settings", settings);
	set_text(o, "reason", q->reason);
	set_text(o, "target", q->target);
	if (q->flow)
		set_text(o, "flow", q->flow->bundle->json);
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

/* Wake the engine, or start one when none is there.  One that we started and
 * that left with a complaint will not come back by itself. */
static enum wf_code
nudge(struct wf_engine *e, const char *run, const char *dir, int *pid,
      struct wf_err *err)
{
	char *left;
	int status = 0;

	if (*pid && waitpid(*pid, &status, WNOHANG) == *pid)
		*pid = 0;
	if (status) {
		left = door_left(dir);
		ERR(err, WF_STORE, "no engine can go on with run %s: %s", run,
		    left ? left : "it left without a word");
		wf_err_hint(err, "the request is stored and acted on when the "
				 "run is resumed");
		free(left);
		return WF_STORE;
	}
	if (door_owner(dir)) {
		door_wake(dir);
		return WF_OK;
	}
	return *pid ? WF_OK : door_spawn(e->dir, run, pid, err);
}

/* Until the engine has answered.  It is woken again from time to time: it
 * may just have been leaving when the request came. */
static enum wf_code
await_answer(struct wf_engine *e, const char *run, uint64_t message,
	     int timeout, char **plan_out, struct wf_err *err)
{
	int64_t end = clock_boot() + (timeout ? timeout : ANSWER_TIME);
	char *dir = wf_run_dir(e, run);
	int pid = 0;
	enum wf_code code = nudge(e, run, dir, &pid, err);
	int64_t nudged = clock_boot();
	int pause = 1;

	while (!code) {
		struct arena a = {0};
		struct st_message m;
		bool answered;

		code = face_code(
			st_read_message(e->store, message, &a, &m, err));
		answered = !code && m.answered;
		if (answered)
			code = read_answer(&m, plan_out, err);
		arena_release(&a);
		if (answered || code)
			break;
		if (clock_boot() >= end) {
			code = ERR(err, WF_STORE,
				   "the engine of run %s has not answered; "
				   "the request is stored",
				   run);
			wf_err_hint(err,
				    "wfctl show %s tells what became of "
				    "it",
				    run);
			break;
		}
		poll(NULL, 0, pause);
		pause = pause < 16 ? 2 * pause : 20;
		if (clock_boot() - nudged > 250) {
			code = nudge(e, run, dir, &pid, err);
			nudged = clock_boot();
		}
	}
	free(dir);
	return code;
}

/* Unique among all requests ever made. */
static char *
new_key(void)
{
	static unsigned counter;

	return mem_printf("%lld-%ld-%u-%08x", (long long)clock_wall(),
			  (long)getpid(), ++counter, arc4random());
}

enum wf_code
wf_request(struct wf_engine *e, const char *run,
	   const struct wf_request *request, char **plan_out,
	   struct wf_err *err)
{
	char who[64],
		*key = new_key(),
		*body = body_of(request, str_eq(request->verb, "resume") &&
						 is_unfinished(e, run));
	struct st_message m = {.key = key,
			       .verb = request->verb,
			       .body = body,
			       .actor = actor(who, sizeof(who)),
			       .created = clock_wall()};
	uint64_t id;
	enum wf_code code;

	if (plan_out)
		*plan_out = NULL;
	snprintf(m.run, sizeof(m.run), "%s", run);
	code = face_code(st_post(e->store, &m, &id, err));
	CRASH_POINT("posted");
	if (!code)
		code = await_answer(e, run, id, request->timeout, plan_out,
				    err);
	free(key);
	free(body);
	return code;
}
