/* Verbs on the whole of the open flow: opening, looking, saving, running.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "design_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../engine/base/difftext.h"
#include "output.h"

/* --- the file ------------------------------------------------------------- */

enum wf_code
design_open(struct design *d, char **words, size_t n, struct wf_err *err)
{
	struct wf_edit *edit;
	enum wf_code code = WF_OK;

	(void)n;
	if (d->edit && wf_edit_modified(d->edit)) {
		ERR(err, WF_REFUSED, "the changes of \"%.200s\" are not saved",
		    wf_edit_path(d->edit));
		wf_err_hint(err, "save them, or undo them");
		return WF_REFUSED;
	}
	if (access(words[1], F_OK) == 0)
		code = wf_edit_open(words[1], &edit, err);
	else
		edit = wf_edit_new(words[1], "version: 1\nsteps:\n", 18);
	if (code)
		return code;
	wf_edit_close(d->edit);
	d->edit = edit;
	if (wf_edit_broken(edit))
		fprintf(d->err, "it does not parse: %s\n",
			wf_edit_broken(edit)->message);
	return WF_OK;
}

enum wf_code
design_save(struct design *d, char **words, size_t n, struct wf_err *err)
{
	bool force = n > 1 && str_eq(words[n - 1], "force");
	const char *path = n > 1 + (size_t)force ? words[1] : NULL;
	enum wf_code code;

	if (n > 2 + (size_t)force)
		return ERR(err, WF_USAGE, "\"save\" has no use for \"%.80s\"",
			   words[2]);
	code = wf_edit_save(d->edit, path, force, err);
	if (code == WF_REFUSED)
		wf_err_hint(err, "\"diff\" shows the difference; \"save "
				 "force\" overwrites, \"save FILE\" goes "
				 "elsewhere");
	if (!code && wf_edit_findings(d->edit)->nerrors)
		fputs("saved, with errors: \"validate\" shows them\n", d->err);
	return code;
}

enum wf_code
design_run(struct design *d, char **words, size_t n, struct wf_err *err)
{
	(void)words;
	(void)n;
	if (wf_edit_modified(d->edit)) {
		ERR(err, WF_REFUSED, "the changes are not saved");
		wf_err_hint(err, "\"save\" first");
		return WF_REFUSED;
	}
	return d->start(d->arg, wf_edit_path(d->edit), err);
}

enum wf_code
design_print(struct design *d, char **words, size_t n, struct wf_err *err)
{
	(void)words;
	(void)n;
	(void)err;
	output_text(d->out, wf_edit_text(d->edit, NULL));
	return WF_OK;
}

enum wf_code
design_diff(struct design *d, char **words, size_t n, struct wf_err *err)
{
	struct strbuf out = STRBUF_INIT;
	char *disk = NULL;

	(void)words;
	(void)n;
	if (wf_edit_disk(d->edit, &disk, err))
		*err = (struct wf_err){0};
	difftext(&out, disk ? disk : "", wf_edit_text(d->edit, NULL));
	output_text(d->out, out.at);
	strbuf_release(&out);
	free(disk);
	return WF_OK;
}

/* --- looking -------------------------------------------------------------- */

static enum wf_code
show_step(struct design *d, const char *id, struct wf_err *err)
{
	char *text;
	enum wf_code code = wf_edit_copy(d->edit, id, &text, err);

	if (code)
		return code;
	output_text(d->out, text);
	free(text);
	return WF_OK;
}

enum wf_code
design_show(struct design *d, char **words, size_t n, struct wf_err *err)
{
	struct wf_edit_step s;

	if (n > 1)
		return show_step(d, words[1], err);
	output_text(d->out, wf_edit_path(d->edit));
	fprintf(d->out, "%s, %zu error%s\n",
		wf_edit_modified(d->edit) ? " (not saved)" : "",
		wf_edit_findings(d->edit)->nerrors,
		wf_edit_findings(d->edit)->nerrors == 1 ? "" : "s");
	for (size_t i = 0; wf_edit_step(d->edit, i, &s); i++) {
		char *needs = wf_edit_get(d->edit, s.id, "needs");

		fprintf(d->out, "%4d  ", s.line);
		output_text(d->out, s.id);
		fprintf(d->out, "  %s%s", s.action,
			s.finally ? " (finally)" : "");
		if (needs) {
			fputs("  needs ", d->out);
			output_text(d->out, needs);
		}
		fputc('\n', d->out);
		free(needs);
	}
	return WF_OK;
}

enum wf_code
design_validate(struct design *d, char **words, size_t n, struct wf_err *err)
{
	const struct wf_diags *found = wf_edit_findings(d->edit);

	(void)words;
	(void)n;
	(void)err;
	for (size_t i = 0; i < found->n; i++)
		output_finding(d->err, &found->at[i]);
	if (!found->nerrors)
		fprintf(d->out, "valid, %zu steps\n", wf_edit_nsteps(d->edit));
	return found->nerrors ? WF_INVALID : WF_OK;
}

enum wf_code
design_graph(struct design *d, char **words, size_t n, struct wf_err *err)
{
	char *piped[] = {words[0], mem_strdup("-"), NULL};
	enum wf_code code;

	(void)n;
	(void)err;
	fflush(d->out);
	code = d->piped(d->arg, piped, wf_edit_text(d->edit, NULL));
	free(piped[1]);
	return code;
}
