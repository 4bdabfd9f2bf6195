/* Spaces inside brackets and braces: [a, b], { a: b }.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_YAML_FMT_BRACKETS_H
#define WF_YAML_FMT_BRACKETS_H

#include "yaml_edit_int.h"

/* Note the patches that space all there is at or below `s`; the caller commits
 * them. */
void fmt_brackets(struct edit *e, const struct span *s);

/* Does [begin, end) hold spaces and at most one `mark` (0: none)? */
bool fmt_only(const struct edit *e, size_t begin, size_t end, char mark);

#endif
