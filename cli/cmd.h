/* Subcommands: the table built from cmd.def, and what a command is handed.
 *
 * A command file holds its option rows, its function and, last, its entry:
 *
 *	const struct cmd_entry cmd_pause = {
 *		.operands = "RUN [STEP]", .options = options,
 *		.size = sizeof(struct args), .min = 1, .max = 2,
 *		.example = "wfctl pause nightly", .run = pause};
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_CMD_H
#define WF_CMD_H

#include "../engine/base/mem.h"
#include "../engine/base/str.h"
#include "../engine/engine.h"
#include "option.h"

enum cmd_group {
	GROUP_RUN,
	GROUP_LOOK,
	GROUP_DECIDE,
	GROUP_FLOW,
	GROUP_OPERATE,
	GROUP_OTHER,
	GROUP_HIDDEN, /* for scripts of ours; not listed */
	NGROUPS
};
extern const char *const cmd_groups[NGROUPS];

/* What main() opens first.  Commands that look at a file before they need
 * the store take NOTHING and call call_open themselves. */
enum cmd_needs {
	NEEDS_NOTHING,
	NEEDS_READ,
	NEEDS_WRITE,
	NEEDS_CREATE
};

enum format {
	FORMAT_TABLE,
	FORMAT_JSON,
	FORMAT_JSONL,
	FORMAT_CSV
};
enum color {
	COLOR_AUTO,
	COLOR_ALWAYS,
	COLOR_NEVER
};

/* The options every command takes. */
struct globals {
	bool help, version, quiet, verbose;
	const char *state;
	int color;  /* enum color */
	int format; /* enum format */
};
extern const struct option global_options[];

/* One call of a command.  What it allocates from `arena` is freed when it
 * returns. */
struct call {
	const struct cmd *cmd;
	struct globals globals;
	struct wf_engine *engine; /* as the row needs, or call_open */
	char **words;             /* operands; NULL-terminated */
	size_t nwords;
	void *args; /* the command's own struct, filled from its options */
	struct arena arena;
};

/* What operands are, for completion: one letter each, the last repeats.
 * f flow file, F any file, r run, s step of that run, x flow file or run,
 * a signal that the run waits for, c command, o the words in `choices`, -
 * nothing. */
struct cmd_entry {
	const char *operands; /* as in the usage line: "RUN [STEP]..." */
	const struct option *options;
	size_t size;           /* of the struct the options fill */
	int min, max;          /* operands; max -1: any number */
	bool takes_expression; /* an operand may begin with a minus */
	const char *about;     /* sentences for -h, or NULL */
	const char *example;   /* one line, or several */
	const char *complete;
	const char *choices; /* "bash|zsh|fish" */
	/* For completion: states of the runs, and of the steps, that the
	 * command is for, with blanks between; NULL: any. */
	const char *runs, *steps;
	/* Fills err and returns its code, or returns the code of a run it
	 * followed and leaves err alone. */
	enum wf_code (*run)(struct call *call, struct wf_err *err);
};

struct cmd {
	const char *name;
	const char *aliases; /* space between them, or NULL */
	enum cmd_group group;
	enum cmd_needs needs;
	const char *summary;
	const struct cmd_entry *entry;
};
extern const struct cmd cmds[];
extern const size_t ncmds;

/* The command of that name or alias.  WF_USAGE with the nearest name. */
enum wf_code
cmd_find(const char *name, const struct cmd **cmd_out, struct wf_err *err);

/* The text of -h. */
void cmd_usage(struct strbuf *out, const struct cmd *cmd);
/* "wfctl run [OPTION]... FILE" */
void cmd_synopsis(struct strbuf *out, const struct cmd *cmd);
/* All commands by group, and the options all of them take. */
void cmd_overview(struct strbuf *out);

/* Open the state directory; a second call with the same mode is free. */
enum wf_code
call_open(struct call *call, enum wf_open mode, struct wf_err *err);
/* The run that operand `i` names. */
enum wf_code call_run(struct call *call, size_t i, char id_out[WF_RUN_ID],
		      struct wf_err *err);
/* FILE|RUN: does the word name a file ("-", a path, something.yaml)? */
bool call_is_file(const char *word);
/* The step that `path` names; NULL with err set (WF_NOT_FOUND). */
const struct wf_step_info *call_step(const struct wf_run_detail *detail,
				     const char *path, struct wf_err *err);
/* Has the run come to where nothing moves without a person? */
enum wf_code call_settled(struct call *call, const char *run, bool *settled_out,
			  struct wf_err *err);
/* Each event of a run after `*after`, which moves on; they are read by the
 * page, so nothing is held up when `fn` waits. */
enum wf_code
call_events(struct call *call, const char *run, uint64_t *after,
	    bool only_decisions,
	    void (*fn)(void *arg, const struct wf_event_info *event), void *arg,
	    struct wf_err *err);
/* Ask yes or no on the terminal; elsewhere WF_USAGE that names -y. */
enum wf_code call_confirm(bool yes, const char *question, struct wf_err *err);

#endif
