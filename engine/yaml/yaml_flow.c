/* Readers of the keys at the top of a flow file.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "../model/cron.h"
#include "yaml_reader.h"

void
read_order(struct reader *r, const struct node *n, void *into,
	   const struct schema_key *key)
{
	read_bool_word(r, n, into, key);
}

static bool
is_map(struct reader *r, const struct node *n, const struct schema_key *key)
{
	if (node_kind(&r->tree, n) == NODE_MAP)
		return true;
	reader_wrong(r, n, key, "a map");
	return false;
}

/* --- secrets ------------------------------------------------------------- */

void
read_secret_env(struct reader *r, const struct node *n, void *into,
		const struct schema_key *key)
{
	const char *text = reader_text(r, n, key);

	if (text && !name_is_identifier(text))
		reader_error(r, n, "name an environment variable",
			     "\"%.80s\" is no name of a variable", text);
	else if (text)
		*(const char **)into = text;
}

void
read_secret_file(struct reader *r, const struct node *n, void *into,
		 const struct schema_key *key)
{
	struct secret *s = (struct secret *)((char *)into -
					     offsetof(struct secret, place));

	read_str(r, n, into, key);
	if (s->place && !*s->place)
		reader_error(r, n, "write its path", "\"file\" names no file");
	else if (s->place)
		reader_is_plain(r, n, key);
	s->source = SECRET_FILE;
}

void
read_secret_argv(struct reader *r, const struct node *n, void *into,
		 const struct schema_key *key)
{
	struct secret *s =
		(struct secret *)((char *)into - offsetof(struct secret, argv));

	read_words(r, n, into, key);
	if (node_kind(&r->tree, n) == NODE_LIST && !node_count(&r->tree, n))
		reader_error(r, n, "name a program and its words",
			     "\"argv\" is an empty list");
	s->source = SECRET_ARGV;
}

void
read_secrets(struct reader *r, const struct node *n, void *into,
	     const struct schema_key *key)
{
	struct workflow *wf = r->wf;

	(void)into;
	if (!is_map(r, n, key))
		return;
	wf->secrets =
		arena_array(r->arena, struct secret, node_count(&r->tree, n));
	node_each(&r->tree, n, name)
	{
		const struct node *source = node_next(&r->tree, name);
		struct secret *s = &wf->secrets[wf->nsecrets];

		s->name = node_text(&r->tree, name);
		if (!name_is_identifier(s->name)) {
			reader_error(r, name,
				     "it becomes a variable: use letters, "
				     "digits and _",
				     "\"%.80s\" is no name of a secret",
				     s->name);
		} else {
			map_set(&r->secret_index, s->name,
				&wf->secrets[wf->nsecrets++]);
			reader_map(r, source, SCHEMA_SECRET, s);
			if (node_kind(&r->tree, source) == NODE_MAP &&
			    node_count(&r->tree, source) != 1)
				reader_error(r, name,
					     "write one of env, file, argv",
					     "secret \"%s\" must have one "
					     "source",
					     s->name);
		}
		name = source;
	}
}

/* --- pools, concurrency, rollback ---------------------------------------- */

void
read_pool_scope(struct reader *r, const struct node *n, void *into,
		const struct schema_key *key)
{
	read_bool_word(r, n, into, key);
}

void
read_pools(struct reader *r, const struct node *n, void *into,
	   const struct schema_key *key)
{
	struct workflow *wf = r->wf;

	(void)into;
	if (!is_map(r, n, key))
		return;
	wf->pools = arena_array(r->arena, struct pool, node_count(&r->tree, n));
	node_each(&r->tree, n, name)
	{
		const struct node *spec = node_next(&r->tree, name);
		struct pool *p = &wf->pools[wf->npools];

		p->name = reader_name(r, name, key);
		p->slots = 1;
		if (p->name) {
			map_set(&r->pool_index, p->name, p);
			wf->npools++;
			if (node_kind(&r->tree, spec) == NODE_MAP)
				reader_map(r, spec, SCHEMA_POOL, p);
			else
				read_u32(r, spec, &p->slots, key);
		}
		name = spec;
	}
}

void
read_concurrency(struct reader *r, const struct node *n, void *into,
		 const struct schema_key *key)
{
	if (node_kind(&r->tree, n) == NODE_SCALAR) {
		read_template(r, n, into, key);
		return;
	}
	reader_map(r, n, SCHEMA_CONCURRENCY, r->wf);
	if (!r->wf->concurrency_group.text)
		reader_error(r, n, "for example `{group: deploy}`",
			     "\"concurrency\" needs a group");
}

void
read_rollback(struct reader *r, const struct node *n, void *into,
	      const struct schema_key *key)
{
	(void)into;
	(void)key;
	reader_map(r, n, SCHEMA_ROLLBACK, r->wf);
}

