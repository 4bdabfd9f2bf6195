/* Adding to and taking from lists and maps, in blocks and in brackets.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "yaml_edit_int.h"

/* The comma behind a child in brackets, or the child's end. */
static bool
find_comma(const struct edit *e, const struct span *list, size_t from,
	   size_t *out)
{
	*out = place_skip(e, from, list->end);
	return *out < list->end && e->text.at[*out] == ',';
}

static bool
has_newline(const struct edit *e, size_t begin, size_t end)
{
	return memchr(e->text.at + begin, '\n', end - begin) != NULL;
}

/* In brackets over several lines, one child a line: go on so. */
static void
flow_add_line(struct edit *e, const struct span *list, const struct span *after,
	      const char *text)
{
	const struct span *first = list->kind == SPAN_MAP ? after->prev : after;
	size_t begin = place_line_begin(e, first->begin), comma;
	size_t indent = strspn(e->text.at + begin, " ");
	size_t line = place_line_end(e, after->end);
	bool have = find_comma(e, list, after->end, &comma);
	char *more = mem_printf("%s%*s%s%s", place_eol(e, begin), (int)indent,
				"", text, have ? "," : "");

	size_t from = have ? comma + 1 : after->end;

	if (!have)
		edit_insert(e, after->end, ",");
	if (place_skip(e, from, list->end - 1) < line)
		line = from;
	edit_insert(e, line, more);
	free(more);
}

static void
flow_add_first(struct edit *e, const struct span *list, const char *text)
{
	bool pad = list->kind == SPAN_MAP && !list->n &&
		   list->end - list->body == 2 && write_padded(e, list);
	char *more = mem_printf("%s%s%s%s", pad ? " " : "", text,
				list->n ? ", " : "", pad ? " " : "");
	size_t at = list->body + 1;

	if (list->n)
		at = list->first->begin;
	edit_insert(e, at, more);
	free(more);
}

void
flow_add(struct edit *e, const struct span *list, const struct span *after,
	 const char *text)
{
	const struct span *first;
	size_t comma;
	char *more;

	if (!after) {
		flow_add_first(e, list, text);
		return;
	}
	first = list->kind == SPAN_MAP ? after->prev : after;
	if (has_newline(e, first->prev ? first->prev->end : list->body,
			first->begin)) {
		flow_add_line(e, list, after, text);
		return;
	}
	if (find_comma(e, list, after->end, &comma) && !after->next)
		edit_insert(e, comma + 1, (more = mem_printf(" %s,", text)));
	else
		edit_insert(e, after->end, (more = mem_printf(", %s", text)));
	free(more);
}

void
flow_remove(struct edit *e, const struct span *list, const struct span *first,
	    const struct span *last)
{
	const struct span *before = first->prev;
	size_t comma;

	if (last->next) {
		edit_delete(e, first->begin, last->next->begin);
		return;
	}
	if (!before) {
		edit_delete(e, first->begin,
			    find_comma(e, list, last->end, &comma) ? comma + 1
								   : last->end);
		return;
	}
	if (find_comma(e, list, before->end, &comma) &&
	    !has_newline(e, before->end, first->begin)) {
		edit_delete(e, before->end, last->end);
		return;
	}
	/* The comment behind the one before stays. */
	edit_delete(e, comma, comma + 1);
	edit_delete(e, first->begin, last->end);
}

void
list_append(struct edit *e, const struct span *list, const char *text)
{
	size_t dash, column;
	char *more;

	if (list->style == SPAN_FLOW) {
		flow_add(e, list, list->last, text);
		return;
	}
	dash = place_dash(e, list->last);
	column = dash - place_line_begin(e, dash);
	more = mem_printf("%s%*s- %s", place_eol(e, dash), (int)column, "",
			  text);
	edit_insert(e, place_line_end(e, list->last->end), more);
	free(more);
}

/* Whole lines; of the file's last one the newline before it. */
static void
delete_lines(struct edit *e, size_t begin, size_t end)
{
	size_t next = place_next_line(e, end);

	if (next == e->text.n && begin && next &&
	    e->text.at[next - 1] != '\n') {
		begin--;
		if (begin && e->text.at[begin - 1] == '\r')
			begin--;
	}
	edit_delete(e, begin, next);
}

void
list_remove(struct edit *e, const struct span *list, const struct span *item)
{
	size_t dash;

	if (list->style == SPAN_FLOW) {
		flow_remove(e, list, item, item);
		return;
	}
	dash = place_dash(e, item);
	delete_lines(e, place_line_begin(e, dash), item->end);
}

/* The first pair of a step stands behind its dash: what follows moves up. */
static enum wf_code
pull_up(struct edit *e, const struct span *key, struct wf_err *err)
{
	const struct span *value = key->next;
	size_t at = place_next_line(e, value->end);

	if (!value->next)
		return ERR(err, WF_REFUSED, "nothing would be left of it");
	at += strspn(e->text.at + at, " ");
	edit_delete(e, key->begin, at);
	return WF_OK;
}

static bool
stands_alone(const struct edit *e, const struct span *key)
{
	size_t line = place_line_begin(e, key->begin);

	return line + strspn(e->text.at + line, " ") == key->begin;
}

static enum wf_code
remove_last_pair(struct edit *e, const struct span *map, struct wf_err *err)
{
	const struct span *above = map->parent;

	if (!above)
		return ERR(err, WF_REFUSED, "nothing would be left of it");
	if (above->kind == SPAN_MAP)
		return pair_remove(e, map->prev, err);
	return ERR(err, WF_REFUSED, "nothing would be left of the item");
}

enum wf_code
pair_remove(struct edit *e, const struct span *key, struct wf_err *err)
{
	const struct span *map = key->parent, *value = key->next;
	enum wf_code code = edit_guard(e, value, err);

	if (code)
		return code;
	if (map->n == 2)
		return remove_last_pair(e, map, err);
	if (map->style == SPAN_FLOW) {
		flow_remove(e, map, key, value);
		return WF_OK;
	}
	if (!stands_alone(e, key))
		return pull_up(e, key, err);
	delete_lines(e, place_line_begin(e, key->begin), value->end);
	return WF_OK;
}

enum wf_code
pair_add(struct edit *e, const struct span *map, const struct span *after,
	 const char *key, const char *value, struct wf_err *err)
{
	struct strbuf text = STRBUF_INIT;
	const struct span *at = after ? after : map->last;
	size_t column = 0, end;

	if (span_get(map, "<<", NULL))
		return ERR(err, WF_REFUSED,
			   "the map takes keys from elsewhere by <<");
	if (map->style == SPAN_FLOW) {
		write_scalar(&text, key, SPAN_PLAIN, true, true);
		strbuf_addf(&text, ": %s", value);
		flow_add(e, map, at, text.at);
		strbuf_release(&text);
		return WF_OK;
	}
	if (!place_column(e, map->first->begin, &column))
		return ERR(err, WF_REFUSED,
			   "keys written with ? cannot be added to");
	end = place_line_end(e, at->end);
	strbuf_addf(&text, "%s%*s", place_eol(e, at->end), (int)column, "");
	write_scalar(&text, key,
		     map->first->style == SPAN_PLAIN ? SPAN_PLAIN
						     : map->first->style,
		     false, true);
	strbuf_addf(&text, ":%s%s", strchr("\r\n", *value) ? "" : " ", value);
	edit_insert(e, end, text.at);
	strbuf_release(&text);
	return WF_OK;
}
