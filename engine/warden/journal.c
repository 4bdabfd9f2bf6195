/* Records of the journal: encoding, checks, appending without surprises.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../base/clock.h"
#include "../base/crash.h"
#include "../base/mem.h"

#define MAGIC     0x4a53 /* "SJ" */
#define RESERVE_1 4096
#define RESERVE_N 65536

/* --- encoding: little-endian, checksum over all but itself -------------- */

static void
put(unsigned char *at, uint64_t value, size_t n)
{
	for (size_t i = 0; i < n; i++)
		at[i] = (unsigned char)(value >> 8 * i);
}

static uint64_t
get(const unsigned char *at, size_t n)
{
	uint64_t value = 0;

	for (size_t i = 0; i < n; i++)
		value |= (uint64_t)at[i] << 8 * i;
	return value;
}

/* CRC-32C, eight bytes at a time: a run of 100,000 steps leaves 12 MiB to be
 * checked before it can be resumed. */
static uint32_t crc_tables[8][256];

static void
crc_prepare(void)
{
	for (uint32_t i = 0; i < 256; i++) {
		uint32_t crc = i;

		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78 : 0);
		crc_tables[0][i] = crc;
	}
	for (int t = 1; t < 8; t++)
		for (uint32_t i = 0; i < 256; i++) {
			uint32_t crc = crc_tables[t - 1][i];

			crc_tables[t][i] = crc >> 8 ^ crc_tables[0][crc & 255];
		}
}

static uint32_t
crc32c(uint32_t crc, const unsigned char *bytes, size_t n)
{
	if (!crc_tables[0][1])
		crc_prepare();
	crc = ~crc;
	for (; n >= 8; bytes += 8, n -= 8) {
		uint64_t x = get(bytes, 8) ^ crc;

		crc = 0;
		for (int t = 0; t < 8; t++)
			crc ^= crc_tables[7 - t][x >> 8 * t & 255];
	}
	for (; n; bytes++, n--)
		crc = crc_tables[0][(crc ^ *bytes) & 255] ^ crc >> 8;
	return ~crc;
}

static uint32_t
checksum(const unsigned char bytes[JOURNAL_RECORD])
{
	return crc32c(crc32c(0, bytes, 4), bytes + 8, JOURNAL_RECORD - 8);
}

void
journal_encode(const struct journal_record *r,
	       unsigned char bytes[JOURNAL_RECORD])
{
	memset(bytes, 0, JOURNAL_RECORD);
	put(bytes, MAGIC, 2);
	bytes[2] = (unsigned char)r->kind;
	bytes[3] = JOURNAL_RECORD;
	put(bytes + 8, r->attempt, 8);
	put(bytes + 16, (uint32_t)r->pid, 4);
	put(bytes + 24, (uint64_t)r->boot, 8);
	switch (r->kind) {
	case JOURNAL_OPENED:
	case JOURNAL_BEGUN:
		put(bytes + 32, r->start_time, 8);
		memcpy(bytes + 40, r->boot_id, 16);
		break;
	case JOURNAL_FAILED:
		put(bytes + 32, (uint32_t)r->error, 4);
		put(bytes + 36, (uint32_t)r->call, 4);
		break;
	case JOURNAL_ENDED:
		put(bytes + 20, (uint16_t)r->status, 2);
		bytes[22] = (unsigned char)r->kill;
		put(bytes + 32, (uint64_t)r->wall, 8);
		put(bytes + 40, (uint64_t)r->user_us, 8);
		put(bytes + 48, (uint64_t)r->system_us, 8);
		put(bytes + 56, (uint64_t)r->max_rss, 8);
		break;
	}
	put(bytes + 4, checksum(bytes), 4);
}

