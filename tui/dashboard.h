/* The dashboard: the only thing of tui/ that the command line opens.
 *
 * A reader of the store like any other: whatever happens to it, the run goes
 * on.  The terminal is left as it was found.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_DASHBOARD_H
#define WF_DASHBOARD_H

#include "../engine/engine.h"

enum dashboard_color {
	DASHBOARD_COLOR_AUTO,
	DASHBOARD_COLOR_ALWAYS,
	DASHBOARD_COLOR_NEVER
};

/* A flow to begin with, and what it asks for. */
struct template_question {
	const char *name, *path, *step; /* step NULL: a key of the flow */
	const char *text;
};
struct template_flow {
	const char *name, *about, *text;
	const struct template_question *questions;
	size_t nquestions;
};

struct commands;

struct dashboard_options {
	const struct commands *commands; /* for the palette; or NULL */
	const char *edit; /* a flow file: the designer; NULL: runs */
	bool begin;       /* ... on a new file: choose a template first */
	const struct template_flow *templates;
	size_t ntemplates;
	const char *run;    /* id; NULL: the list of runs */
	const char *screen; /* a name of screen.def, or a tab of the run view
			     * ("steps" "graph" "time" "log" "events" "info");
			     * "stats"; NULL: the list, or the steps */
	enum dashboard_color color;
	bool ascii;         /* 7-bit glyphs */
	bool read_only;     /* actions are refused */
	bool accessible;    /* lines of text instead of a screen */
	bool slow;          /* four paints a second, at most */
	bool following;     /* opened on a run just started: closes by itself
			     * when the run succeeds */
	bool pick;          /* Enter prints the run's id on standard output */
	const char *script; /* keys from this file instead of a terminal, see
			     * term.h; what it dumps goes to standard output */
};

/* Could the dashboard be shown on this terminal? */
bool dashboard_is_possible(void);

/* Returns when the user leaves (WF_OK), or with what went wrong.  Says on
 * standard error how to come back to a run that goes on. */
enum wf_code
dashboard_run(struct wf_engine *e, const struct dashboard_options *options,
	      struct wf_err *err);

#endif
