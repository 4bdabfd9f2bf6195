/* Reading the stubs of a scenario: results and answers.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "../base/clock.h"
#include "yaml_scenario_int.h"

/* The line that ends a value in $WFCTL_OUTPUT; no value holds it. */
#define END_OF_VALUE "__end_of_the_stubbed_value__"

#define USUAL_TIME 1000

/* --- results -------------------------------------------------------------- */

static const char *
outputs_text(struct scenario_reader *rd, const struct node *n)
{
	struct value map = scenario_values(rd, n);
	struct strbuf text = STRBUF_INIT;
	const char *copy;

	for (uint32_t k = 0; map.kind == VALUE_MAP && k < map.n; k++) {
		strbuf_addf(&text, "%s<<%s\n", map.items[2 * k].string,
			    END_OF_VALUE);
		value_to_text(map.items[2 * k + 1], &text);
		strbuf_adds(&text, "\n" END_OF_VALUE "\n");
	}
	copy = arena_strdup(rd->a, text.at);
	strbuf_release(&text);
	return copy;
}

static enum cause
read_cause(struct scenario_reader *rd, const struct node *n)
{
	static const enum cause may[] = {CAUSE_TIMEOUT, CAUSE_SILENT,
					 CAUSE_MEMORY, CAUSE_SPAWN, CAUSE_LOST};
	const char *words[ARRAY_SIZE(may)];
	int i;

	for (size_t k = 0; k < ARRAY_SIZE(may); k++)
		words[k] = cause_name(may[k]);
	i = scenario_word(rd, n, words, ARRAY_SIZE(may));
	return i < 0 ? CAUSE_NONE : may[i];
}

static void
take_result(struct scenario_reader *rd, void *target, enum scenario_key key,
	    const struct node *v)
{
	struct stub_result *r = target;

	switch ((int)key) {
	case KEY_RESULT_exit:
		r->exit = (int)scenario_int(rd, v, 0, 255);
		break;
	case KEY_RESULT_signal:
		r->signal = (int)scenario_int(rd, v, 1, 64);
		r->cause = CAUSE_SIGNAL;
		break;
	case KEY_RESULT_cause:
		r->cause = read_cause(rd, v);
		break;
	case KEY_RESULT_takes:
		r->takes = scenario_duration(rd, v);
		break;
	case KEY_RESULT_outputs:
		r->outputs = outputs_text(rd, v);
		break;
	case KEY_RESULT_stdout:
		r->stdout_text = scenario_text(rd, v);
		break;
	case KEY_RESULT_log:
		r->log = scenario_text(rd, v);
		break;
	default:
		break;
	}
}

/* A map, an exit status, or a cause alone. */
static void
read_result(struct scenario_reader *rd, const struct node *n,
	    struct stub_result *out)
{
	struct value v;

	out->takes = USUAL_TIME;
	if (node_kind(&rd->tree, n) == NODE_MAP) {
		scenario_map(rd, n, SECTION_RESULT, take_result, out);
		return;
	}
	v = node_value(&rd->tree, n, rd->a);
	if (v.kind == VALUE_INT)
		out->exit = (int)scenario_int(rd, n, 0, 255);
	else if (v.kind == VALUE_STRING)
		out->cause = read_cause(rd, n);
	else
		scenario_wrong(rd, n,
			       "write an exit status, or a map such as "
			       "{exit: 1, takes: 10s}",
			       "%s is no result", node_kind_name(&rd->tree, n));
}

static struct stub_results
read_results(struct scenario_reader *rd, const struct node *n)
{
	struct stub_results out = {.n = 1};
	uint32_t k = 0;

	if (node_kind(&rd->tree, n) != NODE_LIST) {
		out.at = arena_new(rd->a, struct stub_result);
		read_result(rd, n, out.at);
		return out;
	}
	out.n = node_count(&rd->tree, n);
	out.at = arena_array(rd->a, struct stub_result, out.n);
	node_each(&rd->tree, n, item) read_result(rd, item, &out.at[k++]);
	return out;
}

/* --- answers -------------------------------------------------------------- */

