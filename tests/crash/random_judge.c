/* Judges a run by what its commands told, and by nothing else.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdarg.h>
#include <stdlib.h>

#include "random_flow.h"

void
verdict_add(struct verdict *v, const char *fmt, ...)
{
	va_list ap;

	if (v->wrong++)
		return;
	va_start(ap, fmt);
	vsnprintf(v->first, sizeof(v->first), fmt, ap);
	va_end(ap);
}

static bool
is_command(const struct leaf *leaf)
{
	return leaf->node->kind != NODE_APPROVAL &&
	       leaf->node->kind != NODE_WAIT;
}

/* --- beginning and ending ------------------------------------------------- */

static void
check_needs(struct random_flow *f, const struct leaf *leaf, struct verdict *v)
{
	for (unsigned k = 0; k < f->nleaves; k++)
		if (leaf->needs[k] && is_command(&f->leaves[k]) &&
		    f->leaves[k].state != LEAF_DONE)
			verdict_add(v, "%s ran before %s was done", leaf->path,
				    f->leaves[k].path);
}

static void
do_began(struct random_flow *f, struct leaf *leaf, unsigned n, long line,
	 struct verdict *v)
{
	bool unknown = v->unknown && leaf->node->idempotent;

	if (leaf->state == LEAF_DONE && !unknown && !leaf->killed)
		verdict_add(v, "%s had finished and ran again", leaf->path);
	if (leaf->state == LEAF_RUNNING && !leaf->killed && !unknown)
		verdict_add(v, "%s was started twice", leaf->path);
	if (leaf->state == LEAF_UNDOING || leaf->state == LEAF_UNDO_FAILED)
		verdict_add(v, "%s ran while it was being undone", leaf->path);
	if (leaf->tries > leaf->node->limit && !leaf->fresh && !v->unknown)
		verdict_add(v, "%s was tried too often", leaf->path);
	if (n <= leaf->ndo)
		verdict_add(v, "attempt %u of %s began twice", n, leaf->path);
	/* One that was cancelled may not have come to its first line. */
	if (n != leaf->ndo + 1 && !v->unknown && !v->gaps)
		verdict_add(v, "attempt %u of %s follows attempt %u", n,
			    leaf->path, leaf->ndo);
	check_needs(f, leaf, v);
	leaf->state = LEAF_RUNNING;
	leaf->killed = v->cancelled;
	leaf->ndo = n;
	leaf->began = line;
	leaf->ended = 0;
	leaf->tries++;
	leaf->fresh = false;
	leaf->undo_tries = 0;
}

static void
do_ended(struct leaf *leaf, unsigned n, int status, long line,
	 struct verdict *v)
{
	if (n != leaf->ndo || leaf->state != LEAF_RUNNING) {
		if (!v->unknown)
			verdict_add(v, "attempt %u of %s ended unasked", n,
				    leaf->path);
		return;
	}
	leaf->ended = line;
	leaf->state = status ? LEAF_FAILED : LEAF_DONE;
	if (!status)
		leaf->tries = 0;
}

static bool
is_at_work(const struct leaf *leaf)
{
	return leaf->state == LEAF_RUNNING && !leaf->killed;
}

/* Is the other a step of this one's child flow, or of one inside it? */
static bool
same_flow(const struct leaf *a, const struct leaf *b)
{
	const char *slash = strrchr(a->path, '/');

	return slash &&
	       strncmp(a->path, b->path, (size_t)(slash - a->path) + 1) == 0;
}

static void
undo_began(struct random_flow *f, struct leaf *leaf, unsigned n, long line,
	   struct verdict *v)
{
	if (!leaf->ndo)
		verdict_add(v, "%s was undone and never ran", leaf->path);
	if (leaf->state == LEAF_UNDONE &&
	    !(v->unknown && leaf->node->idempotent))
		verdict_add(v, "%s was undone twice", leaf->path);
	if (leaf->state == LEAF_UNDOING && !v->unknown)
		verdict_add(v, "the undo of %s was started twice", leaf->path);
	if (n != leaf->nundo + 1 && !v->unknown)
		verdict_add(v, "undo %u of %s follows undo %u", n, leaf->path,
			    leaf->nundo);
	if (leaf->undo_tries > leaf->node->undo_limit && !v->unknown)
		verdict_add(v, "the undo of %s was tried too often",
			    leaf->path);
	for (unsigned k = 0; k < f->nleaves; k++)
		if (is_at_work(&f->leaves[k]) &&
		    (!f->inner_rollback || same_flow(leaf, &f->leaves[k])))
			verdict_add(v, "%s was undone while %s ran", leaf->path,
				    f->leaves[k].path);
	if (!leaf->undo_tries++)
		leaf->undo_began = line;
	leaf->state = LEAF_UNDOING;
	leaf->nundo = n;
}

static void
undo_ended(struct leaf *leaf, unsigned n, int status, long line,
	   struct verdict *v)
{
	if ((n != leaf->nundo || leaf->state != LEAF_UNDOING) && !v->unknown)
		verdict_add(v, "undo %u of %s ended unasked", n, leaf->path);
	leaf->undo_ended = line;
	leaf->state = status ? LEAF_UNDO_FAILED : LEAF_UNDONE;
	leaf->tries = 0;
}

/* --- what the harness did ------------------------------------------------- */

static void
asked(struct random_flow *f, const char *what, const char *path,
      struct verdict *v)
{
	struct leaf *leaf = *path ? flow_leaf(f, path) : NULL;
	bool cancel = str_eq(what, "cancel");
	bool again = str_eq(what, "retry") || str_eq(what, "resume");

