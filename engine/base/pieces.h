/* A text that is handed on piece by piece and never whole in memory.
 *
 *	struct pieces p = bundle_pieces(b);
 *
 *	p.each(p.from, write_piece, &file);
 *
 * It may be asked for more than once, and is the same each time.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_PIECES_H
#define WF_PIECES_H

#include <stddef.h>
#include <string.h>

typedef void piece_fn(void *arg, const char *bytes, size_t n);

struct pieces {
	size_t n; /* bytes of all of them together */
	const void *from;
	void (*each)(const void *from, piece_fn *take, void *arg);
};

static inline void
pieces_each_whole(const void *from, piece_fn *take, void *arg)
{
	take(arg, from, strlen(from));
}

/* A text that is there as the only piece. */
static inline struct pieces
pieces_of(const char *text)
{
	return (struct pieces){strlen(text), text, pieces_each_whole};
}

#endif
