/* The public face of the engine: all that cli/ and tui/ may know of it.
 *
 * A front end opens the state directory, reads snapshots, and posts
 * requests; it may die at any time.  Runs are driven by engine processes of
 * their own, which the functions here start when they are needed.
 *
 * Shape of every call: handle first, inputs, outputs ending in `_out`, `err`
 * last (NULL allowed); the result is zero when well.  Snapshots are plain
 * data the caller frees; no live pointer is ever handed out.  Times are wall
 * clock milliseconds, 0 for "not yet"; JSON values are compact text.
 *
 *	wf_engine_open(dir, WF_OPEN_CREATE, &e, &err);
 *	wf_flow_load("flow.yaml", &flow, &diags, &err);
 *	wf_run_start(e, flow, &start, id, &err);
 *	wf_watch_open(e, id, &w, &err); ... wf_events(e, id, seq, ...)
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_ENGINE_H
#define WF_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "model/event.h"
#include "model/lifecycle.h"
#include "model/search.h"

struct wf_engine;
struct wf_flow;
struct wf_watch;

#define WF_RUN_ID 16

/* --- life ----------------------------------------------------------------- */

/* Processes of our own that main() must recognise before anything else: the
 * warden, its helpers, the engine.  True: this was one of them, it has run,
 * and `*status` is the exit status. */
bool wf_process_main(int argc, char **argv, int *status);

enum wf_open {
	WF_OPEN_READ,
	WF_OPEN_WRITE,
	WF_OPEN_CREATE
};
/* `state_dir` NULL: $WFCTL_STATE, else $XDG_STATE_HOME/wfctl, else
 * ~/.local/state/wfctl. */
enum wf_code wf_engine_open(const char *state_dir, enum wf_open mode,
			    struct wf_engine **engine_out, struct wf_err *err);
void wf_engine_close(struct wf_engine *e);
const char *wf_engine_dir(const struct wf_engine *e);
/* The store that is open was moved, removed or replaced by another. */
bool wf_engine_is_gone(struct wf_engine *e);

/* --- definition ----------------------------------------------------------- */

/* Read and check a flow and the child flows it names.  WF_USAGE: a file
 * cannot be read (err); WF_INVALID: findings in `diags` (err names the
 * first).  `path` "-" is standard input. */
enum wf_code wf_flow_load(const char *path, struct wf_flow **flow_out,
			  struct wf_diags *diags, struct wf_err *err);
/* The definition a run uses. */
enum wf_code wf_flow_of_run(struct wf_engine *e, const char *run,
			    struct wf_flow **flow_out, struct wf_err *err);
void wf_flow_free(struct wf_flow *flow);
void wf_flow_lint(const struct wf_flow *flow, struct wf_diags *diags);
/* JSON Schema of the flow language; caller frees. */
char *wf_flow_schema(void);

/* The i-th key of the flow language, and the i-th piece of advice; false
 * past the last.  Keys of one section follow each other. */
struct wf_key_info {
	const char *section; /* "a step", "a retry" */
	const char *place;   /* as types name it: "step", "retry" */
	const char *name, *type, *help, *example;
};
bool wf_flow_key(size_t i, struct wf_key_info *out);
struct wf_advice_info {
	const char *name, *why;
};
bool wf_flow_advice(size_t i, struct wf_advice_info *out);
/* The i-th executor other than local. */
struct wf_executor_info {
	const char *name, *meaning, *example; /* of its settings */
	const char *client;                   /* the program it needs */
	bool there;                           /* ... is in $PATH */
};
bool wf_flow_executor(size_t i, struct wf_executor_info *out);

const char *wf_flow_name(const struct wf_flow *flow);
const char *wf_flow_file(const struct wf_flow *flow);
const char *wf_flow_description(const struct wf_flow *flow); /* or NULL */

