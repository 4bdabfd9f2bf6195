/* The shell's commands: processes made from this very program.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../engine/base/fs.h"
#include "shell.h"

static void
become(const struct shell *sh, char **words, size_t n,
       const struct shell_fds *fds)
{
	struct sigaction plain = {.sa_handler = SIG_DFL};
	static const int signals[] = {SIGINT,   SIGTERM, SIGHUP,
				      SIGWINCH, SIGCONT, SIGQUIT};
	char **argv = mem_alloc((n + 4) * sizeof(*argv));
	size_t k = 0;
	sigset_t none;

	argv[k++] = mem_strdup("wfctl");
	if (sh->call->globals.state) {
		argv[k++] = mem_strdup("--state");
		argv[k++] = mem_strdup(sh->call->globals.state);
	}
	for (size_t i = 0; i < n; i++)
		argv[k++] = words[i];
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		sigaction(signals[i], &plain, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (fds->in >= 0)
		dup2(fds->in, STDIN_FILENO);
	if (fds->out >= 0)
		dup2(fds->out, STDOUT_FILENO);
	if (fds->err >= 0)
		dup2(fds->err, STDERR_FILENO);
	execv("/proc/self/exe", argv);
	_exit(127);
}

pid_t
shell_begin(const struct shell *sh, char **words, size_t n,
	    const struct shell_fds *fds)
{
	pid_t pid = fork();

	if (pid == 0)
		become(sh, words, n, fds);
	return pid;
}

int
shell_spawn(const struct shell *sh, char **words, size_t n, int in, int out)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
	int status = 0;
	pid_t pid;

	fflush(stdout);
	fflush(stderr);
	sigaction(SIGINT, &ignore, &before);
	pid = shell_begin(sh, words, n, &(struct shell_fds){in, out, -1});
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	sigaction(SIGINT, &before, NULL);
	if (pid < 0)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static size_t
count_words(char **words)
{
	size_t n = 0;

	while (words[n])
		n++;
	return n;
}

enum wf_code
shell_code(int status)
{
	for (int code = 0; code < WF_NCODES; code++)
		if (wf_code_exit((enum wf_code)code) == status)
			return (enum wf_code)code;
	return WF_FAILED;
}

int
shell_text(const char *text)
{
	int fd = memfd_create("flow", MFD_CLOEXEC);

	if (fd >= 0 && fs_write_all(fd, text, strlen(text)) &&
	    lseek(fd, 0, SEEK_SET) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

enum wf_code
shell_piped(void *arg, char **words, const char *text)
{
	struct shell *sh = arg;
	int fd = shell_text(text);
	int status = -1;

	if (fd >= 0)
		status = shell_spawn(sh, words, count_words(words), fd, -1);
	if (fd >= 0)
		close(fd);
	return shell_code(status);
}

/* --- starting the flow -----------------------------------------------------
 */

/* The id that `run -d` prints. */
static bool
read_id(int fd, char id[WF_RUN_ID])
{
	ssize_t n;

	lseek(fd, 0, SEEK_SET);
	n = read(fd, id, WF_RUN_ID - 1);
	id[n > 0 ? n : 0] = '\0';
	id[strcspn(id, "\n")] = '\0';
	return *id != '\0';
}

/* At the prompt it runs in the background, with its news above the line; a
 * script waits for its end. */
enum wf_code
shell_start(void *arg, const char *file, struct wf_err *err)
{
	struct shell *sh = arg;
	char *words[] = {mem_strdup("run"), mem_strdup("-d"), mem_strdup(file),
			 NULL};
	char id[WF_RUN_ID];
	int fd = sh->interactive ? memfd_create("id", MFD_CLOEXEC) : -1;
	int status;

	(void)err;
	if (fd < 0) {
		char *waited[] = {words[0], words[2], NULL};

		status = shell_spawn(sh, waited, 2, -1, -1);
	} else {
		status = shell_spawn(sh, words, 3, -1, fd);
		if (!status && read_id(fd, id)) {
			printf("%s\n", id);
			shell_follow(sh, id, true);
		}
		close(fd);
	}
	for (size_t i = 0; words[i]; i++)
		free(words[i]);
	return shell_code(status);
}

char *
shell_clip_file(const struct shell *sh)
{
	const struct wf_engine *engine = sh->call->engine;

	return engine ? fs_join(wf_engine_dir(engine), "copied-steps") : NULL;
}
