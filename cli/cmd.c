/* The table of subcommands, lookup, and the help written from their rows.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cmd.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define C(symbol, name, aliases, group, needs, summary)                        \
	extern const struct cmd_entry cmd_##symbol;
#include "cmd.def"
#undef C

const struct cmd cmds[] = {
#define C(symbol, name, aliases, group, needs, summary)                        \
	{name, aliases, GROUP_##group, NEEDS_##needs, summary, &cmd_##symbol},
#include "cmd.def"
#undef C
};
const size_t ncmds = ARRAY_SIZE(cmds);

const char *const cmd_groups[NGROUPS] = {
	[GROUP_RUN] = "Set going",
	[GROUP_LOOK] = "Look",
	[GROUP_DECIDE] = "Decide and intervene",
	[GROUP_FLOW] = "Write flows",
	[GROUP_OPERATE] = "Operate",
	[GROUP_OTHER] = "Other",
	[GROUP_HIDDEN] = "",
};

/* clang-format off */
const struct option global_options[] = {
	{'h', "help",    OPT_FLAG, offsetof(struct globals, help), NULL, "show this help"},
	{0, "version",   OPT_FLAG, offsetof(struct globals, version), NULL, "show the version"},
	{0, "state",     OPT_TEXT, offsetof(struct globals, state), "DIR", "state directory (default $WFCTL_STATE)"},
	{0, "color",     OPT_CHOICE, offsetof(struct globals, color), "auto|always|never", "colour in the output"},
	{'o', "output",  OPT_CHOICE, offsetof(struct globals, format), "table|json|jsonl|csv", "how records are printed"},
	{'q', "quiet",   OPT_FLAG, offsetof(struct globals, quiet), NULL, "say less"},
	{'v', "verbose", OPT_FLAG, offsetof(struct globals, verbose), NULL, "say more"},
	{0}};
/* clang-format on */

static bool
has_alias(const struct cmd *cmd, const char *name)
{
	size_t n = strlen(name);
	const char *at = cmd->aliases;

	while (at && n) {
		size_t len = strcspn(at, " ");

		if (len == n && !memcmp(at, name, n))
			return true;
		at = at[len] ? at + len + 1 : NULL;
	}
	return false;
}

enum wf_code
cmd_find(const char *name, const struct cmd **cmd_out, struct wf_err *err)
{
	const char *names[ARRAY_SIZE(cmds)], *near;
	size_t n = 0;

	for (size_t i = 0; i < ncmds; i++) {
		if (str_eq(cmds[i].name, name) || has_alias(&cmds[i], name)) {
			*cmd_out = &cmds[i];
			return WF_OK;
		}
		if (cmds[i].group != GROUP_HIDDEN)
			names[n++] = cmds[i].name;
	}
	ERR(err, WF_USAGE, "\"%.100s\" is no command", name);
	near = str_nearest(name, names, n);
	if (near)
		wf_err_hint(err, "did you mean \"%s\"?", near);
	else
		wf_err_hint(err, "\"wfctl help\" lists the commands");
	return WF_USAGE;
}

void
cmd_synopsis(struct strbuf *out, const struct cmd *cmd)
{
	strbuf_addf(out, "wfctl %s [OPTION]...", cmd->name);
	if (cmd->entry->operands)
		strbuf_addf(out, " %s", cmd->entry->operands);
}

void
cmd_usage(struct strbuf *out, const struct cmd *cmd)
{
	const struct cmd_entry *entry = cmd->entry;

	strbuf_adds(out, "Usage: ");
	cmd_synopsis(out, cmd);
	strbuf_addf(out, "\n\n%c%s.\n", cmd->summary[0] - 'a' + 'A',
		    cmd->summary + 1);
	if (entry->about)
		strbuf_addf(out, "%s\n", entry->about);
	if (entry->options && entry->options->kind != OPT_END) {
		strbuf_adds(out, "\nOptions:\n");
		option_help(out, entry->options);
	}
	strbuf_adds(out, "\nEverywhere:\n");
	option_help(out, global_options);
	if (entry->example)
		strbuf_addf(out, "\nExample:\n  %s\n", entry->example);
}

