/* Readers of what the engine evaluates or runs: expressions, templates,
 * environments, commands.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "yaml_reader.h"

/* --- expressions and templates ------------------------------------------- */

static unsigned
scope_of(const struct schema_key *key)
{
	if (!key)
		return 0;
	if (key->section == SCHEMA_WARN)
		return SCOPE_PERCENTILES;
	if (key->section == SCHEMA_WAIT)
		return SCOPE_SIGNAL;
	if (key->section == SCHEMA_REPEAT || str_eq(key->name, "ensure"))
		return SCOPE_SELF | SCOPE_OUTPUTS;
	return 0;
}

static void
note_pending(struct reader *r, enum pending_kind kind, void *target,
	     const struct node *n, const struct schema_key *key)
{
	vec_push(&r->pending, (struct pending){
				      .kind = kind,
				      .target = target,
				      .node = *n,
				      .key = key,
				      .step = r->step,
				      .scope = r->scope | scope_of(key),
			      });
}

void
read_expr(struct reader *r, const struct node *n, void *into,
	  const struct schema_key *key)
{
	const char *text = reader_text(r, n, key);
	struct expr *out = into;

	if (!text)
		return;
	*out = (struct expr){.text = text};
	node_place(&r->tree, n, 0, &out->line, &out->column);
	if (!text[strspn(text, " \t\n")])
		reader_error(r, n, "write an expression, or remove the key",
			     "an empty expression");
	else
		note_pending(r, PENDING_EXPR, out, n, key);
}

/* `if`: an expression, also the words true and false. */
void
read_condition(struct reader *r, const struct node *n, void *into,
	       const struct schema_key *key)
{
	const char *text = reader_text(r, n, key);
	const char *inner = text ? text + strspn(text, " ") : NULL;

	if (inner && str_starts(inner, "${{"))
		reader_error(r, n, "write the expression alone",
			     "\"%s\" holds a bare expression, without ${{ }}",
			     key->name);
	else if (text)
		read_expr(r, n, into, key);
}

void
read_exprs(struct reader *r, const struct node *n, void *into,
	   const struct schema_key *key)
{
	struct exprs *out = into;
	const struct node *item = reader_first_item(r, n);

	if (node_kind(&r->tree, n) == NODE_MAP) {
		reader_wrong(r, n, key, "a list of expressions");
		return;
	}
	out->n = 0;
	out->at = arena_array(r->arena, struct expr, reader_items(r, n));
	for (; item; item = reader_next_item(r, n, item))
		read_condition(r, item, &out->at[out->n++], key);
}

void
reader_template(struct reader *r, const struct node *n, struct template *out)
{
	*out = (struct template){.text = node_text(&r->tree, n)};
	if (strstr(out->text, "${{"))
		note_pending(r, PENDING_TEMPLATE, out, n, NULL);
}

void
read_template(struct reader *r, const struct node *n, void *into,
	      const struct schema_key *key)
{
	if (reader_text(r, n, key))
		reader_template(r, n, into);
}

/* --- environment --------------------------------------------------------- */

static bool
env_name_is_fine(struct reader *r, const struct node *name)
{
	const char *text = node_text(&r->tree, name);

	if (!name_is_identifier(text)) {
		reader_error(r, name,
			     "use letters, digits and _, and no digit first",
			     "\"%.80s\" is no name of a variable", text);
		return false;
	}
	if (str_starts(text, "WFCTL_")) {
		reader_error(r, name, "choose another name",
			     "names that begin with WFCTL_ are set by wfctl");
		return false;
	}
	return true;
}

/* Merged by name over what is there (from `defaults`). */
void
read_env(struct reader *r, const struct node *n, void *into,
	 const struct schema_key *key)
{
	struct env *out = into;
	struct env merged = {0};
	struct map seen = {0};
	unsigned scope = r->scope;

	if (node_kind(&r->tree, n) != NODE_MAP) {
		reader_wrong(r, n, key, "a map of names to text");
		return;
	}
	if (r->draft && !reader_few(r, n, MAX_NAMES, "variables"))
		return;
	r->variables += out->n + node_count(&r->tree, n);
	if (r->variables > MAX_VARIABLES) {
		reader_error(r, n, "move some into the `env` of the flow",
			     "more than %d variables in the environments of "
			     "all steps",
			     MAX_VARIABLES);
		return;
	}
	/* Nothing refers to its neighbours, hence nothing to itself. */
	r->scope |= r->draft ? SCOPE_FLOW_ENV : SCOPE_NO_ENV;
	merged.at = arena_array(r->arena, struct env_var,
				out->n + node_count(&r->tree, n));
	for (; merged.n < out->n; merged.n++) {
		merged.at[merged.n] = out->at[merged.n];
		map_set(&seen, merged.at[merged.n].name, &merged.at[merged.n]);
	}
	node_each(&r->tree, n, name)
	{
		const struct node *value = node_next(&r->tree, name);
		const char *text = node_text(&r->tree, name);
		struct env_var *var = map_get(&seen, text);

		if (env_name_is_fine(r, name) && reader_text(r, value, key)) {
			if (!var)
				var = &merged.at[merged.n++];
			var->name = text;
			reader_template(r, value, &var->value);
			map_set(&seen, text, var);
		}
		name = value;
	}
	r->scope = scope;
	map_release(&seen);
	*out = merged;
}

