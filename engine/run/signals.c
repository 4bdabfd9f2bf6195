/* Signals: waking who waits for them, and keeping them for who will.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "signals.h"

#include "ensure.h"
#include "vars.h"

static bool
matches(struct run *r, uint32_t ix, const char *name, const char *signal)
{
	const struct inst *i = run_inst(r, ix);
	const struct step *step = run_step(r, i);
	struct vars vars = vars_of_inst(r, ix);
	struct cel_error err;
	bool holds = true;

	if (i->state != STEP_WAITING || step->action != ACTION_WAIT ||
	    step->more->wait->kind != WAIT_SIGNAL ||
	    !str_eq(step->more->wait->signal, name))
		return false;
	vars.signal = signal;
	if (step->more->wait->match.text)
		vars_test(&vars, &step->more->wait->match, &holds, &err);
	return holds;
}

static char *
signal_text(const char *name, const char *payload)
{
	json_t *o = json_object(), *data = json_loads(payload, 0, NULL);
	char *text;

	json_object_set_new(o, "name", json_string(name));
	json_object_set_new(o, "data", data ? data : json_object());
	text = json_dumps(o, JSON_COMPACT);
	json_decref(o);
	return text;
}

static void
wake_by_signal(struct run *r, uint32_t ix, json_t *signal)
{
	char *payload =
		json_dumps(json_object_get(signal, "data"), JSON_COMPACT);

	text_set(&inst_more(run_inst(r, ix))->outputs, payload);
	free(payload);
	run_event(r, EV_CHOICE, ix, "woken", "the signal came", NULL);
	ensure_wake(r, ix, "the signal came");
}

void
signals_send(struct run *r, const char *name, const char *payload)
{
	char *text = signal_text(name, payload);
	json_t *signal = json_loads(text, 0, NULL);
	bool taken = false;

	run_event(r, EV_SIGNAL, IX_NONE, NULL, NULL, text);
	for (uint32_t ix = 0; ix < r->insts.n; ix++) {
		if (!matches(r, ix, name, text))
			continue;
		wake_by_signal(r, ix, signal);
		taken = true;
	}
	if (!taken)
		vec_push(&r->signals, mem_strdup(text));
	r->dirty = true;
	json_decref(signal);
	free(text);
}

bool
signals_take(struct run *r, uint32_t ix)
{
	for (size_t k = 0; k < r->signals.n; k++) {
		char *text = r->signals.at[k];
		json_t *signal = json_loads(text, 0, NULL);
		const char *name =
			json_string_value(json_object_get(signal, "name"));
		bool hit = name && matches(r, ix, name, text);

		if (hit) {
			memmove(&r->signals.at[k], &r->signals.at[k + 1],
				(--r->signals.n - k) * sizeof(char *));
			free(text);
			wake_by_signal(r, ix, signal);
		}
		json_decref(signal);
		if (hit)
			return true;
	}
	return false;
}
