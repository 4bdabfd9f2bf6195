/* What the keys of one step must be to each other.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "yaml_reader.h"

#define MANY_KEYS 80 /* more than there are: the rest was told of */

/* The keys of a step, which are asked for one by one: of most there are few. */
struct keys {
	const char *names[MANY_KEYS];
	const struct node *values[MANY_KEYS];
	size_t n;
};

static struct keys
keys_of(struct reader *r, const struct node *step)
{
	struct keys keys;

	keys.n = 0;
	node_each(&r->tree, step, name)
	{
		const struct node *value = node_next(&r->tree, name);

		if (keys.n < MANY_KEYS) {
			keys.names[keys.n] = node_text(&r->tree, name);
			keys.values[keys.n++] = value;
		}
		name = value;
	}
	return keys;
}

static const struct node *
get(const struct keys *keys, const char *name)
{
	for (size_t i = 0; i < keys->n; i++)
		if (keys->names[i][0] == name[0] &&
		    str_eq(keys->names[i], name))
			return keys->values[i];
	return NULL;
}

static const struct {
	const char *key;
	enum step_action action;
} actions[] = {
	{"run",      ACTION_RUN     },
        {"argv",     ACTION_ARGV    },
	{"workflow", ACTION_WORKFLOW},
        {"approval", ACTION_APPROVAL},
	{"wait",     ACTION_WAIT    },
};

static void
set_action(struct reader *r, const struct keys *keys, struct step *s)
{
	const char *first = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(actions); i++) {
		const struct node *found = get(keys, actions[i].key);

		if (!found)
			continue;
		if (first)
			reader_error(r, found, "make two steps of them",
				     "a step has one action, and this one has "
				     "`%s` and `%s`",
				     first, actions[i].key);
		else
			s->action = actions[i].action;
		first = actions[i].key;
	}
}

/* Keys that mean something only beside another. */
static const struct {
	const char *key, *beside, *hint;
} companions[] = {
	{"with",       "workflow", "name the flow whose params these are"},
	{"stdin",      NULL,       "remove it"                           },
	{"shell",      NULL,       "remove it"                           },
	{"silence",    NULL,       "remove it"                           },
	{"limits",     NULL,       "remove it"                           },
	{"protect",    NULL,       "remove it"                           },
	{"stdout",     NULL,       "remove it"                           },
	{"redundancy", NULL,       "remove it"                           },
	{"executor",   NULL,       "remove it"                           },
};

static void
check_companions(struct reader *r, const struct keys *keys,
		 const struct step *s)
{
	bool process = step_runs_command(s);

	for (size_t i = 0; i < ARRAY_SIZE(companions); i++) {
		const struct node *found = get(keys, companions[i].key);

		if (!found)
			continue;
		if (companions[i].beside && !get(keys, companions[i].beside))
			reader_error(r, found, companions[i].hint,
				     "\"%s\" means nothing without \"%s\"",
				     companions[i].key, companions[i].beside);
		else if (!companions[i].beside && !process)
			reader_error(r, found, companions[i].hint,
				     "\"%s\" means nothing to a step that "
				     "runs no command",
				     companions[i].key);
	}
}

static void
check_many(struct reader *r, const struct keys *keys,
	   const struct step_draft *d)
{
	static const char *const words[] = {"as", "key", "max_parallel",
					    "fail_fast", "tolerate"};

	if (d->many.is_matrix && get(keys, "as"))
		reader_error(r, get(keys, "as"),
			     "remove it: expressions read matrix.NAME",
			     "\"as\" means nothing beside `matrix`");
	if (d->has_many)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		const struct node *found = get(keys, words[i]);

		if (found)
			reader_error(r, found,
				     "write `foreach` or `matrix`, or remove "
				     "it",
				     "\"%s\" means nothing without `foreach` "
				     "or `matrix`",
				     words[i]);
	}
}

static void
check_trouble(struct reader *r, const struct keys *keys,
	      const struct step_draft *d)
{
	const struct step_more *m = &d->more;
	const struct node *found = get(keys, "redundancy");

	if (found && !m->idempotent)
		reader_error(r, found,
			     "write `idempotent: true` if running it twice "
			     "is harmless",
			     "\"redundancy\" runs a step several times, and "
			     "this one is not idempotent");
	found = get(keys, "on_lost");
	if (found && m->on_lost == ON_LOST_CHECK && !m->check.run &&
	    !m->check.nargv)
		reader_error(r, found, "write a `check`, or `on_lost: ask`",
			     "\"on_lost: check\" needs a `check`");
}

