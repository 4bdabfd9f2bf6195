/* The live run: every step instance, and the one function that changes a
 * state.
 *
 * A run is a state machine without input or output of its own.  News goes
 * in (run_begin, run_ended, run_tick, requests); rows go into the open batch
 * and *effects* (start, kill, acknowledge) into a list, which the driver
 * carries out once that batch is durable.  So "intent before act" and
 * "result before consequence" hold by construction, and the whole is tested
 * without a process or a disk.
 *
 * Scopes.  A scope is one flow being carried out: the root, or the child
 * flow of a `workflow:` step.  Step s of a scope is instance scope->first + s.
 * A foreach or matrix step is a *group* whose items are instances of the
 * same step.  Instances are numbered as they come into being and never
 * renumbered (another definition gets new numbers, see request_adopt.c); a
 * group or child scope notes in its own row where its instances begin, so that
 * reading the rows back gives the same numbers.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_RUN_H
#define WF_RUN_H

#include "../base/vec.h"
#include "../model/workflow.h"
#include "../store/store.h"
#include "../warden/warden.h"
#include "../yaml/yaml_read.h"
#include "ready.h"

#define IX_NONE UINT32_MAX

enum inst_flag {
	INST_GROUP = 1 << 0,     /* a foreach/matrix step with its items */
	INST_IGNORED = 1 << 1,   /* failed, but counts as succeeded */
	INST_FALLING = 1 << 2,   /* failed; its fallback is on its way */
	INST_STOPPING = 1 << 3,  /* a kill is on its way */
	INST_CHECKED = 1 << 4,   /* its check was asked before this try */
	INST_BY_HAND = 1 << 5,   /* settled by an operator */
	INST_ENABLED = 1 << 6,   /* a fallback step that is to run */
	INST_ASKING = 1 << 7,    /* failed; an operator is to decide */
	INST_QUEUED = 1 << 8,    /* in the ready queue */
	INST_ATTEMPTED = 1 << 9, /* a do attempt was begun */
	INST_HELD = 1 << 10,     /* its processes are frozen */
	INST_HOLDS = 1 << 11,    /* has its slot, pools and locks */
	INST_OUTSIDE = 1 << 12,  /* not chosen by --only or --from */
	INST_PERSON = 1 << 13,   /* parked on a person or a signal */
	INST_FROZE = 1 << 14,    /* its processes have been frozen once */
	INST_UNWANTED = 1 << 15, /* cancelled by a step that succeeded */
};

/* What few instances have; made on demand. */
struct inst_more {
	char *outputs;       /* JSON object, or NULL */
	char *key;           /* of an item that keeps its own; see items.h */
	char *item;          /* JSON: of a group: its list */
	char *params;        /* JSON: of the child flow it carries out */
	char *prompt;        /* of an approval, as shown */
	char *env;           /* JSON object: changed by an operator */
	char *answer;        /* JSON: how an approval was answered */
	char *assigned;      /* JSON list: assignees set by hand */
	char *retired;       /* JSON list: first and n of items it once had */
	uint32_t index;      /* of such an item, in its list */
	uint32_t child;      /* scope it carries out, or IX_NONE */
	struct items *items; /* of a group */
	uint32_t first, n;   /* a group's items */
	uint32_t next;       /* a group's next item to become ready */
	bool feeding;        /* its items are being started right now */
	uint32_t nactive, nsettled, nfailed; /* a group's items */
	uint32_t undo_tries, repeats;
	uint32_t undo_anew; /* its undo failed, and this rollback tries again */
	uint32_t number;    /* it had before, + 1; see request_adopt.c */
	uint32_t nchecks, nundos; /* attempts by phase, for their numbers */
	uint32_t undone;          /* 1: it has been, at some time */
	int64_t ask_due;
	int64_t due;      /* wall time of its wake; 0: none */
	int64_t due_boot; /* the same on the boot clock */
};

