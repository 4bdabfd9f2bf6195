/* Finding the hierarchy, and killing by it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "warden_cgroup.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../base/fs.h"
#include "../base/mem.h"

/* Where the cgroup v2 hierarchy is mounted; NULL: nowhere.  Caller frees. */
static char *
find_mount(void)
{
	FILE *in = fopen("/proc/self/mounts", "re");
	char *line = NULL, *found = NULL;
	size_t size = 0;

	while (in && !found && getline(&line, &size, in) > 0) {
		char path[256], kind[32];

		if (sscanf(line, "%*s %255s %31s", path, kind) == 2 &&
		    str_eq(kind, "cgroup2"))
			found = mem_strdup(path);
	}
	free(line);
	if (in)
		fclose(in);
	return found;
}

/* Our own group in it, "/" at the top; NULL: none.  Caller frees. */
static char *
find_own(void)
{
	FILE *in = fopen("/proc/self/cgroup", "re");
	char *line = NULL, *found = NULL;
	size_t size = 0;

	while (in && !found && getline(&line, &size, in) > 0) {
		line[strcspn(line, "\n")] = '\0';
		if (str_starts(line, "0::/"))
			found = mem_strdup(line + 3);
	}
	free(line);
	if (in)
		fclose(in);
	return found;
}

/* NULL: there is no hierarchy.  Caller frees. */
static char *
path_of(uint64_t number)
{
	char *mount = find_mount(), *own = mount ? find_own() : NULL;
	char *path = own ? mem_printf("%s%s/stepkeeper-%d-%llu", mount, own,
				      (int)getpid(), (unsigned long long)number)
			 : NULL;

	free(mount);
	free(own);
	return path;
}

static bool
write_to(int dir, const char *name, const char *text)
{
	int fd = openat(dir, name, O_WRONLY | O_CLOEXEC);
	bool ok = fd >= 0 && fs_write_all(fd, text, strlen(text));

	if (fd >= 0)
		close(fd);
	return ok;
}

void
cgroup_kill(const struct tree *t, uint64_t number)
{
	char *path = path_of(number);
	int dir = -1;

	if (path) {
		mkdir(path, 0700);
		dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	}
	for (size_t i = 0; dir >= 0 && i < t->at.n; i++) {
		const struct tree_process *p = &t->at.at[i];
		char pid[16];
		int fd = p->mine ? tree_open(p->pid, p->start_time) : -1;

		if (fd < 0)
			continue;
		snprintf(pid, sizeof(pid), "%d", p->pid);
		write_to(dir, "cgroup.procs", pid);
		close(fd);
	}
	if (dir >= 0) {
		write_to(dir, "cgroup.kill", "1");
		close(dir);
	}
	free(path);
}

void
cgroup_forget(uint64_t number)
{
	char *path = path_of(number);

	if (path)
		rmdir(path);
	free(path);
}
