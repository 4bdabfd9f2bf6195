/* A reserve of disk space that is given back when the disk is full, so that
 * SQLite's index pages and the last words of an engine still fit.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "../base/mem.h"
#include "reserve.h"

#define RESERVE_BYTES (256 * 1024)

static char *
reserve_path(const char *dir)
{
	return mem_printf("%s/reserve", dir);
}

bool
reserve_room(const char *dir, uint64_t *bytes)
{
	struct statvfs fs;

	if (statvfs(dir, &fs) < 0)
		return false;
	*bytes = (uint64_t)fs.f_bavail * fs.f_frsize;
	return true;
}

/* Only where there is plenty: taking the last blocks would do the harm that
 * the reserve is meant to prevent. */
static bool
is_roomy(const char *dir)
{
	uint64_t bytes;

	return reserve_room(dir, &bytes) && bytes > 16 * RESERVE_BYTES;
}

void
reserve_make(const char *dir)
{
	char *path = reserve_path(dir);
	int fd;

	if (access(path, F_OK) == 0 || !is_roomy(dir)) {
		free(path);
		return;
	}
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
		  0600);
	if (fd >= 0) {
		if (posix_fallocate(fd, 0, RESERVE_BYTES) != 0)
			unlink(path);
		close(fd);
	}
	free(path);
}

bool
reserve_drop(const char *dir)
{
	char *path = reserve_path(dir);
	bool had = unlink(path) == 0;

	free(path);
	return had;
}
