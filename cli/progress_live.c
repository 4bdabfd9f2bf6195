/* A followed run on a terminal: finished steps scroll up, what goes on is
 * redrawn below them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "progress.h"

const struct progress_ops progress_live = {.quiet = true};
