/* Readers of what makes many of one: foreach, matrix, repeat, redundancy;
 * and of outputs.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "yaml_reader.h"

/* --- foreach ------------------------------------------------------------- */

static void
begin_many(struct reader *r, const struct node *n)
{
	if (r->draft->has_many)
		reader_error(r, n, "keep one of them",
			     "a step has either `foreach` or `matrix`");
	r->draft->has_many = true;
}

void
read_foreach_items(struct reader *r, const struct node *n, void *into,
		   const struct schema_key *key)
{
	struct many *many = &r->draft->many;
	struct value list;
	unsigned scope = r->scope;

	(void)into;
	if (node_kind(&r->tree, n) == NODE_SCALAR) {
		/* The list is there before any item is. */
		r->scope &= ~(unsigned)SCOPE_ITEM;
		read_condition(r, n, &many->list, key);
		r->scope = scope;
		return;
	}
	if (node_kind(&r->tree, n) != NODE_LIST) {
		reader_wrong(r, n, key, "a list, or an expression");
		return;
	}
	list = node_value(&r->tree, n, r->arena);
	many->items = (struct value *)list.items;
	many->nitems = list.n;
	if (list.n > WORKFLOW_MAX_INSTANCES)
		reader_error(r, n, "split it", "more than %d items",
			     WORKFLOW_MAX_INSTANCES);
	node_each(&r->tree, n,
		  item) if (strstr(node_text(&r->tree, item), "${{"))
		reader_error(r, item,
			     "write the whole list as one expression: "
			     "`foreach: '[params.a, \"b\"]'`",
			     "${{ }} inside a literal list");
}

void
read_foreach(struct reader *r, const struct node *n, void *into,
	     const struct schema_key *key)
{
	begin_many(r, n);
	if (node_kind(&r->tree, n) != NODE_MAP) {
		read_foreach_items(r, n, into, key);
		return;
	}
	reader_map(r, n, SCHEMA_FOREACH, r->draft);
	if (!node_get(&r->tree, n, "items"))
		reader_error(r, n, "for example `{items: [a, b], as: x}`",
			     "\"foreach\" needs \"items\"");
}

void
read_many_as(struct reader *r, const struct node *n, void *into,
	     const struct schema_key *key)
{
	static const char *const taken[] = {"params", "env",    "run",
					    "steps",  "index",  "matrix",
					    "signal", "outputs"};
	const char *name = reader_text(r, n, key);

	if (!name)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(taken); i++) {
		if (!str_eq(name, taken[i]))
			continue;
		reader_error(r, n, "choose another name",
			     "\"%s\" means something else in expressions",
			     name);
		return;
	}
	if (name_is_identifier(name))
		*(const char **)into = name;
	else
		reader_error(r, n, "use letters, digits and _",
			     "\"%.80s\" is no good name in expressions", name);
}

void
read_tolerate(struct reader *r, const struct node *n, void *into,
	      const struct schema_key *key)
{
	struct many *many = &r->draft->many;
	const char *text = node_text(&r->tree, n);
	size_t length = strlen(text);
	int64_t percent;

	(void)into;
	if (length < 2 || length > 5 || text[length - 1] != '%') {
		read_u32(r, n, &many->tolerate, key);
		return;
	}
	char digits[8] = {0};

	memcpy(digits, text, length - 1);
	if (str_to_int(digits, 0, 100, &percent)) {
		many->tolerate = (uint32_t)percent;
		many->tolerate_percent = true;
	} else {
		reader_wrong(r, n, key, "a number, or 0% to 100%");
	}
}

/* --- matrix -------------------------------------------------------------- */

static bool
is_axis(const char *name)
{
	return !str_eq(name, "include") && !str_eq(name, "exclude");
}

static struct value
axis_values(struct reader *r, const struct node *name, const struct node *n)
{
	const char *text = node_text(&r->tree, name);

	if (!name_is_identifier(text)) {
		reader_error(r, name, "use letters, digits and _",
			     "\"%.80s\" is no good name in expressions", text);
	} else if (node_kind(&r->tree, n) != NODE_LIST) {
		reader_error(r, n, "for example `os: [linux, bsd]`",
			     "axis \"%s\" must be a list of values, not %s",
			     text, node_kind_name(&r->tree, n));
	} else if (!node_count(&r->tree, n)) {
		reader_error(r, n, "write its values",
			     "axis \"%s\" has no values", text);
	} else {
		return node_value(&r->tree, n, r->arena);
	}
	return (struct value){.kind = VALUE_LIST};
}

