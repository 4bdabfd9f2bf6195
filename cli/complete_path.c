/* Names of files for completion.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "../engine/base/fs.h"
#include "../engine/base/vec.h"
#include "complete.h"

static bool
is_flow_file(const char *name)
{
	return str_ends(name, ".yaml") || str_ends(name, ".yml");
}

/* The folder as the system calls it. */
static char *
real_folder(const char *typed, size_t n)
{
	const char *home = getenv("HOME");

	if (n == 0)
		return mem_strdup(".");
	if (str_starts(typed, "~/") && home)
		return mem_printf("%s%.*s", home, (int)n - 1, typed + 1);
	return mem_strndup(typed, n);
}

static bool
is_folder(const char *folder, const char *name)
{
	char *path = fs_join(folder, name);
	struct stat st;
	bool is = stat(path, &st) == 0 && S_ISDIR(st.st_mode);

	free(path);
	return is;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Hidden ones only when the dot is typed. */
static void
look(const char *typed, size_t n, enum complete_files which, char ***names,
     size_t *count)
{
	char *folder = real_folder(typed, n);
	const char *begin = typed + n;
	VEC(char *) found = {0};
	DIR *dir = opendir(folder);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		const char *name = entry->d_name;
		bool inner;

		if (!str_starts(name, begin) || str_eq(name, ".") ||
		    str_eq(name, "..") || (name[0] == '.' && begin[0] != '.'))
			continue;
		inner = is_folder(folder, name);
		if (inner || which == COMPLETE_FILES ||
		    (which == COMPLETE_FLOWS && is_flow_file(name)))
			vec_push(&found, mem_printf("%.*s%s%s", (int)n, typed,
						    name, inner ? "/" : ""));
	}
	if (dir)
		closedir(dir);
	free(folder);
	if (found.n)
		qsort(found.at, found.n, sizeof(*found.at), by_name);
	*names = found.at;
	*count = found.n;
}

void
complete_paths(const char *typed, enum complete_files which, complete_fn *add,
	       void *arg)
{
	const char *slash = strrchr(typed, '/');
	char **names;
	size_t n;

	if (which == COMPLETE_NO_FILES)
		return;
	look(typed, slash ? (size_t)(slash + 1 - typed) : 0, which, &names, &n);
	for (size_t i = 0; i < n; i++) {
		add(arg, names[i], "");
		free(names[i]);
	}
	free(names);
}
