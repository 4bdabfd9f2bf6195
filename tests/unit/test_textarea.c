/* A text of several lines does what the same text in one piece would.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tui/widgets/textarea.h"

static void
becomes(struct textarea *t, const char *wanted)
{
	char *text = textarea_text(t);

	assert_string_equal(text, wanted);
	free(text);
}

static void
press(struct textarea *t, const char *names)
{
	while (*names) {
		size_t n = strcspn(names, " ");
		char *name = mem_strndup(names, n);

		textarea_key(t, key_from_name(name), 5);
		free(name);
		names += n + (names[n] == ' ');
	}
}

static void
lines_are_split_and_joined(void **state)
{
	struct textarea t = {0};

	(void)state;
	textarea_set(&t, "one\ntwo\n");
	becomes(&t, "one\ntwo\n");
	press(&t, "Home Backspace");
	becomes(&t, "onetwo\n");
	press(&t, "Enter");
	becomes(&t, "one\ntwo\n");
	press(&t, "Up End Delete ^J x");
	becomes(&t, "one\nxtwo\n");
	press(&t, "Left Left Left z");
	becomes(&t, "onze\nxtwo\n");
	textarea_release(&t);
}

static void
one_line_stays_without_an_end(void **state)
{
	struct textarea t = {0};

	(void)state;
	textarea_set(&t, "make");
	becomes(&t, "make");
	press(&t, "Tab");
	becomes(&t, "make  ");
	textarea_set(&t, "a\nb");
	becomes(&t, "a\nb");
	textarea_set(&t, "");
	becomes(&t, "");
	press(&t, "Up Down PgUp PgDn Backspace Delete Left Right");
	becomes(&t, "");
	textarea_release(&t);
}

/* The same keys on one buffer with a cursor. */
struct plain {
	char text[4096];
	size_t n, at;
};

static void
plain_insert(struct plain *p, char c)
{
	memmove(p->text + p->at + 1, p->text + p->at, p->n - p->at);
	p->text[p->at++] = c;
	p->n++;
}

static void
plain_remove(struct plain *p)
{
	memmove(p->text + p->at, p->text + p->at + 1, p->n - p->at - 1);
	p->n--;
}

static void
random_keys_agree_with_a_plain_buffer(void **state)
{
	static const uint32_t keys[] = {'a',
					'b',
					' ',
					KEY_RETURN,
					KEY_RUBOUT,
					KEY_DELETE_KEY,
					KEY_LEFT_ARROW,
					KEY_RIGHT_ARROW};
	struct textarea t = {0};
	struct plain p = {.n = 0};
	unsigned seed = 7;

	(void)state;
	textarea_set(&t, "");
	t.ended = false;
	for (int i = 0; i < 3000; i++) {
		uint32_t key;

		seed = seed * 1103515245 + 12345;
		key = keys[(seed >> 16) % ARRAY_SIZE(keys)];
		textarea_key(&t, key, 5);
		if (key == KEY_LEFT_ARROW)
			p.at -= p.at > 0;
		else if (key == KEY_RIGHT_ARROW)
			p.at += p.at < p.n;
		else if (key == KEY_RUBOUT && p.at)
			p.at--, plain_remove(&p);
		else if (key == KEY_DELETE_KEY && p.at < p.n)
			plain_remove(&p);
		else if (key == KEY_RETURN)
			plain_insert(&p, '\n');
		else if (key < 127 && key != KEY_RUBOUT)
			plain_insert(&p, (char)key);
	}
	p.text[p.n] = '\0';
	if (p.n && strchr(p.text, '\n'))
		memcpy(p.text + p.n, "\n", 2);
	becomes(&t, p.text);
	textarea_release(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_split_and_joined),
		cmocka_unit_test(one_line_stays_without_an_end),
		cmocka_unit_test(random_keys_agree_with_a_plain_buffer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
