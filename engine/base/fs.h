/* Files and directories, with errors a person can act on.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_FS_H
#define WF_FS_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"
#include "str.h"

/* Not a folder, a pipe, a device: what is there, if anything is, has an end
 * and is there at once. */
bool fs_is_file(const char *path);
/* A descriptor for reading the file; `path` "-" is standard input.  -1: a
 * directory, a missing or unreadable file; `err` names it (WF_USAGE). */
int fs_open(const char *path, struct wf_err *err) MUST_CHECK;

/* Append the whole file to `out`.  `path` "-" is standard input.  A
 * directory, a missing or unreadable file, or one over `max` bytes is
 * WF_USAGE with a message naming it. */
enum wf_code fs_read(const char *path, size_t max, struct strbuf *out,
		     struct wf_err *err) MUST_CHECK;

/* Replace the file: temporary file beside it, fsync, rename, fsync of the
 * directory.  Either the old or the new content is there, never half.  A link
 * stays, what it leads to is replaced; a device or a pipe is written to. */
enum wf_code fs_write(const char *path, const void *bytes, size_t n,
		      unsigned mode, struct wf_err *err) MUST_CHECK;

/* The name under which `path` is replaced: where its links lead.  NULL when a
 * device, a pipe or a directory is there, which must stay what it is.  Caller
 * frees. */
char *fs_replaced(const char *path);

/* The end of such a replacement: what was written to `fd`, the new file
 * `temp`, becomes `path` and survives a loss of power.  `error`: what went
 * wrong before (errno, or 0); then, as after a failure here, `temp` is
 * removed.  Closes `fd` (-1: there is none).  0, or what went wrong. */
int fs_put_in_place(int fd, const char *temp, const char *path,
		    int error) MUST_CHECK;

/* Create the directory and its parents (new ones with mode 0700). */
enum wf_code fs_mkdirs(const char *path, struct wf_err *err) MUST_CHECK;

/* Remove a directory with all in it; symbolic links are removed, never
 * followed.  None there is well. */
enum wf_code fs_remove_tree(const char *dir, struct wf_err *err) MUST_CHECK;

/* The directory part of `path` ("." when it has none); caller frees. */
char *fs_dirname(const char *path);
/* Whether some folder of $PATH holds such a program. */
bool fs_in_path(const char *name);
/* Make names made or changed in a directory survive a loss of power, where
 * that can be asked for. */
void fs_sync_directory(const char *dir);
/* The same for all that was written to the disk it lies on: one wait for many
 * files. */
void fs_sync_disk(const char *dir);
/* `path` itself when absolute, else `dir`/`path`; caller frees. */
char *fs_join(const char *dir, const char *path);

/* write(2) until all is written; false with errno set. */
bool fs_write_all(int fd, const void *bytes, size_t n);

#endif
