/* Opening and closing the engine's state directory.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>
#include <unistd.h>

#include "../base/fs.h"
#include "face_int.h"

enum wf_code
face_code(enum st_result result)
{
	return result == ST_OK      ? WF_OK
	       : result == ST_EMPTY ? WF_NOT_FOUND
				    : WF_STORE;
}

static const char *
variable(const char *name)
{
	const char *value = getenv(name);

	return value && value[0] ? value : NULL;
}

/* Absolute, so that engine and steps find it from anywhere; caller frees. */
static char *
absolute(const char *path, struct wf_err *err)
{
	char *here, *joined;

	if (path[0] == '/')
		return mem_strdup(path);
	here = getcwd(NULL, 0);
	if (!here) {
		ERR(err, WF_USAGE,
		    "the state directory is named from a working directory "
		    "that is gone");
		wf_err_place(err, path, 0, 0);
		wf_err_hint(err, "go to another, or name it by its whole path");
		return NULL;
	}
	joined = fs_join(here, path);
	free(here);
	return joined;
}

static char *
state_directory(const char *given, struct wf_err *err)
{
	const char *base;

	if (given && !given[0]) {
		ERR(err, WF_USAGE, "the state directory's name is empty");
		wf_err_hint(err, "name a directory with --state DIR");
		return NULL;
	}
	if (given)
		return absolute(given, err);
	if ((base = variable("WFCTL_STATE")))
		return absolute(base, err);
	if ((base = variable("XDG_STATE_HOME")) && base[0] == '/')
		return mem_printf("%s/wfctl", base);
	if ((base = variable("HOME")))
		return mem_printf("%s/.local/state/wfctl", base);
	ERR(err, WF_USAGE, "there is no state directory: HOME is not set");
	wf_err_hint(err, "name one with --state DIR or WFCTL_STATE");
	return NULL;
}

enum wf_code
wf_engine_open(const char *state_dir, enum wf_open mode,
	       struct wf_engine **engine_out, struct wf_err *err)
{
	static const enum st_mode modes[] = {ST_READ, ST_WRITE, ST_CREATE};
	struct wf_engine *e = mem_alloc(sizeof(*e));
	enum wf_code code = WF_OK;

	e->mode = mode;
	e->dir = state_directory(state_dir, err);
	if (!e->dir)
		code = WF_USAGE;
	else if (mode == WF_OPEN_CREATE)
		code = fs_mkdirs(e->dir, err) ? WF_STORE : WF_OK;
	if (!code)
		code = face_code(st_open(e->dir, modes[mode], &e->store, err));
	/* Nothing there yet is an empty store to those who only look. */
	if (code == WF_NOT_FOUND && mode == WF_OPEN_READ)
		code = WF_OK;
	if (code) {
		wf_engine_close(e);
		/* So there is no run of any name either. */
		if (err && code == WF_NOT_FOUND)
			err->code = code;
		return code;
	}
	*engine_out = e;
	return WF_OK;
}

void
wf_engine_close(struct wf_engine *e)
{
	if (!e)
		return;
	if (e->store)
		st_close(e->store);
	if (e->bundle)
		bundle_free(e->bundle);
	free(e->ranks);
	free(e->dir);
	free(e);
}

bool
wf_engine_is_gone(struct wf_engine *e)
{
	return e->store && st_is_gone(e->store);
}

const char *
wf_engine_dir(const struct wf_engine *e)
{
	return e->dir;
}

char *
wf_run_dir(struct wf_engine *e, const char *run)
{
	return mem_printf("%s/runs/%s", e->dir, run);
}
