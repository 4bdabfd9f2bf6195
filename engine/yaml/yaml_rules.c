/* What the keys of one step must be to each other.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "yaml_reader.h"

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
set_action(struct reader *r, const struct node *n, struct step *s)
{
	const char *first = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(actions); i++) {
		const struct node *found =
			node_get(&r->tree, n, actions[i].key);

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
	{"with",     "workflow", "name the flow whose params these are"},
	{"stdin",    NULL,       "remove it"                           },
	{"shell",    NULL,       "remove it"                           },
	{"silence",  NULL,       "remove it"                           },
	{"limits",   NULL,       "remove it"                           },
	{"protect",  NULL,       "remove it"                           },
	{"executor", NULL,       "remove it"                           },
};

static void
check_companions(struct reader *r, const struct node *n, const struct step *s)
{
	bool process = s->action == ACTION_RUN || s->action == ACTION_ARGV;

	for (size_t i = 0; i < ARRAY_SIZE(companions); i++) {
		const struct node *found =
			node_get(&r->tree, n, companions[i].key);

		if (!found)
			continue;
		if (companions[i].beside &&
		    !node_get(&r->tree, n, companions[i].beside))
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
check_many(struct reader *r, const struct node *n, const struct step_draft *d)
{
	static const char *const keys[] = {"as", "key", "max_parallel",
					   "fail_fast", "tolerate"};

	if (d->many.is_matrix && node_get(&r->tree, n, "as"))
		reader_error(r, node_get(&r->tree, n, "as"),
			     "remove it: expressions read matrix.NAME",
			     "\"as\" means nothing beside `matrix`");
	if (d->has_many)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		const struct node *found = node_get(&r->tree, n, keys[i]);

		if (found)
			reader_error(r, found,
				     "write `foreach` or `matrix`, or remove "
				     "it",
				     "\"%s\" means nothing without `foreach` "
				     "or `matrix`",
				     keys[i]);
	}
}

static void
check_trouble(struct reader *r, const struct node *n,
	      const struct step_draft *d)
{
	const struct step_more *m = &d->more;
	const struct node *found = node_get(&r->tree, n, "redundancy");

	if (found && !m->idempotent)
		reader_error(r, found,
			     "write `idempotent: true` if running it twice "
			     "is harmless",
			     "\"redundancy\" runs a step several times, and "
			     "this one is not idempotent");
	found = node_get(&r->tree, n, "on_lost");
	if (found && m->on_lost == ON_LOST_CHECK && !m->check.run &&
	    !m->check.nargv)
		reader_error(r, found, "write a `check`, or `on_lost: ask`",
			     "\"on_lost: check\" needs a `check`");
}

static void
check_join(struct reader *r, const struct node *n, const struct step *s)
{
	const struct node *found = node_get(&r->tree, n, "join");

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
refuse(struct reader *r, const struct node *n, const struct step_draft *d,
       const char *key)
{
	char *outer = mem_strndup(key, strcspn(key, "."));
	const struct node *found = node_get(&r->tree, n, outer);
	const char *name = d->more.executor->executor->name;

	free(outer);
	reader_error(r, found ? found : n, "remove it, or run the step here",
		     "executor %s cannot keep `%s`", name, key);
}

static void
check_executor(struct reader *r, const struct node *n,
	       const struct step_draft *d)
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
			refuse(r, n, d, rows[i].key);
}

void
reader_step_rules(struct reader *r, const struct node *n,
		  const struct step_draft *d)
{
	/* The draft is ours until it is kept. */
	struct step *s = &r->draft->step;

	set_action(r, n, s);
	check_companions(r, n, s);
	check_many(r, n, d);
	check_trouble(r, n, d);
	check_join(r, n, s);
	check_executor(r, n, d);
}
