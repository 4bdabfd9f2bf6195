/* What happens in a rehearsal besides the steps: requests of operators,
 * answers to steps that wait, signals, crashes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "rehearse_stage.h"

#include <stdio.h>
#include <stdlib.h>

#include "../base/clock.h"
#include "turn.h"

/* --- requests ------------------------------------------------------------- */

static void
post(struct stage *s, const char *verb, json_t *body, const char *by,
     bool refused, struct mark mark)
{
	char *text = json_dumps(body, JSON_COMPACT);
	char key[40];
	struct st_message m = {.verb = verb,
			       .body = text,
			       .actor = by,
			       .created = clock_wall(),
			       .key = key},
			  answer = {0};
	struct arena a = {0};
	uint64_t id;

	snprintf(key, sizeof(key), "rehearsal-%llu",
		 (unsigned long long)++s->nmessages);
	snprintf(m.run, sizeof(m.run), "%s", s->out->id);
	if (st_post(s->store, &m, &id, s->err)) {
		stage_fails(s, WF_STORE);
	} else {
		/* Nobody drives a run that has come to rest. */
		if (run_is_over(s->r))
			stage_take_up(s, false);
		if (!s->code)
			stage_read_inbox(s);
		stage_turn(s);
		if (!s->code &&
		    st_read_message(s->store, id, &a, &answer, s->err) ==
			    ST_OK &&
		    (answer.code != WF_OK) != refused) {
			struct rehearsal_miss miss = {.mark = mark};
			json_t *o = json_loads(
				answer.answer ? answer.answer : "{}", 0, NULL);
			const char *why = json_string_value(
				json_object_get(o, "message"));

			snprintf(miss.text, sizeof(miss.text),
				 "%s was %s%s%.250s", verb,
				 answer.code ? "refused" : "not refused",
				 why ? ": " : "", why ? why : "");
			vec_push(&s->out->misses, miss);
			json_decref(o);
		}
	}
	arena_release(&a);
	free(text);
	json_decref(body);
}

static json_t *
settings_of(struct value map)
{
	json_t *o = json_object();
	struct strbuf text = STRBUF_INIT;

	for (uint32_t k = 0; map.kind == VALUE_MAP && k < map.n; k++) {
		strbuf_clear(&text);
		value_to_text(map.items[2 * k + 1], &text);
		json_object_set_new(o, map.items[2 * k].string,
				    json_string(text.at));
	}
	strbuf_release(&text);
	return o;
}

static void
set_text(json_t *o, const char *key, const char *text)
{
	if (text)
		json_object_set_new(o, key, json_string(text));
}

static json_t *
body_of(const char *const *steps, uint32_t n, const char *target,
	const char *reason, struct value settings)
{
	json_t *body = json_object(), *list = json_array();

	for (uint32_t k = 0; k < n; k++)
		json_array_append_new(list, json_string(steps[k]));
	json_object_set_new(body, "steps", list);
	json_object_set_new(body, "settings", settings_of(settings));
	set_text(body, "target", target);
	set_text(body, "reason", reason);
	return body;
}

/* --- answers to steps that wait ------------------------------------------- */

static const char *
answerer(const struct stage *s, uint32_t ix, const struct stub_answer *a)
{
	const struct step *step = run_step(s->r, run_inst(s->r, ix));

	if (a->by)
		return a->by;
	if (step->action == ACTION_APPROVAL &&
	    step->more->approval->assignees.n)
		return step->more->approval->assignees.at[0];
	return "operator";
}

static void
wake(struct stage *s, uint32_t ix)
{
	const struct step *step = run_step(s->r, run_inst(s->r, ix));

	if (step->action == ACTION_WAIT &&
	    run_inst(s->r, ix)->state == STEP_WAITING)
		run_apply(s->r, ix, EVENT_WAKE, GUARD_ALWAYS, CAUSE_NONE,
			  "the scenario wakes it");
}

static void
keep(struct stage *s, struct promise *p)
{
	static const char *const verbs[] = {[ANSWER_APPROVE] = "approve",
					    [ANSWER_REJECT] = "reject",
					    [ANSWER_SEND_BACK] = "send-back"};
	const struct stub_answer *a = p->answer;
	const char *path = p->path;
	uint32_t ix = run_find(s->r, path);

	p->given = true;
	if (ix == IX_NONE || run_inst(s->r, ix)->state != STEP_WAITING)
		return; /* something else came first */
	if (a->kind == ANSWER_WAKE)
		wake(s, ix);
	else
		post(s, verbs[a->kind],
		     body_of(&path, 1, a->target, a->reason, a->fields),
		     answerer(s, ix, a), false, a->mark);
}

