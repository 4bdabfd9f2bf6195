/* What the parts of the designer share: the buffer, what was made out of it,
 * and where the person is.
 *
 * The bytes of the file are the model: everything shown is read from them
 * again after each change (editor_reread), and each action is a patch of
 * theirs.  While the text does not parse, the steps last made out stay in
 * sight and are marked as stale.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_EDIT_VIEW_H
#define WF_EDIT_VIEW_H

#include "../../engine/base/vec.h"
#include "../../engine/designing.h"
#include "../lanes.h"
#include "../layers.h"
#include "../theme.h"
#include "../view.h"
#include "../widgets/list.h"
#include "../widgets/prompt.h"

struct edit_journal;

enum edit_tab {
	EDIT_TAB_STEPS,
	EDIT_TAB_GRAPH,
	EDIT_TAB_YAML,
	EDIT_TAB_FLOW,
	EDIT_NTABS
};

enum edit_pane {
	EDIT_PANE_LIST,
	EDIT_PANE_FORM,
	EDIT_PANE_PROBLEMS,
	EDIT_NPANES
};

struct edit_row {
	char *id;
	char label[80]; /* what stands for a step without an id, too */
	const char *action;
	bool finally, marked;
	int line, last_line;
	size_t *needs; /* indexes of steps */
	size_t nneeds;
	unsigned errors, warnings;
};

struct edit_problem {
	struct wf_diag diag; /* strings owned */
	char *offer;         /* what F does, or NULL */
	size_t step;         /* SIZE_MAX: the flow */
	char *path;          /* of the key; "" or NULL: none in particular */
};

/* A line of the form. */
enum edit_kind {
	EDIT_VALUE,
	EDIT_GROUP,   /* opens to the keys of a map */
	EDIT_ADD,     /* a new entry of a map */
	EDIT_MORE,    /* shows the keys that are not set */
	EDIT_COMMENT, /* the lines above a step */
	EDIT_TITLE
};
struct edit_field {
	enum edit_kind kind;
	char *path, *label, *type;
	const char *help, *example;
	int depth;
	char *value;   /* as shown; NULL: not set */
	char *standby; /* what holds when it is not set, and whence; or NULL */
	bool open, lines; /* EDIT_GROUP is open; value has several lines */
	bool map;         /* the value is one */
	bool fixed;       /* cannot be patched */
	const char *error, *offer; /* of a problem; or NULL */
	enum wf_severity severity; /* of it */
};

/* A value being typed. */
struct edit_typing {
	bool on;
	char *path, *type;
	char *before; /* the value as it was */
	enum edit_kind kind;
	struct prompt prompt;
	VEC(char *) offers; /* what may stand there, narrowed by the text */
	size_t chosen;      /* SIZE_MAX: none */
	char error[160];
};

/* Whether runs of a definition began with this file. */
struct edit_use {
	char *definition; /* hash */
	bool ours;
};

struct editor {
	struct wf_edit *edit;
	struct edit_journal *journal;
	char *path;    /* the file it lies beside, as saved last */
	bool modified; /* as of then */
	/* Made out of the text. */
	VEC(struct edit_row) steps;
	struct graph_node *nodes;
	struct lanes lanes;
	VEC(size_t) order; /* row of the list -> step */
	VEC(struct edit_problem) problems;
	size_t nerrors, nwarnings;
	size_t position; /* of the text they were made of */
	bool stale;
	bool bare; /* nothing is wrong but that there are no steps yet */
	/* Where the person is. */
	enum edit_tab tab;
	enum edit_pane pane;
	struct list list, form, trouble;
	char *selected; /* id */
	int list_height, form_height, trouble_height;
	/* Where they were drawn last, for clicks. */
	struct rect list_area, form_area, trouble_area, tabs_area;
	bool guttered;
	/* The form. */
	VEC(struct edit_field) fields;
	VEC(char *) open; /* groups, by path */
	VEC(char *) shut;
	bool all;
	struct edit_typing typing;
	/* The picture, and the text. */
	struct layers *layers;
	int layers_w, layers_h, pan_x, pan_y;
	bool layers_ascii, panned;
	size_t yaml_top;
	int yaml_left, yaml_height;
	bool yaml_moved; /* the person scrolled: do not follow the field */
	/* Around it. */
	char *clip; /* steps copied */
	int64_t saved;
	VEC(struct edit_use) uses; /* what is known of definitions */
	int64_t counted;
	size_t users;   /* active runs that began with this file */
	char *outside;  /* copy of the text an editor has */
	bool leaving;   /* leave when the save has succeeded */
	bool run_next;  /* start a run when the save has succeeded */
	bool disk_told; /* that somebody else wrote the file */
};

