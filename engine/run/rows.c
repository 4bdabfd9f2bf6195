/* Rows to live run and back; what only few instances have travels as JSON.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "rows.h"
#include "rollback_list.h"

#include "../base/clock.h"
#include "copies.h"
#include "items.h"
#include "names.h"
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

/* --- instances
 * ------------------------------------------------------------------ */

#define KEPT_FLAGS                                                             \
	(INST_GROUP | INST_IGNORED | INST_FALLING | INST_CHECKED |             \
	 INST_BY_HAND | INST_ENABLED | INST_ASKING | INST_ATTEMPTED |          \
	 INST_HELD | INST_OUTSIDE | INST_STOPPING | INST_FROZE |               \
	 INST_UNWANTED)

/* Texts of inst_more, by their key in the row's data. */
static const struct {
	const char *key;
	size_t offset;
} texts[] = {
	{"key",      offsetof(struct inst_more, key)     },
	{"item",     offsetof(struct inst_more, item)    },
	{"params",   offsetof(struct inst_more, params)  },
	{"env",      offsetof(struct inst_more, env)     },
	{"answer",   offsetof(struct inst_more, answer)  },
	{"assigned", offsetof(struct inst_more, assigned)},
	{"prompt",   offsetof(struct inst_more, prompt)  },
	{"retired",  offsetof(struct inst_more, retired) },
};

static const struct {
	const char *key;
	size_t offset;
} numbers[] = {
	{"index",      offsetof(struct inst_more, index)     },
	{"first",      offsetof(struct inst_more, first)     },
	{"n",          offsetof(struct inst_more, n)         },
	{"next",       offsetof(struct inst_more, next)      },
	{"undo_tries", offsetof(struct inst_more, undo_tries)},
	{"repeats",    offsetof(struct inst_more, repeats)   },
	{"number",     offsetof(struct inst_more, number)    },
	{"nchecks",    offsetof(struct inst_more, nchecks)   },
	{"nundos",     offsetof(struct inst_more, nundos)    },
};

static uint32_t *
number_at(struct inst_more *m, size_t k)
{
	return (uint32_t *)(void *)((char *)m + numbers[k].offset);
}

static char **
text_at(struct inst_more *m, size_t k)
{
	return (char **)(void *)((char *)m + texts[k].offset);
}

static void
put_more(struct run *r, json_t *o, struct inst_more *m)
{
	for (size_t k = 0; k < ARRAY_SIZE(texts); k++)
		if (*text_at(m, k))
			json_object_set_new(o, texts[k].key,
					    json_string(*text_at(m, k)));
	for (size_t k = 0; k < ARRAY_SIZE(numbers); k++)
		if (*number_at(m, k))
			json_object_set_new(o, numbers[k].key,
					    json_integer(*number_at(m, k)));
	if (m->child != IX_NONE)
		json_object_set_new(o, "child",
				    json_integer(r->scopes.at[m->child].first));
	if (m->ask_due)
		json_object_set_new(o, "ask_due", json_integer(m->ask_due));
}

/* Each item's row says what it is, so that it can be read by itself. */
static void
put_item(struct run *r, json_t *o, uint32_t ix)
{
	size_t n;
	const char *key = item_key(r, ix), *json = item_json(r, ix, &n);
	uint32_t index = item_index(r, ix);

	if (key)
		json_object_set_new(o, "key", json_string(key));
	if (json)
		json_object_set_new(o, "item", json_stringn(json, n));
	if (index)
		json_object_set_new(o, "index", json_integer(index));
}

/* A time of the boot clock means something during that boot only. */
static json_t *
on_boot_clock(int64_t ms)
{
	return json_pack("[I,s]", (json_int_t)ms, clock_boot_id());
}

static int64_t
from_boot_clock(const json_t *pair)
{
	const char *boot = json_string_value(json_array_get(pair, 1));

	return boot && str_eq(boot, clock_boot_id())
		       ? json_integer_value(json_array_get(pair, 0))
		       : 0;
}

/* NULL when there is nothing beyond the row's columns; else caller frees. */
static char *
data_text(struct run *r, uint32_t ix)
{
	struct inst *i = run_inst(r, ix);
	uint16_t flags = i->flags & KEPT_FLAGS;
	/* A plain attempted step needs no words: its tries tell. */
	bool plain = (flags & ~INST_ATTEMPTED) == 0 &&
		     i->nattempts == i->tries && !i->given_up;
	json_t *o;
	char *text;

	if (plain && !inst_due(i) && i->group == IX_NONE &&
	    (!i->more ||
	     (!i->more->key && !i->more->item && i->more->child == IX_NONE &&
	      !i->more->nchecks && !i->more->nundos && !i->more->repeats &&
	      !i->more->number && !i->more->env && !i->more->answer &&
	      !i->more->prompt && !i->more->assigned)))
		return NULL;
	o = json_object();
	if (flags)
		json_object_set_new(o, "flags", json_integer(flags));
	if (i->nattempts != i->tries)
		json_object_set_new(o, "attempts", json_integer(i->nattempts));
	if (i->given_up)
		json_object_set_new(o, "given_up", json_true());
	if (inst_due(i))
		json_object_set_new(o, "due", on_boot_clock(inst_due_boot(i)));
	if (i->more)
		put_more(r, o, i->more);
	if (i->group != IX_NONE)
		put_item(r, o, ix);
	text = json_dumps(o, JSON_COMPACT);
	json_decref(o);
	return text;
}

