/* Retry: what to run again, how it counts, and with what environment.
 *
 * `r` opens the form and `r` again runs it with the choices shown.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "../../engine/base/clock.h"
#include "retry_view.h"

enum {
	FIELD_SCOPE,
	FIELD_WHEN,
	FIELD_RESET,
	FIELD_ENV,
	FIELD_FLOW
};
enum scope {
	SCOPE_STEP,
	SCOPE_DOWNSTREAM,
	SCOPE_FAILED
};

enum when {
	WHEN_NOW,
	WHEN_EDITED, /* after a change to the flow */
	WHEN_TIMER   /* only offered while a timer runs */
};

struct retry {
	struct ask ask;
	bool edited; /* the designer was open: the present file is meant */
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

/* What the engine chooses when no step is named: groups are one. */
static size_t
count_failed(const struct ask *a)
{
	size_t n = 0;

	for (size_t i = 0; i < a->d.nsteps; i++) {
		const struct wf_step_info *s = &a->d.steps[i];

		n += !strpbrk(s->path, "[/") &&
		     (s->state == STEP_FAILED || s->state == STEP_CANCELLED ||
		      s->state == STEP_UNDO_FAILED);
	}
	return n;
}

/* Of a run without a failed step, the one that is tried again first, or whose
 * end nobody knows. */
static void
choose_waiting(struct ask *a)
{
	const struct wf_step_info *first = NULL;

	for (size_t i = 0; i < a->d.nsteps; i++) {
		const struct wf_step_info *s = &a->d.steps[i];

		bool waits = s->state == STEP_RETRY_WAIT;

		if ((waits || s->state == STEP_LOST) &&
		    (!first || (waits && s->due < first->due)))
			first = s;
	}
	if (!first)
		return;
	a->at = first;
	a->step = mem_strdup(first->path);
}

static bool
has_timer(const struct ask *a)
{
	return a->at && a->at->state == STEP_RETRY_WAIT && a->at->due;
}

static void
add_history(struct ask *a)
{
	const struct wf_attempt_info *last = step_latest(a->at);
	struct strbuf end = STRBUF_INIT, tries = STRBUF_INIT;
	char took[SPAN_TEXT], left[SPAN_TEXT];

	if (last && last->finished) {
		strbuf_adds(&end, "   last: ");
		attempt_end(last, &end);
		strbuf_addf(&end, " after %s",
			    span_text(last->finished - last->started, took));
	}
	add_tries(&tries, a->at->tries, a->at->retry_limit);
	form_note(&a->form, STYLE_NORMAL, "tries so far %s%s", tries.at,
		  end.at);
	strbuf_release(&tries);
	if (has_timer(a))
		form_live(&a->form, STYLE_RETRYING,
			  "automatic try in %s; retrying now cuts it short",
			  countdown_text(a->at->due - clock_wall(), left));
	strbuf_release(&end);
}

static const char *
will_run(size_t n, char text[32])
{
	snprintf(text, 32, "%zu step%s will run", n, n == 1 ? "" : "s");
	return text;
}

static void
add_scope(struct ask *a)
{
	char texts[3][96], count[32];
	const char *names[3];
	size_t n = 0;

	if (a->at) {
		snprintf(texts[0], sizeof(texts[0]), "%-38s %s",
			 "this step only", will_run(1, count));
		snprintf(texts[1], sizeof(texts[1]), "%-38s %s",
			 "this step and everything after it",
			 will_run(count_downstream(a), count));
		n = 2;
	}
	snprintf(texts[n], sizeof(texts[n]), "%-38s %s",
		 "all failed steps of this run",
		 will_run(count_failed(a), count));
	n++;
	for (size_t i = 0; i < n; i++)
		names[i] = texts[i];
	a->field[FIELD_SCOPE] =
		(int)form_choice(&a->form, "Scope", names, n, 0);
}

static void
add_when(struct ask *a)
{
	static const char *const names[] = {"now", "after a change to flow",
					    "keep the timer"};

	a->field[FIELD_WHEN] = (int)form_choice_row(
		&a->form, "When", names, has_timer(a) ? 3 : 2, WHEN_NOW);
}

static void
add_count(struct ask *a)
{
	struct strbuf tries = STRBUF_INIT;
	char texts[2][64];
	const char *names[] = {texts[0], texts[1]};

	if (a->at)
		add_tries(&tries, a->at->tries + 1, a->at->retry_limit);
	if (a->at)
		snprintf(texts[0], sizeof(texts[0]), "counts as try %.40s",
			 tries.at);
	else
		snprintf(texts[0], sizeof(texts[0]), "counts as another try");
	snprintf(texts[1], sizeof(texts[1]), "reset the counter to 0");
	a->field[FIELD_RESET] =
		(int)form_choice_row(&a->form, "Count", names, 2, 0);
	strbuf_release(&tries);
}

/* The file as it is now, beside the definition the run was started with. */
static void
add_flow(struct view *v)
{
	struct ask *a = v->state;
	struct wf_difference d = {0};
	char texts[2][64];
	const char *names[] = {texts[0], texts[1]};
	size_t n;

	snprintf(texts[0], sizeof(texts[0]), "as started (%.7s)",
		 a->d.run.definition ? a->d.run.definition : "?");
	if (!a->flow ||
	    wf_flow_compare(v->views->engine, a->run, a->flow, &d, NULL))
		return;
	n = d.changed + d.added + d.removed;
	if (n)
		snprintf(texts[1], sizeof(texts[1]),
			 "current file (%zu step%s differ%s)", n,
			 n == 1 ? "" : "s", n == 1 ? "s" : "");
	else
		snprintf(texts[1], sizeof(texts[1]), "current file (the same)");
	a->field[FIELD_FLOW] = (int)form_choice_row(
		&a->form, "Flow", names, 2, ((struct retry *)a)->edited);
}

static void
build(struct view *v)
{
	struct ask *a = v->state;
	char *title = mem_printf("Retry %s", a->at ? a->at->path : a->run);

	form_init(&a->form, title);
	free(title);
	if (a->at)
		add_history(a);
	form_note(&a->form, STYLE_NORMAL, " ");
	add_scope(a);
	add_when(a);
	add_count(a);
	a->field[FIELD_ENV] = (int)form_text(&a->form, "Env", "");
	form_note(&a->form, STYLE_FAINT,
		  "\tNAME=value ... added or changed for this try only");
	add_flow(v);
	if (a->at)
		retry_add_outlook(v);
	ask_add_button(a, ASK_LEAVE, "Cancel", 0);
	ask_add_button(a, ASK_DO, "Retry now (r)", 'r');
	form_focus(&a->form,
		   (size_t)a->button[a->at && a->at->idempotent ? ASK_DO
								: ASK_LEAVE]);
}

/* The present file of the run's flow; NULL when it cannot be used. */
static struct wf_flow *
current_flow(struct view *v)
{
	struct ask *a = v->state;
	struct wf_flow *started = NULL, *now = NULL;
	struct wf_diags diags = {0};

	if (wf_flow_of_run(v->views->engine, a->run, &started, NULL))
		return NULL;
	if (!wf_flow_file(started) || str_eq(wf_flow_file(started), "-") ||
	    wf_flow_load(wf_flow_file(started), &now, &diags, NULL))
		now = NULL;
	wf_diags_release(&diags);
	wf_flow_free(started);
	return now;
}

/* --- the flow as it is now
 * --------------------------------------------------------- */

static void
add_rows(const struct wf_plan *plan, struct strbuf *out)
{
	for (size_t i = 0; i < plan->n; i++) {
		const struct wf_plan_row *row = &plan->at[i];

		if (row->change && !str_eq(row->change, "same"))
			strbuf_addf(out, "%-8s %-20s %s\n", row->change,
				    row->step,
				    row->because ? row->because : "");
	}
}

/* Step by step: what the present file changes. */
static void
show_difference(struct view *v)
{
	struct ask *a = v->state;
	struct wf_plan_query query = {.run = a->run, .flow = a->flow};
	struct wf_plan plan = {0};
	struct strbuf text = STRBUF_INIT;
	struct wf_err err = {0};

	if (!a->flow) {
		views_complain(v->views, "the file of the flow cannot be used");
		return;
	}
	if (wf_plan(v->views->engine, &query, &plan, &err)) {
		views_report(v->views, &err);
		return;
	}
	strbuf_addf(&text, "%s against the flow as started\n",
		    wf_flow_file(a->flow));
	add_rows(&plan, &text);
	if (text.at[text.n - 1] == '\n' && !strchr(text.at, ' '))
		strbuf_adds(&text, "no step differs\n");
	wf_list_free(&plan.list);
	views_ask(v->views, "text", text.at);
	strbuf_release(&text);
}

static void
edit_first(struct view *v)
{
	struct retry *r = v->state;

	r->edited = true;
	views_design(v->views, r->ask.run);
}

/* The designer is closed: the file may be another one. */
static void
take_edited(struct view *v)
{
	struct retry *r = v->state;
	struct ask *a = &r->ask;

	wf_flow_free(a->flow);
	a->flow = current_flow(v);
	ask_rebuild(v);
	a->armed = 0;
	a->form.fields.at[a->field[FIELD_WHEN]].value = WHEN_NOW;
	if (a->field[FIELD_FLOW] >= 0)
		a->form.fields.at[a->field[FIELD_FLOW]].value = 1;
	r->edited = false;
}

static void press(struct view *v, int button);

static enum wf_code
open_retry(struct view *v, const char *arg, struct wf_err *err)
{
	struct ask *a = v->state;
	enum wf_code code = ask_open(v, arg, NULL, err);

	if (code)
		return code;
	if (!a->at && count_failed(a) == 0)
		choose_waiting(a);
	if (!a->at && count_failed(a) == 0)
		return ERR(err, WF_REFUSED,
			   "run %s has no failed step to retry", a->run);
	a->flow = current_flow(v);
	ask_show(v, build, press);
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
		.later = ask_value(a, FIELD_WHEN) == WHEN_TIMER,
		.settings = settings,
		.nsettings = n,
		.flow = ask_value(a, FIELD_FLOW) ? a->flow : NULL,
	};

