/* Reads params and form fields: specs, or bare default values.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <stdlib.h>

#include "yaml_reader.h"

void
read_param_type(struct reader *r, const struct node *n, void *into,
		const struct schema_key *key)
{
	const char *text = node_text(&r->tree, n);
	enum value_type type;

	if (node_kind(&r->tree, n) == NODE_SCALAR &&
	    value_type_from_name(text, &type) && type != TYPE_ANY)
		*(enum value_type *)into = type;
	else
		reader_wrong(r, n, key,
			     "one of string, int, number, bool, json, list, "
			     "path");
}

bool
reader_regex(struct reader *r, const struct node *n, const char *text,
	     const struct regex **out)
{
	const char *why = NULL;

	*out = regex_compile(r->arena, text, &why);
	if (*out)
		return true;
	reader_error(r, n, "regular expressions are those of RE2",
		     "no valid regular expression: %s", why ? why : "");
	return false;
}

void
read_pattern(struct reader *r, const struct node *n, void *into,
	     const struct schema_key *key)
{
	const char *text = reader_text(r, n, key);
	struct param *p =
		(struct param *)((char *)into - offsetof(struct param, regex));

	if (text && reader_regex(r, n, text, &p->regex))
		p->pattern = text;
}

static bool
read_bound(struct reader *r, const struct node *n, const struct schema_key *key,
	   double *out)
{
	struct value v = value_null();

	if (node_kind(&r->tree, n) == NODE_SCALAR)
		v = node_value(&r->tree, n, r->arena);
	if (v.kind == VALUE_INT)
		*out = (double)v.i;
	else if (v.kind == VALUE_DOUBLE && isfinite(v.d))
		*out = v.d;
	else
		reader_wrong(r, n, key, "a number");
	return v.kind == VALUE_INT || v.kind == VALUE_DOUBLE;
}

void
read_min(struct reader *r, const struct node *n, void *into,
	 const struct schema_key *key)
{
	struct param *p =
		(struct param *)((char *)into - offsetof(struct param, min));

	p->has_min = read_bound(r, n, key, &p->min);
}

void
read_max(struct reader *r, const struct node *n, void *into,
	 const struct schema_key *key)
{
	struct param *p =
		(struct param *)((char *)into - offsetof(struct param, max));

	p->has_max = read_bound(r, n, key, &p->max);
}

/* --- values -------------------------------------------------------------- */

static enum value_type
type_of(struct value v)
{
	switch (v.kind) {
	case VALUE_BOOL:
		return TYPE_BOOL;
	case VALUE_INT:
	case VALUE_UINT:
		return TYPE_INT;
	case VALUE_DOUBLE:
		return TYPE_NUMBER;
	case VALUE_LIST:
		return TYPE_LIST;
	case VALUE_MAP:
		return TYPE_JSON;
	case VALUE_NULL:
	case VALUE_STRING:
	case VALUE_TIMESTAMP:
	case VALUE_DURATION:
	case VALUE_TYPE:
	case VALUE_OBJECT:
		break;
	}
	return TYPE_STRING;
}

/* Text stays as it is written: a string `1.10` is not a number. */
static struct value
value_for(struct reader *r, const struct node *n, enum value_type type)
{
	if (node_kind(&r->tree, n) == NODE_SCALAR &&
	    (type == TYPE_STRING || type == TYPE_PATH))
		return value_string_borrowed(node_text(&r->tree, n));
	return node_value(&r->tree, n, r->arena);
}

static void
check_value(struct reader *r, const struct node *n, const struct param *p,
	    struct value *out)
{
	struct wf_err err;

	if (!param_check(p, r->arena, value_for(r, n, p->type), out, &err))
		reader_error(r, n,
			     err.hint[0] ? err.hint
					 : "change the value, or its rules",
			     "%s", err.message);
}

