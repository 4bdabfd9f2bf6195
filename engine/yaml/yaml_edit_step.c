/* Adding and removing steps.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "yaml_edit_needs.h"
#include "yaml_reader.h"

/* --- where a step goes ---------------------------------------------------- */

/* The place of new steps, and how those there are written. */
struct slot {
	struct span *list;  /* NULL: `steps` has nothing yet */
	struct span *other; /* item beside which; NULL: the list is empty */
	enum edit_where where;
	bool flow;
	size_t indent, offset; /* of the dash; of the text behind it */
	size_t at;             /* blocks: where lines go */
	bool spaced;           /* an empty line between steps */
	bool last;             /* nothing follows, not even a newline */
};

static bool
blank_between(const struct edit *e, const struct span *a, const struct span *b)
{
	size_t line = place_next_line(e, a->end);

	for (; line < b->begin; line = place_next_line(e, line))
		if (place_is_blank(e, line))
			return true;
	return false;
}

static bool
is_spaced(const struct edit *e, const struct span *s)
{
	return (s->next && blank_between(e, s, s->next)) ||
	       (s->prev && blank_between(e, s->prev, s));
}

/* Beside an item of a block list. */
static enum wf_code
slot_beside(struct edit *e, struct slot *slot, struct wf_err *err)
{
	struct extent x;

	if (!place_extent(e, slot->other, &x))
		return ERR(err, WF_REFUSED,
			   "the steps are not written as a "
			   "list of dashes, a step a line");
	slot->indent = x.indent;
	slot->offset = slot->other->begin - x.dash;
	if (slot->offset < 2 || slot->offset > 16 ||
	    slot->other->begin > place_line_end(e, x.dash))
		slot->offset = 2;
	slot->spaced = is_spaced(e, slot->other);
	slot->at = slot->where == EDIT_AFTER ? x.end : x.begin;
	return WF_OK;
}

enum wf_code
place_below_steps(struct edit *e, size_t *at, size_t *indent,
		  struct wf_err *err)
{
	struct span *key, *steps = span_get(e->tree.root, "steps", &key);
	size_t column;

	if (!steps || !span_is_null(steps) || steps->begin != steps->end ||
	    span_in_flow(steps) || !place_column(e, key->begin, &column))
		return ERR(err, WF_REFUSED, "there is no list of steps");
	*indent = column + 2;
	*at = place_line_end(e, steps->end);
	return WF_OK;
}

/* Below a key that has no value yet. */
static enum wf_code
slot_below(struct edit *e, struct slot *slot, struct wf_err *err)
{
	slot->offset = 2;
	slot->where = EDIT_AFTER;
	return place_below_steps(e, &slot->at, &slot->indent, err);
}

static enum wf_code
find_slot(struct edit *e, enum edit_where where, const char *other,
	  struct slot *slot, struct wf_err *err)
{
	enum wf_code code = WF_OK;

	*slot = (struct slot){.where = where};
	if (other) {
		code = edit_require_step(e, other, &slot->other, err);
		if (code)
			return code;
		slot->list = slot->other->parent;
	} else {
		slot->list = span_get(e->tree.root, "steps", NULL);
		if (!slot->list || slot->list->kind != SPAN_LIST)
			return slot_below(e, slot, err);
		slot->other = where == EDIT_AFTER ? slot->list->last
						  : slot->list->first;
	}
	code = edit_guard(e, slot->list, err);
	if (code)
		return code;
	slot->flow = slot->list->style == SPAN_FLOW;
	slot->last =
		where == EDIT_AFTER &&
		place_line_end(e, slot->other ? slot->other->end
					      : slot->list->end) == e->text.n;
	return slot->flow ? WF_OK : slot_beside(e, slot, err);
}

/* Lines without the newline of the last one. */
static void
put_lines(struct edit *e, const struct slot *slot, const char *lines)
{
	const char *eol = place_eol(e, slot->at);
	struct strbuf out = STRBUF_INIT;

	if (slot->where == EDIT_AFTER)
		strbuf_addf(&out, "%s%s%s", eol, slot->spaced ? eol : "",
			    lines);
	else
		strbuf_addf(&out, "%s%s%s", lines, eol,
			    slot->spaced ? eol : "");
	edit_insert(e, slot->at, out.at);
	strbuf_release(&out);
}

static void
put_flow(struct edit *e, const struct slot *slot, const char *text)
{
	const struct span *after = slot->other;

	if (after && slot->where == EDIT_BEFORE)
		after = after->prev;
	flow_add(e, slot->list, after, text);
}

/* --- adding --------------------------------------------------------------- */

