/* The commands that make sense next, by the state of run and steps.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "advice.h"

#include "../engine/base/str.h"
#include "output.h"

struct advice {
	FILE *file;
	const struct wf_run_detail *detail;
	int n; /* lines so far */
};

/* One command about the run, or a step of it, and what it does.  Whoever named
 * the step may be a stranger: what is pasted must stay one word. */
static void
advise(struct advice *a, const char *why, const char *verb, const char *step,
       const char *more)
{
	struct strbuf line = STRBUF_INIT;

	strbuf_adds(&line, a->n++ ? "" : "\nNext:\n");
	strbuf_addf(&line, "  wfctl %s %s", verb, a->detail->run.id);
	if (step) {
		strbuf_addc(&line, ' ');
		strbuf_quote(&line, step);
	}
	strbuf_addf(&line, "%s   # %s\n", more, why);
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

	for (size_t i = 0; i < detail->nsteps && a->n < 6; i++) {
		const struct wf_step_info *s = &detail->steps[i];

		if (s->state == STEP_LOST)
			advise(a, "say how it ended (or retry it)", "mark",
			       s->path, " succeeded -m WHY");
		if (s->state != STEP_WAITING)
			continue;
		if (str_eq(s->action, "approval")) {
			advise(a, "say yes", "approve", s->path, "");
			advise(a, "say no", "reject", s->path, " -m WHY");
		}
	}
	if (step_in(detail, STEP_FAILED))
		advise(a, "try what failed again", "retry", NULL, "");
}

static void
advise_held(struct advice *a)
{
	const struct wf_run_detail *detail = a->detail;

	for (size_t i = 0; i < detail->nsteps && a->n < 6; i++)
		if (detail->steps[i].is_held)
			advise(a, "let it go on", "continue",
			       detail->steps[i].path, "");
}

static void
advise_failed(struct advice *a)
{
	const struct wf_step_info *failed = step_in(a->detail, STEP_FAILED);

	if (failed) {
		advise(a, "what it printed", "logs", failed->path, "");
		advise(a, "try again and go on", "retry", NULL, "");
		advise(a, "pass over it; resume goes on", "skip", failed->path,
		       " -m WHY");
	} else {
		advise(a, "keep what is done, run what is not", "resume", NULL,
		       "");
	}
	advise(a, "undo what was done (shows the plan first)", "rollback", NULL,
	       "");
	advise(a, "look at it", "tui", NULL, "");
}

void
advice_print(FILE *file, const struct wf_run_detail *detail)
{
	struct advice a = {file, detail, 0};

	if (detail->run.interrupted) {
		advise(&a, "its engine is gone; go on from its checkpoints",
		       "resume", NULL, "");
		return;
	}
	switch (detail->run.state) {
	case RUN_WAITING:
		advise_waiting(&a);
		break;
	case RUN_PAUSED:
		advise(&a, "go on", "continue", NULL, "");
		break;
	case RUN_FAILED:
		advise_failed(&a);
		break;
	case RUN_CANCELLED:
		advise(&a, "keep what is done, run what is not", "resume", NULL,
		       "");
		break;
	case RUN_ROLLBACK_FAILED:
		advise(&a, "try the undo again", "rollback", NULL, "");
		advise(&a, "look at it", "tui", NULL, "");
		break;
	case RUN_ROLLED_BACK:
		advise(&a, "run again what was undone", "resume", NULL, "");
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
