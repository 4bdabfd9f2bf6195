/* The designer and the world: saving, leaving, running, the outside editor.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../engine/base/clock.h"
#include "../../engine/base/fs.h"
#include "edit_journal.h"
#include "edit_view.h"

enum {
	USERS_MAX = 200, /* active runs that are looked at */
	COUNT_MS = 1000, /* between two looks at them */
	TEXT_MAX = 16 << 20
};

/* --- saving -----------------------------------------------------------------
 */

/* The journal belongs beside the file that is written from now on. */
static void
move_journal(struct editor *ed)
{
	free(ed->path);
	ed->path = mem_strdup(wf_edit_path(ed->edit));
	if (!ed->journal)
		return;
	edit_journal_drop(ed->journal);
	edit_journal_close(ed->journal);
	ed->journal = edit_journal_open(ed->path, NULL);
	if (edit_journal_holds(ed->journal))
		edit_journal_drop(ed->journal);
}

void
editor_saved(struct view *v, struct editor *ed)
{
	size_t n;
	const char *text = wf_edit_text(ed->edit, &n);

	if (!str_eq(ed->path, wf_edit_path(ed->edit)))
		move_journal(ed);
	ed->modified = false;
	if (ed->journal) {
		edit_journal_drop(ed->journal);
		edit_journal_base(ed->journal, text, n);
	}
	ed->saved = clock_wall();
	ed->counted = 0;
	ed->disk_told = false;
	views_say(v->views,
		  ed->nerrors ? "%s was saved; its %zu error%s it from being "
				"run"
			      : "%s was saved",
		  wf_edit_path(ed->edit), ed->nerrors,
		  ed->nerrors == 1 ? " keeps" : "s keep");
	editor_count_users(v);
	if (ed->run_next) {
		ed->run_next = false;
		editor_run(v);
	} else if (ed->leaving) {
		views_close(v->views);
	}
}

/* What was added is what comes next. */
static void
select_touched(struct editor *ed)
{
	struct wf_edit_step s;
	size_t begin, end;

	wf_edit_touched(ed->edit, &begin, &end);
	for (size_t i = 0; wf_edit_step(ed->edit, i, &s); i++)
		if (s.begin < end && s.end > begin) {
			editor_select(ed, i);
			break;
		}
}

void
editor_designed(struct view *v)
{
	struct editor *ed = editor_of(v);
	bool saved = !str_eq(ed->path, wf_edit_path(ed->edit)) ||
		     (ed->modified && !wf_edit_modified(ed->edit));

	if (wf_edit_mark(ed->edit) != ed->position) {
		size_t before = ed->steps.n;

		editor_done(v, ed, WF_OK, NULL);
		if (ed->steps.n > before)
			select_touched(ed);
	}
	if (saved)
		editor_saved(v, ed);
}

/* What somebody else wrote may be the very same text. */
static bool
is_on_disk(struct editor *ed)
{
	char *disk = NULL;
	bool same = wf_edit_disk(ed->edit, &disk, NULL) == WF_OK &&
		    str_eq(disk, wf_edit_text(ed->edit, NULL));

	free(disk);
	return same;
}

void
editor_save(struct view *v, bool force)
{
	struct editor *ed = editor_of(v);
	struct wf_err err = {0};
	enum wf_code code;

	if (v->views->read_only) {
		views_complain(v->views, "save: this screen is read-only");
		return;
	}
	code = wf_edit_save(ed->edit, NULL, force || is_on_disk(ed), &err);
	if (!code) {
		editor_saved(v, ed);
		return;
	}
	if (code == WF_REFUSED)
		views_ask(v->views, "edit-save", NULL);
	else
		views_report(v->views, &err);
	if (code != WF_REFUSED)
		ed->leaving = ed->run_next = false;
}

