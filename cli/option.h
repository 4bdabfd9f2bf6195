/* Options as rows: one array parses argv, writes -h, the manual and the
 * completion of a command.
 *
 *	struct args { bool follow; int64_t tail; };
 *	static const struct option options[] = {
 *		{'f', "follow", OPT_FLAG, offsetof(struct args, follow), NULL,
 *	         "go on until the run settles"},
 *		{0, "tail", OPT_NUMBER, offsetof(struct args, tail), "N",
 *	         "only the last N lines"},
 *		{0}};
 *
 * Understood: --name VALUE, --name=VALUE, -n VALUE, -nVALUE, flags run
 * together (-fq), options after operands, and `--` which ends them.  A word
 * such as "-1" or "-(a)", where no letter follows the dashes, is an operand.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_OPTION_H
#define WF_OPTION_H

#include <stdint.h>

#include "../engine/base/mem.h"
#include "../engine/base/str.h"
#include "../engine/engine.h"

enum option_kind {
	OPT_END,
	OPT_FLAG,     /* bool: true */
	OPT_FLAG_OFF, /* bool: false */
	OPT_TEXT,     /* const char * */
	OPT_NUMBER,   /* int64_t within 0 .. INT32_MAX */
	OPT_COUNT,    /* int64_t within 1 .. INT32_MAX; 0: not given */
	OPT_CHOICE,   /* int: index of the word in `arg`, "a|b|c" */
	OPT_TEXTS,    /* struct texts; repeatable */
	OPT_COMMAS,   /* struct texts; repeatable, and split at commas */
	OPT_SETTINGS, /* struct settings: NAME=VALUE; repeatable */
	OPT_WHEN      /* int64_t: a moment; "2h" is two hours ago */
};

struct option {
	char letter;      /* 0: none */
	const char *name; /* long, without dashes */
	enum option_kind kind;
	size_t at;       /* offset in the struct that is filled */
	const char *arg; /* name of the value, or the choices */
	const char *help;
};

struct texts {
	const char **at;
	size_t n, cap;
};

struct settings {
	struct wf_setting *at;
	size_t n, cap;
};

/* One array of rows and the struct its offsets speak of. */
struct option_set {
	const struct option *rows; /* ends with OPT_END */
	void *values;
};

/* Where options stand among the words. */
enum option_words {
	OPTIONS_ANYWHERE,
	OPTIONS_LEAD,          /* before the first operand only */
	OPTIONS_OR_EXPRESSION, /* anywhere; "-x" that is none is an operand */
};

/* Parse words[0..n): options are stored through `sets` (earlier sets win),
 * operands are moved to the front and counted.  With OPTIONS_LEAD, parsing
 * ends at the first operand, which is then words[*noperands_out ...].
 * WF_USAGE: err says which word, and names the nearest known one. */
enum wf_code
option_parse(const struct option_set *sets, size_t nsets, struct arena *arena,
	     char **words, size_t n, enum option_words kind,
	     size_t *noperands_out, struct wf_err *err);

/* The row for a word of a half-typed line ("--tail", "-f"), or NULL. */
const struct option *option_find(const struct option *rows, const char *word);
bool option_takes_value(const struct option *row);

/* "-f, --follow" or "    --tail N", as -h and the manual show it. */
void option_title(struct strbuf *out, const struct option *row);
/* One line per row, help aligned. */
void option_help(struct strbuf *out, const struct option *rows);

/* NAME=VALUE; false when there is no '=' or no name. */
bool
setting_parse(struct arena *arena, const char *text, struct wf_setting *out);
void settings_add(struct settings *list, struct arena *arena,
		  struct wf_setting setting);

#endif
