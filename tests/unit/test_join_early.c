/* The tests of test_join.c with an engine that dies after every commit, its
 * effects not yet carried out.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define PLAY_RESUMES 2
#include "test_join.c"