void
editor_leave(struct view *v)
{
	struct editor *ed = editor_of(v);
	bool empty = !wf_edit_undo_name(ed->edit) && ed->steps.n == 0;

	if (wf_edit_modified(ed->edit) && !empty) {
		views_ask(v->views, "edit-leave", NULL);
		return;
	}
	if (ed->journal)
		edit_journal_drop(ed->journal);
	views_close(v->views);
}

void
editor_run(struct view *v)
{
	struct editor *ed = editor_of(v);
	char *arg;

	if (ed->nerrors) {
		views_complain(v->views,
			       "%zu error%s it from being run; ] goes to the "
			       "next one",
			       ed->nerrors,
			       ed->nerrors == 1 ? " keeps" : "s keep");
		return;
	}
	if (wf_edit_modified(ed->edit)) {
		ed->run_next = true;
		editor_save(v, false);
		return;
	}
	arg = mem_printf("file %s", wf_edit_path(ed->edit));
	views_ask(v->views, "start", arg);
	free(arg);
}

/* --- runs that use the file -------------------------------------------------
 */

static bool
same_path(const char *a, const char *b)
{
	char *x = realpath(a, NULL), *y = realpath(b, NULL);
	bool same = x && y && str_eq(x, y);

	free(x);
	free(y);
	return same;
}

/* Reading a definition takes a while; runs share them. */
static bool
run_uses(struct view *v, const struct wf_run_info *run)
{
	struct editor *ed = editor_of(v);
	struct wf_flow *flow = NULL;
	bool ours = false;

	vec_each (&ed->uses, struct edit_use, use)
		if (str_eq(use->definition, run->definition))
			return use->ours;
	if (wf_flow_of_run(v->views->engine, run->id, &flow, NULL) == WF_OK)
		ours = wf_flow_file(flow) &&
		       same_path(wf_flow_file(flow), wf_edit_path(ed->edit));
	wf_flow_free(flow);
	vec_push(&ed->uses,
		 (struct edit_use){mem_strdup(run->definition), ours});
	return ours;
}

void
editor_count_users(struct view *v)
{
	struct editor *ed = editor_of(v);
	struct wf_run_filter filter = {.states = run_states_unended(),
				       .interrupted = true,
				       .limit = USERS_MAX};
	struct wf_runs runs = {0};

	if (!v->views->engine || clock_boot() < ed->counted + COUNT_MS)
		return;
	ed->users = 0;
	if (wf_runs(v->views->engine, &filter, &runs, NULL))
		return;
	for (size_t i = 0; i < runs.n; i++)
		ed->users += run_uses(v, &runs.at[i]);
	wf_list_free(&runs.list);
	ed->counted = clock_boot();
}

/* --- the outside editor -----------------------------------------------------
 */

/* Editors that go to a line when told "+31". */
static bool
takes_line(const char *command)
{
	static const char *const names[] = {
		"vi",          "vim",   "nvim",
		"view",        "nano",  "emacs",
		"emacsclient", "micro", "joe",
		"jed",         "kak",   "mg",
		"ne",          "pico",  "jmacs",
		"mcedit",      "gedit", "ex",
		"elvis",       "zile",  "sensible-editor",
		"editor"};
	size_t n = strcspn(command, " "), from = n;

	while (from && command[from - 1] != '/')
		from--;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strlen(names[i]) == n - from &&
		    !strncmp(names[i], command + from, n - from))
			return true;
	return false;
}

static const char *
find_editor(void)
{
	static const char *const usual[] = {"editor", "vi", "vim", "nano",
					    "emacs"};
	const char *named = getenv("VISUAL");

	if (!named || !*named)
		named = getenv("EDITOR");
	if (named && *named)
		return named;
	for (size_t i = 0; i < ARRAY_SIZE(usual); i++)
		if (fs_in_path(usual[i]))
			return usual[i];
	return NULL;
}

