/* Fills a store with N finished runs, so that `make bench` can look at many.
 *
 *	fill_store DIRECTORY N
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "engine/base/fs.h"
#include "engine/store/store.h"
#include "engine/yaml/yaml_read.h"

static void
die(const struct wf_err *err)
{
	fprintf(stderr, "fill_store: %s\n", err->message);
	exit(1);
}

/* What all of them ran, so that they can be looked at. */
static struct bundle *
flow_of_three(const char *dir)
{
	static const char text[] = "version: 1\n"
				   "steps:\n"
				   "- { id: a, run: make }\n"
				   "- { id: b, needs: [a], run: make test }\n"
				   "- { id: c, needs: [b], run: make done }\n";
	struct wf_diags diags = {0};
	struct wf_err err = {0};
	struct bundle *b = NULL;
	char *path = mem_printf("%s/flow.yaml", dir);

	if (fs_write(path, text, sizeof(text) - 1, 0600, &err) ||
	    bundle_load(path, &b, &diags, &err))
		die(&err);
	free(path);
	return b;
}

int
main(int argc, char **argv)
{
	static const char *const flows[] = {"backup", "release", "nightly"};
	struct store *store;
	struct wf_err err = {0};
	struct bundle *flow;

	if (argc != 3) {
		fputs("usage: fill_store DIRECTORY N\n", stderr);
		return 2;
	}
	if (st_open(argv[1], ST_CREATE, &store, &err))
		die(&err);
	/* A power cut while the bench runs may cost the bench. */
	st_relax(store);
	flow = flow_of_three(argv[1]);
	for (long i = 0, n = strtol(argv[2], NULL, 10); i < n; i++) {
		int64_t time = INT64_C(1700000000000) + i * 1000;
		struct st_run run = {.flow = flows[i % 3],
				     .definition = flow->hash,
				     .state = i % 10 ? RUN_SUCCEEDED
						     : RUN_FAILED,
				     .created = time,
				     .started = time,
				     .finished = time + 900,
				     .params = "{}",
				     .options = "{}",
				     .actor = "bench",
				     .nsteps = 3,
				     .ndone = 3};
		if (st_create_run(store, &run, bundle_pieces(flow), &err))
			die(&err);
	}
	st_close(store);
	bundle_free(flow);
	return 0;
}
