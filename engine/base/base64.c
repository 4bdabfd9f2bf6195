/* Base64, strict: nothing but the alphabet, padding where it belongs.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "base64.h"

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			      "abcdefghijklmnopqrstuvwxyz"
			      "0123456789+/";

void
base64_encode(struct strbuf *out, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;

	strbuf_grow(out, (n + 2) / 3 * 4);
	for (; n; p += 3, n -= n < 3 ? n : 3) {
		uint32_t three = (uint32_t)p[0] << 16 |
				 (n > 1 ? (uint32_t)p[1] << 8 : 0) |
				 (n > 2 ? p[2] : 0);

		strbuf_addc(out, letters[three >> 18]);
		strbuf_addc(out, letters[three >> 12 & 63]);
		strbuf_addc(out, n > 1 ? letters[three >> 6 & 63] : '=');
		strbuf_addc(out, n > 2 ? letters[three & 63] : '=');
	}
}

static int
value_of(char c)
{
	const char *at = c ? strchr(letters, c) : NULL;

	return at ? (int)(at - letters) : -1;
}

bool
base64_decode(struct strbuf *out, const char *text, size_t n)
{
	if (n % 4)
		return false;
	strbuf_grow(out, n / 4 * 3);
	for (; n; text += 4, n -= 4) {
		size_t pad = n > 4 ? 0 : (text[3] == '=') + (text[2] == '=');
		uint32_t three = 0;

		if (pad && text[3] != '=')
			return false;
		for (size_t i = 0; i < 4; i++) {
			int v = i < 4 - pad ? value_of(text[i]) : 0;

			if (v < 0)
				return false;
			three = three << 6 | (uint32_t)v;
		}
		for (size_t i = 0; i < 3 - pad; i++)
			strbuf_addc(out, (char)(three >> (16 - 8 * i) & 255));
	}
	return true;
}
