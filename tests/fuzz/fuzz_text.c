/* No bytes from outside act on a terminal once text_sanitize has had them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdint.h>
#include <stdlib.h>

#include "engine/base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must_be_harmless(const char *s, size_t n, bool newlines)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];
		if ((c < 0x20 && !(newlines && c == '\n')) || c == 0x7f)
			abort();
		/* A C1 control is C2 80 to C2 9F. */
		if (c == 0xc2 && i + 1 < n && (unsigned char)s[i + 1] < 0xa0)
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2)
		return 0;
	unsigned flags = data[0] & 0x1f;
	int width = data[1];
	const char *bytes = (const char *)data + 2;
	size -= 2;

	struct strbuf out = STRBUF_INIT;
	text_sanitize(&out, bytes, size, flags);
	must_be_harmless(out.at, out.n, flags & TEXT_NEWLINES);

	strbuf_clear(&out);
	if (text_clip(&out, bytes, size, width, flags & ~TEXT_NEWLINES) > width)
		abort();
	must_be_harmless(out.at, out.n, false);

	strbuf_clear(&out);
	text_log_line(&out, bytes, size, flags & ~TEXT_NEWLINES);
	must_be_harmless(out.at, out.n, false);
	strbuf_release(&out);
	return 0;
}
