/* The designer under keys at random: nothing is lost, everything can be undone.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "desk.h"
#include "random_flows.h"

static const char *const random_keys[] = {
	"a",    "i",         "n",     "D",     "J",     "K",      "c",
	"y",    "p",         "u",     "u",     "^R",    "t",      "F",
	"]",    "[",         "m",     "Tab",   "Enter", "Enter",  "Down",
	"Down", "Up",        "Right", "Left",  "Space", "x",      "e",
	"1",    "2",         "3",     "4",     "Y",     "Esc",    "z",
	"'b'",  "'3'",       "'[a'",  "'{ x'", "': '",  "'make'", "'10m'",
	"^U",   "Backspace", "^S",    "G",     "PgDn",  "End",    "Home",
	"v",
};

/* Whatever is pressed: it is drawn, the file parses or a problem says why,
 * undo of all gives the first bytes, and redo the last. */
static void
random_keys_lose_nothing(void **state)
{
	(void)state;
	seed = 20251121;
	for (int round = 0; round < 12; round++) {
		struct desk d;
		struct editor *ed;
		char *last;

		desk_open(&d, flow_text);
		for (int i = 0; i < 250; i++) {
			press(&d, random_keys[some(ARRAY_SIZE(random_keys))]);
			if (i % 10 == 0)
				views_draw(&d.views, &d.grid);
			ed = editor(&d);
			if (wf_edit_broken(ed->edit))
				assert_true(ed->problems.n > 0);
		}
		while (!str_eq(views_top(&d.views)->name, "edit") ||
		       editor(&d)->typing.on)
			press(&d, "Esc");
		ed = editor(&d);
		while (wf_edit_redo(ed->edit))
			;
		last = mem_strdup(wf_edit_text(ed->edit, NULL));
		while (wf_edit_undo(ed->edit))
			;
		has_text(&d, flow_text);
		while (wf_edit_redo(ed->edit))
			;
		has_text(&d, last);
		free(last);
		desk_close(&d);
	}
}

/* What a person does to a step; `%d` makes names that are new. */
static const char *const random_actions[] = {
	"a 'new%d' Enter Enter 'make x' Enter Enter Enter",
	"i 'more%d' Enter Enter 'echo: #' Enter Enter Enter",
	"n Down Space Enter",
	"n Space Down Space Enter",
	"D Enter",
	"D Down Enter",
	"J",
	"K",
	"c ^U 'other%d' Enter Enter",
	"y p",
	"Space y Down p",
	"Enter Down ^U 'make all' Enter 1",
	"Enter m Down Down Down Enter '5m' Enter m 1",
	"Enter Down Down Down x 1",
	"] F",
	"u",
	"^R",
	"Down Down",
	"Up",
	"4 Down Enter '3' Enter 1",
};

static void
act_at_random(struct desk *d, int i)
{
	const char *action = random_actions[some(ARRAY_SIZE(random_actions))];
	const char *mark = strstr(action, "%d");
	char *keys = mark ? mem_printf("%.*s%d%s", (int)(mark - action), action,
				       i, mark + 2)
			  : mem_strdup(action);

	press(d, keys);
	free(keys);
	for (int k = 0; k < 9 && (!str_eq(views_top(&d->views)->name, "edit") ||
				  editor(d)->typing.on);
	     k++)
		press(d, "Esc");
}

/* A text that is no flow has a problem that says why, on the screen too. */
static void
check_sound(struct desk *d)
{
	struct editor *ed = editor(d);

	assert_string_equal(views_top(&d->views)->name, "edit");
	if (wf_edit_broken(ed->edit) || !wf_edit_flow(ed->edit))
		assert_true(ed->nerrors > 0);
	if (ed->nerrors)
		shows(d, ed->bare ? "add the first step" : "error");
}

static void
actions_on_many_flows(void **state)
{
	size_t changes = 0;

	(void)state;
	for (unsigned number = 1; number <= 200; number++) {
		char *first, *last;
		struct desk d;

		seed = number;
		ncomments = 0;
		first = random_flow(2 + some(9));
		desk_open(&d, first);
		for (int i = 0; i < 10; i++) {
			act_at_random(&d, i);
			check_sound(&d);
		}
		while (wf_edit_redo(editor(&d)->edit))
			;
		last = mem_strdup(wf_edit_text(editor(&d)->edit, NULL));
		for (; wf_edit_undo_name(editor(&d)->edit); changes++)
			press(&d, "u");
		has_text(&d, first);
		while (wf_edit_redo_name(editor(&d)->edit))
			press(&d, "^R");
		has_text(&d, last);
		free(first);
		free(last);
		desk_close(&d);
	}
	assert_true(changes > 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_keys_lose_nothing),
		cmocka_unit_test(actions_on_many_flows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
