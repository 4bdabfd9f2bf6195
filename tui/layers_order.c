/* The order within each layer: barycentres, at most eight sweeps.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "layers_work.h"

enum {
	SWEEPS = 8
};

struct weighed {
	double at;
	int place, box;
};

static int
compare_weighed(const void *a, const void *b)
{
	const struct weighed *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return (x->place > y->place) - (x->place < y->place);
}

/* Sort a layer by the mean place of its neighbours in the layer before
 * (`downward`) or after; boxes without any keep theirs. */
static void
sort_row(struct layers *l, struct layer_row *row, bool downward)
{
	struct weighed *w = mem_alloc((row->boxes.n + 1) * sizeof(*w));

	for (size_t i = 0; i < row->boxes.n; i++) {
		const struct layer_box *box = &l->boxes[row->boxes.at[i]];
		const int *at = downward ? box->in.at : box->outs.at;
		size_t n = downward ? box->in.n : box->outs.n;
		double sum = 0;

		for (size_t k = 0; k < n; k++)
			sum += l->boxes[at[k]].place;
		w[i] = (struct weighed){n ? sum / (double)n : (double)i, (int)i,
					row->boxes.at[i]};
	}
	qsort(w, row->boxes.n, sizeof(*w), compare_weighed);
	for (size_t i = 0; i < row->boxes.n; i++) {
		row->boxes.at[i] = w[i].box;
		l->boxes[w[i].box].place = (int)i;
	}
	free(w);
}

static int
compare_places(const void *a, const void *b)
{
	const int *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Crossings between a layer and the next: pairs of edges in contrary order,
 * counted with a Fenwick tree over the places of the next. */
static size_t
row_crossings(const struct layers *l, size_t r)
{
	size_t n = l->rows[r + 1].boxes.n, crossings = 0, seen = 0;
	size_t *tree = mem_alloc((n + 1) * sizeof(*tree));

	for (size_t i = 0; i < l->rows[r].boxes.n; i++) {
		const struct layer_box *box = &l->boxes[l->rows[r].boxes.at[i]];
		VEC(int) to = {0};

		vec_each (&box->outs, int, b)
			vec_push(&to, l->boxes[*b].place);
		if (to.n > 1)
			qsort(to.at, to.n, sizeof(int), compare_places);
		for (size_t k = 0; k < to.n; k++) {
			size_t before = 0;

			for (size_t p = (size_t)to.at[k] + 1; p; p &= p - 1)
				before += tree[p];
			crossings += seen - before;
			for (size_t p = (size_t)to.at[k] + 1; p <= n;
			     p += p & -p)
				tree[p]++;
			seen++;
		}
		vec_release(&to);
	}
	free(tree);
	return crossings;
}

static size_t
crossings(const struct layers *l)
{
	size_t sum = 0;

	for (size_t r = 0; r + 1 < l->nrows; r++)
		sum += row_crossings(l, r);
	return sum;
}

static void
save_places(const struct layers *l, int *places)
{
	for (size_t b = 0; b < l->nboxes; b++)
		places[b] = l->boxes[b].place;
}

static void
restore_places(struct layers *l, const int *places)
{
	for (size_t b = 0; b < l->nboxes; b++) {
		l->boxes[b].place = places[b];
		l->rows[l->boxes[b].layer].boxes.at[places[b]] = (int)b;
	}
}

void
layers_order(struct layers *l)
{
	int *best = mem_alloc((l->nboxes + 1) * sizeof(*best));
	size_t least = crossings(l);

	save_places(l, best);
	for (int sweep = 0; sweep < SWEEPS && least > 0; sweep++) {
		bool downward = sweep % 2 == 0;
		size_t now;

		for (size_t k = 1; k < l->nrows; k++)
			sort_row(l, &l->rows[downward ? k : l->nrows - 1 - k],
				 downward);
		now = crossings(l);
		if (now < least) {
			least = now;
			save_places(l, best);
		}
	}
	restore_places(l, best);
	free(best);
}
