/* Graphs for tests of the drawings: the sample of the manual, random ones.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef TEST_DAGS_H
#define TEST_DAGS_H

#include <stdio.h>
#include <stdlib.h>

#include "engine/base/mem.h"
#include "tui/graph.h"

#define NEEDS(...)                                                             \
	(const size_t[])                                                       \
	{                                                                      \
		__VA_ARGS__                                                    \
	}
enum {
	DAG_SAMPLE_N = 10
};
static const struct graph_node dag_sample[DAG_SAMPLE_N] = {
	{"checkout",     NULL,     0,      0                    },
	{"build-api",    NEEDS(0), 1,      0                    },
	{"build-web",    NEEDS(0), 1,      0                    },
	{"unit-tests",   NEEDS(1), 1,      0                    },
	{"migrate-db",   NEEDS(1), 1,      0                    },
	{"e2e-tests",    NEEDS(2), 1,      0                    },
	{"approve-prod", NEEDS(3,  5),     2,                     0},
	{"deploy",              NEEDS(6,               4), 2,      0},
	{"smoke",             NEEDS(7),                     1,                     0                },
	{"notify",             NEEDS(8),                     1,0},
};

struct dag {
	struct graph_node *nodes;
	size_t *needs;
	char *labels;
	size_t n;
};

static inline uint32_t
dag_next(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

/* Four kinds in turn: loose, layered, fans and joins, chains of diamonds. */
static inline struct dag *
dag_random(unsigned seed, size_t n)
{
	struct dag *d = mem_alloc(sizeof(*d));
	uint32_t r = seed * 2654435761u + 1;
	unsigned kind = seed % 4;

	d->n = n;
	d->nodes = mem_alloc((n + 1) * sizeof(*d->nodes));
	d->needs = mem_alloc((n * 4 + 1) * sizeof(size_t));
	d->labels = mem_alloc(n * 16 + 1);
	for (size_t i = 0; i < n; i++) {
		size_t *needs = d->needs + i * 4;
		size_t most = kind == 0 ? 1 + dag_next(&r) % 3 : 2;
		size_t k = 0;

		if (kind == 3 && i > 0) {
			needs[k++] = i % 3 == 2 ? i - 2 : i - 1;
			if (i % 3 == 0)
				needs[k++] = i - 2;
		} else if (kind == 2 && i > 0) {
			needs[k++] = i % 7 ? i / 7 * 7 : i - 1;
			if (i % 7 == 0)
				for (; k < 4; k++)
					needs[k] = i - 1 - k;
		} else {
			size_t span = kind == 1 ? 8 : i;

			for (; k < most && i > 0; k++)
				needs[k] = i - 1 -
					   dag_next(&r) % (span < i ? span : i);
		}
		snprintf(d->labels + i * 16, 16, "step-%u%.*s",
			 (unsigned)(i % 10000), (int)(dag_next(&r) % 6),
			 "xxxxxx");
		d->nodes[i] =
			(struct graph_node){d->labels + i * 16, needs, k, 0};
	}
	return d;
}

static inline void
dag_free(struct dag *d)
{
	free(d->nodes);
	free(d->needs);
	free(d->labels);
	free(d);
}

#endif