/* 64 bytes, since there may be a million of them. */
struct inst {
	uint32_t scope, step;
	uint32_t group; /* its group's ix when it is an item, else IX_NONE */
	uint16_t flags;
	uint8_t state; /* enum step_state */
	uint8_t cause;
	/* how those of its needs that are settled stand; see ready.h */
	uint64_t nok : 17, nskipped : 17, nfailed : 17;
	int64_t exit_code : 13;  /* -1: none */
	uint32_t tries;          /* attempts that count against retry.limit */
	uint32_t nattempts : 31; /* do attempts so far */
	uint32_t given_up : 1;   /* failed because the run did, not by itself:
				    it was waiting to be tried again */
	uint32_t began;          /* how many had finished when it first began */
	uint32_t order;          /* of finishing; 0: it has not */
	int64_t started, finished;
	struct inst_more *more;
};
/* Did `a` fail before `b`? */
static inline bool
inst_failed_before(const struct inst *a, const struct inst *b)
{
	return a->given_up != b->given_up ? b->given_up : a->order < b->order;
}

_Static_assert(WORKFLOW_MAX_STEPS < 1 << 17, "needs are counted in 17 bits");

enum scope_phase {
	SCOPE_MAIN,
	SCOPE_ROLLBACK,
	SCOPE_FINALLY,
	SCOPE_ENDED
};

/* Instance numbers; works with the macros of vec.h. */
struct ixs {
	uint32_t *at;
	size_t n, cap;
};

/* Numbered places to work in: a scope's max_parallel, a pool, a lock. */
struct slots {
	uint32_t capacity, taken;
	bool host;          /* shared by all runs: claimed in the store */
	struct ixs waiting; /* a heap of instances, see queue.h */
};

/* What is worked out once for each flow. */
struct flow_facts {
	const struct workflow *wf;
	uint32_t *rank;         /* by step; NULL: not asked for (rank.h) */
	const uint8_t *accepts; /* does any need of the step say `accept`? */
};

/* When an undo fails, are the others undone all the same? */
enum undo_policy {
	UNDO_BY_FLOW,
	UNDO_STOPS,
	UNDO_GOES_ON
};

struct scope {
	struct workflow *wf;
	struct flow_facts *facts;
	uint32_t parent;    /* the `workflow:` instance, IX_NONE for the root */
	uint32_t up;        /* its scope */
	uint32_t first;     /* instance of step 0 */
	struct slots slots; /* max_parallel */
	uint32_t nbusy;     /* instances ready, active or undoing; not items */
	uint32_t nlost;     /* lost, undo_failed or asking: a person must say */
	enum scope_phase phase;
	bool stopping;     /* nothing new starts */
	bool rolling_back; /* a policy or person wants it, when it is quiet */
	bool forced;       /* also past what is irreversible */
	bool asked;        /* by a person: no other one is waited for */
	bool partial;      /* a failure was ignored */
	bool undone, undo_failed; /* it was rolled back; not all of it */
	char *rollback_target;    /* its target, or NULL; owned */
	enum cause cause;    /* what it fails with beyond its steps: deadline */
	bool goes_on;        /* after its rollback: it was sent back */
	uint8_t undo_policy; /* enum undo_policy, of the rollback */
	uint32_t go_on_from; /* to this step */
	struct undo_list *undo; /* see there; NULL: none */
	struct value params;
};

/* An attempt on its way; of a hook when ix is IX_NONE. */
struct flight {
	uint64_t attempt;
	uint32_t ix, n;
	enum phase phase;
	int64_t started;           /* wall */
	int64_t begun;             /* boot clock; 0: not known yet */
	struct spec *spec;         /* until it was sent */
	enum cause killed_for;     /* a stop was asked for */
	bool killed_now;           /* without patience */
	int64_t quiet_since, size; /* for `silence` */
	char *log;                 /* relative to the run's directory */
	bool is_copy, dropped;     /* see copies.h */
	bool claimed;              /* not begun yet; see claim.h */
	uint64_t after;            /* ... and follows that attempt; or 0 */
	int pid;                   /* 0: not known */
	uint64_t start_time;
	uint16_t warned; /* rules of warn.c that have spoken */
	int64_t warn_due, log_seen;
};

enum effect_kind {
	EFFECT_START,
	EFFECT_KILL,
	EFFECT_KILL_NOW,
	EFFECT_ACK,
	EFFECT_FREEZE,
	EFFECT_THAW,
	EFFECT_RELEASE /* the run's concurrency group */
};

