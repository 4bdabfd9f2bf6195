/* Line by line: indents and empty lines.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "yaml_fmt.h"

#include <stdlib.h>

#include "yaml_fmt_brackets.h"
#include "yaml_problem.h"
#include "yaml_read.h"

#define STEP_INDENT 2

/* --- lines ---------------------------------------------------------------- */

enum line_kind {
	LINE_OTHER, /* markers such as ---: untouched */
	LINE_BLANK,
	LINE_COMMENT,
	LINE_OWN,    /* begins with a key or a dash */
	LINE_INSIDE, /* goes on with a value */
	LINE_TEXT    /* of a block scalar */
};

struct line {
	enum line_kind kind;
	size_t begin, end; /* without the newline */
	size_t old;        /* spaces at its beginning */
	size_t new;
	size_t old_inner, new_inner; /* behind a dash; or 0 */
	bool raw_end;                /* spaces at its end have a meaning */
	bool keeps;                  /* empty lines below it have one */
	bool step, brief;            /* a step begins here; it is one line */
	bool with_next;              /* a comment about what is below */
};

struct layout {
	struct edit *e;
	struct line *lines;
	size_t n;
	VEC(struct extent) gaps; /* behind dashes: [begin, end) */
	enum wf_code code;
	struct wf_err *err;
};

static void
cut_lines(struct layout *l)
{
	const struct edit *e = l->e;
	size_t at = 0, n = 1;

	for (size_t i = 0; i < e->text.n; i++)
		n += e->text.at[i] == '\n';
	l->lines = mem_alloc((n + 1) * sizeof(*l->lines));
	if (e->text.n >= 3 && !memcmp(e->text.at, "\xef\xbb\xbf", 3))
		at = 3;
	for (; at < e->text.n; at = place_next_line(e, at)) {
		struct line *line = &l->lines[l->n++];
		size_t spaces = strspn(e->text.at + at, " ");

		*line = (struct line){.begin = at,
				      .end = place_line_end(e, at),
				      .old = spaces,
				      .new = spaces};
		if (place_is_blank(e, at))
			line->kind = LINE_BLANK;
		else if (e->text.at[at + spaces] == '#')
			line->kind = LINE_COMMENT;
	}
}

static size_t
line_of(const struct layout *l, size_t at)
{
	size_t low = 0, high = l->n;

	while (low + 1 < high) {
		size_t mid = (low + high) / 2;

		if (l->lines[mid].begin <= at)
			low = mid;
		else
			high = mid;
	}
	return low;
}

/* What begins at `at` stands first in its line, at column `new`. */
static struct line *
own_line(struct layout *l, size_t at, size_t new)
{
	struct line *line = &l->lines[line_of(l, at)];

	if (line->begin + line->old != at)
		return NULL;
	line->kind = LINE_OWN;
	line->new = new;
	return line;
}

static size_t
moved(size_t old, size_t from, size_t to, size_t least)
{
	size_t new = old + to > from ? old + to - from : 0;

	return new > least ? new : least;
}

/* Lines of a value that began further up: of a scalar or in brackets. */
static void
inside_lines(struct layout *l, const struct span *s, size_t from, size_t to)
{
	size_t first = line_of(l, s->begin), last = line_of(l, s->end - 1);
	bool scalar = s->kind == SPAN_SCALAR;

	for (size_t i = first; i <= last && s->end > s->begin; i++) {
		struct line *line = &l->lines[i];

		if (scalar && i < last)
			line->raw_end = true;
		if (i == first)
			continue;
		if (line->kind == LINE_BLANK && !scalar)
			continue;
		line->kind = LINE_INSIDE;
		line->new =
			scalar ? to + STEP_INDENT
			       : moved(line->old, from, to, to + STEP_INDENT);
		if (!scalar && i == last &&
		    line->begin + line->old == s->end - 1)
			line->new = to;
	}
}

