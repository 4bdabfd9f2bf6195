/* Instances to rows and back; what only few of them have travels as JSON.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "rows_int.h"

#include "../base/clock.h"
#include "items.h"
#include "names.h"

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
	{"undo_anew",  offsetof(struct inst_more, undo_anew) },
	{"repeats",    offsetof(struct inst_more, repeats)   },
	{"number",     offsetof(struct inst_more, number)    },
	{"nchecks",    offsetof(struct inst_more, nchecks)   },
	{"nundos",     offsetof(struct inst_more, nundos)    },
	{"undone",     offsetof(struct inst_more, undone)    },
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

json_t *
rows_on_boot_clock(int64_t ms)
{
	return json_pack("[I,s]", (json_int_t)ms, clock_boot_id());
}

int64_t
rows_from_boot_clock(const json_t *pair)
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
	      !i->more->nchecks && !i->more->nundos && !i->more->undo_anew &&
	      !i->more->undone && !i->more->repeats && !i->more->number &&
	      !i->more->env && !i->more->answer && !i->more->prompt &&
	      !i->more->assigned)))
		return NULL;
	o = json_object();
	if (flags)
		json_object_set_new(o, "flags", json_integer(flags));
	if (i->nattempts != i->tries)
		json_object_set_new(o, "attempts", json_integer(i->nattempts));
	if (i->given_up)
		json_object_set_new(o, "given_up", json_true());
	if (inst_due(i))
		json_object_set_new(o, "due",
				    rows_on_boot_clock(inst_due_boot(i)));
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
		due_boot = rows_from_boot_clock(json_object_get(o, "due"));
		forget_item(r, row->ix, o);
		if (json_object_size(o))
			load_more(inst_more(i), o);
	}
	if (i->more && i->more->undone) {
		r->was_undone = true;
		r->nundone++; /* until its state is known */
	}
	inst_wake(i, row->due, due_boot);
	json_decref(o);
	return WF_OK;
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
