/* Texts that were looked for before: Up goes back through them, Down forward
 * again to what was being typed.
 *
 *	result = recall_key(&vs->searches, &prompt, key);
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_RECALL_H
#define WF_RECALL_H

#include "../../engine/base/vec.h"
#include "prompt.h"

enum {
	RECALL_MOST = 20,  /* older ones are forgotten */
	RECALL_TEXT = 120, /* and so are longer ones, in bytes */
};

struct recall {
	VEC(char *) lines; /* oldest first, each once */
};

void recall_add(struct recall *r, const char *text);
void recall_release(struct recall *r);
/* As prompt_key, which gets what is neither Up nor Down; Enter keeps the
 * text. */
enum prompt_result recall_key(struct recall *r, struct prompt *p, uint32_t key);

#endif