void
read_flow_warn(struct reader *r, const struct node *n, void *into,
	       const struct schema_key *key)
{
	(void)key;
	r->wf->has_warn = true;
	reader_map(r, n, SCHEMA_FLOW_WARN, into);
}

/* --- hooks, outputs, schedule -------------------------------------------- */

void
read_hooks(struct reader *r, const struct node *n, void *into,
	   const struct schema_key *key)
{
	(void)into;
	(void)key;
	r->scope = SCOPE_ALL_STEPS;
	reader_map(r, n, SCHEMA_HOOKS, r->wf);
	r->scope = 0;
}

void
read_run_outputs(struct reader *r, const struct node *n, void *into,
		 const struct schema_key *key)
{
	struct workflow *wf = r->wf;

	(void)into;
	if (!is_map(r, n, key))
		return;
	r->scope = SCOPE_ALL_STEPS;
	wf->outputs = arena_array(r->arena, struct run_output,
				  node_count(&r->tree, n));
	node_each(&r->tree, n, name)
	{
		const struct node *value = node_next(&r->tree, name);
		struct run_output *o = &wf->outputs[wf->noutputs];

		o->name = node_text(&r->tree, name);
		if (!name_is_identifier(o->name)) {
			reader_error(r, name, "use letters, digits and _",
				     "\"%.80s\" is no good name", o->name);
		} else if (reader_text(r, value, key)) {
			wf->noutputs++;
			reader_template(r, value, &o->value);
		}
		name = value;
	}
	r->scope = 0;
}

void
read_cron(struct reader *r, const struct node *n, void *into,
	  const struct schema_key *key)
{
	const char *text = reader_text(r, n, key);
	char why[160];

	if (text && cron_check(text, why, sizeof(why)))
		*(const char **)into = text;
	else if (text)
		reader_error(r, n,
			     "write minute, hour, day, month and weekday, for "
			     "example `cron: \"0 3 * * *\"`",
			     "\"%.80s\" is no crontab line: %s", text, why);
}

void
read_timezone(struct reader *r, const struct node *n, void *into,
	      const struct schema_key *key)
{
	const char *text = reader_text(r, n, key);

	if (text && !cel_zone_is_known(text))
		reader_wrong(r, n, key, "a time zone such as Europe/Berlin");
	else if (text)
		*(const char **)into = text;
}

void
read_schedule(struct reader *r, const struct node *n, void *into,
	      const struct schema_key *key)
{
	(void)key;
	reader_map(r, n, SCHEMA_SCHEDULE, into);
	if (node_kind(&r->tree, n) == NODE_MAP &&
	    !node_get(&r->tree, n, "cron"))
		reader_error(r, n, "for example `{cron: \"0 3 * * *\"}`",
			     "\"schedule\" needs \"cron\"");
}

/* --- the whole ----------------------------------------------------------- */

static void
read_defaults(struct reader *r, const struct node *n)
{
	struct step_draft *draft = arena_new(r->arena, struct step_draft);

	memcpy(&draft->more, r->base, sizeof(draft->more));
	r->draft = draft;
	reader_map(r, n, SCHEMA_DEFAULTS, draft);
	r->draft = NULL;
	r->base = &draft->more;
}

/* The file's name without its ending. */
static const char *
name_of_file(struct reader *r)
{
	const char *slash = strrchr(r->file, '/');
	const char *base = slash ? slash + 1 : r->file;
	size_t n = strlen(base);

	if (str_eq(base, "<stdin>"))
		return "stdin";
	if (str_ends(base, ".yaml"))
		n -= 5;
	else if (str_ends(base, ".yml"))
		n -= 4;
	return n ? arena_strndup(r->arena, base, n) : "flow";
}

bool
reader_flow_keys(struct reader *r)
{
	const struct node *root = r->tree.root, *defaults;
	struct step_more *base = arena_new(r->arena, struct step_more);

	step_more_init(base);
	r->base = base;
	r->step = STEP_NONE;
	if (node_kind(&r->tree, root) != NODE_MAP) {
		reader_error(r, root,
			     "begin with `version: 1` and a list of `steps`",
			     "a flow file is a map, and this is %s",
			     node_kind_name(&r->tree, root));
		return false;
	}
	reader_map(r, root, SCHEMA_FLOW, r->wf);
	if (!node_get(&r->tree, root, "version"))
		reader_error(r, root, "write `version: 1` in the first line",
			     "\"version\" is missing");
	if (!r->wf->name || !*r->wf->name)
		r->wf->name = name_of_file(r);
	defaults = node_get(&r->tree, root, "defaults");
	if (defaults && !node_is_null(&r->tree, defaults))
		read_defaults(r, defaults);
	return true;
}

void
reader_flow(struct reader *r)
{
	if (reader_flow_keys(r))
		reader_steps(r, r->tree.root);
}
