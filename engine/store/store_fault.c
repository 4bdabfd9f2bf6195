/* The failing disk: SQLite's file calls passed on, counted, and remembered
 * until they are synced.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "store_fault.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "../base/fs.h"
#include "../base/vec.h"

#define SECTOR 512

/* A write that is not synced; without bytes: the file is cut to `at`. */
struct pending {
	char *bytes;
	size_t n, at;
};

/* What is known of one file, by its path. */
struct image {
	char *path;
	struct strbuf synced;
	VEC(struct pending) pending;
};

struct fault_file {
	sqlite3_file base;
	struct image *image;
	sqlite3_file *real;
};

static struct {
	sqlite3_vfs vfs, *real;
	struct fault armed;
	bool is_armed;
	uint64_t count;
	int error; /* errno to be told */
	VEC(struct image *) images;
} shim;

/* --- what would be left
 * -------------------------------------------------------- */

static void
forget_pending(struct image *image)
{
	vec_each (&image->pending, struct pending, p)
		free(p->bytes);
	image->pending.n = 0;
}

static void
overlay(struct strbuf *to, size_t at, const char *bytes, size_t n)
{
	if (at + n > to->n) {
		size_t gap = at + n - to->n;

		strbuf_grow(to, gap);
		memset(to->at + to->n, 0, gap);
		to->n = at + n;
		to->at[to->n] = '\0';
	}
	memcpy(to->at + at, bytes, n);
}

static void
cut(struct strbuf *b, size_t n)
{
	if (n < b->n) {
		b->n = n;
		b->at[n] = '\0';
	}
}

static void
settle(struct image *image)
{
	vec_each (&image->pending, struct pending, p) {
		if (p->bytes)
			overlay(&image->synced, p->at, p->bytes, p->n);
		else
			cut(&image->synced, p->at);
	}
	forget_pending(image);
}

static struct image *
image_of(const char *path)
{
	struct image *image;

	vec_each (&shim.images, struct image *, at)
		if (str_eq((*at)->path, path))
			return *at;
	image = mem_alloc(sizeof(*image));
	image->path = mem_strdup(path);
	image->synced = (struct strbuf)STRBUF_INIT;
	if (fs_read(path, SIZE_MAX / 2, &image->synced, NULL))
		strbuf_clear(&image->synced);
	vec_push(&shim.images, image);
	return image;
}

void
fault_forget(void)
{
	vec_each (&shim.images, struct image *, at) {
		forget_pending(*at);
		vec_release(&(*at)->pending);
		strbuf_release(&(*at)->synced);
		free((*at)->path);
		free(*at);
	}
	vec_release(&shim.images);
}

static bool
chance(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed >> 40 & 1;
}

/* Sectors reach the disk in any order, each whole or not at all. */
static void
keep_some(struct strbuf *b, const struct pending *p, uint64_t *seed)
{
	size_t at = p->at, end = p->at + p->n;

	if (!p->bytes) {
		if (chance(seed))
			cut(b, p->at);
		return;
	}
	while (at < end) {
		size_t next = (at / SECTOR + 1) * SECTOR;
		size_t n = (next < end ? next : end) - at;

		if (chance(seed))
			overlay(b, at, p->bytes + (at - p->at), n);
		at += n;
	}
}

bool
fault_power_cut(const char *from, const char *to, uint64_t seed)
{
	bool good = true;

	vec_each (&shim.images, struct image *, at) {
		struct image *image = *at;
		const char *name = strrchr(image->path, '/');
		char *path = mem_printf("%s%s", to, name);
		struct strbuf left = STRBUF_INIT;

		if (!str_starts(image->path, from)) {
			free(path);
			continue;
		}
		strbuf_add(&left, image->synced.at, image->synced.n);
		vec_each (&image->pending, struct pending, p)
			if (seed)
				keep_some(&left, p, &seed);
		good &= !fs_write(path, left.at, left.n, 0600, NULL);
		strbuf_release(&left);
		free(path);
	}
	return good;
}

/* --- failing
 * ------------------------------------------------------------------- */

void
fault_arm(const struct fault *f)
{
	shim.is_armed = f != NULL;
	shim.armed = f ? *f : (struct fault){0};
	shim.count = 0;
	shim.error = 0;
}

uint64_t
fault_count(void)
{
	return shim.count;
}

static bool
strikes(bool sync)
{
	if (!shim.is_armed || sync != (shim.armed.kind == FAULT_FSYNC))
		return false;
	shim.count++;
	if (shim.count != shim.armed.at &&
	    !(shim.armed.sticky && shim.count > shim.armed.at))
		return false;
	shim.error = shim.armed.kind == FAULT_FULL ? ENOSPC : EIO;
	return true;
}

static sqlite3_file *
real_of(sqlite3_file *f)
{
	return ((struct fault_file *)(void *)f)->real;
}

static int
put(sqlite3_file *f, const void *bytes, int n, sqlite3_int64 at)
{
	struct image *image = ((struct fault_file *)(void *)f)->image;
	int rc = real_of(f)->pMethods->xWrite(real_of(f), bytes, n, at);
	struct pending p = {mem_strndup(bytes, (size_t)n), (size_t)n,
			    (size_t)at};

	if (rc || !image)
		free(p.bytes);
	else
		vec_push(&image->pending, p);
	return rc;
}