static void
take_answer(struct scenario_reader *rd, void *target, enum scenario_key key,
	    const struct node *v)
{
	struct stub_answer *a = target;

	switch ((int)key) {
	case KEY_ANSWER_approve:
		a->kind = ANSWER_APPROVE;
		if (node_kind(&rd->tree, v) == NODE_MAP)
			a->fields = scenario_values(rd, v);
		else
			scenario_bool(rd, v);
		break;
	case KEY_ANSWER_reject:
		a->kind = ANSWER_REJECT;
		scenario_bool(rd, v);
		break;
	case KEY_ANSWER_send_back:
		a->kind = ANSWER_SEND_BACK;
		a->target = scenario_text(rd, v);
		break;
	case KEY_ANSWER_wake:
		a->kind = ANSWER_WAKE;
		scenario_bool(rd, v);
		break;
	case KEY_ANSWER_after:
		a->after = scenario_duration(rd, v);
		break;
	case KEY_ANSWER_by:
		a->by = scenario_text(rd, v);
		break;
	case KEY_ANSWER_reason:
		a->reason = scenario_text(rd, v);
		break;
	default:
		break;
	}
}

/* A map, or the word alone: `approve`, `reject`, `wake`. */
static void
read_answer(struct scenario_reader *rd, const struct node *n,
	    struct stub_answer *out)
{
	static const char *const words[] = {"approve", "reject", "wake"};
	static const enum answer_kind kinds[] = {ANSWER_APPROVE, ANSWER_REJECT,
						 ANSWER_WAKE};
	int i;

	out->after = USUAL_TIME;
	out->mark = scenario_mark(n);
	if (node_kind(&rd->tree, n) == NODE_MAP) {
		scenario_map(rd, n, SECTION_ANSWER, take_answer, out);
		return;
	}
	i = scenario_word(rd, n, words, ARRAY_SIZE(words));
	if (i >= 0)
		out->kind = kinds[i];
}

static void
read_answers(struct scenario_reader *rd, const struct node *n, struct stub *s)
{
	uint32_t k = 0;

	if (node_kind(&rd->tree, n) != NODE_LIST) {
		s->nanswers = 1;
		s->answers = arena_new(rd->a, struct stub_answer);
		read_answer(rd, n, s->answers);
		return;
	}
	s->nanswers = node_count(&rd->tree, n);
	s->answers = arena_array(rd->a, struct stub_answer, s->nanswers);
	node_each(&rd->tree, n, item) read_answer(rd, item, &s->answers[k++]);
}

/* --- stubs ---------------------------------------------------------------- */

static void
take_stub(struct scenario_reader *rd, void *target, enum scenario_key key,
	  const struct node *v)
{
	struct stub *s = target;

	switch ((int)key) {
	case KEY_STUB_do:
		s->on_do = read_results(rd, v);
		break;
	case KEY_STUB_check:
		s->on_check = read_results(rd, v);
		break;
	case KEY_STUB_undo:
		s->on_undo = read_results(rd, v);
		break;
	case KEY_STUB_answer:
		read_answers(rd, v, s);
		break;
	default:
		break;
	}
}

/* Does the map speak of the stub, or is it the result of all attempts? */
static bool
is_stub(struct scenario_reader *rd, const struct node *n)
{
	if (node_kind(&rd->tree, n) != NODE_MAP)
		return false;
	for (int k = 0; k < SCENARIO_NKEYS; k++)
		if (scenario_keys[k].section == SECTION_STUB &&
		    node_get(&rd->tree, n, scenario_keys[k].name))
			return true;
	return false;
}

struct stub *
scenario_stubs(struct scenario_reader *rd, const struct node *n, bool hooks,
	       uint32_t *n_out)
{
	const struct node *key = node_first(&rd->tree, n);
	struct stub *stubs, *s;

	*n_out = 0;
	if (node_kind(&rd->tree, n) != NODE_MAP) {
		scenario_wrong(rd, n, "write NAME: RESULT",
			       "%s stands where a map is wanted",
			       node_kind_name(&rd->tree, n));
		return NULL;
	}
	s = stubs =
		arena_array(rd->a, struct stub, node_count(&rd->tree, n) + 1);
	for (; key; key = node_next(&rd->tree, key)) {
		const struct node *v = node_next(&rd->tree, key);

		s->path = arena_strdup(rd->a, node_text(&rd->tree, key));
		s->mark = scenario_mark(key);
		if (!hooks && is_stub(rd, v))
			scenario_map(rd, v, SECTION_STUB, take_stub, s);
		else
			s->on_do = read_results(rd, v);
		s++;
		key = v;
	}
	*n_out = (uint32_t)(s - stubs);
	return stubs;
}
