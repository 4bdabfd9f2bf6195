/* wfctl worker: says that this build has no store that workers could share.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../cmd.h"

static enum wf_code
worker(struct call *call, struct wf_err *err)
{
	(void)call;
	ERR(err, WF_USAGE,
	    "this wfctl keeps its runs in a SQLite file of one machine: there "
	    "is no shared store whose steps a worker could carry out");
	wf_err_hint(err, "\"wfctl agent\" keeps the runs of this machine "
			 "going; steps on other machines are commands such as "
			 "`ssh host command`");
	return WF_USAGE;
}

const struct cmd_entry cmd_worker = {
	.about = "Not in this build: runs are kept in a SQLite file of one "
		 "machine, so there is no\nshared store to serve.  It changes "
		 "nothing and ends with exit status 2.",
	.example = "wfctl agent",
	.run = worker,
};
