/* Attempts worked out: files, limits, and the parts put together.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../base/fs.h"
#include "spec_int.h"

char *
spec_file(const struct run *r, const struct flight *f, const char *suffix)
{
	return mem_join(r->dir, "/", f->log, suffix, NULL);
}

void
spec_free(struct spec *s)
{
	if (!s)
		return;
	arena_release(&s->arena);
	free(s);
}

bool
spec_render(struct builder *b, const struct template *t, const char *what,
	    const char **out)
{
	struct cel_vars lookup = vars_lookup(&b->vars);
	struct cel_error err;

	if (!t->nparts) {
		*out = t->text;
		return true;
	}
	if (template_render(t, &lookup, &b->spec->arena, out, &err))
		return true;
	ERR(b->err, WF_FAILED, "%s of step \"%s\": %s", what, b->step->id,
	    err.message);
	return false;
}

/* --- files
 * ------------------------------------------------------------------------- */

static bool
build_files(struct builder *b)
{
	const struct step_more *more = b->step->more;
	struct arena *a = &b->spec->arena;
	const char *dir = b->scope->wf->dir, *text;
	char *path;
	bool ok = true;

	b->spec->w.workdir = dir;
	if (more->workdir.text && !b->place) {
		if (!spec_render(b, &more->workdir, "workdir", &text))
			return false;
		path = fs_join(dir, text);
		b->spec->w.workdir = arena_strdup(a, path);
		free(path);
	}
	b->spec->w.log = arena_join(a, b->r->dir, "/", b->f->log, NULL);
	if (b->f->phase != PHASE_DO)
		return true;
	for (uint32_t k = 0; k < more->noutputs; k++) {
		if (!more->outputs[k].from_stdout)
			continue;
		b->spec->w.output = arena_join(a, b->spec->w.log, ".out", NULL);
		b->spec->w.limits.stdout_bytes = OUTPUT_MAX_BYTES;
	}
	if (more->stdin_text.text) {
		if (!spec_render(b, &more->stdin_text, "stdin", &text))
			return false;
		path = spec_file(b->r, b->f, ".in");
		ok = fs_write(path, text, strlen(text), 0600, b->err) == WF_OK;
		b->spec->w.input = arena_strdup(a, path);
		free(path);
	}
	return ok;
}

static int64_t
or_zero(int64_t limit)
{
	return limit < 0 ? 0 : limit;
}

static void
build_limits(struct builder *b)
{
	const struct step_more *more = b->step->more;
	const struct limits *l = &more->limits;
	struct warden_spec *w = &b->spec->w;

	w->attempt = b->f->attempt;
	w->timeout = or_zero(b->f->phase == PHASE_UNDO ? more->undo.timeout
						       : more->timeout);
	w->kill_after = more->kill_after < 0 ? 10000 : more->kill_after;
	w->nice = more->nice;
	w->limits.memory = or_zero(l->memory);
	w->limits.cpu_time = or_zero(l->cpu_time);
	w->limits.file_size = or_zero(l->file_size);
	w->limits.processes = or_zero(l->processes);
	w->limits.open_files = or_zero(l->open_files);
	w->limits.log = step_log_limit(b->step);
}

/* --- hooks
 * ------------------------------------------------------------------------- */

/* A hook that hangs must not keep the run from ending for ever. */
#define HOOK_TIME (5 * 60 * 1000)

static bool
build_hook(struct builder *b)
{
	struct warden_spec *w = &b->spec->w;

	w->attempt = b->f->attempt;
	w->timeout = HOOK_TIME;
	w->kill_after = 10000;
	w->limits.log = WORKFLOW_LOG_LIMIT;
	w->workdir = b->scope->wf->dir;
	w->log = arena_join(&b->spec->arena, b->r->dir, "/", b->f->log, NULL);
	return spec_hook_env(b) &&
	       spec_command(b, &b->scope->wf->hooks[b->f->n - 1]);
}

static struct spec *
hook_spec(struct run *r, const struct flight *f, struct wf_err *err)
{
	static const struct step_more nothing;
	static const struct step step = {.id = "hook", .more = &nothing};
	struct builder b = {.r = r,
			    .f = f,
			    .step = &step,
			    .scope = &r->scopes.at[0],
			    .spec = mem_alloc(sizeof(struct spec)),
			    .vars = vars_of_scope(r, 0),
			    .err = err};
	bool ok = r->hooks.n && f->n - 1 < NHOOKS && build_hook(&b);

	map_release(&b.env);
	if (ok)
		return b.spec;
	spec_free(b.spec);
	return NULL;
}

/* --- steps --- */

static struct command
command_of(const struct step *step, enum phase phase)
{
	switch (phase) {
	case PHASE_CHECK:
		return step->more->check;
	case PHASE_UNDO:
		return step->more->undo.command;
	case PHASE_DO:
	case PHASE_HOOK:
		break;
	}
	return step_command(step);
}

static struct spec *
step_spec(struct run *r, const struct flight *f, struct wf_err *err)
{
	struct builder b = {.r = r,
			    .f = f,
			    .i = run_inst(r, f->ix),
			    .spec = mem_alloc(sizeof(struct spec)),
			    .vars = vars_of_inst(r, f->ix),
			    .err = err};
	struct command command;
	bool ok;

	b.step = run_step(r, b.i);
	b.scope = run_scope(r, b.i);
	b.place = b.step->more->executor;
	build_limits(&b);
	command = command_of(b.step, f->phase);
	ok = spec_env(&b) && build_files(&b) && spec_command(&b, &command) &&
	     (!b.place || spec_executor(&b));
	map_release(&b.env);
	map_release(&b.secrets);
	map_release(&b.files);
	if (ok)
		return b.spec;
	spec_free(b.spec);
	return NULL;
}

struct spec *
spec_new(struct run *r, const struct flight *f, struct wf_err *err)
{
	return f->phase == PHASE_HOOK ? hook_spec(r, f, err)
				      : step_spec(r, f, err);
}
