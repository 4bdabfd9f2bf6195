/* On this machine: the warden runs the command itself.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "executor.h"

const struct executor exec_local = {0};
