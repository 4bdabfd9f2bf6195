/* Texts in UTF-16, which editors of other systems write, as UTF-8.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_YAML_ENCODING_H
#define WF_YAML_ENCODING_H

#include <stdbool.h>

#include "../base/str.h"

/* True when the text begins with a byte order mark of UTF-16; `out` then
 * holds it as UTF-8 (broken pairs become U+FFFD). */
bool encoding_to_utf8(const char *text, size_t n, struct strbuf *out);

#endif