struct effect {
	enum effect_kind kind;
	uint64_t attempt;
	enum warden_kill why;
};

struct due_entry {
	int64_t due; /* boot clock */
	uint32_t ix; /* IX_NONE: the run's own deadline */
};

struct options {
	const char *from;
	struct words only;
	uint32_t max_parallel; /* 0: as the flow says */
	bool relaxed, no_wait;
	const char *rerun_of;
};

/* The rollback of a scope: being carried out while the scope's phase says so;
 * kept when an undo failed, for whoever tries that again. */
struct undo_list {
	uint32_t *at; /* instances, in the order of undoing; owned */
	size_t n;
	size_t first;           /* what comes before it in the list is done */
	char *target, *because; /* owned; why may be NULL */
	bool apart;   /* undos tried again by hand: no rollback of the scope, */
	bool returns; /* which then goes on where it was */
	struct ixs busy;          /* under way */
	struct undo_order *order; /* side by side; made when it is needed */
};

/* A hook that is to run; see hook.h. */
struct hook_due {
	enum hook hook;
	enum run_state state; /* of the run when it was asked for */
	char *reason, *step;  /* owned; the step it is about, or NULL */
};

struct run;

/* What crossing a state's border means, by enum state_action; see turn.c. */
struct run_borders {
	void (*enter[DO_UNDO_NEXT + 1])(struct run *r, uint32_t ix);
	void (*leave[DO_UNDO_NEXT + 1])(struct run *r, uint32_t ix);
};

/* See claim.h. */
struct claims {
	uint32_t n, seen;
	uint64_t begun;            /* the one that begins right now, or 0 */
	int64_t mean_us;           /* how long attempts last */
	void (*recall)(void *arg); /* NULL: there are to be none */
	void *arg;
};

struct run {
	struct st_run row;
	const struct run_borders *borders;
	struct bundle *bundle;
	struct arena arena; /* what lives as long as the run */
	char *dir;          /* absolute run directory */
	struct options options;
	VEC(struct inst) insts;
	VEC(struct scope) scopes;
	VEC(struct flight) flights;
	struct ixs slotless;        /* ready, and need no place to work in */
	struct ixs ready;           /* a heap, see queue.h */
	VEC(struct due_entry) dues; /* a heap, see dues.h */
	struct ixs undecided;       /* pending ones whose needs have moved */
	struct ixs held;  /* ... behind what was undone; see decide_settled */
	bool was_undone;  /* something was, at some time */
	uint32_t nundone; /* ... and is not done again */
	struct ixs unfed; /* groups with items for the next batch */
	struct ixs quiet; /* scopes that may have come to an end */
	VEC(struct flow_facts *) facts;
	uint32_t counts[STEP_NSTATES];
	struct claims claims;
	uint32_t npersons;    /* parked on a person or a signal */
	struct map slots;     /* pool or lock name -> struct slots */
	struct map programs;  /* PATH:word -> where it was found */
	struct map inherited; /* NAME -> "NAME=value" of our environment */
	bool inherits;        /* ... which has been looked through */
	bool paused, cancelling;
	uint32_t reborn; /* its new base: read it anew; see request_adopt.c */
	bool in_line;    /* for its concurrency group */
	char asked[ST_RUN_ID]; /* the run that was asked to make room */
	int64_t deadline_boot;
	uint16_t warned; /* rules of warn.c that have spoken */
	int64_t warn_due;
	int64_t deadline_from; /* wall; 0: from the run's start */
	VEC(char *) signals;   /* JSON: came before anybody waited */
	struct ixs undo_moved; /* scopes whose next undos are to be begun */
	VEC(struct hook_due) hooks; /* the first is the one that runs */
	bool hook_flying;           /* it has an attempt on its way */
	bool ending;                /* only its hooks are left to run */
	enum run_state end_state;   /* what it then becomes */
	enum cause end_cause;
	struct st_batch *batch;     /* open */
	VEC(struct effect) effects; /* for when it is durable */
	VEC(char *)
	doomed;              /* then to be removed: what a step with
				secrets wrote to $WFCTL_OUTPUT */
	bool dirty;          /* the run's row must be written */
	const char *actor;   /* who causes what is applied now */
	struct store *store; /* for host pools and history; or NULL */
	bool pretends;       /* a rehearsal: nothing outside is touched */
};

