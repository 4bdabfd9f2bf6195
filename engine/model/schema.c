/* The table of keys and its lookups.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "schema.h"

#include <stdio.h>
#include <stdlib.h>

#include "../base/err.h"
#include "../base/str.h"

const struct schema_key schema_keys[] = {
#define K(section, key, type, reading, help, example)                          \
	{SCHEMA_##section, key, type, help, example, false},
#define KD(section, key, type, reading, help, example)                         \
	{SCHEMA_##section, key, type, help, example, true},
#include "schema.def"
};
const size_t schema_nkeys = ARRAY_SIZE(schema_keys);

static const struct {
	const char *name, *meaning;
} sections[] = {
#define SECTION_ROW(symbol, name, meaning) {name, meaning},
	SCHEMA_SECTIONS(SECTION_ROW)
#undef SECTION_ROW
#define EXECUTOR(symbol, name, keeps, meaning, ...)                            \
	{#name, "the settings of executor " #name},
#include "../executors/executor.def"
};

/* --- executors ----------------------------------------------------------- */

#define S(...)
#define R(symbol, key, ...) key,
#define EXECUTOR(symbol, name, keeps, meaning, example, ...)                   \
	static const char *const required_##symbol[] = {__VA_ARGS__ NULL};
#include "../executors/executor.def"
#undef S
#undef R

const struct schema_executor schema_executors[] = {
#define EXECUTOR(symbol, name, keeps, meaning, example, ...)                   \
	{#name, meaning, example, SCHEMA_##symbol, keeps, required_##symbol},
#include "../executors/executor.def"
};
const size_t schema_nexecutors = ARRAY_SIZE(schema_executors);

const struct schema_executor *
schema_executor(const char *name)
{
	for (size_t i = 0; i < schema_nexecutors; i++)
		if (str_eq(schema_executors[i].name, name))
			return &schema_executors[i];
	return NULL;
}

/* --- sections ------------------------------------------------------------ */

const char *
schema_section_name(enum schema_section section)
{
	return sections[section].name;
}

const char *
schema_section_meaning(enum schema_section section)
{
	return sections[section].meaning;
}

const char *
schema_short_key(enum schema_section section)
{
	static const char *const keys[SCHEMA_NSECTIONS] = {
		[SCHEMA_RETRY] = "limit",       [SCHEMA_UNDO] = "run",
		[SCHEMA_COMMAND] = "run",       [SCHEMA_FOREACH] = "items",
		[SCHEMA_CONCURRENCY] = "group", [SCHEMA_POOL] = "slots",
		[SCHEMA_PARAM] = "default",     [SCHEMA_NEED] = "id",
	};

	return keys[section];
}

bool
schema_section_from_name(const char *name, size_t n, enum schema_section *out)
{
	for (size_t i = 0; i < SCHEMA_NSECTIONS; i++) {
		if (strlen(sections[i].name) == n &&
		    memcmp(sections[i].name, name, n) == 0) {
			*out = (enum schema_section)i;
			return true;
		}
	}
	return false;
}

size_t
schema_first(enum schema_section section)
{
	static size_t first[SCHEMA_NSECTIONS];
	size_t i = first[section];

	/* Zero: not asked for yet, or the very first row. */
	if (i || schema_keys[0].section == section)
		return i;
	while (i < schema_nkeys && schema_keys[i].section != section)
		i++;
	return first[section] = i;
}

/* Most names differ in their first letter. */
static bool
is_named(const struct schema_key *key, const char *name)
{
	return key->name[0] == name[0] && str_eq(key->name, name);
}

const struct schema_key *
schema_find(enum schema_section section, const char *name)
{
	for (size_t i = schema_first(section);
	     i < schema_nkeys && schema_keys[i].section == section; i++)
		if (is_named(&schema_keys[i], name))
			return &schema_keys[i];
	return NULL;
}

/* What other tools call it. */
static const struct {
	const char *theirs, *ours;
} synonyms[] = {
	{"depends",            "needs"     },
	{"depends_on",         "needs"     },
	{"dependencies",       "needs"     },
	{"dependsOn",          "needs"     },
	{"after",              "needs"     },
	{"command",            "run"       },
	{"cmd",		"run"       },
	{"script",             "run"       },
	{"when",               "if"        },
	{"condition",          "if"        },
	{"retries",            "retry"     },
	{"retryPolicy",        "retry"     },
	{"on_error",           "on_failure"},
	{"compensate",         "undo"      },
	{"compensation",       "undo"      },
	{"rollback",           "undo"      },
	{"cwd",		"workdir"   },
	{"working-directory",  "workdir"   },
	{"working_dir",        "workdir"   },
	{"dir",		"workdir"   },
	{"environment",        "env"       },
	{"inputs",             "params"    },
	{"parameters",         "params"    },
	{"jobs",               "steps"     },
	{"tasks",              "steps"     },
	{"max_attempts",       "limit"     },
	{"attempts",           "limit"     },
	{"interval",           "delay"     },
	{"with_items",         "foreach"   },
	{"strategy",           "matrix"    },
	{"continue-on-error",  "on_failure"},
	{"allow_failure",      "on_failure"},
	{"timeout-minutes",    "timeout"   },
	{"timeout_seconds",    "timeout"   },
	{"uses",               "workflow"  },
	{"required_approvers", "assignees" },
};

const char *
schema_synonym(enum schema_section section, const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(synonyms); i++)
		if (str_eq(synonyms[i].theirs, name) &&
		    schema_find(section, synonyms[i].ours))
			return synonyms[i].ours;
	return NULL;
}

const char *
schema_nearest(enum schema_section section, const char *name)
{
	const char *names[128];
	size_t n = 0;

	for (size_t i = schema_first(section);
	     i < schema_nkeys && schema_keys[i].section == section; i++)
		names[n++] = schema_keys[i].name;
	return str_nearest(name, names, n);
}

const struct schema_key *
schema_elsewhere(const char *name)
{
	for (size_t i = 0; i < schema_nkeys; i++)
		if (str_eq(schema_keys[i].name, name))
			return &schema_keys[i];
	return NULL;
}

size_t
schema_words(const char *type, const char **words, size_t max, char *buffer,
	     size_t size)
{
	size_t n = 0, used = 0;

	for (const char *p = strchr(type, '='); p && n < max;
	     p = strchr(p, '=')) {
		size_t k = strcspn(++p, " ");

		if (used + k + 1 > size)
			break;
		memcpy(buffer + used, p, k);
		buffer[used + k] = '\0';
		words[n++] = buffer + used;
		used += k + 1;
	}
	return n;
}

bool
schema_range(const char *type, double *min, double *max)
{
	const char *p = strstr(type, "int(");

	if (!p)
		p = strstr(type, "number(");
	if (!p)
		return false;
	p = strchr(p, '(') + 1;
	*min = strtod(p, NULL);
	p = strstr(p, "..");
	if (!p)
		return false;
	*max = strtod(p + 2, NULL);
	return true;
}
