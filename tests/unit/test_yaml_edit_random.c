/* Thousands of random changes of flows full of comments, blocks and brackets:
 * the text stays sound, what an action is not about keeps its bytes, and undo
 * of all gives the first text again.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "engine/yaml/yaml_edit.h"
#include "engine/yaml/yaml_fmt.h"
#include "random_flows.h"

/* --- actions -------------------------------------------------------------- */

static int nfresh;

static const char *
any_step(struct edit *e)
{
	static char names[4][80];
	static unsigned next;
	char *name = names[next++ % 4];
	struct edit_step s;

	snprintf(name, 80, "none");
	if (edit_nsteps(e) && some(50) &&
	    edit_step_at(e, some((unsigned)edit_nsteps(e)), &s))
		snprintf(name, 80, "%s", s.id);
	return name;
}

enum {
	KEEPS_COMMENTS = 1 << 0,
	KEEPS_OTHERS = 1 << 1, /* the text of all steps but the one named */
	KEEPS_VALID = 1 << 2,
	KEEPS_OUTSIDE = 1 << 3, /* every byte that is not in the step named */
	KEEPS_LINES = 1 << 4    /* every line without the id that comes */
};

static const char *const values[] = {"x",
				     "5m",
				     "a: b # c",
				     "two\nlines\n",
				     "\xc3\xa4\n\n  b",
				     "3",
				     "'q\"",
				     "[a, b]",
				     "{a: 1}",
				     "",
				     " ",
				     "- x",
				     "*x",
				     "!y"};
static const char *const paths[] = {
	"run",      "timeout", "env.X",      "env.NEW", "retry.limit",
	"retry",    "name",    "needs",      "env",     "undo.run",
	"labels.a", "if",      "retry.delay"};

static enum wf_code
act(struct edit *e, unsigned kind, const char *a, const char *b,
    unsigned *keeps, struct wf_err *err)
{
	char fresh[32];
	struct edit_step_new step = {fresh, "run", PICK(values), NULL, 0};
	char *text = NULL;
	enum wf_code code;

	snprintf(fresh, sizeof(fresh), "n%s%d", some(2) ? "-" : "", nfresh++);
	switch (kind) {
	case 0:
		*keeps = KEEPS_COMMENTS | KEEPS_OTHERS | KEEPS_VALID;
		if (!step.value[strspn(step.value, " ")])
			step.value = "x";
		return edit_add_step(e, &step,
				     some(2) ? EDIT_AFTER : EDIT_BEFORE,
				     some(4) ? a : NULL, err);
	case 1:
		*keeps = 0;
		return edit_remove_step(e, a, (enum edit_orphans)some(3), err);
	case 2:
		*keeps = KEEPS_COMMENTS | KEEPS_VALID;
		return edit_move_step(e, a, some(2) ? 1 : -1, err);
	case 3:
		*keeps = KEEPS_COMMENTS | KEEPS_VALID;
		return edit_move_step_to(
			e, a, some(2) ? EDIT_AFTER : EDIT_BEFORE, b, err);
	case 4:
		*keeps = KEEPS_COMMENTS | KEEPS_OTHERS | KEEPS_VALID |
			 KEEPS_OUTSIDE;
		return edit_connect(e, b, a, err);
	case 5:
		*keeps = KEEPS_OTHERS | KEEPS_VALID | KEEPS_OUTSIDE;
		return edit_disconnect(e, b, a, err);
	case 6:
		*keeps = KEEPS_COMMENTS | KEEPS_VALID | KEEPS_LINES;
		return edit_rename_step(e, a, fresh, err);
	case 7:
		*keeps = KEEPS_OTHERS | KEEPS_OUTSIDE;
		return edit_unset(e, a, PICK(paths), err);
	case 8:
		*keeps = KEEPS_COMMENTS | (str_eq(b, "end") ? 0 : KEEPS_VALID);
		code = edit_copy_step(e, a, &text, err);
		if (!code)
			code = edit_paste(e, text, EDIT_AFTER, b, err);
		free(text);
		return code;
	default:
		*keeps = KEEPS_OTHERS | KEEPS_OUTSIDE;
		return edit_set(e, a, PICK(paths), PICK(values), err);
	}
}

/* --- what must hold ------------------------------------------------------- */

struct seen {
	char *text;
	size_t n, position;
	bool valid;
	size_t nsteps;
	char *ids[64], *steps[64];
	size_t begin[64], end[64];
};

