/* The graph of a workflow, and values of params.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/model/workflow.h"

/* A workflow whose steps are a, b, c ... with the needs given as "ba" (b
 * needs a), ended by NULL. */
static struct workflow *
graph(uint32_t n, const char *const *edges)
{
	struct workflow *wf = workflow_new();
	static const char *const ids[] = {"a", "b", "c", "d", "e", "f"};

	workflow_reserve(wf, n);
	for (uint32_t i = 0; i < n; i++) {
		struct need *needs = arena_array(&wf->arena, struct need, 8);

		wf->steps[i].id = ids[i];
		wf->steps[i].needs = needs;
		assert_int_equal(workflow_enter(wf, i), i);
		for (const char *const *e = edges; *e; e++)
			if ((uint32_t)((*e)[0] - 'a') == i)
				needs[wf->steps[i].nneeds++] =
					need_of((uint32_t)((*e)[1] - 'a'), 0);
	}
	workflow_link(wf);
	return wf;
}

static void
dependents_are_the_needs_turned_round(void **state)
{
	static const char *const edges[] = {"ba", "ca", "db", "dc", NULL};
	struct workflow *wf = graph(4, edges);

	(void)state;
	assert_int_equal(workflow_dependents(wf, 0).n, 2);
	assert_int_equal(workflow_dependents(wf, 0).at[0], 1);
	assert_int_equal(workflow_dependents(wf, 0).at[1], 2);
	assert_int_equal(workflow_dependents(wf, 1).n, 1);
	assert_int_equal(workflow_dependents(wf, 1).at[0], 3);
	assert_int_equal(workflow_dependents(wf, 3).n, 0);
	assert_int_equal(workflow_step(wf, "c"), 2);
	assert_int_equal(workflow_step(wf, "z"), STEP_NONE);
	workflow_free(wf);
}

static void
needs_reach_through_others(void **state)
{
	static const char *const edges[] = {"ba", "cb", "dc", NULL};
	struct workflow *wf = graph(5, edges);

	(void)state;
	assert_true(workflow_needs(wf, 3, 0));
	assert_false(workflow_needs(wf, 0, 3));
	assert_false(workflow_needs(wf, 4, 0));
	workflow_free(wf);
}

static void
cycles_are_found_whole(void **state)
{
	static const char *const edges[] = {"ba", "cb", "dc", "bd", NULL};
	static const char *const none[] = {"ba", "ca", "cb", NULL};
	uint32_t path[8];
	struct workflow *wf = graph(4, edges);

	(void)state;
	assert_int_equal(workflow_find_cycle(wf, path), 4);
	assert_int_equal(path[0], path[3]);
	workflow_free(wf);
	wf = graph(3, none);
	assert_int_equal(workflow_find_cycle(wf, path), 0);
	workflow_free(wf);
}

static void
a_long_chain_needs_no_stack(void **state)
{
	struct workflow *wf = workflow_new();
	uint32_t n = 100000;
	uint32_t *path = mem_alloc((n + 1) * sizeof(*path));
	struct need *needs = arena_array(&wf->arena, struct need, n);

	(void)state;
	wf->nsteps = n;
	wf->steps = arena_array(&wf->arena, struct step, n);
	for (uint32_t i = 1; i < n; i++) {
		needs[i] = need_of(i - 1, 0);
		wf->steps[i].needs = &needs[i];
		wf->steps[i].nneeds = 1;
	}
	workflow_link(wf);
	assert_int_equal(workflow_find_cycle(wf, path), 0);
	assert_true(workflow_needs(wf, n - 1, 0));
	needs[0] = need_of(n - 1, 0);
	wf->steps[0].needs = &needs[0];
	wf->steps[0].nneeds = 1;
	assert_int_equal(workflow_find_cycle(wf, path), n + 1);
	free(path);
	workflow_free(wf);
}

/* --- params -------------------------------------------------------------- */

static bool
takes(const struct param *p, const char *text)
{
	struct arena a = {0};
	struct value v;
	struct wf_err err = {0};
	bool ok = param_from_text(p, &a, text, &v, &err);

	if (!ok)
		assert_int_not_equal(err.message[0], '\0');
	arena_release(&a);
	return ok;
}

static void
params_keep_their_rules(void **state)
{
	struct param number = {.name = "n",
			       .type = TYPE_INT,
			       .has_min = true,
			       .min = 1,
			       .has_max = true,
			       .max = 10};
	struct param text = {
		.name = "t", .type = TYPE_STRING, .has_max = true, .max = 3};
	struct param yes = {.name = "b", .type = TYPE_BOOL};
	struct param list = {
		.name = "l", .type = TYPE_LIST, .has_min = true, .min = 2};

	(void)state;
	assert_true(takes(&number, "1"));
	assert_true(takes(&number, "10"));
	assert_false(takes(&number, "0"));
	assert_false(takes(&number, "11"));
	assert_false(takes(&number, "1.5"));
	assert_false(takes(&number, ""));
	assert_true(takes(&text, "\xc3\xa4\xc3\xb6\xc3\xbc"));
	assert_false(takes(&text, "four"));
	assert_true(takes(&yes, "true"));
	assert_false(takes(&yes, "maybe"));
	assert_true(takes(&list, "a,b"));
	assert_false(takes(&list, "[1]"));
}

static void
params_offer_choices(void **state)
{
	struct value choices[] = {value_string_borrowed("staging"),
				  value_string_borrowed("prod")};
	struct param p = {.name = "env",
			  .type = TYPE_STRING,
			  .choices = choices,
			  .nchoices = 2};
	struct wf_err err;
	struct arena a = {0};
	struct value v;

	(void)state;
	assert_true(takes(&p, "prod"));
	assert_false(param_from_text(&p, &a, "stagin", &v, &err));
	assert_non_null(strstr(err.message, "one of staging, prod"));
	assert_non_null(strstr(err.hint, "staging"));
	arena_release(&a);
}

static void
names_are_those_of_the_flow_file(void **state)
{
	(void)state;
	assert_string_equal(join_name(JOIN_FAILED), "failed");
	assert_string_equal(failure_action_name(ON_FAILURE_ROLLBACK),
			    "rollback");
	assert_string_equal(hook_name(HOOK_EXIT), "exit");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dependents_are_the_needs_turned_round),
		cmocka_unit_test(needs_reach_through_others),
		cmocka_unit_test(cycles_are_found_whole),
		cmocka_unit_test(a_long_chain_needs_no_stack),
		cmocka_unit_test(params_keep_their_rules),
		cmocka_unit_test(params_offer_choices),
		cmocka_unit_test(names_are_those_of_the_flow_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
