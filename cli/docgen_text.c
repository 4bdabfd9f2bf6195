/* Escaping for mdoc(7).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "docgen_text.h"

void
docgen_text(struct strbuf *out, const char *text)
{
	if (*text == '.' || *text == '\'')
		strbuf_adds(out, "\\&");
	for (; *text; text++) {
		if (*text == '\\')
			strbuf_adds(out, "\\e");
		else if (*text == '-')
			strbuf_adds(out, "\\-");
		else if (*text == '"')
			strbuf_adds(out, "\\(dq");
		else if (*text == '\n' && (text[1] == '.' || text[1] == '\''))
			strbuf_adds(out, "\n\\&");
		else
			strbuf_addc(out, *text);
	}
}

void
docgen_sentence(struct strbuf *out, const char *text)
{
	if (*text >= 'a' && *text <= 'z') {
		strbuf_addc(out, (char)(*text - 'a' + 'A'));
		text++;
	}
	docgen_text(out, text);
	strbuf_adds(out, ".\n");
}
