/* Queries of front ends: runs as they are named and listed, their events.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "../base/clock.h"
#include "../base/vec.h"
#include "../run/door.h"
#include "face_int.h"

#define STATE_BIT(state) (1u << (state))

/* What needs an engine to go on. */
#define DRIVEN                                                                 \
	(STATE_BIT(RUN_QUEUED) | STATE_BIT(RUN_RUNNING) |                      \
	 STATE_BIT(RUN_ROLLING_BACK))

/* An engine takes this long to start, at most (ms). */
#define START_TIME 3000

struct wf_list
face_list(void)
{
	return (struct wf_list){mem_alloc(sizeof(struct arena))};
}

void
wf_list_free(struct wf_list *list)
{
	if (!list || !list->arena)
		return;
	arena_release(list->arena);
	free(list->arena);
	list->arena = NULL;
}

/* --- one run ------------------------------------------------------------- */

enum wf_code
face_said(enum st_result result, const struct wf_err *err)
{
	enum wf_code code = face_code(result);

	return code && err->code ? err->code : code;
}

enum wf_code
face_store(struct wf_engine *e, struct store **out, struct wf_err *err)
{
	struct wf_err why = {0};
	enum st_result result = ST_OK;

	if (!e->store)
		result = st_open(e->dir, ST_READ, &e->store, &why);
	*out = e->store;
	if (result == ST_OK || result == ST_EMPTY)
		return WF_OK;
	if (err)
		*err = why;
	return face_said(result, &why);
}

enum wf_code
face_no_run(const char *run, struct wf_err *err)
{
	ERR(err, WF_NOT_FOUND, "no run \"%s\"", run);
	wf_err_hint(err, "`wfctl ls` lists the runs");
	return WF_NOT_FOUND;
}

/* Whoever has just made a run is about to start its engine. */
static bool
is_starting(const struct st_run *row)
{
	int64_t age = clock_wall() - row->created;

	return !row->epoch && age >= 0 && age < START_TIME;
}

/* The row was read before the lock was looked at: an engine may have written
 * its last and left in between. */
static bool
has_moved_on(struct wf_engine *e, const struct st_run *row)
{
	struct arena a = {0};
	struct st_run now;
	bool moved = e->store &&
		     st_read_run(e->store, row->id, &a, &now, NULL) == ST_OK &&
		     now.revision != row->revision;

	arena_release(&a);
	return moved;
}

struct wf_run_info
face_run_info(struct wf_engine *e, const struct st_run *row)
{
	char *dir = wf_run_dir(e, row->id);
	int pid = run_state_is_final(row->state) ? 0 : door_owner(dir);

	free(dir);
	return (struct wf_run_info){
		.id = row->id,
		.flow = row->flow,
		.name = row->name,
		.state = row->state,
		.interrupted = DRIVEN & STATE_BIT(row->state) && !pid &&
			       !is_starting(row) && !has_moved_on(e, row),
		.cause = row->cause,
		.revision = row->revision,
		.created = row->created,
		.started = row->started,
		.finished = row->finished,
		.params = row->params ? row->params : "{}",
		.outputs = row->outputs ? row->outputs : "{}",
		.engine_alive = pid != 0,
		.engine_pid = pid,
		.definition = row->definition,
		.actor = row->actor,
		.last_event = row->next_event ? row->next_event - 1 : 0,
		.nsteps = row->nsteps,
		.ndone = row->ndone,
		.nfailed = row->nfailed,
	};
}

const char *
wf_run_state_text(const struct wf_run_info *run)
{
	return run->interrupted ? "interrupted" : run_states[run->state].name;
}

