/* Tokens to a tree, by precedence climbing; nothing is looked up here.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cel_parse.h"
#include "../../base/text.h"
#include "../../base/vec.h"

bool
parser_at(const struct parser *p, const char *sign)
{
	return p->lexer.token.kind == TOKEN_SIGN &&
	       str_eq(p->lexer.token.text, sign);
}

bool
parser_at_word(const struct parser *p, const char *word)
{
	return p->lexer.token.kind == TOKEN_NAME &&
	       str_eq(p->lexer.token.text, word);
}

bool
parser_advance(struct parser *p)
{
	return cel_lex(&p->lexer);
}

struct node *
parser_unexpected(struct parser *p, const char *wanted)
{
	const struct token *token = &p->lexer.token;
	struct strbuf shown = STRBUF_INIT;

	if (token->kind == TOKEN_END) {
		cel_error_at(p->err, token->column,
			     "the expression ends where %s should stand",
			     wanted);
		return NULL;
	}
	text_sanitize(&shown, token->text, token->n < 40 ? token->n : 40, 0);
	cel_error_at(p->err, token->column, "\"%s\" stands where %s should",
		     shown.at, wanted);
	strbuf_release(&shown);
	return NULL;
}

bool
parser_expect(struct parser *p, const char *sign)
{
	char wanted[8] = {'"', sign[0], '"', '\0'};

	if (parser_at(p, sign))
		return parser_advance(p);
	parser_unexpected(p, wanted);
	return false;
}

struct node *
parser_node(struct parser *p, enum node_kind kind, int column)
{
	struct node *node = arena_new(p->arena, struct node);

	node->kind = kind;
	node->column = column;
	node->type = VALUE_OBJECT;
	node->depth = 1;
	return node;
}

struct node *
parser_adopt(struct parser *p, struct node *node, struct node *const *args,
	     size_t n)
{
	node->nargs = (uint32_t)n;
	node->args = arena_array(p->arena, struct node *, n);
	for (size_t i = 0; i < n; i++) {
		node->args[i] = args[i];
		if (args[i]->depth >= node->depth)
			node->depth = args[i]->depth + 1;
	}
	if (node->depth <= CEL_MAX_DEPTH)
		return node;
	cel_error_at(p->err, node->column,
		     "the expression nests deeper than %d levels",
		     CEL_MAX_DEPTH);
	return NULL;
}

struct node *
parser_operator(struct parser *p, int column, const char *name, struct node *a,
		struct node *b)
{
	struct node *args[] = {a, b};
	struct node *node = parser_node(p, NODE_CALL, column);

	node->style = CALL_OPERATOR;
	node->name = name;
	return parser_adopt(p, node, args, b ? 2 : 1);
}

static struct node *
parse_unary(struct parser *p)
{
	int column = p->lexer.token.column;
	const char *name = parser_at(p, "!") ? "!" : "-";
	struct node *operand;

	if (!parser_at(p, "!") && !parser_at(p, "-"))
		return parse_member(p, parse_primary(p));
	if (!parser_advance(p))
		return NULL;
	/* The least int exists only with its sign. */
	if (*name == '-' && p->lexer.token.kind == TOKEN_INT)
		return parse_member(p, parse_int(p, true));
	if (++p->depth > CEL_MAX_DEPTH)
		return parser_unexpected(p, "an expression nested less deeply");
	operand = parse_unary(p);
	p->depth--;
	return operand ? parser_operator(p, column, name, operand, NULL) : NULL;
}

/* Binary operators by how tightly they bind. */
static int
binary_level(const struct parser *p, const char **name)
{
	/* clang-format off */
	static const struct {
		const char *name;
		int level;
	} rows[] = {
	        {"||", 1}, {"&&", 2}, {"<", 3}, {"<=", 3}, {">", 3}, {">=", 3},
	        {"==", 3}, {"!=", 3}, {"in", 3}, {"+", 4}, {"-", 4},
	        {"*", 5}, {"/", 5}, {"%", 5},
	};
	/* clang-format on */

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (parser_at(p, rows[i].name) ||
		    (str_eq(rows[i].name, "in") && parser_at_word(p, "in"))) {
			*name = rows[i].name;
			return rows[i].level;
		}
	return 0;
}

static struct node *parse_binary(struct parser *p, int level);

/* a && b && c becomes one node, so that long chains are not deep. */
static struct node *
parse_logic(struct parser *p, struct node *first, int level)
{
	const char *name;
	struct node *node = parser_node(p, level == 2 ? NODE_AND : NODE_OR,
					p->lexer.token.column);
	struct node *operand = first;
	struct node_list args = {0};

	node->type = VALUE_BOOL;
	vec_push(&args, first);
	while (operand && binary_level(p, &name) == level) {
		operand = parser_advance(p) ? parse_binary(p, level + 1) : NULL;
		vec_push(&args, operand);
	}
	node = operand ? parser_adopt(p, node, args.at, args.n) : NULL;
	vec_release(&args);
	return node;
}

static struct node *
parse_binary(struct parser *p, int level)
{
	struct node *left = parse_unary(p);
	const char *name;
	int found;

	while (left && (found = binary_level(p, &name)) >= level && found) {
		int column = p->lexer.token.column;
		struct node *right;

		if (found <= 2) {
			left = parse_logic(p, left, found);
			continue;
		}
		if (!parser_advance(p))
			return NULL;
		right = parse_binary(p, found + 1);
		left = right ? parser_operator(p, column, name, left, right)
			     : NULL;
	}
	return left;
}

static struct node *
parse_condition(struct parser *p, struct node *condition)
{
	struct node *node = parser_node(p, NODE_COND, p->lexer.token.column);
	struct node *args[3] = {condition};

	if (!parser_advance(p))
		return NULL;
	args[1] = parse_binary(p, 1);
	if (!args[1] || !parser_expect(p, ":"))
		return NULL;
	args[2] = parse_expression(p);
	return args[2] ? parser_adopt(p, node, args, 3) : NULL;
}

struct node *
parse_expression(struct parser *p)
{
	struct node *node;

	if (++p->depth > CEL_MAX_DEPTH)
		return parser_unexpected(p, "an expression nested less deeply");
	node = parse_binary(p, 1);
	if (node && parser_at(p, "?"))
		node = parse_condition(p, node);
	p->depth--;
	return node;
}

struct node *
cel_parse(struct arena *a, const char *text, struct cel_error *err)
{
	size_t n = strlen(text);
	struct parser p = {.arena = a, .err = err};
	struct node *root;

	p.lexer = (struct lexer){.arena = a,
				 .err = err,
				 .at = text,
				 .end = text + n,
				 .column = 1};
	if (n > CEL_MAX_TEXT) {
		cel_error_at(err, 0, "the expression is longer than %d bytes",
			     CEL_MAX_TEXT);
		return NULL;
	}
	if (!parser_advance(&p))
		return NULL;
	root = parse_expression(&p);
	if (root && p.lexer.token.kind != TOKEN_END)
		return parser_unexpected(&p, "an operator or the end");
	return root;
}
