/* Finds unquoted variables and simple commands in shell text.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "shell_scan.h"

#include <ctype.h>
#include <string.h>

#include "../base/str.h"

#define MAX_NESTING 32

struct scan {
	const char *p;
	const char *word;       /* where the current word began */
	char nest[MAX_NESTING]; /* '"' quotes, '(' of $( ), '{' of ${ } */
	int depth;
	bool list;        /* the words of `for x in ...` */
	bool test;        /* inside [[ ]] */
	char heredoc[64]; /* delimiter waiting for the line's end */
};

static bool
in_quotes(const struct scan *s)
{
	return s->depth && s->nest[s->depth - 1] == '"';
}

static void
push(struct scan *s, char what)
{
	if (s->depth < MAX_NESTING)
		s->nest[s->depth++] = what;
}

static void
skip_single_quotes(struct scan *s)
{
	const char *close = strchr(s->p + 1, '\'');

	s->p = close ? close + 1 : s->p + strlen(s->p);
}

static bool
is_name_char(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* NAME=... at the start of the word: no splitting there. */
static bool
is_assignment(const struct scan *s)
{
	const char *p = s->word;

	while (p < s->p && is_name_char(*p))
		p++;
	return p > s->word && p < s->p && (*p == '=' || *p == '+');
}

/* Length of the expansion at `p` ($x, ${...}), 0 when it splits nothing. */
static size_t
expansion(const char *p)
{
	size_t n = 1;
	int depth = 0;

	if (p[1] == '{') {
		if (p[2] == '#')
			return 0;
		do {
			depth += p[n] == '{';
			depth -= p[n] == '}';
			n++;
		} while (p[n - 1] && depth);
		return n;
	}
	if (isdigit((unsigned char)p[1]) || p[1] == '@' || p[1] == '*')
		return 2;
	while (is_name_char(p[n]))
		n++;
	return n > 1 ? n : 0;
}

/* Past $(( )), which is a number. */
static bool
skip_arithmetic(struct scan *s)
{
	const char *close;

	if (!str_starts(s->p, "$(("))
		return false;
	close = strstr(s->p, "))");
	s->p = close ? close + 2 : s->p + strlen(s->p);
	return true;
}

/* "<<EOF" or "<<-'EOF'": remember the word. */
static void
note_heredoc(struct scan *s)
{
	size_t n = 0;

	s->p += 2;
	s->p += *s->p == '-';
	s->p += strspn(s->p, " \t'\"\\");
	while (is_name_char(s->p[n]) && n + 1 < sizeof(s->heredoc))
		n++;
	memcpy(s->heredoc, s->p, n);
	s->heredoc[n] = '\0';
	s->p += n;
	s->p += strspn(s->p, "'\"");
}

/* At a line's end: pass over the body of a here document. */
static void
skip_heredoc(struct scan *s)
{
	size_t n = strlen(s->heredoc);

	if (!n)
		return;
	while (*s->p) {
		const char *line = s->p + strspn(s->p, "\t");
		const char *end = strchr(s->p, '\n');
		bool last = strncmp(line, s->heredoc, n) == 0 &&
			    (line[n] == '\n' || !line[n]);

		s->p = end ? end + 1 : s->p + strlen(s->p);
		if (last)
			break;
	}
	s->heredoc[0] = '\0';
}

static bool
word_is(const struct scan *s, const char *word)
{
	size_t n = strlen(word);

	return strncmp(s->p, word, n) == 0 && s->p == s->word &&
	       !is_name_char(s->p[n]);
}

/* Words after which nothing is split until the line or list ends. */
static void
note_keyword(struct scan *s)
{
	if (word_is(s, "for") || word_is(s, "case") || word_is(s, "select"))
		s->list = true;
	else if (str_starts(s->p, "[["))
		s->test = true;
	else if (str_starts(s->p, "]]"))
		s->test = false;
}

static void
end_command(struct scan *s)
{
	s->list = false;
	s->p++;
	s->word = s->p + strspn(s->p, " \t");
}

/* One step forward outside of expansions. */
static void
advance(struct scan *s)
{
	switch (*s->p) {
	case '\\':
		s->p += s->p[1] ? 2 : 1;
		return;
	case '"':
		if (in_quotes(s))
			s->depth--;
		else
			push(s, '"');
		s->p++;
		return;
	case ')':
		if (s->depth && s->nest[s->depth - 1] == '(')
			s->depth--;
		s->p++;
		return;
	case '\n':
		if (!in_quotes(s)) {
			end_command(s);
			skip_heredoc(s);
			s->word = s->p + strspn(s->p, " \t");
			return;
		}
		s->p++;
		return;
	case ';':
	case '|':
	case '&':
		if (!in_quotes(s)) {
			end_command(s);
			return;
		}
		s->p++;
		return;
	case ' ':
	case '\t':
		s->p++;
		if (!in_quotes(s))
			s->word = s->p;
		return;
	default:
		s->p++;
	}
}

/* Things that are passed over whole; false when there is none here. */
static bool
pass_over(struct scan *s)
{
	if (in_quotes(s)) {
		return skip_arithmetic(s);
	} else if (*s->p == '\'') {
		skip_single_quotes(s);
	} else if (*s->p == '#' && s->p == s->word) {
		s->p += strcspn(s->p, "\n");
	} else if (str_starts(s->p, "<<") && s->p[2] != '<') {
		note_heredoc(s);
	} else {
		return skip_arithmetic(s);
	}
	return true;
}

const char *
shell_unquoted(const char *script, size_t *n)
{
	struct scan s = {.p = script, .word = script};

	s.word += strspn(script, " \t");
	while (*s.p) {
		if (pass_over(&s))
			continue;
		note_keyword(&s);
		if (str_starts(s.p, "$(")) {
			push(&s, '(');
			s.p += 2;
			s.word = s.p;
			continue;
		}
		*n = *s.p == '$' ? expansion(s.p) : 0;
		if (*n && !in_quotes(&s) && !s.list && !s.test &&
		    !is_assignment(&s))
			return s.p;
		if (*n)
			s.p += *n;
		else
			advance(&s);
	}
	return NULL;
}

/* --- commands ------------------------------------------------------------ */

bool
shell_next(const char **p, struct shell_command *out)
{
	struct scan s = {.p = *p};

	for (;;) {
		s.p += strspn(s.p, " \t\n;&|(){}");
		if (*s.p != '#')
			break;
		s.p += strcspn(s.p, "\n");
	}
	if (!*s.p)
		return false;
	s.word = s.p;
	out->at = s.p;
	while (*s.p) {
		if (pass_over(&s))
			continue;
		if (str_starts(s.p, "$(")) {
			push(&s, '(');
			s.p += 2;
			continue;
		}
		if (!s.depth && strchr(";|\n", *s.p))
			break;
		/* "2>&1" and "&>file" end no command. */
		if (!s.depth && *s.p == '&' && s.p[1] != '>' && s.p[-1] != '>')
			break;
		advance(&s);
	}
	out->n = (size_t)(s.p - out->at);
	out->end = *s.p;
	out->end_twice = *s.p && s.p[1] == *s.p;
	s.p += *s.p ? 1 + out->end_twice : 0;
	skip_heredoc(&s);
	*p = s.p;
	return true;
}

static bool
is_prefix_word(const char *p, size_t n)
{
	static const char *const words[] = {"sudo",    "env",  "!",    "if",
					    "then",    "else", "elif", "while",
					    "do",      "time", "exec", "until",
					    "timeout", "nice", "nohup"};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strlen(words[i]) == n && memcmp(p, words[i], n) == 0)
			return true;
	for (size_t i = 0; i < n; i++) {
		if (p[i] == '=' && i)
			return true;
		if (!is_name_char(p[i]))
			return false;
	}
	return false;
}

