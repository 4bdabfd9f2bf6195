/* The line above the keys: what the cursor is on, and what the run takes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "run_view.h"

enum {
	UNSEEN_WIDTH = 28, /* "12 new messages (! shows)" */
	USE_FROM = 100,    /* columns from which the use is shown */
	BRIEF_BELOW = 50   /* columns that a sentence needs */
};

static uint32_t
count_busy(const struct wf_run_detail *d)
{
	uint32_t n = 0;

	for (size_t i = 0; i < d->nsteps; i++) {
		const struct wf_step_info *s = &d->steps[i];

		n += s->state == STEP_RUNNING && !s->is_group &&
		     (str_eq(s->action, "run") || str_eq(s->action, "argv"));
	}
	return n;
}

/* "log 41% of quota   2 slots of 4 busy" */
static void
add_use(struct view *v, struct strbuf *out)
{
	const struct run_view *rv = run_view_of(v);
	int64_t limit = rv->log.file ? run_log_limit(v) : 0;
	int64_t size = limit ? logfile_size(rv->log.file) : 0;

	if (limit)
		strbuf_addf(out, "log %d%% of quota",
			    size >= limit ? 100 : (int)(size * 100 / limit));
	if (run_state_is_final(rv->d.run.state) || !rv->slots)
		return;
	strbuf_addf(out, "%s%u slot%s of %u busy", out->n ? "   " : "",
		    count_busy(&rv->d), count_busy(&rv->d) == 1 ? "" : "s",
		    rv->slots);
}

/* "2/4 tries, exit 1, next 00:16" */
static void
add_next_try(const struct run_view *rv, const struct wf_step_info *s,
	     struct strbuf *out)
{
	char tries[WF_TRIES], left[SPAN_TEXT];

	strbuf_addf(out, "%s tries, ",
		    wf_tries(s->tries, s->retry_limit, tries));
	if (step_latest(s))
		attempt_end(step_latest(s), out);
	strbuf_addf(out, ", next %s", countdown_text(s->due - rv->now, left));
}

/* A message stands in place of the sentence, the count of those not seen yet
 * beside it. */
void
run_draw_footer(struct view *v, struct grid *g, struct rect r)
{
	struct run_view *rv = run_view_of(v);
	const struct wf_step_info *s = run_selected(rv);
	struct strbuf text = STRBUF_INIT, use = STRBUF_INIT;

	if (rv->finding) {
		run_find_draw(rv, g, r);
		return;
	}
	if (r.w >= USE_FROM)
		add_use(v, &use);
	if (use.n) {
		grid_text_right(g, (struct rect){r.x, r.y, r.w - 1, r.h}, 0,
				STYLE_FAINT, use.at);
		r.w -= text_width_str(use.at) + 3;
	}
	if (s && r.h > 0 && !v->views->said) {
		int room = v->views->unseen ? UNSEEN_WIDTH : 0;

		if (r.w < BRIEF_BELOW && s->state == STEP_RETRY_WAIT && s->due)
			add_next_try(rv, s, &text);
		else
			run_step_sentence(rv, s, &text);
		grid_words(g, r, 1, 0, r.w - 1 - room, STYLE_FAINT, text.at);
		if (room > 0 && room < r.w)
			r = (struct rect){r.x + r.w - room, r.y, room, 1};
	}
	strbuf_release(&text);
	strbuf_release(&use);
	views_draw_message(v->views, g, r);
}
