/* Processes whose warden is gone: alive or ended, and how.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "warden.h"
#include "warden_tree.h"

/* As in <linux/pidfd.h> of Linux 6.15, which headers may lack. */
struct exit_info {
	uint64_t mask, cgroup;
	uint32_t pid, tgid, ppid;
	uint32_t ids[8];
	int32_t exit_code;
	uint32_t more[8]; /* room for later kernels */
};
#define INFO_EXIT 8u /* PIDFD_INFO_EXIT */
/* _IOWR(0xFF, 11, struct pidfd_info); the size of the first version + exit. */
#define GET_INFO _IOC(_IOC_READ | _IOC_WRITE, 0xff, 11, 64)

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

/* A dying warden's children become ours a moment after its socket closes;
 * process 1 takes its time to reap what it inherits. */
#define TRIES    10
#define PAUSE_MS 5

int
warden_process_open(int pid, uint64_t start_time)
{
	return tree_open(pid, start_time);
}

static bool
has_ended(int pidfd, int wait_ms)
{
	struct pollfd p = {pidfd, POLLIN, 0};

	return poll(&p, 1, wait_ms) == 1;
}

bool
warden_process_lives(int pid, uint64_t start_time)
{
	int fd = tree_open(pid, start_time);
	bool lives = fd >= 0 && !has_ended(fd, 0);

	if (fd >= 0)
		close(fd);
	return lives;
}

static bool
status_as_parent(int pidfd, int *status)
{
	siginfo_t si;

	memset(&si, 0, sizeof(si));
	if (waitid((idtype_t)P_PIDFD, (id_t)pidfd, &si, WEXITED | WNOHANG) <
		    0 ||
	    !si.si_pid)
		return false;
	*status = si.si_code == CLD_EXITED
			  ? (si.si_status & 0xff) << 8
			  : (si.si_status & 0x7f) |
				    (si.si_code == CLD_DUMPED ? 0x80 : 0);
	return true;
}

static bool
status_from_kernel(int pidfd, int *status)
{
	struct exit_info info;

	memset(&info, 0, sizeof(info));
	info.mask = INFO_EXIT;
	if (ioctl(pidfd, GET_INFO, &info) < 0 || !(info.mask & INFO_EXIT))
		return false;
	*status = info.exit_code;
	return true;
}

bool
warden_process_status(int pidfd, int *status)
{
	if (!has_ended(pidfd, 0))
		return false;
	for (int i = 0; i < TRIES; i++) {
		if (status_as_parent(pidfd, status) ||
		    status_from_kernel(pidfd, status))
			return true;
		usleep(PAUSE_MS * 1000);
	}
	return false;
}
