/* Tokens to a tree, by precedence climbing; nothing is looked up here.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../../base/text.h"
#include "../../base/vec.h"
#include "cel_int.h"

struct parser {
	struct lexer lexer;
	struct arena *arena;
	struct cel_error *err;
	uint32_t depth;
};

struct node_list {
	struct node **at;
	size_t n, cap;
};

static struct node *parse_expression(struct parser *p);

static bool
at_sign(const struct parser *p, const char *sign)
{
	return p->lexer.token.kind == TOKEN_SIGN &&
	       str_eq(p->lexer.token.text, sign);
}

static bool
at_word(const struct parser *p, const char *word)
{
	return p->lexer.token.kind == TOKEN_NAME &&
	       str_eq(p->lexer.token.text, word);
}

static bool
advance(struct parser *p)
{
	return cel_lex(&p->lexer);
}

static struct node *
unexpected(struct parser *p, const char *wanted)
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

static bool
expect(struct parser *p, const char *sign)
{
	char wanted[8] = {'"', sign[0], '"', '\0'};

	if (at_sign(p, sign))
		return advance(p);
	unexpected(p, wanted);
	return false;
}

static struct node *
new_node(struct parser *p, enum node_kind kind, int column)
{
	struct node *node = arena_new(p->arena, struct node);

	node->kind = kind;
	node->column = column;
	node->type = VALUE_OBJECT;
	node->depth = 1;
	return node;
}

/* Give the node its children; NULL when the tree becomes too deep. */
static struct node *
adopt(struct parser *p, struct node *node, struct node *const *args, size_t n)
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

static struct node *
operator_node(struct parser *p, int column, const char *name, struct node *a,
	      struct node *b)
{
	struct node *args[] = {a, b};
	struct node *node = new_node(p, NODE_CALL, column);

	node->style = CALL_OPERATOR;
	node->name = name;
	return adopt(p, node, args, b ? 2 : 1);
}

static struct node *
literal_node(struct parser *p, struct value v)
{
	struct node *node = new_node(p, NODE_LITERAL, p->lexer.token.column);

	node->literal = v;
	node->type = v.kind;
	return advance(p) ? node : NULL;
}

static struct node *
parse_int(struct parser *p, bool negative)
{
	uint64_t number = p->lexer.token.number;

	if (number > (uint64_t)INT64_MAX + negative) {
		cel_error_at(p->err, p->lexer.token.column,
			     "the number %.40s is out of range",
			     p->lexer.token.text);
		cel_error_hint(p->err, "write %.40su for an unsigned one",
			       p->lexer.token.text);
		return NULL;
	}
	return literal_node(p,
			    value_int((int64_t)(negative ? -number : number)));
}

/* Expressions up to `close`, separated by commas; one may end the list. */
static bool
parse_items(struct parser *p, const char *close, struct node_list *items)
{
	while (!at_sign(p, close)) {
		struct node *item = parse_expression(p);

		if (!item)
			return false;
		vec_push(items, item);
		if (!at_sign(p, ","))
			break;
		if (!advance(p))
			return false;
		if (at_sign(p, ")")) {
			unexpected(p, "an argument");
			return false;
		}
	}
	return expect(p, close);
}

static struct node *
parse_list(struct parser *p)
{
	struct node *node = new_node(p, NODE_LIST, p->lexer.token.column);
	struct node_list items = {0};

	node->type = VALUE_LIST;
	if (!advance(p) || !parse_items(p, "]", &items))
		node = NULL;
	else
		node = adopt(p, node, items.at, items.n);
	vec_release(&items);
	return node;
}

static bool
parse_entries(struct parser *p, struct node_list *items)
{
	while (!at_sign(p, "}")) {
		struct node *key = parse_expression(p), *value;

		if (!key || !expect(p, ":"))
			return false;
		value = parse_expression(p);
		if (!value)
			return false;
		vec_push(items, key);
		vec_push(items, value);
		if (!at_sign(p, ","))
			break;
		if (!advance(p))
			return false;
	}
	return expect(p, "}");
}

static struct node *
parse_map(struct parser *p)
{
	struct node *node = new_node(p, NODE_MAP, p->lexer.token.column);
	struct node_list items = {0};

	node->type = VALUE_MAP;
	if (!advance(p) || !parse_entries(p, &items))
		node = NULL;
	else
		node = adopt(p, node, items.at, items.n);
	vec_release(&items);
	return node;
}

/* name(args) or receiver.name(args); the "(" is the current token. */
static struct node *
parse_call(struct parser *p, int column, const char *name,
	   struct node *receiver)
{
	struct node *node = new_node(p, NODE_CALL, column);
	struct node_list args = {0};

	node->name = name;
	node->style = receiver ? CALL_METHOD : CALL_GLOBAL;
	if (receiver)
		vec_push(&args, receiver);
	if (!advance(p) || !parse_items(p, ")", &args))
		node = NULL;
	else
		node = adopt(p, node, args.at, args.n);
	vec_release(&args);
	return node;
}

static bool
is_reserved(const char *name)
{
	static const char *const words[] = {
		"as",        "break",   "const",  "continue", "else", "for",
		"function",  "if",      "import", "in",       "let",  "loop",
		"namespace", "package", "return", "var",      "void", "while"};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (str_eq(words[i], name))
			return true;
	return false;
}

static struct node *
parse_name(struct parser *p, bool apart)
{
	struct token token = p->lexer.token;
	struct node *node;

	if (token.kind != TOKEN_NAME)
		return unexpected(p, "a name");
	if (is_reserved(token.text)) {
		cel_error_at(p->err, token.column, "\"%s\" is a reserved word",
			     token.text);
		return NULL;
	}
	if (!advance(p))
		return NULL;
	if (at_sign(p, "("))
		return parse_call(p, token.column, token.text, NULL);
	node = new_node(p, NODE_NAME, token.column);
	node->name = token.text;
	node->apart = apart;
	return node;
}

