/* The shell text that runs a step at the other end of an ssh connection.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_SSH_THERE_H
#define WF_SSH_THERE_H

#include "carrier.h"

/* What the login shell over there is given: one word that sh, csh and fish
 * read alike.  It reads the rest from standard input, up to a line that is
 * `mark`. */
void ssh_there_command(struct strbuf *out, const char *mark);

/* What is sent first: the program, the names of the parts, the parts.
 * False with the report made when a file cannot be read. */
bool ssh_there_parts(struct carrier *c, const char *mark, struct strbuf *out);

#endif
