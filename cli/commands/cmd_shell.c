/* wfctl shell: the interactive prompt, on runs and on the flow being written.
 *
 * Commands run as processes of their own, so that one that ends badly ends
 * nothing else, and Ctrl+C means what it means outside.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../engine/base/fs.h"
#include "../../engine/base/text.h"
#include "../cmd.h"
#include "../complete.h"
#include "../design.h"
#include "../output.h"
#include "../repl.h"
#include "../words.h"

struct args {
	bool keep_going;
};

/* clang-format off */
static const struct option options[] = {
	{0, "keep-going", OPT_FLAG, offsetof(struct args, keep_going), NULL, "go on with a script after a command that failed"},
	{0}};
/* clang-format on */

struct shell {
	struct call *call;
	struct design design;
	struct wf_watch *watch;
	char run[WF_RUN_ID]; /* whose news is printed; "" for none */
	uint64_t seen;       /* its last event that was */
	char *state;         /* of the run, for the prompt */
	bool interactive, warned;
	int status; /* of the last command */
};

/* --- our own commands as processes ---------------------------------------- */

static void
become(const struct shell *sh, char **words, size_t n, int in, int out)
{
	struct sigaction plain = {.sa_handler = SIG_DFL};
	static const int signals[] = {SIGINT,   SIGTERM, SIGHUP,
				      SIGWINCH, SIGCONT, SIGQUIT};
	char **argv = mem_alloc((n + 4) * sizeof(*argv));
	size_t k = 0;
	sigset_t none;

	argv[k++] = mem_strdup("wfctl");
	if (sh->call->globals.state) {
		argv[k++] = mem_strdup("--state");
		argv[k++] = mem_strdup(sh->call->globals.state);
	}
	for (size_t i = 0; i < n; i++)
		argv[k++] = words[i];
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		sigaction(signals[i], &plain, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (in >= 0)
		dup2(in, STDIN_FILENO);
	if (out >= 0)
		dup2(out, STDOUT_FILENO);
	execv("/proc/self/exe", argv);
	_exit(127);
}

/* The exit status; -1 when it could not be started. */
static int
spawn(const struct shell *sh, char **words, size_t n, int in, int out)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
	int status = 0;
	pid_t pid;

	fflush(stdout);
	fflush(stderr);
	sigaction(SIGINT, &ignore, &before);
	pid = fork();
	if (pid == 0)
		become(sh, words, n, in, out);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	sigaction(SIGINT, &before, NULL);
	if (pid < 0)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static size_t
count_words(char **words)
{
	size_t n = 0;

	while (words[n])
		n++;
	return n;
}

/* The status of a command as the code that ends with it. */
static enum wf_code
code_of(int status)
{
	for (int code = 0; code < WF_NCODES; code++)
		if (wf_code_exit((enum wf_code)code) == status)
			return (enum wf_code)code;
	return WF_FAILED;
}

static enum wf_code
run_piped(void *arg, char **words, const char *text)
{
	struct shell *sh = arg;
	int fd = memfd_create("flow", MFD_CLOEXEC);
	int status = -1;

	if (fd >= 0 && fs_write_all(fd, text, strlen(text)) &&
	    lseek(fd, 0, SEEK_SET) == 0)
		status = spawn(sh, words, count_words(words), fd, -1);
	if (fd >= 0)
		close(fd);
	return code_of(status);
}

/* --- news of a run -------------------------------------------------------- */

static void
read_state(struct shell *sh)
{
	struct wf_runs brief = {0};

	free(sh->state);
	sh->state = NULL;
	if (!*sh->run || wf_run_brief(sh->call->engine, sh->run, &brief, NULL))
		return;
	if (brief.n)
		sh->state = mem_strdup(wf_run_state_text(&brief.at[0]));
	wf_list_free(&brief.list);
}

/* Follow this run from now on (`from`: from this event on). */
static void
follow(struct shell *sh, const char *run, bool from_start)
{
	snprintf(sh->run, sizeof(sh->run), "%s", run);
	sh->seen = 0;
	while (!from_start) {
		struct wf_events events = {0};
		size_t n;

		if (wf_events(sh->call->engine, run, sh->seen, 1000, false,
			      &events, NULL))
			break;
		n = events.n;
		if (n)
			sh->seen = events.at[n - 1].seq;
		wf_list_free(&events.list);
		if (!n)
			break;
	}
	if (!sh->watch)
		wf_watch_open(sh->call->engine, run, &sh->watch, NULL);
	read_state(sh);
}

/* New states, and decisions with their reasons; what lies between is for
 * `events`. */
static void
add_event(const struct shell *sh, struct strbuf *out,
	  const struct wf_event_info *event)
{
	struct strbuf raw = STRBUF_INIT;
	json_t *data = json_value(event->data);
	const char *to = json_string_value(json_object_get(data, "to"));

	if (event->what || to) {
		strbuf_addf(&raw, "[%s] %s%s%s", sh->run,
			    event->step ? event->step : "run", ": ",
			    event->what ? event->what : to);
		if (event->because)
			strbuf_addf(&raw, " (%s)", event->because);
		text_sanitize_str(out, raw.at, 0);
		strbuf_addc(out, '\n');
	}
	json_decref(data);
	strbuf_release(&raw);
}

static void
news(void *arg, struct strbuf *out)
{
	struct shell *sh = arg;
	struct wf_events events = {0};

	wf_watch_wait(sh->watch, 0);
	if (!*sh->run || wf_events(sh->call->engine, sh->run, sh->seen, 100,
				   false, &events, NULL))
		return;
	for (size_t i = 0; i < events.n; i++) {
		sh->seen = events.at[i].seq;
		add_event(sh, out, &events.at[i]);
	}
	wf_list_free(&events.list);
	if (out->n)
		read_state(sh);
}

static int
news_fd(void *arg)
{
	const struct shell *sh = arg;

	return sh->watch && *sh->run ? wf_watch_fd(sh->watch) : -1;
}

/* --- starting the flow ---------------------------------------------------- */

/* The id that `run -d` prints. */
static bool
read_id(int fd, char id[WF_RUN_ID])
{
	ssize_t n;

	lseek(fd, 0, SEEK_SET);
	n = read(fd, id, WF_RUN_ID - 1);
	id[n > 0 ? n : 0] = '\0';
	id[strcspn(id, "\n")] = '\0';
	return *id != '\0';
}

/* At the prompt it runs in the background, with its news above the line; a
 * script waits for its end. */
static enum wf_code
start_file(void *arg, const char *file, struct wf_err *err)
{
	struct shell *sh = arg;
	char *words[] = {mem_strdup("run"), mem_strdup("-d"), mem_strdup(file),
			 NULL};
	char id[WF_RUN_ID];
	int fd = sh->interactive ? memfd_create("id", MFD_CLOEXEC) : -1;
	int status;

	(void)err;
	if (fd < 0) {
		char *waited[] = {words[0], words[2], NULL};

		status = spawn(sh, waited, 2, -1, -1);
	} else {
		status = spawn(sh, words, 3, -1, fd);
		if (!status && read_id(fd, id)) {
			printf("%s\n", id);
			follow(sh, id, true);
		}
		close(fd);
	}
	for (size_t i = 0; words[i]; i++)
		free(words[i]);
	return code_of(status);
}

/* --- lines ---------------------------------------------------------------- */

static bool
leave(struct shell *sh)
{
	if (!sh->design.edit || !wf_edit_modified(sh->design.edit) ||
	    sh->warned)
		return true;
	fprintf(stderr,
		"the changes of \"%s\" are not saved; \"save\" them%s\n",
		wf_edit_path(sh->design.edit),
		sh->interactive ? ", or leave once more without" : "");
	sh->warned = true;
	if (sh->interactive)
		return false;
	sh->status = sh->status ? sh->status : wf_code_exit(WF_FAILED);
	return true;
}

static void
help_design(void)
{
	puts("The open flow:");
	for (size_t i = 0; i < ndesign_verbs; i++)
		printf("  %-12s %s\n", design_verbs[i].name,
		       design_verbs[i].summary);
	puts("\n\"help VERB\" shows how it is used; \"exit\" leaves.\n");
}

/* False: it is a command's business. */
static bool
help(const struct shell *sh, char **words, size_t n)
{
	if (n == 1) {
		help_design();
		return false;
	}
	for (size_t i = 0; i < ndesign_verbs; i++) {
		const struct design_verb *v = &design_verbs[i];
		const struct cmd *cmd;
		struct wf_err err;

		if (!str_eq(v->name, words[1]) ||
		    (!sh->design.edit && !cmd_find(v->name, &cmd, &err)))
			continue;
		printf("%s %s\n  %s.\n  Example: %s\n", v->name, v->operands,
		       v->summary, v->example);
		return true;
	}
	return false;
}

static enum wf_code
unknown(const char *word, struct wf_err *err)
{
	const char **names =
		mem_alloc((ncmds + ndesign_verbs + 2) * sizeof(*names));
	const char *near;
	size_t n = 0;

	for (size_t i = 0; i < ncmds; i++)
		if (cmds[i].group != GROUP_HIDDEN)
			names[n++] = cmds[i].name;
	for (size_t i = 0; i < ndesign_verbs; i++)
		names[n++] = design_verbs[i].name;
	names[n++] = "exit";
	near = str_nearest(word, names, n);
	ERR(err, WF_USAGE, "\"%.100s\" is no command", word);
	if (near)
		wf_err_hint(err, "did you mean \"%s\"?", near);
	else
		wf_err_hint(err, "\"help\" lists the commands");
	free(names);
	return WF_USAGE;
}

/* A run that a command set going, or one that is named, gives its news. */
static void
after_command(struct shell *sh, char **words, size_t n)
{
	char id[WF_RUN_ID];

	if (!sh->interactive)
		return;
	if (n > 1 && !*sh->run && words[1][0] != '-' &&
	    !call_is_file(words[1]) &&
	    !wf_run_find(sh->call->engine, words[1], id, NULL))
		follow(sh, id, false);
	else if (*sh->run)
		read_state(sh);
}

static int
do_words(struct shell *sh, char **words, size_t n)
{
	const struct design_verb *verb = design_find(&sh->design, words, n);
	const struct cmd *cmd;
	struct wf_err err = {0};
	enum wf_code code;

	if (str_eq(words[0], "help") && help(sh, words, n))
		return 0;
	if (!verb && cmd_find(words[0], &cmd, &err)) {
		code = unknown(words[0], &err);
	} else if (!verb) {
		/* A command must not read the rest of the script. */
		int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
		int status =
			spawn(sh, words, n, sh->interactive ? -1 : nothing, -1);

		if (nothing >= 0)
			close(nothing);
		after_command(sh, words, n);
		return status < 0 ? wf_code_exit(WF_INTERNAL) : status;
	} else {
		err = (struct wf_err){0};
		code = design_do(&sh->design, verb, words, n, &err);
	}
	if (code && err.message[0])
		output_error(&sh->call->globals, &err, NULL);
	return wf_code_exit(code);
}

static bool
line(void *arg, const char *text)
{
	struct shell *sh = arg;
	const struct args *args = sh->call->args;
	struct arena a = {0};
	struct words w;
	bool more = true;

	words_split(&w, &a, text);
	if (w.open) {
		fputs("a quote is not closed\n", stderr);
		sh->status = wf_code_exit(WF_USAGE);
	} else if (w.n &&
		   (str_eq(w.at[0], "exit") || str_eq(w.at[0], "quit"))) {
		arena_release(&a);
		return !leave(sh);
	} else if (w.n) {
		char **words = w.at;

		/* People type it out of habit. */
		if (str_eq(words[0], "wfctl") && w.n > 1)
			words++, w.n--;
		sh->status = do_words(sh, words, w.n);
		sh->warned = false;
	}
	fflush(stdout);
	if (!sh->interactive && sh->status && !args->keep_going)
		more = false;
	arena_release(&a);
	return more;
}

static bool
end(void *arg)
{
	return !leave(arg);
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
		strbuf_addf(out, " %s%s", slash ? slash + 1 : path,
			    wf_edit_modified(edit) ? "*" : "");
	}
	if (*sh->run)
		strbuf_addf(out, " %s %s", sh->run, sh->state ? sh->state : "");
	strbuf_adds(out, "> ");
}

