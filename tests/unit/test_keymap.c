/* Keys: names read back, nothing bound twice, hints that fit.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/base/err.h"
#include "engine/base/text.h"
#include "tui/keymap.h"

static const enum context run_log[] = {CONTEXT_LOG, CONTEXT_RUN, CONTEXT_ACTS,
				       CONTEXT_ANY, CONTEXT_NONE};
static const enum context runs[] = {CONTEXT_RUNS, CONTEXT_ACTS, CONTEXT_ANY,
				    CONTEXT_NONE};

static void
key_names_read_back(void **state)
{
	static const char *const names[] = {
		"j",     "^D",    "Enter",    "Esc", "Tab",
		"Up",    "PgDn",  "F1",       "F12", "?",
		"Space", "S-Tab", "\xc3\xa9", "^A",  "Backspace"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		assert_string_equal(key_text(key_from_name(names[i])),
				    names[i]);
	assert_int_equal(key_from_name("Ctrl+d"), 4);
	assert_int_equal(key_from_name("^d"), 4);
}

static void
what_is_no_key_is_refused(void **state)
{
	static const char *const bad[] = {"",     "jj",    "F0",
					  "F13",  "Ctrl+", "\x9b",
					  "\033", "Hyper", "\xe2\x80\xae"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(key_from_name(bad[i]), 0);
}

static void
no_key_is_bound_twice_in_a_context(void **state)
{
	struct keymap map;

	(void)state;
	keymap_init(&map);
	for (enum action a = 1; a < NACTIONS; a++) {
		const enum context only[] = {actions[a].context, CONTEXT_NONE};

		assert_true(map.keys[a][0] != 0);
		for (size_t i = 0; i < 4 && map.keys[a][i]; i++)
			assert_int_equal(
				keymap_find(&map, only, map.keys[a][i]), a);
		assert_true(*actions[a].help);
		assert_true(*actions[a].label);
		assert_int_equal(action_from_name(actions[a].name), a);
	}
}

static void
inner_contexts_hide_outer_ones(void **state)
{
	struct keymap map;

	(void)state;
	keymap_init(&map);
	assert_int_equal(keymap_find(&map, run_log, 'l'), ACTION_SCROLL_RIGHT);
	assert_int_equal(keymap_find(&map, runs, 'l'), ACTION_LOG);
	assert_int_equal(keymap_find(&map, runs, 's'), ACTION_SORT);
	assert_int_equal(keymap_find(&map, run_log, 'q'), ACTION_QUIT);
	assert_int_equal(keymap_find(&map, runs, 'f'), ACTION_NONE);
	assert_string_equal(keymap_key(&map, runs, ACTION_SKIP), "");
}

static void
keys_can_be_rebound_but_not_doubled(void **state)
{
	struct keymap map;

	(void)state;
	keymap_init(&map);
	assert_true(keymap_bind(&map, "retry", "T F5"));
	assert_int_equal(keymap_find(&map, runs, 'T'), ACTION_RETRY);
	assert_int_equal(keymap_find(&map, runs, 'r'), ACTION_NONE);
	assert_true(keymap_bind(&map, "retry", ""));
	assert_int_equal(keymap_find(&map, runs, 'T'), ACTION_NONE);
	assert_false(keymap_bind(&map, "retry", "b"));
	assert_false(keymap_bind(&map, "no-such", "b"));
	assert_false(keymap_bind(&map, "retry", "Hyper"));
	assert_int_equal(keymap_find(&map, runs, 'b'), ACTION_ROLLBACK);
}

static void
hints_fit_every_width_and_keep_the_last_two(void **state)
{
	static const enum action list[] = {
		ACTION_OPEN, ACTION_RETRY,   ACTION_ROLLBACK, ACTION_APPROVE,
		ACTION_FIND, ACTION_PALETTE, ACTION_QUIT,     ACTION_HELP};
	struct keymap map;

	(void)state;
	keymap_init(&map);
	for (int width = 0; width < 120; width++) {
		struct strbuf out = STRBUF_INIT;

		keymap_hints(&map, runs, list, ARRAY_SIZE(list), width, &out);
		assert_true(text_width_str(out.at) <= width);
		if (width >= 14)
			assert_true(str_ends(out.at, "q quit  ? help"));
		strbuf_release(&out);
	}
}

static void
keys_of_one_label_are_one_hint(void **state)
{
	static const enum context time[] = {CONTEXT_TIME, CONTEXT_PAN,
					    CONTEXT_ANY, CONTEXT_NONE};
	static const enum action list[] = {ACTION_PAN_LEFT, ACTION_PAN_RIGHT,
					   ACTION_ZOOM_IN,  ACTION_ZOOM_OUT,
					   ACTION_QUIT,     ACTION_HELP};
	struct strbuf out = STRBUF_INIT;
	struct keymap map;

	(void)state;
	keymap_init(&map);
	keymap_hints(&map, time, list, ARRAY_SIZE(list), 80, &out);
	assert_string_equal(out.at, "h/l pan  +/- zoom  q quit  ? help");
	strbuf_release(&out);
}

static void
every_help_fits_the_page_of_help(void **state)
{
	(void)state;
	for (int i = 1; i < NACTIONS; i++)
		assert_true(strlen(actions[i].help) <= 62);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(key_names_read_back),
		cmocka_unit_test(what_is_no_key_is_refused),
		cmocka_unit_test(no_key_is_bound_twice_in_a_context),
		cmocka_unit_test(every_help_fits_the_page_of_help),
		cmocka_unit_test(inner_contexts_hide_outer_ones),
		cmocka_unit_test(keys_can_be_rebound_but_not_doubled),
		cmocka_unit_test(hints_fit_every_width_and_keep_the_last_two),
		cmocka_unit_test(keys_of_one_label_are_one_hint),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