	if (str_eq(what, "both"))
		v->unknown = true;
	v->gaps |= cancel;
	v->cancelled = cancel || (v->cancelled && !again);
	if (str_eq(what, "accept") && leaf)
		leaf->state = LEAF_UNDONE;
	if (str_eq(what, "succeeded") && leaf)
		leaf->state = LEAF_DONE;
	for (unsigned k = 0; k < f->nleaves; k++) {
		struct leaf *l = &f->leaves[k];

		if (cancel && l->state == LEAF_RUNNING)
			l->killed = true;
		l->fresh |= again && l->state != LEAF_RUNNING;
		if (again && l->state != LEAF_RUNNING)
			l->undo_tries = 0;
		if (again && l->killed)
			l->fresh = true;
	}
}

static void
judge_line(struct random_flow *f, const char *text, long line,
	   struct verdict *v)
{
	char sign, path[PATH] = "", phase[16] = "";
	unsigned n = 0;
	int status = 0;
	struct leaf *leaf;

	if (text[0] == '!') {
		sscanf(text, "! %15s %63s", phase, path);
		asked(f, phase, path, v);
		return;
	}
	if (sscanf(text, "%c %63s %15s %u %d", &sign, path, phase, &n,
		   &status) < 4 ||
	    !(leaf = flow_leaf(f, path))) {
		verdict_add(v, "who is that? %.100s", text);
		return;
	}
	if (str_eq(phase, "do") && sign == '+')
		do_began(f, leaf, n, line, v);
	else if (str_eq(phase, "do"))
		do_ended(leaf, n, status, line, v);
	else if (sign == '+')
		undo_began(f, leaf, n, line, v);
	else
		undo_ended(leaf, n, status, line, v);
}

void
judge_trace(struct random_flow *f, const char *path, struct verdict *v)
{
	FILE *in = fopen(path, "r");
	char *text = NULL;
	size_t size = 0;
	long line = 0;

	v->cancelled = v->gaps = false;
	for (unsigned k = 0; k < f->nleaves; k++) {
		struct leaf *l = &f->leaves[k];

		l->state = LEAF_IDLE;
		l->killed = l->fresh = false;
		l->ndo = l->nundo = l->tries = l->undo_tries = 0;
		l->began = l->ended = l->undo_began = l->undo_ended = 0;
	}
	while (in && getline(&text, &size, in) > 0)
		judge_line(f, text, ++line, v);
	free(text);
	if (in)
		fclose(in);
}

/* --- the end -------------------------------------------------------------- */

/* Of two that did not overlap, the later one is undone first. */
static void
check_order(struct random_flow *f, const struct leaf *a, const struct leaf *b,
	    struct verdict *v)
{
	bool related = b->needs[a - f->leaves];

	if (a->state != LEAF_UNDONE || b->state != LEAF_UNDONE ||
	    !a->undo_began || !b->undo_began || !a->ended || !b->began ||
	    a->undo_ended < b->began)
		return;
	/* The end of a lost one is when somebody said how it ended. */
	if (a->ended < b->began &&
	    (related ||
	     (f->undo_parallel == 1 && !v->unknown && !f->inner_rollback)) &&
	    a->undo_began < b->undo_ended)
		verdict_add(v, "%s was undone before %s", a->path, b->path);
}

static void
check_undone(struct random_flow *f, struct verdict *v)
{
	for (unsigned k = 0; k < f->nleaves; k++) {
		const struct leaf *a = &f->leaves[k];

		if (a->node->undo && is_command(a) && a->ndo &&
		    a->state != LEAF_UNDONE)
			verdict_add(v, "%s was not undone", a->path);
		for (unsigned j = 0; j < f->nleaves; j++)
			check_order(f, a, &f->leaves[j], v);
	}
}

/* With `continue`, whatever no failure stands before has run. */
static void
check_blocked(struct random_flow *f, const struct leaf *leaf, bool *stands,
	      struct verdict *v)
{
	bool blocked = false;

	for (unsigned k = 0; k < f->nleaves; k++)
		blocked |= leaf->needs[k] && stands[k];
	stands[leaf - f->leaves] = blocked;
	if (!is_command(leaf) || leaf->state == LEAF_DONE)
		return;
	stands[leaf - f->leaves] = true;
	if (leaf->state == LEAF_IDLE && !blocked &&
	    !strchr(leaf->path, '/')) /* inside, a failure stops the flow */
		verdict_add(v, "%s was forgotten", leaf->path);
}

static void
check_failed(struct random_flow *f, struct verdict *v)
{
	bool stands[MAX_LEAVES] = {false};
	unsigned spent = 0;

	for (unsigned k = 0; k < f->nleaves; k++) {
		const struct leaf *l = &f->leaves[k];

		spent += l->state == LEAF_FAILED && l->tries > l->node->limit;
		if (f->story == STORY_CONTINUE)
			check_blocked(f, l, stands, v);
	}
	if (!spent && !v->unknown && !f->inner_rollback)
		verdict_add(v, "it failed, and no step failed for good");
}

void
judge_end(struct random_flow *f, const char *run_state, struct verdict *v)
{
	for (unsigned k = 0; k < f->nleaves; k++) {
		const struct leaf *l = &f->leaves[k];

		if (is_at_work(l) || l->state == LEAF_UNDOING)
			verdict_add(v, "%s has not ended", l->path);
		if (str_eq(run_state, "succeeded") && is_command(l) &&
		    l->state != LEAF_DONE)
			verdict_add(v, "it succeeded without %s", l->path);
	}
	if (str_eq(run_state, "rolled_back"))
		check_undone(f, v);
	if (str_eq(run_state, "failed"))
		check_failed(f, v);
}
