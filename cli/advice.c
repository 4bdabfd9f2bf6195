/* The commands that make sense next, by the state of run and steps.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "advice.h"

#include <stdarg.h>

#include "../engine/base/str.h"
#include "output.h"

struct advice {
	FILE *file;
	const struct wf_run_detail *detail;
	int n; /* lines so far */
};

/* One command and what it does. */
static void advise(struct advice *a, const char *why, const char *fmt, ...)
	PRINTF_LIKE(3, 4);

static void
advise(struct advice *a, const char *why, const char *fmt, ...)
{
	struct strbuf line = STRBUF_INIT;
	va_list ap;

	strbuf_adds(&line, a->n++ ? "  wfctl " : "\nNext:\n  wfctl ");
	va_start(ap, fmt);
	strbuf_addv(&line, fmt, ap);
	va_end(ap);
	strbuf_addf(&line, "   # %s\n", why);
	output_bytes(a->file, line.at, line.n);
	strbuf_release(&line);
}

static const struct wf_step_info *
step_in(const struct wf_run_detail *detail, enum step_state state)
{
	for (size_t i = 0; i < detail->nsteps; i++)
		if (detail->steps[i].state == state &&
		    !detail->steps[i].is_group)
			return &detail->steps[i];
	return NULL;
}

static void
advise_waiting(struct advice *a)
{
	const struct wf_run_detail *detail = a->detail;
	const char *id = detail->run.id;

	for (size_t i = 0; i < detail->nsteps && a->n < 6; i++) {
		const struct wf_step_info *s = &detail->steps[i];

		if (s->state == STEP_LOST)
			advise(a, "say how it ended (or retry it)",
			       "mark %s '%s' succeeded -m WHY", id, s->path);
		if (s->state != STEP_WAITING)
			continue;
		if (str_eq(s->action, "approval")) {
			advise(a, "say yes", "approve %s '%s'", id, s->path);
			advise(a, "say no", "reject %s '%s' -m WHY", id,
			       s->path);
		}
	}
	if (step_in(detail, STEP_FAILED))
		advise(a, "try what failed again", "retry %s", id);
}

static void
advise_held(struct advice *a)
{
	const struct wf_run_detail *detail = a->detail;

	for (size_t i = 0; i < detail->nsteps && a->n < 6; i++)
		if (detail->steps[i].is_held)
			advise(a, "let it go on", "continue %s '%s'",
			       detail->run.id, detail->steps[i].path);
}

static void
advise_failed(struct advice *a)
{
	const struct wf_step_info *failed = step_in(a->detail, STEP_FAILED);
	const char *id = a->detail->run.id;

	if (failed) {
		advise(a, "what it printed", "logs %s '%s'", id, failed->path);
		advise(a, "try again and go on", "retry %s", id);
		advise(a, "pass over it; resume goes on", "skip %s '%s' -m WHY",
		       id, failed->path);
	} else {
		advise(a, "keep what is done, run what is not", "resume %s",
		       id);
	}
	advise(a, "undo what was done (shows the plan first)", "rollback %s",
	       id);
	advise(a, "look at it", "tui %s", id);
}

void
advice_print(FILE *file, const struct wf_run_detail *detail)
{
	struct advice a = {file, detail, 0};
	const char *id = detail->run.id;

	if (detail->run.interrupted) {
		advise(&a, "its engine is gone; go on from its checkpoints",
		       "resume %s", id);
		return;
	}
	switch (detail->run.state) {
	case RUN_WAITING:
		advise_waiting(&a);
		break;
	case RUN_PAUSED:
		advise(&a, "go on", "continue %s", id);
		break;
	case RUN_FAILED:
		advise_failed(&a);
		break;
	case RUN_CANCELLED:
		advise(&a, "keep what is done, run what is not", "resume %s",
		       id);
		break;
	case RUN_ROLLBACK_FAILED:
		advise(&a, "try the undo again", "rollback %s", id);
		advise(&a, "look at it", "tui %s", id);
		break;
	case RUN_ROLLED_BACK:
		advise(&a, "run again what was undone", "resume %s", id);
		break;
	case RUN_RUNNING:
		advise_held(&a);
		break;
	case RUN_QUEUED:
	case RUN_SUCCEEDED:
	case RUN_PARTIAL:
	case RUN_ROLLING_BACK:
	case RUN_NSTATES:
		break;
	}
}
