/* Programs of regular expressions, between their compiler and matcher.
 *
 * Jumps are relative, so that a piece of program can be moved and copied
 * when a repetition is put around it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_CEL_REGEX_H
#define WF_CEL_REGEX_H

#include "cel.h"

enum regex_op {
	REGEX_CHAR,
	REGEX_SET,
	REGEX_ANY, /* but a newline */
	REGEX_ALL,
	REGEX_SPLIT, /* to +x and to +y */
	REGEX_JUMP,  /* to +x */
	REGEX_TEXT_BEGIN,
	REGEX_TEXT_END,
	REGEX_LINE_BEGIN,
	REGEX_LINE_END,
	REGEX_WORD_EDGE,
	REGEX_NO_WORD_EDGE,
	REGEX_MATCH
};

struct regex_range {
	uint32_t first, last;
};

struct regex_set {
	struct regex_range *at;
	size_t n, cap;
	bool negated, fold;
};

struct regex_instr {
	enum regex_op op;
	union {
		uint32_t cp;
		const struct regex_set *set;
		struct {
			int32_t x, y;
		};
	};
};

enum {
	REGEX_MAX_PROGRAM = 5000,
	REGEX_MAX_REPEAT = 1000,
	REGEX_MAX_DEPTH = 100,
	REGEX_MAX_PATTERN = 8192
};

struct regex {
	struct regex_instr *program;
	size_t n;
};

/* The other case of a letter; the character itself when it has none. */
uint32_t regex_swap_case(uint32_t cp);

struct regex_parser;
struct regex_source {
	struct arena *arena;
	const char *at, *end;
	const char *why; /* the first thing that was wrong */
};

/* [...] with `at` behind the bracket; or the set of an escape such as \d.
 * False with `why` set. */
bool regex_parse_set(struct regex_source *s, struct regex_set *set);
/* Add what a class letter (d D w W s S) stands for. */
bool regex_add_class(struct regex_set *set, char letter);
/* A character written with an escape, `at` behind the backslash. */
bool regex_parse_escape(struct regex_source *s, uint32_t *cp);
bool regex_next_char(struct regex_source *s, uint32_t *cp);

#endif
