/* The event loop: order inside a turn, timers on a clock turned by hand.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "engine/base/clock.h"
#include "engine/base/err.h"
#include "engine/loop/loop.h"

static int64_t now;

static int64_t
fake_now(void)
{
	return now;
}

static const struct clock fake = {fake_now, fake_now};

/* What happened, one letter each. */
static char story[256];
static struct loop *loop;
static int ends[2];

static void
tell(const char *word)
{
	strncat(story, word, sizeof(story) - strlen(story) - 1);
}

static void *
word(const char *text)
{
	return (void *)(uintptr_t)text;
}

static void
tell_timer(void *arg)
{
	tell(arg);
}

static void
tell_fd(void *arg, uint32_t events)
{
	char c;

	(void)arg;
	assert_true(events & EPOLLIN);
	assert_int_equal(read(ends[0], &c, 1), 1);
	tell((char[]){c, '\0'});
}

static void
tell_signal(void *arg, int signo)
{
	(void)arg;
	tell(signo == SIGUSR1 ? "1" : "2");
}

static int
set_up(void **state)
{
	(void)state;
	now = 1000;
	story[0] = '\0';
	clock_use(&fake);
	loop = loop_new();
	return pipe2(ends, O_CLOEXEC | O_NONBLOCK);
}

static int
tear_down(void **state)
{
	(void)state;
	loop_free(loop);
	clock_use(NULL);
	close(ends[0]);
	close(ends[1]);
	return 0;
}

static void
timers_fire_by_due_time_then_by_order(void **state)
{
	(void)state;
	loop_timer_at(loop, 1300, tell_timer, word("c"));
	loop_timer_at(loop, 1200, tell_timer, word("a"));
	loop_timer_at(loop, 1200, tell_timer, word("b"));
	loop_turn(loop, 0);
	assert_string_equal(story, "");
	now = 1299;
	loop_turn(loop, 0);
	assert_string_equal(story, "ab");
	now = 1300;
	loop_turn(loop, 0);
	assert_string_equal(story, "abc");
}

static void
many_timers_stay_sorted_under_cancelling(void **state)
{
	struct loop_timer *timers[1000];
	char words[1000][16], wanted[256] = "";
	unsigned seed = 7;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		snprintf(words[i], sizeof(words[i]), "%d ", i);
		seed = seed * 1103515245 + 12345;
		timers[i] = loop_timer_at(loop, 2000 + (seed >> 16) % 500,
					  tell_timer, words[i]);
	}
	for (int i = 0; i < 1000; i++) {
		if (i % 50)
			loop_timer_cancel(loop, timers[i]);
	}
	/* The rest again, in due order, to compare with. */
	seed = 7;
	int64_t due[1000];

	for (int i = 0; i < 1000; i++) {
		seed = seed * 1103515245 + 12345;
		due[i] = 2000 + (seed >> 16) % 500;
	}
	for (int64_t t = 2000; t < 2500; t++) {
		for (int i = 0; i < 1000; i += 50) {
			size_t n = strlen(wanted);

			if (due[i] == t)
				snprintf(wanted + n, sizeof(wanted) - n, "%s",
					 words[i]);
		}
	}
	now = 2500;
	loop_turn(loop, 0);
	assert_string_equal(story, wanted);
}

static void
add_early_timer(void *arg)
{
	loop_timer_at(loop, 0, add_early_timer, arg);
	tell(arg);
}

static void
a_timer_added_by_a_timer_waits_for_the_next_turn(void **state)
{
	(void)state;
	loop_timer_at(loop, 900, add_early_timer, word("x"));
	loop_turn(loop, -1);
	assert_string_equal(story, "x");
	loop_turn(loop, -1);
	assert_string_equal(story, "xx");
}

static struct loop_timer *victim;

static void
cancel_victim(void *arg)
{
	(void)arg;
	tell("k");
	loop_timer_cancel(loop, victim);
}

static void
a_due_timer_can_be_cancelled_by_an_earlier_one(void **state)
{
	(void)state;
	loop_timer_at(loop, 900, cancel_victim, NULL);
	victim = loop_timer_at(loop, 950, tell_timer, word("never"));
	loop_turn(loop, 0);
	assert_string_equal(story, "k");
}

static void
the_order_is_signals_descriptors_timers_deferred_end(void **state)
{
	(void)state;
	loop_on_turn_end(loop, tell_timer, word("E"));
	loop_timer_at(loop, 500, tell_timer, word("T"));
	loop_fd(loop, ends[0], EPOLLIN, tell_fd, NULL);
	loop_signal(loop, SIGUSR1, tell_signal, NULL);
	assert_int_equal(write(ends[1], "F", 1), 1);
	raise(SIGUSR1);
	loop_defer(loop, tell_timer, word("D"));
	loop_turn(loop, 0);
	assert_string_equal(story, "1FTDE");
}

