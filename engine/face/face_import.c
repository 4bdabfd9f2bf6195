/* Taking in a bundle that another state directory wrote.
 *
 * The run gets a new id.  Nothing in a bundle is trusted: see
 * face_bundle.c.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "../base/base64.h"
#include "../base/fs.h"
#include "face_int.h"

struct import {
	json_t *bundle;
	struct bundle *definition;
	struct st_run run;
	struct wf_err *err;
};

static enum wf_code
damaged(struct import *in, const char *what)
{
	ERR(in->err, WF_USAGE, "this is no bundle of wfctl: %s", what);
	wf_err_hint(in->err, "make one with wfctl export --format bundle");
	return WF_USAGE;
}

static const char *
text_of(json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

/* A number, 0 when it is none or below `min`. */
static int64_t
number_of(json_t *o, const char *key, int64_t min)
{
	json_int_t n = json_integer_value(json_object_get(o, key));

	return n < min ? 0 : n;
}

static uint32_t
index_of(json_t *o, const char *key)
{
	int64_t n = number_of(o, key, 0);

	return n > UINT32_MAX ? UINT32_MAX : (uint32_t)n;
}

static enum cause
cause_of(json_t *o)
{
	const char *name = text_of(o, "cause");
	enum cause cause = CAUSE_NONE;

	if (name && !cause_from_name(name, &cause))
		return CAUSE_NONE;
	return cause;
}

/* JSON text of an object, as the store keeps it; NULL for anything else. */
static const char *
object_of(json_t *o, const char *key)
{
	const char *text = text_of(o, key);
	json_t *value = text ? json_loads(text, 0, NULL) : NULL;
	bool good = json_is_object(value);

	json_decref(value);
	return good ? text : NULL;
}

static enum wf_code
take_run(struct import *in)
{
	json_t *o = json_object_get(in->bundle, "run");
	const char *state = text_of(o, "state");
	struct st_run *row = &in->run;

	if (!state || !run_state_from_name(state, &row->state))
		return damaged(in, "the state of its run is unknown");
	if (!run_state_is_final(row->state)) {
		ERR(in->err, WF_REFUSED,
		    "the run of this bundle had not ended");
		wf_err_hint(in->err, "export it again when it has");
		return WF_REFUSED;
	}
	row->flow = in->definition->root->name;
	row->definition = in->definition->hash;
	row->name = text_of(o, "name");
	row->cause = cause_of(o);
	row->created = number_of(o, "created", 0);
	row->started = number_of(o, "started", 0);
	row->finished = number_of(o, "finished", 0);
	row->params = object_of(o, "params");
	row->outputs = object_of(o, "outputs");
	row->options = object_of(o, "options");
	row->actor = text_of(o, "actor");
	row->next_order = (uint64_t)number_of(o, "next_order", 0);
	row->nsteps = index_of(o, "nsteps");
	row->ndone = index_of(o, "ndone");
	row->nfailed = index_of(o, "nfailed");
	if (!row->params)
		row->params = "{}";
	if (!row->options)
		row->options = "{}";
	return WF_OK;
}

static enum wf_code
put_steps(struct import *in, struct st_batch *b)
{
	json_t *o;
	size_t i;

	json_array_foreach(json_object_get(in->bundle, "steps"), i, o)
	{
		const char *state = text_of(o, "state");
		struct st_step row = {
			.ix = index_of(o, "ix"),
			.path = text_of(o, "path"),
			.parent = index_of(o, "parent"),
			.cause = cause_of(o),
			.tries = index_of(o, "tries"),
			.order = (uint64_t)number_of(o, "order", 0),
			.started = number_of(o, "started", 0),
			.finished = number_of(o, "finished", 0),
			.exit_code = (int)number_of(o, "exit_code", -1),
			.outputs = object_of(o, "outputs"),
			.data = object_of(o, "data")};

		if (!row.path || !state ||
		    !step_state_from_name(state, &row.state) || row.ix != i)
			return damaged(in, "one of its steps is damaged");
		st_put_step(b, &row);
	}
	return WF_OK;
}

/* Below the run's own logs, and nowhere else. */
static bool
is_log_name(const char *name)
{
	return str_starts(name, "logs/") && !strchr(name + 5, '/') &&
	       !str_eq(name + 5, "..") && !str_eq(name + 5, ".") && name[5];
}

static bool
phase_of(json_t *o, enum phase *out)
{
	const char *name = text_of(o, "phase");

	for (int p = PHASE_DO; name && p <= PHASE_UNDO; p++) {
		if (str_eq(phase_name((enum phase)p), name)) {
			*out = (enum phase)p;
			return true;
		}
	}
	return false;
}

