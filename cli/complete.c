/* Completion by the rows of commands and options, and by what is stored.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "complete.h"

#include <stdio.h>

struct completer {
	struct call *call;
	const struct cmd *cmd;
	const char *typed; /* the word being typed */
	complete_fn *add;
	void *arg;
	const char *run, *file; /* operands that were typed before */
	bool files;
};

static void
offer(struct completer *c, const char *candidate, const char *about)
{
	if (str_starts(candidate, c->typed))
		c->add(c->arg, candidate, about ? about : "");
}

/* Each of "a|b|c", with `prefix` before it. */
static void
offer_choices(struct completer *c, const char *prefix, const char *choices)
{
	while (choices && *choices) {
		size_t n = strcspn(choices, "|");
		char *word = arena_printf(&c->call->arena, "%s%.*s", prefix,
					  (int)n, choices);

		offer(c, word, NULL);
		choices += n + (choices[n] == '|');
	}
}

static void
offer_commands(struct completer *c)
{
	for (size_t i = 0; i < ncmds; i++)
		if (cmds[i].group != GROUP_HIDDEN)
			offer(c, cmds[i].name, cmds[i].summary);
}

static void
offer_options(struct completer *c, const struct option *rows)
{
	for (; rows && rows->kind != OPT_END; rows++)
		offer(c, arena_printf(&c->call->arena, "--%s", rows->name),
		      rows->help);
}

static bool
can_read(struct completer *c)
{
	struct wf_err err;

	return !call_open(c->call, WF_OPEN_READ, &err);
}

static void
offer_runs(struct completer *c)
{
	static const char *const names[] = {"@latest", "@failed",
					    "@interrupted"};
	struct wf_run_filter filter = {.limit = 200};
	struct wf_runs runs = {0};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		offer(c, names[i], NULL);
	if (!can_read(c) || wf_runs(c->call->engine, &filter, &runs, NULL))
		return;
	for (size_t i = 0; i < runs.n; i++)
		offer(c, runs.at[i].id,
		      arena_printf(&c->call->arena, "%s %s", runs.at[i].flow,
				   wf_run_state_text(&runs.at[i])));
	wf_list_free(&runs.list);
}

static void
offer_steps(struct completer *c)
{
	struct wf_run_detail detail = {0};
	char id[WF_RUN_ID];

	if (!c->run || !can_read(c) ||
	    wf_run_find(c->call->engine, c->run, id, NULL) ||
	    wf_run(c->call->engine, id, &detail, NULL))
		return;
	for (size_t i = 0; i < detail.nsteps; i++)
		offer(c, detail.steps[i].path,
		      step_states[detail.steps[i].state].name);
	wf_list_free(&detail.list);
}

static struct wf_flow *
load_flow(struct completer *c)
{
	struct wf_diags findings = {0};
	struct wf_flow *flow = NULL;

	if (c->file && !str_eq(c->file, "-") &&
	    wf_flow_load(c->file, &flow, &findings, NULL))
		flow = NULL;
	wf_diags_release(&findings);
	return flow;
}

/* The params of the flow on the line, as NAME= and then their choices. */
static void
offer_params(struct completer *c)
{
	struct wf_flow *flow = load_flow(c);

	for (size_t i = 0; flow && i < wf_flow_nparams(flow); i++) {
		struct wf_param_info p = wf_flow_param(flow, i);
		char *name = arena_printf(&c->call->arena, "%s=", p.name);

		if (!str_starts(c->typed, name))
			offer(c, name, p.help);
		for (size_t k = 0; p.choices && p.choices[k]; k++)
			offer_choices(c, name, p.choices[k]);
	}
	wf_flow_free(flow);
}

static void
offer_flow_steps(struct completer *c)
{
	struct wf_flow *flow = load_flow(c);

	for (size_t i = 0; flow && i < wf_flow_nsteps(flow); i++)
		offer(c, wf_flow_step(flow, i).id, NULL);
	wf_flow_free(flow);
	if (!flow)
		offer_steps(c);
}

