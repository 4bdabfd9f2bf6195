/* Lines of the palette: carried out, and kept.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "console_int.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

/* --- design verbs --------------------------------------------------------- */

/* For struct design. */
/* A command as a process that reads `in`, which is closed, and whose output
 * is the result; false: it cannot be started. */
static bool
begin_process(struct console *c, char **words, size_t n, int in)
{
	int out[2];
	pid_t pid;

	if (in < 0)
		return false;
	if (pipe2(out, O_CLOEXEC)) {
		close(in);
		return false;
	}
	pid = shell_begin(&c->shell, words, n,
			  &(struct shell_fds){in, out[1], out[1]});
	close(in);
	close(out[1]);
	if (pid <= 0) {
		close(out[0]);
		return false;
	}
	c->result->fd = out[0];
	c->result->pid = pid;
	return true;
}

static enum wf_code
begin_piped(void *arg, char **words, const char *text)
{
	size_t n = 0;

	while (words[n])
		n++;
	return begin_process(arg, words, n, shell_text(text)) ? WF_OK
							      : WF_FAILED;
}

static enum wf_code
start_flow(void *arg, const char *file, struct wf_err *err)
{
	struct console *c = arg;

	(void)err;
	c->result->screen = "start";
	c->result->arg = mem_printf("file %s", file);
	return WF_OK;
}

/* What a verb printed, and why it failed, become one text. */
static enum wf_code
do_design(struct console *c, const struct design_verb *verb,
	  const struct words *w, const struct command_place *place,
	  struct wf_err *err)
{
	char *text = NULL;
	size_t size;
	FILE *out;
	enum wf_code code;

	if (verb->changes && place->read_only)
		return ERR(err, WF_REFUSED, "this screen is read-only");
	if (str_eq(verb->name, "open")) {
		c->result->screen = "edit";
		c->result->arg = mem_strdup(w->n > 1 ? w->at[1] : "");
		return WF_OK;
	}
	out = open_memstream(&text, &size);
	c->shell.design.out = c->shell.design.err = out;
	code = design_do(&c->shell.design, verb, w->at, w->n, err);
	fclose(out);
	strbuf_add(&c->result->said, text, size);
	free(text);
	/* Findings are an answer. */
	return code == WF_INVALID ? WF_OK : code;
}

/* --- commands ------------------------------------------------------------- */

static bool
has_options(const struct words *w)
{
	for (size_t i = 1; i < w->n; i++)
		if (w->at[i][0] == '-')
			return true;
	return false;
}

/* Commands with a screen: it asks, and shows what the command would print. */
static bool
has_screen(struct console *c, const struct cmd *cmd, const struct words *w,
	   struct wf_err *err)
{
	struct command_result *r = c->result;
	char id[WF_RUN_ID] = "";
	const char *step = w->n > 2 ? w->at[2] : NULL;
	bool stops = str_eq(cmd->name, "cancel");

	if (has_options(w) || w->n > 3)
		return false;
	if (str_eq(cmd->name, "edit") && w->n == 2) {
		r->screen = "edit";
		r->arg = mem_strdup(w->at[1]);
		return true;
	}
	if (!stops && !str_eq(cmd->name, "rollback") &&
	    !str_eq(cmd->name, "tui"))
		return false;
	if (w->n > 1 && wf_run_find(c->shell.call->engine, w->at[1], id, err))
		return true;
	if (w->n == 1 && !str_eq(cmd->name, "tui"))
		return false;
	r->screen = stops                           ? "confirm"
		    : str_eq(cmd->name, "rollback") ? "rollback"
		    : *id                           ? "run"
						    : "runs";
	r->arg = mem_printf("%s%s%s%s", id, step ? " " : "",
			    step && stops ? "stop " : "", step ? step : "");
	return true;
}

/* A command that follows a run gives its id instead: the screen follows. */
static void
detach(struct arena *a, struct words *w)
{
	char **longer = arena_alloc(a, (w->n + 2) * sizeof(*longer));

	memcpy(longer, w->at, w->n * sizeof(*longer));
	for (size_t i = w->n; i > 1; i--)
		longer[i] = longer[i - 1];
	longer[1] = arena_strdup(a, "--detach");
	longer[++w->n] = NULL;
	w->at = longer;
}

static bool
has_word(const struct words *w, const char *a, const char *b)
{
	for (size_t i = 1; i < w->n; i++)
		if (str_eq(w->at[i], a) || str_eq(w->at[i], b))
			return true;
	return false;
}

static enum wf_code
begin_command(struct console *c, struct words *w, struct wf_err *err)
{
	int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (begin_process(c, w->at, w->n, nothing))
		return WF_OK;
	return ERR(err, WF_FAILED, "no process can be started");
}

