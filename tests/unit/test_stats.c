/* Statistics: what is counted, and the screen that shows it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "screens.h"

#include "engine/statistics.h"
static struct wf_stats
stats_of_flow(const char *flow)
{
	struct wf_stats_query query = {.flow = flow};
	struct wf_stats stats;

	assert_int_equal(wf_stats(stage.engine, &query, &stats, NULL), WF_OK);
	return stats;
}

static const struct wf_stat *
stat_of(const struct wf_stats *stats, const char *name)
{
	for (size_t i = 0; i < stats->n; i++)
		if (str_eq(stats->at[i].name, name))
			return &stats->at[i];
	fail_msg("nothing is counted of %s", name);
	return NULL;
}

static void
flows_are_counted_by_how_their_runs_ended(void **state)
{
	struct wf_stats stats = stats_of_flow(NULL);
	const struct wf_stat *etl = stat_of(&stats, "etl-hourly");

	(void)state;
	assert_int_equal(etl->runs, 3);
	assert_int_equal(etl->good, 1);
	assert_int_equal(etl->bad, 2);
	assert_int_equal(etl->counts[RUN_ROLLED_BACK], 1);
	assert_int_equal(wf_stat_quantile(etl, 500), 5 * MINUTE + 2 * SECOND);
	assert_string_equal(etl->longest_run, town.etl->r->row.id);
	assert_string_equal(stats.at[0].name, "backup-db");
	assert_int_equal(stats.whole.runs, 12);
	wf_list_free(&stats.list);
}

static void
steps_tell_what_their_tries_were_worth(void **state)
{
	struct wf_stats stats = stats_of_flow("nightly-release");
	const struct wf_stat *api = stat_of(&stats, "build-api");
	const struct wf_stat *e2e = stat_of(&stats, "e2e-tests");

	(void)state;
	assert_int_equal(api->runs, 1);
	assert_int_equal(api->good, 1);
	assert_int_equal(api->tries, 2);
	assert_int_equal(api->retries, 1);
	assert_int_equal(api->helped, 1);
	assert_int_equal(api->nends, 1);
	assert_string_equal(api->ends[0].what, "exit 137");
	assert_int_equal(api->ntries, 2);
	assert_int_equal(api->at_try[0].good, 0);
	assert_int_equal(api->at_try[1].good, 1);
	/* It waits for its third try: neither good nor bad as yet. */
	assert_int_equal(e2e->tries, 2);
	assert_int_equal(e2e->good + e2e->bad, 0);
	assert_int_equal(e2e->helped, 0);
	wf_list_free(&stats.list);
}

/* each[a], each[b], ... are one step, and the group is not counted again. */
static void
instances_of_a_group_are_one_step(void **state)
{
	struct wf_stats stats = stats_of_flow(town.fan->r->row.flow);

	(void)state;
	for (size_t i = 0; i < stats.n; i++)
		assert_null(strchr(stats.at[i].name, '['));
	wf_list_free(&stats.list);
}

static void
tries_that_never_helped_are_advised_against(void **state)
{
	struct wf_stat_try tries[] = {
		{.n = 10, .good = 4            },
		{.n = 6,  .good = 2            },
		{.n = 4,  .wasted = 40 * SECOND},
	};
	struct wf_stat s = {.at_try = tries, .ntries = 3};
	char *advice = wf_stat_advice(&s);

	(void)state;
	assert_non_null(strstr(advice, "retry.limit: 1"));
	assert_non_null(strstr(advice, "40s"));
	free(advice);
	tries[2].good = 1;
	assert_null(wf_stat_advice(&s));
}

static void
the_screen_leads_to_the_runs_of_a_flow_and_back(void **state)
{
	struct seat s;

	(void)state;
	seat_take(&s, NULL, 80, 24);
	seat_press(&s, "/ e t l Enter S");
	seat_expect(&s, "flow etl-hourly");
	seat_expect(&s, "3 runs");
	seat_expect(&s, "rolled back 1");
	seat_press(&s, "/ r e p Enter");
	seat_expect(&s, ">  report");
	seat_press(&s, "Enter");
	seat_expect(&s, "filter: flow:etl-hourly");
	seat_expect(&s, "3 of 12 runs");
	seat_press(&s, "q g");
	seat_expect(&s, "all flows");
	seat_expect(&s, ">  etl-hourly");
	seat_press(&s, "Home Enter");
	seat_expect(&s, "flow backup-db");
	seat_press(&s, "w w w");
	seat_expect(&s, "last 24 hours");
	seat_leave(&s);
}

/* What is listed goes to the file that the palette names. */
static void
the_palette_writes_the_figures_to_a_file(void **state)
{
	struct strbuf text = STRBUF_INIT;
	struct wf_err err = {0};
	struct seat s;

	(void)state;
	seat_take(&s, town.nightly, 80, 24);
	seat_press(&s, "S / e 2 e Enter :");
	seat_type(&s, "stats csv figures.csv");
	seat_press(&s, "Enter");
	seat_expect(&s, "the figures were written to figures.csv");
	assert_int_equal(fs_read("figures.csv", 4096, &text, &err), WF_OK);
	assert_int_equal(strncmp(text.at, "step,runs,good,bad,", 19), 0);
	assert_non_null(strstr(text.at, "\n\"e2e-tests\",1,"));
	assert_null(strstr(text.at, "build-api"));
	strbuf_release(&text);
	seat_leave(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flows_are_counted_by_how_their_runs_ended),
		cmocka_unit_test(steps_tell_what_their_tries_were_worth),
		cmocka_unit_test(instances_of_a_group_are_one_step),
		cmocka_unit_test(tries_that_never_helped_are_advised_against),
		cmocka_unit_test(
			the_screen_leads_to_the_runs_of_a_flow_and_back),
		cmocka_unit_test(the_palette_writes_the_figures_to_a_file),
	};

	return cmocka_run_group_tests(tests, town_set_up, town_tear_down);
}
