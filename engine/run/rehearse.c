/* The stage: turns, commits, deaths, and time that jumps.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "rehearse.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "../base/clock.h"
#include "../base/fs.h"
#include "concur.h"
#include "copies.h"
#include "outcome.h"
#include "queue.h"
#include "recover.h"
#include "rehearse_world.h"
#include "request.h"
#include "spec.h"
#include "turn.h"
#include "warn.h"

/* A flow that repeats for ever must not keep us for ever. */
#define MAX_TURNS 1000000

/* An answer on its way to a step that waits. */
struct promise {
	char *path;
	const struct stub_answer *answer;
	int64_t due; /* boot clock */
	bool given;
};

struct stage {
	const struct rehearsal *plan;
	struct rehearsal_result *out;
	struct store *store;
	struct run *r;
	char *dir; /* of the run */
	struct world world;
	VEC(struct promise) promises;
	uint32_t next_event;
	uint32_t nturns;
	uint64_t nmessages;
	int64_t start;
	bool dying;
	struct wf_err *err;
	enum wf_code code;
};

/* --- time ----------------------------------------------------------------- */

static int64_t now_wall, begun_wall;

static int64_t
stage_wall(void)
{
	return now_wall;
}

/* The machine has been up for a day. */
static int64_t
stage_boot(void)
{
	return now_wall - begun_wall + INT64_C(86400000);
}

static const struct clock stage_clock = {stage_wall, stage_boot};

/* --- taking the run up ---------------------------------------------------- */

/* Nothing outside is asked: secrets are not read, and the file a step waits
 * for never comes by itself. */
static void
disarm(struct workflow *wf, struct arena *a)
{
	for (uint32_t k = 0; k < wf->nsteps; k++) {
		struct step *s = &wf->steps[k];
		struct step_more *more;
		struct wait *wait;

		if (!s->more->nsecrets && !s->more->wait)
			continue;
		more = arena_copy(a, s->more, sizeof(*more));
		more->nsecrets = 0;
		if (more->wait && more->wait->kind == WAIT_FILE) {
			wait = arena_copy(a, more->wait, sizeof(*wait));
			wait->file = (struct template){
				.text = "/dev/null/no-such-file"};
			more->wait = wait;
		}
		s->more = more;
	}
}

static bool
fails(struct stage *s, enum wf_code code)
{
	if (code && !s->code)
		s->code = code;
	return s->code != WF_OK;
}

static struct run *
load(struct stage *s)
{
	struct arena a = {0};
	struct st_run row;
	struct bundle *bundle = NULL;
	const char *text;
	uint64_t epoch;
	struct run *r = NULL;

	if (st_take_run(s->store, s->out->id, &epoch, s->err) ||
	    st_read_run(s->store, s->out->id, &a, &row, s->err) ||
	    st_read_definition(s->store, row.definition, &a, &text, s->err) ||
	    bundle_parse(text, strlen(text), &bundle, s->err)) {
		fails(s, WF_FAILED);
		arena_release(&a);
		return NULL;
	}
	map_each (&bundle->files, e)
		disarm(e->value, &bundle->arena);
	r = run_new(&row, bundle, s->dir, &turn_borders);
	r->row.boot = clock_boot_id();
	r->store = s->store;
	r->pretends = true;
	fails(s, recover_load(r, s->store, s->err));
	arena_release(&a);
	return r;
}

static void
drop_run(struct stage *s)
{
	if (!s->r)
		return;
	vec_each (&s->r->flights, struct flight, f)
		spec_free(f->spec);
	run_free(s->r);
	s->r = NULL;
}

/* Attempts may be answered, and so vanish, while we ask. */
static void
ask_about_flights(struct stage *s, bool rebooted)
{
	VEC(uint64_t) attempts = {0};

	vec_each (&s->r->flights, struct flight, f)
		vec_push(&attempts, f->attempt);
	vec_each (&attempts, uint64_t, id) {
		if (rebooted)
			outcome_unknown(s->r, *id,
					"the machine was restarted while it "
					"was in flight");
		else
			world_answer(&s->world, s->r, *id);
	}
	vec_release(&attempts);
}

/* An engine begins, as after a crash or when it is asked something. */
static void
take_up(struct stage *s, bool rebooted)
{
	drop_run(s);
	s->r = load(s);
	if (s->code)
		return;
	ask_about_flights(s, rebooted);
	run_begin(s->r);
}

static void
crash(struct stage *s, bool machine)
{
	s->out->ncrashes++;
	if (machine)
		world_reboot(&s->world);
	take_up(s, machine);
}

/* --- turns ---------------------------------------------------------------- */

