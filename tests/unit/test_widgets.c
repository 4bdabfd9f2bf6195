/* Lists, prompts, pagers and forms: by keyboard alone, in any room.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "engine/base/err.h"
#include "tui/widgets/form.h"
#include "tui/widgets/list.h"
#include "tui/widgets/pager.h"
#include "tui/widgets/recall.h"

static void
a_list_keeps_its_cursor_in_sight(void **state)
{
	struct list l = {0};

	(void)state;
	list_resize(&l, 100);
	for (enum action a = 1; a < NACTIONS; a++) {
		for (int height = 0; height < 30; height++) {
			list_act(&l, a, height);
			assert_true(l.cursor < l.n);
			if (height > 0 && list_act(&l, ACTION_DOWN, height))
				assert_true(l.cursor >= l.top &&
					    l.cursor < l.top + (size_t)height);
		}
	}
	list_act(&l, ACTION_LAST, 10);
	assert_int_equal(l.cursor, 99);
	assert_int_equal(l.top, 90);
	list_resize(&l, 5);
	assert_int_equal(l.cursor, 4);
	list_resize(&l, 0);
	assert_false(list_act(&l, ACTION_RETRY, 10));
	assert_true(list_act(&l, ACTION_DOWN, 10));
	assert_int_equal(l.cursor, 0);
}

static void
type(struct prompt *p, const char *names)
{
	char *copy = mem_strdup(names), *save = NULL;

	for (char *n = strtok_r(copy, " ", &save); n;
	     n = strtok_r(NULL, " ", &save))
		prompt_key(p, key_from_name(n));
	free(copy);
}

static void
a_prompt_edits_whole_characters(void **state)
{
	struct prompt p = PROMPT_INIT;

	(void)state;
	type(&p, "a \xc3\xa9 \xe6\x97\xa5 b Left Left Backspace");
	assert_string_equal(p.text.at, "a\xe6\x97\xa5"
				       "b");
	type(&p, "Home Delete End x Space y ^W");
	assert_string_equal(p.text.at, "\xe6\x97\xa5"
				       "bx ");
	type(&p, "^U ^K Backspace Delete Left Right ^W");
	assert_string_equal(p.text.at, "");
	assert_int_equal(prompt_key(&p, KEY_RETURN), PROMPT_DONE);
	assert_int_equal(prompt_key(&p, KEY_ESC), PROMPT_LEFT);
	assert_int_equal(prompt_key(&p, KEY_F1_KEY), PROMPT_IGNORED);
	prompt_release(&p);
}

static void
a_prompt_has_a_limit(void **state)
{
	struct prompt p = PROMPT_INIT;

	(void)state;
	for (int i = 0; i < 10000; i++)
		prompt_key(&p, 'x');
	assert_int_equal(p.text.n, PROMPT_LIMIT);
	prompt_release(&p);
}

static void
expect_recalled(struct recall *r, struct prompt *p, uint32_t key,
		const char *text)
{
	assert_int_equal(recall_key(r, p, key), PROMPT_EDITED);
	assert_string_equal(p->text.at, text);
}

static void
texts_looked_for_come_back_each_once(void **state)
{
	struct prompt p = PROMPT_INIT;
	struct recall r = {0};
	char text[RECALL_TEXT + 10];

	(void)state;
	expect_recalled(&r, &p, KEY_UP_ARROW, "");
	recall_add(&r, "one");
	recall_add(&r, "two");
	recall_add(&r, "one");
	recall_add(&r, "");
	prompt_set(&p, "typed");
	expect_recalled(&r, &p, KEY_UP_ARROW, "one");
	expect_recalled(&r, &p, KEY_UP_ARROW, "two");
	expect_recalled(&r, &p, KEY_UP_ARROW, "two"); /* no older one */
	expect_recalled(&r, &p, KEY_DOWN_ARROW, "one");
	expect_recalled(&r, &p, KEY_DOWN_ARROW, "typed");
	expect_recalled(&r, &p, KEY_DOWN_ARROW, "typed");
	assert_int_equal(recall_key(&r, &p, KEY_RETURN), PROMPT_DONE);
	/* Opened again with the last text, Up goes to the one before. */
	expect_recalled(&r, &p, KEY_UP_ARROW, "one");
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	recall_add(&r, text);
	for (int i = 0; i < 100; i++) {
		snprintf(text, sizeof(text), "%d", i);
		recall_add(&r, text);
	}
	assert_int_equal(r.lines.n, RECALL_MOST);
	assert_string_equal(r.lines.at[0], "80");
	recall_release(&r);
	prompt_release(&p);
}

