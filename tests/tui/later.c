/* A library to be preloaded: time passes at once.
 *
 *	LATER=file LD_PRELOAD=later.so wfctl run flow.yaml
 *
 * The file holds a number of seconds by which the clock that counts from the
 * boot is ahead, from the moment it is there.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int
clock_gettime(clockid_t clock, struct timespec *now)
{
	const char *file = getenv("LATER");
	int result = (int)syscall(SYS_clock_gettime, clock, now);
	char text[16] = "";
	int fd;

	if (result || clock != CLOCK_BOOTTIME || !file)
		return result;
	fd = open(file, O_RDONLY | O_CLOEXEC);
	if (fd >= 0 && read(fd, text, sizeof(text) - 1) > 0)
		now->tv_sec += atol(text);
	if (fd >= 0)
		close(fd);
	return 0;
}
