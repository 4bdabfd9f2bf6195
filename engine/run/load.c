/* A run as the store has it: row, definition, steps and open attempts.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "load.h"

#include <errno.h>

#include "../base/clock.h"
#include "recover.h"
#include "turn.h"

/* The definition that the row names, rebuilt. */
static enum wf_code
load_bundle(struct store *store, const char *hash, struct bundle **out,
	    struct wf_err *err)
{
	struct arena texts = {0};
	const char *text;
	enum wf_code code = WF_OK;

	if (st_read_definition(store, hash, &texts, &text, err))
		code = err->code ? err->code : WF_STORE;
	if (!code)
		code = bundle_spend((char *)(uintptr_t)text, strlen(text), out,
				    err); /* our own copy */
	arena_release(&texts);
	return code;
}

enum wf_code
load_run(struct store *store, const char *dir, const char *id, struct run **out,
	 bool *rebooted, struct wf_err *err)
{
	struct arena a = {0};
	struct st_run row;
	struct bundle *bundle;
	enum wf_code code = WF_OK;

	*out = NULL;
	if (st_read_run(store, id, &a, &row, err))
		code = err->code ? err->code : WF_STORE;
	if (!code)
		code = load_bundle(store, row.definition, &bundle, err);
	if (!code && !clock_boot_id()[0]) {
		bundle_free(bundle);
		code = ERR(err, WF_STORE,
			   "the boot id of this machine cannot be read: %s",
			   strerror(errno));
	}
	if (!code) {
		*rebooted = row.boot && row.boot[0] &&
			    !str_eq(row.boot, clock_boot_id());
		*out = run_new(&row, bundle, dir, &turn_borders);
		(*out)->row.boot = clock_boot_id();
		(*out)->store = store;
		code = recover_load(*out, store, err);
	}
	arena_release(&a);
	return code;
}