static void
read_choices(struct reader *r, const struct node *n, struct param *p)
{
	struct param bare = {.name = p->name, .type = p->type};

	if (node_kind(&r->tree, n) != NODE_LIST || !node_count(&r->tree, n)) {
		reader_error(r, n, "for example `enum: [staging, prod]`",
			     "\"enum\" must be a list of values, not %s",
			     node_kind_name(&r->tree, n));
		return;
	}
	p->choices =
		arena_array(r->arena, struct value, node_count(&r->tree, n));
	node_each(&r->tree, n, item)
		check_value(r, item, &bare, &p->choices[p->nchoices++]);
}

static void
check_rules(struct reader *r, const struct node *n, const struct param *p)
{
	bool text = p->type == TYPE_STRING || p->type == TYPE_PATH;
	bool sized = p->type != TYPE_BOOL && p->type != TYPE_JSON;

	if (p->has_min && p->has_max && p->min > p->max)
		reader_error(r, n, "swap them", "\"min\" is above \"max\"");
	if (p->pattern && !text)
		reader_error(r, n, "remove it, or make it a string",
			     "\"pattern\" is for strings, and \"%s\" is %s",
			     p->name, value_type_name(p->type));
	if ((p->has_min || p->has_max) && !sized)
		reader_error(r, n, "remove them",
			     "\"min\" and \"max\" are for numbers, text and "
			     "lists, and \"%s\" is %s",
			     p->name, value_type_name(p->type));
}

static void
read_spec(struct reader *r, const struct node *n, struct param *p)
{
	const struct node *def = node_get(&r->tree, n, "default");
	const struct node *choices = node_get(&r->tree, n, "enum");
	size_t errors = r->diags->nerrors;

	if (def && !node_is_null(&r->tree, def) &&
	    !node_get(&r->tree, n, "type"))
		p->type = type_of(node_value(&r->tree, def, r->arena));
	reader_map(r, n, SCHEMA_PARAM, p);
	if (choices && !node_is_null(&r->tree, choices))
		read_choices(r, choices, p);
	check_rules(r, n, p);
	if (!def || node_is_null(&r->tree, def))
		return;
	if (p->required)
		reader_error(r, n, "remove either of them",
			     "\"%s\" is required, so its default never counts",
			     p->name);
	/* A default cannot be judged by rules that are themselves wrong. */
	if (errors == r->diags->nerrors)
		check_value(r, def, p, &p->def);
	p->has_default = true;
}

void
reader_params(struct reader *r, const struct node *n, const char *what,
	      struct params *out)
{
	if (node_kind(&r->tree, n) != NODE_MAP) {
		reader_error(r, n, "write names with specs or defaults",
			     "\"%s\" must be a map, not %s", what,
			     node_kind_name(&r->tree, n));
		return;
	}
	if (!reader_few(r, n, r->draft ? MAX_NAMES : MAX_PARAMS, what))
		return;
	out->at = arena_array(r->arena, struct param, node_count(&r->tree, n));
	node_each(&r->tree, n, name)
	{
		const struct node *spec = node_next(&r->tree, name);
		struct param *p = &out->at[out->n];

		p->name = node_text(&r->tree, name);
		p->line = (int)name->line;
		p->column = (int)name->column;
		if (!name_is_identifier(p->name)) {
			reader_error(r, name,
				     "use letters, digits and _, and no digit "
				     "first",
				     "\"%.80s\" is no good name", p->name);
		} else if (node_kind(&r->tree, spec) == NODE_MAP) {
			out->n++;
			read_spec(r, spec, p);
		} else {
			out->n++;
			p->def = node_value(&r->tree, spec, r->arena);
			p->type = type_of(p->def);
			p->has_default = p->def.kind != VALUE_NULL;
		}
		name = spec;
	}
}

void
read_params(struct reader *r, const struct node *n, void *into,
	    const struct schema_key *key)
{
	reader_params(r, n, key->name, into);
}

void
read_form(struct reader *r, const struct node *n, void *into,
	  const struct schema_key *key)
{
	reader_params(r, n, key->name, into);
}
