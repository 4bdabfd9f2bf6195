/* Requests: taken apart, carried out or refused, answered.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "request_int.h"

#include <stdarg.h>
#include <stdio.h>

#include "../base/clock.h"
#include "../base/json.h"
#include "group.h"
#include "names.h"
#include "rollback_list.h"
#include "turn.h"
#include "undo.h"

static enum wf_code request_note(struct request *q);

static const struct {
	const char *verb;
	enum wf_code (*act)(struct request *q);
} verbs[] = {
	{"approve",   request_approve  },
        {"assign",    request_assign   },
	{"cancel",    request_cancel   },
        {"continue",  request_continue },
	{"mark",      request_mark     },
        {"note",      request_note     },
	{"pause",     request_pause    },
        {"reject",    request_reject   },
	{"resume",    request_resume   },
        {"retry",     request_retry    },
	{"rollback",  request_rollback },
        {"send-back", request_send_back},
	{"signal",    request_signal   },
        {"skip",      request_skip     },
};

enum wf_code
request_refuse(struct request *q, const char *hint, const char *fmt, ...)
{
	char text[600];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	ERR(&q->err, WF_REFUSED, "%s", text);
	wf_err_hint(&q->err, "%s", hint);
	return WF_REFUSED;
}

enum wf_code
request_refuse_step(struct request *q, uint32_t ix, const char *hint)
{
	char *path = run_path(q->r, ix);

	request_refuse(q, hint, "step \"%s\" is %s, which does not allow %s",
		       path, step_states[run_inst(q->r, ix)->state].name,
		       q->m->verb);
	free(path);
	return WF_REFUSED;
}

json_t *
request_settings(const struct request *q)
{
	return json_object_get(q->body, "settings");
}

void
request_reopen(struct request *q)
{
	struct run *r = q->r;
	struct scope *root = &r->scopes.at[0];

	root->phase = SCOPE_MAIN;
	root->stopping = root->undone = root->undo_failed = false;
	root->rolling_back = root->forced = root->asked = false;
	root->undo_policy = UNDO_BY_FLOW;
	root->cause = CAUSE_NONE;
	r->cancelling = r->paused = r->ending = false;
	r->dirty = true;
	undo_list_drop(r, 0);
	run_enter(r);
}

void
request_unpause(struct request *q)
{
	struct run *r = q->r;

	r->paused = false;
	r->dirty = true;
	vec_push(&r->quiet, 0);
	undo_look(r);
}

void
request_plan_step(struct request *q, uint32_t ix, const char *what)
{
	char *path = run_path(q->r, ix);

	if (!q->plan)
		q->plan = json_pack("{s:s, s:[]}", "verb", q->m->verb, "steps");
	json_array_append_new(
		json_object_get(q->plan, "steps"),
		json_pack("{s:s, s:s, s:s}", "step", path, "state",
			  step_states[run_inst(q->r, ix)->state].name, "what",
			  what));
	free(path);
}

/* --- taking apart
 * ---------------------------------------------------------------- */

static const char *
text_of(const struct request *q, const char *key)
{
	return json_string_value(json_object_get(q->body, key));
}

static bool
flag_of(const struct request *q, const char *key)
{
	return json_is_true(json_object_get(q->body, key));
}

static enum wf_code
find_steps(struct request *q)
{
	const json_t *steps = json_object_get(q->body, "steps");

	for (size_t k = 0; k < json_array_size(steps); k++) {
		const char *path = json_string_value(json_array_get(steps, k));
		uint32_t ix = path ? run_find(q->r, path) : IX_NONE;

		if (ix == IX_NONE) {
			ERR(&q->err, WF_NOT_FOUND, "run %s has no step \"%s\"",
			    q->r->row.id, path ? path : "");
			wf_err_hint(&q->err, "wfctl show %s lists its steps",
				    q->r->row.id);
			return WF_NOT_FOUND;
		}
		vec_push(&q->steps, ix);
	}
	return WF_OK;
}

static enum wf_code
take_apart(struct request *q)
{
	json_int_t revision;

	q->body = json_loads(q->m->body, 0, NULL);
	if (!json_is_object(q->body))
		return ERR(&q->err, WF_USAGE, "the request is no JSON object");
	q->reason = text_of(q, "reason");
	q->target = text_of(q, "target");
	q->now = flag_of(q, "now");
	q->downstream = flag_of(q, "downstream");
	q->reset = flag_of(q, "reset");
	q->force = flag_of(q, "force");
	q->dry = flag_of(q, "dry");
	q->later = flag_of(q, "later");
	revision = json_integer_value(json_object_get(q->body, "revision"));
	if (revision && (uint64_t)revision != q->r->row.revision)
		return request_refuse(
			q, "look again and repeat it",
			"the run has moved on since (revision %llu, not "
			"%lld)",
			(unsigned long long)q->r->row.revision,
			(long long)revision);
	return find_steps(q);
}

/* --- answering
 * --------------------------------------------------------------------- */

static void
record(struct request *q, enum wf_code code)
{
	struct run *r = q->r;
	char *args = json_dumps(q->body, JSON_COMPACT);
	json_t *data =
		json_pack("{s:s, s:O*}", "verb", q->m->verb, "args", q->body);
	char *text = json_dumps(data, JSON_COMPACT);
	uint32_t ix = q->steps.n == 1 ? q->steps.at[0] : IX_NONE;

	if (!code && str_eq(q->m->verb, "note"))
		run_event(r, EV_NOTE, ix, q->reason, NULL, NULL);
	else
		run_event(r, code ? EV_REFUSED : EV_REQUEST, ix, q->m->verb,
			  code        ? q->err.message
			  : q->reason ? q->reason
				      : "an operator asked for it",
			  text);
	free(text);
	json_decref(data);
	free(args);
}

static char *
answer_text(const struct request *q, enum wf_code code)
{
	json_t *o = json_object();
	char *text;

	if (code) {
		json_object_set_new(o, "message", json_text(q->err.message));
		json_object_set_new(o, "hint", json_text(q->err.hint));
	}
	if (q->plan)
		json_object_set(o, "plan", q->plan);
	text = json_dumps(o, JSON_COMPACT);
	json_decref(o);
	return text;
}

/* That it is recorded is all. */
static enum wf_code
request_note(struct request *q)
{
	return q->reason && *q->reason
		       ? WF_OK
		       : ERR(&q->err, WF_USAGE, "a note needs a text");
}

static enum wf_code
act(struct request *q)
{
	for (size_t k = 0; k < ARRAY_SIZE(verbs); k++)
		if (str_eq(verbs[k].verb, q->m->verb))
			return verbs[k].act(q);
	return ERR(&q->err, WF_USAGE, "there is no request \"%s\"", q->m->verb);
}

char *
request_answer(struct run *r, const struct st_message *m, enum wf_code *code)
{
	struct request q = {.r = r, .m = m};
	char *text;

	r->actor = arena_strdup(&r->arena, m->actor);
	*code = take_apart(&q);
	if (!*code)
		*code = act(&q);
	json_object_del(q.body, "flow"); /* too long for history */
	if (!q.dry)
		record(&q, *code);
	text = answer_text(&q, *code);
	r->actor = "engine";
	json_decref(q.plan);
	json_decref(q.body);
	vec_release(&q.steps);
	return text;
}

void
request_apply(struct run *r, const struct st_message *m)
{
	enum wf_code code;
	char *text;

	run_recall_claims(r);
	text = request_answer(r, m, &code);
	st_answer(r->batch, m->id, code, text);
	r->dirty = true;
	free(text);
}
