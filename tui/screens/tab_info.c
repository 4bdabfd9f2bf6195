/* The full record of the run and of the selected step.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "../../engine/base/clock.h"
#include "../../engine/base/fs.h"
#include "../jsontext.h"
#include "run_view.h"

static void
add_time(struct pager *p, const char *label, int64_t wall)
{
	char text[CLOCK_TEXT];

	if (wall)
		pager_addf(p, STYLE_NORMAL, "%-12s %s", label,
			   clock_format(wall, text));
}

static void
add_text(struct pager *p, const char *label, const char *value)
{
	if (value && *value && !str_eq(value, "{}"))
		pager_addf(p, STYLE_NORMAL, "%-12s %s", label, value);
}

/* What the step's kind keeps; when it is due stands elsewhere. */
static void
add_data(struct pager *p, const char *data)
{
	struct strbuf text = STRBUF_INIT;

	for (const char *key = data ? jsontext_next(data, NULL) : NULL; key;
	     key = jsontext_next(data, key)) {
		size_t n = text.n;

		jsontext_add(&text, key);
		if (str_eq(text.at + n, "due")) {
			text.n = n;
			text.at[n] = '\0';
			continue;
		}
		strbuf_addc(&text, '=');
		jsontext_add(&text, jsontext_value(key));
		strbuf_addc(&text, ' ');
	}
	add_text(p, "data", text.at);
	strbuf_release(&text);
}

static void
add_names(struct pager *p, const char *label, const char *const *names,
	  size_t n)
{
	struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < n; i++)
		strbuf_addf(&text, "%s%s", i ? ", " : "", names[i]);
	add_text(p, label, text.at);
	strbuf_release(&text);
}

static void
add_run(struct pager *p, const struct wf_run_info *run)
{
	pager_addf(p, STYLE_TITLE, "Run %s", run->id);
	add_text(p, "flow", run->flow);
	add_text(p, "name", run->name);
	add_text(p, "state", wf_run_state_text(run));
	add_text(p, "cause", cause_name(run->cause));
	add_text(p, "by", run->actor);
	add_time(p, "created", run->created);
	add_time(p, "started", run->started);
	add_time(p, "finished", run->finished);
	add_text(p, "params", run->params);
	add_text(p, "outputs", run->outputs);
	add_text(p, "definition", run->definition);
	pager_addf(p, STYLE_NORMAL, "%-12s %llu", "revision",
		   (unsigned long long)run->revision);
	if (run->engine_alive)
		pager_addf(p, STYLE_NORMAL, "%-12s alive, pid %d", "engine",
			   run->engine_pid);
	else
		pager_addf(p, STYLE_NORMAL, "%-12s none", "engine");
}

static void
add_attempt(struct pager *p, const struct wf_attempt_info *a)
{
	struct strbuf end = STRBUF_INIT;
	char from[SPAN_TEXT], took[SPAN_TEXT];

	if (a->finished)
		attempt_end(a, &end);
	pager_addf(p, STYLE_NORMAL, "  %-6s %u  %-10s %s  %7s  %s",
		   phase_name(a->phase), a->n, a->state,
		   clock_text(a->started, from),
		   a->finished ? span_text(a->finished - a->started, took) : "",
		   end.at);
	if (a->log)
		pager_addf(p, STYLE_FAINT, "           %s", a->log);
	strbuf_release(&end);
}

/* What decides what it does, and what it is given. */
static void
add_about(struct pager *p, const struct wf_step_about *about)
{
	add_names(p, "environment", about->env, about->nenv);
	add_names(p, "secrets", about->secrets, about->nsecrets);
	for (size_t i = 0; i < about->ninputs; i++)
		pager_addf(p, STYLE_NORMAL, "%-12s %s  %s", i ? "" : "inputs",
			   about->inputs[i].name,
			   about->inputs[i].hash ? about->inputs[i].hash
						 : "(no value yet)");
	add_text(p, "hash", about->definition);
}

