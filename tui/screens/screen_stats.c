/* Statistics: which steps of a flow fail, retry, waste time; or which flows.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "../../engine/base/clock.h"
#include "../../engine/base/fs.h"
#include "stats_view.h"

#define DAY INT64_C(86400000)

enum {
	REST = 20,      /* times what counting took, before it is done again */
	REST_MS = 2000, /* ... and no less */
	WINDOW = 2      /* at first */
};

const struct stats_window stats_windows[] = {
	{"24h", "last 24 hours", DAY     },
	{"7d",  "last 7 days",   7 * DAY },
	{"30d", "last 30 days",  30 * DAY},
	{"90d", "last 90 days",  90 * DAY},
	{"all", "all runs",      0       },
};

const char *const stats_sort_names[STATS_SORTS] = {"wasted", "failures",
						   "retries", "p95", "order"};

struct stats_view *
stats_of(const struct view *v)
{
	return v->state;
}

const struct wf_stat *
stats_at_cursor(const struct stats_view *s)
{
	return s->list.cursor < s->shown.n ? s->shown.at[s->list.cursor] : NULL;
}

/* --- order
 * ------------------------------------------------------------------------- */

static int64_t
weight(const struct wf_stat *s, enum stats_sort sort)
{
	switch (sort) {
	case STATS_BY_WASTED:
		return s->wasted;
	case STATS_BY_FAILURES:
		return s->bad;
	case STATS_BY_RETRIES:
		return s->runs ? (int64_t)s->retries * 1000 / s->runs : 0;
	case STATS_BY_LENGTH:
		return wf_stat_quantile(s, 950);
	case STATS_BY_ORDER:
	case STATS_SORTS:
		break;
	}
	return 0;
}

/* What is equal stays in its order. */
static void
arrange(struct stats_view *s)
{
	s->shown.n = 0;
	for (size_t i = 0; i < s->stats.n; i++) {
		const struct wf_stat *stat = &s->stats.at[i];
		size_t at = s->shown.n;

		if (!strcasestr(stat->name, s->filter.text.at))
			continue;
		vec_push(&s->shown, stat);
		while (at > 0 && weight(s->shown.at[at - 1], s->sort) <
					 weight(stat, s->sort)) {
			s->shown.at[at] = s->shown.at[at - 1];
			s->shown.at[--at] = stat;
		}
	}
	list_resize(&s->list, s->shown.n);
	for (size_t i = 0; s->cursor_name && i < s->shown.n; i++)
		if (str_eq(s->shown.at[i]->name, s->cursor_name))
			s->list.cursor = i;
}

static void
keep_cursor(struct stats_view *s)
{
	const struct wf_stat *at = stats_at_cursor(s);

	free(s->cursor_name);
	s->cursor_name = at ? mem_strdup(at->name) : NULL;
}

void
stats_count(struct view *v)
{
	struct stats_view *s = stats_of(v);
	int64_t began = clock_boot(), rest;
	int64_t window = stats_windows[s->window].ms;
	struct wf_stats_query query = {
		.flow = s->flow,
		.since = window ? clock_wall() - window : 0,
	};
	struct wf_stats stats;
	struct wf_err err = {0};

	if (wf_stats(v->views->engine, &query, &stats, &err)) {
		views_report(v->views, &err);
		return;
	}
	wf_list_free(&s->stats.list);
	s->stats = stats;
	arrange(s);
	keep_cursor(s);
	rest = (clock_boot() - began) * REST;
	s->next_look = clock_boot() + (rest > REST_MS ? rest : REST_MS);
	s->late = false;
}

/* --- opening
 * ----------------------------------------------------------------------- */

/* `arg`: a flow; NULL or "": all. */
static enum wf_code
open_stats(struct view *v, const char *arg, struct wf_err *err)
{
	struct stats_view *s = stats_of(v);

	(void)err;
	s->filter = (struct prompt)PROMPT_INIT;
	s->flow = arg && *arg ? mem_strdup(arg) : NULL;
	s->window = WINDOW;
	s->now = clock_wall();
	stats_count(v);
	return WF_OK;
}

static void
close_stats(struct view *v)
{
	struct stats_view *s = stats_of(v);

	free(s->flow);
	free(s->last);
	free(s->cursor_name);
	wf_list_free(&s->stats.list);
	vec_release(&s->shown);
	prompt_release(&s->filter);
}

/* News come often, counting takes time. */
static void
refresh(struct view *v)
{
	struct stats_view *s = stats_of(v);

	views_watch(v->views, NULL);
	s->late = clock_boot() < s->next_look;
	if (!s->late)
		stats_count(v);
}

static int64_t
due(const struct view *v)
{
	const struct stats_view *s = stats_of(v);

	return s->late ? clock_wall() + s->next_look - clock_boot() : 0;
}

/* --- keys
 * -------------------------------------------------------------------------- */

static void
contexts(const struct view *v, enum context *out)
{
	size_t n = 0;

	if (!stats_of(v)->typing) {
		out[n++] = CONTEXT_STATS;
		out[n++] = CONTEXT_ANY;
	}
	out[n] = CONTEXT_NONE;
}

static bool
key(struct view *v, uint32_t k)
{
	struct stats_view *s = stats_of(v);
	enum prompt_result result;

	if (!s->typing)
		return false;
	result = recall_key(&v->views->searches, &s->filter, k);
	if (result == PROMPT_LEFT)
		prompt_set(&s->filter, "");
	s->typing = result == PROMPT_EDITED || result == PROMPT_IGNORED;
	arrange(s);
	return true;
}

