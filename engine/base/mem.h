/* Memory that is always there: allocation never returns NULL, and arenas.
 *
 * When memory runs out the process says so with write(2) and ends with
 * status 70; neither the log nor the screen is needed for that.
 *
 * An arena is a lifetime: everything allocated from it is freed by one call.
 * Workflows, runs, commands and loop turns own one each.  Start with {0}.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_MEM_H
#define WF_MEM_H

#include <stdarg.h>
#include <stddef.h>

#include "attr.h"

/* For libraries that tell of it instead: say so and end. */
_Noreturn void mem_exhausted(void);
/* Called (once) before that: puts the terminal back; needs no memory. */
void mem_on_exhausted(void (*restore)(void));
/* First in a process: libraries that can be told take their memory here, and
 * what is large goes back to the system when it is freed. */
void mem_begin(void);

void *mem_alloc(size_t size); /* zeroed */
void *mem_realloc(void *p, size_t size);
char *mem_strdup(const char *s);
char *mem_strndup(const char *s, size_t n);
char *mem_vprintf(const char *fmt, va_list ap) PRINTF_LIKE(1, 0);
char *mem_printf(const char *fmt, ...) PRINTF_LIKE(1, 2);
/* Texts one after the other, up to NULL; where printf would be felt. */
char *mem_join(const char *first, ...) ENDS_WITH_NULL;

struct arena {
	struct arena_block *head;
	char *next, *end; /* free room in the current block */
	size_t used;      /* bytes handed out, for limits and tests */
};

void *arena_alloc(struct arena *a, size_t size); /* zeroed, 16-aligned */
char *arena_strdup(struct arena *a, const char *s);
char *arena_strndup(struct arena *a, const char *s, size_t n);
char *arena_printf(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);
char *arena_join(struct arena *a, const char *first, ...) ENDS_WITH_NULL;
void *arena_copy(struct arena *a, const void *p, size_t size);
void arena_release(struct arena *a); /* frees all; the arena is {0} again */

#define arena_new(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define arena_array(a, type, n)                                                \
	((type *)arena_alloc((a), sizeof(type) * (size_t)(n)))

#endif
