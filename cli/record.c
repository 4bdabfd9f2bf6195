/* Runs, steps and events as JSON objects, and the words about a step.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "record.h"

#include <stdio.h>
#include <string.h>

#include "../engine/base/clock.h"
#include "../engine/base/str.h"
#include "output.h"
#include "when.h"

static json_t *
texts_json(const char *const *at, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_text(at[i]));
	return list;
}

static json_t *
cause_json(enum cause cause)
{
	return cause == CAUSE_NONE ? json_null() : json_text(cause_name(cause));
}

static json_t *
number_or_null(int64_t number, bool known)
{
	return known ? json_integer(number) : json_null();
}

json_t *
record_run(const struct wf_run_info *run)
{
	json_t *o = json_object(), *engine = json_object();

	json_put(o, "id", json_text(run->id));
	json_put(o, "flow", json_text(run->flow));
	json_put(o, "name", json_text(run->name));
	json_put(o, "state", json_text(wf_run_state_text(run)));
	json_put(o, "cause", cause_json(run->cause));
	json_put(o, "revision", json_integer((json_int_t)run->revision));
	json_put(o, "created", json_time(run->created));
	json_put(o, "started", json_time(run->started));
	json_put(o, "finished", json_time(run->finished));
	json_put(o, "actor", json_text(run->actor));
	json_put(o, "params", json_value(run->params));
	json_put(o, "outputs", json_value(run->outputs));
	json_put(engine, "alive", json_boolean(run->engine_alive));
	json_put(engine, "pid",
		 number_or_null(run->engine_pid, run->engine_pid));
	json_put(o, "engine", engine);
	return o;
}

static json_t *
attempt_json(const struct wf_attempt_info *attempt)
{
	json_t *o = json_object();

	json_put(o, "n", json_integer(attempt->n));
	json_put(o, "phase", json_text(phase_name(attempt->phase)));
	json_put(o, "state", json_text(attempt->state));
	json_put(o, "started", json_time(attempt->started));
	json_put(o, "finished", json_time(attempt->finished));
	json_put(o, "exit_code",
		 number_or_null(attempt->exit_code, attempt->exit_code >= 0));
	json_put(o, "signal", number_or_null(attempt->signal, attempt->signal));
	json_put(o, "cause", cause_json(attempt->cause));
	json_put(o, "log", json_text(attempt->log));
	return o;
}

/* What commands call the step: "each[a]/build"; its own key stands apart. */
static json_t *
id_json(const struct wf_step_info *step)
{
	size_t n = strlen(step->path);

	if (step->instance)
		n -= strlen(step->instance) + 2;
	return json_stringn(step->path, n);
}

json_t *
record_step(const struct wf_step_info *step)
{
	json_t *o = json_object(), *attempts = json_array();
	json_t *undo = json_object();

	for (size_t i = 0; i < step->nattempts; i++)
		json_array_append_new(attempts,
				      attempt_json(&step->attempts[i]));
	json_put(undo, "state", json_text(step->undo_state));
	json_put(o, "id", id_json(step));
	json_put(o, "instance", json_text(step->instance));
	json_put(o, "name", json_text(step->name));
	json_put(o, "action", json_text(step->action));
	json_put(o, "state", json_text(step_states[step->state].name));
	json_put(o, "cause", cause_json(step->cause));
	json_put(o, "started", json_time(step->started));
	json_put(o, "finished", json_time(step->finished));
	json_put(o, "due", json_time(step->due));
	json_put(o, "needs", texts_json(step->needs, step->nneeds));
	json_put(o, "attempts", attempts);
	json_put(o, "outputs", json_value(step->outputs));
	json_put(o, "undo", undo);
	json_put(o, "blocked_by",
		 texts_json(step->blocked_by, step->nblocked_by));
	json_put(o, "reason", json_text(step->reason));
	json_put(o, "savepoint", json_text(step->savepoint));
	json_put(o, "data", step->data ? json_value(step->data) : json_null());
	return o;
}

static json_t *
decision_json(const struct wf_event_info *event)
{
	json_t *o = json_object();
	/* Its target alone says nothing outside of the history. */
	const char *what =
		event->kind == EV_ROLLBACK && event->what ? "rollback " : "";

	json_put(o, "time", json_time(event->time));
	json_put(o, "actor", json_text(event->actor));
	json_put(o, "step", json_text(event->step));
	json_put(o, "what",
		 event->what ? json_sprintf("%s%s", what, event->what)
			     : json_null());
	json_put(o, "because", json_text(event->because));
	return o;
}

/* A foreach or matrix step stands for itself only until it has instances:
 * from then on these are the steps. */
