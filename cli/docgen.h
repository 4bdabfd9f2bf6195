/* The parts of the manual that are written from rows: options, commands,
 * exit statuses, states.
 *
 * A page man/NAME.in holds prose and, on lines of their own, the words
 *
 *	.\" @SYNOPSIS@ @OPTIONS@       of the command the page is about
 *	.\" @COMMANDS@ @GLOBALS@ @EXIT@
 *	.\" @STEP_STATES@ @RUN_STATES@ @TRANSITIONS@ @EVENTS@
 *	.\" @SETTINGS@ @BINDINGS@ @SHOWN@ of the dashboard
 *
 * which are replaced here; they are comments, so the page reads without
 * errors as it stands.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_DOCGEN_H
#define WF_DOCGEN_H

#include "cmd.h"

/* The page at `path` with its words replaced.  WF_USAGE: it cannot be read,
 * is about no command, or asks for words unknown here. */
enum wf_code
docgen_page(const char *path, struct strbuf *out, struct wf_err *err);

#endif
