/* Whose process is it?  On made-up process tables, and a few real ones.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "engine/warden/warden_known.h"
#include "engine/warden/warden_tree.h"

/* Numbers no real process has. */
#define WARDEN 5000000
#define MAIN   5000010

static struct tree tree;

static void
add(int pid, int parent, int group, int session, char state)
{
	vec_push(&tree.at, (struct tree_process){.pid = pid,
						 .parent = parent,
						 .group = group,
						 .session = session,
						 .state = state,
						 .start_time = 7});
}

static bool
is_mine(int pid)
{
	return tree_find(&tree, pid)->mine;
}

static int
set_up(void **state)
{
	(void)state;
	tree = (struct tree){0};
	add(1, 0, 1, 1, 'S');
	add(WARDEN, 1, WARDEN, WARDEN, 'S');
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	tree_release(&tree);
	return 0;
}

static struct tree_query
query(void)
{
	return (struct tree_query){
		.warden = WARDEN, .main = MAIN, .start_time = 7};
}

static size_t
mark(void)
{
	struct tree_query q = query();

	return tree_mark(&tree, &q);
}

static void
descendants_are_its_own(void **state)
{
	(void)state;
	add(MAIN, WARDEN, MAIN, MAIN, 'S');
	add(MAIN + 1, MAIN, MAIN, MAIN, 'R');
	add(MAIN + 2, MAIN + 1, MAIN + 2, MAIN + 2, 'D');
	add(MAIN + 3, WARDEN, MAIN + 3, MAIN + 3, 'S');
	assert_int_equal(mark(), 3);
	assert_true(is_mine(MAIN + 2));
	assert_false(is_mine(MAIN + 3));
	assert_false(is_mine(WARDEN));
}

static void
orphans_of_its_session_are_its_own(void **state)
{
	(void)state;
	add(MAIN + 1, WARDEN, MAIN + 1, MAIN, 'S');
	add(MAIN + 2, WARDEN, MAIN, MAIN, 'S');
	assert_int_equal(mark(), 2);
}

static void
the_dead_do_not_count(void **state)
{
	(void)state;
	add(MAIN, WARDEN, MAIN, MAIN, 'Z');
	add(MAIN + 1, MAIN, MAIN, MAIN, 'Z');
	add(MAIN + 2, MAIN, MAIN, MAIN, 'X');
	assert_int_equal(mark(), 0);
}

static void
a_reused_number_is_somebody_elses(void **state)
{
	struct tree_query q = query();

	(void)state;
	add(MAIN, WARDEN, MAIN, MAIN, 'S');
	add(MAIN + 1, MAIN, MAIN, MAIN, 'S');
	q.start_time = 6;
	assert_int_equal(tree_mark(&tree, &q), 0);
}

static void
a_circle_of_parents_ends(void **state)
{
	(void)state;
	add(MAIN + 1, MAIN + 2, 9, 9, 'S');
	add(MAIN + 2, MAIN + 1, 9, 9, 'S');
	assert_int_equal(mark(), 0);
}

/* --- /proc/PID/stat ----------------------------------------------------- */

static void
a_hostile_name_hides_nothing(void **state)
{
	char text[] = "42 (a) S 1 (\n\033) R 7 8 9 0 0 0 0 0 0 0 0 0 0 0 0 0 0 "
		      "0 123 0 5 0\n";
	struct tree_process p;

	(void)state;
	assert_true(tree_parse_stat(text, &p));
	assert_int_equal(p.pid, 42);
	assert_int_equal(p.state, 'R');
	assert_int_equal(p.parent, 7);
	assert_int_equal(p.group, 8);
	assert_int_equal(p.session, 9);
	assert_int_equal(p.start_time, 123);
	assert_int_equal(p.rss, 5 * sysconf(_SC_PAGESIZE));
	assert_string_equal(p.name, "a) S 1 (??");
}

static void
half_a_line_is_none(void **state)
{
	char whole[] = "42 (a) R 7 8 9 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 123 0 5 0";
	struct tree_process p;

	(void)state;
	for (size_t n = 0; n < strlen("42 (a) R 7 8 9 0 0 0 0 0 0 0"); n++) {
		char text[128];

		snprintf(text, sizeof(text), "%.*s", (int)n, whole);
		assert_false(tree_parse_stat(text, &p));
	}
}

static void
we_find_ourselves(void **state)
{
	struct tree_process *self;
	struct tree real = {0};
	int fd;

	(void)state;
	tree_scan(&real);
	self = tree_find(&real, getpid());
	assert_non_null(self);
	assert_int_equal(self->parent, getppid());
	assert_true(self->rss > 0);
	fd = tree_open(self->pid, self->start_time);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(tree_open(self->pid, self->start_time + 1), -1);
	tree_release(&real);
}

/* --- the table of known attempts ---------------------------------------- */

static void
known_attempts_come_and_go(void **state)
{
	enum {
		N = 500
	};
	struct known_table t = {0};
	bool there[N] = {false};
	unsigned seed = 1;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		unsigned i;
		struct known *known;

		seed = seed * 1103515245 + 12345;
		i = (seed >> 16) % N;
		known = known_find(&t, (uint64_t)i << 32);
		assert_int_equal(known != NULL, there[i]);
		if (there[i] && known->begun_at != i)
			fail_msg("the wrong entry");
		if (seed >> 31)
			known_add(&t, (uint64_t)i << 32)->begun_at = i;
		else
			known_remove(&t, (uint64_t)i << 32);
		there[i] = seed >> 31;
	}
	known_release(&t);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(descendants_are_its_own),
		CASE(orphans_of_its_session_are_its_own),
		CASE(the_dead_do_not_count),
		CASE(a_reused_number_is_somebody_elses),
		CASE(a_circle_of_parents_ends),
		cmocka_unit_test(a_hostile_name_hides_nothing),
		cmocka_unit_test(half_a_line_is_none),
		cmocka_unit_test(we_find_ourselves),
		cmocka_unit_test(known_attempts_come_and_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
