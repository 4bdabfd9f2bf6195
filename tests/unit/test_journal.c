/* The journal: what is read is what was written, and damage is seen.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/warden/journal.h"

#define N 5

static const unsigned char this_boot[16] = "this boot id ...";
static const unsigned char other_boot[16] = "other boot id ..";

/* A small journal: opened, two begun, one failed, one ended. */
static unsigned char bytes[N * JOURNAL_RECORD];

static struct journal_record
record(int i)
{
	struct journal_record r = {.kind = JOURNAL_OPENED,
				   .pid = 100 + i,
				   .boot = 1000 + i,
				   .attempt = (uint64_t)i << 40};

	memcpy(r.boot_id, this_boot, 16);
	if (i == 1 || i == 2) {
		r.kind = JOURNAL_BEGUN;
		r.start_time = 987654321;
	} else if (i == 3) {
		r.kind = JOURNAL_FAILED;
		r.error = 2;
		r.call = 10;
	} else if (i == 4) {
		r.kind = JOURNAL_ENDED;
		r.status = 0x8b;
		r.kill = 6;
		r.wall = 1700000000000;
		r.user_us = 1234567890123;
		r.system_us = 77;
		r.max_rss = INT64_C(1) << 40;
	}
	if (r.kind == JOURNAL_FAILED || r.kind == JOURNAL_ENDED)
		memset(r.boot_id, 0, 16);
	return r;
}

static int
set_up(void **state)
{
	(void)state;
	for (int i = 0; i < N; i++) {
		struct journal_record r = record(i);

		journal_encode(&r, bytes + i * JOURNAL_RECORD);
	}
	return 0;
}

static void
count_record(void *arg, const struct journal_record *r, uint64_t at)
{
	int i = (int)(at / JOURNAL_RECORD);
	struct journal_record wanted = record(i);

	assert_int_equal(at % JOURNAL_RECORD, 0);
	assert_memory_equal(r, &wanted, sizeof(wanted));
	++*(int *)arg;
}

static size_t
walk(size_t n, const unsigned char *boot, int *seen, int64_t *damage)
{
	*seen = 0;
	return journal_walk(bytes, n, boot, count_record, seen, damage);
}

static void
records_come_back_as_they_were(void **state)
{
	int64_t damage;
	int seen;

	(void)state;
	assert_int_equal(walk(sizeof(bytes), this_boot, &seen, &damage),
			 sizeof(bytes));
	assert_int_equal(seen, N);
	assert_int_equal(damage, -1);
}

static void
the_format_is_fixed(void **state)
{
	static const unsigned char wanted[] = {0x53, 0x4a, 2, 64};

	(void)state;
	assert_memory_equal(bytes + JOURNAL_RECORD, wanted, 4);
	assert_int_equal(bytes[JOURNAL_RECORD + 16], 101);
}

static void
a_cut_at_any_length_keeps_the_whole_records(void **state)
{
	(void)state;
	for (size_t n = 0; n <= sizeof(bytes); n++) {
		int64_t damage;
		int seen;
		size_t whole = n - n % JOURNAL_RECORD;

		assert_int_equal(walk(n, this_boot, &seen, &damage), whole);
		assert_int_equal(seen, whole / JOURNAL_RECORD);
		assert_int_equal(damage, -1);
	}
}

static void
a_flip_of_any_bit_is_damage(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bytes) * 8; i++) {
		int64_t damage;
		int seen;

		bytes[i / 8] ^= (unsigned char)(1 << i % 8);
		walk(sizeof(bytes), this_boot, &seen, &damage);
		assert_int_equal(seen, N - 1);
		assert_int_equal(damage,
				 i / 8 / JOURNAL_RECORD * JOURNAL_RECORD);
		bytes[i / 8] ^= (unsigned char)(1 << i % 8);
	}
}

static void
a_bad_end_of_an_earlier_boot_is_a_power_loss(void **state)
{
	int64_t damage;
	int seen;

	(void)state;
	memset(bytes + 3 * JOURNAL_RECORD, 0, 2 * JOURNAL_RECORD);
	assert_int_equal(walk(sizeof(bytes), other_boot, &seen, &damage),
			 3 * JOURNAL_RECORD);
	assert_int_equal(damage, -1);
	walk(sizeof(bytes), this_boot, &seen, &damage);
	assert_int_equal(damage, 3 * JOURNAL_RECORD);
}

static void
a_bad_middle_is_damage_in_every_boot(void **state)
{
	int64_t damage;
	int seen;

	(void)state;
	bytes[2 * JOURNAL_RECORD + 9] ^= 1;
	walk(sizeof(bytes), other_boot, &seen, &damage);
	assert_int_equal(damage, 2 * JOURNAL_RECORD);
	assert_int_equal(seen, N - 1);
}

static void
a_file_of_zeros_was_never_written_to(void **state)
{
	int64_t damage;
	int seen;

	(void)state;
	memset(bytes, 0, sizeof(bytes));
	assert_int_equal(walk(sizeof(bytes), this_boot, &seen, &damage), 0);
	assert_int_equal(damage, -1);
	bytes[7] = 1;
	walk(sizeof(bytes), this_boot, &seen, &damage);
	assert_int_equal(damage, 0);
}

/* --- files -------------------------------------------------------------- */

static char dir[32];
static int dirfd_;

static int
set_up_dir(void **state)
{
	snprintf(dir, sizeof(dir), "/tmp/journal-XXXXXX");
	assert_non_null(mkdtemp(dir));
	dirfd_ = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return set_up(state);
}

