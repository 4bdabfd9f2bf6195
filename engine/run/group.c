/* Groups of items, and child flows.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "group.h"

#include "again.h"
#include "decide.h"
#include "halt.h"
#include "items.h"
#include "rollback_list.h"
#include "vars.h"

#define KEY_MAX 128

/* --- items
 * ------------------------------------------------------------------------ */

static bool
list_of(struct run *r, uint32_t ix, struct arena *a, struct value *out,
	char *why, size_t size)
{
	const struct many *many = run_step(r, run_inst(r, ix))->more->many;
	struct vars vars = vars_of_inst(r, ix);
	struct cel_vars lookup = vars_lookup(&vars);
	struct cel_error err = {0};

	if (!many->list.text) {
		*out = (struct value){.kind = VALUE_LIST,
				      .n = many->nitems,
				      .items = many->items};
		return true;
	}
	if (!cel_eval(many->list.program, &lookup, a, out, &err)) {
		snprintf(why, size, "foreach: %s: %s", many->list.text,
			 err.message);
		return false;
	}
	if (out->kind != VALUE_LIST || out->n > WORKFLOW_MAX_INSTANCES) {
		snprintf(why, size,
			 "foreach: %s gives %s, not a list of at "
			 "most 1,000,000 items",
			 many->list.text, value_kind_name(out->kind));
		return false;
	}
	return true;
}

/* The key of an item: `key`, else its text when that is short and no
 * composite, else its number. */
static void
add_key(struct run *r, uint32_t ix, uint32_t index, struct value item,
	struct strbuf *out)
{
	const struct many *many = run_step(r, run_inst(r, ix))->more->many;
	size_t before = out->n;
	struct arena a = {0};

	if (many->key.text) {
		struct vars vars = vars_of_inst(r, ix);
		struct cel_vars lookup = vars_lookup(&vars);
		struct cel_error err;
		struct value v;

		if (cel_eval(many->key.program, &lookup, &a, &v, &err))
			value_to_text(v, out);
	} else if (many->is_matrix) {
		for (uint32_t k = 0; k < item.n; k++) {
			if (k)
				strbuf_addc(out, ',');
			value_to_text(item.items[2 * k + 1], out);
		}
	} else if (item.kind != VALUE_LIST && item.kind != VALUE_MAP) {
		value_to_text(item, out);
	}
	if (out->n - before > KEY_MAX)
		out->n = before;
	if (out->n == before)
		strbuf_addf(out, "%u", index);
	arena_release(&a);
}

static void
make_items(struct run *r, uint32_t ix, struct value list)
{
	struct inst *i = run_inst(r, ix);
	uint32_t first = run_add_insts(r, i->scope, i->step, list.n, ix);
	struct inst_more *g = inst_more(run_inst(r, ix));

	g->first = first;
	g->n = list.n;
	items_take(r, ix, list, add_key);
}

void
group_recount(struct run *r, uint32_t ix)
{
	struct inst_more *g = inst_more(run_inst(r, ix));

	g->nactive = g->nsettled = g->nfailed = 0;
	for (uint32_t k = 0; k < g->n; k++) {
		const struct inst *i = run_inst(r, g->first + k);

		if (step_state_is_settled(i->state))
			g->nsettled++;
		else if (i->state != STEP_PENDING)
			g->nactive++;
		g->nfailed += i->state == STEP_FAILED;
	}
}

/* By instance: was something in it undone?  NULL: nothing was.  A step may
 * have been undone alone; then what it is in is no longer done either. */
static bool *
holders_of_undone(const struct run *r)
{
	bool *holds;

	if (!r->counts[STEP_UNDONE])
		return NULL;
	holds = mem_alloc(r->insts.n * sizeof(*holds));
	for (uint32_t k = 0; k < r->insts.n; k++) {
		uint32_t ix = k;

		if (run_inst(r, k)->state != STEP_UNDONE)
			continue;
		while ((ix = run_container(r, ix)) != IX_NONE && !holds[ix])
			holds[ix] = true;
	}
	return holds;
}

/* Items that are settled but not done start over. */
static void
reset_items(struct run *r, uint32_t ix)
{
	uint32_t first = run_inst(r, ix)->more->first;
	uint32_t n = run_inst(r, ix)->more->n;
	bool *holds = holders_of_undone(r);

	for (uint32_t k = first; k < first + n; k++) {
		const struct inst *i = run_inst(r, k);
		bool done = step_state_is_good(i->state) ||
			    i->state == STEP_SKIPPED;

		if (step_state_is_settled(i->state) &&
		    (!done || (holds && holds[k])))
			run_apply(r, k, EVENT_RESET, GUARD_ALWAYS, CAUSE_NONE,
				  NULL);
	}
	free(holds);
	run_inst(r, ix)->more->next = 0;
	group_recount(r, ix);
}

