/* The keys of the flow language, as data.
 *
 * One row per key stands in schema.def; reader, unknown-key hints, JSON
 * Schema, manual page and the designer's forms are made from it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_SCHEMA_H
#define WF_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

/* Places where keys stand: symbol, name as `type` texts and the manual say
 * it, what such a map is. */
#define SCHEMA_SECTIONS(X)                                                     \
	X(FLOW, "flow", "a flow file")                                         \
	X(DEFAULTS, "defaults", "the defaults for all steps")                  \
	X(PARAM, "param", "a param or form field")                             \
	X(SECRET, "secret", "a secret")                                        \
	X(POOL, "pool", "a pool of slots")                                     \
	X(CONCURRENCY, "concurrency", "a concurrency rule")                    \
	X(ROLLBACK, "rollback", "the rollback settings")                       \
	X(HOOKS, "hooks", "the hooks")                                         \
	X(SCHEDULE, "schedule", "a schedule")                                  \
	X(FLOW_WARN, "flow_warn", "the flow's warnings")                       \
	X(STEP, "step", "a step")                                              \
	X(NEED, "need", "a need")                                              \
	X(COMMAND, "command", "a command")                                     \
	X(LIMITS, "limits", "the limits")                                      \
	X(APPROVAL, "approval", "an approval")                                 \
	X(REJECT, "reject", "a rejection")                                     \
	X(WAIT, "wait", "a wait")                                              \
	X(FOREACH, "foreach", "a foreach")                                     \
	X(REPEAT, "repeat", "a repeat")                                        \
	X(RETRY, "retry", "a retry")                                           \
	X(FAILURE, "failure", "a failure policy")                              \
	X(ASK, "ask", "an ask")                                                \
	X(UNDO, "undo", "an undo")                                             \
	X(REDUNDANCY, "redundancy", "a redundancy")                            \
	X(WARN, "warn", "a step's warnings")                                   \
	X(EXECUTOR, "executor", "an executor")

/* After them, the settings of each executor; see executor.def. */
enum schema_section {
#define SECTION_ENUM(symbol, name, meaning) SCHEMA_##symbol,
	SCHEMA_SECTIONS(SECTION_ENUM)
#undef SECTION_ENUM
#define EXECUTOR(symbol, ...) SCHEMA_##symbol,
#include "../executors/executor.def"
	SCHEMA_NSECTIONS
};

/* What an executor can make hold, beside running a command. */
enum schema_keeps {
	KEEPS_MEMORY = 1 << 0, /* limits */
	KEEPS_CPU_TIME = 1 << 1,
	KEEPS_FILE_SIZE = 1 << 2,
	KEEPS_PROCESSES = 1 << 3,
	KEEPS_OPEN_FILES = 1 << 4,
	KEEPS_NICE = 1 << 5,
	KEEPS_FILES = 1 << 6,  /* `protect`: it works on our files */
	KEEPS_PAUSE = 1 << 7,  /* its processes can be stopped */
	KEEPS_COPIES = 1 << 8, /* redundancy */
	KEEPS_ALL = (1 << 9) - 1
};

/* A place where steps can be carried out. */
struct schema_executor {
	const char *name, *meaning, *example;
	enum schema_section settings;
	unsigned keeps;
	const char *const *required; /* settings, NULL-terminated */
};

extern const struct schema_executor schema_executors[];
extern const size_t schema_nexecutors;
/* NULL: there is none of this name. */
const struct schema_executor *schema_executor(const char *name);

/* One key.  `type` is written in a small grammar, alternatives apart by " | ":
 *
 *	text  template  expression  id  name  bool  duration  size  value
 *	int(1..10)  number(0..1)  list  null
 *	=word        this word
 *	[T]          a list of T
 *	map(T)       names of the user's choice, each with a T
 *	{section}    a map with the keys of that section
 */
struct schema_key {
	enum schema_section section;
	const char *name, *type, *help, *example;
	bool decides; /* part of what a step does, hence of its hash */
};

extern const struct schema_key schema_keys[];
extern const size_t schema_nkeys;

const char *schema_section_name(enum schema_section section);
const char *schema_section_meaning(enum schema_section section);
bool
schema_section_from_name(const char *name, size_t n, enum schema_section *out);

/* Index into schema_keys of the section's first key; keys of a section
 * follow each other.  schema_nkeys: it has none. */
size_t schema_first(enum schema_section section);
/* The row, or NULL. */
const struct schema_key *
schema_find(enum schema_section section, const char *name);
/* Our key for what other tools call `name`, or NULL. */
const char *schema_synonym(enum schema_section section, const char *name);
/* The key of this section nearest to `name`, or NULL. */
const char *schema_nearest(enum schema_section section, const char *name);
/* Another section that has this very key, or NULL: "timeout" of a retry. */
const struct schema_key *schema_elsewhere(const char *name);

/* The key that a section's short form stands for, or NULL: a retry that is
 * only a number is its limit. */
const char *schema_short_key(enum schema_section section);

/* The words a type offers (`=graph | =chain`), in their order. */
size_t schema_words(const char *type, const char **words, size_t max,
		    char *buffer, size_t size);
/* The range of int(..) or number(..) in a type; false when it has none. */
bool schema_range(const char *type, double *min, double *max);

#endif