static enum wf_code
check_id(struct edit *e, const char *id, struct wf_err *err)
{
	size_t n = strlen(id);

	if (!n || n > 64 || !name_is_valid(id) || strchr("-0123456789", *id)) {
		ERR(err, WF_USAGE, "\"%.80s\" is no id of a step", id);
		wf_err_hint(err, "letters, digits, _ and -, beginning with a "
				 "letter or _, 64 at most");
		return WF_USAGE;
	}
	if (edit_step_span(e, id))
		return ERR(err, WF_REFUSED, "there is a step \"%s\" already",
			   id);
	return WF_OK;
}

static void
join_needs(struct strbuf *out, const struct edit_step_new *step)
{
	strbuf_addc(out, '[');
	for (size_t i = 0; i < step->nneeds; i++)
		strbuf_addf(out, "%s%s", i ? ", " : "", step->needs[i]);
	strbuf_addc(out, ']');
}

static void
write_action(struct strbuf *out, const struct edit_step_new *step,
	     const struct slot *slot, enum span_style quotes, const char *eol)
{
	struct arena a = {0};
	const char *type = type_of_key(&a, "{step}", step->action);
	const char *value = step->value ? step->value : "";
	enum span_kind kind;

	if (write_is_collection(value, &kind) && type_takes(type, kind))
		strbuf_adds(out, value);
	else if (!slot->flow && strchr(value, '\n') &&
		 write_literal(out, value, slot->indent + slot->offset + 2,
			       eol))
		strbuf_adds(out,
			    slot->last && str_ends(value, "\n") ? eol : "");
	else
		write_scalar(out, value,
			     quotes == SPAN_SINGLE && strpbrk(value, ":#'\"")
				     ? quotes
				     : SPAN_PLAIN,
			     slot->flow, type_is_text(type));
	arena_release(&a);
}

static void
write_step(struct strbuf *out, const struct edit *e, const struct slot *slot,
	   const struct edit_step_new *step)
{
	const char *eol = place_eol(e, slot->at);
	enum span_style quotes =
		slot->list ? write_quotes(slot->list) : SPAN_DOUBLE;
	char *between =
		slot->flow ? mem_strdup(", ")
			   : mem_printf("%s%*s", eol,
					(int)(slot->indent + slot->offset), "");
	bool pad = !slot->flow || write_padded(e, slot->list);

	if (slot->flow)
		strbuf_adds(out, pad ? "{ " : "{");
	else
		strbuf_addf(out, "%*s-%*s", (int)slot->indent, "",
			    (int)slot->offset - 1, "");
	strbuf_adds(out, "id: ");
	write_scalar(out, step->id, SPAN_PLAIN, slot->flow, true);
	if (step->nneeds) {
		strbuf_addf(out, "%sneeds: ", between);
		join_needs(out, step);
	}
	if (step->action) {
		strbuf_addf(out, "%s%s: ", between, step->action);
		write_action(out, step, slot, quotes, eol);
	}
	if (slot->flow)
		strbuf_adds(out, pad ? " }" : "}");
	free(between);
}

static enum wf_code
check_new(struct edit *e, const struct edit_step_new *step, struct wf_err *err)
{
	static const char *const actions[] = {"run", "argv", "workflow",
					      "approval", "wait"};
	struct span *need;
	enum wf_code code = check_id(e, step->id, err);
	bool known = !step->action;

	for (size_t i = 0; i < ARRAY_SIZE(actions) && !known; i++)
		known = str_eq(step->action, actions[i]);
	if (!code && !known) {
		ERR(err, WF_USAGE, "\"%.80s\" is no action", step->action);
		wf_err_hint(err, "run, argv, workflow, approval or wait");
		return WF_USAGE;
	}
	if (!code && step->value && !write_is_utf8(step->value))
		return ERR(err, WF_USAGE, "the value is not UTF-8");
	for (size_t i = 0; !code && i < step->nneeds; i++)
		code = edit_require_step(e, step->needs[i], &need, err);
	return code;
}

enum wf_code
edit_add_step(struct edit *e, const struct edit_step_new *step,
	      enum edit_where where, const char *other, struct wf_err *err)
{
	struct strbuf text = STRBUF_INIT;
	struct slot slot;
	enum wf_code code = edit_ready(e, err);

	if (!code)
		code = check_new(e, step, err);
	if (!code)
		code = find_slot(e, where, other, &slot, err);
	if (code)
		return code;
	write_step(&text, e, &slot, step);
	if (slot.flow)
		put_flow(e, &slot, text.at);
	else
		put_lines(e, &slot, text.at);
	strbuf_release(&text);
	return edit_commit(e, COMMIT_PLAIN, err, "add step %s", step->id);
}

/* --- removing ------------------------------------------------------------- */

