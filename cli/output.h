/* The ways to print a result: a table for people, json, jsonl and csv.
 *
 *	struct records r;
 *	records_begin(&r, call, columns, ARRAY_SIZE(columns));
 *	for each item
 *		if (records_json(&r))
 *			records_object(&r, item_json(item));
 *		else
 *			records_row(&r, cells);
 *	records_end(&r);
 *
 * What came from outside is made harmless when it goes to a terminal and is
 * left byte for byte when it goes to a file or pipe.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_OUTPUT_H
#define WF_OUTPUT_H

#include <stdio.h>

#include <jansson.h>

#include "../engine/base/clock.h"
#include "../engine/base/json.h"
#include "cmd.h"

enum column_flags {
	COLUMN_RIGHT = 1 << 0, /* numbers */
	COLUMN_STATE = 1 << 1, /* coloured by the state it names */
	COLUMN_FLEX = 1 << 2   /* gives way when the terminal is narrow */
};

struct column {
	const char *title; /* as in csv; capitals in a table */
	unsigned flags;
};

struct records {
	struct call *call;
	const struct column *columns;
	size_t ncolumns;
	size_t n;    /* records so far */
	bool titled; /* the titles are printed */
	const char **cells;
	size_t ncells, cap;
	struct arena texts; /* of the cells */
};

void records_begin(struct records *r, struct call *call,
		   const struct column *columns, size_t ncolumns);
bool records_json(const struct records *r);
/* Takes the reference. */
void records_object(struct records *r, json_t *object);
/* One cell per column; NULL is empty. */
void records_row(struct records *r, const char *const *cells);
/* A moment, and a length of time, for a cell: for people in a table, in csv
 * RFC 3339 and seconds. */
const char *
records_time(const struct records *r, int64_t wall_ms, char text[CLOCK_TEXT]);
const char *
records_length(const struct records *r, int64_t ms, char text[CLOCK_TEXT]);
/* Print the rows gathered so far (a table's titles only the first time), for
 * lists that go on; then stdout is flushed. */
void records_flush(struct records *r);
void records_end(struct records *r);

/* One object, for commands whose result is a single record; takes the
 * reference. */
void output_object(const struct call *call, json_t *object);
bool output_is_json(const struct call *call);
/* Any value; takes the reference.  `flags` as of json_dumpf. */
void output_json(FILE *file, json_t *value, size_t flags);

/* May this stream be coloured, by --color, NO_COLOR and the terminal? */
bool output_colored(const struct call *call, FILE *file);
/* The sequence that begins the colour of a state ("" for none) and the one
 * that ends it; both "" unless `colored`. */
const char *output_state_color(bool colored, const char *state);
const char *output_plain(bool colored);

/* Print text from outside: harmless on a terminal, raw elsewhere. */
void output_text(FILE *file, const char *text);
void output_bytes(FILE *file, const char *bytes, size_t n);
/* One line: names in it may hold line ends, which a terminal sees as <LF>. */
void output_line(FILE *file, const char *bytes, size_t n);
/* Asked for every cell of every row, so the answer is kept. */
bool output_is_terminal(int fd);
/* For the functions of base/text.h: ASCII where the locale has no more. */
unsigned output_text_flags(void);
/* Columns of the terminal behind `fd`; `otherwise` when it is none. */
int output_width(int fd, int otherwise);
/* Does the locale's character set hold what UTF-8 can say? */
bool output_utf8(void);

/* `PLACE: what is wrong; what to try`, or the JSON object with -o json. */
void output_error(const struct globals *globals, const struct wf_err *err,
		  const struct wf_diags *findings);
/* One finding as a line; `json` when it is wanted as an object. */
void output_finding(FILE *file, const struct wf_diag *finding);
json_t *finding_json(const struct wf_diag *finding);

/* The value written in `text`; {} when it is NULL or no JSON. */
json_t *json_value(const char *text);
/* RFC 3339, or null for 0. */
json_t *json_time(int64_t wall_ms);

#endif
