/* The store: what must survive, behind one interface.
 *
 * SQLite now; another database may stand behind the same header.  Callers
 * never see a transaction, only a *batch*: a set of changes that becomes
 * durable all or nothing, guarded by the run's owner epoch.
 *
 *	struct st_batch *b = st_batch_new(run);
 *	st_put_step(b, &step); st_put_attempt(b, &attempt); st_add_event(...);
 *	st_put_run(b, &row);
 *	switch (st_commit(store, b, &err)) ...
 *
 * After ST_UNSURE (or any failure of a commit) the caller does nothing more:
 * what was tried may or may not be there, and only a fresh process that
 * opens the store again can tell.
 *
 * Only SQLite opens the store's files.  Open the store after the last fork.
 * Readers never hold a transaction after a call has returned.
 *
 * Times are wall-clock milliseconds, 0 for "not yet".  Strings handed to a
 * batch are copied; strings handed out live in the arena given.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_STORE_H
#define WF_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "../base/err.h"
#include "../base/mem.h"
#include "../base/pieces.h"
#include "../base/str.h"
#include "../model/event.h"
#include "../model/lifecycle.h"
#include "../model/search.h"

enum st_result {
	ST_OK,
	ST_EMPTY,   /* no such row */
	ST_AGAIN,   /* busy past its deadline, or claimed by others */
	ST_UNSURE,  /* the commit failed in a way that may have succeeded */
	ST_FENCED,  /* the run is another engine's now */
	ST_STALE,   /* the revision has moved on */
	ST_DOWN,    /* the store is gone or cannot be reached */
	ST_FULL,    /* no space left */
	ST_CORRUPT, /* not a store, or a damaged one */
	ST_VERSION, /* made by a newer wfctl */
	ST_DENIED   /* permissions, read-only */
};

#define ST_RUN_ID 16 /* room for a run id and its NUL */

struct store;

enum st_mode {
	ST_READ,
	ST_WRITE,
	ST_CREATE
};
/* Open (and with ST_CREATE make) the store in directory `dir`: checks that
 * the directory is ours and 0700, migrates an older schema, refuses a newer
 * one.  All failures fill `err` (code WF_STORE) with a remedy. */
enum st_result st_open(const char *dir, enum st_mode mode, struct store **out,
		       struct wf_err *err);
void st_close(struct store *s);
const char *st_dir(const struct store *s);
/* The file that is open stands in its place no more: somebody moved, removed
 * or replaced it. */
bool st_is_gone(struct store *s);
/* Opened for reading on a disk so full or closed that the newest changes
 * cannot be seen. */
bool st_is_partial(const struct store *s);
/* `durability: process`: survive kill -9, not power loss. */
void st_relax(struct store *s);
/* Many commits are to come: make room for them once, which takes a moment. */
void st_grow_log(struct store *s);

/* --- rows ----------------------------------------------------------------- */

struct st_run {
	char id[ST_RUN_ID];
	const char *flow;       /* the flow's name */
	const char *name;       /* given with --name, or NULL */
	const char *definition; /* hash of the bundle */
	enum run_state state;
	enum cause cause;
	uint64_t revision; /* rises with every commit */
	uint64_t next_event, next_attempt, next_order;
	uint64_t epoch;   /* rises with every engine that takes the run */
	const char *boot; /* boot id of the last engine */
	int64_t created, started, finished;
	const char *params;  /* JSON object */
	const char *outputs; /* JSON object or NULL */
	const char *options; /* JSON object: only, from, max_parallel, ... */
	const char *data;    /* JSON object: rollback plan, group, ...; NULL */
	const char *actor;   /* who started it */
	/* For lists; done: succeeded, reused or skipped. */
	uint32_t nsteps, ndone, nfailed;
};

struct st_step {
	uint32_t ix;      /* place in the run's instance table */
	const char *path; /* "build", "each[a]", "child/build" */
	uint32_t parent;  /* ix of the group or child-flow step; UINT32_MAX */
	enum step_state state;
	enum cause cause;
	uint32_t tries; /* attempts that count against retry.limit */
	uint64_t began; /* how many had finished when it first began */
	uint64_t order; /* rises in the order of finishing; 0: not finished */
	int64_t started, finished;
	int64_t due;         /* wall time of the next wake; 0: none */
	int exit_code;       /* of the last attempt; -1: none */
	const char *outputs; /* JSON object, or NULL */
	const char *data;    /* JSON object: item, key, copies, ...; or NULL */
};

