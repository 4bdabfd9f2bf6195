/* Checked allocation and arenas.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "mem.h"

#include <jansson.h>
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCK_SIZE  ((size_t)16 * 1024)
#define BLOCK_FIRST ((size_t)2 * 1024) /* many arenas hold but a few words */
#define ALIGN       ((size_t)16)
#define LARGE       (256 * 1024)

struct arena_block {
	struct arena_block *prev;
	_Alignas(16) char data[];
};

static void (*restore_terminal)(void);

void
mem_on_exhausted(void (*restore)(void))
{
	restore_terminal = restore;
}

void
mem_exhausted(void)
{
	static const char text[] =
		"wfctl: out of memory; free some and run it again\n";
	void (*restore)(void) = restore_terminal;
	ssize_t n;

	restore_terminal = NULL;
	if (restore)
		restore();
	n = write(STDERR_FILENO, text, sizeof(text) - 1);
	(void)n;
	_exit(70);
}

/* By itself glibc learns from the first large piece that is freed to keep the
 * next ones: the text of a flow would stay for as long as its run. */
void
mem_begin(void)
{
	json_set_alloc_funcs(mem_alloc, free);
	mallopt(M_MMAP_THRESHOLD, LARGE);
	mallopt(M_TRIM_THRESHOLD, 4 * LARGE);
}

void *
mem_alloc(size_t size)
{
	void *p = calloc(1, size ? size : 1);

	if (!p)
		mem_exhausted();
	return p;
}

void *
mem_realloc(void *p, size_t size)
{
	p = realloc(p, size ? size : 1);
	if (!p)
		mem_exhausted();
	return p;
}

char *
mem_strndup(const char *s, size_t n)
{
	char *copy = mem_alloc(n + 1);

	memcpy(copy, s, n);
	return copy;
}

char *
mem_strdup(const char *s)
{
	return mem_strndup(s, strlen(s));
}

char *
mem_vprintf(const char *fmt, va_list ap)
{
	char *text;

	if (vasprintf(&text, fmt, ap) < 0)
		mem_exhausted();
	return text;
}

char *
mem_printf(const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = mem_vprintf(fmt, ap);
	va_end(ap);
	return text;
}

static size_t
join_length(const char *first, va_list ap)
{
	size_t n = strlen(first);
	const char *s;

	while ((s = va_arg(ap, const char *)))
		n += strlen(s);
	return n;
}

static char *
join_into(char *out, const char *first, va_list ap)
{
	char *end = stpcpy(out, first);
	const char *s;

	while ((s = va_arg(ap, const char *)))
		end = stpcpy(end, s);
	return out;
}

char *
mem_join(const char *first, ...)
{
	va_list ap;
	char *text;

	va_start(ap, first);
	text = mem_alloc(join_length(first, ap) + 1);
	va_end(ap);
	va_start(ap, first);
	join_into(text, first, ap);
	va_end(ap);
	return text;
}

/* A large request gets a block of its own behind the current one, so that
 * the room left there is not lost. */
static void *
arena_big(struct arena *a, size_t size)
{
	struct arena_block *b = mem_alloc(sizeof(*b) + size);

	if (a->head) {
		b->prev = a->head->prev;
		a->head->prev = b;
	} else {
		a->head = b;
		a->next = a->end = b->data + size;
	}
	return b->data;
}

static void *
take(struct arena *a, size_t size)
{
	size_t block = a->used ? BLOCK_SIZE : BLOCK_FIRST;
	char *p;

	a->used += size;
	if (size > block / 4)
		return arena_big(a, size);
	if ((size_t)(a->end - a->next) < size) {
		struct arena_block *b = mem_alloc(sizeof(*b) + block);

		b->prev = a->head;
		a->head = b;
		a->next = b->data;
		a->end = b->data + block;
	}
	p = a->next;
	a->next += size;
	return p;
}

static size_t
to_alignment(size_t n)
{
	return (ALIGN - n % ALIGN) % ALIGN;
}

void *
arena_alloc(struct arena *a, size_t size)
{
	size_t gap = to_alignment((uintptr_t)a->next);

	if (gap < (size_t)(a->end - a->next))
		a->next += gap;
	return take(a, size + to_alignment(size));
}

void *
arena_copy(struct arena *a, const void *p, size_t size)
{
	void *copy = arena_alloc(a, size);

	if (size)
		memcpy(copy, p, size);
	return copy;
}

char *
arena_strndup(struct arena *a, const char *s, size_t n)
{
	char *copy = take(a, n + 1); /* texts lie side by side */

	memcpy(copy, s, n);
	return copy;
}

char *
arena_strdup(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

char *
arena_printf(struct arena *a, const char *fmt, ...)
{
	char brief[256], *text, *copy;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(brief, sizeof(brief), fmt, ap);
	va_end(ap);
	if (n >= 0 && (size_t)n < sizeof(brief))
		return arena_strndup(a, brief, (size_t)n);
	va_start(ap, fmt);
	text = mem_vprintf(fmt, ap);
	va_end(ap);
	copy = arena_strdup(a, text);
	free(text);
	return copy;
}

char *
arena_join(struct arena *a, const char *first, ...)
{
	va_list ap;
	char *text;

	va_start(ap, first);
	text = take(a, join_length(first, ap) + 1);
	va_end(ap);
	va_start(ap, first);
	join_into(text, first, ap);
	va_end(ap);
	return text;
}

void
arena_release(struct arena *a)
{
	struct arena_block *b = a->head;

	while (b) {
		struct arena_block *prev = b->prev;

		free(b);
		b = prev;
	}
	*a = (struct arena){0};
}
