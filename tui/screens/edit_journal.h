/* The designer's journal: what was changed since the last save, next to the
 * flow, so that a designer that was killed loses nothing.
 *
 * The file is made with the first change and goes with the save.  It holds
 * the text the changes began with, each change as one patch, and what was
 * being typed.  Whoever has it open has it locked.
 *
 *	j = edit_journal_open("deploy.yaml", &err);
 *	if (edit_journal_holds(j)) edit_journal_recover(j, edit); else
 *edit_journal_drop(j); edit_journal_base(j, text, n); edit_journal_change(j,
 *"set a.run", text, n, &err);
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_EDIT_JOURNAL_H
#define WF_EDIT_JOURNAL_H

#include "../../engine/designing.h"
#include "../../engine/engine.h"

struct edit_journal;

/* Never NULL.  What an earlier designer left is read; WF_REFUSED in `err`:
 * another one is at work on the file, and nothing will be written. */
struct edit_journal *edit_journal_open(const char *path, struct wf_err *err);
void edit_journal_close(struct edit_journal *j);

/* Changes left behind; 0: none, and nothing was being typed either. */
size_t edit_journal_holds(const struct edit_journal *j);
/* When the last of it was written; wall clock milliseconds. */
int64_t edit_journal_time(const struct edit_journal *j);
/* Is the file what it was when the journal began? */
bool
edit_journal_fits(const struct edit_journal *j, const char *text, size_t n);
/* Make the changes again, each to be undone by itself when they fit. */
void edit_journal_recover(struct edit_journal *j, struct wf_edit *edit);
/* What was being typed, and where; NULL: nothing. */
const char *
edit_journal_typed(const struct edit_journal *j, const char **path_out);
/* It was recovered: the file stays, and later changes follow. */
void edit_journal_keep(struct edit_journal *j);
/* Forget what is in it, and its file. */
void edit_journal_drop(struct edit_journal *j);

/* The text as it was read or saved: changes begin with it. */
void edit_journal_base(struct edit_journal *j, const char *text, size_t n);
/* The text as it is after a change.  What cannot be written is told once. */
enum wf_code
edit_journal_change(struct edit_journal *j, const char *name, const char *text,
		    size_t n, struct wf_err *err);
/* `text` NULL: nothing is being typed any more. */
enum wf_code edit_journal_typing(struct edit_journal *j, const char *path,
				 const char *text, struct wf_err *err);

#endif
