/* Candidates that stand in the store, or in a flow on the line.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>

#include "complete_int.h"
#include "output.h"
#include "when.h"

static bool
can_read(struct completer *c)
{
	struct wf_err err;

	return !call_open(c->call, WF_OPEN_READ, &err);
}

/* Is the word one of those with blanks between?  NULL holds all. */
static bool
is_among(const char *words, const char *word)
{
	size_t n = strlen(word);

	while (words && *words) {
		size_t length = strcspn(words, " ");

		if (length == n && !memcmp(words, word, n))
			return true;
		words += length + (words[length] == ' ');
	}
	return !words;
}

/* --- runs ----------------------------------------------------------------- */

static void
offer_run(struct completer *c, const struct wf_run_info *run)
{
	const char *state = wf_run_state_text(run);
	char ago[WHEN_TEXT];

	if (c->cmd && !is_among(c->cmd->entry->runs, state))
		return;
	completer_offer(c, run->id,
			arena_printf(&c->call->arena, "%s %s %s", run->flow,
				     state, when_ago(run->created, ago)));
}

static void
offer_name(struct completer *c, const char *name, const char *state,
	   const char *about)
{
	if (!c->cmd || !state || is_among(c->cmd->entry->runs, state))
		completer_offer(c, name, about);
}

void
completer_runs(struct completer *c)
{
	struct wf_run_filter filter = {.limit = 200};
	struct wf_runs runs = {0};

	offer_name(c, "@latest", NULL, "the latest run");
	offer_name(c, "@failed", "failed", "the latest that failed");
	offer_name(c, "@interrupted", "interrupted",
		   "the latest whose engine is gone");
	if (!can_read(c) || wf_runs(c->call->engine, &filter, &runs, NULL))
		return;
	for (size_t i = 0; i < runs.n; i++)
		offer_run(c, &runs.at[i]);
	wf_list_free(&runs.list);
}

/* Each name once; lists are short. */
void
completer_flows(struct completer *c)
{
	struct wf_run_filter filter = {.limit = 200};
	struct wf_runs runs = {0};

	if (!can_read(c) || wf_runs(c->call->engine, &filter, &runs, NULL))
		return;
	for (size_t i = 0; i < runs.n; i++) {
		bool seen = false;

		for (size_t k = 0; k < i; k++)
			seen |= str_eq(runs.at[k].flow, runs.at[i].flow);
		if (!seen)
			completer_offer(c, runs.at[i].flow, "");
	}
	wf_list_free(&runs.list);
}

/* --- steps of a run ------------------------------------------------------- */

/* The run that the first operand names; to be freed when true. */
static bool
load_run(struct completer *c, struct wf_run_detail *detail)
{
	char id[WF_RUN_ID];

	*detail = (struct wf_run_detail){0};
	return c->run && can_read(c) &&
	       !wf_run_find(c->call->engine, c->run, id, NULL) &&
	       !wf_run(c->call->engine, id, detail, NULL);
}

void
completer_steps(struct completer *c)
{
	struct wf_run_detail detail;

	if (!load_run(c, &detail))
		return;
	for (size_t i = 0; i < detail.nsteps; i++) {
		const struct wf_step_info *s = &detail.steps[i];
		const char *state = step_states[s->state].name;

		if (!c->cmd || is_among(c->cmd->entry->steps, state))
			completer_offer(c, s->path, state);
	}
	wf_list_free(&detail.list);
}

void
completer_targets(struct completer *c)
{
	struct wf_run_detail detail;

	completer_offer(c, "start", "everything it did");
	if (!load_run(c, &detail))
		return;
	for (size_t i = 0; i < detail.nsteps; i++)
		if (detail.steps[i].savepoint)
			completer_offer(c, detail.steps[i].savepoint,
					"savepoint");
	for (size_t i = 0; i < detail.nsteps; i++)
		completer_offer(c, detail.steps[i].path,
				step_states[detail.steps[i].state].name);
	wf_list_free(&detail.list);
}

static void
offer_signal(struct completer *c, const struct wf_step_info *s)
{
	json_t *data = json_value(s->data);
	const char *name = json_string_value(json_object_get(data, "signal"));

	if (name && s->state == STEP_WAITING)
		completer_offer(c, arena_strdup(&c->call->arena, name),
				s->path);
	json_decref(data);
}

void
completer_signals(struct completer *c)
{
	struct wf_run_detail detail;

	if (!load_run(c, &detail))
		return;
	for (size_t i = 0; i < detail.nsteps; i++)
		offer_signal(c, &detail.steps[i]);
	wf_list_free(&detail.list);
}

static void
offer_fields(struct completer *c, const char *json)
{
	json_t *data = json_value(json), *field;
	size_t k;

	json_array_foreach(json_object_get(data, "form"), k, field)
	{
		const char *name =
			json_string_value(json_object_get(field, "name"));
		const char *help =
			json_string_value(json_object_get(field, "help"));

		if (name)
			completer_offer(
				c, arena_printf(&c->call->arena, "%s=", name),
				arena_strdup(&c->call->arena,
					     help ? help : ""));
	}
	json_decref(data);
}

void
completer_fields(struct completer *c)
{
	struct wf_run_detail detail;

	if (!c->step || !load_run(c, &detail))
		return;
	for (size_t i = 0; i < detail.nsteps; i++)
		if (str_eq(detail.steps[i].path, c->step))
			offer_fields(c, detail.steps[i].data);
	wf_list_free(&detail.list);
}

/* --- the flow on the line ------------------------------------------------- */

static struct wf_flow *
load_flow(struct completer *c)
{
	struct wf_diags findings = {0};
	struct wf_flow *flow = NULL;
	char id[WF_RUN_ID];

	if (!c->file || str_eq(c->file, "-"))
		return NULL;
	if (call_is_file(c->file)) {
		if (wf_flow_load(c->file, &flow, &findings, NULL))
			flow = NULL;
	} else if (!can_read(c) ||
		   wf_run_find(c->call->engine, c->file, id, NULL) ||
		   wf_flow_of_run(c->call->engine, id, &flow, NULL)) {
		flow = NULL;
	}
	wf_diags_release(&findings);
	return flow;
}

void
completer_params(struct completer *c)
{
	struct wf_flow *flow = load_flow(c);

	for (size_t i = 0; flow && i < wf_flow_nparams(flow); i++) {
		struct wf_param_info p = wf_flow_param(flow, i);
		char *name = arena_printf(&c->call->arena, "%s=", p.name);

		if (!str_starts(c->typed, name))
			completer_offer(c, name, p.help);
		for (size_t k = 0; p.choices && p.choices[k]; k++)
			completer_choices(c, name, p.choices[k]);
		if (!p.choices && str_eq(p.type, "bool"))
			completer_choices(c, name, "true|false");
	}
	wf_flow_free(flow);
}

void
completer_flow_steps(struct completer *c)
{
	struct wf_flow *flow = load_flow(c);
	const char *comma = strrchr(c->typed, ',');

	/* In a list the last one is being typed. */
	for (size_t i = 0; flow && i < wf_flow_nsteps(flow); i++) {
		struct wf_node step = wf_flow_step(flow, i);
		int head = comma ? (int)(comma - c->typed) + 1 : 0;

		completer_offer(c,
				arena_printf(&c->call->arena, "%.*s%s", head,
					     c->typed, step.id),
				step.action);
	}
	wf_flow_free(flow);
	if (!flow)
		completer_steps(c);
}
