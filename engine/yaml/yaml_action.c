/* Readers of actions: child flows, people, waiting; and of process settings.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "../model/civil.h"
#include "yaml_reader.h"

/* --- child flows --------------------------------------------------------- */

void
read_child_path(struct reader *r, const struct node *n, void *into,
		const struct schema_key *key)
{
	const char *path = reader_text(r, n, key);

	if (!path)
		return;
	if (!*path || strstr(path, "${{"))
		reader_error(r, n, "write the path as it is",
			     "\"workflow\" must be the path of a flow file");
	else
		*(const char **)into = path;
	r->draft->child.line = (int)n->line;
	r->draft->child.column = (int)n->column;
}

/* Composite values travel as JSON, which params of type list and json read. */
static void
read_with_value(struct reader *r, const struct node *n, struct template *out)
{
	if (node_kind(&r->tree, n) == NODE_SCALAR) {
		reader_template(r, n, out);
		return;
	}
	out->text =
		value_to_json_text(r->arena, node_value(&r->tree, n, r->arena));
	if (strstr(out->text, "${{"))
		reader_error(r, n,
			     "write one expression: \"${{ [params.a, 1] }}\"",
			     "${{ }} inside a list or map of `with`");
}

void
read_child_with(struct reader *r, const struct node *n, void *into,
		const struct schema_key *key)
{
	struct child_flow *child = &r->draft->child;

	(void)into;
	if (node_kind(&r->tree, n) != NODE_MAP) {
		reader_wrong(r, n, key, "a map of params");
		return;
	}
	child->with =
		arena_array(r->arena, struct arg, node_count(&r->tree, n));
	node_each(&r->tree, n, name)
	{
		struct arg *a = &child->with[child->nwith++];

		a->name = node_text(&r->tree, name);
		name = node_next(&r->tree, name);
		read_with_value(r, name, &a->value);
	}
}

/* --- approval ------------------------------------------------------------ */

void
read_on_reject(struct reader *r, const struct node *n, void *into,
	       const struct schema_key *key)
{
	struct approval *a =
		(struct approval *)((char *)into -
				    offsetof(struct approval, on_reject));
	const struct node *target = node_get(&r->tree, n, "rollback");

	if (node_kind(&r->tree, n) != NODE_MAP) {
		read_enum0(r, n, into, key);
		return;
	}
	reader_map(r, n, SCHEMA_REJECT, a);
	a->on_reject = ON_REJECT_ROLLBACK;
	if (!target)
		reader_error(r, n, "for example `{rollback: start}`",
			     "a map here must say `rollback`");
	else
		a->reject_target = reader_name(r, target, key);
}

static uint32_t *
read_step_list(struct reader *r, const struct node *n,
	       const struct schema_key *key, uint32_t *count)
{
	uint32_t *list;

	*count = 0;
	if (node_kind(&r->tree, n) == NODE_MAP) {
		reader_wrong(r, n, key, "a list of ids");
		return NULL;
	}
	list = arena_array(r->arena, uint32_t, reader_items(r, n));
	for (const struct node *item = reader_first_item(r, n); item;
	     item = reader_next_item(r, n, item)) {
		uint32_t step = reader_step_ref(r, item, "step");

		if (step == STEP_NONE)
			continue;
		if (step == r->step)
			reader_error(r, item, "name another step",
				     "\"%s\" names its own step", key->name);
		else
			list[(*count)++] = step;
	}
	return list;
}

void
read_send_back(struct reader *r, const struct node *n, void *into,
	       const struct schema_key *key)
{
	struct approval *a =
		(struct approval *)((char *)into -
				    offsetof(struct approval, send_back));

	a->send_back = read_step_list(r, n, key, &a->nsend_back);
}

void
read_cancel(struct reader *r, const struct node *n, void *into,
	    const struct schema_key *key)
{
	(void)into;
	r->draft->more.cancel =
		read_step_list(r, n, key, &r->draft->more.ncancel);
}