static void
mark_scalars(struct layout *l, const struct span *s)
{
	if (s->kind == SPAN_SCALAR && s->end > s->begin) {
		size_t last = line_of(l, s->end - 1);

		for (size_t i = line_of(l, s->begin); i < last; i++) {
			l->lines[i].raw_end = true;
			l->lines[i + 1].kind = LINE_INSIDE;
		}
	}
	for (s = s->first; s; s = s->next)
		mark_scalars(l, s);
}

/* The lines of a block scalar whose parent's column goes `from` -> `to`. */
static void
text_lines(struct layout *l, const struct span *s, size_t from, size_t to)
{
	size_t head = line_of(l, s->body), last = line_of(l, s->end);
	const char *flags = l->e->text.at + s->body;
	size_t nflags = strspn(flags + 1, "+-0123456789");
	bool keep = memchr(flags, '+', nflags + 1) != NULL;
	size_t indent = SIZE_MAX;

	if (strcspn(flags + 1, "123456789") < nflags)
		indent = from + STEP_INDENT, to += STEP_INDENT,
		from += STEP_INDENT;
	else
		to += STEP_INDENT;
	for (size_t i = head + 1; i <= last; i++) {
		struct line *line = &l->lines[i];

		if (line->kind != LINE_BLANK && indent == SIZE_MAX)
			indent = from = line->old;
	}
	for (size_t i = head + 1; i <= last; i++) {
		struct line *line = &l->lines[i];
		bool blank = line->kind == LINE_BLANK;

		line->kind = LINE_TEXT;
		line->raw_end = true;
		line->keeps = keep;
		line->new = moved(line->old, from, to, 0);
		if (blank && line->old <= indent &&
		    line->begin + line->old == line->end)
			line->new = 0;
	}
}

static void
place_value(struct layout *l, const struct span *s, size_t from, size_t to);

static void
place_map(struct layout *l, const struct span *map, size_t to)
{
	for (const struct span *k = map->first; k; k = k->next->next) {
		size_t from;

		if (!place_column(l->e, k->begin, &from)) {
			l->code = ERR(l->err, WF_REFUSED,
				      "a key is not written as `key: value`");
			wf_err_place(l->err, l->e->file, k->line, 0);
			return;
		}
		own_line(l, k->begin, to);
		place_value(l, k->next, from, to);
		if (l->code)
			return;
	}
}

static void
place_list(struct layout *l, const struct span *list, size_t to)
{
	for (const struct span *s = list->first; s; s = s->next) {
		size_t dash = place_dash(l->e, s), from;
		struct line *line;

		if (dash == SIZE_MAX || !place_column(l->e, dash, &from)) {
			l->code = ERR(l->err, WF_REFUSED,
				      "a list is not one of dashes");
			wf_err_place(l->err, l->e->file, s->line, 0);
			return;
		}
		line = own_line(l, dash, to);
		if (s->begin > dash + 1 &&
		    fmt_only(l->e, dash + 1, s->begin, 0))
			vec_push(&l->gaps, (struct extent){.begin = dash + 1,
							   .end = s->begin});
		if (line && s->begin < line->end) {
			line->old_inner = s->begin - line->begin;
			line->new_inner = to + STEP_INDENT;
		}
		place_value(l, s, from, to);
		if (l->code)
			return;
	}
}

/* `from`, `to`: the column of what the value belongs to. */
static void
place_value(struct layout *l, const struct span *s, size_t from, size_t to)
{
	if (s->style == SPAN_BLOCK && s->kind == SPAN_MAP)
		place_map(l, s, to + STEP_INDENT);
	else if (s->style == SPAN_BLOCK && s->kind == SPAN_LIST)
		place_list(l, s, to + STEP_INDENT);
	else if (span_is_block_scalar(s))
		text_lines(l, s, from, to);
	else
		inside_lines(l, s, from, to);
	if (s->style == SPAN_FLOW)
		mark_scalars(l, s);
}

