/* Moving steps among their neighbours.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "yaml_edit_needs.h"
#include "yaml_reader.h"

/* The bytes of an item that move: its lines, or what stands in brackets. */
static bool
movable(const struct edit *e, const struct span *s, struct extent *x)
{
	if (s->parent->style == SPAN_FLOW) {
		*x = (struct extent){.begin = s->begin, .end = s->end};
		return true;
	}
	return place_extent(e, s, x);
}

/* Items change places one by one; what stands between them stays. */
static enum wf_code
rotate(struct edit *e, struct span *step, long by, struct wf_err *err)
{
	struct span *last = step;
	struct extent from, to;
	enum wf_code code = edit_guard(e, step->parent, err);

	for (long i = 0; i != by; i += by > 0 ? 1 : -1)
		last = by > 0 ? last->next : last->prev;
	if (code)
		return code;
	for (struct span *s = step;; s = by > 0 ? s->next : s->prev) {
		struct span *source = by > 0 ? s->next : s->prev;

		if (s == last)
			source = step;
		if (!movable(e, s, &to) || !movable(e, source, &from))
			return ERR(err, WF_REFUSED,
				   "the steps are not written as a list of "
				   "dashes, a step a line");
		edit_patch(e, to.begin, to.end - to.begin,
			   e->text.at + from.begin, from.end - from.begin);
		if (s == last)
			return WF_OK;
	}
}

enum wf_code
edit_move_step(struct edit *e, const char *id, int by, struct wf_err *err)
{
	struct span *step, *s;
	int i = 0;
	enum wf_code code = edit_ready(e, err);

	if (!code)
		code = edit_require_step(e, id, &step, err);
	if (code || !by)
		return code;
	for (s = step; s && i != by; i += by > 0 ? 1 : -1)
		s = by > 0 ? s->next : s->prev;
	if (!s)
		return ERR(err, WF_REFUSED, "\"%s\" cannot go further %s", id,
			   by > 0 ? "down" : "up");
	code = rotate(e, step, by, err);
	if (!code)
		code = edit_commit(e, COMMIT_PLAIN, err, "move step %s", id);
	else
		edit_forget(e);
	return code;
}

enum wf_code
edit_move_step_to(struct edit *e, const char *id, enum edit_where where,
		  const char *other, struct wf_err *err)
{
	struct span *step, *beside;
	int from = 0, to = 0;
	enum wf_code code = edit_ready(e, err);

	if (!code)
		code = edit_require_step(e, id, &step, err);
	if (!code)
		code = edit_require_step(e, other, &beside, err);
	if (code)
		return code;
	if (step->parent != beside->parent)
		return ERR(err, WF_REFUSED,
			   "one is in `steps` and the other "
			   "in `finally`");
	for (struct span *s = step->prev; s; s = s->prev)
		from++;
	for (struct span *s = beside->prev; s; s = s->prev)
		to++;
	if (step == beside)
		return WF_OK;
	to += (where == EDIT_AFTER) - (from < to);
	return edit_move_step(e, id, to - from, err);
}
