/* The retry policy as a function of how a try ended.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "retry.h"

#include <stdio.h>

#include "../base/duration.h"

/* A hundred years: no delay is longer. */
#define LONGEST 3.2e12

int64_t
retry_delay(const struct retry_policy *policy, uint32_t k)
{
	double delay = (double)policy->delay;
	double longest =
		policy->max_delay >= 0 ? (double)policy->max_delay : LONGEST;

	switch (policy->backoff) {
	case BACKOFF_CONSTANT:
		break;
	case BACKOFF_LINEAR:
		delay *= k;
		break;
	case BACKOFF_EXPONENTIAL:
		for (uint32_t j = 1; j < k && delay < longest && delay > 0 &&
				     policy->factor != 1;
		     j++)
			delay *= policy->factor;
		break;
	}
	return (int64_t)(delay < longest ? delay : longest);
}

const char *
retry_backoff_text(const struct retry_policy *policy, uint32_t k,
		   char text[BACKOFF_TEXT])
{
	char first[DURATION_TEXT], most[DURATION_TEXT], factor[32] = "";

	if (policy->backoff == BACKOFF_LINEAR)
		snprintf(factor, sizeof(factor), " x %u", k);
	else if (policy->backoff == BACKOFF_EXPONENTIAL)
		snprintf(factor, sizeof(factor), " x %g^%u", policy->factor,
			 k - 1);
	snprintf(text, BACKOFF_TEXT, "%s%s%s%s",
		 duration_format(policy->delay, first), factor,
		 policy->max_delay >= 0 ? ", at most " : "",
		 policy->max_delay >= 0
			 ? duration_format(policy->max_delay, most)
			 : "");
	return text;
}

static bool
rule_matches(const struct retry_rule *rule, const struct retry_ending *e)
{
	switch (rule->kind) {
	case RETRY_CODES:
		return e->cause == CAUSE_EXIT && e->exit_code >= rule->first &&
		       e->exit_code <= rule->last;
	case RETRY_CAUSE:
		return e->cause == rule->cause;
	case RETRY_REGEX:
		return e->log &&
		       regex_search(rule->regex, e->log, e->log_bytes);
	}
	return false;
}

static const struct retry_rule *
first_match(const struct retry_rule *rules, uint32_t n,
	    const struct retry_ending *e)
{
	for (uint32_t k = 0; k < n; k++)
		if (rule_matches(&rules[k], e))
			return &rules[k];
	return NULL;
}

static void
describe(struct retry_answer *a, const struct retry_ending *e, const char *what)
{
	if (e->cause == CAUSE_EXIT && e->exit_code >= 0)
		snprintf(a->rule, sizeof(a->rule), "exit %d %s", e->exit_code,
			 what);
	else
		snprintf(a->rule, sizeof(a->rule), "%s %s",
			 cause_name(e->cause), what);
}

/* Do the rules let this ending be retried at all? */
static bool
is_retryable(const struct retry_policy *p, const struct retry_ending *e,
	     struct retry_answer *a)
{
	const struct retry_rule *only = first_match(p->only, p->nonly, e);
	const struct retry_rule *except = first_match(p->except, p->nexcept, e);
	char what[100];

	if (e->cause == CAUSE_CANCELLED || e->cause == CAUSE_REJECTED ||
	    e->cause == CAUSE_DEADLINE) {
		describe(a, e, "is not repeated");
		return false;
	}
	if (except) {
		snprintf(what, sizeof(what), "matches retry.except %s",
			 except->text);
		describe(a, e, what);
		return false;
	}
	if (p->nonly && !only) {
		describe(a, e, "is not in retry.only");
		return false;
	}
	snprintf(what, sizeof(what), "%s%s",
		 only ? "matches retry.only " : "may be retried",
		 only ? only->text : "");
	describe(a, e, what);
	return true;
}

void
retry_because(char *out, size_t n, const char *ended, const char *rule)
{
	bool said = str_starts(rule, ended);

	snprintf(out, n, "%s%s%s", said ? "" : ended, said ? "" : "; ", rule);
}

struct retry_answer
retry_decide(const struct retry_policy *policy, uint32_t tries,
	     const struct retry_ending *ending, double random)
{
	struct retry_answer a = {0};
	double spread;

	if (!policy) {
		describe(&a, ending, "without a retry policy");
		return a;
	}
	if (!is_retryable(policy, ending, &a))
		return a;
	if (tries > policy->limit) {
		snprintf(a.rule, sizeof(a.rule), "tries used up (%u of %u)",
			 tries, policy->limit + 1);
		return a;
	}
	a.again = true;
	spread = policy->jitter * (2 * random - 1);
	a.delay = (int64_t)((double)retry_delay(policy, tries) * (1 + spread));
	return a;
}

bool
retry_needs_log(const struct retry_policy *policy)
{
	for (uint32_t k = 0; policy && k < policy->nonly; k++)
		if (policy->only[k].kind == RETRY_REGEX)
			return true;
	for (uint32_t k = 0; policy && k < policy->nexcept; k++)
		if (policy->except[k].kind == RETRY_REGEX)
			return true;
	return false;
}
