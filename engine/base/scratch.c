/* Making, filling and emptying files without names.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "fs.h"
#include "mem.h"
#include "str.h"

static enum wf_code
cannot(struct wf_err *err, const char *verb, int error)
{
	ERR(err, WF_USAGE, "a temporary file cannot be %s: %s", verb,
	    strerror(error));
	wf_err_hint(err, "set TMPDIR to a directory with free space");
	return WF_USAGE;
}

FILE *
scratch_open(struct wf_err *err)
{
	const char *tmp = getenv("TMPDIR");
	char *path = fs_join(tmp && *tmp ? tmp : "/tmp", "wfctl-XXXXXX");
	int fd = mkostemp(path, O_CLOEXEC);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w+");

	if (!file)
		cannot(err, "made", errno);
	if (!file && fd >= 0)
		close(fd);
	if (fd >= 0)
		unlink(path);
	free(path);
	return file;
}

static void
copy(FILE *from, FILE *to)
{
	char bytes[65536];
	size_t n;

	while ((n = fread(bytes, 1, sizeof(bytes), from)) > 0 && !ferror(to))
		fwrite(bytes, 1, n, to);
}

enum wf_code
scratch_pour(FILE *scratch, FILE *out, struct wf_err *err)
{
	errno = ENOSPC; /* of a write that failed before */
	if (ferror(scratch) || fflush(scratch))
		return cannot(err, "written", errno);
	rewind(scratch);
	copy(scratch, out);
	return ferror(scratch) ? cannot(err, "read", EIO) : WF_OK;
}

/* What came through a pipe, so that it can be read again. */
static FILE *
keep(FILE *given, struct wf_err *err)
{
	FILE *kept = scratch_open(err);

	if (!kept)
		return NULL;
	copy(given, kept);
	if (!ferror(given) && !ferror(kept) && fflush(kept) == 0)
		return kept;
	cannot(err, ferror(given) ? "filled" : "written", errno);
	fclose(kept);
	return NULL;
}

FILE *
scratch_read(const char *path, struct wf_err *err)
{
	int fd = fs_open(path, err);
	FILE *given = fd < 0 ? NULL : fdopen(fd, "r"), *kept;

	/* Standard input may stand in the middle of its file. */
	if (!given || (!str_eq(path, "-") && fseeko(given, 0, SEEK_CUR) == 0))
		return given;
	kept = keep(given, err);
	fclose(given);
	return kept;
}