/* A run from its row and definition (both become its own); instances of the
 * root scope are pending.  recover.h reads the rest. */
struct run *run_new(const struct st_run *row, struct bundle *bundle,
		    const char *dir, const struct run_borders *borders);
void run_free(struct run *r);

static inline struct inst *
run_inst(const struct run *r, uint32_t ix)
{
	return &r->insts.at[ix];
}

static inline struct scope *
run_scope(const struct run *r, const struct inst *i)
{
	return &r->scopes.at[i->scope];
}

static inline const struct step *
run_step(const struct run *r, const struct inst *i)
{
	return &run_scope(r, i)->wf->steps[i->step];
}

struct inst_more *inst_more(struct inst *i); /* made when missing */
/* When it is to wake, as wall and boot time; 0: it does not. */
void inst_wake(struct inst *i, int64_t due, int64_t due_boot);
static inline int64_t
inst_due(const struct inst *i)
{
	return i->more ? i->more->due : 0;
}
static inline int64_t
inst_due_boot(const struct inst *i)
{
	return i->more ? i->more->due_boot : 0;
}
void text_set(char **slot, const char *text); /* frees the old; NULL clears */

/* "build", "each[a]", "dep/build"; caller frees. */
char *run_path(const struct run *r, uint32_t ix);
/* The instance with this path, or IX_NONE. */
uint32_t run_find(const struct run *r, const char *path);

/* THE state change: looks up the transition, adjusts the counters, writes
 * row and event into the open batch, and carries out what leaving the old
 * and entering the new state mean.  A pair that does not occur is a BUG.
 * `cause` is kept for bad states; `because` NULL uses the row's. */
void run_apply(struct run *r, uint32_t ix, enum step_event event,
	       enum step_guard guard, enum cause cause, const char *because);
/* Recovery: the state an instance was left in, without history. */
void run_restore_state(struct run *r, uint32_t ix, enum step_state state);
bool run_may(const struct run *r, uint32_t ix, enum step_event event,
	     enum step_guard guard);

/* The flags that decide what its state means to others have changed (or its
 * state, from `was`): moves the counts of those that need it. */
void run_tell_dependents(struct run *r, uint32_t ix, enum step_state was,
			 uint16_t flags_were);

/* The worst of what its needs that say `accept` mean to it. */
enum verdict run_accepted(const struct run *r, uint32_t ix);

/* What contains the instance: its group, the step whose child flow it is in,
 * or IX_NONE. */
uint32_t run_container(const struct run *r, uint32_t ix);
/* Is the scope the other one, or in a child flow of it? */
bool run_is_within(const struct run *r, uint32_t scope, uint32_t ancestor);

/* Add `n` instances of consecutive steps of `scope` (or, with a group, n
 * items of one step); the first one's number. */
uint32_t run_add_insts(struct run *r, uint32_t scope, uint32_t first_step,
		       uint32_t n, uint32_t group);
uint32_t run_add_scope(struct run *r, struct workflow *wf, uint32_t parent,
		       struct value params);

/* Write the instance's row into the open batch. */
void run_save(struct run *r, uint32_t ix);
/* History.  `data` is a JSON object's text or NULL. */
void run_event(struct run *r, enum event_kind kind, uint32_t ix,
	       const char *what, const char *because, const char *data);
void run_effect(struct run *r, enum effect_kind kind, uint64_t attempt,
		enum warden_kill why);
void run_set_state(struct run *r, enum run_state state, enum cause cause);
struct flight *run_flight(struct run *r, uint64_t attempt);
/* Was an attempt of it handed over ahead of its time?  See claim.h. */
bool run_has_claimed(const struct run *r, uint32_t ix);
/* On return there are none: each has begun, or is an ordinary ready step. */
void run_recall_claims(struct run *r);
void flight_begun(struct flight *f, const struct warden_news *news);

#endif
