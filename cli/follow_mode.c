/* How a followed run is shown: which printer, or the dashboard.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>
#include <unistd.h>

#include "follow.h"
#include "output.h"
#include "preferences.h"
#include "progress.h"

static bool
is_set(const char *name)
{
	const char *value = getenv(name);

	return value && *value;
}

/* What --progress auto means here. */
static int
mode_here(const struct call *call, const struct preferences *preferences)
{
	const char *term = getenv("TERM");

	if (call->globals.quiet)
		return FOLLOW_QUIET;
	if (output_is_json(call))
		return FOLLOW_JSON;
	if (preferences->accessible && isatty(STDOUT_FILENO))
		return FOLLOW_LINEAR;
	if (!isatty(STDOUT_FILENO) || is_set("CI") || !term || !*term ||
	    str_eq(term, "dumb"))
		return FOLLOW_PLAIN;
	if (preferences->mode == FOLLOW_TUI)
		return follow_tui_is_possible() ? FOLLOW_TUI : FOLLOW_LIVE;
	return preferences->mode;
}

enum wf_code
follow_mode(const struct call *call, const struct follow *follow, int *mode_out,
	    struct wf_err *err)
{
	struct preferences preferences;
	enum wf_code code = WF_OK;

	*mode_out = follow->accessible ? FOLLOW_LINEAR : follow->mode;
	if (*mode_out != FOLLOW_AUTO)
		return WF_OK;
	/* Where nobody sees it, nobody's taste matters. */
	preferences = (struct preferences){.mode = FOLLOW_TUI};
	if (isatty(STDOUT_FILENO))
		code = preferences_read(&preferences, err);
	preferences.accessible |=
		is_set("ACCESSIBLE") || is_set("WFCTL_ACCESSIBLE");
	*mode_out = mode_here(call, &preferences);
	return code;
}

const struct progress_ops *
follow_printer(int mode)
{
	switch (mode) {
	case FOLLOW_JSON:
		return &progress_json;
	case FOLLOW_QUIET:
		return &progress_quiet;
	case FOLLOW_LINEAR:
		return &progress_linear;
	case FOLLOW_LIVE:
		return isatty(STDOUT_FILENO) ? &progress_live : &progress_plain;
	default:
		return &progress_plain;
	}
}
