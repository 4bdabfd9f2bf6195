/* `silence`: neither the log grew nor the heartbeat was touched.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "watchdog.h"

#include <sys/stat.h>

#include "../base/clock.h"
#include "halt.h"
#include "spec.h"

static int64_t
silence_of(const struct run *r, const struct flight *f)
{
	if (f->phase != PHASE_DO || f->killed_for || f->spec || f->claimed)
		return DURATION_NONE;
	return run_step(r, run_inst(r, f->ix))->more->silence;
}

/* A number that changes whenever the attempt gives a sign of life. */
static int64_t
signs_of_life(const struct run *r, const struct flight *f)
{
	static const char *const suffixes[] = {"", ".beat", ".out"};
	int64_t sum = 0;

	for (size_t k = 0; k < ARRAY_SIZE(suffixes); k++) {
		char *path = spec_file(r, f, suffixes[k]);
		struct stat st;

		if (stat(path, &st) == 0)
			sum += st.st_size + st.st_mtim.tv_sec * 1000 +
			       st.st_mtim.tv_nsec / 1000000;
		free(path);
	}
	return sum;
}

int64_t
watchdog_quiet(const struct run *r, struct flight *f, int64_t now)
{
	int64_t signs = signs_of_life(r, f);

	if (signs != f->size || !f->quiet_since) {
		f->size = signs;
		f->quiet_since = now;
	}
	return now - f->quiet_since;
}

void
watchdog_look(struct run *r)
{
	int64_t now = clock_boot();

	for (size_t k = 0; k < r->flights.n; k++) {
		struct flight *f = &r->flights.at[k];
		int64_t silence = silence_of(r, f);

		if (silence != DURATION_NONE &&
		    watchdog_quiet(r, f, now) >= silence)
			halt_flight(r, f, CAUSE_SILENT, false);
	}
}

int64_t
watchdog_next(const struct run *r)
{
	int64_t next = INT64_MAX;

	vec_each (&r->flights, struct flight, f) {
		int64_t silence = silence_of(r, f), due;

		if (silence == DURATION_NONE)
			continue;
		due = f->quiet_since ? f->quiet_since + silence : clock_boot();
		if (due < next)
			next = due;
	}
	return next;
}
