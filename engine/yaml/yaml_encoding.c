/* UTF-16 to UTF-8.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "yaml_encoding.h"

static uint32_t
unit_at(const unsigned char *p, bool big)
{
	return big ? (uint32_t)p[0] << 8 | p[1] : (uint32_t)p[1] << 8 | p[0];
}

static void
add_utf8(struct strbuf *out, uint32_t cp)
{
	if (cp < 0x80) {
		strbuf_addc(out, (char)cp);
		return;
	}
	if (cp < 0x800) {
		strbuf_addc(out, (char)(0xc0 | cp >> 6));
	} else if (cp < 0x10000) {
		strbuf_addc(out, (char)(0xe0 | cp >> 12));
		strbuf_addc(out, (char)(0x80 | (cp >> 6 & 0x3f)));
	} else {
		strbuf_addc(out, (char)(0xf0 | cp >> 18));
		strbuf_addc(out, (char)(0x80 | (cp >> 12 & 0x3f)));
		strbuf_addc(out, (char)(0x80 | (cp >> 6 & 0x3f)));
	}
	strbuf_addc(out, (char)(0x80 | (cp & 0x3f)));
}

bool
encoding_to_utf8(const char *text, size_t n, struct strbuf *out)
{
	const unsigned char *p = (const unsigned char *)text;
	bool big = n >= 2 && p[0] == 0xfe && p[1] == 0xff;
	bool little = n >= 2 && p[0] == 0xff && p[1] == 0xfe;

	if (!big && !little)
		return false;
	for (size_t i = 2; i + 1 < n; i += 2) {
		uint32_t cp = unit_at(p + i, big);

		if (cp >= 0xd800 && cp < 0xdc00 && i + 3 < n) {
			uint32_t low = unit_at(p + i + 2, big);

			if (low >= 0xdc00 && low < 0xe000) {
				cp = 0x10000 + ((cp - 0xd800) << 10) +
				     (low - 0xdc00);
				i += 2;
			}
		}
		add_utf8(out, cp >= 0xd800 && cp < 0xe000 ? 0xfffd : cp);
	}
	if (n % 2)
		add_utf8(out, 0xfffd);
	return true;
}
