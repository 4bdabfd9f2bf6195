/* The table of executors, and from a command to a carrier of it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "executor.h"

#include "carrier.h"

/* A carrier that no longer answers is not waited for longer. */
#define PATIENCE 10000

static const struct {
	const char *name;
	const struct executor *executor;
} executors[] = {
#define EXECUTOR(symbol, name, ...) {#name, &exec_##name},
#include "executor.def"
};

const struct executor *
executor_of(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(executors); i++)
		if (str_eq(executors[i].name, name))
			return executors[i].executor;
	BUG("no executor %s", name);
}

enum wf_code
executor_place(const struct job *job, struct warden_spec *spec, struct arena *a,
	       struct wf_err *err)
{
	const char **argv = arena_array(a, const char *, 3);
	const struct warden_limits here = {
		.log = spec->limits.log,
		.stdout_bytes = spec->limits.stdout_bytes,
	};
	const char *path;
	enum wf_code code;

	argv[0] = CARRIER_NAME;
	argv[1] = job->executor;
	path = arena_printf(a, "%s.job", spec->log);
	code = job_write(job, path, err);
	spec->program = "/proc/self/exe";
	spec->argv = argv;
	spec->input = path;
	spec->nice = 0;
	spec->limits = here;
	spec->patience = PATIENCE;
	return code;
}
