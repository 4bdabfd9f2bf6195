/* Plays a flow with an engine that dies after every commit.
 *
 * Each batch goes into a real store; the run is then thrown away and made
 * anew from its rows, so whatever the rows do not hold is forgotten and the
 * test that played the flow fails.  PLAY_RESUMES is 1 to die when the
 * effects of the commit have been carried out, 2 to die before: then each
 * start and each kill is lost once.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_PLAY_RESUME_H
#define WF_PLAY_RESUME_H

#include "engine/run/recover.h"

struct asked {
	uint64_t attempt;
	enum effect_kind kind;
	bool arrived;
};

struct resumes {
	struct store *store;
	char dir[64], id[ST_RUN_ID];
	VEC(struct asked) asked; /* of the warden */
};

static void
resumes_begin(struct play *p, struct st_run *row, struct pieces definition)
{
	struct resumes *res = mem_alloc(sizeof(*res));
	struct st_run copy = *row;
	struct wf_err err = {0};

	p->resumes = res;
	snprintf(res->dir, sizeof(res->dir), "/tmp/wfctl-rows-XXXXXX");
	assert_non_null(mkdtemp(res->dir));
	if (st_open(res->dir, ST_CREATE, &res->store, &err) ||
	    st_create_run(res->store, &copy, definition, &err))
		fail_msg("%s", err.message);
	st_relax(res->store);
	snprintf(res->id, sizeof(res->id), "%s", copy.id);
	snprintf(row->id, sizeof(row->id), "%s", copy.id);
}

static void
resumes_end(struct play *p)
{
	static const char *const files[] = {"store.db", "store.db-wal",
					    "store.db-shm", "reserve"};

	st_close(p->resumes->store);
	for (size_t k = 0; k < ARRAY_SIZE(files); k++) {
		char *path = mem_printf("%s/%s", p->resumes->dir, files[k]);

		unlink(path);
		free(path);
	}
	rmdir(p->resumes->dir);
	vec_release(&p->resumes->asked);
	free(p->resumes);
}

static struct asked *
resumes_asked(struct play *p, uint64_t attempt, enum effect_kind kind)
{
	vec_each (&p->resumes->asked, struct asked, a)
		if (a->attempt == attempt && a->kind == kind)
			return a;
	return NULL;
}

/* Nobody but the engine asks for a cancel, so it must have asked. */
static void
resumes_expect_kill(struct play *p, uint64_t attempt, enum warden_kill why)
{
	struct asked *term = resumes_asked(p, attempt, EFFECT_KILL);
	struct asked *kill = resumes_asked(p, attempt, EFFECT_KILL_NOW);

	if (why == WARDEN_KILL_CANCEL && !(term && term->arrived) &&
	    !(kill && kill->arrived))
		fail_msg("attempt %llu was never asked to stop",
			 (unsigned long long)attempt);
}

/* The warden has been told. */
static inline void
expect_arrived(struct play *p, const char *path, enum effect_kind kind)
{
	struct asked *a = resumes_asked(p, play_flight(p, path)->attempt, kind);

	assert_true(a && a->arrived);
}

/* Whether it was asked for the first time. */
static bool
resumes_effect(struct play *p, struct effect *e)
{
	struct asked *a = resumes_asked(p, e->attempt, e->kind);
	bool first = !a;

	if (first) {
		vec_push(&p->resumes->asked,
			 (struct asked){e->attempt, e->kind, false});
		a = &vec_last(&p->resumes->asked);
	}
	if (first && PLAY_RESUMES == 2)
		return true;
	a->arrived = true;
	play_carry_out(p, e);
	return first;
}

/* What the warden answers: it holds the attempt, or was never asked. */
static void
resumes_ask_warden(struct play *p)
{
	for (size_t k = 0; k < p->r->flights.n; k++) {
		struct flight *f = &p->r->flights.at[k];
		struct asked *a = resumes_asked(p, f->attempt, EFFECT_START);
		struct warden_news news = {.kind = a && a->arrived
							   ? WARDEN_BEGUN
							   : WARDEN_NOT_STARTED,
					   .attempt = f->attempt,
					   .begun = clock_boot()};

		recover_answer(p->r, &news);
	}
}

static void
resumes_take_up(struct play *p)
{
	struct resumes *res = p->resumes;
	struct arena a = {0};
	struct st_run row;
	struct bundle *bundle = NULL;
	struct wf_err err = {0};
	const char *text;
	uint64_t epoch;

	vec_each (&p->r->flights, struct flight, f)
		spec_free(f->spec);
	run_free(p->r);
	if (st_take_run(res->store, res->id, &epoch, &err) ||
	    st_read_run(res->store, res->id, &a, &row, &err) ||
	    st_read_definition(res->store, row.definition, &a, &text, &err) ||
	    bundle_parse(text, strlen(text), &bundle, &err))
		fail_msg("%s", err.message);
	p->r = run_new(&row, bundle, p->dir, &turn_borders);
	if (recover_load(p->r, res->store, &err))
		fail_msg("%s", err.message);
	arena_release(&a);
	resumes_ask_warden(p);
	run_begin(p->r);
}

static void
play_turn(struct play *p)
{
	struct wf_err err = {0};

	while (run_turn(p->r)) {
		bool news = !p->r->effects.n;

		if (st_commit(p->resumes->store, p->r->batch, &err))
			fail_msg("%s", err.message);
		for (size_t k = 0; k < p->r->effects.n; k++)
			news |= resumes_effect(p, &p->r->effects.at[k]);
		p->r->effects.n = 0;
		st_batch_free(p->r->batch);
		p->r->batch = st_batch_new(p->r->row.id);
		/* What a new engine asks for again is no reason to die. */
		if (news)
			resumes_take_up(p);
	}
}

#endif
