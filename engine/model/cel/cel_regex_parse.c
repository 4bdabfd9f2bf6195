/* Regular expressions to programs, in one pass over the pattern.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <ctype.h>
#include <stdlib.h>

#include "../../base/vec.h"
#include "cel_regex.h"

enum flag {
	FLAG_FOLD = 1 << 0,   /* i */
	FLAG_LINES = 1 << 1,  /* m */
	FLAG_DOT_ALL = 1 << 2 /* s */
};

struct parser {
	struct regex_source s;
	VEC(struct regex_instr) code;
	unsigned flags;
	int depth;
};

static bool parse_alternatives(struct parser *p);

static bool
fail(struct parser *p, const char *why)
{
	p->s.why = why;
	return false;
}

static bool
emit(struct parser *p, struct regex_instr instr)
{
	if (p->code.n >= REGEX_MAX_PROGRAM)
		return fail(p, "it is too large");
	vec_push(&p->code, instr);
	return true;
}

static bool
emit_op(struct parser *p, enum regex_op op)
{
	return emit(p, (struct regex_instr){.op = op});
}

static bool
emit_jump(struct parser *p, enum regex_op op, ptrdiff_t x, ptrdiff_t y)
{
	return emit(p, (struct regex_instr){
			       .op = op, .x = (int32_t)x, .y = (int32_t)y});
}

/* Put a split before the code from `start` on. */
static bool
insert_split(struct parser *p, size_t start, ptrdiff_t x, ptrdiff_t y)
{
	if (!emit_jump(p, REGEX_SPLIT, x, y))
		return false;
	for (size_t i = p->code.n - 1; i > start; i--)
		p->code.at[i] = p->code.at[i - 1];
	p->code.at[start] = (struct regex_instr){
		.op = REGEX_SPLIT, .x = (int32_t)x, .y = (int32_t)y};
	return true;
}

static bool
emit_set(struct parser *p, struct regex_set *set)
{
	struct regex_set *copy = arena_new(p->s.arena, struct regex_set);

	*copy = *set;
	copy->fold = p->flags & FLAG_FOLD;
	copy->at = arena_copy(p->s.arena, set->at, set->n * sizeof(*set->at));
	return emit(p, (struct regex_instr){.op = REGEX_SET, .set = copy});
}

static bool
emit_char(struct parser *p, uint32_t cp)
{
	struct regex_range range = {cp, cp};
	struct regex_set set = {.at = &range, .n = 1};

	if (p->flags & FLAG_FOLD && regex_swap_case(cp) != cp)
		return emit_set(p, &set);
	return emit(p, (struct regex_instr){.op = REGEX_CHAR, .cp = cp});
}

/* --- atoms --- */

static bool
parse_bracket(struct parser *p)
{
	struct regex_set set = {0};
	bool ok = regex_parse_set(&p->s, &set) && emit_set(p, &set);

	vec_release(&set);
	return ok;
}

/* \Q...\E */
static bool
parse_quoted(struct parser *p)
{
	uint32_t cp;

	while (p->s.at < p->s.end && !str_starts(p->s.at, "\\E"))
		if (!regex_next_char(&p->s, &cp) || !emit_char(p, cp))
			return false;
	p->s.at += p->s.at < p->s.end ? 2 : 0;
	return true;
}

static bool
parse_class_escape(struct parser *p, bool *was_class)
{
	struct regex_set set = {0};
	bool ok = true;

	*was_class = p->s.at < p->s.end && regex_add_class(&set, *p->s.at);
	if (*was_class) {
		p->s.at++;
		ok = emit_set(p, &set);
	}
	vec_release(&set);
	return ok;
}

static bool
parse_backslash(struct parser *p)
{
	static const struct {
		char letter;
		enum regex_op op;
	} edges[] = {
		{'b', REGEX_WORD_EDGE   },
		{'B', REGEX_NO_WORD_EDGE},
		{'A', REGEX_TEXT_BEGIN  },
		{'z', REGEX_TEXT_END    }
        };
	bool was_class;
	uint32_t cp;

	if (!parse_class_escape(p, &was_class))
		return false;
	if (was_class)
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(edges); i++)
		if (*p->s.at == edges[i].letter) {
			p->s.at++;
			return emit_op(p, edges[i].op);
		}
	if (*p->s.at == 'Q') {
		p->s.at++;
		return parse_quoted(p);
	}
	return regex_parse_escape(&p->s, &cp) && emit_char(p, cp);
}

