/* Reading the configuration file, line by line.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../engine/base/fs.h"
#include "theme.h"

enum {
	FILE_MAX = 1 << 20,
	CANDIDATES = 64
};

const struct setting_info setting_rows[NSETTINGS] = {
#define O(symbol, name, kind, arg, def, help)                                  \
	[SETTING_##symbol] = {name, SETTING_##kind, arg, def, help},
#include "config.def"
#undef O
};

static const char *const color_names[] = {"black", "red",     "green", "yellow",
					  "blue",  "magenta", "cyan",  "white"};

/* --- values
 * ------------------------------------------------------------------- */

/* The index of a word in "a|b|c", or -1. */
static int
choice_of(const char *choices, const char *word)
{
	size_t n = strlen(word);

	for (int i = 0; *choices; i++) {
		size_t len = strcspn(choices, "|");

		if (len == n && strncmp(choices, word, n) == 0)
			return i;
		choices += len + (choices[len] == '|');
	}
	return -1;
}

static enum wf_code
set_value(struct config *c, enum setting s, const char *text,
	  struct wf_err *err)
{
	const struct setting_info *info = &setting_rows[s];
	int64_t least = 0, most = 0;
	int at;

	if (info->kind == SETTING_CHOICE) {
		at = choice_of(info->arg, text);
		if (at < 0) {
			ERR(err, WF_USAGE, "%s cannot be \"%.60s\"", info->name,
			    text);
			wf_err_hint(err, "it is one of %s", info->arg);
			return WF_USAGE;
		}
		c->value[s] = at;
		return WF_OK;
	}
	if (sscanf(info->arg, "%ld %ld", &least, &most) != 2)
		BUG("limits of %s", info->name);
	if (str_to_int(text, least, most, &c->value[s]))
		return WF_OK;
	ERR(err, WF_USAGE, "%s cannot be \"%.60s\"", info->name, text);
	wf_err_hint(err, "it is a whole number from %ld to %ld", least, most);
	return WF_USAGE;
}

void
config_init(struct config *c)
{
	struct wf_err err = {0};

	*c = (struct config){0};
	keymap_init(&c->keymap);
	for (enum setting s = 0; s < NSETTINGS; s++)
		if (set_value(c, s, setting_rows[s].def, &err))
			BUG("%s", err.message);
}

void
config_release(struct config *c)
{
	vec_release(&c->colors);
}

/* --- keys and colours
 * --------------------------------------------------------------- */

static enum wf_code
set_keys(struct config *c, const char *name, const char *keys,
	 struct wf_err *err)
{
	const char *names[NACTIONS];
	const char *near;
	size_t n = 0;

	if (keymap_bind(&c->keymap, name, keys))
		return WF_OK;
	if (action_from_name(name) != ACTION_NONE) {
		ERR(err, WF_USAGE, "keys.%s cannot be \"%.60s\"", name, keys);
		wf_err_hint(err, "at most four keys that nothing else in its "
				 "place has; `wfctl-config(5)` lists them");
		return WF_USAGE;
	}
	for (enum action a = 1; a < NACTIONS; a++)
		names[n++] = actions[a].name;
	near = str_nearest(name, names, n);
	ERR(err, WF_USAGE, "there is no action \"%.60s\"", name);
	if (near)
		wf_err_hint(err, "did you mean keys.%s?", near);
	return WF_USAGE;
}

static int
color_of(const char *text)
{
	int64_t n;

	for (size_t i = 0; i < ARRAY_SIZE(color_names); i++)
		if (str_eq(text, color_names[i]))
			return (int)i;
	if (str_eq(text, "default"))
		return -1;
	return str_to_int(text, 0, 255, &n) ? (int)n : -2;
}

static enum wf_code
set_color(struct config *c, const char *state, const char *text,
	  struct wf_err *err)
{
	int color = color_of(text);