struct wf_param_info {
	const char *name;
	const char *type; /* "string", "int", ... */
	bool required;
	const char *def;            /* default as text, or NULL */
	const char *const *choices; /* NULL-terminated, or NULL */
	const char *help;           /* or NULL */
};
size_t wf_flow_nparams(const struct wf_flow *flow);
struct wf_param_info wf_flow_param(const struct wf_flow *flow, size_t i);
/* Would `text` be accepted?  `err` says why not (WF_USAGE). */
enum wf_code wf_flow_check_param(const struct wf_flow *flow, const char *name,
				 const char *text, struct wf_err *err);

/* Would `text` be accepted in a field of the form of an approval?  True for
 * what is not known here: its engine decides. */
enum wf_code
wf_flow_check_field(const struct wf_flow *flow, const char *step,
		    const char *field, const char *text, struct wf_err *err);

/* How many steps of another definition differ from those of a run's. */
struct wf_difference {
	size_t changed, added, removed;
};
enum wf_code wf_flow_compare(struct wf_engine *e, const char *run,
			     const struct wf_flow *flow,
			     struct wf_difference *out, struct wf_err *err);

struct wf_schedule_info {
	const char *cron;     /* a crontab line, or NULL: it has no schedule */
	const char *timezone; /* or NULL: the machine's own */
	const char *overlap;  /* "skip" "queue" "allow" */
	bool catch_up;
	bool at_boot; /* @reboot */
};
struct wf_schedule_info wf_flow_schedule(const struct wf_flow *flow);
/* The first minute after `after_ms` at which a schedule starts a run; 0:
 * never in the next ten years, or only when the machine starts. */
int64_t
wf_schedule_next(const struct wf_schedule_info *schedule, int64_t after_ms);
/* Values of OnCalendar for a systemd timer, one a line; caller frees. */
char *wf_schedule_calendar(const struct wf_schedule_info *schedule);

/* The root flow's steps, in file order (`finally` steps last). */
struct wf_node {
	const char *id, *name; /* name: the id when not given */
	const char *action;    /* "run argv workflow approval wait milestone" */
	const size_t *needs;   /* indexes */
	size_t nneeds;
	const char *join;      /* "all", "any", "2", "done", "failed" */
	const char *condition; /* or NULL */
	bool finally, is_fallback, has_undo, irreversible, many;
	const char *savepoint; /* or NULL */
	int line;
};
size_t wf_flow_nsteps(const struct wf_flow *flow);
struct wf_node wf_flow_step(const struct wf_flow *flow, size_t i);
/* Of each step the length of the longest path to it: steps of one wave could
 * run side by side.  Caller frees. */
size_t *wf_flow_waves(const struct wf_flow *flow, size_t *nwaves_out);

/* --- rehearsing ----------------------------------------------------------- */

/* Scenarios of a flow, each played without processes or time: stubs say how
 * steps end; see wfctl-test(1). */
struct wf_scenarios;

/* WF_USAGE: a file cannot be read; WF_INVALID: the scenario file or its flow
 * has findings (err names the first). */
enum wf_code wf_scenarios_load(const char *path, struct wf_scenarios **out,
			       struct wf_diags *diags, struct wf_err *err);
void wf_scenarios_free(struct wf_scenarios *s);
size_t wf_scenarios_n(const struct wf_scenarios *s);
const char *wf_scenario_name(const struct wf_scenarios *s, size_t i);

struct wf_verdict {
	const char *name; /* belongs to the scenarios */
	bool passed;
	char run[WF_RUN_ID];
	enum run_state state;
	int64_t took; /* ms, simulated */
	uint32_t nattempts, ncrashes;
	struct wf_diags misses; /* expectations that were not met */
};
/* Play the i-th.  It leaves its run in `state_dir`, or nothing when that is
 * NULL. */
enum wf_code
wf_scenario_play(const struct wf_scenarios *s, size_t i, const char *state_dir,
		 struct wf_verdict *out, struct wf_err *err);
void wf_verdict_release(struct wf_verdict *v);

/* The i-th key of the scenario file; false past the last. */
bool wf_scenario_key(size_t i, struct wf_key_info *out);

/* --- starting ------------------------------------------------------------- */

struct wf_setting {
	const char *name, *value;
};

