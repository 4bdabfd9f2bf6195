/* Files with secrets that an engine before us was to remove.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "leftover.h"

#include <stdlib.h>
#include <unistd.h>

#include "names.h"
#include "spec.h"

static bool
is_open(const struct run *r, uint32_t ix, enum phase phase, uint32_t n)
{
	vec_each (&r->flights, struct flight, f)
		if (f->ix == ix && f->phase == phase && f->n == n)
			return true;
	return false;
}

static void
remove_outputs(struct run *r, uint32_t ix, enum phase phase, uint32_t attempts)
{
	struct strbuf log = STRBUF_INIT;

	for (uint32_t n = 1; n <= attempts; n++) {
		struct flight f = {.ix = ix};
		char *path;

		if (is_open(r, ix, phase, n))
			continue;
		strbuf_clear(&log);
		names_log(r, ix, phase, n, &log);
		f.log = log.at;
		path = spec_file(r, &f, ".set");
		unlink(path);
		free(path);
	}
	strbuf_release(&log);
}

void
leftover_remove(struct run *r)
{
	for (uint32_t ix = 0; ix < r->insts.n; ix++) {
		const struct inst *i = run_inst(r, ix);

		if (!run_step(r, i)->more->nsecrets)
			continue;
		remove_outputs(r, ix, PHASE_DO, i->nattempts);
		if (i->more) {
			remove_outputs(r, ix, PHASE_CHECK, i->more->nchecks);
			remove_outputs(r, ix, PHASE_UNDO, i->more->nundos);
		}
	}
}
