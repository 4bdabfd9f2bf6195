/* Reads where a step is carried out, by the rows of executor.def.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "yaml_reader.h"

static void
unknown_executor(struct reader *r, const struct node *n, const char *name)
{
	const char *names[32] = {0}, *near;
	struct strbuf hint = STRBUF_INIT;
	size_t count = 0;

	for (; count < schema_nexecutors && count < ARRAY_SIZE(names); count++)
		names[count] = schema_executors[count].name;
	near = str_nearest(name, names, count);
	if (near)
		strbuf_addf(&hint, "did you mean \"%s\"?", near);
	else
		strbuf_adds(&hint, "there are");
	for (size_t i = 0; !near && i < count; i++)
		strbuf_addf(&hint, "%s %s", i ? "," : "", names[i]);
	reader_error(r, n, hint.at, "there is no executor \"%.80s\"", name);
	strbuf_release(&hint);
}

static bool
has_setting(const struct placing *p, const char *name)
{
	for (uint32_t i = 0; i < p->nsettings; i++)
		if (str_eq(p->settings[i].key->name, name))
			return true;
	return false;
}

static void
check_required(struct reader *r, const struct node *n, const struct placing *p)
{
	const struct schema_executor *e = p->executor;

	for (const char *const *name = e->required; *name; name++) {
		const struct schema_key *key = schema_find(e->settings, *name);
		char *hint;

		if (has_setting(p, *name))
			continue;
		hint = mem_printf("for example `executor: { %s: { %s: %s } }`",
				  e->name, key->name, key->example);
		reader_error(r, n, hint, "executor %s needs its `%s`", e->name,
			     key->name);
		free(hint);
	}
}

/* NAME, or {NAME: settings}. */
void
read_executor(struct reader *r, const struct node *n, void *into,
	      const struct schema_key *key)
{
	const struct placing **out = into;
	const struct node *name = n, *with = NULL;
	const struct schema_executor *e;
	struct placing *p;

	if (node_kind(&r->tree, n) == NODE_MAP) {
		name = node_first(&r->tree, n);
		if (node_count(&r->tree, n) != 1) {
			reader_wrong(r, n, key, "one name with its settings");
			return;
		}
		with = node_next(&r->tree, name);
	}
	if (!reader_text(r, name, key))
		return;
	e = schema_executor(node_text(&r->tree, name));
	if (!e) {
		unknown_executor(r, name, node_text(&r->tree, name));
		return;
	}
	p = arena_new(r->arena, struct placing);
	p->executor = e;
	*out = p;
	if (with && !node_is_null(&r->tree, with)) {
		p->settings = arena_array(r->arena, struct place_setting,
					  node_count(&r->tree, with) + 1);
		reader_map(r, with, e->settings, r->draft);
	}
	if (!with || node_is_null(&r->tree, with) ||
	    node_kind(&r->tree, with) == NODE_MAP)
		check_required(r, name, p);
	if (e->settings == SCHEMA_LOCAL)
		*out = NULL;
}

/* What stands there without `${{ }}` can be judged at once. */
static void
check_literal(struct reader *r, const struct node *n,
	      const struct schema_key *key)
{
	int64_t number;
	unsigned choice;
	double min, max;

	if (schema_range(key->type, &min, &max))
		read_i64(r, n, &number, key);
	else if (*key->type == '=')
		read_enum0(r, n, &choice, key);
	else if (!*node_text(&r->tree, n))
		reader_wrong(r, n, key, "some text");
}

void
read_setting(struct reader *r, const struct node *n, void *into,
	     const struct schema_key *key)
{
	/* Ours until the step is kept. */
	struct placing *p = (struct placing *)*(const struct placing **)into;
	struct place_setting *s = &p->settings[p->nsettings];

	if (node_kind(&r->tree, n) == NODE_MAP ||
	    (node_kind(&r->tree, n) == NODE_LIST && !strchr(key->type, '['))) {
		reader_wrong(r, n, key, "text");
		return;
	}
	p->nsettings++;
	s->key = key;
	s->at = arena_array(r->arena, struct template, reader_items(r, n));
	for (const struct node *item = reader_first_item(r, n); item;
	     item = reader_next_item(r, n, item)) {
		const char *text = reader_text(r, item, key);

		if (!text)
			continue;
		if (!template_is_dynamic(text))
			check_literal(r, item, key);
		reader_template(r, item, &s->at[s->n++]);
	}
}
