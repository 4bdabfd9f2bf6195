/* The run's own row: its texts, its options, and the data of its scopes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "rows_int.h"

#include "copies.h"
#include "rollback_list.h"
#include "warn.h"

static const char *
keep(struct run *r, const char *text)
{
	return text ? arena_strdup(&r->arena, text) : NULL;
}

void
rows_keep(struct run *r)
{
	r->row.flow = keep(r, r->row.flow);
	r->row.name = keep(r, r->row.name);
	r->row.definition = keep(r, r->row.definition);
	r->row.boot = keep(r, r->row.boot);
	r->row.params = keep(r, r->row.params ? r->row.params : "{}");
	r->row.outputs = keep(r, r->row.outputs);
	r->row.options = keep(r, r->row.options ? r->row.options : "{}");
	r->row.data = keep(r, r->row.data);
	r->row.actor = keep(r, r->row.actor);
}

/* --- options
 * ------------------------------------------------------------------ */

static const char *
get_text(struct run *r, const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? arena_strdup(&r->arena, s) : NULL;
}

void
rows_read_options(struct run *r)
{
	json_t *o = json_loads(r->row.options, 0, NULL);
	const json_t *only = json_object_get(o, "only");
	const char *durability;
	struct options *out = &r->options;

	out->from = get_text(r, o, "from");
	out->rerun_of = get_text(r, o, "rerun_of");
	out->max_parallel = (uint32_t)json_integer_value(
		json_object_get(o, "max_parallel"));
	durability = json_string_value(json_object_get(o, "durability"));
	out->relaxed = durability && str_eq(durability, "process");
	out->no_wait = json_is_true(json_object_get(o, "no_wait"));
	out->only.n = (uint32_t)json_array_size(only);
	out->only.at = arena_array(&r->arena, const char *, out->only.n);
	for (uint32_t i = 0; i < out->only.n; i++)
		out->only.at[i] = arena_strdup(
			&r->arena, json_string_value(json_array_get(only, i)));
	json_decref(o);
}

const char *
rows_options_text(const struct options *o, struct arena *a)
{
	json_t *json = json_object(), *only = json_array();
	char *text;
	const char *copy;

	for (uint32_t i = 0; i < o->only.n; i++)
		json_array_append_new(only, json_string(o->only.at[i]));
	if (o->only.n)
		json_object_set(json, "only", only);
	if (o->from)
		json_object_set_new(json, "from", json_string(o->from));
	if (o->rerun_of)
		json_object_set_new(json, "rerun_of", json_string(o->rerun_of));
	if (o->max_parallel)
		json_object_set_new(json, "max_parallel",
				    json_integer(o->max_parallel));
	if (o->relaxed)
		json_object_set_new(json, "durability", json_string("process"));
	if (o->no_wait)
		json_object_set_new(json, "no_wait", json_true());
	text = json_dumps(json, JSON_COMPACT);
	copy = arena_strdup(a, text);
	free(text);
	json_decref(only);
	json_decref(json);
	return copy;
}

/* --- the run
 * -------------------------------------------------------------------- */

static json_t *
undo_json(const struct run *r)
{
	json_t *all = json_array();

	vec_each (&r->scopes, struct scope, s) {
		json_t *list;

		if (!s->undo)
			continue;
		list = json_array();
		for (size_t k = 0; k < s->undo->n; k++)
			json_array_append_new(list,
					      json_integer(s->undo->at[k]));
		json_array_append_new(
			all,
			json_pack("{s:I, s:s, s:s*, s:b, s:b, s:o}", "scope",
				  (json_int_t)s->first, "target",
				  s->undo->target, "because", s->undo->because,
				  "apart", (int)s->undo->apart, "returns",
				  (int)s->undo->returns, "list", list));
	}
	return all;
}

static json_t *
scopes_json(const struct run *r)
{
	json_t *list = json_array();

	vec_each (&r->scopes, struct scope, s) {
		unsigned bits = (unsigned)s->phase | s->stopping << 4 |
				s->rolling_back << 5 | s->partial << 6 |
				s->undone << 7 | s->undo_failed << 8 |
				s->goes_on << 9 | s->undo_policy << 10 |
				s->forced << 12 | s->asked << 13;

		if (bits || s->cause)
			json_array_append_new(
				list,
				json_pack("[I,i,i,I,s?]", (json_int_t)s->first,
					  (int)bits, (int)s->cause,
					  (json_int_t)s->go_on_from,
					  s->rollback_target));
	}
	return list;
}

static json_t *
signals_json(const struct run *r)
{
	json_t *list = json_array();

	for (size_t k = 0; k < r->signals.n; k++)
		json_array_append_new(list, json_string(r->signals.at[k]));
	return list;
}

static json_t *
hooks_json(const struct run *r)
{
	json_t *list = json_array();

	vec_each (&r->hooks, struct hook_due, h)
		json_array_append_new(
			list, json_pack("[i,i,s?,s?]", (int)h->hook,
					(int)h->state, h->reason, h->step));
	return list;
}

