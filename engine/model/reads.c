/* Walks all expressions and templates of a workflow.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "reads.h"

struct walk {
	void (*visit)(void *arg, uint32_t step, const char *const *chain,
		      size_t n);
	void *arg;
	uint32_t step;
};

static void
on_chain(void *arg, const char *const *chain, size_t n)
{
	struct walk *w = arg;

	w->visit(w->arg, w->step, chain, n);
}

static void
in_expr(struct walk *w, const struct expr *e)
{
	if (e->program)
		cel_each_chain(e->program, on_chain, w);
}

static void
in_template(struct walk *w, const struct template *t)
{
	if (t->text)
		template_each_chain(t, on_chain, w);
}

static void
in_command(struct walk *w, const struct command *c)
{
	for (uint32_t i = 0; i < c->nargv; i++)
		in_template(w, &c->argv[i]);
}

static void
in_env(struct walk *w, const struct env *env)
{
	for (uint32_t i = 0; i < env->n; i++)
		in_template(w, &env->at[i].value);
}

static void
in_action(struct walk *w, const struct step_more *m)
{
	if (m->approval)
		in_template(w, &m->approval->prompt);
	if (m->wait) {
		in_template(w, &m->wait->until);
		in_template(w, &m->wait->file);
		in_expr(w, &m->wait->match);
	}
	for (uint32_t i = 0; m->child && i < m->child->nwith; i++)
		in_template(w, &m->child->with[i].value);
}

static void
in_placing(struct walk *w, const struct placing *p)
{
	for (uint32_t i = 0; p && i < p->nsettings; i++)
		for (uint32_t k = 0; k < p->settings[i].n; k++)
			in_template(w, &p->settings[i].at[k]);
}

static void
in_more(struct walk *w, const struct step_more *m)
{
	in_placing(w, m->executor);
	in_template(w, &m->workdir);
	in_template(w, &m->stdin_text);
	in_env(w, &m->env);
	for (uint32_t i = 0; i < m->require.n; i++)
		in_expr(w, &m->require.at[i]);
	for (uint32_t i = 0; i < m->ensure.n; i++)
		in_expr(w, &m->ensure.at[i]);
	in_command(w, &m->check);
	in_command(w, &m->undo.command);
	in_expr(w, &m->undo.condition);
	for (uint32_t i = 0; i < m->nprotect; i++)
		in_template(w, &m->protect[i]);
	in_expr(w, &m->warn.slower_than);
	if (m->many) {
		in_expr(w, &m->many->list);
		in_expr(w, &m->many->key);
	}
	if (m->repeat)
		in_expr(w, &m->repeat->until);
	in_action(w, m);
}

static void
in_step(struct walk *w, const struct workflow *wf, uint32_t i)
{
	struct command command = step_command(&wf->steps[i]);

	w->step = i;
	if (step_condition(&wf->steps[i]))
		in_expr(w, step_condition(&wf->steps[i]));
	in_command(w, &command);
	in_more(w, wf->steps[i].more);
}

void
step_each_read(const struct workflow *wf, uint32_t step,
	       void (*visit)(void *arg, uint32_t step, const char *const *chain,
			     size_t n),
	       void *arg)
{
	struct walk w = {visit, arg, STEP_NONE};

	in_step(&w, wf, step);
}

void
workflow_each_read(const struct workflow *wf,
		   void (*visit)(void *arg, uint32_t step,
				 const char *const *chain, size_t n),
		   void *arg)
{
	struct walk w = {visit, arg, STEP_NONE};

	in_env(&w, &wf->env);
	in_template(&w, &wf->concurrency_group);
	for (int i = 0; i < NHOOKS; i++)
		in_command(&w, &wf->hooks[i]);
	for (uint32_t i = 0; i < wf->noutputs; i++)
		in_template(&w, &wf->outputs[i].value);
	for (uint32_t i = 0; i < wf->nsteps; i++)
		in_step(&w, wf, i);
}
