/* The matcher: all ways through the program at once, one character after the
 * other, so the time is at most the length of the text times that of the
 * program.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cel_regex.h"

#include "../../base/text.h"
#include "cel_int.h"

#define NO_CHAR UINT32_MAX

/* The places in the program that are alive before one character. */
struct places {
	uint32_t *at;
	size_t n;
};

struct matcher {
	const struct regex *re;
	struct places now, next;
	uint32_t *stack, *seen; /* seen[place]: the turn it was added in */
	uint32_t turn;
	uint32_t before, after; /* characters around the present position */
};

size_t
regex_size(const struct regex *re)
{
	return re->n;
}

static bool
in_ranges(const struct regex_set *set, uint32_t cp)
{
	for (size_t i = 0; i < set->n; i++)
		if (cp >= set->at[i].first && cp <= set->at[i].last)
			return true;
	return false;
}

static bool
in_set(const struct regex_set *set, uint32_t cp)
{
	bool in = in_ranges(set, cp);

	if (!in && set->fold)
		in = in_ranges(set, regex_swap_case(cp));
	return in != set->negated;
}

static bool
is_word(uint32_t cp)
{
	return (cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z') ||
	       (cp >= '0' && cp <= '9') || cp == '_';
}

static bool
edge_holds(const struct matcher *m, enum regex_op op)
{
	bool word_edge = is_word(m->before) != is_word(m->after);

	if (op == REGEX_TEXT_BEGIN)
		return m->before == NO_CHAR;
	if (op == REGEX_TEXT_END)
		return m->after == NO_CHAR;
	if (op == REGEX_LINE_BEGIN)
		return m->before == NO_CHAR || m->before == '\n';
	if (op == REGEX_LINE_END)
		return m->after == NO_CHAR || m->after == '\n';
	return word_edge == (op == REGEX_WORD_EDGE);
}

static size_t
push(struct matcher *m, size_t n, uint32_t place)
{
	if (m->seen[place] != m->turn) {
		m->seen[place] = m->turn;
		m->stack[n++] = place;
	}
	return n;
}

/* Add a place and all it leads to without a character; true when the end of
 * the program is among them. */
static bool
add_place(struct matcher *m, struct places *places, uint32_t place)
{
	size_t n = push(m, 0, place);

	while (n) {
		const struct regex_instr *instr;

		place = m->stack[--n];
		instr = &m->re->program[place];
		switch (instr->op) {
		case REGEX_MATCH:
			return true;
		case REGEX_SPLIT:
			n = push(m, n, place + (uint32_t)instr->y);
			n = push(m, n, place + (uint32_t)instr->x);
			break;
		case REGEX_JUMP:
			n = push(m, n, place + (uint32_t)instr->x);
			break;
		case REGEX_TEXT_BEGIN:
		case REGEX_TEXT_END:
		case REGEX_LINE_BEGIN:
		case REGEX_LINE_END:
		case REGEX_WORD_EDGE:
		case REGEX_NO_WORD_EDGE:
			if (edge_holds(m, instr->op))
				n = push(m, n, place + 1);
			break;
		case REGEX_CHAR:
		case REGEX_SET:
		case REGEX_ANY:
		case REGEX_ALL:
			places->at[places->n++] = place;
			break;
		}
	}
	return false;
}

static bool
takes(const struct regex_instr *instr, uint32_t cp)
{
	if (instr->op == REGEX_CHAR)
		return instr->cp == cp;
	if (instr->op == REGEX_SET)
		return in_set(instr->set, cp);
	return instr->op == REGEX_ALL || cp != '\n';
}

/* A bad byte is a character of its own that no pattern can name. */
static size_t
decode(const char *at, const char *end, uint32_t *cp)
{
	size_t n = at < end ? text_decode(at, end, cp) : 0;

	if (n)
		return n;
	*cp = at < end ? 0xFFFD : NO_CHAR;
	return at < end ? 1 : 0;
}

/* Where a match can begin at the earliest. */
static const char *
skip_ahead(const struct matcher *m, const char *at, const char *end)
{
	const struct regex_instr *first = m->re->program;

	if (first->op != REGEX_CHAR || first->cp >= 0x80)
		return at;
	at = memchr(at, (int)first->cp, (size_t)(end - at));
	return at ? at : end;
}

static bool
run(struct matcher *m, const char *at, const char *end)
{
	size_t n;

	m->before = NO_CHAR;
	for (;;) {
		struct places done = m->now;

		if (!m->now.n && m->re->program->op == REGEX_CHAR && at < end) {
			const char *ahead = skip_ahead(m, at, end);

			m->before = ahead > at ? (unsigned char)ahead[-1]
					       : m->before;
			at = ahead;
		}
		n = decode(at, end, &m->after);
		/* Its turn is still that of the step that led here. */
		if (add_place(m, &m->now, 0))
			return true;
		if (!n)
			return false;
		done = m->now;
		at += n;
		m->before = m->after;
		decode(at, end, &m->after);
		m->turn++;
		m->next.n = 0;
		for (size_t i = 0; i < done.n; i++)
			if (takes(&m->re->program[done.at[i]], m->before) &&
			    add_place(m, &m->next, done.at[i] + 1))
				return true;
		m->now = m->next;
		m->next = (struct places){.at = done.at};
	}
}

bool
regex_search(const struct regex *re, const char *text, size_t n)
{
	uint32_t *room = mem_alloc(4 * re->n * sizeof(*room));
	struct matcher m = {.re = re,
			    .now = {.at = room},
			    .next = {.at = room + re->n},
			    .stack = room + 2 * re->n,
			    .seen = room + 3 * re->n,
			    .turn = 1};
	bool found = run(&m, text, text + n);

	free(room);
	return found;
}
