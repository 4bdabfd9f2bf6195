/* A designer without a terminal, for tests: keys in, screen and file out.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_TEST_DESK_H
#define WF_TEST_DESK_H

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/base/fs.h"
#include "engine/designing.h"
#include "tui/screens/edit_view.h"

static const char flow_text[] = "version: 1\n"
				"# every night\n"
				"steps:\n"
				"  - id: build   # first\n"
				"    run: \"make\"\n"
				"\n"
				"  # must follow\n"
				"  - id: test\n"
				"    needs: [build]\n"
				"    run: make test\n"
				"  - id: ship\n"
				"    needs: [test]\n"
				"    run: ./ship.sh\n";

struct desk {
	char dir[64];
	char *path;
	struct views views;
	struct grid grid;
};

static inline void
open_file(struct desk *d)
{
	struct wf_err err = {0};

	views_init(&d->views, NULL);
	assert_int_equal(views_open(&d->views, "edit", d->path, &err), 0);
}

static inline void
desk_open(struct desk *d, const char *text)
{
	*d = (struct desk){.dir = "/tmp/wfctl-editor-XXXXXX"};
	assert_non_null(mkdtemp(d->dir));
	d->path = mem_printf("%s/flow.yaml", d->dir);
	if (text)
		assert_int_equal(
			fs_write(d->path, text, strlen(text), 0644, NULL), 0);
	grid_init(&d->grid, 100, 30);
	open_file(d);
}

static inline void
desk_close(struct desk *d)
{
	DIR *dir = opendir(d->dir);
	struct dirent *entry;

	views_release(&d->views);
	grid_release(&d->grid);
	while (dir && (entry = readdir(dir)))
		unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir)
		closedir(dir);
	rmdir(d->dir);
	free(d->path);
}

static inline struct editor *
editor(struct desk *d)
{
	return editor_of(editor_view(&d->views));
}

/* Names of keys apart by blanks; 'text' in quotes is typed. */
static inline void
press(struct desk *d, const char *keys)
{
	while (*keys) {
		size_t n = strcspn(keys, " ");
		char *name;

		if (*keys == '\'') {
			for (keys++; *keys && *keys != '\''; keys++)
				views_key(&d->views, (uint32_t)*keys);
			keys += *keys == '\'';
			keys += *keys == ' ';
			continue;
		}
		name = mem_strndup(keys, n);
		views_key(&d->views, key_from_name(name));
		free(name);
		keys += n + (keys[n] == ' ');
	}
}

static inline char *
picture(struct desk *d)
{
	struct strbuf out = STRBUF_INIT;

	views_draw(&d->views, &d->grid);
	grid_dump(&d->grid, &out);
	return strbuf_detach(&out);
}

static inline void
shows(struct desk *d, const char *text)
{
	char *screen = picture(d);

	if (!strstr(screen, text))
		fail_msg("no \"%s\" in:\n%s", text, screen);
	free(screen);
}

static inline void
hides(struct desk *d, const char *text)
{
	char *screen = picture(d);

	if (strstr(screen, text))
		fail_msg("\"%s\" in:\n%s", text, screen);
	free(screen);
}

static inline void
has_text(struct desk *d, const char *wanted)
{
	assert_string_equal(wf_edit_text(editor(d)->edit, NULL), wanted);
}

static inline void
holds(struct desk *d, const char *part)
{
	const char *text = wf_edit_text(editor(d)->edit, NULL);

	if (!strstr(text, part))
		fail_msg("no \"%s\" in:\n%s", part, text);
}

static inline char *
on_disk(struct desk *d)
{
	struct strbuf out = STRBUF_INIT;

	assert_int_equal(fs_read(d->path, 1 << 20, &out, NULL), 0);
	return strbuf_detach(&out);
}

#endif
