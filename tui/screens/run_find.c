/* To the next step whose name holds a text, or that needs somebody.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "run_view.h"

static bool
holds(const struct run_view *rv, size_t row)
{
	const struct run_node *node = &rv->nodes.at[rv->order.at[row]];

	return strcasestr(rv->d.steps[node->step].path, rv->find.text.at);
}

/* From the row behind (or in front of) `from` round to `from` itself. */
static bool
go_to_match(struct run_view *rv, size_t from, bool forward)
{
	size_t n = rv->order.n;

	for (size_t i = 1; i <= n; i++) {
		size_t row = (from + (forward ? i : n - i)) % n;

		if (!holds(rv, row))
			continue;
		run_select(rv, rv->order.at[row]);
		return true;
	}
	return false;
}

static void
next(struct view *v, bool forward)
{
	struct run_view *rv = run_view_of(v);
	size_t before = rv->list.cursor;

	if (rv->find.text.n && !go_to_match(rv, before, forward))
		views_say(v->views, "no step is called so: %s",
			  rv->find.text.at);
	else if (rv->find.text.n && rv->list.cursor == before)
		views_say(v->views, "no other step is called so: %s",
			  rv->find.text.at);
	else if (!rv->find.text.n &&
		 (!run_next_problem(rv, forward) || rv->list.cursor == before))
		views_say(v->views, "no other step needs attention");
}

bool
run_find_act(struct view *v, enum action action)
{
	struct run_view *rv = run_view_of(v);

	if (action == ACTION_NEXT_MATCH || action == ACTION_PREV_MATCH) {
		next(v, action == ACTION_NEXT_MATCH);
	} else if (action == ACTION_FIND) {
		rv->finding = true;
		rv->find_from = rv->list.cursor;
	} else if (action == ACTION_CANCEL && rv->find.text.n) {
		prompt_set(&rv->find, "");
	} else {
		return false;
	}
	return true;
}

/* The cursor follows the text, and goes back where it is taken away. */
bool
run_find_key(struct view *v, uint32_t key)
{
	struct run_view *rv = run_view_of(v);
	enum prompt_result result;
	size_t n = rv->order.n, from = rv->find_from;

	if (!rv->finding)
		return false;
	result = recall_key(&v->views->searches, &rv->find, key);
	if (result == PROMPT_LEFT)
		prompt_set(&rv->find, "");
	rv->finding = result == PROMPT_EDITED || result == PROMPT_IGNORED;
	if (n == 0)
		return true;
	from = from < n ? from : n - 1;
	if (!rv->find.text.n)
		run_select(rv, rv->order.at[from]);
	else if (!go_to_match(rv, from + n - 1, true) && !rv->finding)
		views_say(v->views, "no step is called so: %s",
			  rv->find.text.at);
	return true;
}

void
run_find_draw(struct run_view *rv, struct grid *g, struct rect r)
{
	int x = grid_text(g, r, 1, 0, STYLE_KEY, "find: ");

	prompt_draw(&rv->find, g, r, x, 0, r.w - x - 1, STYLE_FIELD, true);
}
