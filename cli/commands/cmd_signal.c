/* wfctl signal: sends a named signal, with a payload, to a run.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../asking.h"

struct args {
	struct asking asking;
};

/* clang-format off */
static const struct option options[] = {
	REQUEST_OPTIONS(struct args),
	{0}};
/* clang-format on */

static enum wf_code
signal_run(struct call *call, struct wf_err *err)
{
	const struct args *args = call->args;
	struct settings payload = {0};
	struct wf_request request = {.verb = "signal",
				     .target = call->words[1]};

	for (size_t i = 2; i < call->nwords; i++) {
		struct wf_setting setting;

		if (!setting_parse(&call->arena, call->words[i], &setting)) {
			ERR(err, WF_USAGE, "\"%.100s\" is not NAME=VALUE",
			    call->words[i]);
			wf_err_hint(err, "a payload is written as name=value");
			return WF_USAGE;
		}
		settings_add(&payload, &call->arena, setting);
	}
	request.settings = payload.at;
	request.nsettings = payload.n;
	return asking_send(call, &args->asking, &request, err);
}

const struct cmd_entry cmd_signal = {
	.operands = "RUN NAME [NAME=VALUE]...",
	.options = options,
	.size = sizeof(struct args),
	.min = 2,
	.max = -1,
	.about = "Steps with wait: {signal: NAME} go on when it comes; a "
		 "signal that comes early is kept.",
	.example = "wfctl signal @latest delivered parcel=42",
	.complete = "ra-",
	.runs = "queued running waiting paused",
	.run = signal_run,
};