struct wf_start {
	const struct wf_setting *params; /* texts as typed */
	size_t nparams;
	const char *params_file; /* YAML or JSON mapping, or NULL */
	const char *name;        /* --name, or NULL */
	const char *const *only; /* step ids; the others are skipped */
	size_t nonly;
	const char *from;     /* this step and what follows from it */
	int max_parallel;     /* 0: as the flow says */
	bool relaxed;         /* durability: process */
	bool no_wait;         /* do not queue for a concurrency group */
	const char *rerun_of; /* reuse results of this run (rerun) */
	bool dry;             /* check all, start nothing */
};

/* Check params and options, store run and definition, start its engine.
 * WF_USAGE for params that are wrong.  The id is written to `id_out`. */
enum wf_code wf_run_start(struct wf_engine *e, const struct wf_flow *flow,
			  const struct wf_start *start, char id_out[WF_RUN_ID],
			  struct wf_err *err);

/* Engine for a run whose engine is gone; nothing when one is alive. */
enum wf_code
wf_run_drive(struct wf_engine *e, const char *run, struct wf_err *err);

/* Why its last engine left, in that engine's words; NULL when it did not say:
 * it was done, or it was killed.  Caller frees. */
char *wf_run_left(struct wf_engine *e, const char *run);

/* --- requests ------------------------------------------------------------- */

/* What a person can ask of a run, by name: resume retry skip mark rollback
 * pause continue cancel approve reject send-back assign signal note.  Steps by
 * path ("id", "id[key]", "id/child").  The request is durable before this
 * returns; the engine's answer is waited for (`timeout` ms). */
struct wf_request {
	const char *verb;
	const char *const *steps;
	size_t nsteps;
	const char *reason;                /* -m, or NULL */
	const struct wf_setting *settings; /* fields, outputs, env, payload */
	size_t nsettings;
	const char *target; /* rollback: start, savepoint, step; mark: the
			       state; signal: its name; assign: to whom */
	bool now, downstream, reset, force, dry;
	bool later; /* retry: leave it to the timer, only set env and count */
	const char *on_undo_failure; /* rollback: "stop" "continue"; NULL: as
					the flow says */
	const struct wf_flow *flow;  /* resume, retry: go on with this one */
	uint64_t revision; /* refuse when the run has moved on; 0: any */
	const char *plan;  /* rollback: refuse when its plan has another
			      "number" by now; NULL: any */
	int timeout;       /* ms; 0: 10 s */
};

/* WF_OK: accepted (for `dry`: `plan_out` gets JSON of what would happen).
 * WF_REFUSED or WF_NOT_FOUND: err says why and what to try.  `plan_out` may
 * be NULL; the caller frees it. */
enum wf_code wf_request(struct wf_engine *e, const char *run,
			const struct wf_request *request, char **plan_out,
			struct wf_err *err);

/* The same without waiting: the request is durable and its engine has been
 * woken.  Whoever posted looks for the answer from time to time (a watch
 * tells when) and forgets the request in the end. */
struct wf_pending;
enum wf_code
wf_request_post(struct wf_engine *e, const char *run,
		const struct wf_request *request,
		struct wf_pending **pending_out, struct wf_err *err);
/* True when it is over: answered, or given up.  Never waits. */
bool wf_request_answered(struct wf_pending *p, char **plan_out,
			 enum wf_code *code_out, struct wf_err *err);
/* WF_REFUSED: it has been acted on already.  The engine may just be at it:
 * only when the answer stays "withdrawn" it was in time. */
enum wf_code wf_request_withdraw(struct wf_pending *p, struct wf_err *err);
void wf_request_forget(struct wf_pending *p);

/* --- queries -------------------------------------------------------------- */

/* A RUN as people name it: id, unique prefix, @latest, @failed,
 * @interrupted, a flow's name. */
enum wf_code wf_run_find(struct wf_engine *e, const char *text,
			 char id_out[WF_RUN_ID], struct wf_err *err);

