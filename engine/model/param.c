/* Values of params and form fields against their rules.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "param.h"

#include <stdio.h>
#include <stdlib.h>

#include "cel/cel.h"

const struct param *
params_find(const struct params *ps, const char *name)
{
	for (uint32_t i = 0; i < ps->n; i++)
		if (str_eq(ps->at[i].name, name))
			return &ps->at[i];
	return NULL;
}

json_t *
params_defaults(const struct params *ps)
{
	json_t *o = json_object();

	for (uint32_t k = 0; k < ps->n; k++)
		if (ps->at[k].has_default)
			json_object_set_new(o, ps->at[k].name,
					    value_to_json(ps->at[k].def));
	return o;
}

void
params_hint(const struct params *ps, const char *name, struct wf_err *err)
{
	enum {
		most = 8
	};
	const char **names = mem_alloc((ps->n + 1) * sizeof(*names));
	struct strbuf list = STRBUF_INIT;
	const char *near;

	for (uint32_t i = 0; i < ps->n; i++)
		names[i] = ps->at[i].name;
	near = str_nearest(name, names, ps->n);
	for (uint32_t i = 0; i < ps->n && i < most; i++)
		strbuf_addf(&list, "%s%s", i ? ", " : "", names[i]);
	if (near)
		wf_err_hint(err, "did you mean \"%s\"?", near);
	else if (!ps->n)
		wf_err_hint(err, "there are none");
	else
		wf_err_hint(err, "there are: %s%s", list.at,
			    ps->n > most ? ", ..." : "");
	strbuf_release(&list);
	free(names);
}

/* A value as a message shows it, cut short. */
static void
show(struct value v, char *text, size_t size)
{
	struct strbuf b = STRBUF_INIT;

	value_to_text(v, &b);
	snprintf(text, size, "%.60s%s", b.at, b.n > 60 ? "..." : "");
	strbuf_release(&b);
}

static const char *
wanted(enum value_type type)
{
	switch (type) {
	case TYPE_STRING:
		return "text";
	case TYPE_INT:
		return "a whole number";
	case TYPE_NUMBER:
		return "a number";
	case TYPE_BOOL:
		return "true or false";
	case TYPE_JSON:
		return "JSON";
	case TYPE_LIST:
		return "a list";
	case TYPE_PATH:
		return "a path";
	case TYPE_ANY:
		break;
	}
	return "a value";
}

/* How such a value is written. */
static const char *
example(enum value_type type)
{
	switch (type) {
	case TYPE_INT:
		return "give digits alone, such as 3";
	case TYPE_NUMBER:
		return "give a number such as 2.5";
	case TYPE_BOOL:
		return "give true or false in small letters";
	case TYPE_JSON:
		return "give JSON such as {\"a\": 1}";
	case TYPE_LIST:
		return "give a list such as [\"a\", \"b\"]";
	case TYPE_STRING:
	case TYPE_PATH:
	case TYPE_ANY:
		break;
	}
	return "give text";
}

static bool
refuse(const struct param *p, struct value v, const char *must,
       const char *hint, struct wf_err *err)
{
	char text[72];

	show(v, text, sizeof(text));
	ERR(err, WF_USAGE, "\"%s\" must be %s, not \"%s\"", p->name, must,
	    text);
	wf_err_hint(err, "%s%s%s%s", hint, p->help ? " (" : "",
		    p->help ? p->help : "", p->help ? ")" : "");
	return false;
}

static bool
check_choices(const struct param *p, struct value v, struct wf_err *err)
{
	struct strbuf b = STRBUF_INIT;
	const char *near = NULL;
	char must[300], hint[120];

	if (!p->nchoices)
		return true;
	for (uint32_t i = 0; i < p->nchoices; i++) {
		if (value_equal(p->choices[i], v)) {
			strbuf_release(&b);
			return true;
		}
		strbuf_adds(&b, i ? ", " : "");
		value_to_text(p->choices[i], &b);
		if (v.kind == VALUE_STRING &&
		    p->choices[i].kind == VALUE_STRING && !near)
			near = str_nearest(v.string, &p->choices[i].string, 1);
	}
	snprintf(must, sizeof(must), "one of %s", b.at);
	strbuf_release(&b);
	if (near)
		snprintf(hint, sizeof(hint), "did you mean \"%.80s\"?", near);
	return refuse(p, v, must, near ? hint : "give one of these", err);
}

/* What min and max measure; false when they measure nothing. */
static bool
measure(struct value v, double *out, const char **unit)
{
	*unit = "";
	switch (v.kind) {
	case VALUE_INT:
		*out = (double)v.i;
		return true;
	case VALUE_UINT:
		*out = (double)v.u;
		return true;
	case VALUE_DOUBLE:
		*out = v.d;
		return true;
	case VALUE_STRING:
		*unit = " characters long";
		*out = 0;
		for (const char *s = v.string; *s; s++)
			*out += ((unsigned char)*s & 0xc0) != 0x80;
		return true;
	case VALUE_LIST:
		*unit = " items long";
		*out = v.n;
		return true;
	case VALUE_NULL:
	case VALUE_BOOL:
	case VALUE_MAP:
	case VALUE_TIMESTAMP:
	case VALUE_DURATION:
	case VALUE_TYPE:
	case VALUE_OBJECT:
		break;
	}
	return false;
}

static bool
check_bounds(const struct param *p, struct value v, struct wf_err *err)
{
	double d;
	const char *unit;
	char must[120], hint[120];

	if (!measure(v, &d, &unit))
		return true;
	if (p->has_min && p->has_max)
		snprintf(hint, sizeof(hint), "give one from %.15g to %.15g%s",
			 p->min, p->max, unit);
	else
		snprintf(hint, sizeof(hint), "give one of %.15g%s or %s",
			 p->has_min ? p->min : p->max, unit,
			 p->has_min ? "more" : "less");
	/* Written so that NaN is out of bounds. */
	if (p->has_min && !(d >= p->min)) {
		snprintf(must, sizeof(must), "at least %.15g%s", p->min, unit);
		return refuse(p, v, must, hint, err);
	}
	if (p->has_max && !(d <= p->max)) {
		snprintf(must, sizeof(must), "at most %.15g%s", p->max, unit);
		return refuse(p, v, must, hint, err);
	}
	return true;
}

static bool
check_pattern(const struct param *p, struct value v, struct wf_err *err)
{
	char must[200];

	if (!p->regex || v.kind != VALUE_STRING ||
	    regex_search(p->regex, v.string, strlen(v.string)))
		return true;
	snprintf(must, sizeof(must), "text that matches /%.150s/", p->pattern);
	return refuse(p, v, must, "give text of that form", err);
}

bool
param_check(const struct param *p, struct arena *a, struct value in,
	    struct value *out, struct wf_err *err)
{
	(void)a;
	if (!value_has_type(in, p->type))
		return refuse(p, in, wanted(p->type), example(p->type), err);
	if (!check_choices(p, in, err) || !check_bounds(p, in, err) ||
	    !check_pattern(p, in, err))
		return false;
	*out = in;
	return true;
}

bool
param_from_text(const struct param *p, struct arena *a, const char *text,
		struct value *out, struct wf_err *err)
{
	const char *why = "";
	struct value v;

	if (!value_from_text(a, p->type, text, &v, &why))
		return refuse(p, value_string_borrowed(text), why,
			      example(p->type), err);
	return param_check(p, a, v, out, err);
}
