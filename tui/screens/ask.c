/* Dialogs about a run: opening, keys, drawing.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "ask.h"

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
	a->at = find_step(&a->d, a->step);
	if (a->step && !a->at)
		return ERR(err, WF_NOT_FOUND, "run %s has no step \"%s\"",
			   a->run, a->step);
	return WF_OK;
}

bool
ask_reload(struct view *v)
{
	struct ask *a = v->state;
	struct wf_run_detail d = {0};

	if (wf_run(v->views->engine, a->run, &d, NULL))
		return false;
	wf_list_free(&a->d.list);
	a->d = d;
	a->at = find_step(&a->d, a->step);
	return a->d.run.revision != a->revision;
}

bool
ask_key(struct view *v, uint32_t key, void (*press)(struct view *v, int button))
{
	struct ask *a = v->state;

	switch (form_key(&a->form, key)) {
	case FORM_LEFT:
		views_close(v->views);
		break;
	case FORM_PRESSED:
		if (a->form.pressed == a->button[ASK_LEAVE])
			views_close(v->views);
		else
			press(v, a->form.pressed);
		break;
	case FORM_MORE:
	case FORM_IGNORED:
		break;
	}
	return true;
}

void
ask_draw(struct view *v, struct grid *g, struct rect r)
{
	form_draw(&((struct ask *)v->state)->form, g, r);
}

/* Keys are the form's; in a text field they are text. */
void
ask_contexts(const struct view *v, enum context *out)
{
	(void)v;
	out[0] = CONTEXT_NONE;
}

void
ask_close(struct view *v)
{
	struct ask *a = v->state;

	form_release(&a->form);
	free(a->step);
	free(a->word);
	wf_list_free(&a->d.list);
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
