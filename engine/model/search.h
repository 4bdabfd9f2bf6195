/* A search among runs: words that all must fit.
 *
 * A word fits a run when its text is part of one of the places, whatever the
 * case of ASCII letters, or when the run is in one of the states; a `not`
 * word fits when it would not.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_SEARCH_H
#define WF_SEARCH_H

#include <stdbool.h>
#include <stdint.h>

enum search_place {
	SEARCH_ID = 1 << 0,
	SEARCH_FLOW = 1 << 1,
	SEARCH_NAME = 1 << 2,
	SEARCH_ACTOR = 1 << 3
};

struct search_word {
	const char *text;
	unsigned places; /* enum search_place; 0: the text is not looked for */
	uint32_t states; /* bits 1 << enum run_state */
	bool not ;
};

enum {
	SEARCH_WORDS = 12 /* of one search, at most */
};

#endif
