/* Binary heaps for what is ready and for what is due.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "queue.h"

#include "rank.h"

static bool
comes_before(struct run *r, uint32_t a, uint32_t b)
{
	const struct inst *ia = run_inst(r, a), *ib = run_inst(r, b);
	int32_t pa = run_step(r, ia)->more->priority;
	int32_t pb = run_step(r, ib)->more->priority;
	uint32_t ra, rb;

	if (pa != pb)
		return pa > pb;
	ra = rank_of(r, ia);
	rb = rank_of(r, ib);
	if (ra != rb)
		return ra > rb;
	return a < b;
}

void
queue_push(struct run *r, struct ixs *q, uint32_t ix)
{
	size_t i = q->n;

	vec_push(q, ix);
	while (i && comes_before(r, ix, q->at[(i - 1) / 2])) {
		q->at[i] = q->at[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	q->at[i] = ix;
}

uint32_t
queue_pop(struct run *r, struct ixs *q)
{
	uint32_t best = q->at[0], last = vec_pop(q);
	size_t i = 0;

	while (q->n) {
		size_t child = 2 * i + 1;

		if (child >= q->n)
			break;
		if (child + 1 < q->n &&
		    comes_before(r, q->at[child + 1], q->at[child]))
			child++;
		if (!comes_before(r, q->at[child], last))
			break;
		q->at[i] = q->at[child];
		i = child;
	}
	if (q->n)
		q->at[i] = last;
	return best;
}

void
dues_push(struct run *r, int64_t due_boot, uint32_t ix)
{
	struct due_entry e = {due_boot, ix};
	size_t i = r->dues.n;

	vec_push(&r->dues, e);
	while (i && due_boot < r->dues.at[(i - 1) / 2].due) {
		r->dues.at[i] = r->dues.at[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	r->dues.at[i] = e;
}

bool
dues_first(const struct run *r, struct due_entry *out)
{
	if (!r->dues.n)
		return false;
	*out = r->dues.at[0];
	return true;
}

void
dues_pop(struct run *r)
{
	struct due_entry last = vec_pop(&r->dues);
	size_t i = 0;

	if (!r->dues.n)
		return;
	for (;;) {
		size_t child = 2 * i + 1;

		if (child >= r->dues.n)
			break;
		if (child + 1 < r->dues.n &&
		    r->dues.at[child + 1].due < r->dues.at[child].due)
			child++;
		if (r->dues.at[child].due >= last.due)
			break;
		r->dues.at[i] = r->dues.at[child];
		i = child;
	}
	r->dues.at[i] = last;
}
