/* Walks maps by the rows of schema.def; findings with places and hints.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <ctype.h>
#include <stdlib.h>

#include "yaml_reader.h"

/* Reader and offset of each row of schema.def, in its order. */
static const struct {
	reader_fn *read;
	size_t offset;
} readings[] = {
#define INTO(reader, type, member)                    read_##reader, offsetof(struct type, member)
#define K(section, key, type, reading, help, example) {reading},
#include "../model/schema.def"
#undef INTO
};

/* --- findings ------------------------------------------------------------ */

void
reader_error(struct reader *r, const struct node *n, const char *hint,
	     const char *fmt, ...)
{
	va_list ap;
	char *message;

	if (r->diags->n >= WF_MAX_FINDINGS)
		return;
	va_start(ap, fmt);
	message = mem_vprintf(fmt, ap);
	va_end(ap);
	wf_diags_add(r->diags, WF_SEV_ERROR, NULL, r->file,
		     n ? (int)n->line : 1, n ? (int)n->column : 1, hint, "%s",
		     message);
	free(message);
}

void
reader_wrong(struct reader *r, const struct node *n,
	     const struct schema_key *key, const char *wanted)
{
	char *hint =
		mem_printf("for example `%s: %s`", key->name, key->example);
	const char *text = node_text(&r->tree, n);

	if (node_kind(&r->tree, n) == NODE_SCALAR && *text)
		reader_error(r, n, hint, "\"%s\" must be %s, not \"%.80s\"",
			     key->name, wanted, text);
	else
		reader_error(r, n, hint, "\"%s\" must be %s, not %s", key->name,
			     wanted, node_kind_name(&r->tree, n));
	free(hint);
}

void
reader_unknown(struct reader *r, const struct node *n, const char *what,
	       const char *name, const struct map *names, const char *otherwise)
{
	const char **words;
	const char *near = NULL;
	char *hint;

	/* With very many names a guess is not worth its time. */
	if (names && names->n && names->n * r->diags->n <= 2000000) {
		words = mem_alloc(names->n * sizeof(*words));
		for (size_t i = 0; i < names->n; i++)
			words[i] = names->at[i].key;
		near = str_nearest(name, words, names->n);
		free(words);
	}
	hint = near ? mem_printf("did you mean \"%s\"?", near)
		    : mem_strdup(otherwise);
	reader_error(r, n, hint, "there is no %s \"%.80s\"", what, name);
	free(hint);
}

bool
reader_few(struct reader *r, const struct node *n, uint32_t max,
	   const char *what)
{
	if (node_count(&r->tree, n) <= max)
		return true;
	reader_error(r, n, "split it", "more than %u %s", max, what);
	return false;
}

/* --- maps ---------------------------------------------------------------- */

static void
unknown_key(struct reader *r, const struct node *key,
	    enum schema_section section)
{
	const char *name = node_text(&r->tree, key);
	const char *near;
	const struct schema_key *other;
	const char *where = schema_section_meaning(section);
	char *hint;

	if (r->diags->n >= WF_MAX_FINDINGS)
		return;
	near = schema_synonym(section, name);
	other = schema_elsewhere(name);
	if (!near && !other)
		near = schema_nearest(section, name);
	if (near)
		hint = mem_printf("did you mean \"%s\"?", near);
	else if (other)
		hint = mem_printf("\"%s\" belongs to %s", name,
				  schema_section_meaning(other->section));
	else
		hint = mem_strdup("wfctl-flow(5) lists the keys");
	reader_error(r, key, hint, "unknown key \"%.80s\" in %s", name, where);
	free(hint);
}

static bool
takes_null(const struct schema_key *key)
{
	return strstr(key->type, "null") != NULL;
}

/* Was the row read before, from this very map?  A duplicate key has been
 * reported; its second value would be put on top of the first. */
static bool
read_before(struct reader *r, const struct node *map, const struct node *name)
{
	return node_get(&r->tree, map, node_text(&r->tree, name)) !=
	       node_next(&r->tree, name);
}

