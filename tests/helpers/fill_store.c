/* Fills a store with N finished runs, so that `make bench` can look at many.
 *
 *	fill_store DIRECTORY N
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "engine/store/store.h"

static void
die(const struct wf_err *err)
{
	fprintf(stderr, "fill_store: %s\n", err->message);
	exit(1);
}

int
main(int argc, char **argv)
{
	static const char *const flows[] = {"backup", "release", "nightly"};
	struct store *store;
	struct wf_err err = {0};

	if (argc != 3) {
		fputs("usage: fill_store DIRECTORY N\n", stderr);
		return 2;
	}
	if (st_open(argv[1], ST_CREATE, &store, &err))
		die(&err);
	/* A power cut while the bench runs may cost the bench. */
	st_relax(store);
	for (long i = 0, n = strtol(argv[2], NULL, 10); i < n; i++) {
		int64_t time = INT64_C(1700000000000) + i * 1000;
		struct st_run run = {.flow = flows[i % 3],
				     .definition = "d",
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
		if (st_create_run(store, &run, pieces_of("{}"), &err))
			die(&err);
	}
	st_close(store);
	return 0;
}
