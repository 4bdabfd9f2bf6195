/* Starting runs, and engines for them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../base/clock.h"
#include "../base/crash.h"
#include "../base/fs.h"
#include "../run/door.h"
#include "face_int.h"

/* The user as the kernel knows them, whatever the environment says. */
const char *
face_actor(char *buffer, size_t size)
{
	const struct passwd *p = getpwuid(getuid());

	if (p)
		snprintf(buffer, size, "%s", p->pw_name);
	else
		snprintf(buffer, size, "uid %ld", (long)getuid());
	return buffer;
}

/* --- starting
 * --------------------------------------------------------------------- */

static enum wf_code
make_directories(struct wf_engine *e, const char *run, struct wf_err *err)
{
	static const char *const names[] = {"logs", "work"};
	enum wf_code code = WF_OK;

	for (size_t k = 0; !code && k < ARRAY_SIZE(names); k++) {
		char *path = mem_printf("%s/runs/%s/%s", e->dir, run, names[k]);

		code = fs_mkdirs(path, err) ? WF_STORE : WF_OK;
		free(path);
	}
	return code;
}

static enum wf_code
store_run(struct wf_engine *e, const struct wf_flow *flow,
	  const struct start *s, struct st_run *row, struct wf_err *err)
{
	char who[64];

	*row = (struct st_run){.flow = flow->bundle->root->name,
			       .name = s->name,
			       .definition = flow->bundle->hash,
			       .state = RUN_QUEUED,
			       .next_event = 1,
			       .created = clock_wall(),
			       .params = s->params,
			       .options = s->options,
			       .actor = face_actor(who, sizeof(who)),
			       .nsteps = flow->bundle->root->nsteps};
	return face_code(
		st_create_run(e->store, row, bundle_pieces(flow->bundle), err));
}

enum wf_code
wf_run_start(struct wf_engine *e, const struct wf_flow *flow,
	     const struct wf_start *start, char id_out[WF_RUN_ID],
	     struct wf_err *err)
{
	struct arena a = {0};
	struct start s;
	struct st_run row = {.params = NULL};
	enum wf_code code = WF_OK;

	if (start->rerun_of)
		code = face_code(
			st_read_run(e->store, start->rerun_of, &a, &row, err));
	if (!code)
		code = start_prepare(flow->bundle->root, start, row.params, &a,
				     &s, err);
	if (!code && !start->dry)
		code = store_run(e, flow, &s, &row, err);
	CRASH_POINT("run-stored");
	if (!code && !start->dry)
		code = make_directories(e, row.id, err);
	CRASH_POINT("run-made");
	if (!code && !start->dry)
		code = door_spawn(e->dir, row.id, NULL, err);
	if (!code && !start->dry)
		snprintf(id_out, WF_RUN_ID, "%s", row.id);
	arena_release(&a);
	return code;
}

char *
wf_run_left(struct wf_engine *e, const char *run)
{
	char *dir = wf_run_dir(e, run), *left = door_left(dir);

	free(dir);
	return left;
}

enum wf_code
wf_run_drive(struct wf_engine *e, const char *run, struct wf_err *err)
{
	char *dir = wf_run_dir(e, run);
	bool alive = door_owner(dir) != 0;

	free(dir);
	return alive ? WF_OK : door_spawn(e->dir, run, NULL, err);
}
