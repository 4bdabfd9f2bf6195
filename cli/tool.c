/* Running another program and reading what it says.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../engine/base/fs.h"
#include "../engine/base/mem.h"

/* Input and output are files, so that neither side waits for the other. */
static int
file_with(const char *text)
{
	int fd = memfd_create("tool", MFD_CLOEXEC);

	if (fd >= 0 && text &&
	    (!fs_write_all(fd, text, strlen(text)) ||
	     lseek(fd, 0, SEEK_SET) < 0)) {
		close(fd);
		return -1;
	}
	return fd;
}

static void
read_all(int fd, struct strbuf *out)
{
	char buffer[4096];
	ssize_t n;

	lseek(fd, 0, SEEK_SET);
	while ((n = read(fd, buffer, sizeof(buffer))) > 0)
		strbuf_add(out, buffer, (size_t)n);
}

static void
become(const char *const *argv, int in, int out, bool quiet)
{
	int nothing = quiet ? open("/dev/null", O_WRONLY | O_CLOEXEC) : -1;

	dup2(in, STDIN_FILENO);
	if (out >= 0)
		dup2(out, STDOUT_FILENO);
	if (nothing >= 0)
		dup2(nothing, STDERR_FILENO);
	execvp(argv[0], (char *const *)(uintptr_t)argv);
	_exit(127);
}

int
tool_run(const char *const *argv, const char *input, struct strbuf *out,
	 bool quiet)
{
	int in = file_with(input), to = out ? file_with(NULL) : -1;
	int status = -1;
	pid_t pid = -1;

	if (in >= 0 && (to >= 0 || !out))
		pid = fork();
	if (pid == 0)
		become(argv, in, to, quiet);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (out && to >= 0 && pid > 0)
		read_all(to, out);
	if (in >= 0)
		close(in);
	if (to >= 0)
		close(to);
	return pid > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
