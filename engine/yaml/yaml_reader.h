/* What the rooms of the reader share; nobody outside of yaml/ includes it.
 *
 * One `struct reader` lives while one file is read.  `reader_map` walks a map
 * by the rows of schema.def and calls the reader each row names; those stand
 * in yaml_field.c (simple ones), yaml_expr.c, yaml_flow.c, yaml_step.c,
 * yaml_action.c, yaml_many.c and yaml_trouble.c.  Expressions and templates are
 * only noted while reading (`pending`) and compiled when all names are known.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_YAML_READER_H
#define WF_YAML_READER_H

#include "../base/vec.h"
#include "../model/schema.h"
#include "../model/workflow.h"
#include "yaml_node.h"

/* Names an expression may use beyond params, env and run. */
enum scope_flags {
	SCOPE_NEEDED = 1 << 0,      /* steps that its step needs */
	SCOPE_ALL_STEPS = 1 << 1,   /* any step */
	SCOPE_SELF = 1 << 2,        /* its own step */
	SCOPE_ITEM = 1 << 3,        /* item, index, matrix */
	SCOPE_OUTPUTS = 1 << 4,     /* own outputs by their bare names */
	SCOPE_PERCENTILES = 1 << 5, /* p50 p95 p99 */
	SCOPE_SIGNAL = 1 << 6,      /* signal.* */
	SCOPE_FLOW_ENV = 1 << 7,    /* of env.*, only the flow's */
	SCOPE_NO_ENV = 1 << 8       /* no env.* */
};

enum pending_kind {
	PENDING_EXPR,
	PENDING_TEMPLATE
};

/* An expression or template to be compiled. */
struct pending {
	enum pending_kind kind;
	void *target;                 /* struct expr, struct template */
	struct node node;             /* a copy */
	const struct schema_key *key; /* of an expression */
	uint32_t step;                /* STEP_NONE outside of steps */
	unsigned scope;
};

/* A step reads (or sends back to) another that it does not need directly. */
struct reference {
	uint32_t reader, target;
	int line, column;
	bool send_back;
};

/* What one flow may ask for, so that no file is dear to read. */
enum {
	MAX_NAMES = 1000,       /* outputs, variables, fields of one step */
	MAX_PARAMS = 10000,     /* of a flow */
	MAX_RULES = 100,        /* of retry.only and retry.except */
	MAX_CELLS = 500000,     /* values in all matrices together */
	MAX_EXCLUDED = 2000000, /* comparisons for `exclude` */
	MAX_VARIABLES = 1500000 /* in the environments of all steps */
};

/* A step while it is read. */
struct step_draft {
	struct step step;
	enum join_kind join;
	uint32_t join_count;
	struct command command;
	struct step_some some;
	struct step_more more;
	struct many many;
	struct child_flow child;
	bool has_many;
};

struct reader {
	struct node_tree tree;
	struct workflow *wf;
	struct arena *arena; /* the workflow's */
	struct wf_diags *diags;
	const char *file;

	VEC(struct pending) pending;
	VEC(struct need) needs; /* of the step being read */
	struct need *need_room; /* where those of all steps go */
	uint32_t need_left;
	const struct node **step_nodes; /* NULL: they are gone, see streaming */
	bool streaming;  /* steps are read while the file is parsed */
	bool incomplete; /* ... and one names a step that comes later */
	uint32_t most;   /* steps there is room for */
	VEC(struct reference) references;
	VEC(struct child_read) child_reads;
	const struct step_more *base; /* what `defaults` says */
	/* For all steps. */
	uint64_t hash_env, hash_shell, hash_workdir, hash_executor;

	uint32_t step; /* being read; STEP_NONE outside of steps */
	struct step_draft *draft;
	unsigned scope;
	uint64_t cells, variables; /* see MAX_CELLS, MAX_VARIABLES */
	struct map savepoints;     /* name -> step + 1 */
	bool cyclic;               /* the needs go in a circle */
	struct map secret_index, pool_index, param_index, env_index;
};

typedef void reader_fn(struct reader *r, const struct node *n, void *into,
		       const struct schema_key *key);

/* --- findings ------------------------------------------------------------ */

void reader_error(struct reader *r, const struct node *n, const char *hint,
		  const char *fmt, ...) PRINTF_LIKE(4, 5);
/* `"timeout" must be a duration, not a list`, with the row's example. */
void reader_wrong(struct reader *r, const struct node *n,
		  const struct schema_key *key, const char *wanted);
/* False after an error when there are more than `max` of `what`. */
bool reader_few(struct reader *r, const struct node *n, uint32_t max,
		const char *what);
/* `no step "buld"`, with the nearest of the names that `names` holds. */
void reader_unknown(struct reader *r, const struct node *n, const char *what,
		    const char *name, const struct map *names,
		    const char *otherwise);