struct editor *editor_of(const struct view *v);
/* The designer below a dialog of its own. */
struct editor *editor_below(const struct view *dialog);

/* --- edit_model.c ----------------------------------------------------------
 */

/* After every change of the text. */
void editor_reread(struct editor *ed);
void editor_release(struct editor *ed);
/* The step at the cursor, SIZE_MAX in a flow without steps. */
size_t editor_step(const struct editor *ed);
/* Its id; NULL: none, or the form shows the flow. */
const char *editor_step_id(const struct editor *ed);
void editor_select(struct editor *ed, size_t step);
bool editor_select_id(struct editor *ed, const char *id);
size_t editor_find(const struct editor *ed, const char *id);
/* By step: does it need `step`, near or far, or is it that?  Caller frees. */
bool *editor_dependents(const struct editor *ed, size_t step);
/* The step the form is about; NULL: the flow. */
const char *editor_subject(const struct editor *ed);
void editor_go_to_tab(struct editor *ed, enum edit_tab tab);

/* --- edit_change.c ---------------------------------------------------------
 */

/* Something was changed: say what failed, or take it into the journal and
 * read again.  Returns whether it succeeded. */
bool editor_done(struct view *v, struct editor *ed, enum wf_code code,
		 const struct wf_err *err);
/* What is being typed goes into the journal: in which dialog ("": in the
 * form), of the step in the form, at which key.  `text` NULL: no more. */
void editor_keep_typed(struct view *v, struct editor *ed, const char *dialog,
		       const char *path, const char *text);
/* A file without `steps` gets them, so that one can be added. */
void editor_begin_steps(struct editor *ed);
/* What may be changed at all; false has been said. */
bool editor_may(struct view *v, const struct editor *ed);
void editor_undo(struct view *v, struct editor *ed, bool redo);
/* Set a key by what was typed: an empty text takes it away. */
enum wf_code editor_set(struct editor *ed, const char *step, const char *path,
			const char *type, const char *text, struct wf_err *err);
enum wf_code editor_set_comment(struct editor *ed, const char *step,
				const char *text, struct wf_err *err);
char *editor_comment(struct editor *ed, const char *step);

/* --- edit_lists.c ----------------------------------------------------------
 */

/* Only what differs is patched, so that `accept`, comments and the way of
 * writing stay.  `text`: items apart by commas, or by blanks. */
enum wf_code editor_set_needs(struct editor *ed, const char *step,
			      const char *text, struct wf_err *err);
enum wf_code
editor_set_list(struct editor *ed, const char *step, const char *path,
		const char *text, bool blanks, struct wf_err *err);
/* The items of a list, apart by ", "; what YAML would misread is quoted.
 * Caller frees. */
char *editor_list_text(struct editor *ed, const char *step, const char *path);

/* --- edit_fields.c ---------------------------------------------------------
 */

void fields_rebuild(struct editor *ed);
void fields_release(struct editor *ed);
struct edit_field *field_at_cursor(struct editor *ed);
/* Put the cursor on the field for a key, opening what hides it. */
bool field_show(struct editor *ed, const char *path);
void field_open(struct editor *ed, const struct edit_field *f, bool open);