static void
look(struct edit *e, struct seen *s)
{
	const char *text = edit_text(e, &s->n);
	struct edit_step step;

	s->text = mem_strndup(text, s->n);
	s->position = edit_position(e);
	s->valid = edit_workflow(e) != NULL;
	s->nsteps = edit_nsteps(e);
	for (size_t i = 0; i < s->nsteps && i < 64; i++) {
		edit_step_at(e, i, &step);
		s->ids[i] = mem_strdup(step.id);
		s->begin[i] = step.begin;
		s->end[i] = step.end;
		s->steps[i] =
			mem_strndup(text + step.begin, step.end - step.begin);
	}
}

static void
look_away(struct seen *s)
{
	for (size_t i = 0; i < s->nsteps && i < 64; i++) {
		free(s->ids[i]);
		free(s->steps[i]);
	}
	free(s->text);
}

static void
check_comments(const struct seen *before, const struct edit *e)
{
	for (const char *at = strstr(before->text, " c"); at;
	     at = strstr(at + 1, " c")) {
		size_t n = 2 + strspn(at + 2, "0123456789");
		char mark[32];

		if (n == 2 || at[n] != '.' || n > 20)
			continue;
		snprintf(mark, sizeof(mark), "%.*s.", (int)n, at);
		if (!strstr(edit_text(e, NULL), mark))
			fail_msg("the comment%s is gone", mark);
	}
}

static void
check_others(const struct seen *before, struct edit *e, const char *about)
{
	for (size_t i = 0; i < before->nsteps && i < 64; i++)
		if (!str_eq(before->ids[i], about) &&
		    !strstr(edit_text(e, NULL), before->steps[i]))
			fail_msg("step %s was touched:\n%s", before->ids[i],
				 before->steps[i]);
}

/* What the change says it touched is all that differs. */
static void
check_range(const struct seen *before, const struct edit *e)
{
	size_t begin, end, n, tail;
	const char *text = edit_text(e, &n);

	edit_last_range(e, &begin, &end);
	assert_true(begin <= end && end <= n);
	tail = n - end;
	assert_true(begin + tail <= before->n);
	assert_memory_equal(text, before->text, begin);
	assert_memory_equal(text + end, before->text + before->n - tail, tail);
}

/* ... and what gave way to it lay in the step the action is about. */
static void
check_outside(const struct seen *before, struct edit *e, const char *about)
{
	size_t begin, end, n, i = 0;

	edit_text(e, &n);
	edit_last_range(e, &begin, &end);
	end = before->n - (n - end);
	while (i < before->nsteps && !str_eq(before->ids[i], about))
		i++;
	assert_true(i < before->nsteps);
	if (begin < before->begin[i] ||
	    end > before->end[i] +
			    strspn(before->text + before->end[i], "\r\n"))
		fail_msg("%zu to %zu is not in %s, %zu to %zu", begin, end,
			 about, before->begin[i], before->end[i]);
}

static size_t
line_length(const char *at)
{
	size_t n = strcspn(at, "\n");

	return n + (at[n] == '\n');
}

/* Line by line: what differs holds one of the ids that no flow begins with. */
static void
check_lines(const struct seen *before, const struct edit *e)
{
	const char *old = before->text, *new = edit_text(e, NULL);

	while (*old && *new) {
		size_t n = line_length(old), m = line_length(new);

		if (n != m || memcmp(old, new, n)) {
			char *line = mem_strndup(new, m);
			const char *id = strchr(line, 'n');

			while (id && !(id[1] == '-' ||
				       (id[1] >= '0' && id[1] <= '9')))
				id = strchr(id + 1, 'n');
			if (!id)
				fail_msg("this line was touched: %s", line);
			free(line);
		}
		old += n;
		new += m;
	}
	assert_int_equal(*old, *new);
}

static void
check_change(const struct seen *before, struct edit *e, const char *about,
	     unsigned keeps)
{
	if (edit_broken(e))
		fail_msg("no YAML: %s", edit_broken(e)->message);
	if (keeps & KEEPS_COMMENTS)
		check_comments(before, e);
	if (keeps & KEEPS_OTHERS)
		check_others(before, e, about);
	if (edit_position(e) != before->position)
		check_range(before, e);
	if (keeps & KEEPS_OUTSIDE && edit_position(e) != before->position)
		check_outside(before, e, about);
	if (keeps & KEEPS_LINES)
		check_lines(before, e);
	if (keeps & KEEPS_VALID && before->valid && !edit_workflow(e))
		fail_msg("no flow any more: %d: %s",
			 edit_findings(e)->at[0].line,
			 edit_findings(e)->at[0].message);
	if (!edit_workflow(e))
		assert_true(edit_findings(e)->nerrors > 0);
}

