/* The data of a step for front ends: items and their keys, what an approval
 * asks, what a wait waits for.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "../run/run.h"
#include "face_detail.h"

json_t *
detail_row_data(const struct st_step *row)
{
	return row && row->data ? json_loads(row->data, 0, NULL) : NULL;
}

json_t *
detail_items(const json_t *data)
{
	const char *text = json_string_value(json_object_get(data, "item"));

	return text ? json_loads(text, JSON_DECODE_ANY, NULL) : NULL;
}

/* --- outputs of groups ---------------------------------------------------- */

/* Those of a child flow's items are the flow's. */
void
detail_lists_begin(struct detail_lists *l, const struct step *step,
		   const struct bundle *bundle)
{
	const struct child_flow *c = step->more->child;
	const struct workflow *child =
		c ? map_get(&bundle->files, c->file) : NULL;
	uint32_t n = child ? child->noutputs : step->more->noutputs;

	l->lists = n ? json_object() : NULL;
	for (uint32_t k = 0; k < n; k++)
		json_object_set_new(l->lists,
				    child ? child->outputs[k].name
					  : step->more->outputs[k].name,
				    json_array());
}

void
detail_lists_add(struct detail_lists *l, const struct st_step *row)
{
	const char *name;
	json_t *outputs, *list;

	if (!l->lists || !row || !step_state_is_good(row->state))
		return;
	outputs = row->outputs ? json_loads(row->outputs, 0, NULL) : NULL;
	json_object_foreach(l->lists, name, list)
	{
		json_t *v = json_object_get(outputs, name);

		json_array_append_new(list, v ? json_incref(v) : json_null());
	}
	json_decref(outputs);
}

const char *
detail_lists_text(const struct detail_lists *l, struct arena *a)
{
	char *text = l->lists ? json_dumps(l->lists, JSON_COMPACT) : NULL;
	const char *copy = text ? arena_strdup(a, text) : "{}";

	free(text);
	return copy;
}

void
detail_lists_end(struct detail_lists *l)
{
	json_decref(l->lists);
}

/* --- keys ----------------------------------------------------------------- */

struct item_vars {
	const char *as;
	struct value item;
	uint32_t index;
};

static bool
look_up(void *arg, const char *name, struct arena *a, struct value *out)
{
	const struct item_vars *vars = arg;

	(void)a;
	if (str_eq(name, vars->as))
		*out = vars->item;
	else if (str_eq(name, "index"))
		*out = value_int(vars->index);
	else
		return false;
	return true;
}

static void
key_text(const struct many *many, struct arena *a, struct value item,
	 uint32_t i, struct strbuf *text)
{
	struct item_vars vars = {many->as ? many->as : "item", item, i};
	struct cel_vars lookup = {look_up, &vars};
	struct cel_error err;
	struct value v;

	if (many->key.text) {
		if (cel_eval(many->key.program, &lookup, a, &v, &err))
			value_to_text(v, text);
	} else if (many->is_matrix && item.kind == VALUE_MAP) {
		for (uint32_t k = 0; k < item.n; k++) {
			if (k)
				strbuf_addc(text, ',');
			value_to_text(item.items[2 * k + 1], text);
		}
	} else if (item.kind != VALUE_LIST && item.kind != VALUE_MAP) {
		value_to_text(item, text);
	}
}

const char *
detail_key(struct arena *a, const struct many *many, const struct st_step *row,
	   const json_t *items, uint32_t i)
{
	json_t *data = detail_row_data(row);
	const char *key = json_string_value(json_object_get(data, "key"));
	struct strbuf text = STRBUF_INIT;
	struct arena scratch = {0};
	const json_t *item = json_array_get(items, i);

	if (key)
		strbuf_adds(&text, key);
	else if (item)
		key_text(many, &scratch, value_from_json(&scratch, item), i,
			 &text);
	if (!text.n || text.n > 200) {
		strbuf_clear(&text);
		strbuf_addf(&text, "%u", i);
	}
	key = arena_strndup(a, text.at, text.n);
	strbuf_release(&text);
	arena_release(&scratch);
	json_decref(data);
	return key;
}

/* --- what a step says of itself --------------------------------------------
 */

static json_t *
words_json(const struct words *w)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < w->n; i++)
		json_array_append_new(list, json_string(w->at[i]));
	return list;
}

static json_t *
bound_json(double bound)
{
	return bound >= -1e15 && bound <= 1e15 &&
			       bound == (double)(int64_t)bound
		       ? json_integer((json_int_t)bound)
		       : json_real(bound);
}

static json_t *
field_json(const struct param *p)
{
	json_t *o = json_object();

	json_object_set_new(o, "name", json_string(p->name));
	json_object_set_new(o, "type", json_string(value_type_name(p->type)));
	json_object_set_new(o, "required", json_boolean(p->required));
	if (p->help)
		json_object_set_new(o, "help", json_string(p->help));
	if (p->has_min)
		json_object_set_new(o, "min", bound_json(p->min));
	if (p->has_max)
		json_object_set_new(o, "max", bound_json(p->max));
	if (p->has_default)
		json_object_set_new(o, "default", value_to_json(p->def));
	if (p->nchoices) {
		json_t *list = json_array();

		for (uint32_t i = 0; i < p->nchoices; i++)
			json_array_append_new(list,
					      value_to_json(p->choices[i]));
		json_object_set_new(o, "enum", list);
	}
	return o;
}