/* --- edit_values.c ---------------------------------------------------------
 */

/* As shown in the form; NULL: not set.  All three: caller frees. */
char *editor_value(struct editor *ed, const char *step, const char *path,
		   enum wf_edit_shape shape);
/* A child of `retry: 3` shows what the short form says; else NULL. */
char *editor_short_value(struct editor *ed, const char *step, const char *path);
/* What holds while the key is not set, by its help and the flow; or NULL. */
char *editor_standby(struct editor *ed, const char *step, const char *path,
		     const char *help);

/* --- edit_types.c ----------------------------------------------------------
 */

/* Does one alternative of the type say so?  `[id] | id` has "id". */
bool type_offers(const char *type, const char *alternative);
bool type_is_list(const char *type);
bool type_has_plain(const char *type); /* a value that is no map */
/* The section in "{retry}" (`open` is its brace), or what the values of
 * "map(T)" are; NULL: it is neither.  Caller frees. */
char *type_inside(const char *type, char open);
/* "a time: 500ms 30s 1h30m 7d", ...; nothing for maps. */
void type_describe(struct strbuf *out, const char *type);

/* --- edit_form.c -----------------------------------------------------------
 */

void form_pane_draw(struct view *v, struct grid *g, struct rect r, bool focus);
bool form_pane_act(struct view *v, enum action action);
bool form_pane_key(struct view *v, uint32_t key); /* while a value is typed */
void typing_begin(struct view *v, const struct edit_field *f, const char *text);
void typing_end(struct editor *ed);

/* --- edit_offers.c ---------------------------------------------------------
 */

/* What may stand in the field being typed, narrowed by what is there. */
void offers_make(struct editor *ed);
/* Put the chosen one in place of the word being typed. */
void offers_take(struct editor *ed, size_t i);

/* --- edit_draw.c -----------------------------------------------------------
 */

void editor_draw(struct view *v, struct grid *g, struct rect r);
bool editor_click(struct view *v, int x, int y);
/* The field in that row of the form; SIZE_MAX: none. */
size_t form_field_at(const struct editor *ed, int row);

/* --- the other panes -------------------------------------------------------
 */

void list_pane_draw(struct view *v, struct grid *g, struct rect r, bool focus);
void graph_pane_draw(struct view *v, struct grid *g, struct rect r, bool full);
bool graph_pane_act(struct view *v, enum action action);
void yaml_pane_draw(struct view *v, struct grid *g, struct rect r);
bool yaml_pane_act(struct view *v, enum action action);
void
trouble_pane_draw(struct view *v, struct grid *g, struct rect r, bool focus);
bool trouble_pane_act(struct view *v, enum action action);
void trouble_jump(struct view *v, size_t i);
void trouble_fix(struct view *v);
void trouble_next(struct view *v, bool forward);
/* The key of a step that answers a piece of advice, or NULL. */
const char *trouble_answer(const char *rule);

/* --- edit_steps.c ----------------------------------------------------------
 */

bool editor_step_act(struct view *v, enum action action);
/* The view of the designer in the stack; NULL: there is none. */
struct view *editor_view(const struct views *vs);

/* The marked steps (or the one at the cursor) become a flow file of their
 * own, which one step `id` runs in their place. */
enum wf_code editor_group(struct view *v, const char *id, struct wf_err *err);

/* --- edit_file.c -----------------------------------------------------------
 */

/* Write the file; what stands in the way is asked about. */
void editor_save(struct view *v, bool force);
/* After a save, also one under another name. */
void editor_saved(struct view *v, struct editor *ed);
/* A command may have changed or saved the flow. */
void editor_designed(struct view *v);
void editor_leave(struct view *v);
void editor_run(struct view *v);
void editor_count_users(struct view *v);
void editor_outside(struct view *v);
void editor_came_back(struct view *v, int status);

#endif
