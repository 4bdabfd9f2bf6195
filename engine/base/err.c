/* Error codes from their rows, filling of errors, lists of findings, BUG.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "err.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

static const struct {
	const char *name;
	int exit;
	const char *title;
} codes[] = {
#define E(sym, name, exit, title) [sym] = {name, exit, title},
#include "err.def"
#undef E
};

const char *
wf_code_name(enum wf_code code)
{
	return codes[code].name;
}

int
wf_code_exit(enum wf_code code)
{
	return codes[code].exit;
}

const char *
wf_code_title(enum wf_code code)
{
	return codes[code].title;
}

enum wf_code
wf_err_set(struct wf_err *err, enum wf_code code, const char *source,
	   int source_line, const char *fmt, ...)
{
	va_list ap;

	if (!err)
		return code;
	*err = (struct wf_err){
		.code = code, .source = source, .source_line = source_line};
	va_start(ap, fmt);
	vsnprintf(err->message, sizeof(err->message), fmt, ap);
	va_end(ap);
	return code;
}

void
wf_err_hint(struct wf_err *err, const char *fmt, ...)
{
	va_list ap;

	if (!err)
		return;
	va_start(ap, fmt);
	vsnprintf(err->hint, sizeof(err->hint), fmt, ap);
	va_end(ap);
}

void
wf_err_place(struct wf_err *err, const char *file, int line, int column)
{
	if (!err)
		return;
	snprintf(err->file, sizeof(err->file), "%s", file ? file : "");
	err->line = line;
	err->column = column;
}

void
wf_diags_add(struct wf_diags *list, enum wf_severity severity, const char *rule,
	     const char *file, int line, int column, const char *hint,
	     const char *fmt, ...)
{
	va_list ap;
	char *message;

	va_start(ap, fmt);
	message = mem_vprintf(fmt, ap);
	va_end(ap);
	if (list->n == list->cap) {
		list->cap = list->cap ? 2 * list->cap : 8;
		list->at = mem_realloc(list->at, list->cap * sizeof(*list->at));
	}
	list->at[list->n++] = (struct wf_diag){
		.severity = severity,
		.rule = rule,
		.file = file ? mem_strdup(file) : NULL,
		.line = line,
		.column = column,
		.message = message,
		.hint = hint ? mem_strdup(hint) : NULL,
	};
	if (severity == WF_SEV_ERROR)
		list->nerrors++;
}

static int
diag_before(const struct wf_diag *a, const struct wf_diag *b)
{
	int byfile = strcmp(a->file ? a->file : "", b->file ? b->file : "");

	if (byfile)
		return byfile;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	return (a->column > b->column) - (a->column < b->column);
}

static int
diag_compare(const void *pa, const void *pb)
{
	const struct wf_diag *a = *(const struct wf_diag *const *)pa;
	const struct wf_diag *b = *(const struct wf_diag *const *)pb;
	int order = diag_before(a, b);

	return order ? order : (a > b) - (a < b);
}

void
wf_diags_sort(struct wf_diags *list)
{
	const struct wf_diag **order;
	struct wf_diag *sorted;

	if (list->n < 2)
		return;
	order = mem_alloc(list->n * sizeof(*order));
	for (size_t i = 0; i < list->n; i++)
		order[i] = &list->at[i];
	qsort(order, list->n, sizeof(*order), diag_compare);
	sorted = mem_alloc(list->n * sizeof(*sorted));
	for (size_t i = 0; i < list->n; i++)
		sorted[i] = *order[i];
	free(order);
	free(list->at);
	list->at = sorted;
	list->cap = list->n;
}

void
wf_diags_release(struct wf_diags *list)
{
	for (size_t i = 0; i < list->n; i++) {
		free((char *)list->at[i].file);
		free((char *)list->at[i].message);
		free((char *)list->at[i].hint);
	}
	free(list->at);
	*list = (struct wf_diags){0};
}

static void (*restore_terminal)(void);

void
wf_bug_on_abort(void (*restore)(void))
{
	restore_terminal = restore;
}

void
wf_bug(const char *file, int line, const char *fmt, ...)
{
	va_list ap;
	void (*restore)(void) = restore_terminal;

	restore_terminal = NULL;
	if (restore)
		restore();
	fprintf(stderr, "wfctl: a fault of wfctl itself at %s:%d: ", file,
		line);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputs("; please report this line\n", stderr);
	abort();
}
