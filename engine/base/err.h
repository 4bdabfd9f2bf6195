/* One failure with its place and remedy, and lists of findings.
 *
 * A function that can fail takes a `struct wf_err *err` last (NULL allowed),
 * fills it once where the fact is known, and returns the code.  Callers pass
 * it through untouched.  Messages read `PLACE: what is wrong; what to try`.
 *
 * Faults of ours are not errors: BUG() prints where, runs the handler that
 * the screen registered (to restore the terminal) and aborts.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_ERR_H
#define WF_ERR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "attr.h"

enum wf_code {
#define E(sym, name, exit, title) sym,
#include "err.def"
#undef E
	WF_NCODES
};

/* Name as in JSON ("not_found"), exit status, one-line title. */
const char *wf_code_name(enum wf_code code);
int wf_code_exit(enum wf_code code);
const char *wf_code_title(enum wf_code code);

struct wf_err {
	enum wf_code code;
	int line, column; /* 1-based place in `file`; 0 when there is none */
	char file[256];   /* the user's own file or argument; may be empty */
	char message[768];
	char hint[512];     /* what to try; may be empty */
	const char *source; /* our place, for bug reports */
	int source_line;
};

/* Fill `err` and return `code`, so that a failing function can write
 * `return ERR(err, WF_USAGE, "no file named \"%s\"", name);`. */
#define ERR(err, code, ...)                                                    \
	wf_err_set((err), (code), __FILE__, __LINE__, __VA_ARGS__)
enum wf_code
wf_err_set(struct wf_err *err, enum wf_code code, const char *source,
	   int source_line, const char *fmt, ...) PRINTF_LIKE(5, 6);
/* Add the remedy, or the user's place, to an error already set. */
void wf_err_hint(struct wf_err *err, const char *fmt, ...) PRINTF_LIKE(2, 3);
void wf_err_place(struct wf_err *err, const char *file, int line, int column);

enum wf_severity {
	WF_SEV_ERROR,
	WF_SEV_WARNING
};

/* One finding about a file. */
struct wf_diag {
	enum wf_severity severity;
	const char *rule; /* name to silence it by; NULL for hard errors */
	const char *file;
	int line, column;
	const char *message;
	const char *hint; /* NULL when there is none */
};

/* Findings in the order found; owns its strings.  Start with {0}. */
struct wf_diags {
	struct wf_diag *at;
	size_t n, cap;
	size_t nerrors;
};

void wf_diags_add(struct wf_diags *list, enum wf_severity severity,
		  const char *rule, const char *file, int line, int column,
		  const char *hint, const char *fmt, ...) PRINTF_LIKE(8, 9);
/* By file, then line, then column; equal ones keep their order. */
void wf_diags_sort(struct wf_diags *list);
void wf_diags_release(struct wf_diags *list);

#define BUG(...) wf_bug(__FILE__, __LINE__, __VA_ARGS__)
_Noreturn void
wf_bug(const char *file, int line, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* Called (once) before BUG aborts: puts the terminal back. */
void wf_bug_on_abort(void (*restore)(void));

#endif
