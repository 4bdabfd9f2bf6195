/* Flows full of comments, blocks, brackets, letters of all kinds and line ends
 * of both, made at random from a seed.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_TEST_RANDOM_FLOWS_H
#define WF_TEST_RANDOM_FLOWS_H

#include <stdint.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/str.h"

static uint64_t seed;

static inline unsigned
some(unsigned below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % below;
}

#define PICK(list) (list)[some(ARRAY_SIZE(list))]

static int ncomments;
static const char *eol;

static inline void
comment(struct strbuf *out, const char *before)
{
	static const char *const words[] = {
		"plain",
		"tab\there",
		"\xc3\xa4 \xe2\x9c\x93 \xf0\x9f\x9a\x80",
		"a: b",
		"- c",
		"{[\"'",
		"steps.s1",
		"run: |"};

	strbuf_addf(out, "%s# %s c%d.", before, PICK(words), ncomments++);
	for (int i = some(20) ? 400 : 0; i < 400; i++)
		strbuf_adds(out, " long");
}

/* One line of YAML, perhaps with a comment behind it. */
static inline void
	PRINTF_LIKE(2, 3) line(struct strbuf *out, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	strbuf_addv(out, fmt, ap);
	va_end(ap);
	if (some(4) == 0)
		comment(out, some(2) ? " " : " \t ");
	strbuf_adds(out, eol);
}

static inline void
between(struct strbuf *out, int indent)
{
	if (some(6) == 0) {
		strbuf_addf(out, "%*s", indent, "");
		comment(out, "");
		strbuf_adds(out, eol);
	}
	if (some(9) == 0)
		strbuf_adds(out, eol);
}

static inline void
add_needs(struct strbuf *out, unsigned i)
{
	unsigned a = some(i), b = (a + 1) % i;

	switch (a == b ? some(2) : some(6)) {
	case 0:
		line(out, "    needs: s%u", a);
		break;
	case 1:
		line(out, "    needs: [s%u]", a);
		break;
	case 2:
		line(out, "    needs: [ s%u , \"s%u\" ]", a, b);
		break;
	case 3:
		line(out,
		     "    \"needs\": ['s%u', {id: s%u, accept: "
		     "[failed]},]",
		     a, b);
		break;
	case 4:
		line(out, "    needs:");
		between(out, 6);
		line(out, "      - s%u", a);
		between(out, 6);
		line(out, "      - s%u", b);
		break;
	default:
		line(out, "    needs: [");
		line(out, "      s%u,", a);
		line(out, "      s%u", b);
		line(out, "    ]");
	}
}

static inline void
add_action(struct strbuf *out)
{
	static const char *const lines[] = {
		"    run: make -j4", "    run: \"echo \\\"x\\\" # y\"",
		"    run: 'it''s \xc3\xa4'", "    argv: [a, \"b c\", 'd']",
		"    run: echo a#b; [ x ]"};

	switch (some(5)) {
	case 0:
		strbuf_addf(out,
			    "    run: |%s      a: # no comment%s%s"
			    "        deeper \xe2\x9c\x93%s",
			    eol, eol, eol, eol);
		break;
	case 1:
		strbuf_addf(out, "    run: >-%s      folded%s      text%s%s",
			    eol, eol, eol, eol);
		break;
	case 2:
		strbuf_addf(out, "    run: a plain%s      text of two lines%s",
			    eol, eol);
		break;
	default:
		line(out, "%s", PICK(lines));
	}
}

static inline void
add_settings(struct strbuf *out)
{
	between(out, 4);
	if (some(3) == 0)
		line(out, "    timeout: 5m");
	if (some(3) == 0) {
		line(out, "    env:");
		line(out, "      X: \"y\"");
		between(out, 6);
		line(out, "      Z: \xc3\xa4");
	}
	if (some(3) == 0)
		line(out, "    retry: { limit: 3, delay: 2s }");
	if (some(5) == 0)
		line(out, "    if: params.p == 'x'");
}

static inline char *
random_flow(unsigned n)
{
	struct strbuf out = STRBUF_INIT;

	eol = some(3) ? "\n" : "\r\n";
	if (some(5) == 0)
		strbuf_adds(&out, "\xef\xbb\xbf");
	if (some(2))
		line(&out, "# head");
	line(&out, "version: 1");
	line(&out, "params: {p: x}");
	line(&out, "steps:");
	for (unsigned i = 0; i < n; i++) {
		between(&out, some(2) ? 2 : 4);
		if (i && some(6) == 0) {
			line(&out, "  - {id: s%u, needs: [s%u], run: x}", i,
			     i - 1);
			continue;
		}
		line(&out, "  - id: s%u", i);
		between(&out, 4);
		if (i && some(4))
			add_needs(&out, i);
		add_action(&out);
		add_settings(&out);
	}
	if (some(3) == 0) {
		line(&out, "finally:");
		line(&out, "  - id: end");
		line(&out, "    run: x");
	}
	if (some(3) == 0)
		while (out.n && strchr("\r\n ", out.at[out.n - 1]))
			out.at[--out.n] = '\0';
	return strbuf_detach(&out);
}

#endif
