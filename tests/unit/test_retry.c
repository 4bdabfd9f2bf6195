/* When the next try is due, and by which rule.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/model/retry.h"

static const struct retry_policy plain = {
	.limit = 2, .delay = 1000, .max_delay = DURATION_NONE, .factor = 2};

static struct retry_ending
ended(enum cause cause, int code, const char *log)
{
	return (struct retry_ending){cause, code, log, log ? strlen(log) : 0};
}

static void
delays_grow_as_the_backoff_says(void **state)
{
	struct retry_policy p = plain;

	(void)state;
	assert_int_equal(retry_delay(&p, 3), 1000);
	p.backoff = BACKOFF_LINEAR;
	assert_int_equal(retry_delay(&p, 3), 3000);
	p.backoff = BACKOFF_EXPONENTIAL;
	assert_int_equal(retry_delay(&p, 1), 1000);
	assert_int_equal(retry_delay(&p, 3), 4000);
	p.factor = 1.5;
	assert_int_equal(retry_delay(&p, 3), 2250);
	p.max_delay = 2000;
	assert_int_equal(retry_delay(&p, 3), 2000);
}

static void
no_delay_overflows(void **state)
{
	struct retry_policy p = plain;

	(void)state;
	p.backoff = BACKOFF_EXPONENTIAL;
	p.factor = 1000;
	assert_true(retry_delay(&p, 1000000) > 0);
	p.factor = 1;
	assert_int_equal(retry_delay(&p, 1000000), 1000);
	p.delay = 0;
	p.factor = 2;
	assert_int_equal(retry_delay(&p, 1000000), 0);
}

static void
jitter_spreads_both_ways(void **state)
{
	struct retry_policy p = plain;
	struct retry_ending e = ended(CAUSE_EXIT, 1, NULL);

	(void)state;
	p.jitter = 0.2;
	assert_int_equal(retry_decide(&p, 1, &e, 0).delay, 800);
	assert_int_equal(retry_decide(&p, 1, &e, 0.5).delay, 1000);
	assert_in_range(retry_decide(&p, 1, &e, 0.999).delay, 1190, 1200);
}

static void
limit_counts_extra_tries(void **state)
{
	struct retry_ending e = ended(CAUSE_EXIT, 1, NULL);

	(void)state;
	assert_true(retry_decide(&plain, 1, &e, 0.5).again);
	assert_true(retry_decide(&plain, 2, &e, 0.5).again);
	assert_false(retry_decide(&plain, 3, &e, 0.5).again);
	assert_false(retry_decide(NULL, 1, &e, 0.5).again);
}

static void
only_and_except_choose(void **state)
{
	struct arena a = {0};
	const char *why;
	struct retry_rule only[] = {
		{.kind = RETRY_CODES,    .first = 64, .last = 78, .text = "64-78"   },
		{ .kind = RETRY_CAUSE,
		 .cause = CAUSE_TIMEOUT,
		 .text = "timeout"                            },
		{					     .kind = RETRY_REGEX,
		 .regex = regex_compile(&a,                    "busy",                              &why),
		 .text = "/busy/"},
	};
	struct retry_rule except[] = {
		{.kind = RETRY_CODES, .first = 70, .last = 70, .text = "70"}
        };
	struct retry_policy p = plain;
	struct retry_ending e = ended(CAUSE_EXIT, 75, NULL);

	(void)state;
	p.only = only;
	p.nonly = 3;
	p.except = except;
	p.nexcept = 1;
	assert_true(retry_needs_log(&p));
	assert_false(retry_needs_log(&plain));
	assert_true(retry_decide(&p, 1, &e, 0.5).again);
	assert_non_null(strstr(retry_decide(&p, 1, &e, 0.5).rule, "64-78"));
	e = ended(CAUSE_EXIT, 70, NULL);
	assert_false(retry_decide(&p, 1, &e, 0.5).again);
	e = ended(CAUSE_EXIT, 1, NULL);
	assert_false(retry_decide(&p, 1, &e, 0.5).again);
	e = ended(CAUSE_EXIT, 1, "the server is busy now");
	assert_true(retry_decide(&p, 1, &e, 0.5).again);
	e = ended(CAUSE_TIMEOUT, -1, NULL);
	assert_true(retry_decide(&p, 1, &e, 0.5).again);
	e = ended(CAUSE_SIGNAL, -1, NULL);
	assert_false(retry_decide(&p, 1, &e, 0.5).again);
	arena_release(&a);
}

static void
what_a_person_decided_is_not_repeated(void **state)
{
	struct retry_ending e = ended(CAUSE_CANCELLED, -1, NULL);

	(void)state;
	assert_false(retry_decide(&plain, 1, &e, 0.5).again);
	e = ended(CAUSE_REJECTED, -1, NULL);
	assert_false(retry_decide(&plain, 1, &e, 0.5).again);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(delays_grow_as_the_backoff_says),
		cmocka_unit_test(no_delay_overflows),
		cmocka_unit_test(jitter_spreads_both_ways),
		cmocka_unit_test(limit_counts_extra_tries),
		cmocka_unit_test(only_and_except_choose),
		cmocka_unit_test(what_a_person_decided_is_not_repeated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
