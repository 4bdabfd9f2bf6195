/* Arrows between steps: connecting, disconnecting, circles.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "../base/map.h"
#include "yaml_edit_needs.h"

const char *
need_id(const struct span *item)
{
	if (item->kind == SPAN_SCALAR)
		return item->text;
	return step_text(item, "id");
}

const struct span *
need_find(const struct span *step, const char *id)
{
	const struct span *needs = span_get(step, "needs", NULL);

	if (!needs || needs->kind == SPAN_ALIAS)
		return NULL;
	if (needs->kind == SPAN_SCALAR)
		return str_eq(needs->text, id) ? needs : NULL;
	for (const struct span *s = needs->first; s; s = s->next) {
		const char *have = need_id(s);

		if (needs->kind == SPAN_LIST && have && str_eq(have, id))
			return s;
	}
	return NULL;
}

/* --- circles -------------------------------------------------------------- */

struct arrows {
	struct map index; /* id -> number + 1 */
	struct span **steps;
	size_t n;
	size_t *reached_from; /* number + 1; 0: not reached */
	bool chain;
	size_t nchain; /* steps that a chain may bind */
};

static size_t
number_of(const struct arrows *g, const char *id)
{
	return id ? (size_t)map_get(&g->index, id) : 0;
}

struct queue {
	size_t *at, n, next;
};

static void
reach(struct arrows *g, struct queue *q, size_t to, size_t from)
{
	if (!to || g->reached_from[to - 1])
		return;
	g->reached_from[to - 1] = from + 1;
	q->at[q->n++] = to - 1;
}

static void
reach_needs(struct arrows *g, struct queue *q, size_t from)
{
	const struct span *step = g->steps[from];
	const struct span *needs = span_get(step, "needs", NULL);

	if (!needs) {
		if (g->chain && from && from < g->nchain)
			reach(g, q, from, from);
		return;
	}
	if (needs->kind == SPAN_SCALAR)
		reach(g, q, number_of(g, needs->text), from);
	if (needs->kind != SPAN_LIST)
		return;
	for (const struct span *s = needs->first; s; s = s->next)
		reach(g, q, number_of(g, need_id(s)), from);
}

bool
edit_is_chain(const struct edit *e)
{
	const char *order =
		e->tree.root ? step_text(e->tree.root, "order") : NULL;

	return order && str_eq(order, "chain");
}

static void
arrows_read(struct arrows *g, struct edit *e)
{
	edit_list_steps(e);
	g->steps = e->steps.at;
	g->n = e->steps.n;
	g->nchain = g->n - e->nfinally;
	g->chain = edit_is_chain(e);
	g->reached_from = mem_alloc((g->n + 1) * sizeof(size_t));
	for (size_t i = g->n; i-- > 0;) {
		const char *id = step_text(g->steps[i], "id");

		if (id)
			map_set(&g->index, id, (void *)(i + 1));
	}
}

static char *
write_circle(const struct arrows *g, size_t from, size_t to)
{
	struct strbuf out = STRBUF_INIT;
	size_t at = to;

	/* reached_from leads from `to` back to `from`. */
	strbuf_adds(&out, step_text(g->steps[to], "id"));
	while (at != from) {
		at = g->reached_from[at] - 1;
		strbuf_addf(&out, " -> %s", step_text(g->steps[at], "id"));
	}
	strbuf_addf(&out, " -> %s", step_text(g->steps[to], "id"));
	return strbuf_detach(&out);
}

char *
edit_circle(struct edit *e, const char *from, const char *to)
{
	struct arrows g = {0};
	struct queue q = {0};
	size_t a, b;
	char *path = NULL;

	arrows_read(&g, e);
	a = number_of(&g, from);
	b = number_of(&g, to);
	q.at = mem_alloc((g.n + 1) * sizeof(*q.at));
	if (a && b) {
		reach(&g, &q, a, a - 1);
		while (q.next < q.n)
			reach_needs(&g, &q, q.at[q.next++]);
		if (g.reached_from[b - 1])
			path = write_circle(&g, a - 1, b - 1);
	}
	free(q.at);
	free(g.reached_from);
	map_release(&g.index);
	return path;
}

/* --- patches -------------------------------------------------------------- */

static bool
list_is_plain(const struct edit *e, const struct span *list)
{
	size_t dash;

	if (list->style == SPAN_FLOW)
		return true;
	if (!list->last)
		return false;
	dash = place_dash(e, list->last);
	return dash != SIZE_MAX &&
	       strspn(e->text.at + place_line_begin(e, dash), " ") ==
		       dash - place_line_begin(e, dash);
}

/* `needs` becomes a list that has `more` as well. */
static enum wf_code
add_to(struct edit *e, const struct span *needs, const char *more,
       struct wf_err *err)
{
	enum wf_code code = edit_guard(e, needs, err);
	char *text;

