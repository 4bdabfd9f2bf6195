/* A hash table of attempts; removal closes the gap, so no tombstones.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "warden_known.h"

#include <stdlib.h>

#include "../base/mem.h"

static size_t
home(const struct known_table *t, uint64_t attempt)
{
	uint64_t h = attempt * 0x9e3779b97f4a7c15u;

	return (size_t)(h ^ h >> 32) & (t->cap - 1);
}

static struct known *
slot(const struct known_table *t, uint64_t attempt)
{
	size_t i = home(t, attempt);

	while (t->at[i].used && t->at[i].attempt != attempt)
		i = (i + 1) & (t->cap - 1);
	return &t->at[i];
}

struct known *
known_find(const struct known_table *t, uint64_t attempt)
{
	struct known *found = t->cap ? slot(t, attempt) : NULL;

	return found && found->used ? found : NULL;
}

static void
grow(struct known_table *t)
{
	struct known_table bigger = {.cap = t->cap ? 2 * t->cap : 64,
				     .n = t->n};

	bigger.at = mem_alloc(bigger.cap * sizeof(*bigger.at));
	for (size_t i = 0; i < t->cap; i++) {
		if (t->at[i].used)
			*slot(&bigger, t->at[i].attempt) = t->at[i];
	}
	free(t->at);
	*t = bigger;
}

struct known *
known_add(struct known_table *t, uint64_t attempt)
{
	struct known *found = known_find(t, attempt);

	if (found)
		return found;
	if (t->n + 1 > t->cap / 2)
		grow(t);
	found = slot(t, attempt);
	*found = (struct known){.attempt = attempt, .used = 1};
	t->n++;
	return found;
}

void
known_remove(struct known_table *t, uint64_t attempt)
{
	struct known *found = known_find(t, attempt);
	size_t gap, i;

	if (!found)
		return;
	gap = i = (size_t)(found - t->at);
	for (;;) {
		size_t wanted;

		i = (i + 1) & (t->cap - 1);
		if (!t->at[i].used)
			break;
		wanted = home(t, t->at[i].attempt);
		/* Movable unless its home lies between gap and itself. */
		if (((i - wanted) & (t->cap - 1)) >=
		    ((i - gap) & (t->cap - 1))) {
			t->at[gap] = t->at[i];
			gap = i;
		}
	}
	t->at[gap] = (struct known){0};
	t->n--;
}

void
known_release(struct known_table *t)
{
	free(t->at);
	*t = (struct known_table){0};
}
