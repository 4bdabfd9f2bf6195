/* The run's lock is an open-file-description lock: it ends with the process
 * that holds it, however that ends.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "door.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "../base/clock.h"
#include "../base/fs.h"

static int
open_lock(const char *run_dir, int flags)
{
	char *path = mem_printf("%s/lock", run_dir);
	int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | flags, 0600);

	free(path);
	return fd;
}

static bool
try_lock(int fd)
{
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	return fcntl(fd, F_OFD_SETLK, &whole) == 0;
}

void
door_furnish(const char *state_dir, const char *run_dir)
{
	static const char *const names[] = {"logs", "work"};
	char *store = mem_printf("%s/store.db", state_dir);

	for (size_t k = 0; k < ARRAY_SIZE(names); k++) {
		char *path = mem_printf("%s/%s", run_dir, names[k]);

		if (access(path, F_OK) < 0 && access(store, F_OK) == 0 &&
		    fs_mkdirs(path, NULL) != WF_OK) {
			/* What needs it will say so. */
		}
		free(path);
	}
	free(store);
}

int
door_take(const char *run_dir, int wait)
{
	int64_t end = clock_boot() + wait;
	int fd = open_lock(run_dir, O_CREAT);
	char text[24];
	int n = snprintf(text, sizeof(text), "%ld\n", (long)getpid());

	if (fd < 0)
		return -1;
	while (!try_lock(fd)) {
		if (clock_boot() >= end) {
			close(fd);
			errno = EWOULDBLOCK;
			return -1;
		}
		poll(NULL, 0, 5);
	}
	if (ftruncate(fd, 0) < 0 || pwrite(fd, text, (size_t)n, 0) < 0) {
		/* Only who asks for the owner misses it. */
	}
	return fd;
}

int
door_owner(const char *run_dir)
{
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int fd = open_lock(run_dir, 0);
	char text[24] = "";
	int pid = 0;

	if (fd < 0)
		return 0;
	if (fcntl(fd, F_OFD_GETLK, &whole) == 0 && whole.l_type != F_UNLCK &&
	    pread(fd, text, sizeof(text) - 1, 0) > 0)
		pid = atoi(text);
	else if (whole.l_type != F_UNLCK)
		pid = 1;
	close(fd);
	return pid;
}

/* Socket addresses hold 107 bytes, state directories more: the path goes
 * through a descriptor of the directory. */
static int
at_socket(const char *run_dir,
	  int (*act)(int, const struct sockaddr *, socklen_t), const char *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int dir = open(run_dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int result = -1;

	if (dir >= 0 && fd >= 0) {
		snprintf(address.sun_path, sizeof(address.sun_path),
			 "/proc/self/fd/%d/%s", dir, name);
		result = act(fd, (const struct sockaddr *)&address,
			     sizeof(address));
	}
	if (dir >= 0)
		close(dir);
	if (result < 0 && fd >= 0)
		close(fd);
	return result < 0 ? -1 : fd;
}

int
door_listen(const char *run_dir)
{
	char *path = mem_printf("%s/engine.sock", run_dir);
	int fd;

	unlink(path);
	free(path);
	fd = at_socket(run_dir, bind, "engine.sock");
	return fd;
}

void
door_close(const char *run_dir, int fd)
{
	char *path = mem_printf("%s/engine.sock", run_dir);

	unlink(path);
	free(path);
	close(fd);
}

char *
door_left(const char *run_dir)
{
	char *path = mem_printf("%s/" DOOR_LOG, run_dir), *line = NULL;
	struct strbuf text = STRBUF_INIT;

	if (fs_read(path, 65536, &text, NULL) == WF_OK && text.n) {
		const char *last;

		if (text.at[text.n - 1] == '\n')
			text.at[--text.n] = '\0';
		last = strrchr(text.at, '\n');
		line = mem_strdup(last ? last + 1 : text.at);
	}
	strbuf_release(&text);
	free(path);
	return line;
}

/* What is said at the door, a byte each. */
enum {
	SAY_LOOK = '\0',
	SAY_BEAT = 'b'
};

static bool
say(const char *run_dir, char what)
{
	int fd = at_socket(run_dir, connect, "engine.sock");
	bool told;

	if (fd < 0)
		return false;
	told = send(fd, &what, 1, MSG_NOSIGNAL) == 1 || errno == EAGAIN;
	close(fd);
	return told;
}

bool
door_wake(const char *run_dir)
{
	return say(run_dir, SAY_LOOK);
}

bool
door_hear(int socket, int lock)
{
	char bytes[64];
	bool look = false, beat = false;

	while (recv(socket, bytes, sizeof(bytes), 0) > 0) {
		beat |= bytes[0] == SAY_BEAT;
		look |= bytes[0] != SAY_BEAT;
	}
	if (beat && futimens(lock, NULL) < 0) {
		/* Only who asked misses it. */
	}
	return look;
}

void
door_ask_beat(const char *run_dir)
{
	say(run_dir, SAY_BEAT);
}

int64_t
door_beat(const char *run_dir)
{
	char *path = mem_printf("%s/lock", run_dir);
	struct stat st;
	int64_t beat = 0;

	if (stat(path, &st) == 0)
		beat = (int64_t)st.st_mtim.tv_sec * 1000 +
		       st.st_mtim.tv_nsec / 1000000;
	free(path);
	return beat;
}

enum wf_code
door_spawn(const char *state_dir, const char *run, int *pid_out,
	   struct wf_err *err)
{
	const char *const argv[] = {"wfctl", DOOR_ARGUMENT, state_dir, run,
				    NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, all;
	pid_t pid;
	int error;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID |
						      POSIX_SPAWN_SETSIGMASK |
						      POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addclosefrom_np(&actions, 3);
	error = posix_spawn(&pid, "/proc/self/exe", &actions, &attributes,
			    (char *const *)argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	if (pid_out)
		*pid_out = error ? 0 : pid;
	if (!error)
		return WF_OK;
	ERR(err, WF_INTERNAL, "no engine can be started: %s", strerror(error));
	wf_err_hint(err, "free some processes or memory and resume run %s",
		    run);
	return WF_INTERNAL;
}
