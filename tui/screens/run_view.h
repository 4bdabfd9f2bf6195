/* What the tabs of the run view share: the run, the selected step, its log.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_RUN_VIEW_H
#define WF_RUN_VIEW_H

#include "../../engine/about.h"
#include "../../engine/base/vec.h"
#include "../lanes.h"
#include "../layers.h"
#include "../logfile.h"
#include "../runtext.h"
#include "../view.h"
#include "../widgets/list.h"
#include "../widgets/pager.h"
#include "../widgets/prompt.h"

enum {
	ROWS_MAX = 256,     /* of a window, as far as the mouse is concerned */
	BEAT_LATE_MS = 5000 /* an engine that takes longer to answer */
};

enum run_tab {
	TAB_STEPS,
	TAB_GRAPH,
	TAB_TIME,
	TAB_LOG,
	TAB_EVENTS,
	TAB_INFO,
	NTABS
};

/* A step that is shown: members of a closed group stand behind its row. */
struct run_node {
	size_t step;   /* index into the snapshot */
	int indent;    /* of a member */
	size_t *needs; /* indexes of nodes; in run_view.needs */
	size_t nneeds;
	uint32_t members, done, failed; /* of a group */
};

enum log_times {
	LOG_TIMES_OFF,
	LOG_TIMES_CLOCK,
	LOG_TIMES_SINCE,
	NLOG_TIMES
};

/* The rows that hold what is looked for. */
struct log_matches {
	VEC(uint64_t) bits; /* one a row */
	size_t rows;        /* looked at so far */
	off_t size;         /* of the file, when last looked at */
	size_t n;
};

/* Rows are lines of the file, or those that the filter lets through. */
struct run_log {
	struct logfile *file;
	char *path;
	int attempt; /* index; -1: the latest */
	size_t top;  /* first row shown */
	int left;
	bool follow, wrap, raw, updates, ansi;
	enum log_times times;
	size_t limit;
	bool searching; /* the find goes on in slices */
	bool wrapped;   /* ... from the other end */
	bool forward;
	size_t found; /* row of the match; SIZE_MAX: none */
	struct log_matches matches;
	struct prompt find, filter;
	struct prompt *typing; /* which of them; NULL: none */
	VEC(uint32_t) kept;    /* lines that pass the filter */
	size_t filtered;       /* lines looked at for that */
	size_t mark, cursor;   /* selection of rows; mark SIZE_MAX: none */
};

struct run_graph {
	struct layers *layers;
	int pan_x, pan_y, w, h; /* of the pane when last drawn */
	bool implied, centred;
	int detail; /* -1: names alone, 1: states and tries, too */
	enum layers_direction direction;
	/* Of what the picture was made. */
	bool made_implied;
	int made_detail;
	enum layers_direction made_direction;
	int64_t made_second;
};

struct time_figures {
	int64_t made; /* at this time; 0: not yet */
	size_t nsteps;
	int64_t wait; /* the longest for a place, and whose */
	size_t waited;
	uint32_t most; /* places taken at once, and when for longest */
	int64_t from, until;
	int64_t silence; /* the longest at the end of a try, and whose */
	size_t silent;
};

struct run_view {
	char id[WF_RUN_ID];
	struct wf_run_detail d;
	bool unread;                /* of `d` only the run itself is known */
	enum shown *shown;          /* of each step; BLOCK included */
	const char **blocker;       /* what a blocked step waits for in vain */
	VEC(struct run_node) nodes; /* visible, in the order of the rows */
	size_t *needs;              /* of all nodes */
	struct graph_node *graph_nodes;
	char **labels; /* of the graph's picture; NULL: there is none */
	struct lanes lanes;
	VEC(char *) open_groups; /* paths */
	char *selected;          /* path */
	bool chosen;             /* ... by the person */
	struct {
		int step, node, row; /* of all, of those shown, indented */
	} widest;                    /* path, in columns */
	struct list list;            /* over nodes, by the order of lanes */
	VEC(size_t) order;           /* row of the list -> node */
	VEC(int) depth;              /* ... and how deep it lies */
	/* Of a rollback that runs or ran last: its steps in the order of
	 * undoing, and the place of each step in it from 1 (0: it is not part
	 * of it); while it is watched the rows go by it. */
	VEC(char *) plan;
	char *plan_number;
	bool plan_order;
	size_t *place;
	/* Of each step its turn among those that are ready, from 1; NULL:
	 * none is. */
	uint32_t *turn;
	size_t nready;
	bool spinner, critical;
	uint32_t slots; /* processes it may have at once */
	/* Signs of life of its engine: since when they are asked for, and
	 * when last (0: not). */
	struct {
		int pid;
		int64_t since, asked;
	} beat;
	enum shown was; /* of the run, when last read */
	/* Where things were drawn last, for the mouse. */
	struct rect tabs_at, rows_at;
	int tab_end[NTABS];
	size_t row_node[ROWS_MAX];
	enum run_tab tab;
	int height; /* rows of the pane that moves */
	int64_t now;
	/* For a step by its name, in tabs that have no find of their own. */
	struct prompt find;
	bool finding;     /* the text is being typed */
	size_t find_from; /* row at which that began */
	struct run_log log;
	struct run_graph graph;
	struct {
		int64_t from, per_cell; /* 0: fit */
		int width;
	} time;
	struct time_figures figures;
	struct {
		struct wf_events events; /* its rows, in the list of none */
		VEC(struct wf_event_info) rows;
		VEC(struct wf_list) pieces; /* in which they were read */
		bool all, all_read, stale;
		struct list list;
		struct prompt find;
		bool typing, follow;
	} events;
	struct {
		struct wf_step_about step;
		char *of; /* path; NULL: of none */
		uint64_t revision;
	} about;
	struct pager info;
	uint64_t info_revision;
	char *info_of;
};