/* Who looks after an approval may answer it, where it names nobody. */
static void
set_assignees(struct reader *r)
{
	struct step_draft *d = r->draft;
	struct approval *approval = (struct approval *)d->more.approval;

	if (approval && !approval->assignees.n)
		approval->assignees = d->more.assignees;
}

/* The step's own `timeout` (that of `defaults` is for commands) limits also
 * what runs no command and does not say better itself. */
static void
set_timeout(struct reader *r, const struct keys *keys)
{
	struct step_draft *d = r->draft;
	struct approval *approval = (struct approval *)d->more.approval;
	struct wait *wait = (struct wait *)d->more.wait;

	if (!get(keys, "timeout") || d->more.timeout == DURATION_NONE)
		return;
	d->child.timeout = d->more.timeout;
	if (approval && approval->timeout == DURATION_NONE)
		approval->timeout = d->more.timeout;
	if (wait && wait->timeout == DURATION_NONE)
		wait->timeout = d->more.timeout;
}

static void
check_join(struct reader *r, const struct keys *keys, const struct step *s)
{
	const struct node *found = get(keys, "join");

	if (!found || (s->nneeds && s->join != JOIN_COUNT))
		return;
	if (!s->nneeds && !r->wf->chain)
		reader_error(r, found, "write `needs`",
			     "\"join\" means nothing without `needs`");
	else if (s->join_count > s->nneeds && !node_is_null(&r->tree, found))
		reader_error(r, found, "lower it, or add needs",
			     "\"join: %u\" asks for more than the %u needs "
			     "there are",
			     s->join_count, s->nneeds);
}

/* What another place cannot make hold is refused, not forgotten. */
static void
refuse(struct reader *r, const struct node *step, const struct keys *keys,
       const struct step_draft *d, const char *key)
{
	char *outer = mem_strndup(key, strcspn(key, "."));
	const struct node *found = get(keys, outer);
	const char *name = d->more.executor->executor->name;

	free(outer);
	reader_error(r, found ? found : step, "remove it, or run the step here",
		     "executor %s cannot keep `%s`", name, key);
}

static void
check_executor(struct reader *r, const struct node *step,
	       const struct keys *keys, const struct step_draft *d)
{
	const struct step_more *m = &d->more;
	const struct limits *l = &m->limits;
	const struct {
		unsigned keeps;
		bool wanted;
		const char *key;
	} rows[] = {
		{KEEPS_MEMORY,     l->memory >= 0,           "limits.memory"    },
		{KEEPS_CPU_TIME,   l->cpu_time >= 0,         "limits.cpu_time"  },
		{KEEPS_FILE_SIZE,  l->file_size >= 0,        "limits.file_size" },
		{KEEPS_PROCESSES,  l->processes >= 0,        "limits.processes" },
		{KEEPS_OPEN_FILES, l->open_files >= 0,       "limits.open_files"},
		{KEEPS_NICE,       m->nice != 0,             "nice"             },
		{KEEPS_FILES,      m->nprotect > 0,          "protect"          },
		{KEEPS_COPIES,     m->redundancy.copies > 0, "redundancy"       },
	};

	if (!m->executor ||
	    (d->step.action != ACTION_RUN && d->step.action != ACTION_ARGV))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].wanted &&
		    !(m->executor->executor->keeps & rows[i].keeps))
			refuse(r, step, keys, d, rows[i].key);
}

void
reader_step_rules(struct reader *r, const struct node *n,
		  const struct step_draft *d)
{
	/* The draft is ours until it is kept. */
	struct step *s = &r->draft->step;
	struct keys keys = keys_of(r, n);

	set_action(r, &keys, s);
	set_timeout(r, &keys);
	set_assignees(r);
	check_companions(r, &keys, s);
	check_many(r, &keys, d);
	check_trouble(r, &keys, d);
	check_join(r, &keys, s);
	check_executor(r, n, &keys, d);
}
