/* A new run: first the file, then its params with types and defaults.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "../theme.h"
#include "../view.h"
#include "../widgets/form.h"

enum {
	PARAMS_MAX = 64
};

struct start {
	struct form form;
	struct wf_flow *flow; /* NULL: the file is being asked for */
	size_t file, next, leave, name;
	size_t params[PARAMS_MAX]; /* fields */
	size_t nparams;
};

static struct start *
start_of(const struct view *v)
{
	return v->state;
}

static void
ask_for_file(struct start *s, const char *path)
{
	form_release(&s->form);
	form_init(&s->form, "New run");
	s->file = form_text(&s->form, "File", path);
	s->leave = form_button(&s->form, "Cancel", 0);
	s->next = form_button(&s->form, "Read it", 0);
	form_focus(&s->form, s->file);
}

static void
close_start(struct view *v)
{
	form_release(&start_of(v)->form);
	wf_flow_free(start_of(v)->flow);
}

/* What can only be one of a few things is chosen, the rest is typed. */
static size_t
add_choice(struct start *s, const char *label, const struct wf_param_info *p)
{
	static const char *const yes_no[] = {"true", "false", NULL};
	const char *const *names = p->choices ? p->choices : yes_no;
	size_t n = 0;
	int value = 0;

	while (names[n]) {
		if (p->def && str_eq(p->def, names[n]))
			value = (int)n;
		n++;
	}
	return form_choice_row(&s->form, label, names, n, value);
}

/* "one of now, tonight", "whole number" */
static void
add_kind(const struct wf_param_info *p, struct strbuf *out)
{
	for (size_t i = 0; p->choices && p->choices[i]; i++)
		strbuf_addf(out, "%s%s", i ? ", " : "one of ", p->choices[i]);
	if (!p->choices)
		strbuf_adds(out,
			    str_eq(p->type, "int") ? "whole number" : p->type);
}

static void
add_param(struct start *s, struct wf_param_info p)
{
	struct strbuf kind = STRBUF_INIT;
	char *label = mem_printf("%s%s", p.name, p.required ? " *" : "");
	bool few = p.choices || str_eq(p.type, "bool");
	bool choice = few && (p.def || p.required);

	s->params[s->nparams++] =
		choice ? add_choice(s, label, &p)
		       : form_text(&s->form, label, p.def ? p.def : "");
	add_kind(&p, &kind);
	if (!choice || p.help)
		form_note(&s->form, STYLE_FAINT, "\t%s%s%s%s%s", kind.at,
			  p.def && !choice ? ", by default " : "",
			  p.def && !choice ? p.def : "", p.help ? "  " : "",
			  p.help ? p.help : "");
	strbuf_release(&kind);
	free(label);
}

static const char *
value_of(const struct start *s, size_t i)
{
	const struct form_field *f = &s->form.fields.at[s->params[i]];

	return f->kind == FORM_TEXT ? f->text.text.at
				    : form_chosen(&s->form, s->params[i]);
}

/* What is wrong with a value stands below it while it is typed; an empty
 * one is told only when somebody tries. */
static void
check_typed(struct start *s)
{
	bool good = true;

	for (size_t i = 0; i < s->nparams; i++) {
		struct form_field *f = &s->form.fields.at[s->params[i]];
		struct wf_err err = {0};

		f->error[0] = '\0';
		if (!*value_of(s, i) ||
		    wf_flow_check_param(s->flow, wf_flow_param(s->flow, i).name,
					value_of(s, i), &err) == WF_OK)
			continue;
		snprintf(f->error, sizeof(f->error), "%.95s", err.message);
		good = false;
	}
	s->form.fields.at[s->next].off = !good;
}

static void
ask_for_params(struct start *s)
{
	size_t n = wf_flow_nparams(s->flow);
	char *title = mem_printf("New run of %s", wf_flow_name(s->flow));

	form_release(&s->form);
	form_init(&s->form, title);
	free(title);
	if (wf_flow_description(s->flow))
		form_note(&s->form, STYLE_NORMAL, "%s",
			  wf_flow_description(s->flow));
	s->nparams = 0;
	for (size_t i = 0; i < n && i < PARAMS_MAX; i++)
		add_param(s, wf_flow_param(s->flow, i));
	s->name = form_text(&s->form, "Name", "");
	form_note(&s->form, STYLE_FAINT, "%zu steps from %s",
		  wf_flow_nsteps(s->flow),
		  wf_flow_file(s->flow) ? wf_flow_file(s->flow) : "-");
	s->leave = form_button(&s->form, "Cancel", 0);
	s->next = form_button(&s->form, "Start (S)", 'S');
	form_focus(&s->form, s->nparams ? s->params[0] : s->next);
}