void
reader_map(struct reader *r, const struct node *n, enum schema_section section,
	   void *base)
{
	if (node_kind(&r->tree, n) != NODE_MAP) {
		reader_error(r, n, "write `key: value` pairs",
			     "%s must be a map, not %s",
			     schema_section_meaning(section),
			     node_kind_name(&r->tree, n));
		return;
	}
	node_each(&r->tree, n, name)
	{
		const struct node *value = node_next(&r->tree, name);
		const struct schema_key *key =
			schema_find(section, node_text(&r->tree, name));

		if (!key) {
			unknown_key(r, name, section);
		} else if (read_before(r, n, name)) {
			/* nothing to add */
		} else if (node_is_null(&r->tree, value) && !takes_null(key)) {
			char *hint = mem_printf("for example `%s: %s`",
						key->name, key->example);

			reader_error(r, name, hint, "\"%s\" has no value",
				     key->name);
			free(hint);
		} else {
			size_t row = (size_t)(key - schema_keys);

			readings[row].read(r, value,
					   (char *)base + readings[row].offset,
					   key);
		}
		name = value;
	}
}

/* --- words --------------------------------------------------------------- */

const char *
reader_text(struct reader *r, const struct node *n,
	    const struct schema_key *key)
{
	if (node_kind(&r->tree, n) == NODE_SCALAR)
		return node_text(&r->tree, n);
	if (key)
		reader_wrong(r, n, key, "text");
	else
		reader_error(r, n, "write a word or quoted text",
			     "this must be text, not %s",
			     node_kind_name(&r->tree, n));
	return NULL;
}

static bool
is_word(const char *name, bool dashes)
{
	size_t n = 0;

	if (!isalpha((unsigned char)*name) && *name != '_')
		return false;
	for (; name[n]; n++)
		if (!isalnum((unsigned char)name[n]) && name[n] != '_' &&
		    !(dashes && name[n] == '-'))
			return false;
	return n <= 64;
}

bool
name_is_valid(const char *name)
{
	return is_word(name, true);
}

bool
name_is_identifier(const char *name)
{
	return is_word(name, false);
}

const char *
reader_name(struct reader *r, const struct node *n,
	    const struct schema_key *key)
{
	const char *name = reader_text(r, n, key);

	if (!name || name_is_valid(name))
		return name;
	reader_error(r, n,
		     "use letters, digits, _ and -, at most 64, and begin "
		     "with a letter or _",
		     "\"%.80s\" is no good name", name);
	return NULL;
}

void
reader_step_names(struct reader *r, struct map *names)
{
	for (uint32_t i = 0; i < r->wf->nsteps; i++)
		if (workflow_step(r->wf, r->wf->steps[i].id) == i)
			map_set(names, r->wf->steps[i].id, &r->wf->steps[i]);
}

uint32_t
reader_step_ref(struct reader *r, const struct node *n, const char *what)
{
	const char *id = reader_text(r, n, NULL);
	uint32_t step;

	if (!id)
		return STEP_NONE;
	step = workflow_step(r->wf, id);
	r->incomplete |= step == STEP_NONE;
	if (step == STEP_NONE && !r->streaming) {
		struct map names = {0};

		reader_step_names(r, &names);
		reader_unknown(r, n, what, id, &names,
			       "name a step of this flow");
		map_release(&names);
	}
	return step;
}

uint32_t
reader_items(struct reader *r, const struct node *n)
{
	return node_kind(&r->tree, n) == NODE_LIST ? node_count(&r->tree, n)
						   : 1;
}

const struct node *
reader_first_item(struct reader *r, const struct node *n)
{
	return node_kind(&r->tree, n) == NODE_LIST ? node_first(&r->tree, n)
						   : n;
}

const struct node *
reader_next_item(struct reader *r, const struct node *list,
		 const struct node *item)
{
	return node_kind(&r->tree, list) == NODE_LIST
		       ? node_next(&r->tree, item)
		       : NULL;
}
