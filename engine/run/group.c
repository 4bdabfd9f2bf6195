/* Groups of items: made from a list, fed up to their limit, counted.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "group.h"

#include "again.h"
#include "begin.h"
#include "decide.h"
#include "halt.h"
#include "items.h"
#include "vars.h"

#define KEY_MAX 128

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

/* Items that are settled but not done start over. */
static void
reset_items(struct run *r, uint32_t ix)
{
	uint32_t first = run_inst(r, ix)->more->first;
	uint32_t n = run_inst(r, ix)->more->n;
	bool *holds = again_holders(r);

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
	return begin_restored_child(r, ix) ? WF_OK : misfit(r, ix, err);
}
