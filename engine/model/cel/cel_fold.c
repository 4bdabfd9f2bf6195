/* Macros at work: one condition or step for each item of a list or key of a
 * map.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../../base/vec.h"
#include "cel_int.h"

/* What is walked over, and what is gathered on the way. */
struct walk {
	struct evaluation *e;
	const struct node *node;
	const struct fold *fold;
	struct value range;
	struct value *found;
	size_t nfound, room;
};

static bool
gather(struct walk *w, struct value v)
{
	if (w->nfound == w->room) {
		size_t room = w->room ? 2 * w->room : 8;

		if (!cel_room(w->e, room * sizeof(v)))
			return false;
		w->found = mem_realloc(w->found, room * sizeof(v));
		w->room = room;
	}
	w->found[w->nfound++] = v;
	return true;
}

/* Set the macro's variables for the i-th item. */
static void
set_variables(struct walk *w, uint32_t i)
{
	struct value *slots = w->e->locals + w->fold->slot;
	const struct value *items = w->range.items;
	bool map = w->range.kind == VALUE_MAP;

	if (w->fold->two) {
		slots[0] = map ? items[2 * (size_t)i] : value_int(i);
		slots[1] = items[map ? 2 * (size_t)i + 1 : i];
	} else {
		slots[0] = items[map ? 2 * (size_t)i : i];
	}
}

/* all and exists: like && and ||, one item may decide though others fail. */
static bool
fold_logic(struct walk *w, struct value *out)
{
	bool decisive = w->fold->kind == FOLD_EXISTS, failed = false, b;
	struct cel_error first = {0};

	for (uint32_t i = 0; i < w->range.n; i++) {
		set_variables(w, i);
		if (cel_eval_bool(w->e, w->fold->step, w->node->name, &b)) {
			if (b != decisive)
				continue;
			*out = value_bool(decisive);
			return true;
		}
		if (w->e->spent)
			return false;
		if (!failed)
			first = *w->e->err;
		failed = true;
	}
	*out = value_bool(!decisive);
	if (failed)
		*w->e->err = first;
	return !failed;
}

static bool
fold_exists_one(struct walk *w, struct value *out)
{
	uint32_t n = 0;
	bool b;

	for (uint32_t i = 0; i < w->range.n; i++) {
		set_variables(w, i);
		if (!cel_eval_bool(w->e, w->fold->step, w->node->name, &b))
			return false;
		n += b;
	}
	*out = value_bool(n == 1);
	return true;
}

static bool
gather_entries(struct walk *w, struct value map)
{
	if (map.kind != VALUE_MAP)
		return cel_fail(w->e, "transformMapEntry() wants a map, not %s",
				value_kind_name(map.kind));
	for (uint32_t i = 0; i < map.n; i++) {
		const struct value *pair = map.items + 2 * (size_t)i;

		if (!cel_check_key(w->e, w->found, (uint32_t)(w->nfound / 2),
				   pair[0]) ||
		    !gather(w, pair[0]) || !gather(w, pair[1]))
			return false;
	}
	return true;
}

static bool
gather_step(struct walk *w)
{
	const struct fold *fold = w->fold;
	struct value v = w->e->locals[fold->slot];

	if (fold->step && !cel_eval_node(w->e, fold->step, &v))
		return false;
	if (fold->kind == FOLD_MAP_ENTRY)
		return gather_entries(w, v);
	if (fold->kind == FOLD_MAP && !gather(w, w->e->locals[fold->slot]))
		return false;
	return gather(w, v);
}

static bool
gather_all(struct walk *w)
{
	bool take = true;

	for (uint32_t i = 0; i < w->range.n; i++) {
		set_variables(w, i);
		if (w->fold->condition &&
		    !cel_eval_bool(w->e, w->fold->condition, w->node->name,
				   &take))
			return false;
		if (take && !gather_step(w))
			return false;
	}
	return cel_room(w->e, w->nfound * sizeof(*w->found));
}

static bool
fold_gather(struct walk *w, struct value *out)
{
	bool list = w->fold->kind == FOLD_LIST, ok = gather_all(w);

	if (ok) {
		out->kind = list ? VALUE_LIST : VALUE_MAP;
		out->n = (uint32_t)(list ? w->nfound : w->nfound / 2);
		out->items = arena_copy(w->e->arena, w->found,
					w->nfound * sizeof(*w->found));
	}
	free(w->found);
	return ok;
}

bool
cel_eval_fold(struct evaluation *e, const struct node *node, struct value *out)
{
	struct walk w = {.e = e, .node = node, .fold = node->fold};

	if (!cel_eval_node(e, node->args[0], &w.range))
		return false;
	w.range = value_all(w.range, e->arena);
	if (w.range.kind != VALUE_LIST && w.range.kind != VALUE_MAP)
		return cel_fail(e, "%s() goes over a list or a map, not %s",
				node->name, value_kind_name(w.range.kind));
	switch (w.fold->kind) {
	case FOLD_ALL:
	case FOLD_EXISTS:
		return fold_logic(&w, out);
	case FOLD_EXISTS_ONE:
		return fold_exists_one(&w, out);
	case FOLD_LIST:
	case FOLD_MAP:
	case FOLD_MAP_ENTRY:
		break;
	}
	return fold_gather(&w, out);
}
