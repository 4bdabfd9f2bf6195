/* Advice about the graph: undo, retries, time limits, what nobody uses.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <ctype.h>
#include <stdlib.h>

#include "../base/str.h"
#include "../model/retry.h"
#include "lint.h"

static bool
has_check(const struct step *s)
{
	return s->more->check.run || s->more->check.nargv;
}

static bool
is_followed(const struct lint *l, uint32_t step)
{
	return workflow_dependents(l->wf, step).n > 0;
}

/* --- undo ---------------------------------------------------------------- */

void
lint_undo_missing(struct lint *l, uint32_t step)
{
	const struct step *s = &l->wf->steps[step];

	if (l->rolls_back && step_runs_command(s) && !s->finally &&
	    is_followed(l, step) && !workflow_has_undo(s) &&
	    !s->more->irreversible && lint_is_reached(l, step))
		lint_found(l, step, NULL, 0,
			   "write an `undo`, or allow it if the step changes "
			   "nothing",
			   "step \"%s\" has no undo", s->id);
}

void
lint_irreversible_in_the_middle(struct lint *l, uint32_t step)
{
	const struct step *s = &l->wf->steps[step];

	if (l->rolls_back && s->more->irreversible && is_followed(l, step))
		lint_found(l, step, NULL, 0,
			   "put it last, or a savepoint behind it",
			   "step \"%s\" is irreversible and others follow",
			   s->id);
}

void
lint_irreversible_undo(struct lint *l, uint32_t step)
{
	const struct step *s = &l->wf->steps[step];

	if (s->more->irreversible && workflow_has_undo(s))
		lint_found(l, step, "undo", 0, "keep one of them",
			   "step \"%s\" is irreversible and has an undo",
			   s->id);
}

void
lint_undo_not_retried(struct lint *l, uint32_t step)
{
	const struct step *s = &l->wf->steps[step];
	const struct undo *u = &s->more->undo;

	if ((u->command.run || u->command.nargv) && !u->retry && s->more->retry)
		lint_found(l, step, NULL, 0,
			   "write `undo: { run: ..., retry: 2 }`",
			   "step \"%s\" is tried again when it fails, its "
			   "undo is not",
			   s->id);
}

/* --- retry --------------------------------------------------------------- */

/* What never began has done nothing. */
static bool
only_unbegun(const struct retry_policy *p)
{
	for (uint32_t i = 0; i < p->nonly; i++)
		if (p->only[i].kind != RETRY_CAUSE ||
		    p->only[i].cause != CAUSE_SPAWN)
			return false;
	return p->nonly > 0;
}

void
lint_retry_unsafe(struct lint *l, uint32_t step)
{
	const struct step *s = &l->wf->steps[step];

	if (s->more->retry && step_runs_command(s) && !s->more->idempotent &&
	    !has_check(s) && !only_unbegun(s->more->retry))
		lint_found(l, step, NULL, 0,
			   "write `idempotent: true` or a `check`",
			   "step \"%s\" is retried, but neither idempotent "
			   "nor checked",
			   s->id);
}

void
lint_retry_without_delay(struct lint *l, uint32_t step)
{
	const struct step *s = &l->wf->steps[step];
	const struct retry_policy *p = s->more->retry;

	if (p && p->backoff != BACKOFF_CONSTANT && !p->delay)
		lint_found(l, step, NULL, 0, "write a `delay`",
			   "step \"%s\" has a backoff and no delay", s->id);
}

/* --- time ---------------------------------------------------------------- */

static int64_t
longest(const struct step *s)
{
	const struct step_more *m = s->more;
	int64_t time = step_runs_command(s) ? m->timeout : DURATION_NONE;

	if (m->approval)
		time = m->approval->timeout;
	if (m->wait)
		time = m->wait->kind == WAIT_FOR ? m->wait->duration
						 : m->wait->timeout;
	return time;
}

void
lint_timeout_past_deadline(struct lint *l, uint32_t step)
{
	const struct step *s = &l->wf->steps[step];

	if (l->wf->deadline != DURATION_NONE && longest(s) > l->wf->deadline)
		lint_found(l, step, NULL, 0,
			   "lower the timeout or raise the deadline",
			   "step \"%s\" may take longer than the whole run",
			   s->id);
}

