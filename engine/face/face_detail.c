/* A run with all its steps, composed from the definition and the rows: what
 * has no row yet is pending.
 *
 * Instances are numbered by the engine (run/run.h): step s of a flow that
 * begins at instance `first` is first + s; the row of a group says where its
 * items begin, the row of a `workflow:` step where its child flow does.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "face_detail.h"

#include <stdio.h>
#include <stdlib.h>

#include "../base/vec.h"
#include "../run/ready.h"
#include "../run/rows.h"
#include "../run/run.h"

/* A flow somewhere in the run. */
struct place {
	const struct workflow *wf;
	uint32_t first;
	const char *prefix; /* of paths: "dep/", or "" */
	const char *ids;    /* the same without instances */
	unsigned depth;
};

static const void *
find_row(const void *rows, size_t n, size_t size, uint32_t ix,
	 int (*compare)(const void *, const void *))
{
	return n ? bsearch(&ix, rows, n, size, compare) : NULL;
}

static int
step_by_ix(const void *key, const void *row)
{
	uint32_t a = *(const uint32_t *)key;
	uint32_t b = ((const struct st_step *)row)->ix;

	return (a > b) - (a < b);
}

static const struct st_step *
row_of_ix(const struct detail *d, uint32_t ix)
{
	/* Most often the rows are all there. */
	if (ix < d->nrows && d->rows[ix].ix == ix)
		return &d->rows[ix];
	return find_row(d->rows, d->nrows, sizeof(*d->rows), ix, step_by_ix);
}

/* --- one instance -------------------------------------------------------- */

static const char *
action_name(enum step_action action)
{
	static const char *const names[] = {
		[ACTION_NONE] = "milestone",    [ACTION_RUN] = "run",
		[ACTION_ARGV] = "argv",         [ACTION_WORKFLOW] = "workflow",
		[ACTION_APPROVAL] = "approval", [ACTION_WAIT] = "wait",
	};

	return names[action];
}

static const char *
undo_state(const struct step *step, enum step_state state)
{
	if (state == STEP_UNDONE)
		return "undone";
	if (state == STEP_UNDOING || state == STEP_UNDO_WAIT)
		return "undoing";
	if (state == STEP_UNDO_FAILED)
		return "failed";
	return workflow_has_undo(step) ? "possible" : "none";
}

static const char *
command_text(struct arena *a, const struct command *c)
{
	struct strbuf text = STRBUF_INIT;
	const char *copy;

	if (c->run)
		return arena_strdup(a, c->run);
	if (!c->nargv)
		return NULL;
	for (uint32_t i = 0; i < c->nargv; i++)
		strbuf_addf(&text, "%s%s", i ? " " : "", c->argv[i].text);
	copy = arena_strndup(a, text.at, text.n);
	strbuf_release(&text);
	return copy;
}

static void
add_definition(const struct detail *d, const struct place *p, uint32_t s,
	       const char *const *paths, struct wf_step_info *info)
{
	const struct step *step = &p->wf->steps[s];
	const struct step_more *more = step->more;
	struct command command = step_command(step);
	const char **needs =
		arena_array(d->arena, const char *, step->nneeds + 1);

	for (uint32_t i = 0; i < step->nneeds; i++)
		needs[i] = paths[step->needs[i].step];
	info->needs = needs;
	info->nneeds = step->nneeds;
	info->id = info->instance || !str_eq(p->ids, p->prefix)
			   ? arena_join(d->arena, p->ids, step->id, NULL)
			   : info->path;
	info->name = step_name(step) == step->id
			     ? info->id + strlen(p->ids)
			     : arena_strdup(d->arena, step_name(step));
	info->action = action_name(step->action);
	info->finally = step->finally;
	info->command = command_text(d->arena, &command);
	info->is_group = step->action == ACTION_WORKFLOW;
	info->has_undo = workflow_has_undo(step);
	info->irreversible = more->irreversible;
	info->idempotent = more->idempotent;
	info->savepoint = more->savepoint
				  ? arena_strdup(d->arena, more->savepoint)
				  : NULL;
	info->timeout = more->timeout;
	info->retry_limit = more->retry ? more->retry->limit : 0;
}

/* A text of a row for the result.  Steps that run alike say the same one
 * after the other. */
static const char *
keep(struct detail *d, const char *text)
{
	if (text && !(d->kept && str_eq(d->kept, text)))
		d->kept = arena_strdup(d->arena, text);
	return text ? d->kept : NULL;
}

static void
add_reason(struct detail *d, const struct st_step *row,
	   struct wf_step_info *info)
{
	const struct reason *r = detail_reason(d, row->ix, row->state);

	if (!r)
		return;
	info->reason = keep(d, r->text);
	info->by = r->actor ? arena_strdup(d->arena, r->actor) : NULL;
}

static void
add_row(struct detail *d, const struct st_step *row, struct wf_step_info *info)
{
	info->exit_code = -1;
	info->outputs = "{}";
	if (!row)
		return;
	info->state = row->state;
	info->cause = row->cause;
	info->started = row->started;
	info->finished = row->finished;
	info->due = row->due;
	info->exit_code = row->exit_code;
	info->order = row->order;
	info->tries = row->tries;
	if (row->outputs)
		info->outputs = arena_strdup(d->arena, row->outputs);
	detail_attempts(d, row->ix, info);
	add_reason(d, row, info);
}