	for (int i = 0; i < NSHOWN; i++) {
		if (!str_eq(shown_states[i].word, state))
			continue;
		if (color < -1) {
			ERR(err, WF_USAGE, "colors.%s cannot be \"%.60s\"",
			    state, text);
			wf_err_hint(err, "it is red, green, yellow, blue, "
					 "magenta, cyan, black, white, default "
					 "or a number from 0 to 255");
			return WF_USAGE;
		}
		vec_push(&c->colors, (struct config_color){i, color});
		return WF_OK;
	}
	ERR(err, WF_USAGE, "there is no state \"%.60s\"", state);
	wf_err_hint(err, "states are written as the dashboard shows them: "
			 "RUN, FAIL, UNDO!");
	return WF_USAGE;
}

/* --- lines
 * -------------------------------------------------------------------------- */

static enum wf_code
set(struct config *c, const char *name, const char *value, struct wf_err *err)
{
	const char *names[NSETTINGS], *near;

	if (str_starts(name, "keys."))
		return set_keys(c, name + 5, value, err);
	if (str_starts(name, "colors."))
		return set_color(c, name + 7, value, err);
	for (enum setting s = 0; s < NSETTINGS; s++) {
		names[s] = setting_rows[s].name;
		if (!str_eq(name, names[s]))
			continue;
		c->given[s] = true;
		return set_value(c, s, value, err);
	}
	near = str_nearest(name, names, NSETTINGS);
	ERR(err, WF_USAGE, "there is no setting \"%.60s\"", name);
	if (near)
		wf_err_hint(err, "did you mean %s?", near);
	else
		wf_err_hint(err, "`man wfctl-config` lists them");
	return WF_USAGE;
}

/* Without the spaces around it, and the quotes around that. */
static char *
trimmed(const char *text, size_t n)
{
	while (n && (*text == ' ' || *text == '\t')) {
		text++;
		n--;
	}
	while (n && (text[n - 1] == ' ' || text[n - 1] == '\t' ||
		     text[n - 1] == '\r'))
		n--;
	if (n > 1 && *text == '"' && text[n - 1] == '"') {
		text++;
		n -= 2;
	}
	return mem_strndup(text, n);
}

static enum wf_code
read_line(struct config *c, const char *line, size_t n, struct wf_err *err)
{
	const char *equals = memchr(line, '=', n);
	char *name = trimmed(line, equals ? (size_t)(equals - line) : n);
	char *value =
		equals ? trimmed(equals + 1, n - (size_t)(equals + 1 - line))
		       : NULL;
	enum wf_code code = WF_OK;

	if (*name && *name != '#' && value) {
		code = set(c, name, value, err);
	} else if (*name && *name != '#') {
		code = ERR(err, WF_USAGE, "\"%.60s\" sets nothing", name);
		wf_err_hint(err, "a line reads NAME = VALUE");
	}
	free(name);
	free(value);
	return code;
}

enum wf_code
config_read(struct config *c, const char *file, const char *text,
	    struct wf_err *err)
{
	enum wf_code code = WF_OK;

	for (int line = 1; !code && *text; line++) {
		size_t n = strcspn(text, "\n");

		code = read_line(c, text, n, err);
		if (code && err)
			wf_err_place(err, file, line, 0);
		text += n + (text[n] == '\n');
	}
	return code;
}

char *
config_path(void)
{
	const char *file = getenv("WFCTL_CONFIG");
	const char *config = getenv("XDG_CONFIG_HOME");
	const char *home = getenv("HOME");

	if (file && *file)
		return mem_strdup(file);
	if (config && *config == '/')
		return fs_join(config, "wfctl/config");
	return mem_printf("%s/.config/wfctl/config", home ? home : "");
}

enum wf_code
config_load(struct config *c, struct wf_err *err)
{
	struct strbuf text = STRBUF_INIT;
	char *path = config_path();
	enum wf_code code = WF_OK;

	if (access(path, F_OK) == 0 || errno != ENOENT) {
		code = fs_read(path, FILE_MAX, &text, err);
		if (!code)
			code = config_read(c, path, text.at, err);
	}
	strbuf_release(&text);
	free(path);
	return code ? WF_USAGE : WF_OK;
}