/* Does `combination` have all pairs of `pattern`? */
static bool
covers(struct reader *r, struct value combination, struct value pattern)
{
	for (uint32_t i = 0; i < pattern.n; i++) {
		struct value have;

		if (!value_get(combination, pattern.items[2 * i].string,
			       r->arena, &have) ||
		    !value_equal(have, pattern.items[2 * i + 1]))
			return false;
	}
	return true;
}

static bool
excluded(struct reader *r, struct value combination, struct value patterns)
{
	for (uint32_t i = 0; i < patterns.n; i++)
		if (patterns.items[i].kind == VALUE_MAP &&
		    covers(r, combination, patterns.items[i]))
			return true;
	return false;
}

/* The maps of `include` or `exclude`. */
static struct value
extra_maps(struct reader *r, const struct node *n, const char *what,
	   const struct map *axes)
{
	const struct node *list = node_get(&r->tree, n, what);

	if (!list)
		return (struct value){.kind = VALUE_LIST};
	if (node_kind(&r->tree, list) != NODE_LIST) {
		reader_error(r, list, "for example `exclude: [{os: bsd}]`",
			     "\"%s\" must be a list of maps", what);
		return (struct value){.kind = VALUE_LIST};
	}
	node_each(&r->tree, list, item)
	{
		if (node_kind(&r->tree, item) != NODE_MAP) {
			reader_error(r, item,
				     "for example `exclude: [{os: bsd}]`",
				     "\"%s\" must be a list of maps", what);
			continue;
		}
		node_each(&r->tree, item, name)
		{
			const char *text = node_text(&r->tree, name);

			if (str_eq(what, "exclude") && !map_find(axes, text))
				reader_unknown(r, name, "axis", text, axes,
					       "name an axis of the matrix");
			name = node_next(&r->tree, name);
		}
	}
	return node_value(&r->tree, list, r->arena);
}

struct product {
	const char *names[32];
	struct value values[32];
	uint32_t naxes;
	uint64_t total;
};

static struct value
combination(struct reader *r, const struct product *p, uint64_t index)
{
	struct value *pairs = arena_array(r->arena, struct value, 2 * p->naxes);

	/* The last axis turns fastest. */
	for (uint32_t i = p->naxes; i-- > 0;) {
		pairs[2 * i] = value_string_borrowed(p->names[i]);
		pairs[2 * i + 1] = p->values[i].items[index % p->values[i].n];
		index /= p->values[i].n;
	}
	return (struct value){.kind = VALUE_MAP, .n = p->naxes, .items = pairs};
}

static void
fill_matrix(struct reader *r, const struct node *n, const struct product *p,
	    const struct map *axes)
{
	struct many *many = &r->draft->many;
	struct value without = extra_maps(r, n, "exclude", axes);
	struct value with = extra_maps(r, n, "include", axes);
	uint64_t total = p->naxes ? p->total : 0;

	r->cells += total * p->naxes;
	if (r->cells > MAX_CELLS || total * without.n > MAX_EXCLUDED) {
		reader_error(r, n, "use `foreach` with a list",
			     "the matrices of this flow are too large");
		return;
	}
	many->items = arena_array(r->arena, struct value, total + with.n);
	for (uint64_t i = 0; i < total; i++) {
		struct value v = combination(r, p, i);

		if (!excluded(r, v, without))
			many->items[many->nitems++] = v;
	}
	for (uint32_t i = 0; i < with.n; i++)
		if (with.items[i].kind == VALUE_MAP)
			many->items[many->nitems++] = with.items[i];
	if (!many->nitems)
		reader_error(r, n, "give it values, or exclude less",
			     "the matrix has no combinations");
}

void
read_matrix(struct reader *r, const struct node *n, void *into,
	    const struct schema_key *key)
{
	struct product p = {.total = 1};
	struct map axes = {0};

	(void)into;
	begin_many(r, n);
	r->draft->many.is_matrix = true;
	if (node_kind(&r->tree, n) != NODE_MAP) {
		reader_wrong(r, n, key, "a map of names to lists");
		return;
	}
	node_each(&r->tree, n, name)
	{
		const char *text = node_text(&r->tree, name);
		const struct node *values = node_next(&r->tree, name);

		if (is_axis(text) && p.naxes < ARRAY_SIZE(p.names)) {
			struct value v = axis_values(r, name, values);

			map_set(&axes, text, NULL);
			p.total *= v.n ? v.n : 1;
			p.names[p.naxes] = text;
			p.values[p.naxes] = v;
			p.naxes += v.n > 0;
		}
		if (p.total > WORKFLOW_MAX_STEPS) {
			reader_error(r, n, "split it, or use `foreach`",
				     "more than %d combinations",
				     WORKFLOW_MAX_STEPS);
			map_release(&axes);
			return;
		}
		name = values;
	}
	fill_matrix(r, n, &p, &axes);
	map_release(&axes);
}

