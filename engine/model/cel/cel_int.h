/* Inside the expression language: the tree, its passes, the functions.
 *
 * text -> cel_lex (tokens) -> cel_parse (tree) -> cel_check (names bound,
 * macros opened, calls given their rows) -> cel_eval.  Only these files
 * include this header.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_CEL_INT_H
#define WF_CEL_INT_H

#include "cel.h"

/* ---- tokens ---- */

enum token_kind {
	TOKEN_END,
	TOKEN_NAME,
	TOKEN_QUOTED_NAME, /* `a-b`, only after a dot */
	TOKEN_INT,         /* magnitude in `number`; the sign is the parser's */
	TOKEN_UINT,
	TOKEN_DOUBLE,
	TOKEN_STRING,
	TOKEN_SIGN /* operators and brackets, in `text` */
};

struct token {
	enum token_kind kind;
	int column;
	const char *text; /* name, sign or decoded string */
	uint32_t n;
	uint64_t number;
	double real;
};

struct lexer {
	struct arena *arena;
	struct cel_error *err;
	const char *at, *end;
	int column;
	struct token token; /* the current one */
};

/* Read the next token into `lexer->token`; false when there is none. */
bool cel_lex(struct lexer *lexer);
/* Decode the string literal at `lexer->at` (prefix already taken). */
bool cel_lex_string(struct lexer *lexer, bool raw);
/* Move over `n` bytes, counting characters. */
void cel_lex_skip(struct lexer *lexer, size_t n);

/* ---- the tree ---- */

enum node_kind {
	NODE_LITERAL,
	NODE_NAME,   /* name; `apart` when written .name */
	NODE_SELECT, /* args[0].name; `apart` when written .`name` */
	NODE_CALL,   /* also operators; args[0] is the receiver of a method */
	NODE_LIST,
	NODE_MAP, /* key, value, key ... */
	NODE_AND,
	NODE_OR,
	NODE_COND,
	/* Made by the checker: */
	NODE_LOCAL, /* variable `slot` of a macro around it */
	NODE_CHAIN, /* names of the caller's, down to a field */
	NODE_HAS,   /* has(args[0].name) */
	NODE_FOLD   /* a macro over args[0] */
};

enum call_style {
	CALL_OPERATOR,
	CALL_GLOBAL,
	CALL_METHOD
};

enum fold_kind {
	FOLD_ALL,
	FOLD_EXISTS,
	FOLD_EXISTS_ONE,
	FOLD_LIST,     /* map, filter, transformList */
	FOLD_MAP,      /* transformMap */
	FOLD_MAP_ENTRY /* transformMapEntry */
};

struct chain {
	const char **names; /* n of them */
	const char **roots; /* "a", "a.b", ...: names a variable may have */
	const int *columns;
	uint32_t n, nroots;
	const struct chain *next; /* all chains of a program */
};

/* args of a fold: range, then condition and step where not NULL. */
struct fold {
	enum fold_kind kind;
	bool two; /* variables: index or key in slot, value in slot + 1 */
	uint32_t slot;
	struct node *condition, *step;
};

struct node {
	enum node_kind kind;
	enum call_style style;
	enum value_kind type; /* VALUE_OBJECT: not known */
	bool apart;           /* never a macro's variable, never part of a
				 dotted name */
	int column;
	uint32_t depth, nargs, slot, nrows;
	const char *name;
	struct node **args;
	const struct cel_function *rows; /* NULL: no such function */
	const struct chain *chain;
	const struct fold *fold;
	const struct regex *regex; /* of matches() with a literal pattern */
	struct value literal; /* of a chain: the type of that name, if any */
};

struct cel_program {
	const struct node *root;
	const struct chain *chains;
	uint32_t nslots;
};

/* The tree of an expression; NULL with `err` filled. */
struct node *
cel_parse(struct arena *a, const char *text, struct cel_error *err);
/* Bind names, open macros, choose functions and check kinds, in place. */
bool
cel_check(struct arena *a, struct node *root, const struct cel_scope *scope,
	  struct cel_program *program, struct cel_error *err);