void
read_approval(struct reader *r, const struct node *n, void *into,
	      const struct schema_key *key)
{
	struct approval *a = arena_new(r->arena, struct approval);

	(void)key;
	a->timeout = DURATION_NONE;
	if (!node_is_null(&r->tree, n))
		reader_map(r, n, SCHEMA_APPROVAL, a);
	*(const struct approval **)into = a;
}

/* --- waiting ------------------------------------------------------------- */

static void
set_wait_kind(struct wait *w, enum wait_kind kind)
{
	w->kind = kind;
}

void
read_wait_for(struct reader *r, const struct node *n, void *into,
	      const struct schema_key *key)
{
	set_wait_kind(
		(struct wait *)((char *)into - offsetof(struct wait, duration)),
		WAIT_FOR);
	read_duration(r, n, into, key);
}

void
read_wait_until(struct reader *r, const struct node *n, void *into,
		const struct schema_key *key)
{
	const char *text = node_text(&r->tree, n);
	int64_t seconds;
	int32_t nanos;

	set_wait_kind(
		(struct wait *)((char *)into - offsetof(struct wait, until)),
		WAIT_UNTIL);
	read_template(r, n, into, key);
	if (node_kind(&r->tree, n) == NODE_SCALAR && !strstr(text, "${{") &&
	    !civil_parse(text, strlen(text), &seconds, &nanos))
		reader_wrong(r, n, key,
			     "a moment such as 2026-01-31T08:00:00Z");
}

void
read_wait_signal(struct reader *r, const struct node *n, void *into,
		 const struct schema_key *key)
{
	const char *name = reader_name(r, n, key);

	set_wait_kind(
		(struct wait *)((char *)into - offsetof(struct wait, signal)),
		WAIT_SIGNAL);
	if (name)
		*(const char **)into = name;
}

void
read_wait_file(struct reader *r, const struct node *n, void *into,
	       const struct schema_key *key)
{
	set_wait_kind(
		(struct wait *)((char *)into - offsetof(struct wait, file)),
		WAIT_FILE);
	read_template(r, n, into, key);
	if (node_kind(&r->tree, n) == NODE_SCALAR && !*node_text(&r->tree, n))
		reader_wrong(r, n, key, "a path");
}

void
read_wait(struct reader *r, const struct node *n, void *into,
	  const struct schema_key *key)
{
	static const char *const kinds[] = {"for", "until", "signal", "file"};
	struct wait *w = arena_new(r->arena, struct wait);
	int given = 0;

	(void)key;
	w->duration = w->timeout = DURATION_NONE;
	reader_map(r, n, SCHEMA_WAIT, w);
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		given += node_get(&r->tree, n, kinds[i]) != NULL;
	if (node_kind(&r->tree, n) == NODE_MAP && given != 1)
		reader_error(r, n, "write one of for, until, signal, file",
			     "\"wait\" must say one thing to wait for");
	else if (w->match.text && w->kind != WAIT_SIGNAL)
		reader_error(r, node_get(&r->tree, n, "match"), "remove it",
			     "\"match\" is for signals");
	*(const struct wait **)into = w;
}

/* --- process ------------------------------------------------------------- */

static const char *const sh_words[] = {"/bin/sh", "-eu"};
static const char *const bash_words[] = {"bash", "-eu", "-o", "pipefail"};

static void
set_words(struct reader *r, struct words *out, const char *const *words,
	  uint32_t n)
{
	out->at = arena_copy(r->arena, words, n * sizeof(*words));
	out->n = n;
}

void
read_shell(struct reader *r, const struct node *n, void *into,
	   const struct schema_key *key)
{
	const char *text = node_text(&r->tree, n);

	if (node_kind(&r->tree, n) == NODE_LIST) {
		read_words(r, n, into, key);
		if (!((struct words *)into)->n)
			reader_wrong(r, n, key, "a program and its options");
	} else if (!reader_text(r, n, key)) {
		return;
	} else if (str_eq(text, "bash")) {
		set_words(r, into, bash_words, ARRAY_SIZE(bash_words));
	} else if (str_eq(text, "sh")) {
		set_words(r, into, sh_words, ARRAY_SIZE(sh_words));
	} else if (!*text || strchr(text, ' ')) {
		reader_error(r, n, "write a list: `shell: [bash, -x]`",
			     "\"%.80s\" is no name of a shell", text);
	} else {
		set_words(r, into, &text, 1);
	}
}