/* --- comments and empty lines --------------------------------------------- */

/* Comments stand with what is below them, or with what they were level with
 * above. */
static void
place_comment(struct layout *l, size_t i)
{
	struct line *c = &l->lines[i];
	const struct line *next = NULL;

	for (size_t k = i + 1; k < l->n && !next; k++)
		if (l->lines[k].kind == LINE_OWN)
			next = &l->lines[k];
	c->with_next = next && (next->old == c->old);
	if (c->with_next) {
		c->new = next->new;
		return;
	}
	for (size_t k = i; k-- > 0;) {
		const struct line *above = &l->lines[k];

		if (above->kind != LINE_OWN)
			continue;
		if (above->old_inner == c->old && above->old_inner) {
			c->new = above->new_inner;
			return;
		}
		if (above->old == c->old) {
			c->new = above->new;
			return;
		}
		if (above->old < c->old)
			break;
	}
	c->with_next = next != NULL;
	c->new = next ? next->new : 0;
}

static void
place_steps(struct layout *l)
{
	edit_list_steps(l->e);
	for (size_t i = 0; i < l->e->steps.n; i++) {
		const struct span *s = l->e->steps.at[i];
		size_t dash = place_dash(l->e, s), at;
		struct line *line;

		if (dash == SIZE_MAX)
			continue;
		at = line_of(l, dash);
		line = &l->lines[at];
		line->brief = s->style == SPAN_FLOW && s->prev &&
			      s->prev->style == SPAN_FLOW &&
			      line_of(l, s->prev->begin) + 1 == at;
		if (!s->prev || line->brief)
			continue;
		while (at && l->lines[at - 1].kind == LINE_COMMENT &&
		       l->lines[at - 1].with_next)
			at--;
		l->lines[at].step = true;
	}
}

/* --- writing -------------------------------------------------------------- */

static void
write_line(const struct layout *l, struct strbuf *out, const struct line *line,
	   size_t *gap)
{
	const char *text = l->e->text.at;
	size_t at = line->begin + line->old, end = line->end;

	if (line->kind == LINE_OTHER)
		at = line->begin;
	else if (at < end || line->kind == LINE_TEXT)
		strbuf_addf(out, "%*s", (int)line->new, "");
	for (; *gap < l->gaps.n && l->gaps.at[*gap].begin < end; ++*gap) {
		const struct extent *g = &l->gaps.at[*gap];

		strbuf_add(out, text + at, g->begin - at);
		strbuf_addc(out, ' ');
		at = g->end;
	}
	while (!line->raw_end && end > at && strchr(" \t", text[end - 1]))
		end--;
	strbuf_add(out, text + at, end - at);
}

static void
write_lines(const struct layout *l, struct strbuf *out)
{
	const char *eol = place_eol(l->e, 0);
	size_t gap = 0, blanks = 0;
	const struct line *last = NULL;
	bool newline = l->e->text.n && l->e->text.at[l->e->text.n - 1] == '\n';

	if (l->n && l->lines[0].begin)
		strbuf_add(out, l->e->text.at, l->lines[0].begin);
	for (size_t i = 0; i < l->n; i++) {
		const struct line *line = &l->lines[i];

		if (line->kind == LINE_BLANK) {
			blanks++;
			continue;
		}
		if (last && !last->keeps && (blanks || line->step))
			strbuf_adds(out, eol);
		write_line(l, out, line, &gap);
		if (i + 1 < l->n || newline || line->kind != LINE_TEXT)
			strbuf_adds(out, eol);
		last = line;
		blanks = 0;
	}
}

