/* The configuration file: what it sets, and what it says is wrong.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tui/config.h"
#include "tui/theme.h"

static void
settings_keys_and_colours_are_read(void **state)
{
	static const enum context runs[] = {CONTEXT_RUNS, CONTEXT_ACTS,
					    CONTEXT_ANY, CONTEXT_NONE};
	struct config c;
	struct wf_err err = {0};

	(void)state;
	config_init(&c);
	assert_int_equal(config_read(&c, "config",
				     "# mine\n\n"
				     "ui.fps = 5\n"
				     "  log.ansi=on\r\n"
				     "keys.retry = \"F5 t\"\n"
				     "keys.freeze =\n"
				     "colors.FAIL = 208\n"
				     "colors.UNDO! = default",
				     &err),
			 WF_OK);
	assert_int_equal(c.value[SETTING_FPS], 5);
	assert_true(c.given[SETTING_FPS]);
	assert_int_equal(c.value[SETTING_LOG_ANSI], 1);
	assert_int_equal(c.value[SETTING_ESCDELAY], 25);
	assert_int_equal(keymap_find(&c.keymap, runs, 't'), ACTION_RETRY);
	assert_int_equal(keymap_find(&c.keymap, runs, 'r'), ACTION_NONE);
	assert_int_equal(keymap_find(&c.keymap, runs, 'P'), ACTION_NONE);
	assert_int_equal(c.colors.n, 2);
	assert_int_equal(c.colors.at[0].shown, SHOWN_FAIL);
	assert_int_equal(c.colors.at[0].color, 208);
	assert_int_equal(c.colors.at[1].color, -1);
	config_release(&c);
}

static void
what_is_wrong_is_said_with_its_line(void **state)
{
	static const struct {
		const char *text, *message, *hint;
	} wrong[] = {
		{"\nui.fsp = 5",         "no setting \"ui.fsp\"", "ui.fps"        },
		{"\nui.fps = 99",        "cannot be \"99\"",      "1 to 30"       },
		{"\nui.run = teletype",  "\"teletype\"",          "tui|live|plain"},
		{"\nnonsense",           "sets nothing",          "NAME = VALUE"  },
		{"\nkeys.retyr = x",     "no action \"retyr\"",   "keys.retry"    },
		{"\nkeys.retry = b",     "cannot be \"b\"",       "keys"          },
		{"\ncolors.FAIL = pink", "\"pink\"",              "magenta"       },
		{"\ncolors.FIAL = red",  "no state \"FIAL\"",     "FAIL"          },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		struct config c;
		struct wf_err err = {0};

		config_init(&c);
		assert_int_equal(config_read(&c, "config", wrong[i].text, &err),
				 WF_USAGE);
		assert_non_null(strstr(err.message, wrong[i].message));
		assert_non_null(strstr(err.hint, wrong[i].hint));
		assert_int_equal(err.line, 2);
		config_release(&c);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(settings_keys_and_colours_are_read),
		cmocka_unit_test(what_is_wrong_is_said_with_its_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