static bool
is_promised(const struct stage *s, const char *path)
{
	vec_each (&s->promises, const struct promise, p)
		if (!p->over && str_eq(p->path, path))
			return true;
	return false;
}

/* Those that have left their wait since, one way or another. */
static void
end_promises(struct stage *s)
{
	vec_each (&s->promises, struct promise, p) {
		uint32_t ix = p->over ? IX_NONE : run_find(s->r, p->path);

		p->over = ix == IX_NONE ||
			  run_inst(s->r, ix)->state != STEP_WAITING;
	}
}

static uint32_t
times_promised(const struct stage *s, const char *path)
{
	uint32_t n = 0;

	vec_each (&s->promises, struct promise, p)
		n += str_eq(p->path, path);
	return n;
}

static void
promise(struct stage *s, uint32_t ix)
{
	char *path = run_path(s->r, ix);
	const struct stub *stub = world_stub(s->plan->scenario, path);
	uint32_t n;

	if (!stub || !stub->nanswers || is_promised(s, path)) {
		free(path);
		return;
	}
	n = times_promised(s, path);
	n = n < stub->nanswers ? n : stub->nanswers - 1;
	vec_push(&s->promises, (struct promise){.path = path,
						.answer = &stub->answers[n],
						.due = clock_boot() +
						       stub->answers[n].after});
}

void
stage_make_promises(struct stage *s)
{
	end_promises(s);
	if (!s->r->counts[STEP_WAITING])
		return;
	for (uint32_t ix = 0; ix < s->r->insts.n; ix++)
		if (run_inst(s->r, ix)->state == STEP_WAITING)
			promise(s, ix);
}

int64_t
stage_promise_next(const struct stage *s)
{
	int64_t next = INT64_MAX;

	vec_each (&s->promises, struct promise, p)
		if (!p->given && p->due < next)
			next = p->due;
	return next;
}

void
stage_keep_promises(struct stage *s)
{
	for (size_t k = 0; !s->code && k < s->promises.n; k++)
		if (!s->promises.at[k].given &&
		    s->promises.at[k].due <= clock_boot()) {
			struct promise p = s->promises.at[k];

			s->promises.at[k].given = true;
			keep(s, &p);
			end_promises(s);
		}
}

/* --- events --------------------------------------------------------------- */

static bool
holds(const struct stage *s, const struct scenario_event *e)
{
	uint32_t ix;

	if (e->at != DURATION_NONE && clock_wall() < s->start + e->at)
		return false;
	if (e->has_run_state && s->r->row.state != e->run_state)
		return false;
	if (!e->step)
		return true;
	ix = run_find(s->r, e->step);
	return ix != IX_NONE && run_inst(s->r, ix)->state == e->step_state;
}

static void
happen(struct stage *s, const struct scenario_event *e)
{
	const char *by = e->by ? e->by : "operator";

	switch (e->act) {
	case SCENARIO_CRASH_ENGINE:
	case SCENARIO_CRASH_MACHINE:
		stage_crash(s, e->act == SCENARIO_CRASH_MACHINE);
		break;
	case SCENARIO_SIGNAL:
		post(s, "signal", body_of(NULL, 0, e->name, e->reason, e->with),
		     by, e->refused, e->mark);
		break;
	case SCENARIO_REQUEST:
		post(s, e->name,
		     body_of(e->steps.at, e->steps.n, e->to, e->reason,
			     e->with),
		     by, e->refused, e->mark);
		break;
	}
}

/* True: one came to pass. */
bool
stage_next_event(struct stage *s)
{
	const struct scenario *sc = s->plan->scenario;

	if (s->next_event >= sc->nevents ||
	    !holds(s, &sc->events[s->next_event]))
		return false;
	happen(s, &sc->events[s->next_event++]);
	return true;
}

/* When the next event may come by the clock alone. */
int64_t
stage_event_time(const struct stage *s)
{
	const struct scenario *sc = s->plan->scenario;
	const struct scenario_event *e = &sc->events[s->next_event];

	if (s->next_event >= sc->nevents || e->at == DURATION_NONE ||
	    s->start + e->at <= clock_wall())
		return INT64_MAX;
	return clock_boot() + s->start + e->at - clock_wall();
}

void
stage_miss_events(struct stage *s)
{
	const struct scenario *sc = s->plan->scenario;

	for (; s->next_event < sc->nevents; s->next_event++) {
		struct rehearsal_miss miss = {
			.mark = sc->events[s->next_event].mark};

		snprintf(miss.text, sizeof(miss.text),
			 "this event did not happen: the run came to "
			 "rest before it");
		vec_push(&s->out->misses, miss);
	}
}
