/* Runs as bundles: everything about one in a single JSON text, which another
 * state directory can take in.
 *
 * A bundle comes from outside: nothing in it is trusted.  Names of states,
 * kinds and causes are looked up, the definition is parsed again, and logs
 * are written nowhere but below the run's own folder.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <jansson.h>

#include "../base/base64.h"
#include "../base/fs.h"
#include "face_int.h"

enum {
	FORMAT = 1,
	LOG_MAX = 256 << 20
};

/* --- writing -------------------------------------------------------------- */

static void
set(json_t *o, const char *key, json_t *value)
{
	json_object_set_new(o, key, value);
}

/* Bytes that are no UTF-8 cannot stand in JSON; such a text is dropped. */
static json_t *
text(const char *s)
{
	json_t *value = s ? json_string(s) : NULL;

	return value ? value : json_null();
}

static json_t *
run_json(const struct st_run *row)
{
	json_t *o = json_object();

	set(o, "id", text(row->id));
	set(o, "flow", text(row->flow));
	set(o, "name", text(row->name));
	set(o, "state", text(run_states[row->state].name));
	set(o, "cause", text(cause_name(row->cause)));
	set(o, "created", json_integer(row->created));
	set(o, "started", json_integer(row->started));
	set(o, "finished", json_integer(row->finished));
	set(o, "params", text(row->params));
	set(o, "outputs", text(row->outputs));
	set(o, "options", text(row->options));
	set(o, "actor", text(row->actor));
	set(o, "next_order", json_integer((json_int_t)row->next_order));
	set(o, "nsteps", json_integer(row->nsteps));
	set(o, "ndone", json_integer(row->ndone));
	set(o, "nfailed", json_integer(row->nfailed));
	return o;
}

static json_t *
step_json(const struct st_step *row)
{
	json_t *o = json_object();

	set(o, "ix", json_integer(row->ix));
	set(o, "path", text(row->path));
	set(o, "parent", json_integer(row->parent));
	set(o, "state", text(step_states[row->state].name));
	set(o, "cause", text(cause_name(row->cause)));
	set(o, "tries", json_integer(row->tries));
	set(o, "order", json_integer((json_int_t)row->order));
	set(o, "started", json_integer(row->started));
	set(o, "finished", json_integer(row->finished));
	set(o, "exit_code", json_integer(row->exit_code));
	set(o, "outputs", text(row->outputs));
	set(o, "data", text(row->data));
	return o;
}

static json_t *
attempt_json(const struct st_attempt *row)
{
	json_t *o = json_object();

	set(o, "id", json_integer((json_int_t)row->id));
	set(o, "ix", json_integer(row->ix));
	set(o, "n", json_integer(row->n));
	set(o, "phase", text(phase_name(row->phase)));
	set(o, "started", json_integer(row->started));
	set(o, "finished", json_integer(row->finished));
	set(o, "exit_code", json_integer(row->exit_code));
	set(o, "signal", json_integer(row->signal));
	set(o, "cause", text(cause_name(row->cause)));
	set(o, "log", text(row->log));
	return o;
}

static json_t *
event_json(const struct st_event *row)
{
	json_t *o = json_object();

	set(o, "seq", json_integer((json_int_t)row->seq));
	set(o, "time", json_integer(row->time));
	set(o, "kind", text(event_kinds[row->kind].name));
	set(o, "ix", json_integer(row->ix));
	set(o, "actor", text(row->actor));
	set(o, "what", text(row->what));
	set(o, "because", text(row->because));
	set(o, "data", text(row->data));
	return o;
}

/* A log, and what was captured beside it, by their names in the bundle. */
static void
add_log(json_t *logs, const char *dir, const char *name)
{
	char *path = mem_printf("%s/%s", dir, name);
	struct strbuf bytes = STRBUF_INIT, coded = STRBUF_INIT;

	if (access(path, F_OK) == 0 && !fs_read(path, LOG_MAX, &bytes, NULL)) {
		base64_encode(&coded, bytes.at, bytes.n);
		set(logs, name, json_stringn(coded.at, coded.n));
	}
	strbuf_release(&bytes);
	strbuf_release(&coded);
	free(path);
}

static json_t *
logs_json(const char *dir, const struct st_attempt *rows, size_t n)
{
	json_t *logs = json_object();

	for (size_t i = 0; i < n; i++) {
		char *captured;

		if (!rows[i].log)
			continue;
		captured = mem_printf("%s.out", rows[i].log);
		add_log(logs, dir, rows[i].log);
		add_log(logs, dir, captured);
		free(captured);
	}
	return logs;
}

/* All rows of a run from one snapshot. */
struct rows {
	struct arena a;
	struct st_run run;
	const char *definition;
	struct st_step *steps;
	struct st_attempt *attempts;
	struct st_event *events;
	size_t nsteps, nattempts, nevents;
};

static enum wf_code
read_rows(struct store *s, const char *run, struct rows *r, struct wf_err *err)
{
	enum st_result result = st_look(s, err);

	if (result)
		return face_code(result);
	result = st_read_run(s, run, &r->a, &r->run, err);
	if (!result)
		result = st_read_definition(s, r->run.definition, &r->a,
					    &r->definition, err);
	if (!result)
		result = st_read_steps(s, run, &r->a, &r->steps, &r->nsteps,
				       err);
	if (!result)
		result = st_read_attempts(s, run, UINT32_MAX, false, &r->a,
					  &r->attempts, &r->nattempts, err);
	if (!result)
		result = st_read_events(s, run, 0, 0, false, &r->a, &r->events,
					&r->nevents, err);
	st_look_end(s);
	return face_said(result, err);
}

enum wf_code
wf_bundle_export(struct wf_engine *e, const char *run, char **text_out,
		 struct wf_err *err)
{
	struct rows r = {0};
	struct store *store;
	enum wf_code code = face_store(e, &store, err);
	json_t *o, *steps = json_array(), *attempts = json_array();
	json_t *events = json_array();
	char *dir = wf_run_dir(e, run);

	if (!code && !store)
		code = face_no_run(run, err);
	if (!code)
		code = read_rows(store, run, &r, err);
	for (size_t i = 0; !code && i < r.nsteps; i++)
		json_array_append_new(steps, step_json(&r.steps[i]));
	for (size_t i = 0; !code && i < r.nattempts; i++)
		json_array_append_new(attempts, attempt_json(&r.attempts[i]));
	for (size_t i = 0; !code && i < r.nevents; i++)
		json_array_append_new(events, event_json(&r.events[i]));
	o = json_object();
	set(o, "wfctl_bundle", json_integer(FORMAT));
	if (!code) {
		set(o, "run", run_json(&r.run));
		set(o, "definition", text(r.definition));
		set(o, "logs", logs_json(dir, r.attempts, r.nattempts));
	}
	set(o, "steps", steps);
	set(o, "attempts", attempts);
	set(o, "events", events);
	*text_out = code ? NULL : json_dumps(o, JSON_COMPACT);
	json_decref(o);
	arena_release(&r.a);
	free(dir);
	return code;
}