static enum wf_code
lay_out(struct edit *e, struct strbuf *out, struct wf_err *err)
{
	struct layout l = {.e = e, .err = err};
	const struct span *root = e->tree.root;

	cut_lines(&l);
	if (root && root->kind == SPAN_MAP && root->style == SPAN_BLOCK)
		place_map(&l, root, 0);
	else
		l.code = ERR(err,
			     root && root->kind == SPAN_MAP ? WF_REFUSED
							    : WF_INVALID,
			     "the file is no map by lines at its top");
	for (size_t i = 0; i < l.n; i++)
		if (l.lines[i].kind == LINE_COMMENT)
			place_comment(&l, i);
	place_steps(&l);
	if (!l.code)
		write_lines(&l, out);
	vec_release(&l.gaps);
	free(l.lines);
	return l.code;
}

/* --- and the proof -------------------------------------------------------- */

static bool
same_steps(const char *file, const struct strbuf *a, const struct strbuf *b)
{
	struct wf_diags findings = {0};
	struct workflow *x = workflow_parse(file, a->at, a->n, &findings);
	struct workflow *y = workflow_parse(file, b->at, b->n, &findings);
	bool same = !x == !y && (!x || x->nsteps == y->nsteps);

	for (uint32_t i = 0; same && x && i < x->nsteps; i++)
		same = x->steps[i].hash == y->steps[i].hash;
	workflow_free(x);
	workflow_free(y);
	wf_diags_release(&findings);
	return same;
}

static enum wf_code
once(const char *file, const char *text, size_t n, struct strbuf *out,
     struct wf_err *err)
{
	struct edit *e = edit_new(file, text, n);
	enum wf_code code = WF_OK;

	if (e->trouble.code) {
		code = e->trouble.code;
		if (err)
			*err = e->trouble;
	} else if (!e->tree.root) {
		code = ERR(err, WF_INVALID, "the file is empty");
	}
	if (!code) {
		fmt_brackets(e, e->tree.root);
		code = edit_commit(e, COMMIT_PLAIN, err, "format");
	}
	if (!code)
		code = lay_out(e, out, err);
	edit_free(e);
	return code;
}

static bool
same_meaning(const char *file, const struct strbuf *a, const struct strbuf *b)
{
	struct span_tree x, y;
	bool same = !span_tree_read(&x, file, a->at, a->n, NULL) &&
		    !span_tree_read(&y, file, b->at, b->n, NULL) &&
		    span_same(x.root, y.root);

	span_tree_release(&x);
	span_tree_release(&y);
	return same && same_steps(file, a, b);
}

#define ROUNDS 4

/* The file and the remedy, where they are not said yet. */
static void
explain(const char *file, struct wf_err *err)
{
	if (!err->file[0])
		wf_err_place(err, file, err->line ? err->line : 1,
			     err->line ? err->column : 1);
	if (!err->hint[0])
		wf_err_hint(err, "%s", yaml_problem_hint(err->message));
}

enum wf_code
fmt_flow(const char *file, const char *text, size_t n, struct strbuf *out,
	 struct wf_err *err)
{
	struct strbuf first = STRBUF_INIT, from = STRBUF_INIT;
	struct strbuf to = STRBUF_INIT;
	enum wf_code code = WF_OK;
	bool settled = false;

	strbuf_add(&first, text, n);
	strbuf_add(&from, text, n);
	for (int i = 0; !code && !settled && i < ROUNDS; i++) {
		strbuf_clear(&to);
		code = once(file, from.at, from.n, &to, err);
		settled = to.n == from.n && !memcmp(to.at, from.at, to.n);
		strbuf_clear(&from);
		strbuf_add(&from, to.at, to.n);
	}
	if (!code && (!settled || !same_meaning(file, &first, &to))) {
		code = ERR(err, WF_REFUSED,
			   "it cannot be formatted without changing what it "
			   "means");
		wf_err_place(err, file, 0, 0);
		wf_err_hint(err, "format it by hand");
	}
	if (!code)
		strbuf_add(out, to.at, to.n);
	else if (err)
		explain(file, err);
	strbuf_release(&first);
	strbuf_release(&from);
	strbuf_release(&to);
	return code;
}