static int
on_write(sqlite3_file *f, const void *bytes, int n, sqlite3_int64 at)
{
	if (!strikes(false))
		return put(f, bytes, n, at);
	if (shim.armed.kind == FAULT_TORN)
		put(f, bytes, n / 2, at);
	return shim.armed.kind == FAULT_FULL ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}

static int
on_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	struct image *image = ((struct fault_file *)(void *)f)->image;
	int rc = real_of(f)->pMethods->xTruncate(real_of(f), size);

	if (!rc && image)
		vec_push(&image->pending,
			 (struct pending){NULL, 0, (size_t)size});
	return rc;
}

static int
on_sync(sqlite3_file *f, int flags)
{
	struct image *image = ((struct fault_file *)(void *)f)->image;
	int rc;

	if (strikes(true))
		return SQLITE_IOERR_FSYNC;
	rc = real_of(f)->pMethods->xSync(real_of(f), flags);
	if (!rc && image)
		settle(image);
	return rc;
}

/* --- passed on
 * ----------------------------------------------------------------- */

static int
on_close(sqlite3_file *f)
{
	return real_of(f)->pMethods->xClose(real_of(f));
}

static int
on_read(sqlite3_file *f, void *bytes, int n, sqlite3_int64 at)
{
	return real_of(f)->pMethods->xRead(real_of(f), bytes, n, at);
}

static int
on_size(sqlite3_file *f, sqlite3_int64 *size)
{
	return real_of(f)->pMethods->xFileSize(real_of(f), size);
}

static int
on_lock(sqlite3_file *f, int level)
{
	return real_of(f)->pMethods->xLock(real_of(f), level);
}

static int
on_unlock(sqlite3_file *f, int level)
{
	return real_of(f)->pMethods->xUnlock(real_of(f), level);
}

static int
on_reserved(sqlite3_file *f, int *out)
{
	return real_of(f)->pMethods->xCheckReservedLock(real_of(f), out);
}

static int
on_control(sqlite3_file *f, int op, void *arg)
{
	return real_of(f)->pMethods->xFileControl(real_of(f), op, arg);
}

static int
on_sector(sqlite3_file *f)
{
	return real_of(f)->pMethods->xSectorSize(real_of(f));
}

static int
on_traits(sqlite3_file *f)
{
	return real_of(f)->pMethods->xDeviceCharacteristics(real_of(f));
}

static int
on_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **out)
{
	return real_of(f)->pMethods->xShmMap(real_of(f), page, size, extend,
					     out);
}

static int
on_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
	return real_of(f)->pMethods->xShmLock(real_of(f), offset, n, flags);
}

static void
on_shm_barrier(sqlite3_file *f)
{
	real_of(f)->pMethods->xShmBarrier(real_of(f));
}

static int
on_shm_unmap(sqlite3_file *f, int remove)
{
	return real_of(f)->pMethods->xShmUnmap(real_of(f), remove);
}

static const sqlite3_io_methods methods = {
	.iVersion = 2,
	.xClose = on_close,
	.xRead = on_read,
	.xWrite = on_write,
	.xTruncate = on_truncate,
	.xSync = on_sync,
	.xFileSize = on_size,
	.xLock = on_lock,
	.xUnlock = on_unlock,
	.xCheckReservedLock = on_reserved,
	.xFileControl = on_control,
	.xSectorSize = on_sector,
	.xDeviceCharacteristics = on_traits,
	.xShmMap = on_shm_map,
	.xShmLock = on_shm_lock,
	.xShmBarrier = on_shm_barrier,
	.xShmUnmap = on_shm_unmap,
};

static int
on_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags,
	int *out)
{
	struct fault_file *f = (struct fault_file *)(void *)file;
	int rc;

	(void)vfs;
	*f = (struct fault_file){.real = (sqlite3_file *)(void *)(f + 1)};
	rc = shim.real->xOpen(shim.real, path, f->real, flags, out);
	if (rc)
		return rc;
	if (path && flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL |
			     SQLITE_OPEN_MAIN_JOURNAL))
		f->image = image_of(path);
	f->base.pMethods = &methods;
	return rc;
}

static int
on_delete(sqlite3_vfs *vfs, const char *path, int sync)
{
	(void)vfs;
	for (size_t i = 0; i < shim.images.n; i++)
		if (str_eq(shim.images.at[i]->path, path)) {
			forget_pending(shim.images.at[i]);
			strbuf_clear(&shim.images.at[i]->synced);
		}
	return shim.real->xDelete(shim.real, path, sync);
}

static int
on_last_error(sqlite3_vfs *vfs, int n, char *text)
{
	(void)vfs;
	if (shim.error)
		return shim.error;
	return shim.real->xGetLastError(shim.real, n, text);
}

void
fault_install(void)
{
	if (shim.real)
		return;
	shim.real = sqlite3_vfs_find(NULL);
	shim.vfs = *shim.real;
	shim.vfs.pNext = NULL;
	shim.vfs.zName = "fault";
	shim.vfs.szOsFile += (int)sizeof(struct fault_file);
	shim.vfs.xOpen = on_open;
	shim.vfs.xDelete = on_delete;
	shim.vfs.xGetLastError = on_last_error;
	sqlite3_vfs_register(&shim.vfs, 1);
}