struct st_attempt {
	uint64_t id; /* unique in the run */
	uint32_t ix; /* step instance */
	uint32_t n;  /* 1, 2, ... within the phase */
	enum phase phase;
	bool open; /* intended, not ended yet */
	int64_t started, finished;
	int exit_code; /* -1: none */
	int signal;    /* 0: none */
	enum cause cause;
	const char *log; /* relative to the run's directory, or NULL */
};

struct st_event {
	uint64_t seq;
	int64_t time;
	enum event_kind kind;
	uint32_t ix;         /* UINT32_MAX: the run itself */
	const char *path;    /* filled when reading */
	const char *actor;   /* "engine", or a user's name */
	const char *what;    /* decisions; or NULL */
	const char *because; /* decisions; or NULL */
	const char *data;    /* JSON object, or NULL */
};

/* A request to a run's engine. */
struct st_message {
	uint64_t id;
	char run[ST_RUN_ID];
	const char *key; /* made by the client: the same twice is one */
	const char *verb;
	const char *body;  /* JSON object */
	const char *actor; /* user name, from the kernel */
	int64_t created;
	bool answered;
	enum wf_code code;  /* of the answer */
	const char *answer; /* JSON object: message, hint, ... */
};

/* --- batches -------------------------------------------------------------- */

struct st_batch;

struct st_batch *st_batch_new(const char *run);
void st_batch_free(struct st_batch *b);
bool st_batch_is_empty(const struct st_batch *b);
/* It holds so much that it had better be committed before more is added. */
bool st_batch_is_large(const struct st_batch *b);

void st_put_step(struct st_batch *b, const struct st_step *row);
void st_put_attempt(struct st_batch *b, const struct st_attempt *row);
/* One that was intended and will never begin. */
void st_drop_attempt(struct st_batch *b, uint64_t id);
void st_add_event(struct st_batch *b, const struct st_event *row);
/* All that may change of the run; checked against the stored epoch, and the
 * stored revision must be row->revision - 1. */
void st_put_run(struct st_batch *b, const struct st_run *row);
void st_put_definition(struct st_batch *b, const char *hash, const char *text);
void st_answer(struct st_batch *b, uint64_t message, enum wf_code code,
	       const char *answer);
/* Remove the step rows with ix >= first (a group that starts over). */
void st_drop_steps(struct st_batch *b, uint32_t first, uint32_t n);

/* Make the batch durable; frees nothing.  May be called from another thread
 * than the one that filled it, not from two at once. */
enum st_result
st_commit(struct store *s, const struct st_batch *b, struct wf_err *err);

/* --- runs ----------------------------------------------------------------- */

/* Insert a new run with its definition; picks row->id (8 hex digits, unused
 * so far) and writes it back. */
enum st_result st_create_run(struct store *s, struct st_run *row,
			     struct pieces definition, struct wf_err *err);
/* Take the run over: epoch + 1, written at once. */
enum st_result st_take_run(struct store *s, const char *id, uint64_t *epoch,
			   struct wf_err *err);
enum st_result st_read_run(struct store *s, const char *id, struct arena *a,
			   struct st_run *out, struct wf_err *err);
/* Resolve a full id, else the newest run of a flow (or run name), else a
 * unique prefix.  ST_EMPTY: none; ST_AGAIN: several (err lists some). */
enum st_result st_find_run(struct store *s, const char *text,
			   char id[ST_RUN_ID], struct wf_err *err);

struct st_run_filter {
	uint32_t states;                 /* bits 1 << enum run_state; 0: any */
	const char *flow;                /* NULL: any */
	const struct search_word *words; /* all must fit */
	size_t nwords;
	int64_t since;  /* created at or after */
	int64_t until;  /* created before; 0: whenever */
	int64_t before; /* page: rows older than this key; 0: newest */
	uint32_t limit;
};
/* Newest first.  `*next` is the key for the following page, 0 at the end. */
enum st_result
st_list_runs(struct store *s, const struct st_run_filter *f, struct arena *a,
	     struct st_run **out, size_t *n, int64_t *next, struct wf_err *err);