void
rows_put_run(struct run *r)
{
	struct st_run row = r->row;
	json_t *o = json_object(), *scopes = scopes_json(r);
	json_t *undo = undo_json(r);
	json_t *warned = warn_json(r), *dropped = copies_json(r);
	char *text;

	if (r->scopes.at[0].first || r->reborn)
		json_object_set_new(
			o, "base",
			json_integer(r->reborn ? r->reborn
					       : r->scopes.at[0].first));
	if (json_array_size(scopes) && !r->reborn)
		json_object_set(o, "scopes", scopes);
	if (json_array_size(undo))
		json_object_set(o, "undo", undo);
	if (r->signals.n)
		json_object_set_new(o, "signals", signals_json(r));
	if (r->hooks.n)
		json_object_set_new(o, "hooks", hooks_json(r));
	if (r->ending)
		json_object_set_new(o, "ending",
				    json_pack("[i,i]", (int)r->end_state,
					      (int)r->end_cause));
	if (dropped)
		json_object_set_new(o, "dropped", dropped);
	if (json_array_size(warned))
		json_object_set(o, "warned", warned);
	if (r->deadline_from)
		json_object_set_new(o, "deadline_from",
				    json_integer(r->deadline_from));
	if (r->deadline_boot)
		json_object_set_new(o, "deadline",
				    rows_on_boot_clock(r->deadline_boot));
	if (r->paused)
		json_object_set_new(o, "paused", json_true());
	if (r->cancelling)
		json_object_set_new(o, "cancelling", json_true());
	text = json_object_size(o) ? json_dumps(o, JSON_COMPACT) : NULL;
	r->row.revision++;
	row.revision = r->row.revision;
	row.data = text;
	st_put_run(r->batch, &row);
	free(text);
	json_decref(undo);
	json_decref(warned);
	json_decref(scopes);
	json_decref(o);
}

uint32_t
rows_base(const char *data)
{
	json_t *o = data ? json_loads(data, 0, NULL) : NULL;
	json_int_t base = json_integer_value(json_object_get(o, "base"));

	json_decref(o);
	return base > 0 ? (uint32_t)base : 0;
}

static struct scope *
scope_at(struct run *r, uint32_t first)
{
	vec_each (&r->scopes, struct scope, s)
		if (s->first == first)
			return s;
	return NULL;
}

static void
load_scope(struct run *r, const json_t *row)
{
	struct scope *s = scope_at(
		r, (uint32_t)json_integer_value(json_array_get(row, 0)));
	unsigned bits = (unsigned)json_integer_value(json_array_get(row, 1));

	if (!s)
		return;
	s->phase = bits & 3;
	s->stopping = bits >> 4 & 1;
	s->rolling_back = bits >> 5 & 1;
	s->partial = bits >> 6 & 1;
	s->undone = bits >> 7 & 1;
	s->undo_failed = bits >> 8 & 1;
	s->goes_on = bits >> 9 & 1;
	s->undo_policy = bits >> 10 & 3;
	s->forced = bits >> 12 & 1;
	s->asked = bits >> 13 & 1;
	s->go_on_from = (uint32_t)json_integer_value(json_array_get(row, 3));
	s->cause = (enum cause)json_integer_value(json_array_get(row, 2));
	text_set(&s->rollback_target,
		 json_string_value(json_array_get(row, 4)));
}

static void
load_undo(struct run *r, const json_t *undo)
{
	const json_t *list = json_object_get(undo, "list");
	const char *target = json_string_value(json_object_get(undo, "target"));
	struct scope *s = scope_at(r, (uint32_t)json_integer_value(
					      json_object_get(undo, "scope")));
	struct undo_list *into;

	if (!s)
		return;
	into = undo_list_new(r, (uint32_t)(s - r->scopes.at),
			     json_array_size(list), target ? target : "start");
	text_set(&into->because,
		 json_string_value(json_object_get(undo, "because")));
	into->apart = json_is_true(json_object_get(undo, "apart"));
	into->returns = json_is_true(json_object_get(undo, "returns"));
	for (size_t k = 0; k < json_array_size(list); k++)
		into->at[into->n++] =
			(uint32_t)json_integer_value(json_array_get(list, k));
}

static void
load_hooks(struct run *r, const json_t *hooks, const json_t *ending)
{
	for (size_t k = 0; k < json_array_size(hooks); k++) {
		const json_t *row = json_array_get(hooks, k);
		struct hook_due h = {.hook = (enum hook)json_integer_value(
					     json_array_get(row, 0)),
				     .state =
					     (enum run_state)json_integer_value(
						     json_array_get(row, 1))};

		text_set(&h.reason, json_string_value(json_array_get(row, 2)));
		text_set(&h.step, json_string_value(json_array_get(row, 3)));
		vec_push(&r->hooks, h);
	}
	r->ending = json_is_array(ending);
	r->end_state =
		(enum run_state)json_integer_value(json_array_get(ending, 0));
	r->end_cause =
		(enum cause)json_integer_value(json_array_get(ending, 1));
}

enum wf_code
rows_load_data(struct run *r, struct wf_err *err)
{
	json_t *o = r->row.data ? json_loads(r->row.data, 0, NULL) : NULL;
	const json_t *scopes = json_object_get(o, "scopes");
	const json_t *undo = json_object_get(o, "undo");
	const json_t *signals = json_object_get(o, "signals");

	if (r->row.data && !o)
		return ERR(err, WF_STORE, "run %s: its data are damaged",
			   r->row.id);
	r->deadline_from =
		json_integer_value(json_object_get(o, "deadline_from"));
	r->deadline_boot = rows_from_boot_clock(json_object_get(o, "deadline"));
	r->paused = json_is_true(json_object_get(o, "paused"));
	r->cancelling = json_is_true(json_object_get(o, "cancelling"));
	for (size_t k = 0; k < json_array_size(scopes); k++)
		load_scope(r, json_array_get(scopes, k));
	for (size_t k = 0; k < json_array_size(signals); k++)
		vec_push(&r->signals, mem_strdup(json_string_value(
					      json_array_get(signals, k))));
	for (size_t k = 0; k < json_array_size(undo); k++)
		load_undo(r, json_array_get(undo, k));
	load_hooks(r, json_object_get(o, "hooks"),
		   json_object_get(o, "ending"));
	json_decref(o);
	return WF_OK;
}
