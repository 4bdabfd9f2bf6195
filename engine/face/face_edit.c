/* Designing flows: the buffer of yaml_edit, its file, and its flow.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../base/fs.h"
#include "../yaml/yaml_fmt.h"
#include "face_edit.h"

static struct stamp
look(const char *path)
{
	struct stamp s = {0};

	s.there = stat(path, &s.st) == 0;
	return s;
}

static bool
same_file(const struct stamp *a, const struct stamp *b)
{
	return a->there == b->there &&
	       (!a->there ||
		(a->st.st_ino == b->st.st_ino && a->st.st_dev == b->st.st_dev &&
		 a->st.st_size == b->st.st_size &&
		 a->st.st_mtim.tv_sec == b->st.st_mtim.tv_sec &&
		 a->st.st_mtim.tv_nsec == b->st.st_mtim.tv_nsec));
}

struct wf_edit *
wf_edit_new(const char *path, const char *text, size_t n)
{
	struct wf_edit *e = mem_alloc(sizeof(*e));

	e->path = mem_strdup(path);
	e->edit = edit_new(path, text, n);
	e->stamp = (struct stamp){0};
	e->fresh = true;
	return e;
}

enum wf_code
wf_edit_open(const char *path, struct wf_edit **edit_out, struct wf_err *err)
{
	struct strbuf text = STRBUF_INIT;
	struct stamp stamp = look(path);
	enum wf_code code = fs_read(path, WORKFLOW_MAX_BYTES, &text, err);

	if (!code) {
		*edit_out = wf_edit_new(path, text.at, text.n);
		(*edit_out)->stamp = stamp;
		(*edit_out)->fresh = false;
	}
	strbuf_release(&text);
	return code;
}

void
wf_edit_close(struct wf_edit *e)
{
	if (!e)
		return;
	edit_free(e->edit);
	map_release(&e->bundle.files);
	free(e->path);
	free(e);
}

const char *
wf_edit_path(const struct wf_edit *e)
{
	return e->path;
}

const char *
wf_edit_text(const struct wf_edit *e, size_t *n_out)
{
	return edit_text(e->edit, n_out);
}

const struct wf_err *
wf_edit_broken(const struct wf_edit *e)
{
	return edit_broken(e->edit);
}

const struct wf_diags *
wf_edit_findings(struct wf_edit *e)
{
	return edit_findings(e->edit);
}

const struct wf_diags *
wf_edit_advice(struct wf_edit *e)
{
	return edit_advice(e->edit);
}

const struct wf_flow *
wf_edit_flow(struct wf_edit *e)
{
	struct workflow *wf = (struct workflow *)edit_workflow(e->edit);

	if (!wf)
		return NULL;
	map_release(&e->bundle.files);
	e->bundle = (struct bundle){.root = wf};
	map_set(&e->bundle.files, "", wf);
	e->flow.bundle = &e->bundle;
	return &e->flow;
}

/* --- the file ------------------------------------------------------------- */

bool
wf_edit_modified(const struct wf_edit *e)
{
	return e->fresh || edit_position(e->edit) != e->saved;
}

bool
wf_edit_stale(const struct wf_edit *e)
{
	struct stamp now = look(e->path);

	return !same_file(&e->stamp, &now);
}

enum wf_code
wf_edit_disk(const struct wf_edit *e, char **text_out, struct wf_err *err)
{
	struct strbuf text = STRBUF_INIT;
	enum wf_code code = fs_read(e->path, WORKFLOW_MAX_BYTES, &text, err);

	*text_out = code ? NULL : strbuf_detach(&text);
	strbuf_release(&text);
	return code;
}

enum wf_code
wf_edit_reload(struct wf_edit *e, struct wf_err *err)
{
	struct strbuf text = STRBUF_INIT;
	struct stamp stamp = look(e->path);
	enum wf_code code = fs_read(e->path, WORKFLOW_MAX_BYTES, &text, err);

	if (!code) {
		edit_replace(e->edit, "read the file again", text.at, text.n);
		e->stamp = stamp;
		e->saved = edit_position(e->edit);
		e->fresh = false;
	}
	strbuf_release(&text);
	return code;
}

static enum wf_code
cannot_save(const char *path, const char *why, struct wf_err *err)
{
	ERR(err, WF_USAGE, "\"%.200s\" cannot be written: %s", path, why);
	wf_err_hint(err, "the file is as it was; save under another name");
	return WF_USAGE;
}

/* Through a file beside it: the old text or the new one is there, whatever
 * happens. */
static enum wf_code
write_file(const char *path, const char *text, size_t n, struct wf_err *err)
{
	struct stamp old = look(path);
	char *dir = fs_dirname(path);
	char *temp = mem_printf("%s/.wfctl-%ld.tmp", dir, (long)getpid());
	mode_t mask = umask(0);
	mode_t mode = old.there ? old.st.st_mode & 07777 : 0666 & ~mask;
	int fd, error = 0;

	umask(mask);
	unlink(temp); /* of a process of our number that was killed */
	fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 || !fs_write_all(fd, text, n) || fchmod(fd, mode) < 0)
		error = errno;
	/* Another owner is kept where we may. */
	if (!error && old.there && old.st.st_uid != geteuid() &&
	    fchown(fd, old.st.st_uid, old.st.st_gid) < 0 && errno != EPERM)
		error = errno;
	error = fs_put_in_place(fd, temp, path, error);
	free(temp);
	free(dir);
	return error ? cannot_save(path, strerror(error), err) : WF_OK;
}

static enum wf_code
check_file(const struct wf_edit *e, const char *path, bool other,
	   struct wf_err *err)
{
	if (other && look(path).there) {
		ERR(err, WF_REFUSED, "there is a file \"%.200s\" already",
		    path);
		wf_err_hint(err, "choose another name");
		return WF_REFUSED;
	}
	if (!other && wf_edit_stale(e)) {
		ERR(err, WF_REFUSED,
		    "\"%.200s\" was changed by somebody else meanwhile", path);
		wf_err_hint(err, "look at the difference; then overwrite it, "
				 "or save under another name");
		return WF_REFUSED;
	}
	return WF_OK;
}

enum wf_code
wf_edit_save(struct wf_edit *e, const char *path, bool force,
	     struct wf_err *err)
{
	bool other = path && !str_eq(path, e->path);
	const char *name = path ? path : e->path;
	char *real = fs_replaced(name);
	enum wf_code code = WF_OK;
	const char *text;
	size_t n;

	if (!force)
		code = check_file(e, name, other, err);
	text = edit_text(e->edit, &n);
	if (!code && !real)
		code = cannot_save(name, "it is no regular file", err);
	if (!code)
		code = write_file(real, text, n, err);
	if (!code) {
		if (other) {
			free(e->path);
			e->path = mem_strdup(path);
		}
		e->saved = edit_position(e->edit);
		e->fresh = false;
		e->stamp = look(e->path);
	}
	free(real);
	return code;
}

enum wf_code
wf_format(const char *file, const char *text, size_t n, char **text_out,
	  struct wf_err *err)
{
	struct strbuf out = STRBUF_INIT;
	enum wf_code code = fmt_flow(file, text, n, &out, err);

	*text_out = code ? NULL : strbuf_detach(&out);
	strbuf_release(&out);
	return code;
}
