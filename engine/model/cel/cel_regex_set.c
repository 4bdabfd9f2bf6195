/* Character sets and escapes of regular expressions.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <ctype.h>

#include "../../base/text.h"
#include "../../base/vec.h"
#include "cel_regex.h"

enum {
	LAST_CHAR = 0x10FFFF
};

uint32_t
regex_swap_case(uint32_t cp)
{
	/* Alphabets whose cases lie at a fixed distance. */
	static const struct {
		uint32_t first, last, distance;
	} alphabets[] = {
		{'A',   'Z',   32},
                {0xC0,  0xD6,  32},
                {0xD8,  0xDE,  32},
		{0x391, 0x3A9, 32},
                {0x410, 0x42F, 32},
                {0x400, 0x40F, 80}
        };

	for (size_t i = 0; i < ARRAY_SIZE(alphabets); i++) {
		uint32_t d = alphabets[i].distance;

		if (cp >= alphabets[i].first && cp <= alphabets[i].last)
			return cp + d;
		if (cp >= alphabets[i].first + d && cp <= alphabets[i].last + d)
			return cp - d;
	}
	return cp;
}

bool
regex_next_char(struct regex_source *s, uint32_t *cp)
{
	size_t n = s->at < s->end ? text_decode(s->at, s->end, cp) : 0;

	if (!n)
		s->why = s->at < s->end ? "it is not valid UTF-8"
					: "it ends too early";
	s->at += n;
	return n;
}

static bool
parse_hex(struct regex_source *s, uint32_t *cp)
{
	bool braces = *s->at == '{';
	size_t max = braces ? 6 : 2, n = 0;

	s->at += braces;
	for (*cp = 0; n < max && isxdigit((unsigned char)*s->at); n++) {
		unsigned char c = (unsigned char)*s->at++;

		*cp = *cp * 16 + (isdigit(c) ? (unsigned)(c - '0')
					     : (c | 32u) - 'a' + 10u);
	}
	if (n < (braces ? 1 : 2) || *cp > LAST_CHAR ||
	    (braces && *s->at != '}')) {
		s->why = "\\x wants two hex digits or {digits}";
		return false;
	}
	s->at += braces;
	return true;
}

bool
regex_parse_escape(struct regex_source *s, uint32_t *cp)
{
	static const char from[] = "aftnrv", to[] = "\a\f\t\n\r\v";
	const char *simple;

	if (!regex_next_char(s, cp))
		return false;
	if (*cp == 'x')
		return parse_hex(s, cp);
	simple = *cp < 0x80 ? strchr(from, (int)*cp) : NULL;
	if (simple)
		*cp = (unsigned char)to[simple - from];
	else if (*cp == '0')
		*cp = 0;
	else if (*cp < 0x80 && isalnum((int)*cp)) {
		s->why = "it has an unknown escape";
		return false;
	}
	return true;
}

static void
add_range(struct regex_set *set, uint32_t first, uint32_t last)
{
	vec_push(set, (struct regex_range){first, last});
}

static void
add_text_ranges(struct regex_set *set, const char *pairs)
{
	for (; *pairs; pairs += 2)
		add_range(set, (unsigned char)pairs[0],
			  (unsigned char)pairs[1]);
}

/* What lies between the given pairs, which are in order. */
static void
add_text_complement(struct regex_set *set, const char *pairs)
{
	uint32_t next = 0;

	for (; *pairs; pairs += 2) {
		add_range(set, next, (uint32_t)(unsigned char)pairs[0] - 1);
		next = (uint32_t)(unsigned char)pairs[1] + 1;
	}
	add_range(set, next, LAST_CHAR);
}

bool
regex_add_class(struct regex_set *set, char letter)
{
	static const struct {
		char letter;
		const char *pairs;
	} classes[] = {
		{'d', "09"        },
                {'s', "\t\n\f\r  "},
                {'w', "09AZ__az"  }
        };

	for (size_t i = 0; i < ARRAY_SIZE(classes); i++) {
		if (letter == classes[i].letter)
			add_text_ranges(set, classes[i].pairs);
		else if (letter == toupper(classes[i].letter))
			add_text_complement(set, classes[i].pairs);
		else
			continue;
		return true;
	}
	return false;
}

/* [:alpha:] and [:^alpha:], with `at` behind the first bracket. */
static bool
parse_named_class(struct regex_source *s, struct regex_set *set)
{
	static const struct {
		const char *name, *pairs;
	} classes[] = {
		{"alnum",  "09AZaz"          },
		{"alpha",  "AZaz"            },
		{"ascii",  "\x01\x7f"        },
		{"blank",  "\t\t  "          },
		{"cntrl",  "\x01\x1f\x7f\x7f"},
		{"digit",  "09"              },
		{"graph",  "!~"              },
		{"lower",  "az"              },
		{"print",  " ~"              },
		{"punct",  "!/:@[`{~"        },
		{"space",  "\t\r  "          },
		{"upper",  "AZ"              },
		{"word",   "09AZ__az"        },
		{"xdigit", "09AFaf"          }
        };
	bool negated = s->at[1] == '^';
	const char *name = s->at + 1 + negated;

	for (size_t i = 0; i < ARRAY_SIZE(classes); i++) {
		size_t n = strlen(classes[i].name);

		if (!str_starts(name, classes[i].name) ||
		    !str_starts(name + n, ":]"))
			continue;
		if (negated)
			add_text_complement(set, classes[i].pairs);
		else
			add_text_ranges(set, classes[i].pairs);
		s->at = name + n + 2;
		return true;
	}
	s->why = "it has an unknown [:class:]";
	return false;
}

static bool
parse_set_char(struct regex_source *s, uint32_t *cp)
{
	if (!regex_next_char(s, cp))
		return false;
	if (*cp != '\\')
		return true;
	if (*s->at == 'b') {
		s->at++;
		*cp = '\b';
		return true;
	}
	return regex_parse_escape(s, cp);
}

static bool
parse_set_range(struct regex_source *s, struct regex_set *set)
{
	uint32_t first, last;

	if (!parse_set_char(s, &first))
		return false;
	last = first;
	if (s->at[0] == '-' && s->at + 1 < s->end && s->at[1] != ']') {
		s->at++;
		if (!parse_set_char(s, &last))
			return false;
	}
	if (first > last) {
		s->why = "a range in [...] is the wrong way round";
		return false;
	}
	add_range(set, first, last);
	return true;
}

static bool
parse_set_items(struct regex_source *s, struct regex_set *set)
{
	bool first = true;

	set->negated = *s->at == '^';
	s->at += set->negated;
	for (; first || *s->at != ']'; first = false) {
		if (s->at >= s->end) {
			s->why = "a [ is not closed";
			return false;
		}
		if (str_starts(s->at, "[:")) {
			s->at++;
			if (!parse_named_class(s, set))
				return false;
		} else if (*s->at == '\\' && s->at[1] &&
			   regex_add_class(set, s->at[1])) {
			s->at += 2;
		} else if (!parse_set_range(s, set)) {
			return false;
		}
	}
	s->at++;
	return true;
}

bool
regex_parse_set(struct regex_source *s, struct regex_set *set)
{
	return parse_set_items(s, set);
}