static void
set_missing(json_t *o, const char *key, json_t *value)
{
	if (json_object_get(o, key))
		json_decref(value);
	else
		json_object_set_new(o, key, value);
}

static void
add_timeout(json_t *o, const struct approval *ap)
{
	static const char *const words[] = {
		[APPROVAL_FAIL] = "fail",
		[APPROVAL_APPROVE] = "approve",
		[APPROVAL_REJECT] = "reject",
	};

	if (ap->timeout <= 0)
		return;
	set_missing(o, "timeout_ms", json_integer(ap->timeout));
	set_missing(o, "on_timeout", json_string(words[ap->on_timeout]));
}

static void
add_rejection(json_t *o, const struct workflow *wf, const struct approval *ap)
{
	static const char *const words[] = {
		[ON_REJECT_FAIL] = "fail",
		[ON_REJECT_SKIP] = "skip",
		[ON_REJECT_ROLLBACK] = "rollback",
	};
	json_t *back = json_array();

	for (uint32_t i = 0; i < ap->nsend_back; i++)
		json_array_append_new(
			back, json_string(wf->steps[ap->send_back[i]].id));
	set_missing(o, "on_reject", json_string(words[ap->on_reject]));
	if (ap->reject_target)
		set_missing(o, "reject_to", json_string(ap->reject_target));
	set_missing(o, "send_back", back);
}

static void
add_approval(json_t *o, const struct workflow *wf, const struct approval *ap)
{
	json_t *form = json_array();

	for (uint32_t i = 0; i < ap->form.n; i++)
		json_array_append_new(form, field_json(&ap->form.at[i]));
	if (ap->prompt.text)
		set_missing(o, "prompt", json_string(ap->prompt.text));
	set_missing(o, "assignees", words_json(&ap->assignees));
	set_missing(o, "form", form);
	add_timeout(o, ap);
	add_rejection(o, wf, ap);
}

static void
add_wait(json_t *o, const struct wait *w)
{
	switch (w->kind) {
	case WAIT_FOR:
		set_missing(o, "for_ms", json_integer(w->duration));
		break;
	case WAIT_UNTIL:
		set_missing(o, "until", json_string(w->until.text));
		break;
	case WAIT_SIGNAL:
		set_missing(o, "signal", json_string(w->signal));
		break;
	case WAIT_FILE:
		set_missing(o, "file", json_string(w->file.text));
		break;
	}
}

/* The engine keeps values as JSON text inside its JSON. */
static void
unpack(json_t *o)
{
	static const char *const packed[] = {"item", "answer", "assigned",
					     "env"};

	for (size_t i = 0; i < ARRAY_SIZE(packed); i++) {
		const char *text =
			json_string_value(json_object_get(o, packed[i]));
		json_t *value =
			text ? json_loads(text, JSON_DECODE_ANY, NULL) : NULL;

		if (value)
			json_object_set_new(o, packed[i], value);
	}
}

/* What the engine keeps as bits and people should see as words. */
static void
add_flags(json_t *o)
{
	static const struct {
		unsigned flag;
		const char *word;
	} shown[] = {
		{INST_ASKING,  "asking" },
		{INST_HELD,    "held"   },
		{INST_IGNORED, "ignored"},
		{INST_BY_HAND, "by_hand"},
	};
	int64_t flags = json_integer_value(json_object_get(o, "flags"));

	for (size_t i = 0; i < ARRAY_SIZE(shown); i++)
		if (flags & shown[i].flag)
			json_object_set_new(o, shown[i].word, json_true());
}

const char *
detail_data(struct arena *a, const struct workflow *wf, uint32_t s,
	    const json_t *data)
{
	const struct step *step = &wf->steps[s];
	/* What only the engine understands. */
	static const char *const internal[] = {
		"flags",   "first",  "next",       "child",
		"nchecks", "nundos", "undo_tries", "undo_anew",
		"undone",  "params", "attempts"};
	json_t *o = data ? json_copy((json_t *)(uintptr_t)data) : NULL;
	const char *copy = NULL;
	char *text;

	if (!o && step->action != ACTION_APPROVAL &&
	    step->action != ACTION_WAIT)
		return NULL;
	if (!o)
		o = json_object();
	/* The items of a group are steps of their own. */
	if (json_object_get(o, "n"))
		json_object_del(o, "item");
	unpack(o);
	add_flags(o);
	for (size_t i = 0; i < ARRAY_SIZE(internal); i++)
		json_object_del(o, internal[i]);
	if (step->action == ACTION_APPROVAL && step->more->approval)
		add_approval(o, wf, step->more->approval);
	if (step->action == ACTION_WAIT && step->more->wait)
		add_wait(o, step->more->wait);
	text = json_object_size(o) ? json_dumps(o, JSON_COMPACT) : NULL;
	if (text)
		copy = arena_strdup(a, text);
	free(text);
	json_decref(o);
	return copy;
}
