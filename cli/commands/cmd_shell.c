/* wfctl shell: the interactive prompt, on runs and on the flow being written.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../engine/base/text.h"
#include "../output.h"
#include "../repl.h"
#include "../shell.h"

struct args {
	bool keep_going;
};

/* clang-format off */
static const struct option options[] = {
	{0, "keep-going", OPT_FLAG, offsetof(struct args, keep_going), NULL, "go on with a script after a command that failed"},
	{0}};
/* clang-format on */

/* --- between readline and the shell --------------------------------------- */

static bool
line(void *arg, const char *text)
{
	return shell_line(arg, text);
}

static bool
end(void *arg)
{
	return !shell_may_leave(arg);
}

static void
add_state(struct shell *sh, struct strbuf *out)
{
	bool colored = output_colored(sh->call, stdout);
	const char *color =
		output_state_color(colored, sh->state ? sh->state : "");

	strbuf_addf(out, " %s ", sh->run);
	if (*color)
		strbuf_addf(out, "\001%s\002", color);
	strbuf_adds(out, sh->state ? sh->state : "");
	if (*color)
		strbuf_addf(out, "\001%s\002", output_plain(colored));
}

static void
prompt(void *arg, struct strbuf *out)
{
	struct shell *sh = arg;
	const struct wf_edit *edit = sh->design.edit;
	const char *path = edit ? wf_edit_path(edit) : NULL, *slash;

	strbuf_adds(out, "wfctl");
	if (path) {
		slash = strrchr(path, '/');
		strbuf_addc(out, ' ');
		text_sanitize_str(out, slash ? slash + 1 : path,
				  output_text_flags());
		if (wf_edit_modified(edit))
			strbuf_addc(out, '*');
	}
	if (*sh->run)
		add_state(sh, out);
	strbuf_adds(out, "> ");
}

static enum complete_files
complete(void *arg, const char *text, size_t n, complete_fn *add, void *add_arg)
{
	return shell_complete(arg, text, n, add, add_arg);
}

static void
usage(void *arg, const char *text, struct strbuf *out)
{
	shell_usage(arg, text, out);
}

static int
news_fd(void *arg)
{
	return shell_news_fd(arg);
}

static void
news(void *arg, struct strbuf *out)
{
	shell_news(arg, out);
}

/* --- the command ---------------------------------------------------------- */

static enum wf_code
open_operand(struct shell *sh, struct wf_err *err)
{
	struct call *call = sh->call;
	char open_word[] = "open";
	char *words[] = {open_word, NULL, NULL};
	char id[WF_RUN_ID];
	enum wf_code code;

	if (!call->nwords)
		return WF_OK;
	if (!call_is_file(call->words[0])) {
		code = call_run(call, 0, id, err);
		if (!code)
			shell_follow(sh, id, false);
		return code;
	}
	words[1] = call->words[0];
	return design_do(&sh->design, design_find(&sh->design, words, 2), words,
			 2, err);
}

static enum wf_code
shell(struct call *call, struct wf_err *err)
{
	const struct args *args = call->args;
	struct shell sh = {.call = call,
			   .keep_going = args->keep_going,
			   .interactive = isatty(STDIN_FILENO) &&
					  isatty(STDOUT_FILENO)};
	char *history = mem_printf("%s/history", wf_engine_dir(call->engine));
	struct repl repl = {.arg = &sh,
			    .history = history,
			    .prompt = prompt,
			    .line = line,
			    .end = end,
			    .complete = complete,
			    .usage = usage,
			    .news_fd = news_fd,
			    .news = news};
	enum wf_code code;
	int signal = 0;

	sh.design.out = stdout;
	sh.design.err = stderr;
	sh.design.clip_file = shell_clip_file(&sh);
	sh.design.piped = shell_piped;
	sh.design.start = shell_start;
	sh.design.arg = &sh;
	code = open_operand(&sh, err);
	if (!code && sh.interactive)
		signal = repl_run(&repl);
	else if (!code)
		repl_script(&repl);
	if (!code && !sh.interactive)
		code = shell_code(sh.status);
	if (signal == SIGTERM)
		code = WF_SIGTERM;
	shell_release(&sh);
	free(history);
	return code;
}

const struct cmd_entry cmd_shell = {
	.operands = "[RUN|FILE]",
	.options = options,
	.size = sizeof(struct args),
	.max = 1,
	.about = "Every command without \"wfctl\", and commands on an open "
		 "flow: open, step, connect,\nset, rename, undo, save and "
		 "others; \"help\" lists them.  From a file or pipe it is\na "
		 "script: a command that fails ends it.",
	.example = "wfctl shell deploy.yaml",
	.complete = "x",
	.run = shell,
};