static int
tear_down_dir(void **state)
{
	(void)state;
	unlinkat(dirfd_, JOURNAL_NAME, 0);
	close(dirfd_);
	return rmdir(dir);
}

static int64_t
load(struct journal *j)
{
	int64_t damage;
	int seen = 0;

	assert_true(journal_open(j, dirfd_));
	assert_true(journal_load(j, this_boot, count_record, &seen, &damage));
	assert_int_equal(damage, -1);
	return seen;
}

static void
write_all(struct journal *j)
{
	assert_int_equal(load(j), 0);
	for (int i = 0; i < N; i++) {
		struct journal_record r = record(i);

		assert_true(journal_reserve(j, 2));
		assert_true(journal_append(j, &r));
	}
}

static void
what_was_appended_is_loaded(void **state)
{
	struct journal_record r, wanted = record(3);
	struct journal j;

	(void)state;
	write_all(&j);
	assert_true(journal_read_at(&j, 3 * JOURNAL_RECORD, &r));
	assert_memory_equal(&r, &wanted, sizeof(r));
	journal_close(&j);
	assert_int_equal(load(&j), N);
	assert_int_equal(j.size, sizeof(bytes));
	journal_close(&j);
}

static void
a_torn_end_is_cut_off_when_loaded(void **state)
{
	struct journal_record r = record(N - 1);
	struct journal j;

	(void)state;
	write_all(&j);
	assert_int_equal(ftruncate(j.fd, sizeof(bytes) - 1), 0);
	close(j.fd);
	assert_int_equal(load(&j), N - 1);
	assert_true(journal_append(&j, &r));
	journal_close(&j);
	assert_int_equal(load(&j), N);
	journal_close(&j);
}

static void
reserved_room_is_given_back(void **state)
{
	struct journal j;
	struct stat st;

	(void)state;
	write_all(&j);
	assert_true(journal_reserve(&j, 10000));
	if (!j.cannot_reserve) {
		assert_int_equal(fstat(j.fd, &st), 0);
		assert_int_equal(st.st_size, sizeof(bytes));
		assert_true((int64_t)st.st_blocks * 512 >=
			    10000 * JOURNAL_RECORD);
	}
	journal_close(&j);
	assert_int_equal(fstatat(dirfd_, JOURNAL_NAME, &st, 0), 0);
	assert_int_equal(st.st_size, sizeof(bytes));
	assert_true((int64_t)st.st_blocks * 512 <= 8192);
}

static void
two_cannot_lock_it(void **state)
{
	struct journal one, two;

	(void)state;
	assert_true(journal_open(&one, dirfd_));
	assert_true(journal_open(&two, dirfd_));
	assert_true(journal_lock(&one));
	assert_false(journal_lock(&two));
	journal_close(&one);
	assert_true(journal_lock(&two));
	journal_close(&two);
}

static void
an_unborn_child_keeps_the_lock(void **state)
{
	struct journal one, two;
	int ends[2];
	pid_t child;

	(void)state;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_true(journal_open(&one, dirfd_));
	assert_true(journal_lock(&one));
	child = fork();
	if (child == 0) {
		char c;

		close(ends[1]);
		_exit(read(ends[0], &c, 1) == 0 ? 0 : 1);
	}
	journal_close(&one);
	assert_true(journal_open(&two, dirfd_));
	assert_false(journal_lock(&two));
	assert_int_equal(journal_holder(&two), 0);
	close(ends[1]);
	waitpid(child, NULL, 0);
	assert_true(journal_lock(&two));
	journal_close(&two);
	close(ends[0]);
}

static void
a_living_holder_is_named(void **state)
{
	struct journal j;
	int ends[2], back[2];
	pid_t child;
	char c;

	(void)state;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_int_equal(pipe2(back, O_CLOEXEC), 0);
	child = fork();
	if (child == 0) {
		close(ends[1]);
		if (!journal_open(&j, dirfd_) || !journal_lock(&j) ||
		    write(back[1], "x", 1) != 1)
			_exit(1);
		_exit(read(ends[0], &c, 1) == 0 ? 0 : 1);
	}
	close(ends[0]);
	close(back[1]);
	assert_int_equal(read(back[0], &c, 1), 1);
	assert_true(journal_open(&j, dirfd_));
	assert_false(journal_lock(&j));
	assert_int_equal(journal_holder(&j), child);
	close(ends[1]);
	waitpid(child, NULL, 0);
	assert_true(journal_lock(&j));
	journal_close(&j);
	close(back[0]);
}

#define PURE(fn) cmocka_unit_test_setup(fn, set_up)
#define IN_FILE(fn)                                                            \
	cmocka_unit_test_setup_teardown(fn, set_up_dir, tear_down_dir)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		PURE(records_come_back_as_they_were),
		PURE(the_format_is_fixed),
		PURE(a_cut_at_any_length_keeps_the_whole_records),
		PURE(a_flip_of_any_bit_is_damage),
		PURE(a_bad_end_of_an_earlier_boot_is_a_power_loss),
		PURE(a_bad_middle_is_damage_in_every_boot),
		PURE(a_file_of_zeros_was_never_written_to),
		IN_FILE(what_was_appended_is_loaded),
		IN_FILE(a_torn_end_is_cut_off_when_loaded),
		IN_FILE(reserved_room_is_given_back),
		IN_FILE(two_cannot_lock_it),
		IN_FILE(an_unborn_child_keeps_the_lock),
		IN_FILE(a_living_holder_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
