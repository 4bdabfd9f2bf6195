/* Params of a flow, and the fields of an approval's form, which are the same.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_PARAM_H
#define WF_PARAM_H

#include "../base/err.h"
#include "value.h"

struct words {
	const char **at;
	uint32_t n;
};

struct param {
	const char *name;
	enum value_type type; /* string int number bool list path json */
	bool has_default, required;
	struct value def;      /* the default */
	struct value *choices; /* `enum`; nchoices of them */
	uint32_t nchoices;
	const char *pattern; /* NULL: any */
	const struct regex *regex;
	bool has_min, has_max;
	double min, max; /* of numbers; length of strings and lists */
	const char *help;
	int line, column;
};

struct params {
	struct param *at;
	uint32_t n;
};

/* Check a param (or form field) value given as text, or already typed.
 * False: `err` says what is wrong and what would be right. */
bool param_from_text(const struct param *p, struct arena *a, const char *text,
		     struct value *out, struct wf_err *err);
bool param_check(const struct param *p, struct arena *a, struct value in,
		 struct value *out, struct wf_err *err);
const struct param *params_find(const struct params *ps, const char *name);
/* {NAME: DEFAULT} of those that have one; the caller owns it. */
json_t *params_defaults(const struct params *ps);
/* What to write instead of `name`, which is none of them. */
void params_hint(const struct params *ps, const char *name, struct wf_err *err);

#endif