struct run_tab_ops {
	const char *title, *brief;
	void (*draw)(struct view *v, struct grid *g, struct rect r);
	bool (*key)(struct view *v, uint32_t key); /* may be NULL */
	bool (*act)(struct view *v, enum action action);
	const enum context *contexts; /* inner ones, ended by CONTEXT_NONE */
	const enum action *hints;     /* ended by ACTION_NONE */
};

extern const struct run_tab_ops *const run_tabs[NTABS];
extern const struct run_tab_ops tab_steps, tab_graph, tab_time, tab_log,
	tab_events, tab_info;

struct run_view *run_view_of(const struct view *v);
/* The step at the cursor; NULL in a run without steps. */
const struct wf_step_info *run_selected(const struct run_view *rv);
size_t run_selected_node(const struct run_view *rv);
void run_select(struct run_view *rv, size_t node);
/* How a step is shown in its run, and its note. */
enum shown
run_step_shown(const struct run_view *rv, const struct wf_step_info *s);
void run_step_note(const struct run_view *rv, const struct wf_step_info *s,
		   struct strbuf *out);
/* The step in a sentence: tries, how the last one ended, what is next. */
void run_step_sentence(const struct run_view *rv, const struct wf_step_info *s,
		       struct strbuf *out);
/* Does anything of it move by itself? */
bool run_moves(const struct run_view *rv);
/* How often what it shows of time changes, ms; 0: it does not. */
int64_t run_clock_step(const struct run_view *rv);
void run_rebuild(struct run_view *rv);
void run_forget_nodes(struct run_view *rv);
/* Only states differ between the snapshot and a newer one; the model when it
 * has taken that one's place. */
bool
run_has_same_steps(const struct run_view *rv, const struct wf_run_detail *d);
void run_restate(struct run_view *rv);
void run_view_release(struct run_view *rv);
void run_toggle_group(struct run_view *rv, size_t node);
/* Select the next step that needs attention; false: there is none. */
bool run_next_problem(struct run_view *rv, bool forward);

/* run_find.c: `/`, n and N over the steps; without a text n and N go to what
 * needs somebody.  True: taken. */
bool run_find_act(struct view *v, enum action action);
bool run_find_key(struct view *v, uint32_t key);
void run_find_draw(struct run_view *rv, struct grid *g, struct rect r);

/* run_load.c: read the run for the first time; of a large one its steps stay
 * `unread` until run_read_rest. */
enum wf_code run_read_first(struct view *v, struct wf_err *err);
void run_read_rest(struct view *v);
/* Read the snapshot again; what failed has become a message. */
enum wf_code run_reload(struct view *v);
/* The snapshot is that of the store. */
bool run_is_current(struct view *v);

/* run_critical.c: the nodes of the chain that took longest (one flag a node),
 * and how many; the same as text. */
size_t run_critical(const struct run_view *rv, bool *on);
void run_critical_text(const struct run_view *rv, struct strbuf *out);
/* run_plan.c: the plan of a rollback that runs or ran last.  `watched`: rows go
 * by it. */
void run_plan_read(struct view *v, bool watched);
void run_plan_release(struct run_view *rv);
/* run_about.c: the selected step looked at closely, as it is at this revision;
 * NULL: there is none, or it cannot be read. */
