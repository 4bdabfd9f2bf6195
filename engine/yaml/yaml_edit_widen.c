/* Setting a key beside what a shorter form already says.
 *
 * `retry: 3` stands for `retry: { limit: 3 }`, `undo: ./x` for a map with
 * `run`: when another key joins it, the short form is written out first.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "../model/schema.h"
#include "yaml_edit_int.h"

/* The key that a scalar of this type stands for, or NULL. */
static const char *
short_key(const char *type)
{
	const char *open = type ? strchr(type, '{') : NULL;
	enum schema_section section;

	if (!open || str_starts(type, "map(") ||
	    !schema_section_from_name(open + 1, strcspn(open + 1, "}"),
				      &section))
		return NULL;
	return schema_short_key(section);
}

const char *
edit_short_key(struct edit *e, const char *step, const char *path)
{
	struct arena a = {0};
	const char *type = step ? "{step}" : "{flow}", *key;

	(void)e;
	while (*path) {
		size_t n = strcspn(path, ".");

		type = type_of_key(&a, type, arena_strndup(&a, path, n));
		path += n + (path[n] == '.');
	}
	key = short_key(type);
	arena_release(&a);
	return key;
}

static enum wf_code
write_out(struct edit *e, const char *step, const char *path, const char *key,
	  struct wf_err *err)
{
	struct strbuf text = STRBUF_INIT;
	bool list = edit_shape(e, step, path) == EDIT_LIST;
	char *have = edit_get(e, step, path), *map;
	enum wf_code code;

	if (!have)
		return WF_OK;
	if (list)
		strbuf_adds(&text, have);
	else
		write_scalar(&text, have, SPAN_PLAIN, true, false);
	map = mem_printf("{ %s: %s }",
			 list && str_eq(key, "run") ? "argv" : key, text.at);
	code = edit_set(e, step, path, map, err);
	free(map);
	free(have);
	strbuf_release(&text);
	return code;
}

/* Every short form on the way to the key. */
static enum wf_code
widen(struct edit *e, const char *step, const char *path, struct wf_err *err)
{
	enum wf_code code = WF_OK;

	for (const char *dot = strchr(path, '.'); dot && !code;
	     dot = strchr(dot + 1, '.')) {
		char *whole = mem_strndup(path, (size_t)(dot - path));
		const char *key = edit_short_key(e, step, whole);
		enum edit_shape shape = edit_shape(e, step, whole);

		if (key && (shape == EDIT_SCALAR || shape == EDIT_LIST))
			code = write_out(e, step, whole, key, err);
		free(whole);
	}
	return code;
}

enum wf_code
edit_set_within(struct edit *e, const char *id, const char *path,
		const char *value, struct wf_err *err)
{
	size_t position = edit_position(e);
	/* The id may stand in the text that is about to change. */
	char *step = id ? mem_strdup(id) : NULL;
	enum wf_code code = widen(e, step, path, err);

	if (!code)
		code = edit_set(e, step, path, value, err);
	if (!code) {
		char *name = mem_printf("set %s%s%s", step ? step : "",
					step ? "." : "", path);

		edit_join(e, position, name);
		free(name);
	} else if (edit_position(e) != position) {
		edit_drop(e, position);
	}
	free(step);
	return code;
}