static void
carry_out(struct stage *s, const struct effect *e)
{
	struct flight *f;

	switch (e->kind) {
	case EFFECT_START:
		f = run_flight(s->r, e->attempt);
		if (!f || !f->spec)
			return;
		world_start(&s->world, s->r, f);
		spec_free(f->spec);
		f->spec = NULL;
		break;
	case EFFECT_KILL:
		world_stop(&s->world, e->attempt, e->why, SIGTERM);
		break;
	case EFFECT_KILL_NOW:
		world_stop(&s->world, e->attempt, e->why, SIGKILL);
		break;
	case EFFECT_ACK:
		world_forget(&s->world, e->attempt);
		break;
	case EFFECT_FREEZE:
	case EFFECT_THAW:
		world_freeze(&s->world, e->attempt, e->kind == EFFECT_FREEZE);
		break;
	case EFFECT_RELEASE:
		concur_release(s->r);
		break;
	}
}

/* Effects that a new engine only asks for again are no reason to die. */
static bool
is_new(const struct stage *s, const struct effect *e)
{
	const struct going *g = world_find(&s->world, e->attempt);

	switch (e->kind) {
	case EFFECT_START:
		return !g;
	case EFFECT_KILL:
	case EFFECT_KILL_NOW:
		return g && !g->ended && g->kill != e->why;
	case EFFECT_ACK:
		return g != NULL;
	case EFFECT_FREEZE:
	case EFFECT_THAW:
	case EFFECT_RELEASE:
		return false;
	}
	return false;
}

/* Each commit is died at once: what the next engine finds to do anew, it may
 * do. */
static bool
is_to_die(struct stage *s, enum scenario_crash when)
{
	return s->plan->scenario->crash == when && !s->dying;
}

static void
act(struct stage *s)
{
	struct run *r = s->r;
	bool news = false;

	for (size_t k = 0; k < r->effects.n; k++)
		news |= is_new(s, &r->effects.at[k]);
	if (news && is_to_die(s, SCENARIO_CRASH_BEFORE)) {
		s->dying = true;
		crash(s, false);
		return;
	}
	s->dying = false;
	for (size_t k = 0; k < r->effects.n; k++)
		carry_out(s, &r->effects.at[k]);
	r->effects.n = 0;
	if (news && is_to_die(s, SCENARIO_CRASH_AFTER))
		crash(s, false);
	else if (r->reborn)
		take_up(s, false);
}

static void
read_inbox(struct stage *s)
{
	struct arena a = {0};
	struct st_message *messages;
	size_t n = 0;

	if (st_read_inbox(s->store, s->out->id, &a, &messages, &n, s->err) >
	    ST_EMPTY)
		fails(s, WF_STORE);
	for (size_t k = 0; !s->code && k < n; k++)
		request_apply(s->r, &messages[k]);
	arena_release(&a);
}

/* Until nothing moves by itself. */
static void
turn(struct stage *s)
{
	while (!s->code && run_turn(s->r)) {
		struct run *r = s->r;

		if (++s->nturns > MAX_TURNS) {
			fails(s, ERR(s->err, WF_FAILED,
				     "the run does not come to an end within "
				     "%d turns",
				     MAX_TURNS));
			return;
		}
		if (st_commit(s->store, r->batch, s->err)) {
			fails(s, WF_STORE);
			return;
		}
		st_batch_free(r->batch);
		r->batch = st_batch_new(r->row.id);
		act(s);
	}
}

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
		fails(s, WF_STORE);
	} else {
		/* Nobody drives a run that has come to rest. */
		if (run_is_over(s->r))
			take_up(s, false);
		if (!s->code)
			read_inbox(s);
		turn(s);
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
	vec_each (&s->promises, struct promise, p)
		if (!p->given && str_eq(p->path, path))
			return true;
	return false;
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
	vec_push(&s->promises,
		 (struct promise){path, &stub->answers[n],
				  clock_boot() + stub->answers[n].after,
				  false});
}

static void
make_promises(struct stage *s)
{
	if (!s->r->counts[STEP_WAITING])
		return;
	for (uint32_t ix = 0; ix < s->r->insts.n; ix++)
		if (run_inst(s->r, ix)->state == STEP_WAITING)
			promise(s, ix);
}

static int64_t
promise_next(const struct stage *s)
{
	int64_t next = INT64_MAX;

	vec_each (&s->promises, struct promise, p)
		if (!p->given && p->due < next)
			next = p->due;
	return next;
}

