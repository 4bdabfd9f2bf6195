/* What the files of the parser share: the state, and nodes being made.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_CEL_PARSE_H
#define WF_CEL_PARSE_H

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

/* Is the current token this sign, this word? */
bool parser_at(const struct parser *p, const char *sign);
bool parser_at_word(const struct parser *p, const char *word);
bool parser_advance(struct parser *p);
/* Advance over that sign, or complain. */
bool parser_expect(struct parser *p, const char *sign);
/* Complain about the current token; always NULL. */
struct node *parser_unexpected(struct parser *p, const char *wanted);

struct node *parser_node(struct parser *p, enum node_kind kind, int column);
/* Give the node its children; NULL when the tree becomes too deep. */
struct node *parser_adopt(struct parser *p, struct node *node,
			  struct node *const *args, size_t n);
/* An operator's call; `b` is NULL for those of one operand. */
struct node *parser_operator(struct parser *p, int column, const char *name,
			     struct node *a, struct node *b);

/* An int literal, whose minus sign was read already. */
struct node *parse_int(struct parser *p, bool negative);
/* A literal, list, map, name, call or (...). */
struct node *parse_primary(struct parser *p);
/* The fields, methods and indices that follow `node`. */
struct node *parse_member(struct parser *p, struct node *node);
struct node *parse_expression(struct parser *p);

#endif