static void
a_pager_finds_and_stops_at_its_ends(void **state)
{
	struct pager p = PAGER_INIT;

	(void)state;
	for (int i = 0; i < 50; i++)
		pager_addf(&p, 0, "line %d\nmore %d", i, i);
	assert_int_equal(p.lines.n, 100);
	assert_true(pager_act(&p, ACTION_LAST, 10));
	assert_int_equal(p.top, 90);
	assert_true(pager_act(&p, ACTION_DOWN, 10));
	assert_int_equal(p.top, 90);
	assert_true(pager_find(&p, "LINE 7", true));
	assert_string_equal(p.lines.at[p.top].text, "line 7");
	assert_true(pager_find(&p, p.find.at, false));
	assert_false(pager_find(&p, "nowhere", true));
	assert_false(pager_act(&p, ACTION_RETRY, 10));
	pager_release(&p);
}

/* --- forms -------------------------------------------------------------------
 */

static const char *const scopes[] = {"this step", "and what follows", "all"};

static void
make_form(struct form *f)
{
	form_init(f, "Retry e2e-tests");
	form_note(f, 0, "tries so far %d of %d", 2, 4);
	form_choice(f, "Scope", scopes, 3, 0);
	form_toggle(f, "reset the counter", false);
	form_text(f, "Reason", "");
	form_button(f, "Cancel", 0);
	form_button(f, "Retry now", 'r');
}

static void
a_form_is_filled_in_by_keyboard_alone(void **state)
{
	struct form f;

	(void)state;
	make_form(&f);
	assert_int_equal(f.focus, 1); /* never on a note */
	form_key(&f, ' ');
	assert_int_equal(f.fields.at[1].value, 1);
	form_key(&f, KEY_LEFT_ARROW);
	form_key(&f, KEY_LEFT_ARROW);
	assert_int_equal(f.fields.at[1].value, 2);
	form_key(&f, KEY_TAB);
	form_key(&f, ' ');
	assert_int_equal(f.fields.at[2].value, 1);
	form_key(&f, KEY_TAB);
	assert_true(form_in_text(&f));
	form_key(&f, 'r'); /* text here, no button */
	assert_string_equal(f.fields.at[3].text.text.at, "r");
	form_key(&f, KEY_RETURN);
	assert_int_equal(f.focus, 4);
	form_key(&f, KEY_TAB);
	form_key(&f, KEY_TAB);
	assert_int_equal(f.focus, 1);
	assert_int_equal(form_key(&f, 'r'), FORM_PRESSED);
	assert_int_equal(f.pressed, 5);
	assert_int_equal(form_key(&f, KEY_ESC), FORM_LEFT);
	form_release(&f);
}

static void
a_button_that_is_off_cannot_be_pressed(void **state)
{
	struct form f;

	(void)state;
	make_form(&f);
	f.fields.at[5].off = true;
	assert_int_equal(form_key(&f, 'r'), FORM_MORE);
	/* It may be where the cursor waits until it can. */
	form_focus(&f, 5);
	assert_int_equal(f.focus, 5);
	assert_int_equal(form_key(&f, KEY_RETURN), FORM_MORE);
	form_release(&f);
}

static void
a_form_draws_into_any_room(void **state)
{
	struct form f;

	(void)state;
	make_form(&f);
	snprintf(f.fields.at[3].error, sizeof(f.fields.at[3].error),
		 "must not be empty");
	for (int w = 0; w < 90; w += 3) {
		for (int h = 0; h < 14; h++) {
			struct grid g;

			grid_init(&g, w, h);
			for (size_t i = 0; i < 6; i++) {
				form_key(&f, KEY_TAB);
				form_draw(&f, &g, rect_of(&g));
			}
			if (w > 30 && h > 0)
				assert_true(g.cursor_y < h);
			grid_release(&g);
		}
	}
	form_release(&f);
}

static void
a_form_looks_like_this(void **state)
{
	struct strbuf out = STRBUF_INIT;
	struct form f;
	struct grid g;

	(void)state;
	make_form(&f);
	grid_init(&g, 50, form_height(&f));
	g.ascii = true;
	form_draw(&f, &g, rect_of(&g));
	grid_dump(&g, &out);
	assert_string_equal(
		out.at, "+- Retry e2e-tests ------------------------------+\n"
			"| tries so far 2 of 4                            |\n"
			"| Scope       (o) this step                      |\n"
			"|             ( ) and what follows               |\n"
			"|             ( ) all                            |\n"
			"| [ ] reset the counter                          |\n"
			"| Reason      [                                ] |\n"
			"|   [ Cancel ]    [ Retry now ]                  |\n"
			"+------------------------------------------------+\n");
	strbuf_release(&out);
	grid_release(&g);
	form_release(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_keeps_its_cursor_in_sight),
		cmocka_unit_test(a_prompt_edits_whole_characters),
		cmocka_unit_test(texts_looked_for_come_back_each_once),
		cmocka_unit_test(a_prompt_has_a_limit),
		cmocka_unit_test(a_pager_finds_and_stops_at_its_ends),
		cmocka_unit_test(a_form_is_filled_in_by_keyboard_alone),
		cmocka_unit_test(a_button_that_is_off_cannot_be_pressed),
		cmocka_unit_test(a_form_draws_into_any_room),
		cmocka_unit_test(a_form_looks_like_this),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
