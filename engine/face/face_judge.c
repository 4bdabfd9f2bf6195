/* What a scenario expects, against the run it made.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "face_judge.h"

#include <stdio.h>
#include <stdlib.h>

struct judge {
	const char *file;
	const struct expect *expect;
	const struct wf_run_detail *detail;
	struct wf_verdict *out;
};

static void PRINTF_LIKE(3, 4)
	miss(struct judge *j, struct mark mark, const char *fmt, ...)
{
	char text[600];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	wf_diags_add(&j->out->misses, WF_SEV_ERROR, NULL, j->file, mark.line,
		     mark.column, NULL, "%s", text);
}

static const struct wf_step_info *
find_step(struct judge *j, const struct expectation *e)
{
	for (size_t k = 0; k < j->detail->nsteps; k++)
		if (str_eq(j->detail->steps[k].path, e->path))
			return &j->detail->steps[k];
	miss(j, e->mark, "the run has no step \"%.100s\"", e->path);
	return NULL;
}

static void
judge_states(struct judge *j)
{
	const struct expectations *list = &j->expect->steps;

	for (uint32_t k = 0; k < list->n; k++) {
		const struct expectation *e = &list->at[k];
		const struct wf_step_info *s = find_step(j, e);

		if (s && (int64_t)s->state != e->wanted)
			miss(j, e->mark, "%.100s is %s, not %s%s%.250s",
			     e->path, step_states[s->state].name,
			     step_states[e->wanted].name, s->reason ? ": " : "",
			     s->reason ? s->reason : "");
	}
}

static void
judge_causes(struct judge *j)
{
	const struct expectations *list = &j->expect->causes;

	for (uint32_t k = 0; k < list->n; k++) {
		const struct expectation *e = &list->at[k];
		const struct wf_step_info *s = find_step(j, e);

		if (s && (int64_t)s->cause != e->wanted)
			miss(j, e->mark, "the cause of %.100s is %s, not %s",
			     e->path, s->cause ? cause_name(s->cause) : "none",
			     cause_name((enum cause)e->wanted));
	}
}

static uint32_t
count_attempts(const struct wf_step_info *s)
{
	uint32_t n = 0;

	for (size_t k = 0; k < s->nattempts; k++)
		n += s->attempts[k].phase == PHASE_DO;
	return n;
}

static void
judge_attempts(struct judge *j)
{
	const struct expectations *list = &j->expect->attempts;

	for (uint32_t k = 0; k < list->n; k++) {
		const struct expectation *e = &list->at[k];
		const struct wf_step_info *s = find_step(j, e);

		if (s && count_attempts(s) != e->wanted)
			miss(j, e->mark, "%.100s was tried %u time%s, not %lld",
			     e->path, count_attempts(s),
			     count_attempts(s) == 1 ? "" : "s",
			     (long long)e->wanted);
	}
}

static uint64_t
order_of(struct judge *j, const char *path)
{
	for (size_t k = 0; k < j->detail->nsteps; k++)
		if (str_eq(j->detail->steps[k].path, path))
			return j->detail->steps[k].order;
	return 0;
}

static void
judge_finished(struct judge *j)
{
	const struct words *list = &j->expect->finished;
	uint64_t before = 0;

	for (uint32_t k = 0; k < list->n; k++) {
		uint64_t order = order_of(j, list->at[k]);

		if (!order)
			miss(j, j->expect->finished_mark,
			     "%.100s has not come to an end", list->at[k]);
		else if (order < before)
			miss(j, j->expect->finished_mark,
			     "%.100s ended before %.100s", list->at[k],
			     list->at[k - 1]);
		if (order)
			before = order;
	}
}

/* Steps with their first undo attempt, in the order of those. */
struct undone {
	uint64_t attempt;
	const char *path;
};

static int
by_attempt(const void *pa, const void *pb)
{
	const struct undone *a = pa, *b = pb;

	return (a->attempt > b->attempt) - (a->attempt < b->attempt);
}

static size_t
list_undone(const struct wf_run_detail *detail, struct undone *out)
{
	size_t n = 0;

	for (size_t k = 0; k < detail->nsteps; k++) {
		const struct wf_step_info *s = &detail->steps[k];

		for (size_t i = 0; i < s->nattempts; i++)
			if (s->attempts[i].phase == PHASE_UNDO) {
				out[n++] = (struct undone){s->attempts[i].id,
							   s->path};
				break;
			}
	}
	if (n)
		qsort(out, n, sizeof(*out), by_attempt);
	return n;
}

static void
judge_undo(struct judge *j)
{
	const struct words *list = &j->expect->undo;
	struct undone *undone =
		mem_alloc((j->detail->nsteps + 1) * sizeof(*undone));
	size_t n = list_undone(j->detail, undone);
	struct strbuf wanted = STRBUF_INIT, got = STRBUF_INIT;

	for (size_t k = 0; k < list->n; k++)
		strbuf_addf(&wanted, "%s%s", k ? ", " : "", list->at[k]);
	for (size_t k = 0; k < n; k++)
		strbuf_addf(&got, "%s%s", k ? ", " : "", undone[k].path);
	if (!str_eq(wanted.at, got.at))
		miss(j, j->expect->undo_mark,
		     "undone were %.250s, in this order, not %.250s",
		     n ? got.at : "none", list->n ? wanted.at : "none");
	strbuf_release(&wanted);
	strbuf_release(&got);
	free(undone);
}

static void
judge_outputs(struct judge *j)
{
	struct value wanted = j->expect->outputs, all = {0}, got;
	const char *text = j->detail->run.outputs;
	struct arena a = {0};

	if (text)
		value_from_json_text(&a, text, strlen(text), &all);
	for (uint32_t k = 0; wanted.kind == VALUE_MAP && k < wanted.n; k++) {
		const char *name = wanted.items[2 * k].string;
		bool there =
			all.kind == VALUE_MAP && value_get(all, name, &a, &got);

		if (there && value_equal(got, wanted.items[2 * k + 1]))
			continue;
		miss(j, j->expect->outputs_mark,
		     "the output \"%.100s\" is %.200s, not %.200s", name,
		     there ? value_to_json_text(&a, got) : "not there",
		     value_to_json_text(&a, wanted.items[2 * k + 1]));
	}
	arena_release(&a);
}

void
judge(const char *file, const struct expect *e,
      const struct wf_run_detail *detail, struct wf_verdict *out)
{
	struct judge own = {file, e, detail, out}, *j = &own;
	char took[DURATION_TEXT], within[DURATION_TEXT];

	if (e->has_run_state && j->detail->run.state != e->run_state)
		miss(j, e->run_mark, "the run is %s, not %s",
		     run_states[j->detail->run.state].name,
		     run_states[e->run_state].name);
	judge_states(j);
	judge_causes(j);
	judge_attempts(j);
	judge_finished(j);
	if (e->has_undo)
		judge_undo(j);
	judge_outputs(j);
	if (e->within != DURATION_NONE && j->out->took > e->within)
		miss(j, e->within_mark, "it took %s, more than %s",
		     duration_human(j->out->took, took),
		     duration_human(e->within, within));
}
