/* Text of rows as mdoc(7).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_DOCGEN_TEXT_H
#define WF_DOCGEN_TEXT_H

#include "../engine/base/str.h"

/* Text that roff leaves alone; the same as a sentence on a line. */
void docgen_text(struct strbuf *out, const char *text);
void docgen_sentence(struct strbuf *out, const char *text);

#endif
