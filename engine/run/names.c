/* Paths of instances, names of log files, keys.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "names.h"

#include <sched.h>

#include "items.h"

void
names_path(const struct run *r, uint32_t ix, struct strbuf *out)
{
	const struct inst *i = run_inst(r, ix);
	const struct scope *s = run_scope(r, i);
	const char *key;

	if (s->parent != IX_NONE) {
		names_path(r, s->parent, out);
		strbuf_addc(out, '/');
	}
	strbuf_adds(out, run_step(r, i)->id);
	key = i->group == IX_NONE ? NULL : item_key(r, ix);
	if (key)
		strbuf_addf(out, "[%s]", key);
}

char *
run_path(const struct run *r, uint32_t ix)
{
	struct strbuf path = STRBUF_INIT;

	names_path(r, ix, &path);
	return strbuf_detach(&path);
}

/* The item of a group with this key. */
static uint32_t
find_item(const struct run *r, uint32_t group, const char *key, size_t n)
{
	const struct inst_more *m = run_inst(r, group)->more;

	for (uint32_t k = 0; m && k < m->n; k++) {
		const char *own = item_key(r, m->first + k);

		if (own && strlen(own) == n && memcmp(own, key, n) == 0)
			return m->first + k;
	}
	return IX_NONE;
}

/* "[key]" at `p`, where the key itself may hold brackets: it ends at a "]"
 * before "/" or the end. */
static const char *
key_end(const char *p)
{
	while ((p = strchr(p, ']')) && p[1] && p[1] != '/')
		p++;
	return p;
}

uint32_t
run_find(const struct run *r, const char *path)
{
	const struct scope *s = &r->scopes.at[0];

	for (;;) {
		size_t n = strcspn(path, "[/");
		char *id = mem_strndup(path, n);
		uint32_t step = workflow_step(s->wf, id);
		uint32_t ix = s->first + step;
		const struct inst_more *m;

		free(id);
		if (step == STEP_NONE)
			return IX_NONE;
		path += n;
		if (*path == '[') {
			const char *end = key_end(path);

			if (!end)
				return IX_NONE;
			ix = find_item(r, ix, path + 1,
				       (size_t)(end - path - 1));
			path = end + 1;
		}
		if (ix == IX_NONE || !*path)
			return ix;
		m = run_inst(r, ix)->more;
		if (*path != '/' || !m || m->child == IX_NONE)
			return IX_NONE;
		s = &r->scopes.at[m->child];
		path++;
	}
}

void
names_log(const struct run *r, uint32_t ix, enum phase phase, uint32_t n,
	  struct strbuf *out)
{
	const struct inst *i = run_inst(r, ix);

	strbuf_adds(out, "logs/");
	strbuf_adds(out, run_step(r, i)->id);
	if (i->scope != 0 || i->group != IX_NONE)
		strbuf_addf(out, "-%u", ix);
	strbuf_addf(out, ".%s%u.log",
		    phase == PHASE_DO ? "" : phase_name(phase), n);
}

uint32_t
names_number(const struct run *r, uint32_t ix)
{
	const struct inst_more *m = run_inst(r, ix)->more;

	return m && m->number ? m->number - 1 : ix;
}

void
names_key(const struct run *r, uint32_t ix, enum phase phase,
	  struct strbuf *out)
{
	strbuf_addf(out, "%s-%u%s", r->row.id, names_number(r, ix),
		    phase == PHASE_UNDO ? "-undo" : "");
}

uint32_t
names_cpus(void)
{
	cpu_set_t set;
	int n = 2;

	if (sched_getaffinity(0, sizeof(set), &set) == 0)
		n = CPU_COUNT(&set);
	return n < 2 ? 2 : (uint32_t)n;
}