/* Open the macro of that name when `node` calls one: has() becomes
 * NODE_HAS, all() and its like NODE_FOLD with names still to be bound.  False
 * when it is misused; `*found` tells whether it was one. */
bool
cel_macro_open(struct arena *a, struct node *node, const char *variables[2],
	       bool *found, struct cel_error *err);

/* Fill `err` at a column; always false. */
bool cel_error_at(struct cel_error *err, int column, const char *fmt, ...)
	PRINTF_LIKE(3, 4);
void
cel_error_hint(struct cel_error *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* ---- evaluation ---- */

struct evaluation {
	const struct cel_vars *vars;
	struct arena *arena;
	struct cel_error *err;
	struct value *locals;
	const struct node *call; /* whose function runs */
	int64_t steps;           /* left */
	size_t used_limit;       /* of arena->used */
	bool spent;              /* a limit was hit: no && may hide that */
};

bool
cel_eval_node(struct evaluation *e, const struct node *node, struct value *out);
bool
cel_eval_fold(struct evaluation *e, const struct node *node, struct value *out);

/* Evaluate to a bool; `what` wants one. */
bool cel_eval_bool(struct evaluation *e, const struct node *node,
		   const char *what, bool *out);
/* May `key` be added to these n pairs? */
bool cel_check_key(struct evaluation *e, const struct value *pairs, uint32_t n,
		   struct value key);

/* A run-time error; always false.  The column is added on the way out. */
bool cel_fail(struct evaluation *e, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Pay for work beyond one step, or for memory before taking it. */
bool cel_spend(struct evaluation *e, uint64_t steps);
bool cel_room(struct evaluation *e, uint64_t bytes);
bool cel_equal(struct evaluation *e, struct value a, struct value b, bool *out);
/* The entry of a map or object for any key; false when there is none. */
bool cel_map_find(struct evaluation *e, struct value map, struct value key,
		  struct value *out);
/* map.name; fails with "no such key". */
bool cel_select(struct evaluation *e, struct value map, const char *name,
		struct value *out);
/* Is the value, written out, within the limits?  A small value may hold one
 * and the same list a thousand times over. */
bool cel_measure(struct evaluation *e, struct value v);
/* Take the buffer's text as a value, and release it. */
bool cel_take(struct evaluation *e, struct strbuf *text, struct value *out);

/* ---- functions ---- */

struct cel_function {
	const char *name;
	enum call_style style;
	/* One letter per argument: b bool, i int, u uint, d double, N any of
	 * these three, s string, l list, m map, t timestamp, D duration,
	 * . anything */
	const char *args;
	enum value_kind result; /* VALUE_OBJECT: not known */
	bool (*call)(struct evaluation *e, const struct value *args,
		     struct value *out);
};

extern const struct cel_function cel_functions[];
extern const size_t ncel_functions;

/* All rows of a name and style stand together; NULL when there are none. */
const struct cel_function *
cel_function_find(const char *name, enum call_style style, uint32_t *nrows);
/* The row for these kinds, VALUE_OBJECT standing for any; NULL for none. */
const struct cel_function *
cel_function_match(const struct node *call, const enum value_kind *kinds,
		   bool unknown_matches);
/* "no such overload" and what was given. */
void cel_no_overload(struct cel_error *err, const struct node *call,
		     const enum value_kind *kinds);
/* "no function is named", with what was perhaps meant; always false. */
bool cel_function_unknown(struct cel_error *err, const struct node *call);

/* The head of a function of the table; few need all three. */
#define CEL_FUNCTION(fn)                                                       \
	bool cel_fn_##fn(__attribute__((unused)) struct evaluation *e,         \
			 __attribute__((unused)) const struct value *args,     \
			 struct value *out)

#define F(name, style, kinds, result, fn) CEL_FUNCTION(fn);
#include "cel_func.def"
#undef F

/* ---- time zones ---- */

/* Offset east of UTC at `seconds`; false when there is no such zone. */
bool cel_zone_offset(const char *zone, int64_t seconds, int32_t *offset);

#endif