static int done;

static void
one_action(struct edit *e)
{
	struct seen before = {0};
	struct wf_err err = {0};
	unsigned keeps = 0, kind = some(14);
	const char *a = any_step(e), *b = any_step(e);
	size_t position = edit_position(e);
	enum wf_code code;

	look(e, &before);
	code = act(e, kind, a, b, &keeps, &err);
	if (code) {
		assert_true(err.message[0] != 0);
		assert_int_equal(edit_position(e), position);
		assert_string_equal(edit_text(e, NULL), before.text);
	} else {
		check_change(&before, e, a, keeps);
		done++;
	}
	look_away(&before);
}

/* What can be read can be formatted, without loss. */
static void
check_format(const char *text)
{
	struct strbuf out = STRBUF_INIT, again = STRBUF_INIT;
	struct wf_err err = {0};
	const char *marks = " c";

	if (fmt_flow("t.yaml", text, strlen(text), &out, &err))
		fail_msg("not formatted: %s\n%s", err.message, text);
	for (const char *at = strstr(text, marks); at;
	     at = strstr(at + 1, marks)) {
		size_t n = 2 + strspn(at + 2, "0123456789");
		char mark[32];

		snprintf(mark, sizeof(mark), "%.*s.", (int)n, at);
		if (n > 2 && at[n] == '.' && !strstr(out.at, mark))
			fail_msg("the comment%s is gone", mark);
	}
	assert_int_equal(fmt_flow("t.yaml", out.at, out.n, &again, &err), 0);
	assert_string_equal(again.at, out.at);
	strbuf_release(&out);
	strbuf_release(&again);
}

static void
one_flow(unsigned number)
{
	char *first, *last;
	struct edit *e;

	seed = number;
	nfresh = ncomments = 0;
	first = random_flow(2 + some(9));
	e = edit_new("t.yaml", first, strlen(first));
	if (!edit_workflow(e))
		fail_msg("flow %u: %d: %s\n%s", number,
			 edit_findings(e)->at[0].line,
			 edit_findings(e)->at[0].message, first);
	check_format(first);
	for (int i = 0; i < 24; i++)
		one_action(e);
	check_format(edit_text(e, NULL));
	last = mem_strdup(edit_text(e, NULL));
	while (edit_undo(e))
		;
	assert_string_equal(edit_text(e, NULL), first);
	while (edit_redo(e))
		;
	assert_string_equal(edit_text(e, NULL), last);
	free(first);
	free(last);
	edit_free(e);
}

static void
thousands_of_changes(void **state)
{
	(void)state;
	for (unsigned i = 1; i <= 200; i++)
		one_flow(i);
	assert_true(done > 2000);
}

/* Bytes changed at random: whatever parses can be edited and undone. */
static void
damage_is_survived(void **state)
{
	(void)state;
	for (unsigned i = 1; i <= 300; i++) {
		char *text;
		const char *out;
		struct edit *e;
		size_t n, now;

		seed = i * 7919;
		nfresh = ncomments = 0;
		text = random_flow(2 + some(5));
		n = strlen(text);
		for (unsigned k = 1 + some(4); k; k--)
			text[some((unsigned)n)] =
				"\n\r\t -:[]{},\"'#&*!|>?%\x80\xc3x"[some(25)];
		e = edit_new("t.yaml", text, n);
		for (int k = 0; k < 10; k++) {
			const char *a = any_step(e), *b = any_step(e);
			struct strbuf formatted = STRBUF_INIT;
			unsigned keeps;
			struct wf_err err;

			act(e, some(14), a, b, &keeps, &err);
			(void)edit_advice(e);
			fmt_flow("t.yaml", edit_text(e, NULL),
				 strlen(edit_text(e, NULL)), &formatted, &err);
			strbuf_release(&formatted);
		}
		while (edit_undo(e))
			;
		out = edit_text(e, &now);
		assert_int_equal(now, n);
		assert_memory_equal(out, text, n);
		free(text);
		edit_free(e);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(thousands_of_changes),
		cmocka_unit_test(damage_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
