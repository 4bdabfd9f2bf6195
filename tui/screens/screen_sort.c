/* The menu of orders of the runs list; a letter chooses at once.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>

#include "../widgets/form.h"
#include "runs_view.h"

struct sort_menu {
	struct form form;
	size_t order, reversed;
};

/* The list that the menu is about. */
static struct view *
list_below(const struct view *v)
{
	struct view *below = views_below(v->views);

	return below && str_eq(below->name, "runs") ? below : NULL;
}

static enum wf_code
open_sort(struct view *v, const char *arg, struct wf_err *err)
{
	struct sort_menu *m = v->state;
	struct view *list = list_below(v);
	char texts[RUNS_SORTS][96];
	const char *names[RUNS_SORTS];

	(void)arg;
	if (!list)
		return ERR(err, WF_REFUSED, "only the list of runs is sorted");
	for (int i = 0; i < RUNS_SORTS; i++) {
		snprintf(texts[i], sizeof(texts[i]), "%c  %-10s %s",
			 (int)runs_sorts[i].letter, runs_sorts[i].name,
			 runs_sorts[i].help);
		names[i] = texts[i];
	}
	form_init(&m->form, "Sort runs");
	m->order = form_choice(&m->form, "Order", names, RUNS_SORTS,
			       (int)runs_of(list)->sort);
	m->reversed = form_toggle(&m->form, "the other way round",
				  runs_of(list)->reversed);
	form_button(&m->form, "Sort", 0);
	form_focus(&m->form, m->order);
	return WF_OK;
}

static void
sort(struct view *v, enum runs_sort order, bool reversed)
{
	struct view *list = list_below(v);

	runs_sort_by(list, order, reversed);
	views_close(v->views);
}

/* Enter on the orders chooses, too; their letters turn the present one. */
static bool
key(struct view *v, uint32_t k)
{
	struct sort_menu *m = v->state;
	const struct runs *r = runs_of(list_below(v));
	struct form_field *order = &m->form.fields.at[m->order];
	bool at_orders = m->form.focus == m->order;
	enum form_result result;

	for (int i = 0; i < RUNS_SORTS; i++)
		if (k == runs_sorts[i].letter) {
			sort(v, (enum runs_sort)i,
			     r->sort == (enum runs_sort)i && !r->reversed);
			return true;
		}
	if (at_orders && (k == KEY_DOWN_ARROW || k == 'j') &&
	    order->value + 1 < RUNS_SORTS) {
		order->value++;
		return true;
	}
	if (at_orders && (k == KEY_UP_ARROW || k == 'k') && order->value > 0) {
		order->value--;
		return true;
	}
	result = form_key(&m->form, k);
	if (result == FORM_LEFT)
		views_close(v->views);
	else if (result == FORM_PRESSED || (at_orders && k == KEY_RETURN))
		sort(v, (enum runs_sort)order->value,
		     m->form.fields.at[m->reversed].value);
	return true;
}

static void
draw(struct view *v, struct grid *g, struct rect r)
{
	form_draw(&((struct sort_menu *)v->state)->form, g, r);
}

static struct form *
form_of(struct view *v)
{
	return &((struct sort_menu *)v->state)->form;
}

static void
close_sort(struct view *v)
{
	form_release(&((struct sort_menu *)v->state)->form);
}

const struct view_ops screen_sort = {
	.size = sizeof(struct sort_menu),
	.overlay = true,
	.open = open_sort,
	.draw = draw,
	.key = key,
	.contexts = view_all_text,
	.form = form_of,
	.close = close_sort,
	.keys = "letter or Enter sort  again turn round  Esc cancel",
};