static void
offer_value(struct completer *c, const struct option *row)
{
	if (row->kind == OPT_CHOICE)
		offer_choices(c, "", row->arg);
	else if (str_eq(row->name, "param"))
		offer_params(c);
	else if (strstr(row->arg, "STEP"))
		offer_flow_steps(c);
	else if (strstr(row->arg, "FILE") || str_eq(row->arg, "DIR"))
		c->files = true;
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
	case 'F':
		c->files = true;
		break;
	case 'x':
		c->files = true;
		offer_runs(c);
		break;
	case 'r':
		offer_runs(c);
		break;
	case 's':
		offer_steps(c);
		break;
	case 'c':
		offer_commands(c);
		offer_choices(c, "", c->cmd->entry->choices);
		break;
	case 'o':
		offer_choices(c, "", c->cmd->entry->choices);
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
	}
	return open;
}

bool
complete_words(struct call *call, char *const *words, size_t n,
	       complete_fn *add, void *arg)
{
	struct completer c = {.call = call, .add = add, .arg = arg};
	const struct option *open;
	size_t noperands;

	c.typed = n ? words[n - 1] : "";
	open = read_words(&c, words, n, &noperands);
	if (open) {
		offer_value(&c, open);
	} else if (c.typed[0] == '-') {
		if (c.cmd)
			offer_options(&c, c.cmd->entry->options);
		offer_options(&c, global_options);
	} else if (!c.cmd) {
		if (n < 2 || words[n - 2][0] == '-')
			offer_commands(&c);
	} else {
		offer_operand(&c, noperands);
	}
	return c.files;
}

/* clang-format off */
static const struct {
	const char *shell, *script;
} scripts[] = {
{"bash",
"# Completion of wfctl for bash:  . <(wfctl completion bash)\n"
"_wfctl() {\n"
"\tlocal line files=\n"
"\tCOMPREPLY=()\n"
"\twhile IFS= read -r line; do\n"
"\t\tcase $line in\n"
"\t\t:files) files=1 ;;\n"
"\t\t*) COMPREPLY+=(\"${line%%$'\\t'*}\") ;;\n"
"\t\tesac\n"
"\tdone < <(\"${COMP_WORDS[0]}\" complete -- \\\n"
"\t\t\"${COMP_WORDS[@]:1:COMP_CWORD}\" 2>/dev/null)\n"
"\t[ -n \"$files\" ] && compopt -o filenames &&\n"
"\t\tmapfile -t -O ${#COMPREPLY[@]} COMPREPLY < \\\n"
"\t\t\t<(compgen -f -- \"${COMP_WORDS[COMP_CWORD]}\")\n"
"\t[[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]] &&\n"
"\t\tcompopt -o nospace\n"
"\treturn 0\n"
"}\n"
"complete -F _wfctl wfctl\n"},
{"zsh",
"#compdef wfctl\n"
"# Completion of wfctl for zsh:  source <(wfctl completion zsh)\n"
"_wfctl() {\n"
"\tlocal line files= word about\n"
"\tlocal -a found\n"
"\twhile IFS= read -r line; do\n"
"\t\tif [[ $line == :files ]]; then\n"
"\t\t\tfiles=1\n"
"\t\t\tcontinue\n"
"\t\tfi\n"
"\t\tword=${line%%$'\\t'*}\n"
"\t\tabout=${line#*$'\\t'}\n"
"\t\tfound+=(\"${word//:/\\\\:}:$about\")\n"
"\tdone < <(\"${words[1]}\" complete -- \"${(@)words[2,CURRENT]}\" 2>/dev/null)\n"
"\t(( ${#found} )) && _describe wfctl found\n"
"\t[[ -n $files ]] && _files\n"
"\treturn 0\n"
"}\n"
"if [ \"$funcstack[1]\" = _wfctl ]; then _wfctl \"$@\"; else compdef _wfctl wfctl; fi\n"},
{"fish",
"# Completion of wfctl for fish:  wfctl completion fish | source\n"
"function __wfctl_complete\n"
"\tset -l words (commandline -opc) (commandline -ct)\n"
"\tfor line in ($words[1] complete -- $words[2..-1] 2>/dev/null)\n"
"\t\tif test \"$line\" = :files\n"
"\t\t\t__fish_complete_path (commandline -ct)\n"
"\t\telse\n"
"\t\t\techo $line\n"
"\t\tend\n"
"\tend\n"
"end\n"
"complete -c wfctl -f -a '(__wfctl_complete)'\n"},
};
/* clang-format on */

const char *
complete_script(const char *shell)
{
	for (size_t i = 0; i < ARRAY_SIZE(scripts); i++)
		if (str_eq(scripts[i].shell, shell))
			return scripts[i].script;
	return NULL;
}
