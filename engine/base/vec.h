/* Typed growable arrays.
 *
 *	VEC(int) v = {0};
 *	vec_push(&v, 42);
 *	vec_each (&v, int, p)
 *		use(*p);
 *	vec_release(&v);
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_VEC_H
#define WF_VEC_H

#include <stdlib.h>

#include "mem.h"

#define VEC(type)                                                              \
	struct {                                                               \
		type *at;                                                      \
		size_t n, cap;                                                 \
	}

#define vec_reserve(v, want)                                                   \
	do {                                                                   \
		size_t want_ = (want);                                         \
		if ((v)->cap < want_) {                                        \
			size_t cap_ = (v)->cap ? (v)->cap : 8;                 \
			while (cap_ < want_)                                   \
				cap_ *= 2;                                     \
			(v)->at =                                              \
				mem_realloc((v)->at, cap_ * sizeof(*(v)->at)); \
			(v)->cap = cap_;                                       \
		}                                                              \
	} while (0)

#define vec_push(v, ...)                                                       \
	do {                                                                   \
		vec_reserve((v), (v)->n + 1);                                  \
		(v)->at[(v)->n++] = (__VA_ARGS__);                             \
	} while (0)

#define vec_pop(v)  ((v)->at[--(v)->n])
#define vec_last(v) ((v)->at[(v)->n - 1])

#define vec_each(v, type, p)                                                   \
	for (type *p = (v)->at; (v)->n && p < (v)->at + (v)->n; p++)

#define vec_release(v)                                                         \
	do {                                                                   \
		free((v)->at);                                                 \
		(v)->at = NULL;                                                \
		(v)->n = (v)->cap = 0;                                         \
	} while (0)

#endif