static unsigned
flags_of(const json_t *data)
{
	return (unsigned)json_integer_value(json_object_get(data, "flags"));
}

/* What a need's state means to the step. */
static enum verdict
verdict_of(const struct detail *d, uint32_t ix, uint32_t accept)
{
	const struct st_step *row = row_of_ix(d, ix);
	enum step_state state = row ? row->state : STEP_PENDING;
	json_t *data = state == STEP_FAILED || state == STEP_CANCELLED
			       ? detail_row_data(row)
			       : NULL;
	unsigned flags = flags_of(data);

	json_decref(data);
	if (state == STEP_CANCELLED && flags & INST_UNWANTED)
		state = STEP_SKIPPED;
	return ready_verdict(state, flags & INST_IGNORED, flags & INST_FALLING,
			     accept);
}

/* What a pending step waits for: needs that are not settled, or failed. */
static void
add_blockers(const struct detail *d, const struct place *p, uint32_t s,
	     const char *const *paths, struct wf_step_info *info)
{
	const struct step *step = &p->wf->steps[s];
	const char **list;
	size_t n = 0;

	if (info->state != STEP_PENDING || !step->nneeds)
		return;
	list = arena_array(d->arena, const char *, step->nneeds);
	for (uint32_t i = 0; i < step->nneeds; i++) {
		uint32_t need = step->needs[i].step;

		enum verdict v = verdict_of(d, p->first + need,
					    need_accept(step->needs[i]));

		if (v == VERDICT_OPEN || v == VERDICT_FAILED)
			list[n++] = paths[need];
		info->is_blocked |= v == VERDICT_FAILED;
	}
	info->blocked_by = list;
	info->nblocked_by = n;
}

/* --- flows, groups, child flows ------------------------------------------- */

static void add_flow(struct detail *d, const struct place *p);

static void
add_child(struct detail *d, const struct place *p, const struct step *step,
	  const char *path, const char *id, uint32_t ix, const json_t *data)
{
	int64_t first = json_integer_value(json_object_get(data, "child"));
	const struct child_flow *child = step->more->child;
	struct place q = {.depth = p->depth + 1};

	if (!child || first <= ix || first > INT32_MAX ||
	    q.depth > WORKFLOW_MAX_DEPTH)
		return;
	q.wf = map_get(&d->bundle->files, child->file);
	q.first = (uint32_t)first;
	q.prefix = arena_printf(d->arena, "%s/", path);
	q.ids = arena_printf(d->arena, "%s/", id);
	if (q.wf)
		add_flow(d, &q);
}

static struct wf_step_info *
push_step(struct detail *d, const struct wf_step_info *info)
{
	if (d->nsteps == d->cap) {
		size_t cap = d->cap ? 2 * d->cap : 8;
		struct wf_step_info *more =
			arena_array(d->arena, struct wf_step_info, cap);

		if (d->nsteps)
			memcpy(more, d->steps, d->nsteps * sizeof(*more));
		d->steps = more;
		d->cap = cap;
	}
	d->steps[d->nsteps] = *info;
	return &d->steps[d->nsteps++];
}

static void
add_instance(struct detail *d, const struct place *p, uint32_t s, uint32_t ix,
	     const char *path, const char *key, const char *const *paths)
{
	const struct step *step = &p->wf->steps[s];
	const struct st_step *row = row_of_ix(d, ix);
	struct wf_step_info info = {.path = path, .instance = key};
	json_t *data = detail_row_data(row);

	add_row(d, row, &info);
	add_definition(d, p, s, paths, &info);
	info.undo_state = undo_state(step, info.state);
	if (!key && step->more->many)
		info.is_group = true;
	if (!key)
		add_blockers(d, p, s, paths, &info);
	info.is_held = info.state == STEP_RUNNING && flags_of(data) & INST_HELD;
	info.data = detail_data(d->arena, p->wf, s, data);
	push_step(d, &info);
	if (key || !step->more->many)
		add_child(d, p, step, path, info.id, ix, data);
	json_decref(data);
}

static void
add_items(struct detail *d, const struct place *p, uint32_t s,
	  const char *const *paths)
{
	const struct st_step *row = row_of_ix(d, p->first + s);
	json_t *data = detail_row_data(row);
	int64_t first = json_integer_value(json_object_get(data, "first"));
	int64_t n = json_integer_value(json_object_get(data, "n"));
	json_t *list = detail_items(data);
	size_t group = d->nsteps - 1;
	struct detail_lists outputs;

	if (first <= p->first + s || first > INT32_MAX || n < 0 ||
	    n > WORKFLOW_MAX_INSTANCES)
		n = 0;
	detail_lists_begin(&outputs, &p->wf->steps[s], d->bundle);
	for (int64_t i = 0; i < n; i++) {
		uint32_t ix = (uint32_t)(first + i);
		const char *key =
			detail_key(d->arena, p->wf->steps[s].more->many,
				   row_of_ix(d, ix), list, (uint32_t)i);

		add_instance(d, p, s, ix,
			     arena_printf(d->arena, "%s[%s]", paths[s], key),
			     key, paths);
		detail_lists_add(&outputs, row_of_ix(d, ix));
	}
	/* A reused group has no items, but what they gave. */
	if (row && (n || !row->outputs))
		d->steps[group].outputs = detail_lists_text(&outputs, d->arena);
	detail_lists_end(&outputs);
	json_decref(list);
	json_decref(data);
}

