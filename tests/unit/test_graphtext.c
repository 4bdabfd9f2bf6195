/* Graphs as lines of text: picture, gutter, hostile labels.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/base/text.h"
#include "tests/unit/dags.h"
#include "tui/graphtext.h"

static void
a_wide_enough_page_shows_the_picture(void **state)
{
	struct graphtext_options o = {.width = 80, .ascii = true};
	struct strbuf out = STRBUF_INIT;

	(void)state;
	graphtext_draw(&out, dag_sample, DAG_SAMPLE_N, &o);
	assert_non_null(
		strstr(out.at, "\n            [build-api]  [build-web]"));
	strbuf_release(&out);
}

static void
a_narrow_page_shows_the_gutter(void **state)
{
	struct graphtext_options o = {.width = 30, .ascii = true};
	struct strbuf out = STRBUF_INIT;

	(void)state;
	graphtext_draw(&out, dag_sample, DAG_SAMPLE_N, &o);
	assert_non_null(strstr(out.at, "+-.\n* |    build-api\n+-|-.\n"));
	strbuf_release(&out);
}

static void
labels_cannot_act(void **state)
{
	const struct graph_node nodes[] = {
		{"a\033[2J\n\xff", NULL,     0, 0},
		{"caf\xc3\xa9",    NEEDS(0), 1, 0},
	};
	struct strbuf out = STRBUF_INIT;

	(void)state;
	for (int i = 0; i < 4; i++) {
		struct graphtext_options o = {.ascii = i & 1, .lanes = i & 2};

		strbuf_clear(&out);
		graphtext_draw(&out, nodes, 2, &o);
		assert_non_null(strstr(out.at, "a<ESC>[2J<LF><ff>"));
		assert_null(strchr(out.at, '\033'));
		if (o.ascii)
			assert_non_null(strstr(out.at, "caf<U+00E9>"));
	}
	strbuf_release(&out);
}

static void
no_line_is_wider_than_asked_for(void **state)
{
	(void)state;
	for (unsigned seed = 0; seed < 40; seed++) {
		struct dag *d = dag_random(seed, 1 + 3 * seed);
		struct graphtext_options o = {.width = 100};
		struct strbuf out = STRBUF_INIT;

		graphtext_draw(&out, d->nodes, d->n, &o);
		assert_true(text_width(out.at, out.n, TEXT_NEWLINES) <= 100);
		strbuf_release(&out);
		dag_free(d);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_wide_enough_page_shows_the_picture),
		cmocka_unit_test(a_narrow_page_shows_the_gutter),
		cmocka_unit_test(labels_cannot_act),
		cmocka_unit_test(no_line_is_wider_than_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
