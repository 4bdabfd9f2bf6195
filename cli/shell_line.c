/* Lines of the shell: design verbs, commands, help, and what a script may do.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "output.h"
#include "shell.h"

bool
shell_may_leave(struct shell *sh)
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

/* --- help ----------------------------------------------------------------- */

static const struct design_verb *
verb_named(const char *name)
{
	for (size_t i = 0; i < ndesign_verbs; i++)
		if (str_eq(design_verbs[i].name, name))
			return &design_verbs[i];
	return NULL;
}

static void
help_design(void)
{
	puts("The open flow:");
	for (size_t i = 0; i < ndesign_verbs; i++)
		printf("  %-12s %s\n", design_verbs[i].name,
		       design_verbs[i].summary);
	puts("\nThe shell:\n"
	     "  help VERB    how it is used, with an example\n"
	     "  !            messages of the run so far\n"
	     "  exit         leave\n");
}

/* False: it is a command's business, too. */
static bool
help(const struct shell *sh, char **words, size_t n)
{
	const struct design_verb *v;
	const struct cmd *cmd;
	struct wf_err err;

	if (n == 1) {
		help_design();
		return false;
	}
	v = verb_named(words[1]);
	if (!v || (!sh->design.edit && !cmd_find(v->name, &cmd, &err)))
		return false;
	printf("%s %s\n  %s.\n  Example: %s\n", v->name, v->operands,
	       v->summary, v->example);
	return true;
}

enum wf_code
shell_unknown(const char *word, struct wf_err *err)
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

void
shell_usage(const struct shell *sh, const char *line, struct strbuf *out)
{
	struct arena a = {0};
	const struct design_verb *v = NULL;
	const struct cmd *cmd;
	struct wf_err err;
	struct words w;

	words_split(&w, &a, line);
	if (w.n)
		v = verb_named(w.at[0]);
	if (v && (sh->design.edit || cmd_find(w.at[0], &cmd, &err)))
		strbuf_addf(out, "%s %s\n", v->name, v->operands);
	if (w.n && !cmd_find(w.at[0], &cmd, &err)) {
		struct strbuf synopsis = STRBUF_INIT;

		cmd_synopsis(&synopsis, cmd);
		strbuf_addf(out, "%s\n", synopsis.at + strlen("wfctl "));
		strbuf_release(&synopsis);
	}
	arena_release(&a);
}

/* --- commands ------------------------------------------------------------- */

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
		shell_follow(sh, id, false);
	else if (*sh->run)
		shell_read_state(sh);
}

static bool
has_option(char *const *words, size_t n, const char *name, char letter)
{
	size_t length = strlen(name);

	for (size_t i = 1; i < n; i++) {
		const char *w = words[i];

		if (str_starts(w, "--") && str_starts(w + 2, name) &&
		    (!w[2 + length] || w[2 + length] == '='))
			return true;
		/* Flags run together, but no value glued to an option. */
		if (letter && w[0] == '-' && w[1] != '-' &&
		    !w[1 + strspn(w + 1, "dhnqvy")] && strchr(w + 1, letter))
			return true;
	}
	return false;
}

/* Nobody is there to look at the plan before a script undoes work: it must
 * say which one it means. */
static enum wf_code
check_script(const struct cmd *cmd, char *const *words, size_t n,
	     struct wf_err *err)
{
	if (!option_find(cmd->entry->options, "--plan") ||
	    has_option(words, n, "plan", 0) ||
	    has_option(words, n, "dry-run", 'n') ||
	    has_option(words, n, "help", 'h'))
		return WF_OK;
	ERR(err, WF_USAGE, "a script must name the plan it agrees to");
	wf_err_hint(err,
		    "\"%s %s -n\" shows its number N; then give -y "
		    "--plan N",
		    words[0], n > 1 ? words[1] : "RUN");
	return WF_USAGE;
}

/* A command of a script must not read the rest of the script. */
static int
run_command(struct shell *sh, const struct cmd *cmd, char **words, size_t n,
	    struct wf_err *err)
{
	int nothing, status;

	if (!sh->interactive && check_script(cmd, words, n, err))
		return wf_code_exit(err->code);
	nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
	status = shell_spawn(sh, words, n, sh->interactive ? -1 : nothing, -1);
	if (nothing >= 0)
		close(nothing);
	after_command(sh, words, n);
	return status < 0 ? wf_code_exit(WF_INTERNAL) : status;
}

