/* Views: what a screen is, and the stack of open ones.
 *
 * A view is a small set of verbs over its own state.  It draws into a
 * rectangle of a grid and never asks for a terminal, so tests draw it into
 * memory.  Views open each other by name (`views_open(vs, "run", id)`), and
 * dialogs are views over the one that asked for them.
 *
 *	refresh  news of the store: read new snapshots
 *	draw     everything into `r`; called after any change
 *	load     what would have kept the picture waiting; called when it is
 *		 on the screen and no key waits
 *	key      raw keys, for text fields; true: taken
 *	act      an action of keymap.def; true: done
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_VIEW_H
#define WF_VIEW_H

#include "../engine/base/vec.h"
#include "../engine/engine.h"
#include "commands.h"
#include "config.h"
#include "grid.h"
#include "keymap.h"
#include "layout.h"
#include "widgets/recall.h"

struct view;
struct views;
struct form;

enum {
	CONTEXTS_MAX = 8,
	HINTS_MAX = 24
};

struct view_ops {
	size_t size;  /* of the state, which starts zeroed */
	bool overlay; /* a dialog: what is below stays visible */
	bool guarded; /* opens deaf for a moment: see 3.7 in the manual */
	/* `arg`: a run id, a step, ...; may be NULL.  On failure the state is
	 * closed by the caller. */
	enum wf_code (*open)(struct view *v, const char *arg,
			     struct wf_err *err);
	void (*refresh)(struct view *v);
	void (*draw)(struct view *v, struct grid *g, struct rect r);
	/* Read what the last picture was drawn without (it said so: see
	 * `behind`), a slice of it; true: there is more. */
	bool (*load)(struct view *v);
	bool (*key)(struct view *v, uint32_t key);
	bool (*act)(struct view *v, enum action action);
	/* A click at a place of the grid; true: taken. */
	bool (*click)(struct view *v, int x, int y);
	/* Innermost first, ended by CONTEXT_NONE; room for CONTEXTS_MAX.
	 * None, as from view_all_text: every key is text, or a form's. */
	void (*contexts)(const struct view *v, enum context *out);
	/* The most useful actions here and now; at most HINTS_MAX. */
	size_t (*hints)(const struct view *v, enum action *out);
	/* Why an action does nothing right now; NULL when it would. */
	const char *(*refusal)(const struct view *v, enum action action);
	/* The form of a dialog, for those who have it read to them; the view
	 * is told of changes by a Tab.  NULL: it is none. */
	struct form *(*form)(struct view *v);
	/* The run that commands of the palette are about; false: none. */
	bool (*subject)(const struct view *v, char run[WF_RUN_ID]);
	/* The flow that commands of the palette design, or NULL; and one of
	 * them may have changed it. */
	struct wf_edit *(*design)(const struct view *v);
	void (*designed)(struct view *v);
	/* A line of the palette that this screen carries out itself; false:
	 * it is none.  NULL: there are none. */
	bool (*command)(struct view *v, const char *line);
	/* What `y` copies: an id, a row; false: there is nothing. */
	bool (*copy)(const struct view *v, struct strbuf *out);
	/* Wall time at which its clocks change; 0: they stand still. */
	int64_t (*due)(const struct view *v);
	/* What the engine said to a request of this view: `err` NULL when it
	 * was accepted, `plan` what a dry run would do, or NULL. */
	void (*answered)(struct view *v, const char *plan,
			 const struct wf_err *err);
	void (*close)(struct view *v);
	/* The program asked for has ended (wait status; -1: not run). */
	void (*came_back)(struct view *v, int status);
	const char *keys; /* hint line of a view whose keys are its own */
};

struct view {
	const struct view_ops *ops;
	const char *name;
	struct views *views;
	void *state;
};

struct message {
	int64_t time;
	bool bad;
	char *text;
};

struct asked;
struct bulk;

struct template_flow;

