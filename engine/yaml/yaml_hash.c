/* A number for what a step does, so that two versions of a flow compare.
 *
 * Made from the keys whose rows are KD in schema.def, whatever the order or
 * the spelling of the YAML, from the ids it needs, and from the settings for
 * all steps that reach it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "yaml_reader.h"
#include "yaml_scalar.h"

static uint64_t
mix(uint64_t a, uint64_t b)
{
	uint64_t h = (a ^ (b + 0x9e3779b97f4a7c15u + (a << 6) + (a >> 2)));

	h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9u;
	h = (h ^ (h >> 27)) * 0x94d049bb133111ebu;
	return h ^ (h >> 31);
}

static uint64_t
hash_text(const char *text, uint64_t seed)
{
	uint64_t h = 0xcbf29ce484222325u ^ seed;

	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * 0x100000001b3u;
	return mix(h, seed);
}

static uint64_t
hash_node(const struct node_tree *t, const struct node *n)
{
	uint64_t h = 1 + (uint64_t)node_kind(t, n), key = 0;
	bool value = false;

	switch (node_kind(t, n)) {
	case NODE_SCALAR:
		h = node_real(t, n)->style == NODE_PLAIN
			    ? (uint64_t)scalar_resolve(node_text(t, n), NULL)
			    : (uint64_t)VALUE_STRING;
		return hash_text(node_text(t, n), h);
	case NODE_LIST:
		node_each(t, n, item) h = mix(h, hash_node(t, item));
		return h;
	case NODE_MAP:
	case NODE_ALIAS:
		break;
	}
	/* The order of a map's pairs means nothing. */
	node_each(t, n, child)
	{
		if (value)
			h += mix(key, hash_node(t, child));
		else
			key = hash_text(node_text(t, child), 7);
		value = !value;
	}
	return h;
}

static uint64_t
hash_key(struct reader *r, const struct node *map, const char *key)
{
	const struct node *value = map ? node_get(&r->tree, map, key) : NULL;

	return value ? mix(hash_text(key, 3), hash_node(&r->tree, value)) : 0;
}

void
reader_hash_base(struct reader *r)
{
	const struct node *defaults =
		node_get(&r->tree, r->tree.root, "defaults");

	r->hash_env = mix(hash_key(r, r->tree.root, "env"),
			  hash_key(r, defaults, "env"));
	r->hash_shell = hash_key(r, defaults, "shell");
	r->hash_workdir = hash_key(r, defaults, "workdir");
	r->hash_executor = hash_key(r, defaults, "executor");
}

static uint64_t
hash_needs(const struct reader *r, const struct step *s)
{
	uint64_t h = 0;

	for (uint32_t i = 0; i < s->nneeds; i++)
		h += mix(hash_text(r->wf->steps[s->needs[i].step].id, 5),
			 need_accept(s->needs[i]));
	return h;
}

/* Of its keys; its needs are known only when all steps are. */
uint64_t
reader_hash_keys(struct reader *r, const struct node *step)
{
	uint64_t h = 0;
	bool shell = false, workdir = false, executor = false;

	node_each(&r->tree, step, key)
	{
		const struct node *value = node_next(&r->tree, key);
		const char *name = node_text(&r->tree, key);
		const struct schema_key *row = schema_find(SCHEMA_STEP, name);

		if (row && row->decides)
			h += mix(hash_text(name, 3),
				 hash_node(&r->tree, value));
		shell |= str_eq(name, "shell");
		workdir |= str_eq(name, "workdir");
		executor |= str_eq(name, "executor");
		key = value;
	}
	if (!shell)
		h += r->hash_shell;
	if (!workdir)
		h += r->hash_workdir;
	if (!executor)
		h += r->hash_executor;
	return h;
}

/* `s->hash` is that of its keys so far. */
uint64_t
reader_hash_step(const struct reader *r, const struct step *s)
{
	uint64_t h = s->hash + mix(hash_needs(r, s), r->hash_env);

	return h ? h : 1;
}
