/* Texts from outside as JSON strings.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "json.h"

#include "str.h"
#include "text.h"

json_t *
json_text(const char *text)
{
	struct strbuf valid = STRBUF_INIT;
	const char *p = text, *end;
	json_t *value;

	if (!text)
		return json_null();
	value = json_string(text);
	if (value)
		return value;
	end = text + strlen(text);
	while (p < end) {
		uint32_t cp;
		size_t n = text_decode(p, end, &cp);

		if (n)
			strbuf_add(&valid, p, n);
		else
			strbuf_adds(&valid, "\xef\xbf\xbd");
		p += n ? n : 1;
	}
	value = json_stringn(valid.at, valid.n);
	strbuf_release(&valid);
	return value;
}