	(void)button;
	if (n == (size_t)-1)
		ask_error(a, FIELD_ENV, "each word must read NAME=value");
	else if (ask_value(a, FIELD_WHEN) == WHEN_EDITED)
		edit_first(v);
	else if (request.later && scope != SCOPE_STEP)
		ask_error(a, FIELD_WHEN, "only this step has a timer");
	else
		ask_send(v, &request,
			 request.later ? "its timer will try again"
				       : "retrying");
	free(env);
}

/* The timer may be first: then there is nothing left to decide. */
static void
refresh(struct view *v)
{
	struct ask *a = v->state;
	enum step_state before = a->at ? a->at->state : STEP_FAILED;

	if (((struct retry *)a)->edited && views_top(v->views) == v)
		take_edited(v);
	if (a->busy || !ask_refresh(v) || !a->at || a->at->state == before)
		return;
	if (a->at->state == STEP_RUNNING || a->at->state == STEP_READY) {
		views_say(v->views, "%s began another try by itself",
			  a->at->path);
		views_close(v->views);
	}
}

static bool
key(struct view *v, uint32_t k)
{
	struct ask *a = v->state;

	if (ask_is_command(a, k, 'd'))
		show_difference(v);
	else if (ask_is_command(a, k, 'l'))
		ask_show_log(v, a->step);
	else
		return ask_key(v, k);
	return true;
}

const struct view_ops screen_retry = {
	.size = sizeof(struct retry),
	.overlay = true,
	.open = open_retry,
	.refresh = refresh,
	.draw = ask_draw,
	.key = key,
	.contexts = view_all_text,
	.form = ask_form,
	.answered = ask_answered,
	.due = ask_due,
	.close = ask_close,
	.keys = "r retry  Tab next  Space choose  d flow diff  l last log  Esc "
		"cancel",
};
