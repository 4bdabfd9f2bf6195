/* An attempt in memory: made, waited for by the timer, forgotten.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>
#include <sys/timerfd.h>

#include "warden_cgroup.h"
#include "warden_keeper.h"

static const char *
keep_text(char **to, const char *text)
{
	size_t n = text ? strlen(text) + 1 : 0;
	char *kept = *to;

	if (!text)
		return NULL;
	memcpy(kept, text, n);
	*to += n;
	return kept;
}

static size_t
size_of(const char *text)
{
	return text ? strlen(text) + 1 : 0;
}

struct attempt *
attempt_new(struct keeper *k, const struct warden_spec *spec)
{
	struct attempt *a =
		mem_alloc(sizeof(*a) + size_of(spec->key) + size_of(spec->log) +
			  size_of(spec->output));
	char *text = a->text;

	a->id = spec->attempt;
	a->kill_after = spec->kill_after;
	a->patience = spec->patience;
	a->limits = spec->limits;
	a->timeout_at = a->stage_at = a->watch_at = a->give_up_at = INT64_MAX;
	a->key = keep_text(&text, spec->key);
	a->log = keep_text(&text, spec->log);
	a->output = keep_text(&text, spec->output);
	vec_push(&k->live, a);
	return a;
}

void
attempt_free(struct keeper *k, struct attempt *a)
{
	struct known *known = known_find(&k->known, a->id);

	if (a->has_cgroup)
		cgroup_forget(a->id);
	if (known && known->live == a)
		known->live = NULL;
	for (size_t i = 0; i < k->live.n; i++) {
		if (k->live.at[i] == a) {
			k->live.at[i] = vec_pop(&k->live);
			break;
		}
	}
	free(a);
}

void
keeper_wake(struct keeper *k, int64_t when)
{
	struct itimerspec at = {
		.it_value = {when / 1000, when % 1000 * 1000000}
        };

	if (when >= k->wake_at)
		return;
	k->wake_at = when;
	if (when <= 0)
		at.it_value.tv_nsec = 1;
	timerfd_settime(k->timer, TFD_TIMER_ABSTIME, &at, NULL);
}

void
attempt_wake(struct keeper *k, const struct attempt *a)
{
	int64_t when = a->timeout_at;

	if (a->stage_at < when)
		when = a->stage_at;
	if (a->watch_at < when)
		when = a->watch_at;
	if (when < INT64_MAX)
		keeper_wake(k, when);
}
