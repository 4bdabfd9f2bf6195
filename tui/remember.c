/* The file `layout`: one "name number" or "search TEXT" a line.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../engine/base/fs.h"
#include "remember.h"

enum {
	FILE_MOST = 4096
};

static char *
path_of(const struct views *vs)
{
	return fs_join(wf_engine_dir(vs->engine), "layout");
}

static void
add(const struct views *vs, struct strbuf *out)
{
	strbuf_addf(out, "sort %d\nreversed %d\nzoom %d\n", vs->list_sort,
		    vs->list_reversed, (int)vs->zoom);
	vec_each (&vs->searches.lines, char *, line)
		strbuf_addf(out, "search %s\n", *line);
}

static void
take(struct views *vs, const char *line)
{
	int value;

	if (sscanf(line, "sort %d", &value) == 1 && value >= 0)
		vs->list_sort = value;
	else if (sscanf(line, "reversed %d", &value) == 1)
		vs->list_reversed = value != 0;
	else if (sscanf(line, "zoom %d", &value) == 1 && value >= 0 &&
		 value < NZOOMS)
		vs->zoom = (enum layout_zoom)value;
	else if (str_starts(line, "search "))
		recall_add(&vs->searches, line + strlen("search "));
}

void
remember_load(struct views *vs)
{
	struct strbuf text = STRBUF_INIT;
	char *path = path_of(vs), *save = NULL;

	if (fs_read(path, FILE_MOST, &text, NULL) == WF_OK)
		for (char *line = strtok_r(text.at, "\n", &save); line;
		     line = strtok_r(NULL, "\n", &save))
			take(vs, line);
	strbuf_release(&text);
	free(path);
}

void
remember_save(struct views *vs)
{
	struct strbuf now = STRBUF_INIT, was = STRBUF_INIT;
	struct views before = {.engine = vs->engine};
	char *path = path_of(vs);

	remember_load(&before);
	add(vs, &now);
	add(&before, &was);
	if (!vs->read_only && !str_eq(now.at, was.at) &&
	    fs_write(path, now.at, now.n, 0600, NULL))
		unlink(path); /* nothing is better than half of it */
	recall_release(&before.searches);
	strbuf_release(&now);
	strbuf_release(&was);
	free(path);
}
