/* What the names in expressions mean, for those that compile them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_YAML_NAMES_H
#define WF_YAML_NAMES_H

#include "yaml_reader.h"

/* What the resolver is asked for. */
struct question {
	struct reader *r;
	const struct pending *pending;
	const struct step *step; /* NULL outside of steps */
	int line, column;
};

/* The resolver of a cel_scope; `arg` is a struct question. */
bool names_resolve(void *arg, const char *const *chain, size_t n,
		   enum value_kind *kind_out, struct cel_error *err);
/* Fills the error; always false. */
bool name_refused(struct cel_error *err, const char *hint, const char *fmt, ...)
	PRINTF_LIKE(3, 4);

#endif