/* The list is another than before: the items it had stay, out of the way,
 * for their history and their undo. */
static void
retire_items(struct run *r, uint32_t ix)
{
	struct inst_more *g = run_inst(r, ix)->more;
	json_t *ranges = g->retired ? json_loads(g->retired, 0, NULL) : NULL;
	char *text;

	if (!ranges)
		ranges = json_array();
	json_array_append_new(ranges, json_integer(g->first));
	json_array_append_new(ranges, json_integer(g->n));
	text = json_dumps(ranges, JSON_COMPACT);
	text_set(&g->retired, text);
	free(text);
	json_decref(ranges);
	for (uint32_t k = g->first; k < g->first + g->n; k++) {
		char tail[16];

		snprintf(tail, sizeof(tail), "~%u", k);
		item_keep(r, k, tail);
		run_save(r, k);
	}
}

static void
replace_items(struct run *r, uint32_t ix, struct value list)
{
	struct inst_more *g = run_inst(r, ix)->more;

	again_inside(r, ix, "the list of its step has changed");
	if (g->n && g->n != list.n)
		retire_items(r, ix);
	if (g->n != list.n) {
		make_items(r, ix, list);
		return;
	}
	items_take(r, ix, list, add_key);
	for (uint32_t k = g->first; k < g->first + g->n; k++)
		run_save(r, k);
}

/* The items of its list.  When it had one before, the same list is taken up
 * where it was left. */
static void
take_list(struct run *r, uint32_t ix)
{
	struct arena a = {0};
	struct value list;
	struct inst_more *g;
	const char *text;
	char why[512];

	if (!list_of(r, ix, &a, &list, why, sizeof(why))) {
		decide_fail(r, ix, CAUSE_REQUIRE, why);
		arena_release(&a);
		return;
	}
	text = value_to_json_text(&a, list);
	g = inst_more(run_inst(r, ix));
	if (!g->item)
		make_items(r, ix, list);
	else if (!str_eq(g->item, text))
		replace_items(r, ix, list);
	reset_items(r, ix);
	run_save(r, ix);
	arena_release(&a);
}

static uint32_t
tolerated(const struct many *many, uint32_t n)
{
	return many->tolerate_percent
		       ? (uint32_t)((uint64_t)n * many->tolerate / 100)
		       : many->tolerate;
}

/* The group has come to its end. */
static void
finish(struct run *r, uint32_t ix)
{
	struct inst *i = run_inst(r, ix);
	const struct inst_more *g = i->more;
	const struct many *many = run_step(r, i)->more->many;
	char why[200];

	if (i->flags & INST_STOPPING && g->nfailed <= tolerated(many, g->n)) {
		run_apply(r, ix, EVENT_CANCEL, GUARD_ALWAYS, CAUSE_CANCELLED,
			  NULL);
		return;
	}
	snprintf(why, sizeof(why), "%u of %u items failed, %u tolerated",
		 g->nfailed, g->n, tolerated(many, g->n));
	if (g->nfailed > tolerated(many, g->n)) {
		enum cause cause = CAUSE_EXIT;

		for (uint32_t k = 0; k < g->n; k++)
			if (run_inst(r, g->first + k)->state == STEP_FAILED) {
				cause = run_inst(r, g->first + k)->cause;
				break;
			}
		decide_fail(r, ix, cause, why);
		return;
	}
	if (g->nfailed)
		run_event(r, EV_CHOICE, ix, "succeeded", why, NULL);
	run_apply(r, ix, EVENT_EXIT_OK, GUARD_ALWAYS, CAUSE_NONE, NULL);
}

static void
start_item(struct run *r, uint32_t item)
{
	char why[512];
	int holds = 1;

	if (decide_by_item(run_step(r, run_inst(r, item))))
		holds = decide_condition(r, item, why, sizeof(why));
	if (holds < 0)
		decide_fail(r, item, CAUSE_REQUIRE, why);
	else if (holds)
		run_apply(r, item, EVENT_NEEDS_MET, GUARD_COND_TRUE, CAUSE_NONE,
			  NULL);
	else
		decide_condition_false(r, item);
}

static bool
is_open(const struct run *r, uint32_t ix)
{
	const struct inst *i = run_inst(r, ix);

	return i->state == STEP_RUNNING && !(i->flags & INST_STOPPING);
}

/* A commit of a million rows would need them all in memory: the next turn
 * goes on. */
static bool
is_enough(struct run *r, uint32_t ix)
{
	if (!st_batch_is_large(r->batch))
		return false;
	vec_push(&r->unfed, ix);
	return true;
}