	if (code)
		return code;
	if (needs->kind == SPAN_SCALAR && !span_is_null(needs) &&
	    !needs->anchor) {
		text = mem_printf("[%.*s, %s]",
				  (int)(needs->end - needs->begin),
				  e->text.at + needs->begin, more);
		edit_patch(e, needs->begin, needs->end - needs->begin, text,
			   strlen(text));
		free(text);
		return WF_OK;
	}
	if (needs->kind != SPAN_LIST || !list_is_plain(e, needs))
		return ERR(err, WF_REFUSED, "`needs` is not written as a list");
	list_append(e, needs, more);
	return WF_OK;
}

enum wf_code
need_add(struct edit *e, const struct span *step, const char *id,
	 struct wf_err *err)
{
	const struct span *needs = span_get(step, "needs", NULL);
	enum wf_code code;
	char *list;

	if (needs && !span_is_null(needs))
		return add_to(e, needs, id, err);
	code = edit_guard(e, step, err);
	if (code)
		return code;
	list = mem_printf("[%s]", id);
	if (needs) {
		char *text = mem_printf(" %s", list);

		edit_patch(e, needs->begin, needs->end - needs->begin,
			   needs->begin == needs->end ? text : list,
			   strlen(needs->begin == needs->end ? text : list));
		free(text);
	} else {
		code = pair_add(e, step, span_get(step, "id", NULL), "needs",
				list, err);
	}
	free(list);
	return code;
}

enum wf_code
need_remove(struct edit *e, const struct span *step, const struct span *item,
	    struct wf_err *err)
{
	struct span *key = NULL;
	const struct span *needs = span_get(step, "needs", &key);
	enum wf_code code = edit_guard(e, item, err);

	if (code)
		return code;
	if (item != needs && needs->n > 1) {
		if (!list_is_plain(e, needs) ||
		    (needs->style == SPAN_BLOCK &&
		     place_dash(e, item) == SIZE_MAX))
			return ERR(err, WF_REFUSED,
				   "`needs` is not written as a list");
		list_remove(e, needs, item);
		return WF_OK;
	}
	/* Without the key a step of a chain needs the one above it. */
	if (!edit_is_chain(e))
		return pair_remove(e, key, err);
	if (needs->kind == SPAN_LIST && needs->style == SPAN_BLOCK)
		return ERR(err, WF_REFUSED,
			   "a step of a chain would need the one above it; "
			   "set its needs to []");
	edit_patch(e, needs->begin, needs->end - needs->begin, "[]", 2);
	return WF_OK;
}

/* --- actions -------------------------------------------------------------- */

static enum wf_code
check_ends(struct edit *e, const char *from, const char *to,
	   struct span **step_out, struct wf_err *err)
{
	struct span *first;
	enum wf_code code = edit_ready(e, err);

	if (!code)
		code = edit_require_step(e, from, &first, err);
	if (!code)
		code = edit_require_step(e, to, step_out, err);
	return code;
}

/* In a chain, a step that gets a need of its own keeps the one it had. */
static enum wf_code
add_arrow(struct edit *e, const struct span *step, const char *from,
	  struct wf_err *err)
{
	const struct span *above = step->prev;
	const char *have = above ? step_text(above, "id") : NULL;
	enum wf_code code;
	char *both;

	if (!have || !edit_is_chain(e) || span_get(step, "needs", NULL))
		return need_add(e, step, from, err);
	if (str_eq(have, from))
		return ERR(err, WF_REFUSED,
			   "it needs \"%.80s\" already, as a step of a chain",
			   from);
	both = mem_printf("%s, %s", have, from);
	code = need_add(e, step, both, err);
	free(both);
	return code;
}

enum wf_code
edit_connect(struct edit *e, const char *from, const char *to,
	     struct wf_err *err)
{
	struct span *step;
	char *circle;
	enum wf_code code = check_ends(e, from, to, &step, err);

	if (code)
		return code;
	if (need_find(step, from))
		return ERR(err, WF_REFUSED, "\"%s\" needs \"%s\" already", to,
			   from);
	circle = edit_circle(e, from, to);
	if (circle) {
		ERR(err, WF_REFUSED, "the needs would go in a circle: %.500s",
		    circle);
		wf_err_hint(err, "disconnect one of these first");
		free(circle);
		return WF_REFUSED;
	}
	code = add_arrow(e, step, from, err);
	if (!code)
		code = edit_commit(e, COMMIT_STAY_VALID, err, "connect %s %s",
				   from, to);
	return code;
}

enum wf_code
edit_disconnect(struct edit *e, const char *from, const char *to,
		struct wf_err *err)
{
	struct span *step;
	const struct span *item;
	enum wf_code code = edit_ready(e, err);

	if (!code)
		code = edit_require_step(e, to, &step, err);
	if (code)
		return code;
	item = need_find(step, from);
	if (!item) {
		const struct span *needs = span_get(step, "needs", NULL);

		if (needs && edit_guard(e, needs, err))
			return WF_REFUSED;
		return ERR(err, WF_NOT_FOUND, "\"%s\" does not need \"%.80s\"",
			   to, from);
	}
	code = need_remove(e, step, item, err);
	if (!code)
		code = edit_commit(e, COMMIT_PLAIN, err, "disconnect %s %s",
				   from, to);
	return code;
}
