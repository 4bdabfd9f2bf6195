/* Taking in a bundle that another state directory wrote.
 *
 * The run gets a new id.  Nothing in a bundle is trusted: see
 * face_bundle.c.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>
#include <unistd.h>

#include "../base/base64.h"
#include "../base/fs.h"
#include "../base/jsonfile.h"
#include "face_int.h"

/* The members of a bundle. */
enum part {
	FORMAT,
	RUN,
	DEFINITION,
	LOGS,
	STEPS,
	ATTEMPTS,
	EVENTS,
	NPARTS
};

static const char *const part_names[NPARTS] = {
	"wfctl_bundle", "run",      "definition", "logs",
	"steps",        "attempts", "events"};

struct import {
	struct jsonfile file;
	off_t parts[NPARTS];
	json_t *values[LOGS]; /* of the parts that are read whole */
	struct bundle *definition;
	struct store *store;
	struct st_batch *batch;
	struct st_run run;
	enum run_state state; /* of the run, when all of it is there */
	uint32_t nsteps;
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
	json_t *o = in->values[RUN];
	const char *state = text_of(o, "state");
	struct st_run *row = &in->run;

	if (!state || !run_state_from_name(state, &in->state))
		return damaged(in, "the state of its run is unknown");
	if (!run_state_is_final(in->state)) {
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

/* Not too much at once; what is there without the rest is removed. */
static enum wf_code
pass_on(struct import *in, bool all)
{
	enum wf_code code;

	if (!all && !st_batch_is_large(in->batch))
		return WF_OK;
	code = face_code(st_commit(in->store, in->batch, in->err));
	st_batch_free(in->batch);
	in->batch = st_batch_new(in->run.id);
	return code;
}

static enum wf_code
put_step(struct import *in, json_t *o)
{
	const char *state = text_of(o, "state");
	struct st_step row = {.ix = index_of(o, "ix"),
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

	if (!row.path || !state || !step_state_from_name(state, &row.state) ||
	    row.ix != in->nsteps)
		return damaged(in, "one of its steps is damaged");
	in->nsteps++;
	st_put_step(in->batch, &row);
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

	for (int p = PHASE_DO; name && p <= PHASE_HOOK; p++) {
		if (str_eq(phase_name((enum phase)p), name)) {
			*out = (enum phase)p;
			return true;
		}
	}
	return false;
}

/* An attempt is of a step, or of a hook of the run. */
static bool
is_whose(const struct import *in, uint32_t ix, enum phase phase)
{
	return phase == PHASE_HOOK ? ix == UINT32_MAX : ix < in->nsteps;
}

static enum wf_code
put_attempt(struct import *in, json_t *o)
{
	struct st_attempt row = {.id = (uint64_t)number_of(o, "id", 1),
				 .ix = index_of(o, "ix"),
				 .n = index_of(o, "n"),
				 .started = number_of(o, "started", 0),
				 .finished = number_of(o, "finished", 0),
				 .exit_code =
					 (int)number_of(o, "exit_code", -1),
				 .signal = (int)number_of(o, "signal", 0),
				 .cause = cause_of(o),
				 .log = text_of(o, "log")};

	if (!row.id || !phase_of(o, &row.phase) ||
	    !is_whose(in, row.ix, row.phase) ||
	    (row.log && !is_log_name(row.log)))
		return damaged(in, "one of its attempts is damaged");
	if (row.id >= in->run.next_attempt)
		in->run.next_attempt = row.id + 1;
	st_put_attempt(in->batch, &row);
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
put_event(struct import *in, json_t *o)
{
	struct st_event row = {.seq = (uint64_t)number_of(o, "seq", 1),
			       .time = number_of(o, "time", 0),
			       .ix = index_of(o, "ix"),
			       .actor = text_of(o, "actor"),
			       .what = text_of(o, "what"),
			       .because = text_of(o, "because"),
			       .data = object_of(o, "data")};

	if (row.seq < in->run.next_event || !kind_of(o, &row.kind) ||
	    (row.ix >= in->nsteps && row.ix != UINT32_MAX))
		return damaged(in, "one of its events is damaged");
	if (!row.actor)
		row.actor = "engine";
	in->run.next_event = row.seq + 1;
	st_add_event(in->batch, &row);
	return WF_OK;
}

static enum wf_code
put_rows(struct import *in, enum part part,
	 enum wf_code (*put)(struct import *in, json_t *o))
{
	enum wf_code code = WF_OK;
	json_t *o;

	jsonfile_enter(&in->file, in->parts[part]);
	while (!code && jsonfile_next(&in->file, &o)) {
		code = put(in, o);
		if (!code)
			code = pass_on(in, false);
		json_decref(o);
	}
	if (!code && in->file.bad)
		code = damaged(in, "one of its lists is damaged");
	return code;
}

/* --- logs ----------------------------------------------------------------- */

/* The disk is asked for once, when all of them are written. */
static enum wf_code
write_file(const char *path, const struct strbuf *bytes, struct wf_err *err)
{
	FILE *file = fopen(path, "wxe");
	bool good = file && fwrite(bytes->at, 1, bytes->n, file) == bytes->n;

	if (file && fclose(file))
		good = false;
	if (good)
		return WF_OK;
	ERR(err, WF_STORE, "%s cannot be written", path);
	wf_err_hint(err, "is there space on the disk?");
	return WF_STORE;
}

static enum wf_code
write_log(struct import *in, const char *dir, json_t *value)
{
	const char *name = jsonfile_name(&in->file);
	struct strbuf bytes = STRBUF_INIT;
	char *path = mem_printf("%s/%s", dir, name ? name : "");
	enum wf_code code;

	if (!name || !is_log_name(name) || !json_is_string(value) ||
	    !base64_decode(&bytes, json_string_value(value),
			   json_string_length(value)))
		code = damaged(in, "one of its logs is damaged");
	else
		code = write_file(path, &bytes, in->err);
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
	json_t *value;

	jsonfile_enter(&in->file, in->parts[LOGS]);
	while (!code && jsonfile_next(&in->file, &value)) {
		code = write_log(in, dir, value);
		json_decref(value);
	}
	if (!code && in->file.bad)
		code = damaged(in, "its logs are damaged");
	if (!code)
		fs_sync_disk(logs);
	free(logs);
	free(dir);
	return code;
}

/* --- the whole ------------------------------------------------------------ */

/* The run's own state comes last: one that was taken in by half when the
 * power went is called cancelled. */
static enum wf_code
store_all(struct import *in, struct wf_engine *e)
{
	struct st_run *run = &in->run;
	enum wf_code code;

	run->state = RUN_CANCELLED;
	code = face_code(st_create_run(e->store, run,
				       bundle_pieces(in->definition), in->err));
	if (code)
		return code;
	in->store = e->store;
	in->batch = st_batch_new(run->id);
	code = face_code(st_take_run(e->store, run->id, &run->epoch, in->err));
	run->next_event = run->next_attempt = 1;
	if (!code)
		code = put_rows(in, STEPS, put_step);
	if (!code)
		code = put_rows(in, ATTEMPTS, put_attempt);
	if (!code)
		code = put_rows(in, EVENTS, put_event);
	if (!code)
		code = write_logs(in, e);
	run->revision++;
	run->state = in->state;
	st_put_run(in->batch, run);
	if (!code)
		code = pass_on(in, true);
	st_batch_free(in->batch);
	if (code)
		wf_run_delete(e, run->id, NULL);
	return code;
}

static enum wf_code
read_definition(struct import *in)
{
	const char *text = json_string_value(in->values[DEFINITION]);
	size_t n = json_string_length(in->values[DEFINITION]);

	if (!text || bundle_parse(text, n, &in->definition, in->err))
		return damaged(in, "its definition cannot be read");
	json_decref(in->values[DEFINITION]);
	in->values[DEFINITION] = NULL;
	return WF_OK;
}

enum wf_code
wf_bundle_import(struct wf_engine *e, FILE *file, char id_out[WF_RUN_ID],
		 struct wf_err *err)
{
	struct import in = {
		.file = {.file = file, .text = STRBUF_INIT},
                  .err = err
        };
	enum wf_code code = WF_OK;
	bool whole = jsonfile_find(&in.file, part_names, in.parts, NPARTS);

	for (int i = 0; whole && i < LOGS; i++)
		in.values[i] = jsonfile_value(&in.file, in.parts[i]);
	if (!whole)
		code = damaged(&in, "it was cut short, or is something else");
	else if (json_integer_value(in.values[FORMAT]) != 1)
		code = damaged(&in, "it does not begin like one");
	if (!code)
		code = read_definition(&in);
	if (!code)
		code = take_run(&in);
	if (!code)
		code = store_all(&in, e);
	if (!code)
		snprintf(id_out, WF_RUN_ID, "%s", in.run.id);
	if (in.definition)
		bundle_free(in.definition);
	for (int i = 0; i < LOGS; i++)
		json_decref(in.values[i]);
	jsonfile_release(&in.file);
	return code;
}
