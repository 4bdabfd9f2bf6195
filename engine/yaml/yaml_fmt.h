/* Formatting flows: two spaces a level, one empty line between steps, spaces
 * in brackets where they belong; words, quotes and comments stay.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_YAML_FMT_H
#define WF_YAML_FMT_H

#include "../base/err.h"
#include "../base/str.h"

/* WF_INVALID with the place when the text is no single YAML document;
 * WF_REFUSED when it cannot be formatted without changing what it means (the
 * trees and the steps' hashes before and after are compared).  Formatting
 * the result again gives the same bytes. */
enum wf_code fmt_flow(const char *file, const char *text, size_t n,
		      struct strbuf *out, struct wf_err *err);

#endif
