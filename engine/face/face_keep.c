/* Keeping the store: looking through it, copying it, deleting runs.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../base/fs.h"
#include "../run/door.h"
#include "face_int.h"

/* A reader may have come before the store. */
static enum wf_code
open_store(struct wf_engine *e, struct wf_err *err)
{
	struct store *store;
	enum wf_code code = face_store(e, &store, err);

	if (code || store)
		return code;
	ERR(err, WF_NOT_FOUND, "there is no store in %s yet", e->dir);
	wf_err_hint(err, "the first run makes one");
	return WF_NOT_FOUND;
}

enum wf_code
wf_store_check(struct wf_engine *e, char **findings_out, struct wf_err *err)
{
	struct strbuf findings = STRBUF_INIT;
	enum wf_code code = open_store(e, err);

	if (!code)
		code = face_code(st_check(e->store, &findings, err));
	*findings_out = strbuf_detach(&findings);
	return code;
}

enum wf_code
wf_backup(struct wf_engine *e, const char *path, struct wf_err *err)
{
	enum wf_code code = open_store(e, err);

	return code ? code : face_code(st_backup(e->store, path, err));
}

/* The rows go first: files that are left behind harm nobody, rows without
 * files would. */
enum wf_code
wf_run_delete(struct wf_engine *e, const char *run, struct wf_err *err)
{
	struct arena a = {0};
	struct st_run row;
	char *dir = wf_run_dir(e, run);
	enum wf_code code = open_store(e, err);

	if (!code)
		code = face_code(st_read_run(e->store, run, &a, &row, err));
	if (code == WF_NOT_FOUND)
		ERR(err, code, "there is no run %s", run);
	else if (!code &&
		 (!run_state_is_final(row.state) || door_owner(dir) != 0)) {
		code = ERR(err, WF_REFUSED, "run %s has not ended", run);
		wf_err_hint(err, "wfctl cancel %s first", run);
	}
	if (!code)
		code = face_code(st_delete_run(e->store, run, err));
	if (!code)
		code = fs_remove_tree(dir, err) ? WF_STORE : WF_OK;
	arena_release(&a);
	free(dir);
	return code;
}