static void
overview_group(struct strbuf *out, enum cmd_group group)
{
	strbuf_addf(out, "\n%s:\n", cmd_groups[group]);
	for (size_t i = 0; i < ncmds; i++)
		if (cmds[i].group == group)
			strbuf_addf(out, "  %-12s %s\n", cmds[i].name,
				    cmds[i].summary);
}

void
cmd_overview(struct strbuf *out)
{
	bool used[NGROUPS] = {false};

	strbuf_adds(out, "Usage: wfctl COMMAND [OPTION]... [OPERAND]...\n\n"
			 "Durable workflows for the terminal.\n");
	for (size_t i = 0; i < ncmds; i++)
		used[cmds[i].group] = true;
	for (int group = 0; group < GROUP_HIDDEN; group++)
		if (used[group])
			overview_group(out, group);
	strbuf_adds(out, "\nEverywhere:\n");
	option_help(out, global_options);
	strbuf_adds(out, "\n\"wfctl COMMAND -h\" shows the options of a "
			 "command.\n");
}

enum wf_code
call_open(struct call *call, enum wf_open mode, struct wf_err *err)
{
	if (call->engine)
		return WF_OK;
	return wf_engine_open(call->globals.state, mode, &call->engine, err);
}

enum wf_code
call_run(struct call *call, size_t i, char id_out[WF_RUN_ID],
	 struct wf_err *err)
{
	return wf_run_find(call->engine, call->words[i], id_out, err);
}

bool
call_is_file(const char *word)
{
	return str_eq(word, "-") || strchr(word, '/') ||
	       str_ends(word, ".yaml") || str_ends(word, ".yml") ||
	       (word[0] != '@' && access(word, F_OK) == 0);
}

const struct wf_step_info *
call_step(const struct wf_run_detail *detail, const char *path,
	  struct wf_err *err)
{
	const char **paths = mem_alloc((detail->nsteps + 1) * sizeof(*paths));
	const char *near;

	for (size_t i = 0; i < detail->nsteps; i++) {
		if (str_eq(detail->steps[i].path, path)) {
			free(paths);
			return &detail->steps[i];
		}
		paths[i] = detail->steps[i].path;
	}
	ERR(err, WF_NOT_FOUND, "run %s has no step \"%.100s\"", detail->run.id,
	    path);
	near = str_nearest(path, paths, detail->nsteps);
	if (near)
		wf_err_hint(err, "did you mean \"%.100s\"?", near);
	else
		wf_err_hint(err, "\"wfctl show %s\" lists its steps",
			    detail->run.id);
	free(paths);
	return NULL;
}

enum wf_code
call_settled(struct call *call, const char *run, bool *settled_out,
	     struct wf_err *err)
{
	struct wf_runs brief = {0};
	enum wf_code code = wf_run_brief(call->engine, run, &brief, err);

	if (code)
		return code;
	*settled_out = !brief.n || run_state_is_final(brief.at[0].state) ||
		       brief.at[0].state == RUN_WAITING ||
		       brief.at[0].state == RUN_PAUSED ||
		       brief.at[0].interrupted;
	wf_list_free(&brief.list);
	return WF_OK;
}

enum wf_code
call_events(struct call *call, const char *run, uint64_t *after,
	    bool only_decisions,
	    void (*fn)(void *arg, const struct wf_event_info *event), void *arg,
	    struct wf_err *err)
{
	enum {
		page = 1000
	};
	struct wf_events events;
	size_t n;

	do {
		enum wf_code code = wf_events(call->engine, run, *after, page,
					      only_decisions, &events, err);

		if (code)
			return code;
		n = events.n;
		for (size_t i = 0; i < n; i++) {
			*after = events.at[i].seq;
			fn(arg, &events.at[i]);
		}
		wf_list_free(&events.list);
	} while (n == page);
	return WF_OK;
}

enum wf_code
call_confirm(bool yes, const char *question, struct wf_err *err)
{
	char answer[64] = "";

	if (yes)
		return WF_OK;
	if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO)) {
		ERR(err, WF_USAGE, "there is no terminal to ask on");
		wf_err_hint(err, "give -y to go ahead without being asked");
		return WF_USAGE;
	}
	fprintf(stderr, "%s [y/N] ", question);
	fflush(stderr);
	if (fgets(answer, sizeof(answer), stdin) &&
	    (answer[0] == 'y' || answer[0] == 'Y'))
		return WF_OK;
	return ERR(err, WF_CANCELLED, "nothing was done");
}