/* --- commands ------------------------------------------------------------ */

/* A name for the variable that should carry `${{ expr }}`. */
static char *
variable_for(const char *expr, size_t n)
{
	struct strbuf b = STRBUF_INIT;
	size_t start = n;

	while (n && !name_is_identifier((char[]){expr[n - 1], '\0'}) &&
	       !(expr[n - 1] >= '0' && expr[n - 1] <= '9'))
		n--;
	start = n;
	while (start && (name_is_identifier((char[]){expr[start - 1], '\0'}) ||
			 (expr[start - 1] >= '0' && expr[start - 1] <= '9')))
		start--;
	for (size_t i = start; i < n; i++)
		strbuf_addc(&b, expr[i] >= 'a' && expr[i] <= 'z'
					? (char)(expr[i] - 32)
					: expr[i]);
	if (!b.n || !name_is_identifier(b.at)) {
		strbuf_clear(&b);
		strbuf_adds(&b, "VALUE");
	}
	return strbuf_detach(&b);
}

/* Values never become script text. */
static void
refuse_template(struct reader *r, const struct node *n, const char *text)
{
	const char *open = strstr(text, "${{");
	const char *close = strstr(open, "}}");
	size_t length = close ? (size_t)(close - open) - 3 : strlen(open + 3);
	size_t chars = 0;
	struct node place = *n;
	char *name, *hint;
	int line, column;

	if (length > 100)
		length = 100;
	name = variable_for(open + 3, length);
	hint = mem_printf("write `env: { %s: \"${{%.*s}}\" }` on the step and "
			  "\"$%s\" in the script",
			  name, (int)length, open + 3, name);
	for (const char *p = text; p < open; p++)
		chars += ((unsigned char)*p & 0xc0) != 0x80;
	node_place(&r->tree, n, chars, &line, &column);
	place.line = (uint32_t)line & 0xffffff;
	place.column = (uint32_t)column;
	reader_error(r, &place, hint,
		     "${{ }} inside a script: values never become script "
		     "text");
	free(name);
	free(hint);
}

void
read_run(struct reader *r, const struct node *n, void *into,
	 const struct schema_key *key)
{
	struct command *out = into;
	const char *text = reader_text(r, n, key);

	if (!text)
		return;
	out->run = text;
	if (!text[strspn(text, " \t\n")])
		reader_error(r, n, "write a command", "an empty command");
	else if (strstr(text, "${{"))
		refuse_template(r, n, text);
}

void
read_argv(struct reader *r, const struct node *n, void *into,
	  const struct schema_key *key)
{
	struct command *out = into;

	if (node_kind(&r->tree, n) != NODE_LIST) {
		reader_wrong(r, n, key, "a list of words");
		return;
	}
	if (!node_count(&r->tree, n)) {
		reader_error(r, n, "name a program and its words",
			     "\"%s\" is an empty list", key->name);
		return;
	}
	out->argv =
		arena_array(r->arena, struct template, node_count(&r->tree, n));
	out->nargv = 0;
	node_each(&r->tree, n, item)
	{
		if (!reader_text(r, item, NULL))
			continue;
		if (!out->nargv && !*node_text(&r->tree, item))
			reader_error(r, item, "name a program",
				     "the first word is empty");
		reader_template(r, item, &out->argv[out->nargv++]);
	}
}

void
read_command(struct reader *r, const struct node *n, void *into,
	     const struct schema_key *key)
{
	struct command *out = into;

	if (node_kind(&r->tree, n) == NODE_SCALAR) {
		read_run(r, n, out, key);
	} else if (node_kind(&r->tree, n) == NODE_LIST) {
		read_argv(r, n, out, key);
	} else {
		reader_map(r, n, SCHEMA_COMMAND, out);
		if (!node_get(&r->tree, n, "run") ==
		    !node_get(&r->tree, n, "argv"))
			reader_error(r, n, "write either of them",
				     "a command is `run` or `argv`");
	}
}

void
read_limits(struct reader *r, const struct node *n, void *into,
	    const struct schema_key *key)
{
	(void)key;
	reader_map(r, n, SCHEMA_LIMITS, into);
}