static void
defer_more(void *arg)
{
	tell("d");
	loop_defer(loop, tell_timer, arg);
}

static void
a_deferred_call_may_defer_within_the_turn(void **state)
{
	(void)state;
	loop_on_turn_end(loop, tell_timer, word("E"));
	loop_defer(loop, defer_more, word("m"));
	loop_turn(loop, -1);
	assert_string_equal(story, "dmE");
	loop_turn(loop, 0);
	assert_string_equal(story, "dmEE");
}

static void
two_signals_are_told_apart(void **state)
{
	(void)state;
	loop_signal(loop, SIGUSR1, tell_signal, NULL);
	loop_signal(loop, SIGUSR2, tell_signal, NULL);
	raise(SIGUSR2);
	loop_turn(loop, -1);
	raise(SIGUSR1);
	loop_turn(loop, -1);
	assert_string_equal(story, "21");
}

static int other[2];

static void
remove_other(void *arg, uint32_t events)
{
	(void)events;
	tell("r");
	loop_fd_remove(loop, *(int *)arg);
}

static void
a_descriptor_removed_in_the_same_turn_is_not_called(void **state)
{
	(void)state;
	assert_int_equal(pipe2(other, O_CLOEXEC | O_NONBLOCK), 0);
	/* Each removes the other: exactly one runs. */
	loop_fd(loop, ends[0], EPOLLIN, remove_other, &other[0]);
	loop_fd(loop, other[0], EPOLLIN, remove_other, &ends[0]);
	assert_int_equal(write(ends[1], "x", 1), 1);
	assert_int_equal(write(other[1], "x", 1), 1);
	loop_turn(loop, 0);
	assert_string_equal(story, "r");
	close(other[0]);
	close(other[1]);
}

static void
a_watcher_can_be_replaced(void **state)
{
	(void)state;
	loop_fd(loop, ends[0], EPOLLIN, remove_other, &ends[0]);
	loop_fd(loop, ends[0], EPOLLIN, tell_fd, NULL);
	assert_int_equal(write(ends[1], "F", 1), 1);
	loop_turn(loop, -1);
	assert_string_equal(story, "F");
}

static void
count_reads(void *arg, uint32_t events)
{
	char c;

	assert_true(events & EPOLLIN);
	if (read(*(int *)arg, &c, 1) != 1) {
		tell("end");
		loop_fd_remove(loop, *(int *)arg);
		return;
	}
	tell((char[]){c, '\0'});
}

static void
a_regular_file_is_always_ready(void **state)
{
	char path[] = "/tmp/loop-XXXXXX";
	int fd = mkstemp(path);

	(void)state;
	unlink(path);
	assert_int_equal(pwrite(fd, "ab", 2, 0), 2);
	loop_fd(loop, fd, EPOLLIN, count_reads, &fd);
	for (int i = 0; i < 3; i++)
		loop_turn(loop, -1);
	assert_string_equal(story, "abend");
	close(fd);
}

static void
stop_from_timer(void *arg)
{
	(void)arg;
	loop_stop(loop);
}

static void
a_stopped_loop_says_so_and_stays_stopped(void **state)
{
	(void)state;
	loop_timer_at(loop, 900, stop_from_timer, NULL);
	assert_false(loop_turn(loop, -1));
	assert_false(loop_turn(loop, -1));
}

static void
a_real_long_wait_ends_at_a_descriptor(void **state)
{
	(void)state;
	clock_use(NULL);
	loop_timer_at(loop, clock_boot() + 3600000, tell_timer, word("never"));
	loop_fd(loop, ends[0], EPOLLIN, tell_fd, NULL);
	assert_int_equal(write(ends[1], "F", 1), 1);
	loop_turn(loop, -1);
	assert_string_equal(story, "F");
}

static void
a_real_timer_fires_not_before_its_time(void **state)
{
	int64_t due;

	(void)state;
	clock_use(NULL);
	due = clock_boot() + 20;
	loop_timer_at(loop, due, tell_timer, word("t"));
	while (!story[0])
		loop_turn(loop, -1);
	assert_true(clock_boot() >= due);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(timers_fire_by_due_time_then_by_order),
		CASE(many_timers_stay_sorted_under_cancelling),
		CASE(a_timer_added_by_a_timer_waits_for_the_next_turn),
		CASE(a_due_timer_can_be_cancelled_by_an_earlier_one),
		CASE(the_order_is_signals_descriptors_timers_deferred_end),
		CASE(a_deferred_call_may_defer_within_the_turn),
		CASE(two_signals_are_told_apart),
		CASE(a_descriptor_removed_in_the_same_turn_is_not_called),
		CASE(a_watcher_can_be_replaced),
		CASE(a_regular_file_is_always_ready),
		CASE(a_stopped_loop_says_so_and_stays_stopped),
		CASE(a_real_long_wait_ends_at_a_descriptor),
		CASE(a_real_timer_fires_not_before_its_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
