/* Any bytes make either a workflow or findings with places, never a crash.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdint.h>
#include <stdlib.h>

#include "engine/yaml/yaml_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wf_diags diags = {0};
	struct workflow *wf =
		workflow_parse("fuzz.yaml", (const char *)data, size, &diags);

	/* A flow or a reason, exactly one of both. */
	if (!wf == !diags.nerrors)
		abort();
	for (size_t i = 0; i < diags.n; i++)
		if (!diags.at[i].message || !diags.at[i].message[0])
			abort();
	if (wf)
		workflow_free(wf);
	wf_diags_release(&diags);
	return 0;
}
