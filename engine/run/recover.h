/* Taking a run up again: from its rows, the warden and the kernel.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_RECOVER_H
#define WF_RECOVER_H

#include "run.h"

/* Give a run made by run_new what its rows say.  Open attempts become
 * flights whose fate is not known yet. */
enum wf_code
recover_load(struct run *r, struct store *store, struct wf_err *err);

/* Ask the warden about every open attempt and act on the answers; see the
 * table at the head of recover.c.  Returns when all have been answered.
 * Attempts of an earlier warden that still run are listed in `orphans`. */
struct orphan {
	uint64_t attempt;
	int pid;
	uint64_t start_time;
};
struct orphans {
	struct orphan *at;
	size_t n, cap;
};
/* `rebooted`: the machine was restarted since.  WF_INTERNAL when the warden
 * goes away meanwhile. */
enum wf_code recover_ask(struct run *r, struct warden *w, bool rebooted,
			 struct orphans *orphans, struct wf_err *err);

/* One answer of a warden that lives, about one open attempt. */
void recover_answer(struct run *r, const struct warden_news *news);

/* The process of an orphan has ended: its status if the kernel still tells,
 * else its attempt is lost. */
void recover_orphan_ended(struct run *r, const struct orphan *o, int pidfd);

#endif