void
lint_retries_past_deadline(struct lint *l, uint32_t step)
{
	const struct step *s = &l->wf->steps[step];
	const struct retry_policy *p = s->more->retry;
	double worst;

	if (!p || l->wf->deadline == DURATION_NONE ||
	    s->more->timeout > l->wf->deadline)
		return;
	worst = s->more->timeout < 0
			? 0
			: ((double)p->limit + 1) * (double)s->more->timeout;
	for (uint32_t k = 1; k <= p->limit && worst <= (double)l->wf->deadline;
	     k++)
		worst += (double)retry_delay(p, k);
	if (worst > (double)l->wf->deadline)
		lint_found(l, step, NULL, 0,
			   "fewer tries, a shorter timeout, or a later "
			   "deadline",
			   "all tries of step \"%s\" together may take longer "
			   "than the run",
			   s->id);
}

void
lint_approval_without_timeout(struct lint *l, uint32_t step)
{
	const struct step *s = &l->wf->steps[step];

	if (s->more->approval && s->more->approval->timeout == DURATION_NONE &&
	    l->wf->deadline == DURATION_NONE)
		lint_found(l, step, NULL, 0,
			   "write `timeout: 24h` in the approval",
			   "approval \"%s\" has no timeout", s->id);
}

void
lint_wait_without_timeout(struct lint *l, uint32_t step)
{
	const struct step *s = &l->wf->steps[step];
	const struct wait *w = s->more->wait;

	if (w && (w->kind == WAIT_SIGNAL || w->kind == WAIT_FILE) &&
	    w->timeout == DURATION_NONE && l->wf->deadline == DURATION_NONE)
		lint_found(l, step, NULL, 0, "write a `timeout` in the wait",
			   "wait \"%s\" has no timeout", s->id);
}

void
lint_repeat_without_limit(struct lint *l, uint32_t step)
{
	const struct step *s = &l->wf->steps[step];

	if (s->more->repeat && !s->more->repeat->limit &&
	    l->wf->deadline == DURATION_NONE)
		lint_found(l, step, NULL, 0, "write `limit: 100`",
			   "step \"%s\" is repeated without a limit", s->id);
}

void
lint_no_time_limit(struct lint *l)
{
	const struct step *example = NULL;

	for (uint32_t i = 0; i < l->wf->nsteps && !example; i++)
		if (step_runs_command(&l->wf->steps[i]) &&
		    l->wf->steps[i].more->timeout == DURATION_NONE &&
		    l->wf->steps[i].more->silence == DURATION_NONE)
			example = &l->wf->steps[i];
	if (example && l->wf->deadline == DURATION_NONE)
		lint_found(l, STEP_NONE, NULL, 0,
			   "write a `deadline`, or `defaults: { timeout: 10m "
			   "}`",
			   "neither the flow nor step \"%s\" has a time limit",
			   example->id);
}

/* --- what nobody uses ---------------------------------------------------- */

/* The whole name, not the beginning of a longer one. */
static bool
names_variable(const char *script, const char *name)
{
	size_t n = strlen(name);

	for (const char *p = script; (p = strstr(p, name)); p += n)
		if (!isalnum((unsigned char)p[n]) &&
		    (p[n] != '_' || str_starts(p + n, "_FILE")))
			return true;
	return false;
}

/* Undo finds the outputs of its own step in the environment. */
static bool
undo_reads(const struct step *s, const char *output)
{
	const char *script = s->more->undo.command.run;
	char *name = mem_printf("WFCTL_OUT_%s", output);
	bool found = (script && names_variable(script, name)) ||
		     (!script && s->more->undo.command.nargv);

	free(name);
	return found;
}

static bool
output_is_read(const struct lint *l, const struct step *s, const char *name)
{
	if (lint_reads(l, "%s.%s", s->id, name) ||
	    lint_reads(l, "%s.*", s->id) || undo_reads(s, name))
		return true;
	/* A fallback's outputs stand in for those of another. */
	return s->is_fallback;
}

void
lint_output_unread(struct lint *l, uint32_t step)
{
	const struct step *s = &l->wf->steps[step];

	for (uint32_t i = 0; i < s->more->noutputs; i++)
		if (!output_is_read(l, s, s->more->outputs[i].name))
			lint_found(l, step, NULL, 0,
				   "remove it, or make it an output of the "
				   "flow",
				   "output \"%s\" of step \"%s\"",
				   s->more->outputs[i].name, s->id);
}

void
lint_unreachable(struct lint *l, uint32_t step)
{
	const struct step *s = &l->wf->steps[step];

	if (l->never[step])
		lint_found(l, step, NULL, 0, "remove it, or change its `if`",
			   "step \"%s\" is always skipped", s->id);
}

