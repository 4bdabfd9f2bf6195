/* wfctl docgen: a manual page with the parts filled in that are written from
 * rows; used when the manual is built.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>

#include "../cmd.h"
#include "../docgen.h"

static enum wf_code
docgen(struct call *call, struct wf_err *err)
{
	struct strbuf page = STRBUF_INIT;
	enum wf_code code = docgen_page(call->words[0], &page, err);

	if (!code)
		fwrite(page.at, 1, page.n, stdout);
	strbuf_release(&page);
	return code;
}

const struct cmd_entry cmd_docgen = {
	.operands = "PAGE.in",
	.min = 1,
	.max = 1,
	.example = "wfctl docgen man/wfctl.1.in",
	.complete = "F",
	.run = docgen,
};
