/* wfctl eval: the value of an expression.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "../../engine/base/fs.h"
#include "../cmd.h"

struct args {
	const char *vars;
};

/* clang-format off */
static const struct option options[] = {
	{0, "vars", OPT_TEXT, offsetof(struct args, vars), "FILE", "names and their values: a JSON object"},
	{0}};
/* clang-format on */

static enum wf_code
eval(struct call *call, struct wf_err *err)
{
	const struct args *args = call->args;
	struct strbuf vars = STRBUF_INIT;
	char *value = NULL;
	enum wf_code code = WF_OK;

	if (args->vars)
		code = fs_read(args->vars, 16 << 20, &vars, err);
	if (!code)
		code = wf_eval(call->words[0], args->vars ? vars.at : NULL,
			       &value, err);
	if (!code)
		puts(value);
	free(value);
	strbuf_release(&vars);
	return code;
}

const struct cmd_entry cmd_eval = {
	.operands = "EXPRESSION",
	.options = options,
	.size = sizeof(struct args),
	.min = 1,
	.max = 1,
	.takes_expression = true,
	.about = "The value is printed as JSON.  Errors name the column.",
	.example = "wfctl eval '[1, 2, 3].map(n, n * 2)'",
	.complete = "-",
	.run = eval,
};
