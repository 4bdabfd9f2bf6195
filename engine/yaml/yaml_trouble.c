/* Readers of what happens in trouble: retry, failure, undo, warnings.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <ctype.h>
#include <stdlib.h>

#include "yaml_reader.h"

/* --- retry --------------------------------------------------------------- */

void
read_retry(struct reader *r, const struct node *n, void *into,
	   const struct schema_key *key)
{
	struct retry_policy *p = arena_new(r->arena, struct retry_policy);

	p->max_delay = DURATION_NONE;
	p->factor = 2;
	if (node_kind(&r->tree, n) == NODE_MAP) {
		/* Whoever writes a policy wants a try. */
		p->limit = 1;
		reader_map(r, n, SCHEMA_RETRY, p);
	} else {
		read_u32(r, n, &p->limit, key);
	}
	*(const struct retry_policy **)into = p->limit ? p : NULL;
}

/* "75", "64-78" */
static bool
read_codes(const char *text, struct retry_rule *rule)
{
	char first[8] = {0};
	size_t n = strspn(text, "0123456789");
	int64_t a, b;

	if (!n || n >= sizeof(first))
		return false;
	memcpy(first, text, n);
	if (!str_to_int(first, 0, 255, &a))
		return false;
	b = a;
	if (text[n] == '-' ? !str_to_int(text + n + 1, a, 255, &b) : text[n])
		return false;
	rule->kind = RETRY_CODES;
	rule->first = (int)a;
	rule->last = (int)b;
	return true;
}

/* The text between slashes, or NULL when it has none. */
static const char *
between_slashes(struct reader *r, const char *text)
{
	size_t n = strlen(text);

	if (n < 3 || text[0] != '/' || text[n - 1] != '/')
		return NULL;
	return arena_strndup(r->arena, text + 1, n - 2);
}

static bool
read_rule(struct reader *r, const struct node *n, struct retry_rule *rule)
{
	const char *text = reader_text(r, n, NULL);
	const char *causes[NCAUSES], *pattern, *near;
	char *hint;

	if (!text)
		return false;
	rule->text = text;
	if (read_codes(text, rule))
		return true;
	pattern = between_slashes(r, text);
	if (pattern) {
		rule->kind = RETRY_REGEX;
		return reader_regex(r, n, pattern, &rule->regex);
	}
	if (*text && cause_from_name(text, &rule->cause)) {
		rule->kind = RETRY_CAUSE;
		return true;
	}
	for (int i = 1; i < NCAUSES; i++)
		causes[i - 1] = cause_name((enum cause)i);
	near = str_nearest(text, causes, NCAUSES - 1);
	hint = near ? mem_printf("did you mean \"%s\"?", near)
		    : mem_strdup("an exit code 0 to 255, a range such as "
				 "64-78, a cause such as timeout, or "
				 "/regex/");
	reader_error(r, n, hint, "\"%.80s\" is no retry rule", text);
	free(hint);
	return false;
}

static struct retry_rule *
read_rules(struct reader *r, const struct node *n, const struct schema_key *key,
	   uint32_t *count)
{
	struct retry_rule *rules;

	*count = 0;
	if (node_kind(&r->tree, n) == NODE_MAP) {
		reader_wrong(r, n, key, "a list of rules");
		return NULL;
	}
	if (!reader_few(r, n, MAX_RULES, "retry rules"))
		return NULL;
	rules = arena_array(r->arena, struct retry_rule, reader_items(r, n));
	for (const struct node *item = reader_first_item(r, n); item;
	     item = reader_next_item(r, n, item))
		if (read_rule(r, item, &rules[*count]))
			++*count;
	return rules;
}

void
read_retry_only(struct reader *r, const struct node *n, void *into,
		const struct schema_key *key)
{
	struct retry_policy *p =
		(struct retry_policy *)((char *)into -
					offsetof(struct retry_policy, only));

	p->only = read_rules(r, n, key, &p->nonly);
}

void
read_retry_except(struct reader *r, const struct node *n, void *into,
		  const struct schema_key *key)
{
	struct retry_policy *p =
		(struct retry_policy *)((char *)into -
					offsetof(struct retry_policy, except));

	p->except = read_rules(r, n, key, &p->nexcept);
}

/* --- failure ------------------------------------------------------------- */

void
read_failure_ask(struct reader *r, const struct node *n, void *into,
		 const struct schema_key *key)
{
	struct failure_policy *p =
		(struct failure_policy *)((char *)into -
					  offsetof(struct failure_policy,
						   action));

	(void)key;
	p->action = ON_FAILURE_ASK;
	if (!node_is_null(&r->tree, n))
		reader_map(r, n, SCHEMA_ASK, p);
}

