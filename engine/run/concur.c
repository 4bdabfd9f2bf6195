/* Concurrency groups, by claims in the store.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "concur.h"

#include "../base/clock.h"
#include "door.h"
#include "queue.h"
#include "vars.h"

/* How often to ask again for a group that another run holds. */
#define GROUP_POLL 150

/* Any number of runs may stand in line. */
#define LINE_MAX 1000000

/* Name of the claim, "group:NAME", or "line:NAME" of those who wait; NULL
 * when the flow has no group.  Caller frees. */
static char *
claim_name(struct run *r, const char *kind)
{
	const struct workflow *wf = r->scopes.at[0].wf;
	struct vars vars = vars_of_scope(r, 0);
	struct cel_vars lookup = vars_lookup(&vars);
	struct cel_error err;
	struct arena a = {0};
	const char *text = wf->concurrency_group.text;
	char *name;

	if (!text || !r->store)
		return NULL;
	if (wf->concurrency_group.nparts &&
	    !template_render(&wf->concurrency_group, &lookup, &a, &text, &err))
		text = wf->name; /* better too few at once than too many */
	name = mem_printf("%s:%s", kind, text);
	arena_release(&a);
	return name;
}

static char *
dir_of(const struct run *r, const char *id)
{
	const char *slash = strrchr(r->dir, '/');

	return mem_printf("%.*s/%s", (int)(slash ? slash - r->dir : 0), r->dir,
			  id);
}

static bool
is_driven(const struct run *r, const char *id)
{
	char *dir = dir_of(r, id);
	bool driven = door_owner(dir) != 0;

	free(dir);
	return driven;
}

/* A final run holds it only when its engine died before giving it back. */
static bool
is_over(struct run *r, const char *name, const char *id)
{
	struct arena a = {0};
	struct st_run row;
	bool over = st_read_run(r->store, id, &a, &row, NULL) == ST_OK &&
		    run_state_is_final(row.state) && !is_driven(r, id);

	if (over)
		st_release(r->store, name, id, 0, NULL);
	arena_release(&a);
	return over;
}

/* The run that has the group, or NULL; in `a`. */
static const char *
holder(struct run *r, const char *name, struct arena *a)
{
	const char **ids = NULL;
	size_t n = 0;

	st_holders(r->store, name, a, &ids, &n, NULL);
	for (size_t k = 0; k < n; k++)
		if (!str_eq(ids[k], r->row.id) && !is_over(r, name, ids[k]))
			return ids[k];
	return NULL;
}

/* Who is in line before us, or NULL. */
static const char *
first_in_line(struct run *r, const char *line, struct arena *a)
{
	const char **ids = NULL;
	size_t n = 0;

	st_holders(r->store, line, a, &ids, &n, NULL);
	for (size_t k = 0; k < n; k++) {
		if (str_eq(ids[k], r->row.id))
			return NULL;
		if (!is_over(r, line, ids[k]) && is_driven(r, ids[k]))
			return ids[k];
	}
	return NULL;
}

static void
note(struct run *r, const char *what, const char *group, const char *other)
{
	char *why = mem_printf("group \"%s\" is held by run %s",
			       strchr(group, ':') + 1, other);

	run_event(r, EV_CHOICE, IX_NONE, what, why, NULL);
	free(why);
}

/* Ask the other run to end; its engine is woken or started. */
static void
ask_to_cancel(struct run *r, const char *id)
{
	char *key = mem_printf("group-%s", r->row.id), *dir = dir_of(r, id);
	char *body = mem_printf("{\"reason\":\"run %s of the same group takes "
				"its place\"}",
				r->row.id);
	struct st_message m = {.key = key,
			       .verb = "cancel",
			       .body = body,
			       .actor = r->row.actor ? r->row.actor : "engine",
			       .created = clock_wall()};
	uint64_t message;

	snprintf(m.run, sizeof(m.run), "%s", id);
	if (st_post(r->store, &m, &message, NULL) == ST_OK && !door_wake(dir))
		door_spawn(st_dir(r->store), id, NULL, NULL);
	free(key);
	free(dir);
	free(body);
}

static void
stand_in_line(struct run *r, const char *line)
{
	st_claim(r->store, line, 1, LINE_MAX, r->row.id, 0, NULL);
	dues_push(r, clock_boot() + GROUP_POLL, IX_NONE);
}

/* The group is another's: what the policy says, once; then wait. */
static enum concur_answer
taken(struct run *r, const char *group, const char *other, bool fresh)
{
	enum concurrency_policy policy = r->scopes.at[0].wf->concurrency_policy;

	if (fresh && (policy == CONCURRENCY_SKIP || r->options.no_wait)) {
		note(r, "cancelled", group, other);
		return CONCUR_LEAVE;
	}
	if (!r->in_line) {
		note(r,
		     policy == CONCURRENCY_CANCEL ? "takes its place"
						  : "queued",
		     group, other);
		r->in_line = true;
	}
	if (policy == CONCURRENCY_CANCEL && !str_eq(r->asked, other)) {
		snprintf(r->asked, sizeof(r->asked), "%s", other);
		ask_to_cancel(r, other);
	}
	return CONCUR_WAIT;
}

enum concur_answer
concur_enter(struct run *r, bool fresh)
{
	char *group = claim_name(r, "group"), *line = claim_name(r, "line");
	enum concur_answer answer = CONCUR_GO;
	struct arena a = {0};
	const char *other;

	if (!group)
		return CONCUR_GO;
	other = holder(r, group, &a);
	if (!other)
		other = first_in_line(r, line, &a);
	if (other)
		answer = taken(r, group, other, fresh);
	else if (st_claim(r->store, group, 1, 1, r->row.id, 0, NULL))
		answer = CONCUR_WAIT;
	if (answer == CONCUR_WAIT)
		stand_in_line(r, line);
	else
		st_release(r->store, line, r->row.id, 0, NULL);
	if (answer == CONCUR_GO)
		r->in_line = false;
	arena_release(&a);
	free(group);
	free(line);
	return answer;
}

void
concur_leave(struct run *r)
{
	if (r->scopes.at[0].wf->concurrency_group.text)
		run_effect(r, EFFECT_RELEASE, 0, WARDEN_KILL_NONE);
}

void
concur_release(struct run *r)
{
	static const char *const kinds[] = {"group", "line"};

	for (size_t k = 0; k < ARRAY_SIZE(kinds); k++) {
		char *name = claim_name(r, kinds[k]);

		if (name)
			st_release(r->store, name, r->row.id, 0, NULL);
		free(name);
	}
}
