/* Attempts that are carried out elsewhere: their names, and searches.
 *
 * The carrier's report says how the work over there ended; without one, and
 * without a kill that we asked for, nobody knows.  Then an executor that can
 * is first asked to find the work by its name: the next attempt of the step
 * does nothing else, and on_lost decides only when that finds nothing either.
 * That it seeks stands in a file beside the log of the lost attempt, so that
 * it is not forgotten whoever dies.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_FAR_H
#define WF_FAR_H

#include "../executors/executor.h"
#include "run.h"

/* Who carries it out; NULL: it is an attempt here. */
const struct executor *
far_executor(const struct run *r, const struct flight *f);
/* Its log, here. */
const char *
far_log(const struct run *r, const struct flight *f, struct arena *a);
/* What the attempt is called over there. */
const char *
far_name(const struct run *r, const struct flight *f, struct arena *a);

/* An attempt that is to be found: its name and its log. */
struct far_sought {
	const char *name, *log;
};

/* Is the attempt only to find an earlier one? */
bool far_seeks(const struct run *r, const struct flight *f, struct arena *a,
	       struct far_sought *out);

/* Can this lost attempt be found: by its executor, and has its own carrier not
 * looked already? */
bool far_can_be_found(const struct run *r, const struct flight *f);

/* Let the next attempt seek this lost one, if that can help. */
bool far_seek(const struct run *r, const struct flight *f);

#endif
