/* Reports: how the work over there ended, as a file beside the log.
 *
 * A carrier's own exit status cannot say whether the command failed or the
 * client, and is lost with engine and warden.  The report is on the disk
 * before the carrier ends.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_REPORT_H
#define WF_REPORT_H

#include <stdbool.h>

#include "../base/err.h"

/* Kinds: symbol, and the word in the file. */
#define REPORT_KINDS(X)                                                        \
	X(EXIT, "exit")       /* the command ended: `code` */                  \
	X(SPAWN, "spawn")     /* it never began */                             \
	X(LOST, "lost")       /* nobody can tell */                            \
	X(MEMORY, "memory")   /* it was ended over there: too much memory, */  \
	X(TIMEOUT, "timeout") /* or too long */

enum report_kind {
#define REPORT_ENUM(symbol, word) REPORT_##symbol,
	REPORT_KINDS(REPORT_ENUM)
#undef REPORT_ENUM
	REPORT_NKINDS
};

struct report {
	enum report_kind kind;
	int code;
	char why[360];
};

enum wf_code
report_write(const char *log, const struct report *r, struct wf_err *err);
/* False: there is none. */
bool report_read(const char *log, struct report *out);

#endif
