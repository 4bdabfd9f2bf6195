/* The configuration file for commands that draw no screen.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "preferences.h"

#include <unistd.h>

#include "../tui/config.h"

enum wf_code
preferences_read(struct preferences *out, struct wf_err *err)
{
	static const int modes[] = {FOLLOW_TUI, FOLLOW_LIVE, FOLLOW_PLAIN};
	static const int colors[] = {COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER};
	struct config config;
	enum wf_code code;

	config_init(&config);
	code = config_load(&config, err);
	*out = (struct preferences){
		.mode = modes[config.value[SETTING_RUN]],
		.color = colors[config.value[SETTING_COLOR]],
		.accessible = config.value[SETTING_ACCESSIBLE],
	};
	config_release(&config);
	return code;
}

void
preferences_set_color(struct call *call)
{
	struct preferences preferences;

	if (call->globals.color == COLOR_AUTO && isatty(STDOUT_FILENO) &&
	    preferences_read(&preferences, NULL) == WF_OK)
		call->globals.color = preferences.color;
}
