/* Small steps towards JSON values.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_JSON_H
#define WF_JSON_H

#include <jansson.h>

/* A JSON string from any bytes; what is no UTF-8 becomes U+FFFD.  NULL
 * becomes null. */
json_t *json_text(const char *text);

/* Takes the reference, as json_object_set_new does. */
static inline void
json_put(json_t *object, const char *key, json_t *value)
{
	json_object_set_new(object, key, value);
}

#endif