/* --- groups: (...) (?:...) (?i) (?i:...) (?P<name>...) (?<name>...) --- */

static bool
parse_flags(struct parser *p, bool *group)
{
	bool on = true;

	for (;; p->s.at++) {
		unsigned flag = 0;

		switch (*p->s.at) {
		case 'i':
			flag = FLAG_FOLD;
			break;
		case 'm':
			flag = FLAG_LINES;
			break;
		case 's':
			flag = FLAG_DOT_ALL;
			break;
		case 'U':
			break;
		case '-':
			on = false;
			break;
		case ':':
		case ')':
			*group = *p->s.at++ == ':';
			return true;
		default:
			return fail(p, "it has an unknown (?...)");
		}
		p->flags = on ? p->flags | flag : p->flags & ~flag;
	}
}

static bool
skip_group_name(struct parser *p)
{
	p->s.at += *p->s.at == 'P';
	if (*p->s.at != '<')
		return false;
	p->s.at++;
	while (isalnum((unsigned char)*p->s.at) || *p->s.at == '_')
		p->s.at++;
	return *p->s.at++ == '>';
}

static bool
parse_group_body(struct parser *p)
{
	bool ok;

	if (++p->depth > REGEX_MAX_DEPTH)
		return fail(p, "it nests too deeply");
	ok = parse_alternatives(p);
	p->depth--;
	if (!ok)
		return false;
	if (p->s.at >= p->s.end || *p->s.at != ')')
		return fail(p, "a ( is not closed");
	p->s.at++;
	return true;
}

/* A (?i) alone holds up to the end of the group around it. */
static bool
parse_group(struct parser *p, bool *nothing)
{
	unsigned flags = p->flags;
	bool group = true;

	*nothing = false;
	if (*p->s.at == '?') {
		p->s.at++;
		if (*p->s.at == 'P' || *p->s.at == '<') {
			if (!skip_group_name(p))
				return fail(p, "it has a bad group name");
		} else if (!parse_flags(p, &group)) {
			return false;
		}
	}
	*nothing = !group;
	if (!group)
		return true;
	if (!parse_group_body(p))
		return false;
	p->flags = flags;
	return true;
}

static bool
parse_atom(struct parser *p, bool *nothing)
{
	uint32_t cp;

	*nothing = false;
	if (!regex_next_char(&p->s, &cp))
		return false;
	switch (cp) {
	case '(':
		return parse_group(p, nothing);
	case '[':
		return parse_bracket(p);
	case '\\':
		return parse_backslash(p);
	case '.':
		return emit_op(p,
			       p->flags & FLAG_DOT_ALL ? REGEX_ALL : REGEX_ANY);
	case '^':
		return emit_op(p, p->flags & FLAG_LINES ? REGEX_LINE_BEGIN
							: REGEX_TEXT_BEGIN);
	case '$':
		return emit_op(p, p->flags & FLAG_LINES ? REGEX_LINE_END
							: REGEX_TEXT_END);
	case '*':
	case '+':
	case '?':
		return fail(p, "there is nothing to repeat");
	default:
		break;
	}
	return emit_char(p, cp);
}

/* --- repetition --- */

static bool
repeat_simple(struct parser *p, size_t start, char how)
{
	ptrdiff_t n = (ptrdiff_t)(p->code.n - start);

	if (how == '+')
		return emit_jump(p, REGEX_SPLIT, -n, 1);
	if (how == '?')
		return insert_split(p, start, 1, n + 1);
	return insert_split(p, start, 1, n + 2) &&
	       emit_jump(p, REGEX_JUMP, -(n + 1), 0);
}

static bool
append_copy(struct parser *p, size_t start, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!emit(p, p->code.at[start + i]))
			return false;
	return true;
}

