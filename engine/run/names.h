/* How instances, attempts and their files are called.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_NAMES_H
#define WF_NAMES_H

#include "run.h"

/* run_path, appended to `out`. */
void names_path(const struct run *r, uint32_t ix, struct strbuf *out);

/* The log of an attempt, relative to the run's directory:
 * "logs/build.1.log", "logs/build.undo1.log", "logs/each-17.1.log". */
void names_log(const struct run *r, uint32_t ix, enum phase phase, uint32_t n,
	       struct strbuf *out);

/* The number by which an instance has been known from its beginning. */
uint32_t names_number(const struct run *r, uint32_t ix);

/* The idempotency key: one for all attempts of an instance, another for its
 * undo. */
void names_key(const struct run *r, uint32_t ix, enum phase phase,
	       struct strbuf *out);

/* Processors we may use, at least 2: the default of max_parallel. */
uint32_t names_cpus(void);

#endif