bool
journal_decode(const unsigned char bytes[JOURNAL_RECORD],
	       struct journal_record *r)
{
	*r = (struct journal_record){.kind = (enum journal_kind)bytes[2]};
	if (get(bytes, 2) != MAGIC || bytes[3] != JOURNAL_RECORD ||
	    get(bytes + 4, 4) != checksum(bytes))
		return false;
	r->attempt = get(bytes + 8, 8);
	r->pid = (int32_t)get(bytes + 16, 4);
	r->boot = (int64_t)get(bytes + 24, 8);
	switch (r->kind) {
	case JOURNAL_OPENED:
	case JOURNAL_BEGUN:
		r->start_time = get(bytes + 32, 8);
		memcpy(r->boot_id, bytes + 40, 16);
		return true;
	case JOURNAL_FAILED:
		r->error = (int)get(bytes + 32, 4);
		r->call = (int)get(bytes + 36, 4);
		return true;
	case JOURNAL_ENDED:
		r->status = (int)get(bytes + 20, 2);
		r->kill = bytes[22];
		r->wall = (int64_t)get(bytes + 32, 8);
		r->user_us = (int64_t)get(bytes + 40, 8);
		r->system_us = (int64_t)get(bytes + 48, 8);
		r->max_rss = (int64_t)get(bytes + 56, 8);
		return true;
	}
	return false;
}

/* --- reading ------------------------------------------------------------ */

struct walk {
	size_t at;       /* bytes seen */
	size_t good_end; /* after the last good record */
	int64_t first_bad;
	bool this_boot; /* of the last record that says */
	bool any;       /* a byte that is not zero */
	const unsigned char *boot_id;
	void (*fn)(void *arg, const struct journal_record *r, uint64_t at);
	void *arg;
};

static void
note(struct walk *w, const struct journal_record *r)
{
	w->good_end = w->at + JOURNAL_RECORD;
	if (r->kind == JOURNAL_OPENED || r->kind == JOURNAL_BEGUN)
		w->this_boot = memcmp(r->boot_id, w->boot_id, 16) == 0;
}

static bool
all_zero(const unsigned char *bytes, size_t n)
{
	while (n && !bytes[n - 1])
		n--;
	return n == 0;
}

/* Whole records; what is left of the last one is for the next piece. */
static void
walk_on(struct walk *w, const unsigned char *bytes, size_t n)
{
	for (size_t i = 0; i + JOURNAL_RECORD <= n;
	     i += JOURNAL_RECORD, w->at += JOURNAL_RECORD) {
		struct journal_record r;

		if (journal_decode(bytes + i, &r)) {
			note(w, &r);
			w->fn(w->arg, &r, w->at);
			continue;
		}
		w->any |= !all_zero(bytes + i, JOURNAL_RECORD);
		if (w->first_bad < 0)
			w->first_bad = (int64_t)w->at;
	}
}

/* Where the journal ends. */
static size_t
walk_end(const struct walk *w, int64_t *damage)
{
	*damage = w->first_bad;
	if (w->first_bad < (int64_t)w->good_end)
		return w->at;
	/* Bad at the end only.  Zeros alone: made, never written to. */
	if (w->good_end ? w->this_boot : w->any)
		return w->at;
	*damage = -1;
	return w->good_end;
}

size_t
journal_walk(const unsigned char *bytes, size_t n,
	     const unsigned char boot_id[16],
	     void (*fn)(void *arg, const struct journal_record *r, uint64_t at),
	     void *arg, int64_t *damage)
{
	struct walk w = {
		.first_bad = -1, .boot_id = boot_id, .fn = fn, .arg = arg};

	walk_on(&w, bytes, n);
	return walk_end(&w, damage);
}

/* As many bytes as there are, up to n; -1 on an error. */
static ssize_t
read_piece(int fd, unsigned char *bytes, size_t n, off_t at)
{
	size_t got = 0;

	while (got < n) {
		ssize_t k = pread(fd, bytes + got, n - got, at + (off_t)got);

		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return -1;
		if (k == 0)
			break;
		got += (size_t)k;
	}
	return (ssize_t)got;
}

bool
journal_load(struct journal *j, const unsigned char boot_id[16],
	     void (*fn)(void *arg, const struct journal_record *r, uint64_t at),
	     void *arg, int64_t *damage)
{
	static unsigned char bytes[1024 * JOURNAL_RECORD];
	struct walk w = {
		.first_bad = -1, .boot_id = boot_id, .fn = fn, .arg = arg};
	struct stat st;
	ssize_t n;

	if (fstat(j->fd, &st) < 0)
		return false;
	do {
		n = read_piece(j->fd, bytes, sizeof(bytes), (off_t)w.at);
		if (n < 0)
			return false;
		walk_on(&w, bytes, (size_t)n);
	} while (n == sizeof(bytes));
	j->size = walk_end(&w, damage);
	return j->size == (uint64_t)st.st_size ||
	       ftruncate(j->fd, (off_t)j->size) == 0;
}

