/* Who is left of an attempt: looked for in the tree, and named.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <unistd.h>

#include "warden_keeper.h"

static size_t
mark(struct keeper *k, const struct attempt *a)
{
	struct tree_query q = {.warden = a->foreign ? 0 : getpid(),
			       .main = a->pid,
			       .start_time = a->start_time,
			       .key = a->key};

	for (size_t i = 0; i < k->live.n; i++) {
		const struct attempt *other = k->live.at[i];
		struct tree_process *p = tree_find(&k->tree, other->pid);

		if (p && other != a && !other->ended &&
		    p->start_time == other->start_time)
			p->is_main = true;
	}
	return tree_mark(&k->tree, &q);
}

size_t
left_look(struct keeper *k, const struct attempt *a)
{
	tree_scan(&k->tree);
	return mark(k, a);
}

void
left_name(struct keeper *k, const struct attempt *a)
{
	struct warden_news news = {
		.kind = WARDEN_SURVIVORS, .attempt = a->id, .kill = a->kill};
	size_t n = 0;

	for (size_t i = 0; i < k->tree.at.n; i++) {
		const struct tree_process *p = &k->tree.at.at[i];
		size_t left = sizeof(news.detail) - n;

		if (!p->mine || left < 40)
			continue;
		n += (size_t)snprintf(news.detail + n, left, "%s%d (%s)",
				      n ? ", " : "", p->pid, p->name);
	}
	tell(k, &news);
}

void
attempt_name_left(struct keeper *k, const struct attempt *a)
{
	if (left_look(k, a))
		left_name(k, a);
}