static void
add_step(struct pager *p, const struct run_view *rv,
	 const struct wf_step_info *s, const struct wf_step_about *about)
{
	struct strbuf note = STRBUF_INIT;
	char text[SPAN_TEXT];

	pager_add(p, STYLE_NORMAL, "");
	pager_addf(p, STYLE_TITLE, "Step %s", s->path);
	if (s->name && !str_eq(s->name, s->id))
		add_text(p, "name", s->name);
	add_text(p, "action", s->action);
	add_text(p, "state", step_states[s->state].name);
	add_text(p, "cause", cause_name(s->cause));
	run_step_note(rv, s, &note);
	add_text(p, "note", note.at);
	add_text(p, "because", s->reason);
	add_names(p, "needs", s->needs, s->nneeds);
	add_names(p, "blocked by", s->blocked_by, s->nblocked_by);
	add_text(p, "tries", step_tries(s, text));
	add_time(p, "started", s->started);
	add_time(p, "finished", s->finished);
	add_time(p, "due", s->due);
	add_text(p, "outputs", s->outputs);
	add_text(p, "undo", s->undo_state);
	add_text(p, "savepoint", s->savepoint);
	add_data(p, s->data);
	if (about)
		add_about(p, about);
	pager_addf(p, STYLE_NORMAL, "%-12s %s%s%s", "marked",
		   s->idempotent ? "idempotent " : "",
		   s->irreversible ? "irreversible " : "",
		   s->has_undo ? "has undo" : "no undo");
	if (s->command && *s->command) {
		pager_add(p, STYLE_NORMAL, "command");
		pager_add(p, STYLE_FIELD, s->command);
	}
	if (s->nattempts)
		pager_add(p, STYLE_NORMAL, "attempts");
	for (size_t i = 0; i < s->nattempts; i++)
		add_attempt(p, &s->attempts[i]);
	strbuf_release(&note);
}

/* Made again only when the run or the selection moved on. */
static void
fill(struct view *v)
{
	struct run_view *rv = run_view_of(v);
	const struct wf_step_info *s = run_selected(rv);
	const char *path = s ? s->path : "";

	if (rv->info_of && str_eq(rv->info_of, path) &&
	    rv->info_revision == rv->d.run.revision && !run_ticks(&rv->d))
		return;
	if (!rv->info_of || !str_eq(rv->info_of, path))
		rv->info.top = 0;
	free(rv->info_of);
	rv->info_of = mem_strdup(path);
	rv->info_revision = rv->d.run.revision;
	pager_clear(&rv->info);
	if (s)
		add_step(&rv->info, rv, s, run_about(v));
	pager_add(&rv->info, STYLE_NORMAL, "");
	add_run(&rv->info, &rv->d.run);
}

static void
draw(struct view *v, struct grid *g, struct rect r)
{
	struct run_view *rv = run_view_of(v);
	struct rect inner = {r.x + 1, r.y, r.w - 2, r.h};

	rv->height = r.h;
	fill(v);
	pager_draw(&rv->info, g, inner);
}

/* The record as a file, for the pager. */
static void
open_record(struct view *v)
{
	struct run_view *rv = run_view_of(v);
	char *path = fs_join(wf_engine_dir(v->views->engine), "record");
	struct strbuf text = STRBUF_INIT;
	struct wf_err err = {0};

	fill(v);
	vec_each (&rv->info.lines, struct pager_line, line)
		strbuf_addf(&text, "%s\n", line->text);
	if (fs_write(path, text.at, text.n, 0600, &err))
		views_report(v->views, &err);
	else
		run_open_pager(v, path);
	strbuf_release(&text);
	free(path);
}

static bool
act(struct view *v, enum action action)
{
	struct run_view *rv = run_view_of(v);

	if (action == ACTION_PAGER) {
		open_record(v);
		return true;
	}
	return pager_act(&rv->info, action, rv->height);
}

static const enum context contexts[] = {CONTEXT_NONE};
static const enum action hints[] = {ACTION_DOWN, ACTION_PAGE_DOWN, ACTION_RETRY,
				    ACTION_LOG,  ACTION_PALETTE,   ACTION_QUIT,
				    ACTION_HELP, ACTION_NONE};

const struct run_tab_ops tab_info = {
	.title = "Info",
	.brief = "In",
	.draw = draw,
	.act = act,
	.contexts = contexts,
	.hints = hints,
};
