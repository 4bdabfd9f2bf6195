/* Dialogs about a run: opening, keys, drawing.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "../../engine/base/clock.h"
#include "../logfile.h"
#include "ask.h"

enum {
	REST_MS = 1000, /* buttons after the run has changed */
	REPEATS = 20,   /* of a request that a busy run made stale */
	LOG_LINES = 200,
	LOG_BYTES = 64 << 20 /* of a log that are looked through for them */
};

static const struct wf_step_info *
find_step(const struct wf_run_detail *d, const char *path)
{
	for (size_t i = 0; path && i < d->nsteps; i++)
		if (str_eq(d->steps[i].path, path))
			return &d->steps[i];
	return NULL;
}

/* Cut a leading word of the list off `rest`. */
static char *
take_word(const char **rest, const char *const *words)
{
	for (; words && *words; words++) {
		size_t n = strlen(*words);

		if (!str_starts(*rest, *words))
			continue;
		*rest += n + ((*rest)[n] == ' ');
		return mem_strdup(*words);
	}
	return mem_strdup("");
}

enum wf_code
ask_open(struct view *v, const char *arg, const char *const *words,
	 struct wf_err *err)
{
	struct ask *a = v->state;
	size_t n = strcspn(arg, " ");
	const char *rest = arg + n + (arg[n] == ' ');
	enum wf_code code;

	snprintf(a->run, sizeof(a->run), "%.*s", (int)n, arg);
	a->word = take_word(&rest, words);
	a->step = *rest ? mem_strdup(rest) : NULL;
	memset(a->field, 0xff, sizeof(a->field));
	memset(a->button, 0xff, sizeof(a->button));
	code = wf_run(v->views->engine, a->run, &a->d, err);
	if (code)
		return code;
	a->revision = a->d.run.revision;
	a->pressed = -1;
	a->at = find_step(&a->d, a->step);
	if (a->step && !a->at)
		return ERR(err, WF_NOT_FOUND, "run %s has no step \"%s\"",
			   a->run, a->step);
	return WF_OK;
}

static enum wf_code
read_again(struct view *v)
{
	struct ask *a = v->state;
	struct wf_run_detail d = {0};
	enum wf_code code = wf_run(v->views->engine, a->run, &d, NULL);

	if (code)
		return code;
	wf_list_free(&a->d.list);
	a->d = d;
	a->at = find_step(&a->d, a->step);
	a->revision = a->d.run.revision;
	return WF_OK;
}

bool
ask_reload(struct view *v)
{
	return read_again(v) == WF_OK;
}

/* --- building
 * -------------------------------------------------------------------- */

static void
build(struct view *v)
{
	struct ask *a = v->state;

	memset(a->field, 0xff, sizeof(a->field));
	memset(a->button, 0xff, sizeof(a->button));
	a->build(v);
	if (a->check)
		a->check(v);
}

void
ask_show(struct view *v, void (*how)(struct view *v),
	 void (*press)(struct view *v, int button))
{
	struct ask *a = v->state;

	a->build = how;
	a->press = press;
	build(v);
}

bool
ask_rebuild(struct view *v)
{
	struct ask *a = v->state;
	struct form old = a->form;
	bool changed;

	a->form = (struct form){.pressed = -1};
	build(v);
	changed = form_take_over(&a->form, &old);
	form_release(&old);
	if (a->check)
		a->check(v);
	if (changed)
		a->armed = clock_boot() + REST_MS;
	return changed;
}

/* Nothing is left to be asked. */
static void
leave(struct view *v, const char *what, const char *id)
{
	views_complain(v->views, "%s %s is gone", what, id);
	if (views_top(v->views) == v)
		views_close(v->views);
}

bool
ask_look(struct view *v)
{
	struct ask *a = v->state;
	enum wf_code code = read_again(v);

	if (code == WF_NOT_FOUND)
		leave(v, "run", a->run);
	return code == WF_OK;
}

bool
ask_refresh(struct view *v)
{
	struct ask *a = v->state;

	if (!ask_look(v))
		return false;
	if (a->step && !a->at) { /* an instance that is no more */
		leave(v, "step", a->step);
		return false;
	}
	ask_rebuild(v);
	return true;
}

void
ask_add_button(struct ask *a, enum ask_button b, const char *label,
	       uint32_t letter)
{
	a->button[b] = (int)form_button(&a->form, label, letter);
}

/* --- asking
 * ---------------------------------------------------------------------- */

void
ask_send(struct view *v, struct wf_request *request, const char *done)
{
	struct ask *a = v->state;

	request->revision = a->revision;
	a->busy = view_request(v, a->run, request, done);
}

