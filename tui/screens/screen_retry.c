/* Retry: what to run again, how it counts, and with what environment.
 *
 * `r` opens the form and `r` again runs it with the choices shown.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "../../engine/base/clock.h"
#include "ask.h"

enum {
	FIELD_SCOPE,
	FIELD_RESET,
	FIELD_ENV
};
enum scope {
	SCOPE_STEP,
	SCOPE_DOWNSTREAM,
	SCOPE_FAILED
};

/* Steps that need `step`, near and far. */
static size_t
count_downstream(const struct ask *a)
{
	bool *reached = mem_alloc(a->d.nsteps + 1);
	size_t n = 0;
	bool more = true;

	while (more && a->at) {
		more = false;
		for (size_t i = 0; i < a->d.nsteps; i++) {
			const struct wf_step_info *s = &a->d.steps[i];
			bool hit = s == a->at;

			for (size_t k = 0; k < s->nneeds && !hit; k++)
				for (size_t j = 0; j < a->d.nsteps; j++)
					hit |= reached[j] &&
					       str_eq(a->d.steps[j].path,
						      s->needs[k]);
			if (!hit || reached[i])
				continue;
			reached[i] = more = true;
			n++;
		}
	}
	free(reached);
	return n;
}

static size_t
count_failed(const struct ask *a)
{
	size_t n = 0;

	for (size_t i = 0; i < a->d.nsteps; i++)
		n += a->d.steps[i].state == STEP_FAILED ||
		     a->d.steps[i].state == STEP_LOST;
	return n;
}

static void
add_history(struct ask *a)
{
	const struct wf_attempt_info *last = step_latest(a->at);
	struct strbuf end = STRBUF_INIT;
	char text[SPAN_TEXT], took[SPAN_TEXT];

	if (last && last->finished) {
		strbuf_adds(&end, "   last: ");
		attempt_end(last, &end);
		strbuf_addf(&end, " after %s",
			    span_text(last->finished - last->started, took));
	}
	form_note(&a->form, STYLE_NORMAL, "tries so far %s%s",
		  step_tries(a->at, text), end.at);
	if (a->at->state == STEP_RETRY_WAIT && a->at->due)
		form_note(&a->form, STYLE_RETRYING,
			  "automatic try in %s; retrying now cuts it short",
			  countdown_text(a->at->due - clock_wall(), text));
	strbuf_release(&end);
}

static void
add_scope(struct ask *a)
{
	char texts[3][64];
	const char *names[3];
	size_t n = 0;

	if (a->at) {
		snprintf(texts[0], sizeof(texts[0]), "this step only");
		snprintf(texts[1], sizeof(texts[1]),
			 "this step and everything after it (%zu steps)",
			 count_downstream(a));
		n = 2;
	}
	snprintf(texts[n], sizeof(texts[n]),
		 "all failed steps of this run (%zu)", count_failed(a));
	n++;
	for (size_t i = 0; i < n; i++)
		names[i] = texts[i];
	a->field[FIELD_SCOPE] =
		(int)form_choice(&a->form, "Scope", names, n, 0);
}

static enum wf_code
open_retry(struct view *v, const char *arg, struct wf_err *err)
{
	struct ask *a = v->state;
	enum wf_code code = ask_open(v, arg, NULL, err);
	char *title;

	if (code)
		return code;
	if (!a->at && count_failed(a) == 0)
		return ERR(err, WF_REFUSED,
			   "run %s has no failed step to retry", a->run);
	title = mem_printf("Retry %s", a->at ? a->at->path : a->run);
	form_init(&a->form, title);
	free(title);
	if (a->at)
		add_history(a);
	add_scope(a);
	a->field[FIELD_RESET] = (int)form_toggle(
		&a->form, "count the tries from 0 again", false);
	a->field[FIELD_ENV] = (int)form_text(&a->form, "Env", "");
	form_note(&a->form, STYLE_FAINT,
		  "            NAME=value ... for this try only");
	if (a->at && a->at->command)
		form_note(&a->form, STYLE_NORMAL, "Will run:   %s",
			  a->at->command);
	if (a->at && !a->at->idempotent)
		form_note(&a->form, STYLE_NOTICE,
			  "Note:       this step is not marked idempotent");
	a->button[ASK_LEAVE] = (int)form_button(&a->form, "Cancel", 0);
	a->button[ASK_DO] = (int)form_button(&a->form, "Retry now (r)", 'r');
	form_focus(&a->form,
		   (size_t)a->button[a->at && a->at->idempotent ? ASK_DO
								: ASK_LEAVE]);
	return WF_OK;
}

/* "A=1 B=2" to settings; the texts live in `copy`. */
static size_t
parse_env(char *copy, struct wf_setting *settings, size_t max)
{
	char *save = NULL;
	size_t n = 0;

	for (char *word = strtok_r(copy, " ", &save); word && n < max;
	     word = strtok_r(NULL, " ", &save)) {
		char *eq = strchr(word, '=');

		if (!eq || eq == word)
			return (size_t)-1;
		*eq = '\0';
		settings[n++] = (struct wf_setting){word, eq + 1};
	}
	return n;
}

static void
press(struct view *v, int button)
{
	struct ask *a = v->state;
	struct wf_setting settings[16];
	char *env = mem_strdup(ask_text(a, FIELD_ENV));
	size_t n = parse_env(env, settings, ARRAY_SIZE(settings));
	int scope = ask_value(a, FIELD_SCOPE) + (a->at ? 0 : SCOPE_FAILED);
	const char *steps[] = {a->step};
	struct wf_request request = {
		.verb = "retry",
		.steps = steps,
		.nsteps = scope == SCOPE_FAILED ? 0 : 1,
		.downstream = scope == SCOPE_DOWNSTREAM,
		.reset = ask_value(a, FIELD_RESET),
		.settings = settings,
		.nsettings = n,
	};

	(void)button;
	if (n == (size_t)-1)
		snprintf(a->form.fields.at[a->field[FIELD_ENV]].error, 96,
			 "each word must read NAME=value");
	else if (views_request(v->views, a->run, &request, "retrying"))
		views_close(v->views);
	free(env);
}

static bool
key(struct view *v, uint32_t k)
{
	return ask_key(v, k, press);
}

/* The timer may be first: then there is nothing left to decide. */
static void
refresh(struct view *v)
{
	struct ask *a = v->state;
	enum step_state before = a->at ? a->at->state : STEP_FAILED;

	if (!ask_reload(v) || !a->at || a->at->state == before)
		return;
	if (a->at->state == STEP_RUNNING || a->at->state == STEP_READY) {
		views_say(v->views, "%s began another try by itself",
			  a->at->path);
		views_close(v->views);
	}
}

const struct view_ops screen_retry = {
	.size = sizeof(struct ask),
	.overlay = true,
	.open = open_retry,
	.refresh = refresh,
	.draw = ask_draw,
	.key = key,
	.contexts = ask_contexts,
	.close = ask_close,
	.keys = "r retry  Tab next field  Space choose  Esc cancel",
};
