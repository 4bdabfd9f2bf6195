/* wfctl help: the commands, one of them, or a topic.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>

#include "../cmd.h"

static void
help_status(struct strbuf *out)
{
	strbuf_adds(out, "Exit statuses:\n");
	for (int code = 0; code < WF_NCODES; code++)
		strbuf_addf(out, "  %3d  %s\n", wf_code_exit(code),
			    wf_code_title(code));
}

static void
help_states(struct strbuf *out)
{
	strbuf_adds(out, "States of a step:\n");
	for (int i = 0; i < STEP_NSTATES; i++)
		strbuf_addf(out, "  %-16s %s\n", step_states[i].name,
			    step_states[i].meaning);
	strbuf_adds(out, "\nStates of a run:\n");
	for (int i = 0; i < RUN_NSTATES; i++)
		strbuf_addf(out, "  %-16s %s\n", run_states[i].name,
			    run_states[i].meaning);
	strbuf_addf(out, "  %-16s %s\n", "interrupted",
		    "its engine is gone; \"wfctl resume\" goes on");
}

static void
help_events(struct strbuf *out)
{
	strbuf_adds(out, "Kinds of events (* is a decision):\n");
	for (int i = 0; i < EV_NKINDS; i++)
		strbuf_addf(out, "%c %-16s %s\n",
			    event_kinds[i].decision ? '*' : ' ',
			    event_kinds[i].name, event_kinds[i].meaning);
}

static void
help_names(struct strbuf *out)
{
	strbuf_adds(
		out,
		"A RUN is\n"
		"  an id, or the beginning of one when it is unique\n"
		"  @latest, @failed (the latest that failed), @interrupted\n"
		"  a flow's name, for its latest run\n\n"
		"A STEP is\n"
		"  id             a step\n"
		"  id[key]        an instance of a foreach or matrix step\n"
		"  id/child       a step of a child flow\n"
		"  id[key]/child  both\n");
}

static const struct {
	const char *name;
	void (*write)(struct strbuf *out);
} topics[] = {
	{"status", help_status},
	{"states", help_states},
	{"events", help_events},
	{"names",  help_names },
};

static enum wf_code
find(const char *word, const struct cmd **cmd_out, struct wf_err *err)
{
	enum wf_code code = cmd_find(word, cmd_out, err);
	struct strbuf list = STRBUF_INIT;

	/* A command was meant when one is near. */
	if (!code || str_starts(err->hint, "did you mean"))
		return code;
	for (size_t i = 0; i < ARRAY_SIZE(topics); i++)
		strbuf_addf(&list, "%s%s", i ? ", " : "", topics[i].name);
	ERR(err, WF_USAGE, "\"%.100s\" is no command and no topic", word);
	wf_err_hint(err, "topics are %s; \"man wfctl-flow\" is on the file",
		    list.at);
	strbuf_release(&list);
	return code;
}

static enum wf_code
help(struct call *call, struct wf_err *err)
{
	struct strbuf text = STRBUF_INIT;
	const struct cmd *cmd;
	enum wf_code code = WF_OK;

	if (!call->nwords) {
		cmd_overview(&text);
		strbuf_adds(&text, "Topics: wfctl help status, states, "
				   "events, names\n");
	} else {
		for (size_t i = 0; i < ARRAY_SIZE(topics); i++)
			if (str_eq(topics[i].name, call->words[0]))
				topics[i].write(&text);
		if (!text.n)
			code = find(call->words[0], &cmd, err);
		if (!text.n && !code)
			cmd_usage(&text, cmd);
	}
	fwrite(text.at, 1, text.n, stdout);
	strbuf_release(&text);
	return code;
}

const struct cmd_entry cmd_help = {
	.operands = "[COMMAND|TOPIC]",
	.max = 1,
	.about = "Topics are status (exit statuses), states, events and "
		 "names (of runs and steps).",
	.example = "wfctl help run",
	.complete = "c",
	.choices = "status|states|events|names",
	.run = help,
};