struct wf_run_info {
	const char *id, *flow, *name; /* name: NULL when none was given */
	enum run_state state;
	bool interrupted; /* not final, not waiting, and no engine */
	enum cause cause;
	uint64_t revision;
	int64_t created, started, finished;
	const char *params, *outputs; /* JSON objects */
	bool engine_alive;
	int engine_pid;         /* 0: none */
	const char *definition; /* hash */
	const char *actor;
	uint64_t last_event; /* its seq; 0: none yet */
	uint32_t nsteps, ndone, nfailed;
};
/* The state as shown: "interrupted" included. */
const char *wf_run_state_text(const struct wf_run_info *run);
/* Exit status of a command that followed the run to this state. */
enum wf_code wf_run_code(const struct wf_run_info *run);

struct wf_attempt_info {
	uint64_t id;
	uint32_t n;
	enum phase phase;
	/* "running", "succeeded", "failed", "lost", "cancelled" */
	const char *state;
	int64_t started, finished;
	int exit_code; /* -1: none */
	int signal;    /* 0: none */
	enum cause cause;
	const char *log; /* absolute path, or NULL */
};

struct wf_step_info {
	const char *path;     /* "build", "each[a]", "dep/build" */
	const char *id;       /* of the step, with its parents: "dep/build" */
	const char *instance; /* key of a foreach/matrix instance, or NULL */
	const char *name, *action;
	enum step_state state;
	enum cause cause;
	const char *const *needs; /* paths */
	size_t nneeds;
	const struct wf_attempt_info *attempts;
	size_t nattempts;
	int64_t started, finished, due;
	int exit_code;
	uint64_t order;
	const char *outputs;           /* JSON object */
	const char *undo_state;        /* "none", "possible", "undone", ... */
	const char *const *blocked_by; /* paths of what it still waits for */
	size_t nblocked_by;
	const char *reason; /* of the last decision about it, or NULL */
	const char *by;     /* who decided that; NULL: the engine */
	int64_t timeout;    /* ms that a try may take; 0: any time */
	uint32_t tries, retry_limit;
	const char *data; /* JSON: approval prompt, item, ...; or NULL */
	bool has_undo, irreversible, idempotent, is_group, finally;
	bool is_blocked; /* pending, and something it needs has failed */
	bool is_held;    /* running, and paused by an operator */
	const char *savepoint;
	const char *command; /* the run text or argv, for people; or NULL */
};

struct wf_event_info {
	uint64_t seq;
	int64_t time;
	enum event_kind kind;
	const char *step;                   /* path, or NULL for the run */
	const char *actor, *what, *because; /* what, because: may be NULL */
	const char *data;                   /* JSON object or NULL */
};

/* A list owns all it points to; wf_list_free frees it. */
struct wf_list {
	struct arena *arena;
};
void wf_list_free(struct wf_list *list);

struct wf_runs {
	struct wf_list list;
	struct wf_run_info *at;
	size_t n;
	int64_t next; /* key for the next page; 0: no more */
};
struct wf_run_filter {
	uint32_t states;  /* bits 1 << enum run_state, as shown; 0: any */
	bool interrupted; /* those too; without `states` only those */
	const char *flow; /* its whole name */
	const struct search_word *words; /* all must fit */
	size_t nwords;
	int64_t since, until; /* created then or after; before then */
	int64_t before;       /* the next page: see wf_runs */
	uint32_t limit;       /* 0: 1000 */
};
enum wf_code wf_runs(struct wf_engine *e, const struct wf_run_filter *filter,
		     struct wf_runs *runs_out, struct wf_err *err);
enum wf_code wf_run_counts(struct wf_engine *e, uint32_t counts[RUN_NSTATES],
			   struct wf_err *err);

/* A run with all its steps: one consistent snapshot. */
struct wf_run_detail {
	struct wf_list list;
	struct wf_run_info run;
	struct wf_step_info *steps;
	size_t nsteps;
};
enum wf_code wf_run(struct wf_engine *e, const char *id,
		    struct wf_run_detail *detail_out, struct wf_err *err);
/* Only the run's own row. */
enum wf_code wf_run_brief(struct wf_engine *e, const char *id,
			  struct wf_runs *runs_out, struct wf_err *err);

