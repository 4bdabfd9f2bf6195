/* A flow that was accepted can be advised on, walked, and read again to the
 * same steps; one that was not has a place for each finding.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdint.h>
#include <stdlib.h>

#include "engine/model/reads.h"
#include "engine/yaml/lint.h"
#include "engine/yaml/yaml_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
count_read(void *arg, uint32_t step, const char *const *chain, size_t n)
{
	(void)step;
	*(size_t *)arg += n && chain[0][0];
}

static void
check_findings(const struct wf_diags *diags)
{
	for (size_t i = 0; i < diags->n; i++) {
		const struct wf_diag *d = &diags->at[i];

		if (d->line < 1 || d->column < 1 || !d->hint || !*d->hint)
			abort();
		if (i && diags->at[i - 1].line > d->line)
			abort();
	}
}

static void
check_again(const struct workflow *wf)
{
	struct wf_diags diags = {0};
	struct workflow *again =
		workflow_parse("fuzz.yaml", wf->text, wf->text_bytes, &diags);

	if (!again || again->nsteps != wf->nsteps)
		abort();
	for (uint32_t i = 0; i < wf->nsteps; i++)
		if (again->steps[i].hash != wf->steps[i].hash ||
		    !again->steps[i].id || !again->steps[i].more)
			abort();
	workflow_free(again);
	wf_diags_release(&diags);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wf_diags diags = {0};
	struct workflow *wf =
		workflow_parse("fuzz.yaml", (const char *)data, size, &diags);
	size_t reads = 0;

	if (wf) {
		workflow_lint(wf, &diags);
		workflow_each_read(wf, count_read, &reads);
		check_again(wf);
		workflow_free(wf);
	}
	check_findings(&diags);
	wf_diags_release(&diags);
	return 0;
}
