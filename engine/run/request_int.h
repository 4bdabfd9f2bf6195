/* What the files of request.c share: one request while it is carried out.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_REQUEST_INT_H
#define WF_REQUEST_INT_H

#include "request.h"

struct request {
	struct run *r;
	const struct st_message *m;
	json_t *body;
	const char *reason, *target; /* or NULL */
	bool now, downstream, reset, force, dry, later;
	struct ixs steps; /* those named */
	json_t *plan;     /* of a dry run or a rollback; or NULL */
	struct wf_err err;
};

/* Each checks, and carries out unless q->dry; a refusal fills q->err. */
enum wf_code request_resume(struct request *q);
enum wf_code request_retry(struct request *q);
enum wf_code request_skip(struct request *q);
enum wf_code request_mark(struct request *q);
enum wf_code request_rollback(struct request *q);
enum wf_code request_pause(struct request *q);
enum wf_code request_continue(struct request *q);
enum wf_code request_cancel(struct request *q);
enum wf_code request_approve(struct request *q);
enum wf_code request_reject(struct request *q);
enum wf_code request_send_back(struct request *q);
enum wf_code request_assign(struct request *q);
enum wf_code request_signal(struct request *q);

/* Resume and retry with another definition, whose bundle `text` is; see
 * request_adopt.c. */
enum wf_code request_adopt(struct request *q, const char *text);

/* A refusal: what is wrong, and the next sensible command. */
enum wf_code request_refuse(struct request *q, const char *hint,
			    const char *fmt, ...) PRINTF_LIKE(3, 4);
/* The same about a step in its present state. */
enum wf_code
request_refuse_step(struct request *q, uint32_t ix, const char *hint);
/* Add the step to the list of what a dry run would touch. */
void request_plan_step(struct request *q, uint32_t ix, const char *what);
/* The settings of the request as a JSON object of strings (borrowed). */
json_t *request_settings(const struct request *q);

/* A pause is over. */
void request_unpause(struct request *q);

/* Has the run its place in its concurrency group?  An ended one has given it
 * back, and must have it again before it does anything; false is a refusal. */
bool request_has_group(struct request *q);

/* An ended run goes on: its phase, its flags, its state. */
void request_reopen(struct request *q);

#endif
