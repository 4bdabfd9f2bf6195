/* What a carrier is told and what it tells: jobs, reports, quoted words.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/fs.h"
#include "engine/executors/carrier.h"
#include "engine/executors/shtext.h"
#include "engine/executors/ssh_there.h"

static const char *const nasty[] = {
	"",
	"plain",
	"a b",
	"it's",
	"'",
	"''\\''",
	"$(touch x) `touch y` ${HOME} $1",
	"line one\nline two\n\n",
	"\"quoted\" \\ back\\slash \\n",
	"-n",
	"*?[a-z]~!#&|;<>(){}",
	"\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\xa7 \x80\xff",
	"\t\r\x01\x7f",
};

/* What `printf %s` of a word gives when sh reads the text. */
static size_t
printed(const char *text, char *got, size_t size)
{
	int out[2], status;
	ssize_t n, all = 0;
	pid_t pid;

	assert_int_equal(pipe(out), 0);
	pid = fork();
	if (pid == 0) {
		dup2(out[1], STDOUT_FILENO);
		execl("/bin/sh", "sh", "-c", text, (char *)NULL);
		_exit(127);
	}
	close(out[1]);
	while ((n = read(out[0], got + all, size - (size_t)all)) > 0)
		all += n;
	close(out[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	return (size_t)all;
}

static void
sh_reads_every_word_back_as_it_was(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(nasty); i++) {
		struct strbuf text = STRBUF_INIT;
		char got[256];
		size_t n;

		strbuf_adds(&text, "printf %s ");
		strbuf_quote(&text, nasty[i]);
		n = printed(text.at, got, sizeof(got));
		assert_int_equal(n, strlen(nasty[i]));
		assert_memory_equal(got, nasty[i], n);
		strbuf_release(&text);
	}
}

static void
limits_become_ulimits(void **state)
{
	struct job job = {
		.nice = -3,
		.limits = {.memory = 1048577,
			   .cpu_time = 1500,
			   .file_size = 512,
			   .open_files = 64}
        };
	struct strbuf text = STRBUF_INIT;

	(void)state;
	shtext_limits(&text, &job, true);
	shtext_nice(&text, &job);
	assert_string_equal(text.at, "ulimit -v 1025 || exit 126; "
				     "ulimit -t 2 || exit 126; "
				     "ulimit -f 1 || exit 126; "
				     "ulimit -n 64 || exit 126; nice -n -3 ");
	strbuf_release(&text);
}

static char *
scratch(const char *name)
{
	const char *dir = getenv("TMPDIR");

	return mem_printf("%s/%s.%d", dir ? dir : "/tmp", name, (int)getpid());
}

static void
a_job_is_read_as_it_was_written(void **state)
{
	static const char *const argv[] = {"/bin/sh", "-c", "it's \"$X\"\n",
					   NULL};
	static const char *const names[] = {"A", "B", NULL};
	static const char *const files[] = {"B", NULL};
	const struct value settings[] = {
		value_string_borrowed("host"),
		value_string_borrowed("h"),
		value_string_borrowed("options"),
		{.kind = VALUE_LIST,
			     .n = 1,
			     .items = (struct value[]){value_string_borrowed("-v")}},
	};
	const struct job job = {
		.executor = "ssh",
		.name = "r-1-do1",
		.log = "/x/a.1.log",
		.argv = argv,
		.script = true,
		.names = names,
		.files = files,
		.capture = true,
		.kill_after = 1500,
		.nice = 4,
		.limits = {.open_files = 9   },
		.settings = { .kind = VALUE_MAP, .n = 2, .items = settings},
	};
	char *path = scratch("job");
	struct arena a = {0};
	struct wf_err err = {0};
	struct job got;

	(void)state;
	assert_int_equal(job_write(&job, path, &err), WF_OK);
	assert_true(job_read(path, &a, &got));
	assert_string_equal(got.executor, "ssh");
	assert_string_equal(got.argv[2], argv[2]);
	assert_null(got.argv[3]);
	assert_string_equal(got.names[1], "B");
	assert_string_equal(got.files[0], "B");
	assert_null(got.seek);
	assert_null(got.input);
	assert_true(got.script && got.capture && !got.heartbeat);
	assert_int_equal(got.kill_after, 1500);
	assert_int_equal(got.nice, 4);
	assert_int_equal(got.limits.open_files, 9);
	assert_string_equal(job_setting(&got, "host"), "h");
	assert_null(job_setting(&got, "port"));
	assert_string_equal(job_settings(&got, "options", &a)[0], "-v");
	assert_null(job_settings(&got, "none", &a)[0]);
	unlink(path);
	assert_false(job_read(path, &a, &got));
	arena_release(&a);
	free(path);
}

/* JSON cannot hold it, and a command without one of its words is another. */
static void
a_word_that_is_no_text_makes_no_job(void **state)
{
	static const char *const argv[] = {"rm", "\xff", "/x", NULL};
	const struct job whole = {
		.executor = "ssh", .name = "n", .log = "/l", .argv = argv + 2};
	struct job words = whole, input = whole;
	char *path = scratch("job");
	struct wf_err err = {0};

	(void)state;
	words.argv = argv;
	input.input = argv[1];
	assert_int_equal(job_write(&words, path, &err), WF_FAILED);
	assert_int_equal(job_write(&input, path, &err), WF_FAILED);
	assert_non_null(strstr(err.message, "UTF-8"));
	assert_int_not_equal(access(path, F_OK), 0);
	assert_int_equal(job_write(&whole, path, &err), WF_OK);
	unlink(path);
	free(path);
}

static void
reports_survive_and_nonsense_is_none(void **state)
{
	static const char *const broken[] = {"", "exit", "exit 3", "what 3\n\n",
					     "\n\n\n"};
	char *log = scratch("log"), *end = mem_printf("%s.end", log);
	struct wf_err err = {0};
	struct report got;

	(void)state;
	assert_false(report_read(log, &got));
	for (int kind = 0; kind < REPORT_NKINDS; kind++) {
		struct report r = {.kind = (enum report_kind)kind,
				   .code = 40 + kind,
				   .why = "because: it's so"};

		assert_int_equal(report_write(log, &r, &err), WF_OK);
		assert_true(report_read(log, &got));
		assert_int_equal(got.kind, r.kind);
		assert_int_equal(got.code, r.code);
		assert_string_equal(got.why, r.why);
	}
	for (size_t i = 0; i < ARRAY_SIZE(broken); i++) {
		assert_int_equal(
			fs_write(end, broken[i], strlen(broken[i]), 0600, &err),
			WF_OK);
		assert_false(report_read(log, &got));
	}
	unlink(end);
	free(end);
	free(log);
}

/* One word, in single quotes, on one line: sh, csh and fish agree on it. */
static void
the_login_shell_is_told_little(void **state)
{
	struct strbuf text = STRBUF_INIT;

	(void)state;
	ssh_there_command(&text, "MARK");
	assert_null(strpbrk(text.at, "\n\\`"));
	assert_true(str_starts(text.at, "exec /bin/sh -c '"));
	assert_true(str_ends(text.at, "' MARK"));
	assert_ptr_equal(strchr(strchr(text.at, '\'') + 1, '\''),
			 strrchr(text.at, '\''));
	strbuf_release(&text);
}

static void
every_row_has_its_executor(void **state)
{
	(void)state;
	for (size_t i = 0; i < schema_nexecutors; i++) {
		const struct schema_executor *row = &schema_executors[i];
		const struct executor *e = executor_of(row->name);

		assert_ptr_equal(schema_executor(row->name), row);
		assert_true(*row->meaning != '\0');
		assert_true(!e->carry == str_eq(row->name, "local"));
		assert_true(!e->carry == !e->client);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sh_reads_every_word_back_as_it_was),
		cmocka_unit_test(limits_become_ulimits),
		cmocka_unit_test(a_job_is_read_as_it_was_written),
		cmocka_unit_test(a_word_that_is_no_text_makes_no_job),
		cmocka_unit_test(reports_survive_and_nonsense_is_none),
		cmocka_unit_test(the_login_shell_is_told_little),
		cmocka_unit_test(every_row_has_its_executor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
