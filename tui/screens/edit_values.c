/* What stands at a key of the flow now, or holds while nothing stands there.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "edit_view.h"

/* Breaks between lines become spaces: a summary of a map by lines. */
static char *
on_one_line(char *text)
{
	char *to = text;

	for (const char *from = text; *from; from++) {
		bool blank = *from == '\n' || *from == '\r' || *from == ' ';

		if (blank && to > text && to[-1] == ' ')
			continue;
		*to++ = blank ? ' ' : *from;
	}
	*to = '\0';
	return text;
}

char *
editor_value(struct editor *ed, const char *step, const char *path,
	     enum wf_edit_shape shape)
{
	char *text;

	if (shape == WF_SHAPE_NOTHING)
		return NULL;
	if (shape == WF_SHAPE_LIST)
		return editor_list_text(ed, step, path);
	text = wf_edit_get(ed->edit, step, path);
	if (!text)
		return mem_strdup("");
	return shape == WF_SHAPE_MAP ? on_one_line(text) : text;
}

/* A step without a policy has the flow's. */
static char *
flow_policy(struct editor *ed)
{
	enum wf_edit_shape shape = wf_edit_shape(ed->edit, NULL, "on_failure");
	char *value = editor_value(ed, NULL, "on_failure", shape);
	char *text = mem_printf("%s (the flow's)", value ? value : "stop");

	free(value);
	return text;
}

char *
editor_standby(struct editor *ed, const char *step, const char *path,
	       const char *help)
{
	char *at = mem_printf("defaults.%s", path), *found = NULL;
	const char *def = strstr(help, "default ");

	if (step && str_eq(path, "on_failure")) {
		free(at);
		return flow_policy(ed);
	}
	if (step && !strchr(path, '.'))
		found = wf_edit_get(ed->edit, NULL, at);
	free(at);
	if (found) {
		at = mem_printf("%s (from defaults)", on_one_line(found));
		free(found);
		return at;
	}
	if (!def)
		def = strstr(help, "default: ");
	if (!def)
		return NULL;
	def += def[7] == ':' ? 9 : 8;
	return mem_printf("%.*s (default)", (int)strcspn(def, ";"), def);
}

char *
editor_short_value(struct editor *ed, const char *step, const char *path)
{
	const char *dot = strrchr(path, '.'), *key;
	char *whole, *value = NULL;

	if (!dot)
		return NULL;
	whole = mem_strndup(path, (size_t)(dot - path));
	key = wf_edit_short_key(ed->edit, step, whole);
	if (key && str_eq(key, dot + 1) &&
	    wf_edit_shape(ed->edit, step, whole) == WF_SHAPE_SCALAR)
		value = wf_edit_get(ed->edit, step, whole);
	free(whole);
	return value;
}
