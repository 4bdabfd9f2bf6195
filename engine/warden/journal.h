/* The journal of a run: what began and what ended, in that order.
 *
 * An append-only file of records of 64 bytes, each with its checksum.  64
 * divides a page, so a process killed inside write(2) never leaves part of
 * a record; what does (a torn disk write, half a file copied) is seen.
 *
 *	OPENED   a warden took the journal over
 *	BEGUN    written by the attempt itself, between vfork and exec
 *	FAILED   ... whose exec then failed: it never ran
 *	ENDED    written by the warden before it reaps the process
 *
 * The absence of BEGUN proves "never started", within one boot, because the
 * write precedes exec in one process, and because whoever reads the journal
 * holds its lock, which an unborn child still shares.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_JOURNAL_H
#define WF_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JOURNAL_RECORD 64
#define JOURNAL_NAME   "journal"

enum journal_kind {
	JOURNAL_OPENED = 1,
	JOURNAL_BEGUN,
	JOURNAL_FAILED,
	JOURNAL_ENDED,
};

struct journal_record {
	enum journal_kind kind;
	uint64_t attempt;
	int32_t pid;
	int64_t boot;              /* CLOCK_BOOTTIME, ms */
	uint64_t start_time;       /* BEGUN: field 22 of /proc/PID/stat */
	unsigned char boot_id[16]; /* OPENED, BEGUN */
	int status, kill;          /* ENDED: wait status, enum warden_kill */
	int64_t wall;              /* ENDED: wall clock, ms */
	int64_t user_us, system_us, max_rss; /* ENDED */
	int error, call; /* FAILED: errno, enum spawn_call */
};

void journal_encode(const struct journal_record *r,
		    unsigned char bytes[JOURNAL_RECORD]);
bool journal_decode(const unsigned char bytes[JOURNAL_RECORD],
		    struct journal_record *r);

/* Walk over the bytes of a journal.  Good records go to `fn` with their
 * place; returns how many bytes are to be kept.  A part of a record at the
 * end is torn: not kept.  So are bad records at the end if the last good one
 * is of another boot than `boot_id` (a power loss can do that).  Any other
 * bad record is damage: the first one's place goes to `*damage`, which is -1
 * when there is none; all good records are still told. */
size_t
journal_walk(const unsigned char *bytes, size_t n,
	     const unsigned char boot_id[16],
	     void (*fn)(void *arg, const struct journal_record *r, uint64_t at),
	     void *arg, int64_t *damage);

struct journal {
	int fd;
	uint64_t size;     /* where the next record goes */
	uint64_t reserved; /* the disk has room up to here */
	bool cannot_reserve;
};

/* Open (or create) the journal in the directory, without a lock. */
bool journal_open(struct journal *j, int dirfd);
/* Take the lock, without waiting; false with EWOULDBLOCK when a warden or
 * its unborn child has it. */
bool journal_lock(const struct journal *j);
/* Who has the lock: the pid of a living warden, or 0 when it is gone and
 * only a child of it still shares the lock (or it just took it). */
int journal_holder(const struct journal *j);
/* Walk over what is there and cut off a torn end. */
bool
journal_load(struct journal *j, const unsigned char boot_id[16],
	     void (*fn)(void *arg, const struct journal_record *r, uint64_t at),
	     void *arg, int64_t *damage);
/* Set disk room aside for `n` more records, so that a full disk cannot hit
 * an ending; false with errno. */
bool journal_reserve(struct journal *j, size_t n);
/* One write(2) and nothing else: may be called between vfork and exec.
 * False with errno; then nothing was added. */
bool journal_append(struct journal *j, const struct journal_record *r);
bool
journal_read_at(const struct journal *j, uint64_t at, struct journal_record *r);
/* Give unused room back and close. */
void journal_close(struct journal *j);

/* The kernel's boot id as 16 bytes, zeros when there is none. */
void journal_boot_id(unsigned char id[16]);

#endif
