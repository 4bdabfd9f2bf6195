/* Reading compact JSON text in place: members, items, strings.
 *
 * The face hands nested values out as JSON text; screens need a few of them.
 * Text that is not JSON yields NULL or its rest, never a fault.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_JSONTEXT_H
#define WF_JSONTEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "../engine/base/str.h"

/* The value of a member of an object; NULL without one. */
const char *jsontext_member(const char *object, const char *key);
/* The first item of a list (`item` NULL) or the one after `item`; of an
 * object the keys.  NULL at the end. */
const char *jsontext_next(const char *list, const char *item);
/* Of a key from jsontext_next: its value. */
const char *jsontext_value(const char *key);
/* A string without quotes and escapes, anything else as it stands. */
void jsontext_add(struct strbuf *out, const char *value);
char *jsontext_copy(const char *value); /* caller frees; NULL for NULL */
bool jsontext_is(const char *value, const char *text); /* "true", "null" */

#endif