/* What stands between `sudo` or `timeout` and the command: options, times. */
static bool
is_option_word(const struct shell_command *c, const char *p)
{
	return p > c->at && (*p == '-' || (*p >= '0' && *p <= '9'));
}

bool
shell_runs(const struct shell_command *c, const char *program)
{
	const char *p = c->at, *end = c->at + c->n;
	size_t want = strlen(program);

	while (p < end) {
		size_t n = strcspn(p, " \t\n");
		const char *slash;

		if (n > (size_t)(end - p))
			n = (size_t)(end - p);
		slash = memrchr(p, '/', n);
		if (slash && n > 1) {
			n -= (size_t)(slash + 1 - p);
			p = slash + 1;
		}
		if (n == want && memcmp(p, program, n) == 0)
			return true;
		if (!is_prefix_word(p, n) && !is_option_word(c, p))
			return false;
		p += n;
		p += strspn(p, " \t");
	}
	return false;
}

bool
shell_has_option(const struct shell_command *c, const char *word, char letter)
{
	const char *end = c->at + c->n;
	size_t want = strlen(word);

	for (const char *p = c->at; p < end;) {
		size_t n = strcspn(p, " \t\n");

		if (n > (size_t)(end - p))
			n = (size_t)(end - p);
		if (n >= want && memcmp(p, word, want) == 0)
			return true;
		if (letter && n > 1 && p[0] == '-' && p[1] != '-' &&
		    memchr(p, letter, n))
			return true;
		p += n;
		p += strspn(p, " \t\n");
	}
	return false;
}
