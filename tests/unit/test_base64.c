/* Base64 there and back, and what is none.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/base/base64.h"

/* The examples of RFC 4648, section 10. */
static void
known_words(void **state)
{
	static const struct {
		const char *plain, *coded;
	} rows[] = {
		{"",       ""        },
                {"f",      "Zg=="    },
                {"fo",     "Zm8="    },
		{"foo",    "Zm9v"    },
                {"foob",   "Zm9vYg=="},
                {"foobar", "Zm9vYmFy"}
        };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct strbuf coded = STRBUF_INIT, plain = STRBUF_INIT;

		base64_encode(&coded, rows[i].plain, strlen(rows[i].plain));
		assert_string_equal(coded.at, rows[i].coded);
		assert_true(base64_decode(&plain, coded.at, coded.n));
		assert_string_equal(plain.at, rows[i].plain);
		strbuf_release(&coded);
		strbuf_release(&plain);
	}
}

static void
every_byte_survives(void **state)
{
	struct strbuf coded = STRBUF_INIT, plain = STRBUF_INIT;
	unsigned char bytes[256];

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(255 - i);
	base64_encode(&coded, bytes, sizeof(bytes));
	assert_true(base64_decode(&plain, coded.at, coded.n));
	assert_int_equal(plain.n, sizeof(bytes));
	assert_memory_equal(plain.at, bytes, sizeof(bytes));
	strbuf_release(&coded);
	strbuf_release(&plain);
}

static void
what_is_none_is_refused(void **state)
{
	static const char *const bad[] = {
		"Z",    "Zg",       "Zg=",    "Zg=a", "=g==",
		"Z===", "Zg==Zg==", "Zm9v\n", "Zm 9", "Zm9\xff"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct strbuf out = STRBUF_INIT;

		assert_false(base64_decode(&out, bad[i], strlen(bad[i])));
		strbuf_release(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_words),
		cmocka_unit_test(every_byte_survives),
		cmocka_unit_test(what_is_none_is_refused)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
