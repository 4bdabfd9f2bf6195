/* The configuration file: a few settings, rebound keys, colours of states.
 *
 *	# one a line
 *	ui.run = live
 *	keys.retry = r F5
 *	colors.FAIL = 208
 *
 * The file is $WFCTL_CONFIG, else wfctl/config in $XDG_CONFIG_HOME or
 * ~/.config; none is an empty one.  It is only ever read.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_CONFIG_H
#define WF_CONFIG_H

#include "../engine/base/err.h"
#include "../engine/base/vec.h"
#include "keymap.h"

enum setting {
#define O(symbol, name, kind, arg, def, help) SETTING_##symbol,
#include "config.def"
#undef O
	NSETTINGS
};

enum setting_kind {
	SETTING_CHOICE,
	SETTING_NUMBER
};

struct setting_info {
	const char *name;
	enum setting_kind kind;
	const char *arg, *def, *help;
};
extern const struct setting_info setting_rows[NSETTINGS];

struct config {
	int64_t value[NSETTINGS]; /* a number, or the index of a choice */
	bool given[NSETTINGS];    /* by the file */
	struct keymap keymap;
	VEC(struct config_color) colors;
};

struct config_color {
	int shown; /* enum shown of theme.h */
	int color; /* 0 to 255 */
};

void config_init(struct config *c); /* the defaults */
void config_release(struct config *c);
/* Read the user's file.  WF_USAGE: err has file and line. */
enum wf_code config_load(struct config *c, struct wf_err *err);
/* Read settings from text; `file` is for errors. */
enum wf_code config_read(struct config *c, const char *file, const char *text,
			 struct wf_err *err);
/* Where the file is, or would be; caller frees. */
char *config_path(void);

#endif