static enum wf_code
do_command(struct console *c, const struct cmd *cmd, struct arena *a,
	   struct words *w, const struct command_place *place,
	   struct wf_err *err)
{
	const struct option *rows = cmd->entry->options;
	bool looks =
		has_word(w, "-n", "--dry-run") || has_word(w, "-h", "--help");

	if (str_eq(cmd->name, "shell"))
		return ERR(err, WF_REFUSED,
			   "the shell wants a terminal for itself");
	if (place->read_only && !looks && option_find(rows, "--dry-run"))
		return ERR(err, WF_REFUSED, "this screen is read-only");
	if (has_screen(c, cmd, w, err))
		return c->result->screen ? WF_OK : err->code;
	if (option_find(rows, "--detach") && !looks) {
		c->result->opens = true;
		if (!has_word(w, "-d", "--detach"))
			detach(a, w);
	}
	return begin_command(c, w, err);
}

/* --- lines ---------------------------------------------------------------- */

/* Of equal lines the last one stays. */
static void
remember(void *arg, const char *line)
{
	struct console *c = arg;

	for (size_t i = 0; i < c->history.n; i++) {
		if (!str_eq(c->history.at[i], line))
			continue;
		free(c->history.at[i]);
		memmove(c->history.at + i, c->history.at + i + 1,
			(--c->history.n - i) * sizeof(char *));
		break;
	}
	vec_push(&c->history, mem_strdup(line));
}

static void
keep(struct console *c, const char *line)
{
	size_t n = strlen(line);
	char *trimmed;

	if (line_is_private(line))
		return;
	while (n && line[n - 1] == ' ')
		n--;
	trimmed = mem_strndup(line, n);
	lines_append(&c->lines, trimmed);
	remember(c, trimmed);
	free(trimmed);
}

static const char *
history(void *arg, size_t i)
{
	struct console *c = arg;

	if (i == 0)
		lines_sync(&c->lines);
	return i < c->history.n ? c->history.at[c->history.n - 1 - i] : NULL;
}

static enum wf_code
run_words(struct console *c, struct arena *a, struct words *w,
	  const struct command_place *place, const char *line,
	  struct wf_err *err)
{
	const struct design_verb *verb =
		design_find(&c->shell.design, w->at, w->n);
	const struct cmd *cmd;
	struct wf_err none;

	if (verb && (place->edit || str_eq(verb->name, "open"))) {
		keep(c, line);
		return do_design(c, verb, w, place, err);
	}
	if (console_wants_flow(w->at[0])) {
		ERR(err, WF_REFUSED, "\"%.40s\" wants a flow to design",
		    w->at[0]);
		wf_err_hint(err, "\"open FILE\" opens one");
		return WF_REFUSED;
	}
	if (cmd_find(w->at[0], &cmd, &none))
		return shell_unknown(w->at[0], err);
	/* In a shell nobody would know which run was meant. */
	if (console_lacks_run(c, place, w, false)) {
		line = console_with_run(a, line, place->run);
		words_split(w, a, line);
	}
	keep(c, line);
	return do_command(c, cmd, a, w, place, err);
}

static enum wf_code
run(void *arg, const struct command_place *place, const char *line,
    struct command_result *result, struct wf_err *err)
{
	struct console *c = arg;
	struct arena a = {0};
	struct words w;
	enum wf_code code = WF_OK;

	c->result = result;
	c->shell.design.edit = place->edit;
	line += str_starts(line, "wfctl ") ? strlen("wfctl ") : 0;
	words_split(&w, &a, line);
	if (w.open)
		code = ERR(err, WF_USAGE,
			   "a quote is not closed, or a backslash stands last");
	else if (w.n)
		code = run_words(c, &a, &w, place, line, err);
	c->shell.design.edit = NULL;
	c->result = NULL;
	arena_release(&a);
	return code;
}

/* --- the console ---------------------------------------------------------- */

struct console *
console_open(struct call *call)
{
	struct console *c = mem_alloc(sizeof(*c));

	*c = (struct console){
		.commands = {.arg = c,
			     .complete = console_complete,
			     .usage = console_usage,
			     .run = run,
			     .history = history},
		.shell = {.call = call},
	};
	c->shell.design.clip_file = shell_clip_file(&c->shell);
	c->shell.design.piped = begin_piped;
	c->shell.design.start = start_flow;
	c->shell.design.arg = c;
	if (call->engine)
		c->file = mem_printf("%s/history", wf_engine_dir(call->engine));
	c->lines =
		(struct lines_file){.path = c->file, .add = remember, .arg = c};
	lines_open(&c->lines);
	return c;
}

const struct commands *
console_commands(struct console *c)
{
	return &c->commands;
}

void
console_close(struct console *c)
{
	c->shell.design.edit = NULL; /* the designer's */
	shell_release(&c->shell);
	vec_each (&c->history, char *, line)
		free(*line);
	vec_release(&c->history);
	free(c->file);
	free(c);
}
