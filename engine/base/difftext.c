/* Longest common subsequence of what lies between equal ends.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "difftext.h"

#include <stdlib.h>

#include "vec.h"

#define AROUND 3
#define MAX_CELLS                                                              \
	(16u << 20) /* beyond it all lines between count as changed            \
		     */

struct text_line {
	const char *at;
	size_t n;
};

struct lines {
	struct text_line *at;
	size_t n, cap;
};

/* One line of the result: ' ', '-' or '+'. */
struct diff_line {
	char sign;
	struct text_line line;
	size_t a, b; /* line numbers, from 0 */
};

struct diff {
	struct lines a, b;
	VEC(struct diff_line) out;
};

static void
cut(struct lines *l, const char *text)
{
	while (*text) {
		size_t n = strcspn(text, "\n");

		n += text[n] == '\n';
		vec_push(l, (struct text_line){text, n});
		text += n;
	}
}

static bool
same(const struct text_line *x, const struct text_line *y)
{
	return x->n == y->n && !memcmp(x->at, y->at, x->n);
}

static void
emit(struct diff *d, char sign, size_t a, size_t b)
{
	const struct text_line *line = sign == '+' ? &d->b.at[b] : &d->a.at[a];

	vec_push(&d->out, (struct diff_line){sign, *line, a, b});
}

/* Lengths of common subsequences of the rests a[i..], b[k..]. */
static uint32_t *
measure(const struct diff *d, size_t from, size_t na, size_t nb)
{
	uint32_t *t = mem_alloc((na + 1) * (nb + 1) * sizeof(*t));

	for (size_t i = na; i-- > 0;) {
		for (size_t k = nb; k-- > 0;) {
			uint32_t *cell = &t[i * (nb + 1) + k];
			uint32_t down = cell[nb + 1], right = cell[1];

			if (same(&d->a.at[from + i], &d->b.at[from + k]))
				*cell = cell[nb + 2] + 1;
			else
				*cell = down > right ? down : right;
		}
	}
	return t;
}

static void
walk(struct diff *d, size_t from, size_t na, size_t nb)
{
	bool small = (na + 1) < MAX_CELLS / (nb + 1);
	uint32_t *t = small ? measure(d, from, na, nb) : NULL;
	size_t i = 0, k = 0;

	while (i < na || k < nb) {
		const uint32_t *cell = small ? &t[i * (nb + 1) + k] : NULL;

		if (small && i < na && k < nb &&
		    same(&d->a.at[from + i], &d->b.at[from + k])) {
			emit(d, ' ', from + i, from + k);
			i++;
			k++;
		} else if (i < na &&
			   (k == nb || !small || cell[nb + 1] >= cell[1])) {
			emit(d, '-', from + i, from + k);
			i++;
		} else {
			emit(d, '+', from + i, from + k);
			k++;
		}
	}
	free(t);
}

static void
compare(struct diff *d)
{
	size_t head = 0, tail = 0, na = d->a.n, nb = d->b.n;

	while (head < na && head < nb && same(&d->a.at[head], &d->b.at[head])) {
		emit(d, ' ', head, head);
		head++;
	}
	while (tail < na - head && tail < nb - head &&
	       same(&d->a.at[na - 1 - tail], &d->b.at[nb - 1 - tail]))
		tail++;
	walk(d, head, na - head - tail, nb - head - tail);
	for (; tail; tail--)
		emit(d, ' ', na - tail, nb - tail);
}

static void
write_hunk(const struct diff *d, struct strbuf *out, size_t begin, size_t end)
{
	size_t na = 0, nb = 0;

	for (size_t i = begin; i < end; i++) {
		na += d->out.at[i].sign != '+';
		nb += d->out.at[i].sign != '-';
	}
	strbuf_addf(out, "@@ -%zu,%zu +%zu,%zu @@\n",
		    d->out.at[begin].a + (na > 0), na,
		    d->out.at[begin].b + (nb > 0), nb);
	for (size_t i = begin; i < end; i++) {
		const struct diff_line *l = &d->out.at[i];

		strbuf_addc(out, l->sign);
		strbuf_add(out, l->line.at, l->line.n);
		if (!l->line.n || l->line.at[l->line.n - 1] != '\n')
			strbuf_adds(out, "\n\\ No newline at end of file\n");
	}
}

void
difftext(struct strbuf *out, const char *old, const char *new)
{
	struct diff d = {0};
	size_t begin = 0, quiet = 0, end = 0;
	bool open = false;

	cut(&d.a, old);
	cut(&d.b, new);
	compare(&d);
	for (size_t i = 0; i < d.out.n; i++) {
		bool changed = d.out.at[i].sign != ' ';

		quiet = changed ? 0 : quiet + 1;
		if (changed && !open) {
			open = true;
			begin = i > AROUND + end ? i - AROUND : end;
		}
		if (open && (quiet > 2 * AROUND || i + 1 == d.out.n)) {
			end = i + 1;
			if (quiet > AROUND)
				end -= quiet - AROUND;
			write_hunk(&d, out, begin, end);
			open = false;
		}
	}
	vec_release(&d.a);
	vec_release(&d.b);
	vec_release(&d.out);
}