static void
offer_verbs(const struct shell *sh, const char *typed, complete_fn *add,
	    void *arg)
{
	const struct cmd *cmd;
	struct wf_err err;

	for (size_t i = 0; i < ndesign_verbs; i++)
		if (str_starts(design_verbs[i].name, typed) &&
		    cmd_find(design_verbs[i].name, &cmd, &err))
			add(arg, design_verbs[i].name, design_verbs[i].summary);
	if (str_starts("exit", typed))
		add(arg, "exit", "leave");
	(void)sh;
}

static bool
complete(void *arg, const char *text, size_t n, complete_fn *add, void *add_arg)
{
	struct shell *sh = arg;
	struct call call = {.globals = sh->call->globals};
	char *copy = arena_strndup(&call.arena, text, n);
	const struct design_verb *verb;
	struct words w;
	bool files;

	words_split(&w, &call.arena, copy);
	if (w.between) {
		w.at[w.n] = arena_strdup(&call.arena, "");
		w.n++;
	}
	verb = w.n > 1 ? design_find(&sh->design, w.at, w.n == 2 ? 1 : w.n)
		       : NULL;
	if (verb) {
		files = design_complete(&sh->design, verb, w.at, w.n, add,
					add_arg);
	} else {
		if (w.n == 1)
			offer_verbs(sh, w.at[0], add, add_arg);
		files = complete_words(&call, w.at, w.n, add, add_arg);
	}
	wf_engine_close(call.engine);
	arena_release(&call.arena);
	return files;
}