void
lint_ignored_outputs_read(struct lint *l, uint32_t step)
{
	const struct step *s = &l->wf->steps[step];

	if (s->more->on_failure.action != ON_FAILURE_IGNORE)
		return;
	for (uint32_t i = 0; i < s->more->noutputs; i++)
		if (lint_reads(l, "%s.%s", s->id, s->more->outputs[i].name)) {
			lint_found(l, step, NULL, 0,
				   "use a fallback, or guard with has()",
				   "failures of step \"%s\" are ignored and "
				   "its outputs are read",
				   s->id);
			return;
		}
}

static bool
any_script_has(const struct workflow *wf, const char *text)
{
	for (uint32_t i = 0; i < wf->nsteps; i++) {
		const struct step *s = &wf->steps[i];
		const char *scripts[] = {step_command(s).run,
					 s->more->check.run,
					 s->more->undo.command.run};

		for (size_t k = 0; k < ARRAY_SIZE(scripts); k++)
			if (scripts[k] && names_variable(scripts[k], text))
				return true;
	}
	for (int i = 0; i < NHOOKS; i++)
		if (wf->hooks[i].run && names_variable(wf->hooks[i].run, text))
			return true;
	return false;
}

void
lint_param_unread(struct lint *l)
{
	for (uint32_t i = 0; i < l->wf->params.n; i++) {
		const char *name = l->wf->params.at[i].name;
		char *variable = mem_printf("WFCTL_PARAM_%s", name);

		l->line = l->wf->params.at[i].line;
		l->column = l->wf->params.at[i].column;
		if (!lint_reads(l, "param %s", name) &&
		    !lint_reads(l, "param *") &&
		    !any_script_has(l->wf, variable))
			lint_found(l, STEP_NONE, NULL, 0,
				   "remove it, or read it as params.NAME or "
				   "$WFCTL_PARAM_NAME",
				   "param \"%s\"", name);
		free(variable);
	}
	l->line = 0;
}

void
lint_secret_unused(struct lint *l)
{
	bool *used = mem_alloc(l->wf->nsecrets + 1);

	for (uint32_t i = 0; i < l->wf->nsteps; i++)
		for (uint32_t k = 0; k < l->wf->steps[i].more->nsecrets; k++)
			used[l->wf->steps[i].more->secrets[k]] = true;
	for (uint32_t i = 0; i < l->wf->nsecrets; i++)
		if (!used[i])
			lint_found(l, STEP_NONE, NULL, 0,
				   "remove it, or list it under a step's "
				   "`secrets`",
				   "secret \"%s\"", l->wf->secrets[i].name);
	free(used);
}

void
lint_pool_unused(struct lint *l)
{
	struct map used = {0};

	for (uint32_t i = 0; i < l->wf->nsteps; i++)
		for (uint32_t k = 0; k < l->wf->steps[i].more->npools; k++)
			map_set(&used, l->wf->steps[i].more->pools[k].pool,
				NULL);
	for (uint32_t i = 0; i < l->wf->npools; i++)
		if (!map_find(&used, l->wf->pools[i].name))
			lint_found(l, STEP_NONE, NULL, 0,
				   "remove it, or take it by a step's `pool`",
				   "pool \"%s\"", l->wf->pools[i].name);
	map_release(&used);
}

/* --- elsewhere ----------------------------------------------------------- */

static const struct place_setting *
setting_of(const struct step *s, enum schema_section executor, const char *name)
{
	const struct placing *p = s->more->executor;

	for (uint32_t i = 0;
	     p && p->executor->settings == executor && i < p->nsettings; i++)
		if (str_eq(p->settings[i].key->name, name) && p->settings[i].n)
			return &p->settings[i];
	return NULL;
}

void
lint_image_moves(struct lint *l, uint32_t step)
{
	const struct step *s = &l->wf->steps[step];
	const struct place_setting *image =
		setting_of(s, SCHEMA_DOCKER, "image");
	const char *text = image ? image->at[0].text : "";
	const char *slash = strrchr(text, '/');
	const char *tag = strchr(slash ? slash : text, ':');

	if (image && !strstr(text, "${{") && !strchr(text, '@') &&
	    (!tag || str_eq(tag, ":latest")))
		lint_found(l, step, NULL, 0, "name a version: `image: NAME:12`",
			   "step \"%s\" runs in image \"%s\"", s->id, text);
}

void
lint_host_unchecked(struct lint *l, uint32_t step)
{
	const struct step *s = &l->wf->steps[step];
	const struct place_setting *options =
		setting_of(s, SCHEMA_SSH, "options");

	for (uint32_t i = 0; options && i < options->n; i++)
		if (strcasestr(options->at[i].text, "StrictHostKeyChecking=no"))
			lint_found(
				l, step, NULL, 0,
				"write accept-new, or put the host's key "
				"into known_hosts",
				"step \"%s\" does not look at the host's key",
				s->id);
}
