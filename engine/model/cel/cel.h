/* The Common Expression Language: compile once, evaluate often.
 *
 * Follows the language definition of github.com/google/cel-spec for all
 * operators and literals except bytes, `has()`, the macros `all exists
 * exists_one map filter`, the standard functions, the string extensions,
 * timestamps and durations.  Regular expressions run on a matcher without
 * backtracking, so no pattern can hang the engine.
 *
 *	struct cel_program *p = cel_compile(&arena, "a + 1 < 10", &scope, &e);
 *	if (p && cel_eval(p, &vars, &scratch, &result, &e)) ...
 *
 * Programs are immutable and live in the arena given to cel_compile; they
 * may be evaluated any number of times.  Nothing here does input or output.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_CEL_H
#define WF_CEL_H

#include "../value.h"

/* Limits; beyond each of them is an error, never a crash or a hang. */
enum {
	CEL_MAX_TEXT = 64 * 1024,
	CEL_MAX_DEPTH = 250,       /* nesting of the expression */
	CEL_MAX_STEPS = 2000000,   /* evaluations of one node */
	CEL_MAX_RESULT = 16 << 20, /* bytes allocated by one evaluation */
	CEL_MAX_VALUE = 64 << 20,  /* bytes of the result written out */
};

struct cel_error {
	int column; /* 1-based, in characters of the expression; 0 unknown */
	char message[256];
	char hint[160]; /* may be empty */
};

/* What the checker knows while compiling.  `resolve` is asked for each
 * maximal chain of names, e.g. {"steps", "build", "outputs", "version"} (as
 * many fields as are written with `.name` or `["literal"]`).  It answers
 * false and fills the error's message and hint when the chain is wrong; on
 * success it may narrow `*kind_out` (VALUE_OBJECT means: not known), which
 * feeds the type checks.  It may set `err->column` to the number of the wrong
 * name in the chain, from 1; the checker makes it a place in the text.
 * NULL resolve: any name and any function is accepted, kinds are not checked,
 * and what is wrong fails at evaluation. */
struct cel_scope {
	bool (*resolve)(void *arg, const char *const *chain, size_t n,
			enum value_kind *kind_out, struct cel_error *err);
	void *arg;
};

/* Values of the root names at evaluation.  For a.b.c the names "a.b.c",
 * "a.b" and "a" are asked for, in this order. */
struct cel_vars {
	bool (*lookup)(void *arg, const char *name, struct arena *a,
		       struct value *out);
	void *arg;
};

struct cel_program;

/* NULL and `err` filled when the text is no valid expression. */
struct cel_program *
cel_compile(struct arena *a, const char *text, const struct cel_scope *scope,
	    struct cel_error *err);

/* What the program gives, as far as the checker could tell: a bool for
 * "a < b"; VALUE_OBJECT when it is not known. */
enum value_kind cel_result_kind(const struct cel_program *p);

/* False and `err` filled on a run-time error (overflow, no such key, ...).
 * The result and all it refers to live in `a` (or in the program). */
bool cel_eval(const struct cel_program *p, const struct cel_vars *vars,
	      struct arena *a, struct value *out, struct cel_error *err);

/* Where an expression inside other text ends: the first '}' that closes no
 * '{' of its own and stands in no string; NULL when there is none. */
const char *cel_find_end(const char *text);

/* Visit each name chain the program reads (for "which steps does it read"). */
void
cel_each_chain(const struct cel_program *p,
	       void (*visit)(void *arg, const char *const *chain, size_t n),
	       void *arg);

/* Is this a time zone that timestamps may be read in: UTC, an offset, or a
 * name such as Europe/Berlin that this machine knows? */
bool cel_zone_is_known(const char *zone);

/* Regular expressions (RE2 syntax as far as POSIX EREs plus \d \w \s \b,
 * (?i), lazy quantifiers), linear in the text.  Used by `matches`, retry
 * rules and log warnings. */
struct regex;
struct regex *
regex_compile(struct arena *a, const char *pattern, const char **why);
bool regex_search(const struct regex *re, const char *text, size_t n);
/* Steps of a search per character of the text, at most. */
size_t regex_size(const struct regex *re);

#endif
