/* The tests of test_undo.c with an engine that dies after every commit, its
 * effects carried out.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define PLAY_RESUMES 1
#include "test_undo.c"