static enum wf_code
put_attempts(struct import *in, struct st_batch *b)
{
	size_t nsteps = json_array_size(json_object_get(in->bundle, "steps"));
	json_t *o;
	size_t i;

	json_array_foreach(json_object_get(in->bundle, "attempts"), i, o)
	{
		struct st_attempt row = {
			.id = (uint64_t)number_of(o, "id", 1),
			.ix = index_of(o, "ix"),
			.n = index_of(o, "n"),
			.started = number_of(o, "started", 0),
			.finished = number_of(o, "finished", 0),
			.exit_code = (int)number_of(o, "exit_code", -1),
			.signal = (int)number_of(o, "signal", 0),
			.cause = cause_of(o),
			.log = text_of(o, "log")};

		if (!row.id || row.ix >= nsteps || !phase_of(o, &row.phase) ||
		    (row.log && !is_log_name(row.log)))
			return damaged(in, "one of its attempts is damaged");
		if (row.id >= in->run.next_attempt)
			in->run.next_attempt = row.id + 1;
		st_put_attempt(b, &row);
	}
	return WF_OK;
}

static bool
kind_of(json_t *o, enum event_kind *out)
{
	const char *name = text_of(o, "kind");

	for (int k = 0; name && k < EV_NKINDS; k++) {
		if (str_eq(event_kinds[k].name, name)) {
			*out = (enum event_kind)k;
			return true;
		}
	}
	return false;
}

static enum wf_code
put_events(struct import *in, struct st_batch *b)
{
	size_t nsteps = json_array_size(json_object_get(in->bundle, "steps"));
	json_t *o;
	size_t i;

	json_array_foreach(json_object_get(in->bundle, "events"), i, o)
	{
		struct st_event row = {.seq = (uint64_t)number_of(o, "seq", 1),
				       .time = number_of(o, "time", 0),
				       .ix = index_of(o, "ix"),
				       .actor = text_of(o, "actor"),
				       .what = text_of(o, "what"),
				       .because = text_of(o, "because"),
				       .data = object_of(o, "data")};

		if (row.seq < in->run.next_event || !kind_of(o, &row.kind) ||
		    (row.ix >= nsteps && row.ix != UINT32_MAX))
			return damaged(in, "one of its events is damaged");
		if (!row.actor)
			row.actor = "engine";
		in->run.next_event = row.seq + 1;
		st_add_event(b, &row);
	}
	return WF_OK;
}

static enum wf_code
write_log(struct import *in, const char *dir, const char *name, json_t *value)
{
	struct strbuf bytes = STRBUF_INIT;
	char *path = mem_printf("%s/%s", dir, name);
	enum wf_code code;

	if (!is_log_name(name) || !json_is_string(value) ||
	    !base64_decode(&bytes, json_string_value(value),
			   json_string_length(value)))
		code = damaged(in, "one of its logs is damaged");
	else
		code = fs_write(path, bytes.at, bytes.n, 0600, in->err);
	strbuf_release(&bytes);
	free(path);
	return code;
}

static enum wf_code
write_logs(struct import *in, struct wf_engine *e)
{
	char *dir = wf_run_dir(e, in->run.id);
	char *logs = mem_printf("%s/logs", dir);
	enum wf_code code = fs_mkdirs(logs, in->err);
	const char *name;
	json_t *value;

	json_object_foreach(json_object_get(in->bundle, "logs"), name, value)
	{
		if (!code)
			code = write_log(in, dir, name, value);
	}
	free(logs);
	free(dir);
	return code;
}

/* The row first, then all that belongs to it in one commit. */
static enum wf_code
store_all(struct import *in, struct wf_engine *e, const char *definition)
{
	struct st_batch *b;
	enum wf_code code = face_code(st_create_run(
		e->store, &in->run, pieces_of(definition), in->err));

	if (code)
		return code;
	b = st_batch_new(in->run.id);
	code = face_code(
		st_take_run(e->store, in->run.id, &in->run.epoch, in->err));
	in->run.next_event = in->run.next_attempt = 1;
	if (!code)
		code = put_steps(in, b);
	if (!code)
		code = put_attempts(in, b);
	if (!code)
		code = put_events(in, b);
	if (!code)
		code = write_logs(in, e);
	in->run.revision++;
	st_put_run(b, &in->run);
	if (!code)
		code = face_code(st_commit(e->store, b, in->err));
	st_batch_free(b);
	if (code)
		wf_run_delete(e, in->run.id, NULL);
	return code;
}

enum wf_code
wf_bundle_import(struct wf_engine *e, const char *text, size_t n,
		 char id_out[WF_RUN_ID], struct wf_err *err)
{
	struct import in = {.err = err};
	const char *definition;
	enum wf_code code = WF_OK;

	in.bundle = json_loadb(text, n, 0, NULL);
	definition = text_of(in.bundle, "definition");
	if (json_integer_value(json_object_get(in.bundle, "wfctl_bundle")) != 1)
		code = damaged(&in, "it does not begin like one");
	else if (!definition || bundle_parse(definition, strlen(definition),
					     &in.definition, err))
		code = damaged(&in, "its definition cannot be read");
	if (!code)
		code = take_run(&in);
	if (!code)
		code = store_all(&in, e, definition);
	if (!code)
		snprintf(id_out, WF_RUN_ID, "%s", in.run.id);
	if (in.definition)
		bundle_free(in.definition);
	json_decref(in.bundle);
	return code;
}
