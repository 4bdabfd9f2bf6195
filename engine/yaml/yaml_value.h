/* A YAML (or JSON) file as one value: params files, variables.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_YAML_VALUE_H
#define WF_YAML_VALUE_H

#include "../base/err.h"
#include "../model/value.h"

/* Read `path` ("-" is standard input) under the rules of the flow file:
 * core schema, limits, no duplicate keys.  WF_USAGE with place on failure. */
enum wf_code yaml_load_value(const char *path, struct arena *a,
			     struct value *out, struct wf_err *err);

#endif