/* x{min,max}: min copies, then optional ones or a loop (max < 0). */
static bool
repeat_counted(struct parser *p, size_t start, int min, int max)
{
	size_t n = p->code.n - start;

	if (min == 0) {
		if (max == 0) {
			p->code.n = start;
			return true;
		}
		if (!repeat_simple(p, start, max < 0 ? '*' : '?'))
			return false;
		start += 1; /* the copies are made without the split */
		min = 1;
		if (max < 0)
			return true;
	} else {
		for (int i = 1; i < min; i++)
			if (!append_copy(p, start, n))
				return false;
		if (max < 0) {
			size_t last = p->code.n - n;

			return repeat_simple(p, last, '+');
		}
	}
	for (int i = min; i < max; i++) {
		size_t copy = p->code.n;

		if (!append_copy(p, start, n) || !repeat_simple(p, copy, '?'))
			return false;
	}
	return true;
}

/* {n}, {n,} or {n,m}; anything else is literal text. */
static bool
read_count(struct parser *p, int *min, int *max)
{
	const char *at = p->s.at + 1;
	char *end;
	long a, b;

	if (!isdigit((unsigned char)*at))
		return false;
	a = b = strtol(at, &end, 10);
	if (*end == ',') {
		at = end + 1;
		b = -1;
		if (isdigit((unsigned char)*at))
			b = strtol(at, &end, 10);
		else
			end++;
	}
	if (*end != '}')
		return false;
	p->s.at = end + 1;
	*min = a > REGEX_MAX_REPEAT ? -1 : (int)a;
	*max = b > REGEX_MAX_REPEAT ? -2 : (int)b;
	return true;
}

static bool
parse_repeats(struct parser *p, size_t start, bool nothing)
{
	bool repeated = false;

	while (p->s.at < p->s.end) {
		char how = *p->s.at;
		int min = 0, max = 0;
		bool ok;

		if (how == '{') {
			if (!read_count(p, &min, &max))
				return true;
		} else if (how == '*' || how == '+' || how == '?') {
			p->s.at++;
		} else {
			return true;
		}
		if (nothing || repeated)
			return fail(p, "there is nothing to repeat");
		if (min < 0 || max < -1 || (max >= 0 && max < min))
			return fail(p, "a repeat count is out of range");
		ok = how == '{' ? repeat_counted(p, start, min, max)
				: repeat_simple(p, start, how);
		if (!ok)
			return false;
		/* Lazy or greedy, it matches the same texts. */
		p->s.at += p->s.at < p->s.end && *p->s.at == '?';
		repeated = true;
	}
	return true;
}

static bool
parse_sequence(struct parser *p)
{
	while (p->s.at < p->s.end && *p->s.at != '|' && *p->s.at != ')') {
		size_t start = p->code.n;
		bool nothing;

		if (!parse_atom(p, &nothing) ||
		    !parse_repeats(p, start, nothing))
			return false;
	}
	return true;
}

/* a|b|c: split a jump, split b jump, c; the jumps go to the end. */
static bool
parse_alternatives(struct parser *p)
{
	VEC(size_t) jumps = {0};
	bool ok;

	for (;;) {
		size_t start = p->code.n;

		ok = parse_sequence(p);
		if (!ok || p->s.at >= p->s.end || *p->s.at != '|')
			break;
		p->s.at++;
		ok = insert_split(p, start, 1,
				  (ptrdiff_t)(p->code.n - start) + 2);
		if (!ok)
			break;
		vec_push(&jumps, p->code.n);
		ok = emit_jump(p, REGEX_JUMP, 0, 0);
		if (!ok)
			break;
	}
	for (size_t i = 0; ok && i < jumps.n; i++)
		p->code.at[jumps.at[i]].x = (int32_t)(p->code.n - jumps.at[i]);
	vec_release(&jumps);
	return ok;
}

struct regex *
regex_compile(struct arena *a, const char *pattern, const char **why)
{
	size_t n = strlen(pattern);
	struct parser p = {
		.s = {.arena = a, .at = pattern, .end = pattern + n}
        };
	struct regex *re = NULL;
	bool ok = n <= REGEX_MAX_PATTERN || fail(&p, "it is too long");

	ok = ok && parse_alternatives(&p);
	if (ok && p.s.at < p.s.end)
		ok = fail(&p, "a ) was never opened");
	ok = ok && emit_op(&p, REGEX_MATCH);
	if (ok) {
		re = arena_new(a, struct regex);
		re->n = p.code.n;
		re->program =
			arena_copy(a, p.code.at, p.code.n * sizeof(*p.code.at));
	}
	if (why)
		*why = ok ? NULL : p.s.why;
	vec_release(&p.code);
	return re;
}