/* Nothing of what was shown has changed: it may be sent again. */
static bool
send_again(struct view *v)
{
	struct ask *a = v->state;

	if (a->repeats++ >= REPEATS || !ask_reload(v) || (a->step && !a->at) ||
	    ask_rebuild(v))
		return false;
	a->press(v, a->pressed);
	return a->busy;
}

void
ask_answered(struct view *v, const char *plan, const struct wf_err *err)
{
	struct ask *a = v->state;
	struct views *vs = v->views;

	(void)plan;
	a->busy = false;
	if (!err) {
		if (views_top(vs) == v)
			views_close(vs);
		return;
	}
	if (err->code == WF_REFUSED &&
	    strstr(err->message, "the run has moved on") && send_again(v))
		return;
	a->repeats = 0;
	views_report(vs, err);
	ask_refresh(v);
}

static void
press(struct view *v, int button)
{
	struct ask *a = v->state;

	if (button == a->button[ASK_LEAVE]) {
		views_close(v->views);
	} else if (clock_boot() < a->armed) {
		views_complain(v->views, "the run has changed: look again");
	} else if (!a->busy) {
		a->pressed = button;
		a->repeats = 0;
		a->press(v, button);
	}
}

bool
ask_key(struct view *v, uint32_t key)
{
	struct ask *a = v->state;

	switch (form_key(&a->form, key)) {
	case FORM_LEFT:
		views_close(v->views);
		break;
	case FORM_PRESSED:
		press(v, a->form.pressed);
		break;
	case FORM_MORE:
		if (a->check)
			a->check(v);
		break;
	case FORM_IGNORED:
		break;
	}
	return true;
}

/* --- drawing
 * --------------------------------------------------------------------- */

static bool
has_clock(const struct ask *a)
{
	vec_each (&a->form.fields, struct form_field, field)
		if (field->live)
			return true;
	return false;
}

void
ask_draw(struct view *v, struct grid *g, struct rect r)
{
	struct ask *a = v->state;
	bool rests = a->busy || a->blocked || clock_boot() < a->armed;

	/* Marks of what changed stay while the buttons rest. */
	if (has_clock(a) && clock_boot() >= a->armed)
		ask_rebuild(v);
	for (int b = 0; b < NASK_BUTTONS; b++)
		if (a->button[b] >= 0 && b != ASK_LEAVE)
			a->form.fields.at[a->button[b]].off =
				rests && !(b != ASK_DO && a->blocked);
	form_draw(&a->form, g, r);
}

struct form *
ask_form(struct view *v)
{
	return &((struct ask *)v->state)->form;
}

/* While something in it counts seconds, or the buttons rest. */
int64_t
ask_due(const struct view *v)
{
	const struct ask *a = v->state;
	int64_t now = clock_wall(), rest = a->armed - clock_boot();

	if (rest > 0)
		return now + rest;
	return has_clock(a) ? now / 1000 * 1000 + 1000 : 0;
}

void
ask_close(struct view *v)
{
	struct ask *a = v->state;

	form_release(&a->form);
	free(a->step);
	free(a->word);
	free(a->plan);
	wf_flow_free(a->flow);
	wf_list_free(&a->d.list);
}

bool
ask_is_command(const struct ask *a, uint32_t key, uint32_t letter)
{
	return key == letter && a->form.fields.n && !form_in_text(&a->form);
}

void
ask_show_log(struct view *v, const char *step)
{
	struct ask *a = v->state;
	const struct wf_step_info *s = find_step(&a->d, step);
	const struct wf_attempt_info *last = s ? step_latest(s) : NULL;
	struct logfile *log =
		last && last->log ? logfile_open(last->log) : NULL;
	struct strbuf text = STRBUF_INIT;
	size_t n;

	if (!log) {
		views_complain(v->views, "%s has no log",
			       step ? step : "the run itself");
		return;
	}
	logfile_poll(log, LOG_BYTES);
	n = logfile_nlines(log);
	strbuf_addf(&text, "log of %s, try %u\n", step, last->n);
	for (size_t i = n > LOG_LINES ? n - LOG_LINES : 0; i < n; i++) {
		logfile_line(log, i, &text, TEXT_DROP_SGR);
		strbuf_addc(&text, '\n');
	}
	logfile_close(log);
	views_ask(v->views, "text", text.at);
	strbuf_release(&text);
}

const char *
ask_text(const struct ask *a, int field)
{
	int i = a->field[field];

	return i >= 0 ? a->form.fields.at[i].text.text.at : "";
}

int
ask_value(const struct ask *a, int field)
{
	int i = a->field[field];

	return i >= 0 ? a->form.fields.at[i].value : 0;
}

void
ask_error(struct ask *a, int field, const char *fmt, ...)
{
	struct form_field *f = &a->form.fields.at[a->field[field]];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(f->error, sizeof(f->error), fmt, ap);
	va_end(ap);
}
