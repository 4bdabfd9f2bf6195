/* Bytes as base64 text and back (RFC 4648, with padding).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_BASE64_H
#define WF_BASE64_H

#include "str.h"

void base64_encode(struct strbuf *out, const void *bytes, size_t n);
/* Append what `text` stands for; false (with `out` in an unknown state) when
 * it is not base64. */
bool base64_decode(struct strbuf *out, const char *text, size_t n);

#endif
