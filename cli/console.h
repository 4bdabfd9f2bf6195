/* The commands of the shell for the palette of the dashboard.
 *
 * The same words: verbs of design.def work on the flow that is being designed,
 * those of cmd.def on what is stored.  A command about a run need not name it
 * when one is at the cursor.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_CONSOLE_H
#define WF_CONSOLE_H

#include "cmd.h"

struct console;
struct commands;

struct console *console_open(struct call *call);
void console_close(struct console *c);
/* Lives as long as the console. */
const struct commands *console_commands(struct console *c);

#endif