static struct node *
parse_word(struct parser *p)
{
	if (at_word(p, "true") || at_word(p, "false"))
		return literal_node(p, value_bool(at_word(p, "true")));
	if (at_word(p, "null"))
		return literal_node(p, value_null());
	return parse_name(p, false);
}

static struct node *
parse_primary(struct parser *p)
{
	const struct token *token = &p->lexer.token;
	struct node *node;

	switch (token->kind) {
	case TOKEN_INT:
		return parse_int(p, false);
	case TOKEN_UINT:
		return literal_node(p, (struct value){.kind = VALUE_UINT,
						      .u = token->number});
	case TOKEN_DOUBLE:
		return literal_node(p, value_double(token->real));
	case TOKEN_STRING:
		return literal_node(p, value_string_n(token->text, token->n));
	case TOKEN_NAME:
		return parse_word(p);
	case TOKEN_SIGN:
	case TOKEN_QUOTED_NAME:
	case TOKEN_END:
		break;
	}
	if (at_sign(p, "["))
		return parse_list(p);
	if (at_sign(p, "{"))
		return parse_map(p);
	if (at_sign(p, "."))
		return advance(p) ? parse_name(p, true) : NULL;
	if (!at_sign(p, "("))
		return unexpected(p, "a value");
	if (!advance(p))
		return NULL;
	node = parse_expression(p);
	return node && expect(p, ")") ? node : NULL;
}

static struct node *
parse_field(struct parser *p, struct node *operand)
{
	struct token token;
	struct node *node;

	if (!advance(p))
		return NULL;
	token = p->lexer.token;
	if (token.kind != TOKEN_NAME && token.kind != TOKEN_QUOTED_NAME)
		return unexpected(p, "a field name");
	if (!advance(p))
		return NULL;
	if (at_sign(p, "(") && token.kind == TOKEN_NAME)
		return parse_call(p, token.column, token.text, operand);
	node = new_node(p, NODE_SELECT, token.column);
	node->name = token.text;
	/* `a.b` in backquotes is one field and no part of a longer name. */
	node->apart = token.kind == TOKEN_QUOTED_NAME;
	return adopt(p, node, &operand, 1);
}

static struct node *
parse_index(struct parser *p, struct node *operand)
{
	int column = p->lexer.token.column;
	struct node *key;

	if (!advance(p))
		return NULL;
	key = parse_expression(p);
	if (!key || !expect(p, "]"))
		return NULL;
	return operator_node(p, column, "[]", operand, key);
}

static struct node *
parse_member(struct parser *p, struct node *node)
{
	while (node) {
		if (at_sign(p, ".")) {
			node = parse_field(p, node);
		} else if (at_sign(p, "[")) {
			node = parse_index(p, node);
		} else if (at_sign(p, "{") && (node->kind == NODE_NAME ||
					       node->kind == NODE_SELECT)) {
			cel_error_at(p->err, p->lexer.token.column,
				     "messages are not supported");
			cel_error_hint(p->err, "use a map: {\"key\": value}");
			node = NULL;
		} else {
			break;
		}
	}
	return node;
}

static struct node *
parse_unary(struct parser *p)
{
	int column = p->lexer.token.column;
	const char *name = at_sign(p, "!") ? "!" : "-";
	struct node *operand;

	if (!at_sign(p, "!") && !at_sign(p, "-"))
		return parse_member(p, parse_primary(p));
	if (!advance(p))
		return NULL;
	/* The least int exists only with its sign. */
	if (*name == '-' && p->lexer.token.kind == TOKEN_INT)
		return parse_member(p, parse_int(p, true));
	if (++p->depth > CEL_MAX_DEPTH)
		return unexpected(p, "an expression nested less deeply");
	operand = parse_unary(p);
	p->depth--;
	return operand ? operator_node(p, column, name, operand, NULL) : NULL;
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
		if (at_sign(p, rows[i].name) ||
		    (str_eq(rows[i].name, "in") && at_word(p, "in"))) {
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
	struct node *node = new_node(p, level == 2 ? NODE_AND : NODE_OR,
				     p->lexer.token.column);
	struct node *operand = first;
	struct node_list args = {0};

	node->type = VALUE_BOOL;
	vec_push(&args, first);
	while (operand && binary_level(p, &name) == level) {
		operand = advance(p) ? parse_binary(p, level + 1) : NULL;
		vec_push(&args, operand);
	}
	node = operand ? adopt(p, node, args.at, args.n) : NULL;
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
		if (!advance(p))
			return NULL;
		right = parse_binary(p, found + 1);
		left = right ? operator_node(p, column, name, left, right)
			     : NULL;
	}
	return left;
}

static struct node *
parse_condition(struct parser *p, struct node *condition)
{
	struct node *node = new_node(p, NODE_COND, p->lexer.token.column);
	struct node *args[3] = {condition};

	if (!advance(p))
		return NULL;
	args[1] = parse_binary(p, 1);
	if (!args[1] || !expect(p, ":"))
		return NULL;
	args[2] = parse_expression(p);
	return args[2] ? adopt(p, node, args, 3) : NULL;
}

static struct node *
parse_expression(struct parser *p)
{
	struct node *node;

	if (++p->depth > CEL_MAX_DEPTH)
		return unexpected(p, "an expression nested less deeply");
	node = parse_binary(p, 1);
	if (node && at_sign(p, "?"))
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
	if (!advance(&p))
		return NULL;
	root = parse_expression(&p);
	if (root && p.lexer.token.kind != TOKEN_END)
		return unexpected(&p, "an operator or the end");
	return root;
}