bool
journal_read_at(const struct journal *j, uint64_t at, struct journal_record *r)
{
	unsigned char bytes[JOURNAL_RECORD];

	return pread(j->fd, bytes, sizeof(bytes), (off_t)at) ==
		       (ssize_t)sizeof(bytes) &&
	       journal_decode(bytes, r);
}

/* --- writing ------------------------------------------------------------ */

bool
journal_open(struct journal *j, int dirfd)
{
	*j = (struct journal){.fd = openat(dirfd, JOURNAL_NAME,
					   O_RDWR | O_APPEND | O_CREAT |
						   O_CLOEXEC | O_NOFOLLOW |
						   O_NOCTTY,
					   0600)};
	return j->fd >= 0;
}

/* Two locks.  The first belongs to the open file, which children share until
 * they exec: the barrier.  The second belongs to the process alone, and tells
 * a living warden from what it left. */
bool
journal_lock(const struct journal *j)
{
	struct flock mine = {.l_type = F_WRLCK};
	int done;

	do
		done = flock(j->fd, LOCK_EX | LOCK_NB);
	while (done < 0 && errno == EINTR);
	if (done == 0)
		fcntl(j->fd, F_SETLK, &mine);
	return done == 0;
}

int
journal_holder(const struct journal *j)
{
	struct flock other = {.l_type = F_WRLCK};

	if (fcntl(j->fd, F_GETLK, &other) < 0 || other.l_type == F_UNLCK)
		return 0;
	return other.l_pid;
}

bool
journal_reserve(struct journal *j, size_t n)
{
	uint64_t need = j->size + n * JOURNAL_RECORD, room;

	if (j->cannot_reserve || need <= j->reserved)
		return true;
	room = j->size < RESERVE_1   ? RESERVE_1
	       : j->size > RESERVE_N ? RESERVE_N
				     : j->size;
	if (need < j->size + room)
		need = j->size + room;
	need = (need + RESERVE_1 - 1) / RESERVE_1 * RESERVE_1;
	if (fallocate(j->fd, FALLOC_FL_KEEP_SIZE, (off_t)j->size,
		      (off_t)(need - j->size)) < 0) {
		if (errno != EOPNOTSUPP && errno != ENOSYS)
			return false;
		j->cannot_reserve = true;
		return true;
	}
	j->reserved = need;
	return true;
}

bool
journal_append(struct journal *j, const struct journal_record *r)
{
	unsigned char bytes[JOURNAL_RECORD];
	ssize_t n;
	int error;

	journal_encode(r, bytes);
	CRASH_POINT("journal-before");
#ifdef WF_CRASH_POINTS
	if (getenv("WFCTL_TORN")) {
		n = write(j->fd, bytes, 29);
		CRASH_POINT("journal-torn");
		if (n > 0 && ftruncate(j->fd, (off_t)j->size) < 0)
			return false;
	}
#endif
	do
		n = write(j->fd, bytes, sizeof(bytes));
	while (n < 0 && errno == EINTR);
	CRASH_POINT("journal-after");
	if (n == (ssize_t)sizeof(bytes)) {
		j->size += sizeof(bytes);
		return true;
	}
	error = n < 0 ? errno : ENOSPC;
	if (n > 0 && ftruncate(j->fd, (off_t)j->size) < 0)
		error = errno;
	errno = error;
	return false;
}

void
journal_close(struct journal *j)
{
	/* Cutting to the same size frees what was set aside behind it. */
	if (j->reserved > j->size && ftruncate(j->fd, (off_t)j->size) < 0)
		j->reserved = j->size;
	close(j->fd);
	j->fd = -1;
}

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

void
journal_boot_id(unsigned char id[16])
{
	size_t n = 0;

	memset(id, 0, 16);
	for (const char *p = clock_boot_id(); *p && n < 32; p++) {
		if (hex(*p) < 0)
			continue;
		id[n / 2] |= (unsigned char)(hex(*p) << (n % 2 ? 0 : 4));
		n++;
	}
}
