/* Runs as bundles: everything about one in a single JSON text, which another
 * state directory can take in.  It is written row by row: a large one is never
 * whole in memory.
 *
 * A bundle comes from outside: nothing in it is trusted.  Names of states,
 * kinds and causes are looked up, the definition is parsed again, and logs
 * are written nowhere but below the run's own folder.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "../base/json.h"
#include "../base/writer.h"
#include "face_int.h"

enum {
	FORMAT = 1
};

/* --- rows ----------------------------------------------------------------- */

static json_t *
run_json(const struct st_run *row)
{
	json_t *o = json_object();

	json_put(o, "id", json_text(row->id));
	json_put(o, "flow", json_text(row->flow));
	json_put(o, "name", json_text(row->name));
	json_put(o, "state", json_text(run_states[row->state].name));
	json_put(o, "cause", json_text(cause_name(row->cause)));
	json_put(o, "created", json_integer(row->created));
	json_put(o, "started", json_integer(row->started));
	json_put(o, "finished", json_integer(row->finished));
	json_put(o, "params", json_text(row->params));
	json_put(o, "outputs", json_text(row->outputs));
	json_put(o, "options", json_text(row->options));
	json_put(o, "actor", json_text(row->actor));
	json_put(o, "next_order", json_integer((json_int_t)row->next_order));
	json_put(o, "nsteps", json_integer(row->nsteps));
	json_put(o, "ndone", json_integer(row->ndone));
	json_put(o, "nfailed", json_integer(row->nfailed));
	return o;
}

static json_t *
step_json(const struct st_step *row)
{
	json_t *o = json_object();

	json_put(o, "ix", json_integer(row->ix));
	json_put(o, "path", json_text(row->path));
	json_put(o, "parent", json_integer(row->parent));
	json_put(o, "state", json_text(step_states[row->state].name));
	json_put(o, "cause", json_text(cause_name(row->cause)));
	json_put(o, "tries", json_integer(row->tries));
	json_put(o, "order", json_integer((json_int_t)row->order));
	json_put(o, "started", json_integer(row->started));
	json_put(o, "finished", json_integer(row->finished));
	json_put(o, "exit_code", json_integer(row->exit_code));
	json_put(o, "outputs", json_text(row->outputs));
	json_put(o, "data", json_text(row->data));
	return o;
}

static json_t *
attempt_json(const struct st_attempt *row)
{
	json_t *o = json_object();

	json_put(o, "id", json_integer((json_int_t)row->id));
	json_put(o, "ix", json_integer(row->ix));
	json_put(o, "n", json_integer(row->n));
	json_put(o, "phase", json_text(phase_name(row->phase)));
	json_put(o, "started", json_integer(row->started));
	json_put(o, "finished", json_integer(row->finished));
	json_put(o, "exit_code", json_integer(row->exit_code));
	json_put(o, "signal", json_integer(row->signal));
	json_put(o, "cause", json_text(cause_name(row->cause)));
	json_put(o, "log", json_text(row->log));
	return o;
}

static json_t *
event_json(const struct st_event *row)
{
	json_t *o = json_object();

	json_put(o, "seq", json_integer((json_int_t)row->seq));
	json_put(o, "time", json_integer(row->time));
	json_put(o, "kind", json_text(event_kinds[row->kind].name));
	json_put(o, "ix", json_integer(row->ix));
	json_put(o, "actor", json_text(row->actor));
	json_put(o, "what", json_text(row->what));
	json_put(o, "because", json_text(row->because));
	json_put(o, "data", json_text(row->data));
	return o;
}

/* --- writing -------------------------------------------------------------- */

struct export
{
	struct writer w;
	struct store *store;
	const char *run, *dir;
	json_t *hooks; /* names of logs that are written */
	struct wf_err *err;
};

static bool
write_step(void *arg, const struct st_step *row)
{
	writer_item(arg, step_json(row));
	return true;
}

static bool
write_attempt(void *arg, const struct st_attempt *row)
{
	writer_item(arg, attempt_json(row));
	return true;
}

static bool
write_event(void *arg, const struct st_event *row)
{
	writer_item(arg, event_json(row));
	return true;
}

static void
write_log(struct export *x, const char *name)
{
	char *path = mem_printf("%s/%s", x->dir, name);
	FILE *log = fopen(path, "re");

	if (log) {
		writer_base64(&x->w, name, log);
		fclose(log);
	}
	free(path);
}

/* A log, and what was captured beside it, by their names. */
static bool
write_logs(void *arg, const struct st_attempt *row)
{
	struct export *x = arg;
	char *captured;

	if (!row->log)
		return true;
	if (row->phase == PHASE_HOOK) {
		/* One for all that it ran. */
		if (json_object_get(x->hooks, row->log))
			return true;
		json_put(x->hooks, row->log, json_true());
	}
	captured = mem_printf("%s.out", row->log);
	write_log(x, row->log);
	write_log(x, captured);
	free(captured);
	return true;
}

/* The run itself, and the flow as it was. */
static enum st_result
write_head(struct export *x)
{
	struct arena a = {0};
	struct st_run run;
	const char *definition;
	enum st_result result = st_read_run(x->store, x->run, &a, &run, x->err);

	if (!result)
		result = st_read_definition(x->store, run.definition, &a,
					    &definition, x->err);
	if (!result) {
		writer_member(&x->w, "wfctl_bundle", json_integer(FORMAT));
		writer_member(&x->w, "run", run_json(&run));
		writer_member(&x->w, "definition", json_text(definition));
	}
	arena_release(&a);
	return result;
}

static enum st_result
write_rows(struct export *x)
{
	struct writer *w = &x->w;
	enum st_result result;

	writer_object(w, "logs");
	result = st_each_attempt(x->store, x->run, write_logs, x, x->err);
	writer_object_end(w);
	if (result)
		return result;
	writer_list(w, "steps");
	result = st_each_step(x->store, x->run, write_step, w, x->err);
	writer_list_end(w);
	if (result)
		return result;
	writer_list(w, "attempts");
	result = st_each_attempt(x->store, x->run, write_attempt, w, x->err);
	writer_list_end(w);
	if (result)
		return result;
	writer_list(w, "events");
	result = st_each_event(x->store, x->run, false, write_event, w, x->err);
	writer_list_end(w);
	return result;
}

/* All of it from one snapshot. */
static enum st_result
write_bundle(struct export *x)
{
	enum st_result result = st_look(x->store, x->err);

	if (result)
		return result;
	writer_begin(&x->w);
	result = write_head(x);
	if (!result)
		result = write_rows(x);
	writer_end(&x->w);
	st_look_end(x->store);
	return result;
}

enum wf_code
wf_bundle_export(struct wf_engine *e, const char *run, FILE *out,
		 struct wf_err *err)
{
	char *dir = wf_run_dir(e, run);
	struct export x = {.w = {.file = out},
			   .run = run,
			   .dir = dir,
			   .hooks = json_object(),
			   .err = err};
	enum wf_code code = face_store(e, &x.store, err);

	if (!code && !x.store)
		code = face_no_run(run, err);
	if (!code)
		code = face_said(write_bundle(&x), err);
	json_decref(x.hooks);
	free(dir);
	return code;
}