/* --- repeat, redundancy -------------------------------------------------- */

void
read_repeat(struct reader *r, const struct node *n, void *into,
	    const struct schema_key *key)
{
	struct repeat *repeat = arena_new(r->arena, struct repeat);

	(void)key;
	reader_map(r, n, SCHEMA_REPEAT, repeat);
	if (node_kind(&r->tree, n) == NODE_MAP &&
	    !node_get(&r->tree, n, "until"))
		reader_error(r, n, "for example `until: outputs.ready`",
			     "\"repeat\" needs \"until\"");
	*(const struct repeat **)into = repeat;
}

void
read_redundancy(struct reader *r, const struct node *n, void *into,
		const struct schema_key *key)
{
	struct redundancy *red = into;

	(void)key;
	red->copies = 2;
	reader_map(r, n, SCHEMA_REDUNDANCY, red);
}

/* --- outputs ------------------------------------------------------------- */

static struct output_spec *
output_named(struct step_more *more, const char *name)
{
	for (uint32_t i = 0; i < more->noutputs; i++)
		if (str_eq(more->outputs[i].name, name))
			return &more->outputs[i];
	return NULL;
}

static void
add_capture(struct reader *r, const struct node *n, struct step_more *more)
{
	const char *name = reader_text(r, n, NULL);
	struct output_spec *o;

	if (!name)
		return;
	if (!name_is_identifier(name)) {
		reader_error(r, n, "use letters, digits and _",
			     "\"%.80s\" is no good name of an output", name);
		return;
	}
	o = output_named(more, name);
	if (!o) {
		o = &more->outputs[more->noutputs++];
		*o = (struct output_spec){.name = name, .type = TYPE_STRING};
	}
	o->from_stdout = true;
}

static void
add_output(struct reader *r, const struct node *name, const struct node *type,
	   struct step_more *more)
{
	struct output_spec o = {.name = node_text(&r->tree, name)};
	const char *text = reader_text(r, type, NULL);

	if (!name_is_identifier(o.name)) {
		reader_error(r, name, "use letters, digits and _",
			     "\"%.80s\" is no good name of an output", o.name);
		return;
	}
	if (!text)
		return;
	if (!value_type_from_name(text, &o.type) || o.type == TYPE_ANY ||
	    o.type == TYPE_PATH)
		reader_error(r, type,
			     "one of string, int, number, bool, json, list",
			     "\"%.80s\" is no type of an output", text);
	more->outputs[more->noutputs++] = o;
}

/* Room for the captures of `stdout` is always kept. */
static void
reserve_outputs(struct reader *r, struct step_more *more, uint32_t n)
{
	struct output_spec *old = more->outputs;

	more->outputs = arena_array(r->arena, struct output_spec,
				    more->noutputs + n + 2);
	if (more->noutputs)
		memcpy(more->outputs, old, more->noutputs * sizeof(*old));
}

void
read_outputs(struct reader *r, const struct node *n, void *into,
	     const struct schema_key *key)
{
	struct step_more *more = &r->draft->more;
	const struct node *capture = NULL;
	struct output_spec *early = more->noutputs ? more->outputs : NULL;

	(void)into;
	if (node_kind(&r->tree, n) != NODE_MAP) {
		reader_wrong(r, n, key, "a map of names to types");
		return;
	}
	if (!reader_few(r, n, MAX_NAMES, "outputs"))
		return;
	more->noutputs = 0;
	reserve_outputs(r, more, node_count(&r->tree, n));
	node_each(&r->tree, n, name)
	{
		const struct node *type = node_next(&r->tree, name);

		if (str_eq(node_text(&r->tree, name), "stdout"))
			capture = type;
		else
			add_output(r, name, type, more);
		name = type;
	}
	if (capture)
		add_capture(r, capture, more);
	if (!early)
		return;
	/* The key `stdout` stood above this one. */
	struct output_spec *o = output_named(more, early->name);

	if (o)
		o->from_stdout = true;
	else
		more->outputs[more->noutputs++] = *early;
}

void
read_capture(struct reader *r, const struct node *n, void *into,
	     const struct schema_key *key)
{
	(void)into;
	(void)key;
	if (!r->draft->more.noutputs)
		reserve_outputs(r, &r->draft->more, 0);
	add_capture(r, n, &r->draft->more);
}
