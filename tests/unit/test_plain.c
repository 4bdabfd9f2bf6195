/* The plain printer on a clock of our own: what it says when nothing happens.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/progress.h"
#include "engine/base/clock.h"

#define BEGAN INT64_C(1763721062000) /* 2025-11-21T10:31:02Z */

static int64_t now = BEGAN;

static int64_t
wall(void)
{
	return now;
}

static int64_t
boot(void)
{
	return now - BEGAN + 1;
}

static const struct clock ours = {wall, boot};

struct printer {
	struct progress p;
	struct wf_step_info steps[2];
	struct wf_attempt_info attempts[2];
	char log[32];
	int out, stdout_was;
};

/* Two steps run since the beginning; the log of the first was written 41
 * seconds before it is asked. */
static void
begin(struct printer *pr)
{
	*pr = (struct printer){.log = "/tmp/wfctl-plain-XXXXXX"};
	close(mkstemp(pr->log));
	assert_int_equal(truncate(pr->log, 5), 0);
	for (int i = 0; i < 2; i++) {
		pr->attempts[i] = (struct wf_attempt_info){.started = BEGAN};
		pr->steps[i] = (struct wf_step_info){
			.path = i ? "unit-tests" : "e2e-tests",
			.state = STEP_RUNNING,
			.attempts = &pr->attempts[i],
			.nattempts = 1};
	}
	pr->attempts[0].log = pr->log;
	pr->p = (struct progress){
		.ops = &progress_plain,
		.detail = {.run = {.id = "7f3a0000",
				   .flow = "nightly",
				   .created = BEGAN},
			   .steps = pr->steps,
			   .nsteps = 1}
        };
	now = BEGAN;
	clock_use(&ours);
	fflush(stdout);
	pr->stdout_was = dup(STDOUT_FILENO);
	pr->out = memfd_create("out", 0);
	dup2(pr->out, STDOUT_FILENO);
	pr->p.ops->begin(&pr->p);
}

static void
pass(struct printer *pr, int64_t ms)
{
	now += ms;
	pr->p.ops->tick_fn(&pr->p);
}

/* All that was printed; the terminal is the test's again. */
static void
end(struct printer *pr, char *text, size_t size)
{
	ssize_t n;

	fflush(stdout);
	dup2(pr->stdout_was, STDOUT_FILENO);
	close(pr->stdout_was);
	n = pread(pr->out, text, size - 1, 0);
	assert_true(n >= 0);
	text[n] = '\0';
	close(pr->out);
	unlink(pr->log);
	pr->p.ops->release(&pr->p);
	clock_use(NULL);
}

static void
log_was_written(const struct printer *pr, int64_t at)
{
	const struct timespec times[2] = {
		{at / 1000, 0},
                {at / 1000, 0}
        };

	assert_int_equal(utimensat(AT_FDCWD, pr->log, times, 0), 0);
}

static void
after_two_minutes_without_a_line_it_says_that_it_lives(void **state)
{
	struct printer pr;
	char text[1000];

	(void)state;
	begin(&pr);
	log_was_written(&pr, BEGAN + 79000);
	pass(&pr, 119000);
	pass(&pr, 1000);
	pass(&pr, 60000);
	end(&pr, text, sizeof(text));
	assert_string_equal(
		text, "2025-11-21T10:31:02Z run 7f3a0000 start flow=nightly "
		      "rev= steps=0\n"
		      "2025-11-21T10:33:02Z run 7f3a0000 alive "
		      "running=e2e-tests silent=41s\n");
}

static void
silences_stand_in_the_order_of_the_steps(void **state)
{
	struct printer pr;
	char text[1000];

	(void)state;
	begin(&pr);
	log_was_written(&pr, BEGAN + 79000);
	pr.p.detail.nsteps = 2;
	pass(&pr, 120000);
	end(&pr, text, sizeof(text));
	assert_non_null(
		strstr(text, "running=e2e-tests,unit-tests silent=41s,2m00s"));
}

static void
a_line_of_a_step_starts_the_two_minutes_anew(void **state)
{
	struct printer pr;
	char text[1000];

	(void)state;
	begin(&pr);
	now += 100000;
	pr.p.ops->line(&pr.p, "e2e-tests", "hello", 5, false);
	pass(&pr, 119000);
	end(&pr, text, sizeof(text));
	assert_non_null(strstr(text, "e2e-tests | hello\n"));
	assert_null(strstr(text, "alive"));
}

static void
what_a_try_wrote_is_no_younger_than_its_end(void **state)
{
	struct printer pr;
	char text[1000];

	(void)state;
	begin(&pr);
	now += 5000;
	pr.p.until = BEGAN + 2000;
	pr.p.ops->line(&pr.p, "e2e-tests", "last words", 10, false);
	pr.p.until = 0;
	pr.p.ops->line(&pr.p, "unit-tests", "hello", 5, false);
	end(&pr, text, sizeof(text));
	assert_non_null(strstr(text,
			       "10:31:04Z e2e-tests | last words\n"
			       "2025-11-21T10:31:07Z unit-tests | hello\n"));
}

/* The decision and the state it leads to are one line. */
static void
a_lost_step_is_told_once(void **state)
{
	const struct wf_event_info events[] = {
		{.kind = EV_LOST,
		 .step = "e2e-tests",
		 .what = "lost",
		 .because = "its end was not seen"               },
		{.kind = EV_STEP_STATE,
		 .step = "e2e-tests",
		 .because = "its end was not seen",
		 .data = "{\"from\":\"running\",\"to\":\"lost\"}"},
		{.kind = EV_LOST,
		 .step = "unit-tests",
		 .what = "run again",
		 .because = "it is idempotent"                   },
	};
	struct printer pr;
	char text[1000];

	(void)state;
	begin(&pr);
	for (size_t i = 0; i < ARRAY_SIZE(events); i++)
		pr.p.ops->event(&pr.p, &events[i]);
	end(&pr, text, sizeof(text));
	assert_string_equal(
		strchr(text, '\n'),
		"\n1970-01-01T00:00:00Z e2e-tests LOST because its end was not"
		" seen\n1970-01-01T00:00:00Z unit-tests lost run again because "
		"it is idempotent\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			after_two_minutes_without_a_line_it_says_that_it_lives),
		cmocka_unit_test(silences_stand_in_the_order_of_the_steps),
		cmocka_unit_test(a_line_of_a_step_starts_the_two_minutes_anew),
		cmocka_unit_test(a_lost_step_is_told_once),
		cmocka_unit_test(what_a_try_wrote_is_no_younger_than_its_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