static void
set_error(struct start *s, size_t field, const struct wf_err *err)
{
	struct form_field *f = &s->form.fields.at[field];

	snprintf(f->error, sizeof(f->error), "%.95s", err->message);
	form_focus(&s->form, field);
}

static void
read_file(struct view *v)
{
	struct start *s = start_of(v);
	struct wf_diags diags = {0};
	struct wf_err err = {0};
	const char *path = s->form.fields.at[s->file].text.text.at;

	if (wf_flow_load(path, &s->flow, &diags, &err))
		set_error(s, s->file, &err);
	else
		ask_for_params(s);
	wf_diags_release(&diags);
}

/* The file of the run whose id is given is the first guess; "file PATH" is no
 * guess. */
static enum wf_code
open_start(struct view *v, const char *arg, struct wf_err *err)
{
	struct start *s = start_of(v);
	struct wf_flow *flow = NULL;

	(void)err;
	if (arg && str_starts(arg, "file ")) {
		ask_for_file(s, arg + strlen("file "));
		read_file(v);
	} else if (arg && wf_flow_of_run(v->views->engine, arg, &flow, NULL) ==
				  WF_OK) {
		ask_for_file(s, wf_flow_file(flow) ? wf_flow_file(flow) : "");
	} else {
		ask_for_file(s, "");
	}
	wf_flow_free(flow);
	return WF_OK;
}

static bool
check_params(struct start *s, struct wf_setting *settings, size_t *nout)
{
	*nout = 0;
	for (size_t i = 0; i < s->nparams; i++) {
		const char *name = wf_flow_param(s->flow, i).name;
		const char *text = value_of(s, i);
		struct wf_err err = {0};

		if (!*text && !wf_flow_param(s->flow, i).required)
			continue;
		if (!*text) {
			(void)ERR(&err, WF_INVALID, "must be filled in");
			set_error(s, s->params[i], &err);
			return false;
		}
		if (wf_flow_check_param(s->flow, name, text, &err)) {
			set_error(s, s->params[i], &err);
			return false;
		}
		settings[(*nout)++] = (struct wf_setting){name, text};
	}
	return true;
}

static void
start_run(struct view *v)
{
	struct start *s = start_of(v);
	struct wf_setting settings[PARAMS_MAX];
	const char *name = s->form.fields.at[s->name].text.text.at;
	struct wf_start start = {.params = settings,
				 .name = *name ? name : NULL};
	struct views *vs = v->views;
	struct wf_err err = {0};
	char id[WF_RUN_ID];

	if (!check_params(s, settings, &start.nparams))
		return;
	if (vs->read_only) {
		views_complain(vs, "start: this screen is read-only");
		return;
	}
	if (wf_run_start(vs->engine, s->flow, &start, id, &err)) {
		views_report(vs, &err);
		return;
	}
	views_close(vs);
	views_say(vs, "run %s was started", id);
	views_ask(vs, "run", id);
}

static bool
key(struct view *v, uint32_t k)
{
	struct start *s = start_of(v);
	bool in_file = !s->flow && s->form.focus == s->file;
	enum form_result result = k == KEY_RETURN && in_file
					  ? FORM_PRESSED
					  : form_key(&s->form, k);

	if (result == FORM_LEFT || (result == FORM_PRESSED && !in_file &&
				    (size_t)s->form.pressed == s->leave))
		views_close(v->views);
	else if (result == FORM_PRESSED && s->flow)
		start_run(v);
	else if (result == FORM_PRESSED)
		read_file(v);
	else if (result == FORM_MORE && s->flow)
		check_typed(s);
	return true;
}

static void
draw(struct view *v, struct grid *g, struct rect r)
{
	form_draw(&start_of(v)->form, g, r);
}

static struct form *
form(struct view *v)
{
	return &start_of(v)->form;
}

const struct view_ops screen_start = {
	.size = sizeof(struct start),
	.overlay = true,
	.open = open_start,
	.draw = draw,
	.key = key,
	.contexts = view_all_text,
	.form = form,
	.close = close_start,
	.keys = "S start  Tab next field  Enter press  Esc cancel",
};
