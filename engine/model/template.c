/* Text with expressions in it: cut into parts, evaluated, joined again.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "template.h"

#include <stdio.h>

#include "../base/text.h"
#include "../base/vec.h"

struct parts {
	struct template_part *at;
	size_t n, cap;
};

bool
template_is_dynamic(const char *text)
{
	return strstr(text, "${{") != NULL;
}

static int
columns_before(const char *text, const char *at)
{
	int n = 0;

	for (; text < at; text++)
		n += (*text & 0xC0) != 0x80;
	return n;
}

/* The "}}" that ends an expression: not one inside a string, nor the ends of
 * two nested maps.  In what is no expression at all, the first one. */
static const char *
expression_end(const char *at)
{
	const char *end = cel_find_end(at);

	return end && end[1] == '}' ? end : strstr(at, "}}");
}

static void
add_literal(struct arena *a, struct parts *parts, struct strbuf *literal)
{
	if (literal->n)
		vec_push(parts,
			 (struct template_part){
				 .literal = arena_strdup(a, literal->at)});
	strbuf_clear(literal);
}

/* One `${{ ... }}`; `*at` is moved behind it. */
static bool
add_expression(struct arena *a, const char *text, const char **at,
	       const struct cel_scope *scope, struct parts *parts,
	       struct cel_error *err)
{
	const char *begin = *at + 3, *end = expression_end(begin);
	const struct cel_program *program;

	if (!end) {
		*err = (struct cel_error){.column = columns_before(text, *at) +
						    1};
		snprintf(err->message, sizeof(err->message),
			 "\"${{\" without \"}}\"");
		snprintf(err->hint, sizeof(err->hint),
			 "close it, or write \"$${{\" for the text itself");
		return false;
	}
	program = cel_compile(a, arena_strndup(a, begin, (size_t)(end - begin)),
			      scope, err);
	if (!program) {
		err->column += err->column ? columns_before(text, begin) : 0;
		return false;
	}
	vec_push(parts, (struct template_part){.program = program});
	*at = end + 2;
	return true;
}

static bool
cut(struct arena *a, const char *text, const struct cel_scope *scope,
    struct parts *parts, struct strbuf *literal, struct cel_error *err)
{
	const char *at = text;

	while (*at) {
		if (str_starts(at, "$${{")) {
			strbuf_adds(literal, "${{");
			at += 4;
		} else if (str_starts(at, "${{")) {
			add_literal(a, parts, literal);
			if (!add_expression(a, text, &at, scope, parts, err))
				return false;
		} else {
			strbuf_addc(literal, *at++);
		}
	}
	add_literal(a, parts, literal);
	return true;
}

bool
template_compile(struct arena *a, const char *text,
		 const struct cel_scope *scope, struct template *out,
		 struct cel_error *err)
{
	struct strbuf literal = STRBUF_INIT;
	struct cel_error ignored;
	struct parts parts = {0};
	bool ok;

	*out = (struct template){.text = text};
	if (!template_is_dynamic(text))
		return true;
	ok = cut(a, text, scope, &parts, &literal, err ? err : &ignored);
	if (ok) {
		out->parts =
			arena_copy(a, parts.at, parts.n * sizeof(*parts.at));
		out->nparts = (uint32_t)parts.n;
	}
	vec_release(&parts);
	strbuf_release(&literal);
	return ok;
}

static bool
part_eval(const struct template_part *part, const struct cel_vars *vars,
	  struct arena *a, struct value *out, struct cel_error *err)
{
	if (part->program)
		return cel_eval(part->program, vars, a, out, err);
	*out = value_string_borrowed(part->literal);
	return true;
}

bool
template_eval(const struct template *t, const struct cel_vars *vars,
	      struct arena *a, struct value *out, struct cel_error *err)
{
	struct strbuf text = STRBUF_INIT;
	bool ok = true;

	if (!t->nparts) {
		*out = value_string_borrowed(t->text);
		return true;
	}
	if (t->nparts == 1)
		return part_eval(t->parts, vars, a, out, err);
	for (uint32_t i = 0; i < t->nparts && ok; i++) {
		struct value v;

		ok = part_eval(&t->parts[i], vars, a, &v, err);
		if (ok)
			value_to_text(v, &text);
	}
	if (ok)
		*out = value_string_n(arena_strndup(a, text.at, text.n),
				      text.n);
	strbuf_release(&text);
	return ok;
}

bool
template_render(const struct template *t, const struct cel_vars *vars,
		struct arena *a, const char **out, struct cel_error *err)
{
	struct strbuf text = STRBUF_INIT;
	struct value v;

	if (!template_eval(t, vars, a, &v, err))
		return false;
	value_to_text(v, &text);
	*out = arena_strndup(a, text.at, text.n);
	strbuf_release(&text);
	return true;
}

void
template_each_chain(const struct template *t,
		    void (*visit)(void *arg, const char *const *chain,
				  size_t n),
		    void *arg)
{
	for (uint32_t i = 0; i < t->nparts; i++)
		if (t->parts[i].program)
			cel_each_chain(t->parts[i].program, visit, arg);
}