enum st_result st_count_runs(struct store *s, uint32_t counts[RUN_NSTATES],
			     struct wf_err *err);
enum st_result
st_read_definition(struct store *s, const char *hash, struct arena *a,
		   const char **text, struct wf_err *err);

/* Reads between the two see one snapshot.  End it before drawing or waiting;
 * nothing may be written meanwhile. */
enum st_result st_look(struct store *s, struct wf_err *err);
void st_look_end(struct store *s);

/* Every step of a run in order of ix, without holding them all: `fn` gets
 * each, whose texts live as long as the call.  ST_OK also when it has stopped
 * the reading by returning false. */
enum st_result st_each_step(struct store *s, const char *run,
			    bool (*fn)(void *arg, const struct st_step *row),
			    void *arg, struct wf_err *err);
/* The same of attempts in order of id, and of events in order of seq; these
 * without paths when they are only the decisions. */
enum st_result
st_each_attempt(struct store *s, const char *run,
		bool (*fn)(void *arg, const struct st_attempt *row), void *arg,
		struct wf_err *err);
enum st_result
st_each_event(struct store *s, const char *run, bool only_decisions,
	      bool (*fn)(void *arg, const struct st_event *row), void *arg,
	      struct wf_err *err);
/* Rows of a run in order of ix, id, seq; each call one snapshot.  `ix`
 * UINT32_MAX: of all steps. */
enum st_result
st_read_steps(struct store *s, const char *run, struct arena *a,
	      struct st_step **out, size_t *n, struct wf_err *err);
enum st_result
st_read_attempts(struct store *s, const char *run, uint32_t ix, bool only_open,
		 struct arena *a, struct st_attempt **out, size_t *n,
		 struct wf_err *err);
enum st_result
st_read_events(struct store *s, const char *run, uint64_t after, uint32_t limit,
	       bool only_decisions, struct arena *a, struct st_event **out,
	       size_t *n, struct wf_err *err);

/* --- the inbox ------------------------------------------------------------ */

enum st_result st_post(struct store *s, const struct st_message *m,
		       uint64_t *id, struct wf_err *err);
/* Unanswered messages of a run, oldest first. */
enum st_result
st_read_inbox(struct store *s, const char *run, struct arena *a,
	      struct st_message **out, size_t *n, struct wf_err *err);
/* Answer a message that nobody has answered yet, as withdrawn.  ST_STALE
 * (err: WF_REFUSED): it has been answered. */
enum st_result
st_withdraw(struct store *s, const char *run, uint64_t id, struct wf_err *err);
enum st_result st_read_message(struct store *s, uint64_t id, struct arena *a,
			       struct st_message *out, struct wf_err *err);

/* --- shared slots: host pools and concurrency groups ---------------------- */

/* Take `slots` of `capacity` under `name` for (run, holder); taking again
 * what one holds is ST_OK.  ST_AGAIN when they are not free. */
enum st_result
st_claim(struct store *s, const char *name, uint32_t slots, uint32_t capacity,
	 const char *run, uint32_t holder, struct wf_err *err);
enum st_result st_release(struct store *s, const char *name, const char *run,
			  uint32_t holder, struct wf_err *err);
/* Runs holding `name`, oldest first. */
enum st_result st_holders(struct store *s, const char *name, struct arena *a,
			  const char ***runs, size_t *n, struct wf_err *err);

/* --- looking and keeping -------------------------------------------------- */

/* Has another connection committed since the last call? */
bool st_changed(struct store *s);
/* Durations (ms) of the last successes of a step in runs of a flow, newest
 * first, at most `max`. */
enum st_result
st_history(struct store *s, const char *flow, const char *path, int64_t *ms,
	   size_t max, size_t *n, struct wf_err *err);
/* Delete final runs (rows only). */
enum st_result
st_delete_run(struct store *s, const char *id, struct wf_err *err);
/* A consistent copy of the whole store. */
enum st_result st_backup(struct store *s, const char *path, struct wf_err *err);
/* Integrity and free space: findings as text lines; ST_OK when healthy. */
enum st_result
st_check(struct store *s, struct strbuf *findings, struct wf_err *err);

#endif
