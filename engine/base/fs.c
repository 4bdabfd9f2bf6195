/* Reading, replacing and naming files.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "fs.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static enum wf_code
cannot(struct wf_err *err, const char *verb, const char *path, int error)
{
	if (!*path)
		ERR(err, WF_USAGE, "cannot %s a file without a name", verb);
	else
		ERR(err, WF_USAGE, "cannot %s: %s", verb, strerror(error));
	wf_err_place(err, path, 0, 0);
	wf_err_hint(err, error == ENOENT   ? "check the path"
			 : error == ENOSPC ? "free some disk space"
					   : "check the path and its "
					     "permissions");
	return WF_USAGE;
}

static enum wf_code
read_fd(int fd, const char *path, size_t max, struct strbuf *out,
	struct wf_err *err)
{
	size_t start = out->n;

	for (;;) {
		ssize_t n;

		strbuf_grow(out, 65536);
		n = read(fd, out->at + out->n, 65536);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return cannot(err, "read", path, errno);
		out->n += (size_t)n;
		out->at[out->n] = '\0';
		if (!n)
			return WF_OK;
		if (out->n - start > max) {
			ERR(err, WF_USAGE, "the file is larger than %zu bytes",
			    max);
			wf_err_place(err, path, 0, 0);
			wf_err_hint(err, "split it");
			return WF_USAGE;
		}
	}
}

bool
fs_is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) != 0 || S_ISREG(st.st_mode);
}

int
fs_open(const char *path, struct wf_err *err)
{
	bool given = str_eq(path, "-");
	int fd = given ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
		       : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct stat st;

	if (fd < 0) {
		cannot(err, "open", given ? "<stdin>" : path, errno);
	} else if (!given && fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		close(fd);
		fd = -1;
		ERR(err, WF_USAGE, "this is a directory, not a file");
		wf_err_place(err, path, 0, 0);
		wf_err_hint(err, "name a file in it");
	}
	return fd;
}

enum wf_code
fs_read(const char *path, size_t max, struct strbuf *out, struct wf_err *err)
{
	int fd = fs_open(path, err);
	enum wf_code code = WF_USAGE;

	if (fd < 0)
		return code;
	code = read_fd(fd, str_eq(path, "-") ? "<stdin>" : path, max, out, err);
	close(fd);
	return code;
}

bool
fs_write_all(int fd, const void *bytes, size_t n)
{
	const char *p = bytes;

	while (n) {
		ssize_t k = write(fd, p, n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return false;
		p += k;
		n -= (size_t)k;
	}
	return true;
}

static void
sync_with(const char *dir, int (*sync_fd)(int fd))
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return;
	sync_fd(fd);
	close(fd);
}

void
fs_sync_directory(const char *dir)
{
	sync_with(dir, fsync);
}

void
fs_sync_disk(const char *dir)
{
	sync_with(dir, syncfs);
}

int
fs_put_in_place(int fd, const char *temp, const char *path, int error)
{
	char *dir;

	if (!error && fsync(fd) < 0)
		error = errno;
	if (fd >= 0 && close(fd) < 0 && !error)
		error = errno;
	if (!error && rename(temp, path) < 0)
		error = errno;
	if (error && fd >= 0)
		unlink(temp);
	if (error)
		return error;
	dir = fs_dirname(path);
	fs_sync_directory(dir);
	free(dir);
	return 0;
}

char *
fs_replaced(const char *path)
{
	struct stat st;
	char *real = NULL;

	if (stat(path, &st) == 0) {
		if (!S_ISREG(st.st_mode))
			return NULL;
		real = realpath(path, NULL);
	}
	return real ? real : mem_strdup(path);
}

static int
write_into(const char *path, const void *bytes, size_t n)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	int error = fd >= 0 && fs_write_all(fd, bytes, n) ? 0 : errno;

	if (fd >= 0 && close(fd) < 0 && !error)
		error = errno;
	return error;
}

static int
replace(const char *path, const void *bytes, size_t n, unsigned mode)
{
	char *temp = mem_printf("%s.tmp.%ld", path, (long)getpid());
	int fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	int error = 0;

	if (fd < 0 || !fs_write_all(fd, bytes, n))
		error = errno;
	error = fs_put_in_place(fd, temp, path, error);
	free(temp);
	return error;
}

enum wf_code
fs_write(const char *path, const void *bytes, size_t n, unsigned mode,
	 struct wf_err *err)
{
	char *real = fs_replaced(path);
	int error = real ? replace(real, bytes, n, mode)
			 : write_into(path, bytes, n);

	free(real);
	return error ? cannot(err, "write", path, error) : WF_OK;
}

enum wf_code
fs_mkdirs(const char *path, struct wf_err *err)
{
	char *copy = mem_strdup(path);
	int error = 0;

	for (char *p = copy + 1; !error; p++) {
		char c = *p;

		if (c && c != '/')
			continue;
		*p = '\0';
		if (mkdir(copy, 0700) < 0 && errno != EEXIST &&
		    !(errno == EROFS && access(copy, F_OK) == 0))
			error = errno;
		*p = c;
		if (!c)
			break;
	}
	free(copy);
	return error ? cannot(err, "create the directory", path, error) : WF_OK;
}

char *
fs_dirname(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return mem_strdup(".");
	return slash == path ? mem_strdup("/")
			     : mem_strndup(path, (size_t)(slash - path));
}

char *
fs_join(const char *dir, const char *path)
{
	if (path[0] == '/' || str_eq(dir, "."))
		return mem_strdup(path);
	return mem_printf("%s/%s", dir, path);
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path) && errno != ENOENT ? errno : 0;
}

enum wf_code
fs_remove_tree(const char *dir, struct wf_err *err)
{
	int failure = nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);

	if (failure == -1)
		failure = errno;
	if (!failure || failure == ENOENT)
		return WF_OK;
	return ERR(err, WF_USAGE, "cannot remove %s: %s", dir,
		   strerror(failure));
}

bool
fs_in_path(const char *name)
{
	const char *path = getenv("PATH");

	for (; path && *path; path += strspn(path, ":")) {
		size_t n = strcspn(path, ":");
		char *file = mem_printf("%.*s/%s", (int)n, path, name);
		bool there = access(file, X_OK) == 0;

		free(file);
		if (there)
			return true;
		path += n;
	}
	return false;
}