const struct wf_step_about *run_about(struct view *v);
void run_about_release(struct run_view *rv);
/* The most bytes its log may have; 0: there is no limit. */
int64_t run_log_limit(struct view *v);

/* run_beat.c: ask the engine for a sign of life, once a second at most; how
 * long ago it gave the last one, -1: nobody knows. */
void run_ask_beat(struct view *v);
int64_t run_beat_age(const struct view *v);
/* run_header.c */
void run_draw_header(struct view *v, struct grid *g, struct rect r);
void run_draw_tabs(struct view *v, struct grid *g, struct rect r);
/* run_footer.c: the line above the keys; what the cursor is on, in a sentence,
 * or a message. */
void run_draw_footer(struct view *v, struct grid *g, struct rect r);

/* run_log.c: the log as rows. */
const struct wf_attempt_info *log_attempt(const struct run_view *rv);
size_t log_rows(const struct run_log *log);
size_t log_line(const struct run_log *log, size_t row); /* of the file */
void log_text(const struct run_log *log, size_t row, struct strbuf *out);
unsigned log_flags(const struct run_log *log); /* how lines are shown */
/* Begin to search; true when it is over, see `found`. */
bool log_search(struct run_log *log, bool forward, bool from_here);
/* The found row among those that hold the text, from 1; 0: not known yet. */
size_t log_place(const struct run_log *log);
/* ... and how far that is known. */
int log_counted_percent(const struct run_log *log);
/* The filter was changed. */
void log_refilter(struct run_log *log);
/* Selected rows, first and last; the found row or the top one else. */
void log_selection(const struct run_log *log, size_t *from, size_t *to);
void log_release(struct run_log *log);
/* Write the whole log to a file of its own in the present folder; the name
 * (caller frees), NULL: err. */
char *log_save(const struct run_view *rv, struct wf_err *err);

/* log_draw.c: the rows that fit; with their numbers, times and marks. */
void
log_draw_rows(struct run_view *rv, struct grid *g, struct rect r, bool numbers);

/* The last lines, as the file is before all of it has been read. */
void log_draw_end(struct run_view *rv, struct grid *g, struct rect r);

/* log_bars.c: what is shown, in a line above it, in the line of a pane, and in
 * the bar below it; the modes, which stand in these if they have no line of
 * their own. */
void log_draw_title(struct view *v, struct grid *g, struct rect r, bool modes);
void log_draw_head(const struct run_view *rv, struct grid *g, struct rect r);
void
log_draw_bar(struct run_view *rv, struct grid *g, struct rect r, bool modes);
void log_draw_modes(struct view *v, struct grid *g, struct rect r);

/* tab_log.c: the last lines of the selected step's log, under its title. */
void run_open_pager(struct view *v, const char *path);
void log_open_pager(struct view *v); /* the log of the step, or a message */
void log_draw_tail(struct view *v, struct grid *g, struct rect r);
/* Is there a try before (-1) or after (1) the one whose log is shown? */
bool log_other_try(const struct run_view *rv, int by);
/* Index what was added to the log, and search and filter on: a little before
 * a picture, a slice after it.  True when there is more to do. */
void log_look(struct view *v);
bool log_load(struct view *v);
/* time_figures.c: when the node's step could have begun; 0: that is not known
 * or not yet so.  Figures of the whole run in a line. */
int64_t run_queued_since(const struct run_view *rv, size_t node);
void run_figures_text(struct run_view *rv, struct strbuf *out);
/* tab_graph.c: the picture, which news make anew. */
void run_graph_forget(struct run_view *rv);

/* tab_steps.c: the steps under a title, over what their notes mean. */
void steps_draw_pane(struct view *v, struct grid *g, struct rect r);
/* tab_time.c: rows of the timeline, for the wide layout too. */
void time_draw_pane(struct view *v, struct grid *g, struct rect r);
/* run_events.c: read what is new. */
void events_reload(struct view *v);
/* The latest decision of those that are read; NULL: there is none. */
const struct wf_event_info *events_last_decision(const struct run_view *rv);
void events_forget(struct run_view *rv);
/* events_draw.c: the names of the columns, and where they end; the list down to
 * its cursor; the latest decisions. */
int
events_draw_columns(const struct run_view *rv, struct grid *g, struct rect r);
void events_draw_list(struct run_view *rv, struct grid *g, struct rect r);
void events_draw_pane(struct view *v, struct grid *g, struct rect r);

#endif
