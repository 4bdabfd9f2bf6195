/* Punching the middle out of a log, and finding the hole again.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "loghole.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK 4096

bool
loghole_trim(int fd, int64_t limit)
{
	struct stat st;
	int64_t from, to;

	if (fstat(fd, &st) < 0)
		return false;
	from = (limit / 2 + BLOCK - 1) / BLOCK * BLOCK;
	to = (st.st_size - limit / 2) / BLOCK * BLOCK;
	if (st.st_size <= limit || to <= from)
		return true;
	return fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, from,
			 to - from) == 0;
}

int64_t
loghole_find(int fd, int64_t from, int64_t *end)
{
	off_t before = lseek(fd, 0, SEEK_CUR);
	off_t size = lseek(fd, 0, SEEK_END);
	off_t hole = lseek(fd, from, SEEK_HOLE);
	off_t data = hole < 0 ? -1 : lseek(fd, hole, SEEK_DATA);

	if (hole >= 0 && data < 0 && errno == ENXIO)
		data = size; /* a hole up to the end */
	if (before >= 0)
		lseek(fd, before, SEEK_SET);
	if (hole < 0 || hole >= size || data <= hole)
		return -1;
	*end = data;
	return hole;
}