static uint32_t
parent_of(const struct run *r, const struct inst *i)
{
	return i->group != IX_NONE ? i->group : run_scope(r, i)->parent;
}

void
rows_put_step(struct run *r, uint32_t ix)
{
	struct inst *i = run_inst(r, ix);
	char *path = run_path(r, ix), *data = data_text(r, ix);
	struct st_step row = {.ix = ix,
			      .path = path,
			      .parent = parent_of(r, i),
			      .state = i->state,
			      .cause = i->cause,
			      .tries = i->tries,
			      .began = i->began,
			      .order = i->order,
			      .started = i->started,
			      .finished = i->finished,
			      .due = inst_due(i),
			      .exit_code = i->exit_code,
			      .outputs = i->more ? i->more->outputs : NULL,
			      .data = data};

	st_put_step(r->batch, &row);
	free(path);
	free(data);
}

static void
load_more(struct inst_more *m, const json_t *o)
{
	for (size_t k = 0; k < ARRAY_SIZE(texts); k++) {
		const char *s =
			json_string_value(json_object_get(o, texts[k].key));

		if (s)
			text_set(text_at(m, k), s);
	}
	for (size_t k = 0; k < ARRAY_SIZE(numbers); k++)
		*number_at(m, k) = (uint32_t)json_integer_value(
			json_object_get(o, numbers[k].key));
	m->ask_due = json_integer_value(json_object_get(o, "ask_due"));
}

/* What its group knows of an item, it need not hold itself. */
static void
forget_item(struct run *r, uint32_t ix, json_t *o)
{
	const char *key = json_string_value(json_object_get(o, "key"));
	const char *known =
		run_inst(r, ix)->group == IX_NONE ? NULL : item_key(r, ix);

	json_object_del(o, "flags");
	json_object_del(o, "attempts");
	json_object_del(o, "due");
	if (!key || !known || !str_eq(key, known))
		return;
	json_object_del(o, "key");
	json_object_del(o, "item");
	json_object_del(o, "index");
}

enum wf_code
rows_load_step(struct run *r, const struct st_step *row, struct wf_err *err)
{
	struct inst *i;
	json_t *o = NULL;
	int64_t due_boot = 0;

	if (row->ix >= r->insts.n || (int)row->state >= STEP_NSTATES)
		return ERR(err, WF_STORE,
			   "run %s: the row of step %s does not fit its "
			   "definition",
			   r->row.id, row->path);
	i = run_inst(r, row->ix);
	i->tries = i->nattempts = row->tries;
	i->cause = row->cause;
	i->began = (uint32_t)row->began;
	i->order = (uint32_t)row->order;
	i->started = row->started;
	i->finished = row->finished;
	i->exit_code = row->exit_code;
	if (row->tries)
		i->flags |= INST_ATTEMPTED;
	if (row->outputs)
		text_set(&inst_more(i)->outputs, row->outputs);
	if (row->data)
		o = json_loads(row->data, 0, NULL);
	if (o) {
		json_t *n = json_object_get(o, "attempts");

		i->flags |= (uint16_t)json_integer_value(
			json_object_get(o, "flags"));
		if (n)
			i->nattempts = (uint32_t)json_integer_value(n);
		i->given_up = json_is_true(json_object_get(o, "given_up"));
		due_boot = from_boot_clock(json_object_get(o, "due"));
		forget_item(r, row->ix, o);
		if (json_object_size(o))
			load_more(inst_more(i), o);
	}
	inst_wake(i, row->due, due_boot);
	json_decref(o);
	return WF_OK;
}

uint32_t
rows_base(const char *data)
{
	json_t *o = data ? json_loads(data, 0, NULL) : NULL;
	json_int_t base = json_integer_value(json_object_get(o, "base"));

	json_decref(o);
	return base > 0 ? (uint32_t)base : 0;
}

static uint32_t
number_of(const json_t *n)
{
	return (uint32_t)json_integer_value(n);
}

void
rows_structure(const struct st_step *row, struct structures *out)
{
	json_t *o, *child, *first, *retired = NULL;
	const char *text;

	if (!row->data || (!strstr(row->data, "\"first\"") &&
			   !strstr(row->data, "\"child\"")))
		return;
	o = json_loads(row->data, 0, NULL);
	child = json_object_get(o, "child");
	first = json_object_get(o, "first");
	text = json_string_value(json_object_get(o, "retired"));
	if (text)
		retired = json_loads(text, 0, NULL);
	for (size_t k = 0; k + 1 < json_array_size(retired); k += 2)
		vec_push(out, ((struct structure){
				      number_of(json_array_get(retired, k)),
				      number_of(json_array_get(retired, k + 1)),
				      true, row->ix}));
	if (child)
		vec_push(out, ((struct structure){number_of(child), 1, false,
						  row->ix}));
	else if (first)
		vec_push(out,
			 ((struct structure){number_of(first),
					     number_of(json_object_get(o, "n")),
					     false, row->ix}));
	json_decref(retired);
	json_decref(o);
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
				s->forced << 12;

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
				    on_boot_clock(r->deadline_boot));
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
	r->deadline_boot = from_boot_clock(json_object_get(o, "deadline"));
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