static size_t
hints(const struct view *v, enum action *out)
{
	static const enum action list[] = {
		ACTION_OPEN,    ACTION_STATS_SORT, ACTION_WINDOW,
		ACTION_GROUP,   ACTION_FIND,       ACTION_EXPORT_STATS,
		ACTION_PALETTE, ACTION_QUIT,       ACTION_HELP};

	(void)v;
	memcpy(out, list, sizeof(list));
	return ARRAY_SIZE(list);
}

static void
show_flow(struct view *v, const char *flow)
{
	struct stats_view *s = stats_of(v);
	char *shown = flow ? mem_strdup(flow) : NULL;

	free(s->last);
	s->last = s->flow;
	s->flow = shown;
	s->list.cursor = 0;
	free(s->cursor_name);
	s->cursor_name = s->last ? mem_strdup(s->last) : NULL;
	prompt_set(&s->filter, "");
	stats_count(v);
}

/* A flow's steps, or the runs of the flow whose steps these are. */
static void
open_at_cursor(struct view *v)
{
	struct stats_view *s = stats_of(v);
	const struct wf_stat *at = stats_at_cursor(s);
	char *filter;

	if (!at)
		return;
	if (!s->flow) {
		show_flow(v, at->name);
		return;
	}
	filter = mem_printf("flow:%s", s->flow);
	views_ask(v->views, "runs", filter);
	free(filter);
}

/* --- export
 * ------------------------------------------------------------------------ */

static void
add_csv(struct strbuf *out, const struct wf_stat *s)
{
	strbuf_addc(out, '"');
	for (const char *p = s->name; *p; p++)
		strbuf_addf(out, *p == '"' ? "\"\"" : "%c", *p);
	strbuf_addf(out, "\",%u,%u,%u,%u,%u,%u,%lld,%lld,%lld,%lld\n", s->runs,
		    s->good, s->bad, s->tries, s->retries, s->helped,
		    (long long)wf_stat_quantile(s, 500),
		    (long long)wf_stat_quantile(s, 950), (long long)s->longest,
		    (long long)s->wasted);
}

/* What is listed. */
static void
write_csv(struct view *v, const char *path)
{
	struct stats_view *s = stats_of(v);
	struct strbuf text = STRBUF_INIT;
	struct wf_err err = {0};

	strbuf_addf(&text,
		    "%s,runs,good,bad,tries,retries,helped,median_ms,p95_ms,"
		    "longest_ms,wasted_ms\n",
		    s->flow ? "step" : "flow");
	for (size_t i = 0; i < s->shown.n; i++)
		add_csv(&text, s->shown.at[i]);
	if (fs_write(path, text.at, text.n, 0600, &err))
		views_report(v->views, &err);
	else
		views_say(v->views, "the figures were written to %s", path);
	strbuf_release(&text);
}

/* In the present folder, under the flow's name. */
static void
export_csv(struct view *v)
{
	struct stats_view *s = stats_of(v);
	char *path = mem_printf("stats-%s.csv", s->flow ? s->flow : "flows");

	for (char *p = path; *p; p++)
		if (*p == '/')
			*p = '_';
	write_csv(v, path);
	free(path);
}

/* "stats csv FILE" */
static bool
command(struct view *v, const char *line)
{
	static const char verb[] = "stats csv ";
	const char *file = line + strlen(verb);

	if (!str_starts(line, verb) || !file[strspn(file, " ")])
		return false;
	write_csv(v, file + strspn(file, " "));
	return true;
}

static bool
act(struct view *v, enum action action)
{
	struct stats_view *s = stats_of(v);

	if (list_act(&s->list, action, s->height)) {
		keep_cursor(s);
	} else if (action == ACTION_OPEN || action == ACTION_RIGHT) {
		open_at_cursor(v);
	} else if (action == ACTION_STATS_SORT) {
		s->sort = (s->sort + 1) % STATS_SORTS;
		arrange(s);
	} else if (action == ACTION_WINDOW) {
		s->window = (s->window + 1) % (int)ARRAY_SIZE(stats_windows);
		stats_count(v);
	} else if (action == ACTION_GROUP || action == ACTION_LEFT) {
		show_flow(v, s->flow ? NULL : s->last);
	} else if (action == ACTION_FIND) {
		s->typing = true;
	} else if (action == ACTION_CANCEL) {
		prompt_set(&s->filter, "");
		arrange(s);
	} else if (action == ACTION_EXPORT_STATS) {
		export_csv(v);
	} else if (action == ACTION_REPAINT) {
		stats_count(v);
		return false; /* the rest of it, too */
	} else {
		return false;
	}
	return true;
}

static const char *
refusal(const struct view *v, enum action action)
{
	const struct stats_view *s = stats_of(v);

	if (action == ACTION_GROUP && !s->flow && !s->last)
		return "Enter shows the steps of a flow";
	if (action == ACTION_NEXT_PANE || action == ACTION_PREV_PANE)
		return "there is only one pane";
	return NULL;
}

static bool
copy(const struct view *v, struct strbuf *out)
{
	const struct wf_stat *at = stats_at_cursor(stats_of(v));

	if (at)
		strbuf_adds(out, at->name);
	return at != NULL;
}

const struct view_ops screen_stats = {
	.size = sizeof(struct stats_view),
	.open = open_stats,
	.refresh = refresh,
	.draw = stats_draw,
	.key = key,
	.act = act,
	.contexts = contexts,
	.hints = hints,
	.refusal = refusal,
	.copy = copy,
	.command = command,
	.due = due,
	.close = close_stats,
};