/* --- the command ---------------------------------------------------------- */

static enum wf_code
open_operand(struct shell *sh, struct wf_err *err)
{
	struct call *call = sh->call;
	char *words[] = {NULL, NULL, NULL};
	char id[WF_RUN_ID];
	enum wf_code code;

	if (!call->nwords)
		return WF_OK;
	if (!call_is_file(call->words[0])) {
		code = call_run(call, 0, id, err);
		if (!code)
			follow(sh, id, false);
		return code;
	}
	words[1] = call->words[0];
	for (size_t i = 0; i < ndesign_verbs; i++)
		if (str_eq(design_verbs[i].name, "open"))
			return design_do(&sh->design, &design_verbs[i], words,
					 2, err);
	return WF_OK;
}

static enum wf_code
shell(struct call *call, struct wf_err *err)
{
	struct shell sh = {.call = call,
			   .interactive = isatty(STDIN_FILENO) &&
					  isatty(STDOUT_FILENO)};
	char *history = mem_printf("%s/history", wf_engine_dir(call->engine));
	struct repl repl = {.arg = &sh,
			    .history = history,
			    .prompt = prompt,
			    .line = line,
			    .end = end,
			    .complete = complete,
			    .news_fd = news_fd,
			    .news = news};
	enum wf_code code;
	int signal = 0;

	sh.design.piped = run_piped;
	sh.design.start = start_file;
	sh.design.arg = &sh;
	code = open_operand(&sh, err);
	if (!code && sh.interactive)
		signal = repl_run(&repl);
	else if (!code)
		repl_script(&repl);
	if (!code && !sh.interactive)
		code = code_of(sh.status);
	if (signal == SIGTERM)
		code = WF_SIGTERM;
	wf_watch_close(sh.watch);
	design_release(&sh.design);
	free(sh.state);
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
