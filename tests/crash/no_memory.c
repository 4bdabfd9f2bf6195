/* A library to be preloaded: the n-th allocation of one kind of process fails.
 *
 *	NO_MEMORY=engine:37 NO_MEMORY_SEEN=file LD_PRELOAD=no_memory.so wfctl
 *...
 *
 * The kinds are `command` (a front end), `engine` and `warden`, told apart by
 * their arguments; `engine:37+` fails the 37th and all that follow.  The
 * first that fails makes the file, so that a test knows when it has come to
 * the end.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The C library's own, under the names it keeps for this. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *p, size_t size);

static unsigned long count, at;
static bool armed, for_good;

static const char *
kind_of(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[0], "stepkeeper") == 0)
		return "warden";
	if (argc == 4 && strcmp(argv[1], "--engine") == 0)
		return "engine";
	return strstr(argv[0], "wfctl") ? "command" : "other";
}

__attribute__((constructor)) static void
arm(int argc, char **argv, char **envp)
{
	const char *what = getenv("NO_MEMORY");
	const char *colon = what ? strchr(what, ':') : NULL;
	const char *kind = kind_of(argc, argv);
	size_t n = strlen(kind);
	char *end;

	(void)envp;
	if (!colon || (size_t)(colon - what) != n || strncmp(what, kind, n))
		return;
	at = strtoul(colon + 1, &end, 10);
	for_good = *end == '+';
	armed = true;
}

static void
tell(void)
{
	const char *path = getenv("NO_MEMORY_SEEN");
	int fd = path ? open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600) : -1;

	if (fd >= 0)
		close(fd);
}

static bool
fails(void)
{
	unsigned long n;

	if (!armed)
		return false;
	n = __atomic_add_fetch(&count, 1, __ATOMIC_RELAXED);
	if (n < at || (n > at && !for_good))
		return false;
	if (n == at)
		tell();
	errno = ENOMEM;
	return true;
}

void *
malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

void *
calloc(size_t n, size_t size)
{
	return fails() ? NULL : __libc_calloc(n, size);
}

void *
realloc(void *p, size_t size)
{
	return fails() ? NULL : __libc_realloc(p, size);
}
