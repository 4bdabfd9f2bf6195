/* Copies of protected paths, made and put back by cp(1) and rm(1), which
 * know more about files than we ever should.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "protect.h"

#include <errno.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../base/fs.h"
#include "names.h"
#include "vars.h"

static bool
call(const char *const *argv, struct wf_err *err)
{
	pid_t pid;
	int status = -1;
	int error = posix_spawnp(&pid, argv[0], NULL, NULL, (char *const *)argv,
				 environ);

	if (!error)
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
	if (status == 0)
		return true;
	ERR(err, WF_FAILED, "%s failed while copying protected files", argv[0]);
	return false;
}

static bool
copy(const char *from, const char *to, struct wf_err *err)
{
	const char *const argv[] = {
		"cp", "-a", "--reflink=auto", "--sparse=auto", "-T", "--", from,
		to,   NULL};

	return call(argv, err);
}

static bool
drop(const char *path, struct wf_err *err)
{
	const char *const argv[] = {"rm", "-rf", "--", path, NULL};

	return call(argv, err);
}

static bool
exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

/* One protected path and the place of its copy; both owned. */
struct place {
	char *path, *copy, *absent;
};

static bool
place_of(const struct run *r, uint32_t ix, uint32_t k, struct place *out,
	 struct wf_err *err)
{
	const struct inst *i = run_inst(r, ix);
	struct vars vars = vars_of_inst(r, ix);
	struct cel_vars lookup = vars_lookup(&vars);
	struct cel_error e = {0};
	struct arena a = {0};
	const char *text;
	bool ok = template_render(&run_step(r, i)->more->protect[k], &lookup,
				  &a, &text, &e);

	if (ok) {
		out->path = fs_join(run_scope(r, i)->wf->dir, text);
		out->copy = mem_printf("%s/protect/%u.%u", r->dir,
				       names_number(r, ix), k);
		out->absent = mem_printf("%s.absent", out->copy);
	} else {
		ERR(err, WF_FAILED, "protect: %s", e.message);
	}
	arena_release(&a);
	return ok;
}

static void
place_release(struct place *p)
{
	free(p->path);
	free(p->copy);
	free(p->absent);
}

/* The copy gets its name only when it is whole, so that a crash in between
 * leaves none that looks done. */
static bool
save_one(const struct place *p, struct wf_err *err)
{
	char *part = mem_printf("%s.part", p->copy);
	bool ok = true;

	if (exists(p->copy) || exists(p->absent)) {
		free(part);
		return true;
	}
	if (!exists(p->path)) {
		ok = fs_write(p->absent, "", 0, 0600, err) == WF_OK;
	} else {
		ok = drop(part, err) && copy(p->path, part, err);
		if (ok && rename(part, p->copy) < 0) {
			ERR(err, WF_FAILED, "cannot keep the copy of %s",
			    p->path);
			ok = false;
		}
	}
	free(part);
	return ok;
}

static bool
restore_one(const struct place *p, struct wf_err *err)
{
	if (exists(p->absent))
		return drop(p->path, err);
	if (!exists(p->copy))
		return true; /* never begun */
	return drop(p->path, err) && copy(p->copy, p->path, err);
}

static bool
each(const struct run *r, uint32_t ix,
     bool (*act)(const struct place *p, struct wf_err *err), struct wf_err *err)
{
	const struct step_more *more = run_step(r, run_inst(r, ix))->more;
	bool ok = true;

	for (uint32_t k = 0; ok && k < more->nprotect; k++) {
		struct place p = {0};

		ok = place_of(r, ix, k, &p, err) && act(&p, err);
		place_release(&p);
	}
	return ok;
}

bool
protect_save(const struct run *r, uint32_t ix, struct wf_err *err)
{
	char *dir;
	enum wf_code code;

	if (r->pretends || !run_step(r, run_inst(r, ix))->more->nprotect)
		return true;
	dir = mem_printf("%s/protect", r->dir);
	code = fs_mkdirs(dir, err);
	free(dir);
	return code == WF_OK && each(r, ix, save_one, err);
}

bool
protect_restore(const struct run *r, uint32_t ix, struct wf_err *err)
{
	return r->pretends || each(r, ix, restore_one, err);
}