static void
keep_promises(struct stage *s)
{
	for (size_t k = 0; !s->code && k < s->promises.n; k++)
		if (!s->promises.at[k].given &&
		    s->promises.at[k].due <= clock_boot()) {
			struct promise p = s->promises.at[k];

			s->promises.at[k].given = true;
			keep(s, &p);
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
		crash(s, e->act == SCENARIO_CRASH_MACHINE);
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
static bool
next_event(struct stage *s)
{
	const struct scenario *sc = s->plan->scenario;

	if (s->next_event >= sc->nevents ||
	    !holds(s, &sc->events[s->next_event]))
		return false;
	happen(s, &sc->events[s->next_event++]);
	return true;
}

/* When the next event may come by the clock alone. */
static int64_t
event_time(const struct stage *s)
{
	const struct scenario *sc = s->plan->scenario;
	const struct scenario_event *e = &sc->events[s->next_event];

	if (s->next_event >= sc->nevents || e->at == DURATION_NONE ||
	    s->start + e->at <= clock_wall())
		return INT64_MAX;
	return clock_boot() + s->start + e->at - clock_wall();
}

static void
miss_events(struct stage *s)
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

/* --- the play ------------------------------------------------------------- */

/* The engine looks for an awaited file again and again; there is none. */
static int64_t
due_next(struct stage *s)
{
	struct due_entry e;

	while (dues_first(s->r, &e)) {
		const struct inst *i =
			e.ix == IX_NONE ? NULL : run_inst(s->r, e.ix);

		if (!i || i->due_boot == e.due)
			return e.due;
		dues_pop(s->r);
	}
	return INT64_MAX;
}

static int64_t
sooner(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* The deadline of a run that only waits for people does not pass while we
 * look; all else moves the clock. */
static bool
advance(struct stage *s)
{
	int64_t next = sooner(world_next(&s->world), promise_next(s));

	next = sooner(next, event_time(s));
	if (!run_is_over(s->r)) {
		next = sooner(next, due_next(s));
		next = sooner(next, copies_next(s->r));
		if (world_next(&s->world) != INT64_MAX)
			next = sooner(next, warn_next(s->r));
	}
	if (next == INT64_MAX)
		return false;
	if (next > clock_boot())
		now_wall += next - clock_boot();
	world_land(&s->world, s->r);
	warn_look(s->r);
	copies_look(s->r);
	run_tick(s->r, clock_boot());
	keep_promises(s);
	return true;
}

static void
play(struct stage *s)
{
	int64_t busy = clock_wall();
	bool rests = false;

	do {
		do {
			turn(s);
		} while (!s->code && next_event(s));
		if (s->code)
			return;
		make_promises(s);
		if (!rests || !run_is_over(s->r))
			busy = clock_wall();
		rests = run_is_over(s->r);
	} while (advance(s));
	s->out->took = busy - s->start;
	miss_events(s);
}

static enum wf_code
make_run(struct stage *s)
{
	static const char *const names[] = {"logs", "work"};
	struct st_run row = {.flow = s->plan->flow,
			     .definition = s->plan->hash,
			     .state = RUN_QUEUED,
			     .next_event = 1,
			     .created = clock_wall(),
			     .params = s->plan->params,
			     .options = s->plan->options,
			     .actor = "operator"};
	enum wf_code code = WF_OK;

	if (st_open(s->plan->dir, ST_CREATE, &s->store, s->err))
		return WF_STORE;
	st_relax(s->store);
	if (st_create_run(s->store, &row, s->plan->definition, s->err))
		return WF_STORE;
	snprintf(s->out->id, sizeof(s->out->id), "%s", row.id);
	s->dir = mem_printf("%s/runs/%s", s->plan->dir, row.id);
	for (size_t k = 0; !code && k < ARRAY_SIZE(names); k++) {
		char *path = mem_printf("%s/%s", s->dir, names[k]);

		code = fs_mkdirs(path, s->err);
		free(path);
	}
	return code;
}

enum wf_code
rehearse(const struct rehearsal *plan, struct rehearsal_result *out,
	 struct wf_err *err)
{
	struct stage s = {.plan = plan,
			  .out = out,
			  .err = err,
			  .start = plan->scenario->begins,
			  .world = {.scenario = plan->scenario}};

	*out = (struct rehearsal_result){.took = 0};
	now_wall = begun_wall = plan->scenario->begins;
	clock_use(&stage_clock);
	srandom(1);
	s.code = make_run(&s);
	if (!s.code)
		take_up(&s, false);
	if (!s.code)
		play(&s);
	drop_run(&s);
	if (s.store)
		st_close(s.store);
	vec_each (&s.promises, struct promise, p)
		free(p->path);
	vec_release(&s.promises);
	world_release(&s.world);
	free(s.dir);
	clock_use(NULL);
	return s.code;
}

void
rehearsal_release(struct rehearsal_result *result)
{
	vec_release(&result->misses);
}