enum wf_code
wf_run_code(const struct wf_run_info *run)
{
	switch (run->state) {
	case RUN_SUCCEEDED:
		return WF_OK;
	case RUN_PARTIAL:
		return WF_PARTIAL;
	case RUN_FAILED:
		return WF_FAILED;
	case RUN_CANCELLED:
		return WF_CANCELLED;
	case RUN_ROLLED_BACK:
		return WF_UNDONE;
	case RUN_ROLLBACK_FAILED:
		return WF_UNDO_FAILED;
	case RUN_WAITING:
	case RUN_PAUSED:
		return WF_WAITING;
	case RUN_QUEUED:
	case RUN_RUNNING:
	case RUN_ROLLING_BACK:
	case RUN_NSTATES:
		break;
	}
	return run->interrupted ? WF_SIGTERM : WF_OK;
}

enum wf_code
wf_run_brief(struct wf_engine *e, const char *id, struct wf_runs *runs_out,
	     struct wf_err *err)
{
	struct wf_err why = {0};
	struct st_run *row;
	struct store *s;
	enum wf_code code = face_store(e, &s, err);

	*runs_out = (struct wf_runs){0};
	if (code || !s)
		return code ? code : face_no_run(id, err);
	runs_out->list = face_list();
	row = arena_new(runs_out->list.arena, struct st_run);
	code = face_said(st_read_run(s, id, runs_out->list.arena, row, &why),
			 &why);
	if (code) {
		wf_list_free(&runs_out->list);
		if (err)
			*err = why;
		return code;
	}
	runs_out->at = arena_new(runs_out->list.arena, struct wf_run_info);
	*runs_out->at = face_run_info(e, row);
	runs_out->n = 1;
	return WF_OK;
}

/* --- lists --------------------------------------------------------------- */

struct infos {
	struct wf_run_info *at;
	size_t n, cap;
};

/* The store knows no "interrupted": what it found may have to fall out. */
static bool
is_wanted(const struct wf_run_filter *w, const struct wf_run_info *info)
{
	if (info->interrupted)
		return w->interrupted || !w->states;
	return !w->interrupted || w->states & STATE_BIT(info->state);
}

static enum wf_code
add_page(struct wf_engine *e, struct store *s, const struct wf_run_filter *w,
	 struct st_run_filter *f, struct arena *a, struct infos *infos,
	 struct wf_err *err)
{
	struct wf_err why = {0};
	struct st_run *rows;
	size_t n = 0;
	enum wf_code code = face_said(
		st_list_runs(s, f, a, &rows, &n, &f->before, &why), &why);

	if (code && err)
		*err = why;
	for (size_t i = 0; !code && i < n; i++) {
		struct wf_run_info info = face_run_info(e, &rows[i]);

		if (is_wanted(w, &info))
			vec_push(infos, info);
	}
	return code;
}

enum wf_code
wf_runs(struct wf_engine *e, const struct wf_run_filter *filter,
	struct wf_runs *runs_out, struct wf_err *err)
{
	static const struct wf_run_filter any;
	const struct wf_run_filter *w = filter ? filter : &any;
	struct st_run_filter f = {.states = w->states,
				  .flow = w->flow,
				  .words = w->words,
				  .nwords = w->nwords,
				  .since = w->since,
				  .until = w->until,
				  .before = w->before,
				  .limit = w->limit ? w->limit : 1000};
	struct infos infos = {0};
	uint32_t limit = f.limit;
	struct store *s;
	enum wf_code code = face_store(e, &s, err);

	*runs_out = (struct wf_runs){0};
	if (code)
		return code;
	runs_out->list = face_list();
	if (w->interrupted)
		f.states |= DRIVEN;
	if (s)
		do {
			f.limit = limit - (uint32_t)infos.n;
			code = add_page(e, s, w, &f, runs_out->list.arena,
					&infos, err);
		} while (!code && f.before && infos.n < limit);
	runs_out->at = arena_copy(runs_out->list.arena, infos.at,
				  infos.n * sizeof(*infos.at));
	runs_out->n = infos.n;
	runs_out->next = s ? f.before : 0;
	vec_release(&infos);
	if (code)
		wf_list_free(&runs_out->list);
	return code;
}

