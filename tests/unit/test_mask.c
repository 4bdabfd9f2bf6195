/* Masking secrets: in one piece, across every cut, and in a real attempt.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "warden_fixture.h"

#include "engine/warden/warden_mask.h"

static void
feed(const char *const *secrets, const char *text, size_t step,
     struct strbuf *out)
{
	struct mask_secret list[8];
	struct mask m;
	size_t n = 0, length = strlen(text);

	for (; secrets[n]; n++)
		list[n] = (struct mask_secret){secrets[n], strlen(secrets[n])};
	mask_init(&m, list, n);
	for (size_t at = 0; at < length; at += step)
		mask_add(&m, text + at, length - at < step ? length - at : step,
			 out);
	mask_end(&m, out);
	mask_release(&m);
}

/* The same, however the text is cut into writes. */
static void
assert_masked(const char *const *secrets, const char *text, const char *wanted)
{
	for (size_t step = 1; step <= strlen(text) + 1; step++) {
		struct strbuf out = STRBUF_INIT;

		feed(secrets, text, step, &out);
		assert_string_equal(out.at, wanted);
		strbuf_release(&out);
	}
}

#define SECRETS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void
a_secret_becomes_stars(void **state)
{
	(void)state;
	assert_masked(SECRETS("hunter2"), "my hunter2!", "my ***!");
	assert_masked(SECRETS("hunter2"), "hunter2", "***");
	assert_masked(SECRETS("hunter2"), "hunter2hunter2", "******");
	assert_masked(SECRETS("hunter2"), "hunter hunterhunter2",
		      "hunter hunter***");
}

static void
what_only_begins_like_a_secret_is_kept(void **state)
{
	(void)state;
	assert_masked(SECRETS("hunter2"), "hunter", "hunter");
	assert_masked(SECRETS("aab"), "aaaaab aaa", "aaa*** aaa");
}

static void
overlapping_secrets_leave_nothing_behind(void **state)
{
	(void)state;
	assert_masked(SECRETS("abc", "bcd"), "xabcdx", "x***x");
	assert_masked(SECRETS("abc", "bcd", "cdefg"), "abcdefgh", "***h");
	assert_masked(SECRETS("aba"), "ababa-", "***-");
	assert_masked(SECRETS("ab", "abcdef"), "abcdex", "***cdex");
	assert_masked(SECRETS("ab", "abcdef"), "abcdef", "***");
	assert_masked(SECRETS("b", "abcd"), "abc", "a***c");
}

static void
an_empty_secret_hides_nothing(void **state)
{
	(void)state;
	assert_masked(SECRETS(""), "all of it", "all of it");
	assert_masked(SECRETS("", "of"), "all of it", "all *** it");
}

static void
a_line_without_a_secret_is_not_held_back(void **state)
{
	struct mask_secret secret = {"hunter2", 7};
	struct strbuf out = STRBUF_INIT;
	struct mask m;

	(void)state;
	mask_init(&m, &secret, 1);
	mask_add(&m, "ready\n", 6, &out);
	assert_string_equal(out.at, "ready\n");
	mask_add(&m, "xhu", 3, &out);
	assert_string_equal(out.at, "ready\nx");
	mask_add(&m, "m", 1, &out);
	assert_string_equal(out.at, "ready\nxhum");
	mask_release(&m);
	strbuf_release(&out);
}

/* --- with the helper ---------------------------------------------------- */

static struct warden_spec
secret_shell(uint64_t attempt, const char *script)
{
	static const char *const secrets[] = {"hunter2", "s3cr3t"};
	struct warden_spec spec = shell(attempt, script);

	spec.secrets = secrets;
	spec.nsecrets = 2;
	return spec;
}

static void
the_log_is_masked_before_the_ending_is_told(void **state)
{
	struct warden_spec spec = secret_shell(
		1, "printf 'a hunt'; sleep 0.02; printf 'er2 b\\n'; echo "
		   "s3cr3t >&2; exit 2");

	(void)state;
	warden_start(w, &spec);
	assert_int_equal(WEXITSTATUS(await(WARDEN_ENDED, 1).status), 2);
	assert_log("a *** b\n***\n");
}

static void
captured_output_is_masked_too(void **state)
{
	struct warden_spec spec =
		secret_shell(1, "echo out hunter2; echo err hunter2 >&2");

	(void)state;
	spec.output = out_path;
	warden_start(w, &spec);
	await(WARDEN_ENDED, 1);
	assert_log("err ***\n");
	assert_file(out_path, "out ***\n", 8);
}

static void
a_background_child_delays_the_news_but_little(void **state)
{
	struct warden_spec spec = secret_shell(
		1, "(while ! test -e go; do sleep 0.02; done; echo late "
		   "hunter2; : > done) & echo early");
	struct strbuf b = STRBUF_INIT;

	(void)state;
	warden_start(w, &spec);
	await(WARDEN_ENDED, 1);
	assert_log("early\n");
	start(2, ": > go");
	await_file("done");
	for (int i = 0; i < WAIT_MS && !strstr(b.at, "late"); i++) {
		strbuf_clear(&b);
		assert_int_equal(fs_read(log_path, 4096, &b, NULL), WF_OK);
		poll(NULL, 0, 1);
	}
	assert_string_equal(b.at, "early\nlate ***\n");
	strbuf_release(&b);
}

static void
the_helper_shows_no_secret_of_its_own(void **state)
{
	struct warden_spec spec = secret_shell(
		1, "for p in /proc/[0-9]*; do test \"$(cut -d' ' -f4 $p/stat "
		   "2>&-)\" = $PPID -a $p != /proc/$$ || continue; cat "
		   "$p/cmdline $p/environ > seen; tr '\\0' ' ' < $p/cmdline; "
		   "grep -c 's3cr3t\\|hunter2' seen; done");

	(void)state;
	warden_start(w, &spec);
	await(WARDEN_ENDED, 1);
	assert_log("stepkeeper mask 0\n");
}

static void
a_masked_attempt_that_cannot_start_says_why(void **state)
{
	struct warden_spec spec = secret_shell(1, "");

	(void)state;
	spec.log = "/no/such/log";
	warden_start(w, &spec);
	assert_int_equal(await(WARDEN_NOT_STARTED, 1).error, ENOENT);
	spec = secret_shell(2, "");
	spec.argv = SECRETS("no-such-program");
	warden_start(w, &spec);
	assert_int_equal(await(WARDEN_NOT_STARTED, 2).error, ENOENT);
}

static void
much_output_passes_the_helper_whole(void **state)
{
	struct warden_spec spec = secret_shell(
		1, "yes 0123456789hunter2 | head -n 200000; echo end");
	struct stat st;

	(void)state;
	warden_start(w, &spec);
	await(WARDEN_ENDED, 1);
	assert_int_equal(stat(log_path, &st), 0);
	assert_int_equal(st.st_size, 200000 * 14 + 4);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_secret_becomes_stars),
		cmocka_unit_test(what_only_begins_like_a_secret_is_kept),
		cmocka_unit_test(overlapping_secrets_leave_nothing_behind),
		cmocka_unit_test(an_empty_secret_hides_nothing),
		cmocka_unit_test(a_line_without_a_secret_is_not_held_back),
		CASE(the_log_is_masked_before_the_ending_is_told),
		CASE(captured_output_is_masked_too),
		CASE(a_background_child_delays_the_news_but_little),
		CASE(the_helper_shows_no_secret_of_its_own),
		CASE(a_masked_attempt_that_cannot_start_says_why),
		CASE(much_output_passes_the_helper_whole),
	};

	if (warden_is_me(argc, argv))
		return warden_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