/* --- walking ------------------------------------------------------------- */

/* Read the map `n`; each known key's reader gets `base` plus its offset. */
void reader_map(struct reader *r, const struct node *n,
		enum schema_section section, void *base);
/* The text of a scalar; NULL after an error.  `key` may be NULL. */
const char *reader_text(struct reader *r, const struct node *n,
			const struct schema_key *key);
/* Is the scalar free of ${{ }}, which means nothing there?  Else an error. */
bool reader_is_plain(struct reader *r, const struct node *n,
		     const struct schema_key *key);
/* An identifier [A-Za-z_][A-Za-z0-9_-]{0,63}; NULL after an error. */
const char *reader_name(struct reader *r, const struct node *n,
			const struct schema_key *key);
bool name_is_valid(const char *name);      /* letters digits _ - */
bool name_is_identifier(const char *name); /* letters digits _ */
/* The ids of all steps, for guesses; the caller releases them. */
void reader_step_names(struct reader *r, struct map *names);
/* Index of a step named by the node, or STEP_NONE after an error. */
uint32_t
reader_step_ref(struct reader *r, const struct node *n, const char *what);
/* Items of a list, or the scalar itself as the only one. */
uint32_t reader_items(struct reader *r, const struct node *n);
const struct node *reader_first_item(struct reader *r, const struct node *n);
const struct node *reader_next_item(struct reader *r, const struct node *list,
				    const struct node *item);

void
reader_template(struct reader *r, const struct node *n, struct template *out);
/* Settings and pieces that several rooms read. */
void reader_params(struct reader *r, const struct node *n, const char *what,
		   struct params *out);
bool reader_regex(struct reader *r, const struct node *n, const char *text,
		  const struct regex **out);
void step_more_init(struct step_more *more);
void warn_init(struct warn *warn);

/* --- the stages after reading -------------------------------------------- */

void reader_flow(struct reader *r);
void reader_steps(struct reader *r, const struct node *root);
/* The same in pieces, for a file that is parsed piece by piece: the keys of
 * the flow, room for `most` steps, each step, the end.  False: it cannot be
 * read so, or there is a finding, and the tree is wanted. */
bool reader_flow_keys(struct reader *r);
void reader_steps_begin(struct reader *r, uint32_t most);
bool reader_steps_next(struct reader *r, const struct node *n);
void reader_steps_end(struct reader *r);
/* Where a step stands, for findings about it. */
const struct node *reader_step_node(const struct reader *r, uint32_t step);
/* What one step's keys must be to each other (yaml_rules.c). */
void reader_step_rules(struct reader *r, const struct node *n,
		       const struct step_draft *d);
void reader_check(struct reader *r);   /* yaml_check.c */
void reader_compile(struct reader *r); /* yaml_compile.c */
/* Of everything in a step (or the settings for all) that decides what it
 * does (yaml_hash.c). */
uint64_t reader_hash_keys(struct reader *r, const struct node *step);
uint64_t reader_hash_step(const struct reader *r, const struct step *s);
void reader_hash_base(struct reader *r);
/* Report references to steps that are not needed at all (yaml_reach.c). */
void reader_reach(struct reader *r);

/* --- all readers that schema.def names ----------------------------------- */

/* clang-format off */
#define READERS(X) \
	X(nothing) X(str) X(bool) X(u32) X(int) X(i64) X(double) X(duration) \
	X(timeout) X(size) X(enum0) X(enum1) X(bool_word) X(words) X(template) \
	X(expr) X(condition) X(exprs) X(env) X(labels) X(command) X(run) \
	X(argv) X(limits) \
	X(version) X(params) X(secrets) X(order) X(pools) X(concurrency) \
	X(flow_failure) X(rollback) X(flow_warn) X(hooks) X(run_outputs) \
	X(schedule) X(param_type) X(pattern) X(min) X(max) X(secret_env) \
	X(secret_file) X(secret_argv) X(pool_scope) X(cron) X(timezone) \
	X(shell) X(retry) X(join) X(cancel) X(step_secrets) X(executor) \
	X(setting) \
	X(outputs) X(capture) X(savepoint) X(protect) X(pool_needs) \
	X(child_path) X(child_with) X(approval) X(form) X(on_reject) \
	X(send_back) X(wait) X(wait_for) X(wait_until) X(wait_signal) \
	X(wait_file) X(foreach) X(foreach_items) X(many_as) X(tolerate) \
	X(matrix) X(repeat) X(step_failure) X(undo) X(redundancy) X(warn) \
	X(warn_log) X(retry_only) X(retry_except) X(failure_ask) \
	X(failure_rollback) X(failure_fallback) X(ask_default)
#define READER_DECLARE(name) reader_fn read_##name;
READERS(READER_DECLARE)
#undef READER_DECLARE
/* clang-format on */

#endif