static bool
has_instances(const struct wf_run_detail *detail, size_t i)
{
	const struct wf_step_info *step = &detail->steps[i];

	return step->is_group && !step->instance && i + 1 < detail->nsteps &&
	       step[1].instance && str_eq(step[1].id, step->id);
}

void
record_detail(struct writer *w, const struct wf_run_detail *detail,
	      const struct wf_events *decisions)
{
	writer_members(w, record_run(&detail->run));
	writer_list(w, "steps");
	for (size_t i = 0; i < detail->nsteps; i++)
		if (!has_instances(detail, i))
			writer_item(w, record_step(&detail->steps[i]));
	writer_list_end(w);
	writer_list(w, "decisions");
	for (size_t i = 0; i < decisions->n; i++)
		writer_item(w, decision_json(&decisions->at[i]));
	writer_list_end(w);
}

json_t *
record_event(const char *run, const struct wf_event_info *event)
{
	json_t *o = json_object();

	json_put(o, "seq", json_integer((json_int_t)event->seq));
	json_put(o, "time", json_time(event->time));
	json_put(o, "run", json_text(run));
	json_put(o, "step", json_text(event->step));
	json_put(o, "kind", json_text(event_kinds[event->kind].name));
	json_put(o, "actor", json_text(event->actor));
	json_put(o, "what", json_text(event->what));
	json_put(o, "because", json_text(event->because));
	json_put(o, "data",
		 event->data ? json_value(event->data) : json_null());
	return o;
}

static const char *
cause_text(enum cause cause, const struct wf_attempt_info *a, char text[64])
{
	text[0] = '\0';
	if (cause == CAUSE_NONE)
		return text;
	if (cause == CAUSE_EXIT && a && a->exit_code >= 0)
		snprintf(text, 64, "exit %d", a->exit_code);
	else if (cause == CAUSE_SIGNAL && a && a->signal)
		snprintf(text, 64, "signal %d", a->signal);
	else
		snprintf(text, 64, "%s", cause_name(cause));
	return text;
}

const char *
record_cause(const struct wf_step_info *step, char text[64])
{
	const struct wf_attempt_info *last = NULL;

	if (step->nattempts)
		last = &step->attempts[step->nattempts - 1];
	return cause_text(step->cause, last, text);
}

const char *
record_first(const struct wf_step_info *step, char text[64])
{
	const struct wf_attempt_info *first = step->attempts;

	text[0] = '\0';
	if (step->nattempts < 2 || first->phase != PHASE_DO)
		return text;
	return cause_text(first->cause, first, text);
}

static void
note_part(struct strbuf *note, const char *text)
{
	if (!text || !*text)
		return;
	if (note->n)
		strbuf_adds(note, "; ");
	strbuf_adds(note, text);
}

static void
note_list(struct strbuf *note, const char *word, const char *const *at,
	  size_t n)
{
	if (!n)
		return;
	if (note->n)
		strbuf_adds(note, "; ");
	strbuf_adds(note, word);
	for (size_t i = 0; i < n && i < 4; i++)
		strbuf_addf(note, "%s%s", i ? ", " : " ", at[i]);
	if (n > 4)
		strbuf_addf(note, " and %zu more", n - 4);
}

/* The prompt of a step that waits for a person. */
static void
note_prompt(struct strbuf *note, const struct wf_step_info *step)
{
	json_t *data = json_value(step->data);
	const char *prompt = json_string_value(json_object_get(data, "prompt"));

	note_part(note, prompt);
	json_decref(data);
}

char *
record_note(const struct wf_step_info *step, bool over)
{
	struct strbuf note = STRBUF_INIT;
	char text[64];
	const char *cause = record_cause(step, text);
	const char *reason =
		step_state_is_good(step->state) ? NULL : step->reason;

	if (!cause || !reason || !str_starts(reason, cause))
		note_part(&note, cause);
	if (step->state == STEP_PENDING) {
		note_part(&note, over ? "not run" : NULL);
		note_list(&note, step->is_blocked ? "blocked by" : "needs",
			  step->blocked_by, step->nblocked_by);
	}
	if (step->is_held)
		note_part(&note, "paused");
	if (step->state == STEP_WAITING)
		note_prompt(&note, step);
	if (step->state == STEP_RETRY_WAIT && step->due) {
		char length[WHEN_TEXT];

		strbuf_addf(&note, "%snext try in %s", note.n ? "; " : "",
			    when_duration(step->due - clock_wall(), length));
	}
	note_part(&note, reason);
	return strbuf_detach(&note);
}