struct views {
	struct wf_engine *engine;
	const struct template_flow *templates; /* flows to begin with */
	size_t ntemplates;
	const struct commands *commands; /* NULL: only actions have names */
	VEC(struct running *) running;   /* commands that became processes */
	unsigned commands_begun;
	VEC(struct asked *) asked; /* requests without an answer yet */
	struct bulk *bulk;         /* being posted, or NULL */
	VEC(struct view *) stack;
	VEC(struct message) messages;
	size_t unseen; /* messages since the list was last open */
	int64_t said;  /* when the latest one came */
	struct config config;
	enum layout_zoom zoom;
	int list_sort; /* order of the list of runs, see runs_sort.def */
	bool list_reversed;
	int64_t deaf_until; /* clock_boot; only Esc is heard before */
	bool read_only, ascii, frozen;
	bool at_leisure; /* news are taken in: no key waits for this */
	bool behind;     /* the picture lacks what `load` reads */
	size_t at_once;  /* steps of a run that are read before a picture */
	struct recall searches;
	bool mouse; /* wanted; the dashboard obeys */
	/* Asked for; the dashboard obeys. */
	bool quit, stop, dirty, repaint, stale;
	char **run_program; /* argv to run on the terminal, or NULL */
	char *copied;       /* for the terminal's clipboard, or NULL */
	bool ring;          /* something happened that people wait for */
	char *picked;       /* --pick: the run chosen */
	char *watched;      /* run whose news matter; NULL: all runs */
	bool following;     /* close when the run has succeeded */
	bool finished;      /* the run shown had ended when we left */
	bool interrupted;   /* ... or had lost its engine */
	bool pick;
};

void views_init(struct views *vs, struct wf_engine *engine);
void views_release(struct views *vs);

/* By the name in screen.def. */
enum wf_code views_open(struct views *vs, const char *name, const char *arg,
			struct wf_err *err);
/* The same, and a failure becomes a message. */
void views_ask(struct views *vs, const char *name, const char *arg);
void views_close(struct views *vs); /* the top one */
struct view *views_top(struct views *vs);
struct view *views_below(struct views *vs); /* under the top; or NULL */

/* Only while `behind`: true when there is more to load. */
bool views_load(struct views *vs);
void views_refresh(struct views *vs);
void views_draw(struct views *vs, struct grid *g);
void views_key(struct views *vs, uint32_t key);
/* As if its key had been pressed. */
void views_act(struct views *vs, enum action action);
/* A click, or the wheel (`key` of term.h). */
void views_mouse(struct views *vs, uint32_t key, int x, int y);
/* The `contexts` of a view that takes every key itself. */
void view_all_text(const struct view *v, enum context *out);
/* True while keys are text, so that a paste is welcome. */
bool views_in_text(struct views *vs);
int64_t views_due(struct views *vs); /* earliest of all visible; 0: none */

void views_say(struct views *vs, const char *fmt, ...) PRINTF_LIKE(2, 3);
void views_complain(struct views *vs, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* What went wrong, with its hint. */
void views_report(struct views *vs, const struct wf_err *err);

/* Whose news are waited for; NULL: all. */
void views_watch(struct views *vs, const char *run);

/* --- requests.c: asking the engines, without ever waiting for them. */

/* Post a request; how it went is said when the engine has answered.  False:
 * it could not be posted, and that has been said. */
bool views_request(struct views *vs, const char *run,
		   const struct wf_request *request, const char *done);
/* The same for a dialog: its `answered` is called.  Without one the dialog
 * closes when the request was accepted. */
bool view_request(struct view *v, const char *run,
		  const struct wf_request *request, const char *done);
/* Requests posted between the two are one action on `what`: how many were
 * accepted and refused is said when the last answer has come. */
void views_bulk_begin(struct views *vs, const char *what);
void views_bulk_end(struct views *vs);
/* Look for answers; true when one came. */
bool views_answers(struct views *vs);
/* Take the last request back, unless its engine has acted on it. */
void views_withdraw(struct views *vs);
/* A view goes away: nobody is told its answers but the message line. */
void views_disown(struct views *vs, const struct view *v);
void views_forget_requests(struct views *vs);

/* The designer on the flow of a run. */
void views_design(struct views *vs, const char *run);
/* The file a run began with as it is now; NULL when it cannot be used. */
struct wf_flow *views_flow_now(struct views *vs, const char *run);
/* Go on with a run; when its file has changed, ask by which text first. */
void views_resume(struct views *vs, const char *run);
/* requests.c: hold the run, or let a held one go on; said with what takes it
 * back. */
void views_hold(struct views *vs, const char *run, bool held);

/* Message line and hint line, for views that lay out themselves. */
void views_draw_message(struct views *vs, struct grid *g, struct rect r);
void views_draw_hints(struct views *vs, const struct view *v, struct grid *g,
		      struct rect r);

#endif