void
group_feed(struct run *r, uint32_t ix)
{
	const struct many *many = run_step(r, run_inst(r, ix))->more->many;
	struct inst_more *g = run_inst(r, ix)->more;

	/* An item that settles as it starts comes back here: a million of
	 * them must not become a million frames. */
	if (g->feeding)
		return;
	g->feeding = true;
	while (is_open(r, ix) && g->next < g->n &&
	       (!many->max_parallel || g->nactive < many->max_parallel) &&
	       !is_enough(r, ix)) {
		uint32_t item = g->first + g->next++;

		if (run_inst(r, item)->state != STEP_PENDING)
			continue;
		g->nactive++;
		start_item(r, item);
		g = run_inst(r, ix)->more;
	}
	g->feeding = false;
	if (run_inst(r, ix)->state == STEP_RUNNING &&
	    (g->nsettled == g->n ||
	     (!g->nactive && run_inst(r, ix)->flags & INST_STOPPING)))
		finish(r, ix);
}

void
group_turn(struct run *r)
{
	struct ixs unfed = r->unfed;

	r->unfed = (struct ixs){0};
	for (size_t k = 0; k < unfed.n; k++)
		if (run_inst(r, unfed.at[k])->state == STEP_RUNNING)
			group_feed(r, unfed.at[k]);
	vec_release(&unfed);
}

void
group_open(struct run *r, uint32_t ix)
{
	take_list(r, ix);
	if (is_open(r, ix))
		group_feed(r, ix);
}

void
group_item_settled(struct run *r, uint32_t ix)
{
	uint32_t group = run_inst(r, ix)->group;
	struct inst_more *g = inst_more(run_inst(r, group));
	const struct many *many = run_step(r, run_inst(r, group))->more->many;

	if (run_inst(r, group)->state != STEP_RUNNING)
		return;
	if (g->nactive)
		g->nactive--;
	g->nsettled++;
	g->nfailed += run_inst(r, ix)->state == STEP_FAILED;
	if (many->fail_fast && g->nfailed > tolerated(many, g->n) &&
	    !(run_inst(r, group)->flags & INST_STOPPING))
		halt_step(r, group, "fail_fast: an item failed", false);
	group_feed(r, group);
}

/* --- child flows
 * -------------------------------------------------------------------- */

void
group_begin_scope(struct run *r, uint32_t scope)
{
	const struct scope *s = &r->scopes.at[scope];

	for (uint32_t k = 0; k < s->wf->nsteps; k++)
		if (run_inst(r, s->first + k)->state == STEP_PENDING)
			vec_push(&r->undecided, s->first + k);
	vec_push(&r->quiet, scope);
}

void
group_reset_failed(struct run *r, uint32_t scope)
{
	struct scope *s = &r->scopes.at[scope];
	bool *holds = holders_of_undone(r);

	s->phase = SCOPE_MAIN;
	s->stopping = s->partial = false;
	s->rolling_back = s->forced = false;
	s->undone = s->undo_failed = s->goes_on = false;
	s->cause = CAUSE_NONE;
	undo_list_drop(r, scope);
	r->dirty = true;
	for (uint32_t k = 0; k < s->wf->nsteps; k++) {
		const struct inst *i = run_inst(r, s->first + k);
		bool done =
			step_state_is_good(i->state) ||
			i->state == STEP_SKIPPED ||
			(i->state == STEP_FAILED && i->flags & INST_IGNORED);

		if (holds && holds[s->first + k])
			done = false;
		if (step_state_is_settled(i->state) &&
		    (!done || s->wf->steps[k].finally))
			run_apply(r, s->first + k, EVENT_RESET, GUARD_ALWAYS,
				  CAUSE_NONE, NULL);
	}
	free(holds);
}

static bool
child_params(struct run *r, uint32_t ix, const struct workflow *wf, json_t *out,
	     struct wf_err *err)
{
	const struct child_flow *c = run_step(r, run_inst(r, ix))->more->child;
	struct vars vars = vars_of_inst(r, ix);
	struct cel_vars lookup = vars_lookup(&vars);
	struct arena a = {0};
	bool ok = true;

