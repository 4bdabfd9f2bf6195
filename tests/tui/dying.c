/* A library to be preloaded: a call deep in a program ends it.
 *
 *	DYING=file LD_PRELOAD=dying.so wfctl tui
 *
 * As soon as the file is there the next poll calls exit(3), as a library does
 * that knows no better; nothing of the caller comes to its end.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

int
poll(struct pollfd *fds, nfds_t n, int timeout)
{
	const char *file = getenv("DYING");
	struct timespec wait = {.tv_sec = timeout / 1000,
				.tv_nsec = timeout % 1000 * 1000000L};

	if (file && access(file, F_OK) == 0)
		exit(3);
	return ppoll(fds, n, timeout < 0 ? NULL : &wait, NULL);
}