/* In a script an error says in which line; so does a command's status, which
 * has said the rest itself. */
static void
report(const struct shell *sh, const char *word, int status, struct wf_err *err)
{
	if (!sh->interactive && !err->file[0])
		wf_err_place(err, "-", sh->line, 0);
	if (err->message[0]) {
		output_error(&sh->call->globals, err, NULL);
	} else if (!sh->interactive && !output_is_json(sh->call)) {
		fflush(stdout);
		fprintf(stderr,
			"standard input:%d: \"%.40s\" ended with exit status "
			"%d\n",
			sh->line, word, status);
	}
}

static int
do_words(struct shell *sh, char **words, size_t n)
{
	const struct design_verb *verb = design_find(&sh->design, words, n);
	const struct cmd *cmd;
	struct wf_err err = {0}, none;
	int status;

	if (str_eq(words[0], "help") && help(sh, words, n))
		return 0;
	if (verb)
		status = wf_code_exit(
			design_do(&sh->design, verb, words, n, &err));
	else if (cmd_find(words[0], &cmd, &none))
		status = wf_code_exit(shell_unknown(words[0], &err));
	else
		status = run_command(sh, cmd, words, n, &err);
	if (status)
		report(sh, words[0], status, &err);
	return status;
}

static void
not_closed(struct shell *sh)
{
	struct wf_err err = {0};

	sh->status = wf_code_exit(ERR(&err, WF_USAGE,
				      "a quote is not closed, or a backslash "
				      "stands last"));
	wf_err_hint(&err, "a command is one line");
	report(sh, "", sh->status, &err);
}

bool
shell_line(struct shell *sh, const char *text)
{
	struct arena a = {0};
	struct words w;
	bool more = true;

	sh->line++;
	words_split(&w, &a, text);
	if (w.open) {
		not_closed(sh);
	} else if (w.n &&
		   (str_eq(w.at[0], "exit") || str_eq(w.at[0], "quit"))) {
		arena_release(&a);
		return !shell_may_leave(sh);
	} else if (w.n && str_eq(w.at[0], "!")) {
		shell_messages(sh);
	} else if (w.n) {
		char **words = w.at;

		/* People type it out of habit. */
		if (str_eq(words[0], "wfctl") && w.n > 1)
			words++, w.n--;
		sh->status = do_words(sh, words, w.n);
		sh->warned = false;
	}
	fflush(stdout);
	if (!sh->interactive && sh->status && !sh->keep_going)
		more = false;
	arena_release(&a);
	return more;
}

/* --- completion ----------------------------------------------------------- */

static void
offer_verbs(const char *typed, complete_fn *add, void *arg)
{
	const struct cmd *cmd;
	struct wf_err err;

	for (size_t i = 0; i < ndesign_verbs; i++)
		if (str_starts(design_verbs[i].name, typed) &&
		    cmd_find(design_verbs[i].name, &cmd, &err))
			add(arg, design_verbs[i].name, design_verbs[i].summary);
	if (str_starts("exit", typed))
		add(arg, "exit", "leave");
}

/* `help VERB`: commands come from the table, verbs from ours. */
static void
offer_help(const struct words *w, complete_fn *add, void *arg)
{
	if (w->n == 2 && str_eq(w->at[0], "help"))
		offer_verbs(w->at[1], add, arg);
}

enum complete_files
shell_complete(struct shell *sh, const char *line, size_t n, complete_fn *add,
	       void *arg)
{
	struct call call = {.globals = sh->call->globals};
	char *copy = arena_strndup(&call.arena, line, n);
	const struct design_verb *verb;
	enum complete_files files;
	struct words w;

	words_split(&w, &call.arena, copy);
	if (w.between) {
		w.at[w.n] = arena_strdup(&call.arena, "");
		w.n++;
	}
	if (w.n > 2 && str_eq(w.at[0], "wfctl"))
		w.at++, w.n--;
	verb = w.n > 1 ? design_find(&sh->design, w.at, w.n == 2 ? 1 : w.n)
		       : NULL;
	if (verb) {
		files = design_complete(&sh->design, verb, w.at, w.n, add, arg);
	} else {
		if (w.n == 1)
			offer_verbs(w.at[0], add, arg);
		offer_help(&w, add, arg);
		files = complete_words(&call, w.at, w.n, add, arg);
	}
	wf_engine_close(call.engine);
	arena_release(&call.arena);
	return files;
}