	for (uint32_t k = 0; ok && k < wf->params.n; k++) {
		const struct param *p = &wf->params.at[k];

		if (p->has_default)
			json_object_set_new(out, p->name,
					    value_to_json(p->def));
	}
	for (uint32_t k = 0; ok && k < c->nwith; k++) {
		const struct param *p =
			params_find(&wf->params, c->with[k].name);
		struct cel_error e = {0};
		struct value v, checked;

		ok = p && template_eval(&c->with[k].value, &lookup, &a, &v, &e);
		if (!ok) {
			ERR(err, WF_FAILED, "with.%s: %s", c->with[k].name,
			    p ? e.message : "the flow has no such param");
			break;
		}
		ok = v.kind == VALUE_STRING
			     ? param_from_text(p, &a, v.string, &checked, err)
			     : param_check(p, &a, v, &checked, err);
		if (ok)
			json_object_set_new(out, p->name,
					    value_to_json(checked));
	}
	for (uint32_t k = 0; ok && k < wf->params.n; k++) {
		const struct param *p = &wf->params.at[k];

		if (!p->required || json_object_get(out, p->name))
			continue;
		ERR(err, WF_FAILED, "the child flow needs the param \"%s\"",
		    p->name);
		ok = false;
	}
	arena_release(&a);
	return ok;
}

static uint32_t
depth_of(const struct run *r, uint32_t scope)
{
	uint32_t depth = 0;

	for (; scope != IX_NONE; scope = r->scopes.at[scope].up)
		depth++;
	return depth;
}

static struct workflow *
child_flow(const struct run *r, uint32_t ix)
{
	const struct child_flow *c = run_step(r, run_inst(r, ix))->more->child;

	return c ? map_get(&r->bundle->files, c->file) : NULL;
}

static struct value
stored_params(struct run *r, uint32_t ix)
{
	const char *text = run_inst(r, ix)->more->params;
	struct value params = {0};

	value_from_json_text(&r->arena, text, strlen(text), &params);
	return params;
}

static void
add_child(struct run *r, uint32_t ix, struct workflow *wf)
{
	uint32_t scope = run_add_scope(r, wf, ix, stored_params(r, ix));

	inst_more(run_inst(r, ix))->child = scope;
}

/* The first time, or again: then what is done in it stays done. */
static void
enter_child(struct run *r, uint32_t ix, struct workflow *wf)
{
	uint32_t child = run_inst(r, ix)->more->child;

	if (child == IX_NONE) {
		add_child(r, ix, wf);
		return;
	}
	r->scopes.at[child].params = stored_params(r, ix);
	group_reset_failed(r, child);
}

void
group_open_child(struct run *r, uint32_t ix)
{
	struct workflow *wf = child_flow(r, ix);
	struct inst_more *m = inst_more(run_inst(r, ix));
	struct wf_err err = {0};
	json_t *params;

	if (run_inst(r, ix)->flags & INST_STOPPING)
		return;
	run_inst(r, ix)->nattempts++;
	run_inst(r, ix)->tries++;
	run_inst(r, ix)->flags |= INST_ATTEMPTED;
	params = json_object();
	if (!wf)
		ERR(&err, WF_FAILED, "the child flow is not stored");
	else if (depth_of(r, run_inst(r, ix)->scope) > WORKFLOW_MAX_DEPTH)
		ERR(&err, WF_FAILED, "child flows nest deeper than %d",
		    WORKFLOW_MAX_DEPTH);
	else
		child_params(r, ix, wf, params, &err);
	if (err.code) {
		decide_fail(r, ix, CAUSE_SPAWN, err.message);
	} else {
		char *text = json_dumps(params, JSON_COMPACT);

		text_set(&m->params, text);
		free(text);
		enter_child(r, ix, wf);
		run_save(r, ix);
		group_begin_scope(r, run_inst(r, ix)->more->child);
	}
	json_decref(params);
}

/* --- recovery
 * -------------------------------------------------------------------------- */

static enum wf_code
misfit(struct run *r, uint32_t ix, struct wf_err *err)
{
	return ERR(err, WF_STORE,
		   "run %s: the instances of step \"%s\" do not fit its row",
		   r->row.id, run_step(r, run_inst(r, ix))->id);
}

enum wf_code
group_restore(struct run *r, const struct structure *s, struct wf_err *err)
{
	uint32_t ix = s->ix;
	const struct inst_more *m = run_inst(r, ix)->more;
	struct arena a = {0};
	struct value list = {0};

	if (!m || s->first != r->insts.n || s->n > WORKFLOW_MAX_INSTANCES)
		return misfit(r, ix, err);
	if (s->retired) {
		const struct inst *i = run_inst(r, ix);

		run_add_insts(r, i->scope, i->step, s->n, ix);
		return WF_OK;
	}
	if (run_inst(r, ix)->flags & INST_GROUP) {
		if (!m->item ||
		    !value_from_json_text(&a, m->item, strlen(m->item),
					  &list) ||
		    list.kind != VALUE_LIST)
			return misfit(r, ix, err);
		make_items(r, ix, list);
		arena_release(&a);
		return WF_OK;
	}
	if (!m->params || !child_flow(r, ix))
		return misfit(r, ix, err);
	add_child(r, ix, child_flow(r, ix));
	return WF_OK;
}