static void
add_flow(struct detail *d, const struct place *p)
{
	uint32_t n = p->wf->nsteps;
	const char **paths = arena_array(d->scratch, const char *, n + 1);

	for (uint32_t s = 0; s < n; s++)
		paths[s] = arena_join(d->arena, p->prefix, p->wf->steps[s].id,
				      NULL);
	for (uint32_t s = 0; s < n; s++) {
		add_instance(d, p, s, p->first + s, paths[s], NULL, paths);
		if (p->wf->steps[s].more->many)
			add_items(d, p, s, paths);
	}
}

/* --- the whole ------------------------------------------------------------ */

/* Parsing is slow beside reading, and front ends ask for the same again. */
enum wf_code
face_bundle(struct wf_engine *e, const char *hash, const struct bundle **out,
	    struct wf_err *err)
{
	struct arena a = {0};
	const char *text;
	enum wf_code code = WF_OK;

	if (!e->bundle || !str_eq(e->bundle->hash, hash)) {
		if (e->bundle)
			bundle_free(e->bundle);
		e->bundle = NULL;
		free(e->ranks);
		e->ranks = NULL;
		code = face_said(
			st_read_definition(e->store, hash, &a, &text, err),
			err);
		if (!code)
			code = bundle_spend((char *)(uintptr_t)text,
					    strlen(text), &e->bundle, err);
		if (!code)
			snprintf(e->bundle->hash, sizeof(e->bundle->hash), "%s",
				 hash);
	}
	*out = e->bundle;
	arena_release(&a);
	return code;
}

/* All of it from one snapshot. */
/* Handed over ahead of their time: nothing has begun. */
static void
leave_out_claims(struct detail *d)
{
	size_t n = 0;

	for (size_t k = 0; k < d->nattempts; k++)
		if (d->attempts[k].started || !d->attempts[k].open)
			d->attempts[n++] = d->attempts[k];
	d->nattempts = n;
}

static enum st_result
read_rows(struct detail *d, struct store *s, const char *id, struct wf_err *err)
{
	enum st_result result = st_look(s, err);

	if (result)
		return result;
	result = st_read_run(s, id, d->arena, &d->row, err);
	if (!result)
		result = st_read_steps(s, id, d->scratch, &d->rows, &d->nrows,
				       err);
	if (!result)
		result = st_read_attempts(s, id, UINT32_MAX, false, d->scratch,
					  &d->attempts, &d->nattempts, err);
	if (!result)
		result = detail_read_reasons(d, s, id, err);
	st_look_end(s);
	leave_out_claims(d);
	if (d->nattempts)
		qsort(d->attempts, d->nattempts, sizeof(*d->attempts),
		      detail_attempts_by_ix);
	return result;
}

/* Mostly there are as many as rows or steps; items and child flows may still
 * come. */
static void
add_steps(struct detail *d)
{
	const struct workflow *wf = d->bundle->root;

	d->cap = d->nrows > wf->nsteps ? d->nrows : wf->nsteps;
	d->steps = arena_array(d->arena, struct wf_step_info, d->cap);
	add_flow(d, &(struct place){.wf = wf,
				    .first = rows_base(d->row.data),
				    .prefix = "",
				    .ids = ""});
}

static enum wf_code
compose(struct wf_engine *e, struct store *s, const char *id, struct detail *d,
	struct wf_err *err)
{
	struct wf_err why = {0};
	enum wf_code code = face_said(read_rows(d, s, id, &why), &why);

	if (!code)
		code = face_bundle(e, d->row.definition, &d->bundle, &why);
	if (!code)
		add_steps(d);
	if (code && err)
		*err = why;
	return code;
}

enum wf_code
wf_run(struct wf_engine *e, const char *id, struct wf_run_detail *detail_out,
       struct wf_err *err)
{
	struct arena scratch = {0};
	struct detail d = {.scratch = &scratch};
	struct store *s;
	enum wf_code code = face_store(e, &s, err);

	*detail_out = (struct wf_run_detail){0};
	if (code || !s)
		return code ? code : face_no_run(id, err);
	detail_out->list = face_list();
	d.arena = detail_out->list.arena;
	d.dir = wf_run_dir(e, id);
	code = compose(e, s, id, &d, err);
	if (!code) {
		struct st_run *row = arena_copy(d.arena, &d.row, sizeof(d.row));

		detail_out->run = face_run_info(e, row);
		detail_out->nsteps = d.nsteps;
		detail_out->steps = d.steps;
	} else {
		wf_list_free(&detail_out->list);
	}
	vec_release(&d.reasons);
	arena_release(&scratch);
	free(d.dir);
	return code;
}
