/* Asking engines, without waiting: requests are posted, and looked after when
 * there is news.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "../engine/base/clock.h"
#include "view.h"

enum {
	OVERTAKE_MS = 500 /* an engine that was at it has written by then */
};

/* Requests that are one action to the person who asked. */
struct bulk {
	char *what;
	size_t left, done, refused;
	char reason[160]; /* of the first refusal */
	bool open;
};

struct asked {
	struct wf_pending *pending;
	struct view *asker; /* NULL: only the message line is told */
	struct bulk *bulk;
	char *verb, *done;
	bool dry;
	int64_t withdrawn; /* clock_boot; 0: not */
};

static void
free_asked(struct asked *a)
{
	wf_request_forget(a->pending);
	free(a->verb);
	free(a->done);
	free(a);
}

static void
end_bulk(struct views *vs, struct bulk *b)
{
	if (b->left || b->open)
		return;
	if (b->refused)
		views_complain(vs, "%s: %zu done, %zu refused (%s)", b->what,
			       b->done, b->refused, b->reason);
	else
		views_say(vs, "%s: %zu done", b->what, b->done);
	free(b->what);
	free(b);
}

static void
count(struct bulk *b, const struct wf_err *err)
{
	if (!err) {
		b->done++;
		return;
	}
	if (b->refused++ == 0)
		snprintf(b->reason, sizeof(b->reason), "%.150s", err->message);
}

void
views_bulk_begin(struct views *vs, const char *what)
{
	vs->bulk = mem_alloc(sizeof(*vs->bulk));
	*vs->bulk = (struct bulk){.what = mem_strdup(what), .open = true};
}

void
views_bulk_end(struct views *vs)
{
	struct bulk *b = vs->bulk;

	vs->bulk = NULL;
	b->open = false;
	end_bulk(vs, b);
}

/* Not accepted, and nobody but us knows. */
static void
report(struct views *vs, struct bulk *b, const struct wf_err *err)
{
	if (b)
		count(b, err);
	else
		views_report(vs, err);
}

static bool
post(struct views *vs, struct view *asker, const char *run,
     const struct wf_request *request, const char *done)
{
	struct wf_pending *pending;
	struct wf_err err = {0};
	struct asked *a;

	if (vs->read_only && !request->dry) {
		ERR(&err, WF_REFUSED, "%s: this screen is read-only",
		    request->verb);
		report(vs, vs->bulk, &err);
		return false;
	}
	if (wf_request_post(vs->engine, run, request, &pending, &err)) {
		report(vs, vs->bulk, &err);
		return false;
	}
	a = mem_alloc(sizeof(*a));
	*a = (struct asked){.pending = pending,
			    .asker = asker,
			    .bulk = vs->bulk,
			    .verb = mem_strdup(request->verb),
			    .done = mem_strdup(done),
			    .dry = request->dry};
	if (a->bulk)
		a->bulk->left++;
	vec_push(&vs->asked, a);
	return true;
}

bool
views_request(struct views *vs, const char *run,
	      const struct wf_request *request, const char *done)
{
	return post(vs, NULL, run, request, done);
}

bool
view_request(struct view *v, const char *run, const struct wf_request *request,
	     const char *done)
{
	return post(v->views, v, run, request, done);
}

/* --- answers
 * -------------------------------------------------------------------- */

static bool
is_open(const struct views *vs, const struct view *v)
{
	for (size_t i = 0; i < vs->stack.n; i++)
		if (vs->stack.at[i] == v)
			return true;
	return false;
}

/* A dialog that asked has had its answer: it goes, wherever it stands. */
static void
close_asker(struct views *vs, struct view *v)
{
	if (views_top(vs) == v)
		views_close(vs);
}

static void
tell(struct views *vs, struct asked *a, const char *plan,
     const struct wf_err *err)
{
	struct view *v = a->asker && is_open(vs, a->asker) ? a->asker : NULL;

	if (a->bulk)
		count(a->bulk, err);
	else if (a->withdrawn && err)
		views_say(vs, "%s: withdrawn", a->verb);
	else if (err && !(v && v->ops->answered))
		views_report(vs, err);
	else if (!err && !a->dry)
		views_say(vs, "%s%s",
			  a->withdrawn ? "too late to withdraw: " : "",
			  a->done);
	if (v && v->ops->answered)
		v->ops->answered(v, plan, err);
	else if (v && !err)
		close_asker(vs, v);
	vs->stale |= !a->dry; /* not here: a refresh may close the caller */
	vs->dirty = true;
}

/* The engine may be just at what was withdrawn: its word is the last. */
static bool
is_over(struct asked *a, char **plan, enum wf_code *code, struct wf_err *err)
{
	if (a->withdrawn && clock_boot() < a->withdrawn + OVERTAKE_MS)
		return false;
	return wf_request_answered(a->pending, plan, code, err);
}

bool
views_answers(struct views *vs)
{
	bool any = false;

	for (size_t i = 0; i < vs->asked.n;) {
		struct asked *a = vs->asked.at[i];
		struct bulk *b = a->bulk;
		struct wf_err err = {0};
		enum wf_code code;
		char *plan = NULL;

		if (!is_over(a, &plan, &code, &err)) {
			i++;
			continue;
		}
		memmove(vs->asked.at + i, vs->asked.at + i + 1,
			(--vs->asked.n - i) * sizeof(struct asked *));
		tell(vs, a, plan, code ? &err : NULL);
		if (b) {
			b->left--;
			end_bulk(vs, b);
		}
		free(plan);
		free_asked(a);
		any = true;
	}
	return any;
}

void
views_withdraw(struct views *vs)
{
	struct wf_err err = {0};
	struct asked *a = vs->asked.n ? vec_last(&vs->asked) : NULL;

	if (!a || a->withdrawn)
		views_complain(vs, "nothing to withdraw: all that was asked "
				   "for has been acted on");
	else if (wf_request_withdraw(a->pending, &err))
		views_report(vs, &err);
	else
		a->withdrawn = clock_boot();
}

void
views_disown(struct views *vs, const struct view *v)
{
	for (size_t i = 0; i < vs->asked.n; i++)
		if (vs->asked.at[i]->asker == v)
			vs->asked.at[i]->asker = NULL;
}

/* They are stored: the engines act on them whether we look or not. */
void
views_forget_requests(struct views *vs)
{
	for (size_t i = 0; i < vs->asked.n; i++) {
		struct bulk *b = vs->asked.at[i]->bulk;

		if (b && --b->left == 0) {
			free(b->what);
			free(b);
		}
		free_asked(vs->asked.at[i]);
	}
	vec_release(&vs->asked);
}

void
views_hold(struct views *vs, const char *run, bool held)
{
	struct wf_request request = {.verb = held ? "continue" : "pause"};

	views_request(vs, run, &request,
		      held ? "the run goes on; p holds it"
			   : "held: running steps finish, no new one starts; "
			     "p lets it go on");
}