void
read_step_secrets(struct reader *r, const struct node *n, void *into,
		  const struct schema_key *key)
{
	struct step_more *more = &r->draft->more;

	(void)into;
	if (node_kind(&r->tree, n) == NODE_MAP) {
		reader_wrong(r, n, key, "a list of names");
		return;
	}
	more->secrets = arena_array(r->arena, uint32_t, reader_items(r, n));
	for (const struct node *item = reader_first_item(r, n); item;
	     item = reader_next_item(r, n, item)) {
		const char *name = reader_text(r, item, key);
		const struct secret *s =
			name ? map_get(&r->secret_index, name) : NULL;

		if (s)
			more->secrets[more->nsecrets++] =
				(uint32_t)(s - r->wf->secrets);
		else if (name)
			reader_unknown(r, item, "secret", name,
				       &r->secret_index,
				       "declare it under `secrets` of the "
				       "flow");
	}
}

void
read_savepoint(struct reader *r, const struct node *n, void *into,
	       const struct schema_key *key)
{
	const char *name = reader_name(r, n, key);
	char *hint;
	size_t other;

	if (!name)
		return;
	other = (size_t)(uintptr_t)map_get(&r->savepoints, name);
	if (str_eq(name, "start")) {
		reader_error(r, n, "choose another name",
			     "\"start\" is the start of the run");
	} else if (other) {
		hint = mem_printf("step \"%s\" has it; choose another name",
				  r->wf->steps[other - 1].id);
		reader_error(r, n, hint, "a second savepoint \"%s\"", name);
		free(hint);
	} else {
		map_set(&r->savepoints, name, (void *)(uintptr_t)(r->step + 1));
		*(const char **)into = name;
	}
}

void
read_protect(struct reader *r, const struct node *n, void *into,
	     const struct schema_key *key)
{
	struct step_more *more = &r->draft->more;

	(void)into;
	if (node_kind(&r->tree, n) == NODE_MAP) {
		reader_wrong(r, n, key, "a list of paths");
		return;
	}
	more->protect =
		arena_array(r->arena, struct template, reader_items(r, n));
	for (const struct node *item = reader_first_item(r, n); item;
	     item = reader_next_item(r, n, item)) {
		const char *path = reader_text(r, item, key);

		if (path && !*path)
			reader_error(r, item, "remove it", "an empty path");
		else if (path)
			reader_template(r, item,
					&more->protect[more->nprotect++]);
	}
}

/* --- pools --------------------------------------------------------------- */

static void
add_pool(struct reader *r, const struct node *n, uint32_t slots)
{
	struct step_more *more = &r->draft->more;
	const char *name = node_text(&r->tree, n);
	const struct pool *pool = map_get(&r->pool_index, name);

	if (!pool) {
		reader_unknown(r, n, "pool", name, &r->pool_index,
			       "declare it under `pools` of the flow");
		return;
	}
	if (slots > pool->slots)
		reader_error(r, n, "take fewer, or make the pool larger",
			     "pool \"%s\" has %u slots, and the step takes "
			     "%u",
			     name, pool->slots, slots);
	more->pools[more->npools++] = (struct slot_need){name, slots};
}

void
read_pool_needs(struct reader *r, const struct node *n, void *into,
		const struct schema_key *key)
{
	struct step_more *more = &r->draft->more;

	(void)into;
	more->pools = arena_array(r->arena, struct slot_need,
				  node_count(&r->tree, n) + 1);
	more->npools = 0;
	if (node_kind(&r->tree, n) == NODE_SCALAR) {
		add_pool(r, n, 1);
	} else if (node_kind(&r->tree, n) == NODE_LIST) {
		node_each(&r->tree, n, item) if (reader_text(r, item, key))
			add_pool(r, item, 1);
	} else {
		node_each(&r->tree, n, name)
		{
			uint32_t slots = 1;
			const struct node *value = node_next(&r->tree, name);

			read_u32(r, value, &slots, key);
			add_pool(r, name, slots);
			name = value;
		}
	}
}
