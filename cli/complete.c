/* Completion by the rows of commands and options, and by what is stored.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "complete_int.h"
#include "starter.h"

/* Where candidates of a value that is glued to its option go. */
struct glue {
	const char *head;
	struct arena *arena;
	complete_fn *add;
	void *arg;
};

static void
offer_commands(struct completer *c)
{
	for (size_t i = 0; i < ncmds; i++)
		if (cmds[i].group != GROUP_HIDDEN)
			completer_offer(c, cmds[i].name, cmds[i].summary);
}

/* But for those that `over` has by the same name. */
static void
offer_options(struct completer *c, const struct option *rows,
	      const struct option *over)
{
	for (; rows && rows->kind != OPT_END; rows++) {
		const char *name =
			arena_printf(&c->call->arena, "--%s", rows->name);

		if (!option_find(over, name))
			completer_offer(c, name, rows->help);
	}
}

static void
offer_templates(struct completer *c)
{
	for (size_t i = 0; i < nstarters; i++)
		completer_offer(c, starters[i].name,
				starter_about(&starters[i], &c->call->arena));
}

static void
offer_states(struct completer *c)
{
	for (int i = 0; i < RUN_NSTATES; i++)
		completer_offer(c, run_states[i].name, run_states[i].meaning);
	completer_offer(c, "interrupted", "its engine is gone");
}

/* What a value is, told by the names of the option and of its value. */
static void
offer_value(struct completer *c, const struct option *row)
{
	const char *arg = row->arg ? row->arg : "";

	if (row->kind == OPT_CHOICE)
		completer_choices(c, "", arg);
	else if (str_eq(row->name, "param"))
		completer_params(c);
	else if (str_eq(row->name, "field"))
		completer_fields(c);
	else if (str_eq(row->name, "template"))
		offer_templates(c);
	else if (str_starts(arg, "STATE"))
		offer_states(c);
	else if (str_eq(row->name, "flow") && str_eq(arg, "NAME"))
		completer_flows(c);
	else if (str_starts(arg, "start|"))
		completer_targets(c);
	else if (strstr(arg, "STEP"))
		completer_flow_steps(c);
	else if (str_eq(row->name, "flow"))
		c->files = COMPLETE_FLOWS;
	else if (strstr(arg, "FILE"))
		c->files = COMPLETE_FILES;
	else if (str_eq(arg, "DIR"))
		c->files = COMPLETE_DIRS;
}

static void
offer_operand(struct completer *c, size_t i)
{
	const char *kinds = c->cmd->entry->complete;
	char kind;

	if (!kinds)
		return;
	kind = i < strlen(kinds) ? kinds[i] : kinds[strlen(kinds) - 1];
	switch (kind) {
	case 'f':
		c->files = COMPLETE_FLOWS;
		break;
	case 'F':
		c->files = COMPLETE_FILES;
		break;
	case 'x':
		c->files = COMPLETE_FLOWS;
		completer_runs(c);
		break;
	case 'r':
		completer_runs(c);
		break;
	case 's':
		completer_steps(c);
		break;
	case 'a':
		completer_signals(c);
		break;
	case 'c':
		offer_commands(c);
		completer_choices(c, "", c->cmd->entry->choices);
		break;
	case 'o':
		completer_choices(c, "", c->cmd->entry->choices);
		break;
	default:
		break;
	}
}

static const struct option *
find_row(const struct completer *c, const char *word)
{
	const struct option *row = NULL;

	if (c->cmd)
		row = option_find(c->cmd->entry->options, word);
	return row ? row : option_find(global_options, word);
}

/* What the words before the last one said: the command, an option that waits
 * for its value, and how many operands there are. */
static const struct option *
read_words(struct completer *c, char *const *words, size_t n, size_t *noperands)
{
	const struct option *open = NULL;
	struct wf_err err;

	*noperands = 0;
	for (size_t i = 0; i + 1 < n; i++) {
		const struct option *row;

		if (open) {
			if (str_eq(open->name, "state"))
				c->call->globals.state = words[i];
			open = NULL;
			continue;
		}
		row = find_row(c, words[i]);
		if (row && option_takes_value(row))
			open = row;
		if (words[i][0] == '-' && words[i][1])
			continue;
		if (!c->cmd) {
			if (cmd_find(words[i], &c->cmd, &err))
				return NULL;
			continue;
		}
		if (++*noperands == 1)
			c->run = c->file = words[i];
		else if (*noperands == 2)
			c->step = words[i];
	}
	return open;
}

/* "--name=VALUE" in one word: candidates keep what stands before the value. */
static void
add_glued(void *arg, const char *candidate, const char *about)
{
	struct glue *g = arg;

	g->add(g->arg, arena_printf(g->arena, "%s%s", g->head, candidate),
	       about);
}

static bool
glued_value(struct completer *c, const struct option **row, struct glue *g)
{
	const char *eq = strchr(c->typed, '=');

	if (!str_starts(c->typed, "--") || !eq)
		return false;
	g->head = arena_strndup(&c->call->arena, c->typed,
				(size_t)(eq + 1 - c->typed));
	*row = find_row(c, arena_strndup(&c->call->arena, c->typed,
					 (size_t)(eq - c->typed)));
	if (!*row || !option_takes_value(*row))
		return false;
	g->arena = &c->call->arena;
	g->add = c->add;
	g->arg = c->arg;
	c->add = add_glued;
	c->arg = g;
	c->typed = eq + 1;
	return true;
}

enum complete_files
complete_words(struct call *call, char *const *words, size_t n,
	       complete_fn *add, void *arg)
{
	struct completer c = {.call = call, .add = add, .arg = arg};
	const struct option *open;
	struct glue glue;
	size_t noperands;

	c.typed = n ? words[n - 1] : "";
	open = read_words(&c, words, n, &noperands);
	if (open) {
		offer_value(&c, open);
	} else if (glued_value(&c, &open, &glue)) {
		offer_value(&c, open);
	} else if (c.typed[0] == '-') {
		const struct option *own = c.cmd ? c.cmd->entry->options : NULL;

		offer_options(&c, own, NULL);
		offer_options(&c, global_options, own);
	} else if (!c.cmd) {
		if (n < 2 || words[n - 2][0] == '-')
			offer_commands(&c);
	} else {
		offer_operand(&c, noperands);
	}
	return c.files;
}