void
read_ask_default(struct reader *r, const struct node *n, void *into,
		 const struct schema_key *key)
{
	static const enum failure_action actions[] = {
		ON_FAILURE_STOP, ON_FAILURE_CONTINUE, ON_FAILURE_ROLLBACK};
	unsigned choice = 0;

	read_enum0(r, n, &choice, key);
	*(enum failure_action *)into = actions[choice];
}

void
read_failure_rollback(struct reader *r, const struct node *n, void *into,
		      const struct schema_key *key)
{
	struct failure_policy *p =
		(struct failure_policy *)((char *)into -
					  offsetof(struct failure_policy,
						   target));

	p->action = ON_FAILURE_ROLLBACK;
	p->target = reader_name(r, n, key);
}

void
read_failure_fallback(struct reader *r, const struct node *n, void *into,
		      const struct schema_key *key)
{
	struct failure_policy *p =
		(struct failure_policy *)((char *)into -
					  offsetof(struct failure_policy,
						   fallback));
	uint32_t step;

	(void)key;
	p->action = ON_FAILURE_FALLBACK;
	if (r->step == STEP_NONE) {
		reader_error(r, n, "write it on a step",
			     "a flow has no fallback, only steps have");
		return;
	}
	step = reader_step_ref(r, n, "step");
	if (step == STEP_NONE)
		return;
	if (step == r->step) {
		reader_error(r, n, "name another step",
			     "a step cannot stand in for itself");
		return;
	}
	p->fallback = step;
	r->wf->steps[step].is_fallback = true;
}

static void
read_failure(struct reader *r, const struct node *n, struct failure_policy *p,
	     const struct schema_key *key)
{
	*p = (struct failure_policy){
		.fallback = STEP_NONE,
		.ask_timeout = DURATION_NONE,
		.ask_default = ON_FAILURE_STOP,
	};
	if (node_kind(&r->tree, n) != NODE_MAP) {
		read_enum1(r, n, &p->action, key);
		return;
	}
	reader_map(r, n, SCHEMA_FAILURE, p);
	if (node_count(&r->tree, n) != 1)
		reader_error(r, n, "write one of ask, rollback, fallback",
			     "\"on_failure\" must say one thing");
}

void
read_flow_failure(struct reader *r, const struct node *n, void *into,
		  const struct schema_key *key)
{
	read_failure(r, n, into, key);
}

/* Words stand in the order of the enum, from `stop` on. */
void
read_step_failure(struct reader *r, const struct node *n, void *into,
		  const struct schema_key *key)
{
	read_failure(r, n, into, key);
}

/* --- undo ---------------------------------------------------------------- */

void
read_undo(struct reader *r, const struct node *n, void *into,
	  const struct schema_key *key)
{
	struct undo *u = into;
	unsigned scope = r->scope;

	r->scope |= SCOPE_SELF;
	if (node_kind(&r->tree, n) == NODE_MAP) {
		reader_map(r, n, SCHEMA_UNDO, u);
		if (!node_get(&r->tree, n, "run") ==
		    !node_get(&r->tree, n, "argv"))
			reader_error(r, n, "write either of them",
				     "an undo is `run` or `argv`");
	} else {
		read_command(r, n, &u->command, key);
	}
	r->scope = scope;
}

/* --- warnings ------------------------------------------------------------ */

void
read_warn_log(struct reader *r, const struct node *n, void *into,
	      const struct schema_key *key)
{
	struct warn *w =
		(struct warn *)((char *)into - offsetof(struct warn, log));
	const char *text = reader_text(r, n, key), *pattern;

	if (!text)
		return;
	pattern = between_slashes(r, text);
	if (!pattern)
		reader_wrong(r, n, key, "a regular expression between slashes");
	else if (reader_regex(r, n, pattern, &w->log))
		w->log_text = text;
}

void
read_warn(struct reader *r, const struct node *n, void *into,
	  const struct schema_key *key)
{
	(void)key;
	r->draft->more.has_warn = true;
	reader_map(r, n, SCHEMA_WARN, into);
}

/* --- joins --------------------------------------------------------------- */

void
read_join(struct reader *r, const struct node *n, void *into,
	  const struct schema_key *key)
{
	static const enum join_kind kinds[] = {JOIN_ALL, JOIN_ANY, JOIN_DONE,
					       JOIN_FAILED};
	struct step_draft *s =
		(struct step_draft *)((char *)into -
				      offsetof(struct step_draft, join));
	const char *text = node_text(&r->tree, n);
	unsigned choice = 0;

	if (isdigit((unsigned char)*text)) {
		s->join = JOIN_COUNT;
		read_u32(r, n, &s->join_count, key);
	} else {
		read_enum0(r, n, &choice, key);
		s->join = kinds[choice];
	}
}
