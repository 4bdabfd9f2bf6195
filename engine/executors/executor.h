/* Executors: carrying out a step elsewhere than on this machine.
 *
 * A row of executor.def and one file, exec_NAME.c, make an executor.  The
 * row says what it is called, which settings it has and what it can make
 * hold; the file knows its client program.
 *
 * The attempt that the warden holds is then a *carrier*: this program under
 * another name, with a job (job.h) as its standard input.  It starts the
 * client (`ssh`, `docker`, `srun`), watches it, ends the work over there
 * when it is told to stop, fetches what came out, and writes down how it all
 * ended (report.h) before it ends itself.  Values go to it as environment
 * and from there to the client, never as words of a command line.
 *
 *	engine:   executor_place(&job, &spec, &err)  ... start, news of the end
 *	          report_read(log, &report)
 *	carrier:  carrier_main
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_EXECUTOR_H
#define WF_EXECUTOR_H

#include "../warden/warden.h"
#include "job.h"

struct carrier;

struct executor {
	/* Carry out the job and say how it ended (carrier_report).  NULL: the
	 * warden itself runs the command. */
	void (*carry)(struct carrier *c);
	/* Can it tell how an attempt ended whose carrier is gone? */
	bool finds;
	const char *client; /* the program it needs, by default */
};

#define EXECUTOR(symbol, name, ...) extern const struct executor exec_##name;
#include "executor.def"

/* The one of this name; there is one for every row. */
const struct executor *executor_of(const char *name);

/* Write the job beside its log and let `spec` start a carrier for it instead
 * of the command. */
enum wf_code executor_place(const struct job *job, struct warden_spec *spec,
			    struct arena *a, struct wf_err *err);

#endif
