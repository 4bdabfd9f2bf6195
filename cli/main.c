/* wfctl: finds the command, opens what it needs, and turns its result into
 * an exit status.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cmd.h"
#include "output.h"
#include "preferences.h"

/* A closed standard descriptor would be taken by the first file opened. */
static void
open_standard_files(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
	for (int i = 0; i <= STDERR_FILENO; i++) {
		int flags = fcntl(i, F_GETFD);

		if (flags > 0)
			fcntl(i, F_SETFD, flags & ~FD_CLOEXEC);
	}
}

static enum wf_code
check_words(const struct cmd *cmd, size_t n, char **words, struct wf_err *err)
{
	const struct cmd_entry *entry = cmd->entry;

	if (n < (size_t)entry->min)
		ERR(err, WF_USAGE, "\"%s\" needs %s", cmd->name,
		    entry->operands);
	else if (entry->max >= 0 && n > (size_t)entry->max)
		ERR(err, WF_USAGE, "\"%s\" has no use for \"%.100s\"",
		    cmd->name, words[entry->max]);
	else
		return WF_OK;
	wf_err_hint(err, "\"wfctl %s -h\" shows how it is used", cmd->name);
	return WF_USAGE;
}

static void
print_usage(const struct cmd *cmd)
{
	struct strbuf text = STRBUF_INIT;

	if (cmd)
		cmd_usage(&text, cmd);
	else
		cmd_overview(&text);
	fwrite(text.at, 1, text.n, stdout);
	strbuf_release(&text);
}

static enum wf_code
open_store(struct call *call, struct wf_err *err)
{
	switch (call->cmd->needs) {
	case NEEDS_NOTHING:
		return WF_OK;
	case NEEDS_READ:
		return call_open(call, WF_OPEN_READ, err);
	case NEEDS_WRITE:
		return call_open(call, WF_OPEN_WRITE, err);
	case NEEDS_CREATE:
		return call_open(call, WF_OPEN_CREATE, err);
	}
	return WF_OK;
}

/* Options of the command and global ones may stand in any order. */
static enum wf_code
run_command(struct call *call, char **words, size_t n, struct wf_err *err)
{
	const struct cmd_entry *entry = call->cmd->entry;
	struct option_set sets[2];
	enum wf_code code;

	call->args = arena_alloc(&call->arena, entry->size + 1);
	sets[0] = (struct option_set){entry->options, call->args};
	sets[1] = (struct option_set){global_options, &call->globals};
	code = option_parse(sets, ARRAY_SIZE(sets), &call->arena, words, n,
			    entry->takes_expression ? OPTIONS_OR_EXPRESSION
						    : OPTIONS_ANYWHERE,
			    &call->nwords, err);
	if (code)
		return code;
	if (call->globals.help) {
		print_usage(call->cmd);
		return WF_OK;
	}
	if (call->globals.version) {
		puts("wfctl " WFCTL_VERSION);
		return WF_OK;
	}
	words[call->nwords] = NULL;
	call->words = words;
	preferences_set_color(call);
	code = check_words(call->cmd, call->nwords, words, err);
	if (!code)
		code = open_store(call, err);
	return code ? code : entry->run(call, err);
}

static enum wf_code
start(struct call *call, int argc, char **argv, struct wf_err *err)
{
	struct option_set globals = {global_options, &call->globals};
	size_t n;
	enum wf_code code;

	code = option_parse(&globals, 1, &call->arena, argv + 1,
			    (size_t)argc - 1, OPTIONS_LEAD, &n, err);
	if (code)
		return code;
	if (call->globals.version) {
		puts("wfctl " WFCTL_VERSION);
		return WF_OK;
	}
	if (call->globals.help) {
		print_usage(NULL);
		return WF_OK;
	}
	if (n == (size_t)argc - 1) {
		ERR(err, WF_USAGE, "no command given");
		wf_err_hint(err, "\"wfctl help\" lists the commands");
		return WF_USAGE;
	}
	code = cmd_find(argv[1 + n], &call->cmd, err);
	if (code)
		return code;
	return run_command(call, argv + n + 2, (size_t)argc - n - 2, err);
}

/* A reader that went away (wfctl ls | head) is no failure; a full disk is. */
static enum wf_code
flush_output(enum wf_code code, struct wf_err *err)
{
	struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};
	bool failed = ferror(stdout) != 0;

	if (fflush(stdout) == 0 && !failed)
		return code;
	if (code || (poll(&out, 1, 0) > 0 && out.revents & POLLERR))
		return code;
	ERR(err, WF_FAILED, "standard output could not be written");
	wf_err_hint(err, "is the disk full?");
	return WF_FAILED;
}

/* An error in the options that come before -o must still come as JSON. */
static bool
wants_json(int argc, char **argv)
{
	for (int i = 1; i < argc && !str_eq(argv[i], "--"); i++) {
		bool alone =
			str_eq(argv[i], "-o") || str_eq(argv[i], "--output");

		if ((alone && i + 1 < argc &&
		     str_starts(argv[i + 1], "json")) ||
		    str_starts(argv[i], "-ojson") ||
		    str_starts(argv[i], "--output=json"))
			return true;
	}
	return false;
}

int
main(int argc, char **argv)
{
	struct call call = {0};
	struct wf_err err = {0};
	enum wf_code code;
	int status;
	bool json;

	open_standard_files();
	if (wf_process_main(argc, argv, &status))
		return status;
	json = wants_json(argc, argv);
	/* Writes fail instead, and that can be told. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	code = argc < 1 ? WF_USAGE : start(&call, argc, argv, &err);
	code = flush_output(code, &err);
	if (code == WF_USAGE && json && !call.globals.format)
		call.globals.format = FORMAT_JSON;
	if (code && err.message[0])
		output_error(&call.globals, &err, NULL);
	wf_engine_close(call.engine);
	arena_release(&call.arena);
	return wf_code_exit(code);
}