static enum wf_code
refuse_orphans(struct edit *e, const char *id, struct wf_err *err)
{
	struct strbuf names = STRBUF_INIT;

	for (size_t i = 0; i < e->steps.n; i++) {
		const char *have = step_text(e->steps.at[i], "id");

		if (need_find(e->steps.at[i], id) && have)
			strbuf_addf(&names, "%s%s", names.n ? ", " : "", have);
	}
	if (!names.n)
		return WF_OK;
	ERR(err, WF_REFUSED, "\"%s\" is needed by %.400s", id, names.at);
	wf_err_hint(err, "remove the needs as well, or connect what it needs "
			 "to those");
	strbuf_release(&names);
	return WF_REFUSED;
}

/* Ids the removed step needs and `child` does not yet. */
static void
inherited(const struct span *step, const struct span *child, struct strbuf *out)
{
	const struct span *needs = span_get(step, "needs", NULL);
	const struct span *s = needs;

	if (needs && needs->kind == SPAN_LIST)
		s = needs->first;
	for (; s; s = s == needs ? NULL : s->next) {
		const char *id = need_id(s);

		if (id && *id && !span_is_null(s) && !need_find(child, id))
			strbuf_addf(out, "%s%s", out->n ? ", " : "", id);
	}
}

static enum wf_code
bridge(struct edit *e, const struct span *step, const struct span *child,
       const struct span *item, struct wf_err *err)
{
	struct strbuf more = STRBUF_INIT;
	bool list = item->parent->kind == SPAN_LIST;
	bool single, block;
	char *text;
	enum wf_code code = edit_guard(e, item, err);

	inherited(step, child, &more);
	single = !strchr(more.at, ',');
	block = list && item->parent->style == SPAN_BLOCK;
	if (code || !more.n) {
		strbuf_release(&more);
		return code ? code : need_remove(e, child, item, err);
	}
	if (block && !single) {
		strbuf_release(&more);
		return ERR(err, WF_REFUSED,
			   "the needs of \"%s\" stand one a line; connect "
			   "them by hand",
			   step_text(child, "id"));
	}
	text = list || single ? mem_strdup(more.at)
			      : mem_printf("[%s]", more.at);
	edit_patch(e, item->begin, item->end - item->begin, text, strlen(text));
	free(text);
	strbuf_release(&more);
	return WF_OK;
}

static enum wf_code
release_orphans(struct edit *e, const struct span *step, const char *id,
		enum edit_orphans orphans, struct wf_err *err)
{
	enum wf_code code = WF_OK;

	if (orphans == EDIT_REFUSE)
		return refuse_orphans(e, id, err);
	for (size_t i = 0; !code && i < e->steps.n; i++) {
		const struct span *child = e->steps.at[i];
		const struct span *item = need_find(child, id);

		if (!item || child == step)
			continue;
		code = orphans == EDIT_BRIDGE
			       ? bridge(e, step, child, item, err)
			       : need_remove(e, child, item, err);
	}
	return code;
}

/* The lines of a step, and the empty ones that would be left twice. */
static enum wf_code
take_lines(struct edit *e, const struct span *step, struct wf_err *err)
{
	struct extent x;
	size_t begin, next, least;

	if (!place_extent(e, step, &x))
		return ERR(err, WF_REFUSED,
			   "the steps are not written as a "
			   "list of dashes, a step a line");
	begin = x.begin;
	next = place_next_line(e, x.end);
	least = step->prev ? place_next_line(e, step->prev->end) : begin;
	if (next >= e->text.n || place_is_blank(e, next))
		while (begin > least &&
		       place_is_blank(e, place_line_begin(e, begin - 1)))
			begin = place_line_begin(e, begin - 1);
	if (next == e->text.n && e->text.at[next - 1] != '\n' && begin) {
		begin--;
		if (begin && e->text.at[begin - 1] == '\r')
			begin--;
	}
	edit_delete(e, begin, next);
	return WF_OK;
}

static enum wf_code
take_step(struct edit *e, struct span *step, struct wf_err *err)
{
	struct span *list = step->parent;
	enum wf_code code = edit_guard(e, step, err);

	if (code)
		return code;
	if (list->n == 1 && str_eq(list->prev->text, "finally"))
		return pair_remove(e, list->prev, err);
	if (list->style != SPAN_FLOW)
		return take_lines(e, step, err);
	flow_remove(e, list, step, step);
	return WF_OK;
}

enum wf_code
edit_remove_step(struct edit *e, const char *id, enum edit_orphans orphans,
		 struct wf_err *err)
{
	struct span *step;
	enum wf_code code = edit_ready(e, err);

	if (!code)
		code = edit_require_step(e, id, &step, err);
	if (!code)
		code = release_orphans(e, step, id, orphans, err);
	if (!code)
		code = take_step(e, step, err);
	if (code) {
		edit_forget(e);
		return code;
	}
	return edit_commit(e, COMMIT_PLAIN, err, "remove step %s", id);
}