static int
line_here(struct editor *ed)
{
	const struct wf_err *broken = wf_edit_broken(ed->edit);
	struct edit_field *f = field_at_cursor(ed);
	size_t at = editor_step(ed);
	int line = 0, last;

	if (broken)
		return broken->line;
	if (ed->pane == EDIT_PANE_PROBLEMS &&
	    ed->trouble.cursor < ed->problems.n)
		return ed->problems.at[ed->trouble.cursor].diag.line;
	if (ed->pane == EDIT_PANE_FORM && f && *f->path &&
	    wf_edit_lines(ed->edit, editor_subject(ed), f->path, &line, &last))
		return line;
	return at < ed->steps.n && ed->tab != EDIT_TAB_FLOW
		       ? ed->steps.at[at].line
		       : 1;
}

/* A copy with the same ending, for the colours of the editor. */
static char *
write_copy(struct editor *ed, struct wf_err *err)
{
	const char *dir = getenv("TMPDIR"), *text;
	char *file =
		mem_printf("%s/wfctl-XXXXXX.yaml", dir && *dir ? dir : "/tmp");
	size_t n;
	int fd = mkostemps(file, 5, O_CLOEXEC);
	bool well;

	text = wf_edit_text(ed->edit, &n);
	well = fd >= 0 && fs_write_all(fd, text, n);
	if (!well)
		ERR(err, WF_USAGE, "\"%.150s\" cannot be written: %s", file,
		    strerror(errno));
	if (fd >= 0)
		close(fd);
	if (well)
		return file;
	if (fd >= 0)
		unlink(file);
	free(file);
	return NULL;
}

void
editor_outside(struct view *v)
{
	struct editor *ed = editor_of(v);
	const char *editor = find_editor();
	struct wf_err err = {0};
	char **argv;

	if (!editor) {
		views_complain(v->views, "no editor is known: set EDITOR to "
					 "the one you like");
		return;
	}
	free(ed->outside);
	ed->outside = write_copy(ed, &err);
	if (!ed->outside) {
		views_report(v->views, &err);
		return;
	}
	/* EDITOR may hold arguments: the shell takes it apart. */
	argv = mem_alloc(7 * sizeof(*argv));
	argv[0] = mem_strdup("/bin/sh");
	argv[1] = mem_strdup("-c");
	argv[2] = mem_printf("exec %s \"$@\"", editor);
	argv[3] = mem_strdup("sh");
	argv[4] = takes_line(editor) ? mem_printf("+%d", line_here(ed))
				     : mem_strdup(ed->outside);
	argv[5] = takes_line(editor) ? mem_strdup(ed->outside) : NULL;
	v->views->run_program = argv;
}

/* What the editor left becomes one change. */
static void
take_over(struct view *v, struct editor *ed)
{
	struct strbuf text = STRBUF_INIT;
	struct wf_err err = {0};
	size_t n;
	const char *before = wf_edit_text(ed->edit, &n);

	if (fs_read(ed->outside, TEXT_MAX, &text, &err)) {
		views_report(v->views, &err);
		return;
	}
	if (text.n == n && memcmp(text.at, before, n) == 0) {
		views_say(v->views, "nothing was changed");
	} else {
		wf_edit_replace(ed->edit, "edit outside", text.at, text.n);
		editor_done(v, ed, WF_OK, NULL);
		if (wf_edit_broken(ed->edit))
			trouble_jump(v, 0);
		else
			views_say(v->views, "taken over; u takes it back");
	}
	unlink(ed->outside);
	strbuf_release(&text);
}

void
editor_came_back(struct view *v, int status)
{
	struct editor *ed = editor_of(v);

	if (!ed->outside)
		return;
	if (status == 0) {
		take_over(v, ed);
	} else if (WIFEXITED(status) && WEXITSTATUS(status) >= 126) {
		views_complain(v->views,
			       "the editor cannot be started: %s; set EDITOR",
			       find_editor());
		unlink(ed->outside);
	} else {
		views_complain(v->views,
			       "the editor failed, so nothing was taken over; "
			       "what it left is in %s",
			       ed->outside);
	}
	free(ed->outside);
	ed->outside = NULL;
}
