/* Candidates for the palette, and the run that a line does not name.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "console_int.h"

/* --- the run at the cursor ------------------------------------------------ */

static bool
is_step(struct console *c, const char *run, const char *word)
{
	struct wf_run_detail d = {0};
	bool found;

	if (wf_run(c->shell.call->engine, run, &d, NULL))
		return false;
	found = call_step(&d, word, NULL) != NULL;
	wf_list_free(&d.list);
	return found;
}

/* Behind options and their values; NULL: there is none. */
static const char *
first_operand(const struct cmd *cmd, char *const *words, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		const struct option *row =
			option_find(cmd->entry->options, words[i]);

		if (words[i][0] != '-' || !words[i][1])
			return words[i];
		if (!row)
			row = option_find(global_options, words[i]);
		i += row && option_takes_value(row) && !strchr(words[i], '=');
	}
	return NULL;
}

bool
console_lacks_run(struct console *c, const struct command_place *place,
		  const struct words *w, bool typing)
{
	char id[WF_RUN_ID];
	const char *operand;
	const struct cmd *cmd;
	struct wf_err err;
	char kind;

	if (!place->run || !w->n || cmd_find(w->at[0], &cmd, &err) ||
	    !cmd->entry->complete)
		return false;
	kind = cmd->entry->complete[0];
	operand = first_operand(cmd, w->at, w->n - typing);
	if (!operand)
		return kind == 'r' || (kind == 'x' && cmd->entry->min > 0);
	return kind == 'r' &&
	       (is_step(c, place->run, operand) ||
		(wf_run_find(c->shell.call->engine, operand, id, NULL) &&
		 cmd->entry->max != 1));
}

char *
console_with_run(struct arena *a, const char *line, const char *run)
{
	size_t from = strspn(line, " "), n = strcspn(line + from, " ");

	return arena_printf(a, "%.*s %s%s", (int)n, line + from, run,
			    line + from + n);
}

/* --- completing ----------------------------------------------------------- */

static void
split_typed(struct words *w, struct arena *a, const char *line)
{
	words_split(w, a, line);
	if (w->between)
		w->n++;
}

static void
complete_line(struct console *c, const char *line, command_add_fn *add,
	      void *add_arg)
{
	const char *space = strrchr(line, ' ');

	complete_paths(
		space ? space + 1 : line,
		shell_complete(&c->shell, line, strlen(line), add, add_arg),
		add, add_arg);
}

/* Candidates without the verbs that want an open flow. */
struct sieve {
	command_add_fn *add;
	void *arg;
};

bool
console_wants_flow(const char *word)
{
	const struct cmd *cmd;
	struct wf_err err;

	if (str_eq(word, "open") || !cmd_find(word, &cmd, &err))
		return false;
	for (size_t i = 0; i < ndesign_verbs; i++)
		if (str_eq(design_verbs[i].name, word))
			return true;
	return false;
}

static void
add_sifted(void *arg, const char *word, const char *about)
{
	const struct sieve *s = arg;

	if (!console_wants_flow(word))
		s->add(s->arg, word, about);
}

void
console_complete(void *arg, const struct command_place *place, const char *line,
		 command_add_fn *add, void *add_arg)
{
	struct console *c = arg;
	struct arena a = {0};
	struct sieve sieve = {add, add_arg};
	struct words w;

	c->shell.design.edit = place->edit;
	split_typed(&w, &a, line);
	if (!place->edit && w.n < 2) {
		add = add_sifted;
		add_arg = &sieve;
	}
	if (w.n > 1 && !design_find(&c->shell.design, w.at, w.n - w.between) &&
	    console_lacks_run(c, place, &w, true))
		complete_line(c, console_with_run(&a, line, place->run), add,
			      add_arg);
	else
		complete_line(c, line, add, add_arg);
	arena_release(&a);
}

void
console_usage(void *arg, const struct command_place *place, const char *line,
	      struct strbuf *out)
{
	struct console *c = arg;

	c->shell.design.edit = place->edit;
	shell_usage(&c->shell, line, out);
}
