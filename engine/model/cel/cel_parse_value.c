/* Operands of the grammar: literals, lists, maps, names, calls, members.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../../base/vec.h"
#include "cel_parse.h"

static struct node *
literal_node(struct parser *p, struct value v)
{
	struct node *node = parser_node(p, NODE_LITERAL, p->lexer.token.column);

	node->literal = v;
	node->type = v.kind;
	return parser_advance(p) ? node : NULL;
}

struct node *
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
	while (!parser_at(p, close)) {
		struct node *item = parse_expression(p);

		if (!item)
			return false;
		vec_push(items, item);
		if (!parser_at(p, ","))
			break;
		if (!parser_advance(p))
			return false;
		if (parser_at(p, ")")) {
			parser_unexpected(p, "an argument");
			return false;
		}
	}
	return parser_expect(p, close);
}

static struct node *
parse_list(struct parser *p)
{
	struct node *node = parser_node(p, NODE_LIST, p->lexer.token.column);
	struct node_list items = {0};

	node->type = VALUE_LIST;
	if (!parser_advance(p) || !parse_items(p, "]", &items))
		node = NULL;
	else
		node = parser_adopt(p, node, items.at, items.n);
	vec_release(&items);
	return node;
}

static bool
parse_entries(struct parser *p, struct node_list *items)
{
	while (!parser_at(p, "}")) {
		struct node *key = parse_expression(p), *value;

		if (!key || !parser_expect(p, ":"))
			return false;
		value = parse_expression(p);
		if (!value)
			return false;
		vec_push(items, key);
		vec_push(items, value);
		if (!parser_at(p, ","))
			break;
		if (!parser_advance(p))
			return false;
	}
	return parser_expect(p, "}");
}

static struct node *
parse_map(struct parser *p)
{
	struct node *node = parser_node(p, NODE_MAP, p->lexer.token.column);
	struct node_list items = {0};

	node->type = VALUE_MAP;
	if (!parser_advance(p) || !parse_entries(p, &items))
		node = NULL;
	else
		node = parser_adopt(p, node, items.at, items.n);
	vec_release(&items);
	return node;
}

/* name(args) or receiver.name(args); the "(" is the current token. */
static struct node *
parse_call(struct parser *p, int column, const char *name,
	   struct node *receiver)
{
	struct node *node = parser_node(p, NODE_CALL, column);
	struct node_list args = {0};

	node->name = name;
	node->style = receiver ? CALL_METHOD : CALL_GLOBAL;
	if (receiver)
		vec_push(&args, receiver);
	if (!parser_advance(p) || !parse_items(p, ")", &args))
		node = NULL;
	else
		node = parser_adopt(p, node, args.at, args.n);
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
		return parser_unexpected(p, "a name");
	if (is_reserved(token.text)) {
		cel_error_at(p->err, token.column, "\"%s\" is a reserved word",
			     token.text);
		return NULL;
	}
	if (!parser_advance(p))
		return NULL;
	if (parser_at(p, "("))
		return parse_call(p, token.column, token.text, NULL);
	node = parser_node(p, NODE_NAME, token.column);
	node->name = token.text;
	node->apart = apart;
	return node;
}

static struct node *
parse_word(struct parser *p)
{
	if (parser_at_word(p, "true") || parser_at_word(p, "false"))
		return literal_node(p, value_bool(parser_at_word(p, "true")));
	if (parser_at_word(p, "null"))
		return literal_node(p, value_null());
	return parse_name(p, false);
}

struct node *
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
	if (parser_at(p, "["))
		return parse_list(p);
	if (parser_at(p, "{"))
		return parse_map(p);
	if (parser_at(p, "."))
		return parser_advance(p) ? parse_name(p, true) : NULL;
	if (!parser_at(p, "("))
		return parser_unexpected(p, "a value");
	if (!parser_advance(p))
		return NULL;
	node = parse_expression(p);
	return node && parser_expect(p, ")") ? node : NULL;
}

static struct node *
parse_field(struct parser *p, struct node *operand)
{
	struct token token;
	struct node *node;

	if (!parser_advance(p))
		return NULL;
	token = p->lexer.token;
	if (token.kind != TOKEN_NAME && token.kind != TOKEN_QUOTED_NAME)
		return parser_unexpected(p, "a field name");
	if (!parser_advance(p))
		return NULL;
	if (parser_at(p, "(") && token.kind == TOKEN_NAME)
		return parse_call(p, token.column, token.text, operand);
	node = parser_node(p, NODE_SELECT, token.column);
	node->name = token.text;
	/* `a.b` in backquotes is one field and no part of a longer name. */
	node->apart = token.kind == TOKEN_QUOTED_NAME;
	return parser_adopt(p, node, &operand, 1);
}

static struct node *
parse_index(struct parser *p, struct node *operand)
{
	int column = p->lexer.token.column;
	struct node *key;

	if (!parser_advance(p))
		return NULL;
	key = parse_expression(p);
	if (!key || !parser_expect(p, "]"))
		return NULL;
	return parser_operator(p, column, "[]", operand, key);
}

struct node *
parse_member(struct parser *p, struct node *node)
{
	while (node) {
		if (parser_at(p, ".")) {
			node = parse_field(p, node);
		} else if (parser_at(p, "[")) {
			node = parse_index(p, node);
		} else if (parser_at(p, "{") && (node->kind == NODE_NAME ||
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
