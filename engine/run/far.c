/* Names and searches of attempts that are carried out elsewhere.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "far.h"

#include "../base/fs.h"
#include "../executors/executor.h"
#include "../executors/report.h"
#include "names.h"

#define SOUGHT_MAX ((size_t)8192)

const struct executor *
far_executor(const struct run *r, const struct flight *f)
{
	const struct placing *p =
		f->ix == IX_NONE
			? NULL
			: run_step(r, run_inst(r, f->ix))->more->executor;

	return p ? executor_of(p->executor->name) : NULL;
}

const char *
far_name(const struct run *r, const struct flight *f, struct arena *a)
{
	struct strbuf key = STRBUF_INIT;
	const char *name;

	names_key(r, f->ix, f->phase, &key);
	name = arena_printf(a, "%s-%s%u", key.at, phase_name(f->phase), f->n);
	strbuf_release(&key);
	return name;
}

const char *
far_log(const struct run *r, const struct flight *f, struct arena *a)
{
	struct strbuf log = STRBUF_INIT;
	const char *path;

	names_log(r, f->ix, f->phase, f->n, &log);
	path = arena_printf(a, "%s/%s", r->dir, log.at);
	strbuf_release(&log);
	return path;
}

/* --- searches ------------------------------------------------------------ */

static const char *
sought_file(const struct run *r, const struct flight *f, struct arena *a)
{
	return arena_printf(a, "%s.sought", far_log(r, f, a));
}

bool
far_seeks(const struct run *r, const struct flight *f, struct arena *a,
	  struct far_sought *out)
{
	struct flight before = *f;
	struct strbuf text = STRBUF_INIT;
	const char *line;
	bool found;

	before.n--;
	if (!before.n || fs_read(sought_file(r, &before, a), SOUGHT_MAX, &text,
				 NULL) != WF_OK)
		return false;
	line = strchr(text.at, '\n');
	found = line != NULL;
	if (found) {
		out->name = arena_strndup(a, text.at, (size_t)(line - text.at));
		out->log = arena_strdup(a, line + 1);
	}
	strbuf_release(&text);
	return found;
}

bool
far_can_be_found(const struct run *r, const struct flight *f)
{
	const struct executor *e = far_executor(r, f);
	struct arena a = {0};
	struct report report;
	bool can = e && e->finds && !report_read(far_log(r, f, &a), &report);

	arena_release(&a);
	return can;
}

/* A search that was lost itself goes on for what it sought. */
bool
far_seek(const struct run *r, const struct flight *f)
{
	struct arena a = {0};
	struct far_sought sought;
	struct wf_err err = {0};
	const char *text;
	bool ok = false;

	if (far_can_be_found(r, f)) {
		if (!far_seeks(r, f, &a, &sought))
			sought = (struct far_sought){far_name(r, f, &a),
						     far_log(r, f, &a)};
		text = arena_printf(&a, "%s\n%s", sought.name, sought.log);
		ok = fs_write(sought_file(r, f, &a), text, strlen(text), 0600,
			      &err) == WF_OK;
	}
	arena_release(&a);
	return ok;
}