struct wf_events {
	struct wf_list list;
	struct wf_event_info *at;
	size_t n;
};
/* Events with seq > after, at most limit (0: all). */
enum wf_code wf_events(struct wf_engine *e, const char *run, uint64_t after,
		       uint32_t limit, bool only_decisions,
		       struct wf_events *events_out, struct wf_err *err);

/* Where the run keeps its files: logs, journal, scratch.  Caller frees. */
char *wf_run_dir(struct wf_engine *e, const char *run);

/* --- plans ---------------------------------------------------------------- */

/* What would become of each step: of a flow that has not run (run NULL), of a
 * run that goes on, by its own definition or by `flow`; with `from`, of one
 * that is started there or made again from there. */
struct wf_plan_query {
	const char *run;
	const struct wf_flow *flow;
	const char *from;
	const char *const *only; /* of a flow: the others are skipped */
	size_t nonly;
};
struct wf_plan_row {
	const char *step;
	const char *state; /* present; NULL: it has none */
	/* run maybe skip, keep reuse "go on" ask, drop */
	const char *what;
	const char *change; /* same changed added removed; NULL: not compared */
	bool undo;          /* what it did can be undone first */
	const char *because; /* NULL: for no reason */
};
struct wf_plan {
	struct wf_list list;
	const struct wf_plan_row *at;
	size_t n;
};
/* Nothing is changed.  WF_NOT_FOUND: no such run or step; WF_REFUSED: the
 * engine would not take it, and why. */
enum wf_code wf_plan(struct wf_engine *e, const struct wf_plan_query *query,
		     struct wf_plan *plan_out, struct wf_err *err);

/* --- keeping
 * --------------------------------------------------------------- */

/* Look through the whole store.  `*findings_out`: one line each, "" when
 * there are none; the caller frees it. */
enum wf_code
wf_store_check(struct wf_engine *e, char **findings_out, struct wf_err *err);
/* A consistent copy of the store, also while engines are at work. */
enum wf_code
wf_backup(struct wf_engine *e, const char *path, struct wf_err *err);
/* Forget a run that has ended, with its files.  WF_REFUSED: it has not. */
enum wf_code
wf_run_delete(struct wf_engine *e, const char *run, struct wf_err *err);

/* Write everything about a run as one JSON text; what a failure leaves of it
 * is nothing to keep. */
enum wf_code wf_bundle_export(struct wf_engine *e, const char *run, FILE *out,
			      struct wf_err *err);
/* Take such a text in, from a file that can be read again: a run that has
 * ended, under a new id.  WF_USAGE: it is no bundle; nothing is kept of it. */
enum wf_code wf_bundle_import(struct wf_engine *e, FILE *in,
			      char id_out[WF_RUN_ID], struct wf_err *err);

/* --- watching ------------------------------------------------------------- */

/* News of one run (NULL: of the whole store).  The descriptor becomes
 * readable when something changed, and a few times after; while nothing
 * changes it stays silent.  That an engine died is no change: whoever shows
 * a run that goes on looks for itself from time to time. */
enum wf_code wf_watch_open(struct wf_engine *e, const char *run,
			   struct wf_watch **watch_out, struct wf_err *err);
/* For who waits until the run stands still and shows nothing meanwhile:
 * less news while it goes on, its engine's leaving at once. */
void wf_watch_calm(struct wf_watch *w);
int wf_watch_fd(const struct wf_watch *w);
/* Wait at most `timeout` ms (-1 for ever); true when there may be news. */
bool wf_watch_wait(struct wf_watch *w, int timeout);
void wf_watch_close(struct wf_watch *w);

/* --- expressions ---------------------------------------------------------- */

/* Evaluate an expression with the JSON object's entries as variables; the
 * value as JSON text.  WF_INVALID: not an expression; WF_FAILED: it failed
 * (err->column is the place).  Caller frees. */
enum wf_code wf_eval(const char *expression, const char *vars_json,
		     char **json_out, struct wf_err *err);

#endif