enum wf_code
wf_run_counts(struct wf_engine *e, uint32_t counts[RUN_NSTATES],
	      struct wf_err *err)
{
	struct wf_err why = {0};
	struct store *s;
	enum wf_code code = face_store(e, &s, err);

	memset(counts, 0, RUN_NSTATES * sizeof(*counts));
	if (code || !s)
		return code;
	code = face_said(st_count_runs(s, counts, &why), &why);
	if (code && err)
		*err = why;
	return code;
}

/* --- finding ------------------------------------------------------------- */

static const struct {
	const char *word;
	struct wf_run_filter filter;
	const char *none;
} words[] = {
	{"@latest",      {.limit = 1},               "there are no runs yet"},
	{"@failed",
	 {.limit = 1,
	  .states = STATE_BIT(RUN_FAILED) | STATE_BIT(RUN_ROLLED_BACK) |
		    STATE_BIT(RUN_ROLLBACK_FAILED)},
	 "no run has failed"						},
	{"@interrupted",
	 {.limit = 1, .interrupted = true},
	 "no run is interrupted"					    },
};

static enum wf_code
find_word(struct wf_engine *e, const char *text, char id_out[WF_RUN_ID],
	  struct wf_err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		struct wf_runs runs;
		enum wf_code code;

		if (!str_eq(text, words[i].word))
			continue;
		code = wf_runs(e, &words[i].filter, &runs, err);
		if (!code && !runs.n) {
			code = ERR(err, WF_NOT_FOUND, "%s", words[i].none);
			wf_err_hint(err, "`wfctl ls` lists the runs");
		}
		if (!code)
			snprintf(id_out, WF_RUN_ID, "%s", runs.at[0].id);
		wf_list_free(&runs.list);
		return code;
	}
	ERR(err, WF_USAGE, "\"%s\" names no run", text);
	wf_err_hint(err, "use @latest, @failed, @interrupted, an id or a "
			 "flow's name");
	return WF_USAGE;
}

enum wf_code
wf_run_find(struct wf_engine *e, const char *text, char id_out[WF_RUN_ID],
	    struct wf_err *err)
{
	struct wf_err why = {0};
	struct store *s;
	enum wf_code code;

	if (*text == '@')
		return find_word(e, text, id_out, err);
	code = face_store(e, &s, err);
	if (code || !s)
		return code ? code : face_no_run(text, err);
	code = face_said(st_find_run(s, text, id_out, &why), &why);
	if (code && err)
		*err = why;
	return code;
}

/* --- events -------------------------------------------------------------- */

enum wf_code
wf_events(struct wf_engine *e, const char *run, uint64_t after, uint32_t limit,
	  bool only_decisions, struct wf_events *events_out, struct wf_err *err)
{
	struct wf_err why = {0};
	struct st_event *rows = NULL;
	struct store *s;
	size_t n = 0;
	enum wf_code code = face_store(e, &s, err);

	*events_out = (struct wf_events){0};
	if (code || !s)
		return code ? code : face_no_run(run, err);
	events_out->list = face_list();
	code = face_said(st_read_events(s, run, after, limit, only_decisions,
					events_out->list.arena, &rows, &n,
					&why),
			 &why);
	if (code) {
		wf_list_free(&events_out->list);
		if (err)
			*err = why;
		return code;
	}
	events_out->at =
		arena_array(events_out->list.arena, struct wf_event_info, n);
	events_out->n = n;
	for (size_t i = 0; i < n; i++)
		events_out->at[i] = (struct wf_event_info){
			.seq = rows[i].seq,
			.time = rows[i].time,
			.kind = rows[i].kind,
			.step = rows[i].path,
			.actor = rows[i].actor,
			.what = rows[i].what,
			.because = rows[i].because,
			.data = rows[i].data,
		};
	return WF_OK;
}
