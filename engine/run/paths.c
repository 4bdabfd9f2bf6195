/* Longest paths through the steps of a flow.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "paths.h"

#include <stdlib.h>
#include <string.h>

static uint32_t
sum_of(uint32_t a, uint32_t b)
{
	return a > UINT32_MAX - b ? UINT32_MAX : a + b;
}

void
paths_heaviest(const struct workflow *wf, const uint32_t *weight,
	       uint32_t *path)
{
	uint32_t *order = workflow_order(wf);

	memcpy(path, weight, wf->nsteps * sizeof(*path));
	for (uint32_t k = wf->nsteps; k--;) {
		const struct step *step = &wf->steps[order[k]];

		for (uint32_t j = 0; j < step->nneeds; j++) {
			uint32_t need = step->needs[j].step;
			uint32_t through = sum_of(weight[need], path[order[k]]);

			if (path[need] < through)
				path[need] = through;
		}
	}
	free(order);
}
