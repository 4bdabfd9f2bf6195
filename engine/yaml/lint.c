/* Asks every rule about every step, and keeps quiet where told to.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "lint.h"

#include <stdlib.h>

#include "../base/str.h"
#include "../model/reads.h"
#include "yaml_node.h"

const struct lint_rule lint_rules[] = {
#define L(name, per, function, why) {name, why},
#include "lint.def"
};
const size_t lint_nrules = ARRAY_SIZE(lint_rules);

/* --- lines --------------------------------------------------------------- */

static void
index_lines(struct lint *l)
{
	const char *end = l->wf->text + l->wf->text_bytes;
	uint32_t n = 2;

	for (const char *p = l->wf->text; p < end; p++)
		n += *p == '\n';
	l->lines = mem_alloc(n * sizeof(*l->lines));
	l->lines[l->nlines++] = l->wf->text;
	for (const char *p = l->wf->text; p < end; p++)
		if (*p == '\n')
			l->lines[l->nlines++] = p + 1;
}

static int
by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* A step's lines reach to the next step, wherever its list stands. */
static void
find_step_ends(struct lint *l)
{
	uint32_t n = l->wf->nsteps;
	uint32_t *starts = mem_alloc((n + 1) * sizeof(*starts));

	for (uint32_t i = 0; i < n; i++)
		starts[i] = (uint32_t)l->wf->steps[i].line;
	qsort(starts, n, sizeof(*starts), by_number);
	starts[n] = l->nlines + 1;
	l->first_step_line = starts[0];
	l->step_end = mem_alloc((n + 1) * sizeof(*l->step_end));
	for (uint32_t i = 0; i < n; i++) {
		uint32_t line = (uint32_t)l->wf->steps[i].line;
		uint32_t *at =
			bsearch(&line, starts, n, sizeof(*starts), by_number);

		while (at && *at == line)
			at++;
		l->step_end[i] = at ? *at : l->nlines + 1;
		/* Steps that share a line share its comments. */
		if (l->step_end[i] <= line)
			l->step_end[i] = line + 1;
	}
	free(starts);
}

/* --- keeping quiet ------------------------------------------------------- */

/* Is `rule` (or "all") among the words up to `end`? */
static bool
names_rule(const char *p, const char *end, const char *rule)
{
	while (p < end) {
		size_t n;

		while (p < end && strchr(", \t", *p))
			p++;
		n = strcspn(p, ", \t\r\n");
		if (n > (size_t)(end - p))
			n = (size_t)(end - p);
		if ((n == strlen(rule) && memcmp(p, rule, n) == 0) ||
		    (n == 3 && memcmp(p, "all", 3) == 0))
			return true;
		if (!n)
			break;
		p += n;
	}
	return false;
}

static bool
comment_allows(const struct lint *l, uint32_t from, uint32_t to,
	       const char *rule)
{
	static const char mark[] = "# wfctl: allow ";

	for (uint32_t i = from; i < to && i <= l->nlines; i++) {
		const char *p = l->lines[i - 1];
		const char *end = i < l->nlines
					  ? l->lines[i]
					  : l->wf->text + l->wf->text_bytes;
		const char *at =
			memmem(p, (size_t)(end - p), mark, sizeof(mark) - 1);

		if (at && names_rule(at + sizeof(mark) - 1, end, rule))
			return true;
	}
	return false;
}

static bool
label_allows(const struct labels *labels, const char *rule)
{
	for (uint32_t i = 0; i < labels->n; i++) {
		const char *value = labels->at[i].value;

		if (str_eq(labels->at[i].name, "lint-allow") &&
		    names_rule(value, value + strlen(value), rule))
			return true;
	}
	return false;
}

static bool
allowed(const struct lint *l, uint32_t step)
{
	const struct step *s;

	if (l->flow_allows || step == STEP_NONE)
		return l->flow_allows;
	s = &l->wf->steps[step];
	return label_allows(&s->more->labels, l->rule) ||
	       comment_allows(l, (uint32_t)s->line, l->step_end[step], l->rule);
}

/* --- findings ------------------------------------------------------------ */

/* Where the bytes stand in the step's part of the file. */
static void
locate(const struct lint *l, uint32_t step, const char *snippet, size_t n,
       int *line, int *column)
{
	for (uint32_t i = (uint32_t)*line;
	     i < l->step_end[step] && i <= l->nlines; i++) {
		const char *p = l->lines[i - 1];
		const char *end = i < l->nlines
					  ? l->lines[i]
					  : l->wf->text + l->wf->text_bytes;
		const char *at = memmem(p, (size_t)(end - p), snippet, n);

		if (!at)
			continue;
		*line = (int)i;
		*column = 1;
		for (; p < at; p++)
			*column += ((unsigned char)*p & 0xc0) != 0x80;
		return;
	}
}

void
lint_found(struct lint *l, uint32_t step, const char *snippet, size_t n,
	   const char *hint, const char *fmt, ...)
{
	const struct step *s = step == STEP_NONE ? NULL : &l->wf->steps[step];
	int line = s ? s->line : l->line ? l->line : 1;
	int column = s ? s->column : l->line ? l->column : 1;
	va_list ap;
	char *message;

	if (l->diags->n >= WF_MAX_FINDINGS || allowed(l, step))
		return;
	if (s && snippet)
		locate(l, step, snippet, n, &line, &column);
	va_start(ap, fmt);
	message = mem_vprintf(fmt, ap);
	va_end(ap);
	wf_diags_add(l->diags, WF_SEV_WARNING, l->rule, l->wf->file, line,
		     column, hint, "%s: %s", message, l->why);
	free(message);
}

/* --- what is read -------------------------------------------------------- */

static void
note_read(void *arg, uint32_t step, const char *const *chain, size_t n)
{
	struct lint *l = arg;
	const char *key = NULL;

	(void)step;
	if (str_eq(chain[0], "params"))
		key = n > 1 ? arena_printf(&l->scratch, "param %s", chain[1])
			    : "param *";
	else if (str_eq(chain[0], "steps") && n > 3 &&
		 str_eq(chain[2], "outputs"))
		key = arena_printf(&l->scratch, "%s.%s", chain[1], chain[3]);
	else if (str_eq(chain[0], "steps") && n > 1 &&
		 (n == 2 || str_eq(chain[2], "outputs")))
		key = arena_printf(&l->scratch, "%s.*", chain[1]);
	else if (step != STEP_NONE && str_eq(chain[0], "outputs"))
		key = arena_printf(&l->scratch, "%s.%s", l->wf->steps[step].id,
				   n > 1 ? chain[1] : "*");
	else if (step != STEP_NONE)
		key = arena_printf(&l->scratch, "%s.%s", l->wf->steps[step].id,
				   chain[0]);
	if (key)
		map_set(&l->reads, key, l);
}

bool
lint_reads(const struct lint *l, const char *fmt, ...)
{
	va_list ap;
	char *key;
	bool found;

	va_start(ap, fmt);
	key = mem_vprintf(fmt, ap);
	va_end(ap);
	found = map_find(&l->reads, key) != NULL;
	free(key);
	return found;
}

/* --- what no run comes to ------------------------------------------------ */

static bool
is_false(const struct expr *e)
{
	const char *p = e ? e->text + strspn(e->text, " \n") : "";

	return str_starts(p, "false") && !p[5 + strspn(p + 5, " \n")];
}

static bool
needs_never(const struct lint *l, const struct step *s)
{
	uint32_t never = 0;

	for (uint32_t i = 0; i < s->nneeds; i++)
		never +=
			l->never[s->needs[i].step] && !need_accept(s->needs[i]);
	return s->join != JOIN_DONE && s->nneeds && never == s->nneeds;
}

/* Steps mostly stand behind what they need; a second look finds the rest. */
static void
find_never(struct lint *l)
{
	bool more = true;

	l->never = mem_alloc(l->wf->nsteps * sizeof(*l->never));
	for (int round = 0; more && round < 10; round++) {
		more = false;
		for (uint32_t i = 0; i < l->wf->nsteps; i++) {
			const struct step *s = &l->wf->steps[i];

			if (!l->never[i] &&
			    (is_false(step_condition(s)) || needs_never(l, s)))
				l->never[i] = more = true;
		}
	}
}

/* --- how far rollbacks go ------------------------------------------------ */

static uint32_t
target_of(const struct workflow *wf, const char *name)
{
	for (uint32_t i = 0; name && i < wf->nsteps; i++) {
		const char *savepoint = wf->steps[i].more->savepoint;

		if (str_eq(wf->steps[i].id, name) ||
		    (savepoint && str_eq(savepoint, name)))
			return i;
	}
	return STEP_NONE;
}

/* A step that goes back to a savepoint it needs leaves all before that as it
 * is. */
static void
find_rollbacks(struct lint *l)
{
	const struct workflow *wf = l->wf;

	l->rolls_back = l->to_start =
		wf->on_failure.action == ON_FAILURE_ROLLBACK;
	for (uint32_t i = 0; i < wf->nsteps && !l->to_start; i++) {
		const struct failure_policy *p = &wf->steps[i].more->on_failure;
		uint32_t to;

		if (p->action != ON_FAILURE_ROLLBACK)
			continue;
		l->rolls_back = true;
		to = target_of(wf, p->target);
		l->to_start = to == STEP_NONE ||
			      !wf->steps[to].more->savepoint ||
			      l->nback_to == ARRAY_SIZE(l->back_to) ||
			      !workflow_needs(wf, i, to);
		if (!l->to_start)
			l->back_to[l->nback_to++] = to;
	}
}

bool
lint_is_reached(const struct lint *l, uint32_t step)
{
	if (l->to_start)
		return true;
	for (uint32_t i = 0; i < l->nback_to; i++)
		if (step != l->back_to[i] &&
		    !workflow_needs(l->wf, l->back_to[i], step))
			return true;
	return false;
}

/* --- asking -------------------------------------------------------------- */

static void
ask_script(struct lint *l, uint32_t step, const char *script,
	   void (*rule)(struct lint *))
{
	if (!script)
		return;
	l->step = step;
	l->script = script;
	rule(l);
}

/* Words as a script of one command. */
static void
ask_words(struct lint *l, uint32_t step, const struct command *c,
	  void (*rule)(struct lint *))
{
	struct strbuf text = STRBUF_INIT;

	for (uint32_t k = 0; k < c->nargv; k++) {
		const char *word = c->argv[k].text;
		bool plain = !strpbrk(word, " \t\n'\"\\$`;&|<>()*?[#~!{}");

		/* What is no plain word is none that a rule looks for. */
		strbuf_addf(&text, "%s%s", k ? " " : "", plain ? word : "''");
	}
	if (c->nargv)
		ask_script(l, step, text.at, rule);
	strbuf_release(&text);
}

static void
ask_command(struct lint *l, uint32_t step, const struct command *c,
	    void (*rule)(struct lint *))
{
	ask_script(l, step, c->run, rule);
	if (!c->run)
		ask_words(l, step, c, rule);
}

static void
ask_scripts(struct lint *l, void (*rule)(struct lint *))
{
	for (uint32_t i = 0; i < l->wf->nsteps; i++) {
		const struct step *s = &l->wf->steps[i];
		struct command command = step_command(s);

		ask_command(l, i, &command, rule);
		ask_command(l, i, &s->more->undo.command, rule);
		l->is_check = true;
		ask_command(l, i, &s->more->check, rule);
		l->is_check = false;
	}
}

static void
ask_steps(struct lint *l, void (*rule)(struct lint *, uint32_t))
{
	for (uint32_t i = 0; i < l->wf->nsteps; i++)
		rule(l, i);
}

static void
begin_rule(struct lint *l, const char *name, const char *why)
{
	l->rule = name;
	l->why = why;
	l->flow_allows = label_allows(&l->wf->labels, name) ||
			 comment_allows(l, 1, l->first_step_line, name);
}

/* Rules about what is nowhere to be found. */
static bool
wants_whole(const char *rule)
{
	return str_ends(rule, "-unread") || str_ends(rule, "-unused");
}

static void
ask_all(struct lint *l)
{
#define LINT_STEP(function)   ask_steps(l, lint_##function)
#define LINT_SCRIPT(function) ask_scripts(l, lint_##function)
#define LINT_FLOW(function)   lint_##function(l)
#define L(name, per, function, reason)                                         \
	if (!l->draft || !wants_whole(name)) {                                 \
		begin_rule(l, name, reason);                                   \
		LINT_##per(function);                                          \
	}
#include "lint.def"
#undef LINT_STEP
#undef LINT_SCRIPT
#undef LINT_FLOW
}

static void
lint(const struct workflow *wf, bool draft, struct wf_diags *diags)
{
	struct lint l = {.wf = wf, .diags = diags, .draft = draft};

	find_rollbacks(&l);
	index_lines(&l);
	find_step_ends(&l);
	find_never(&l);
	workflow_each_read(wf, note_read, &l);
	ask_all(&l);
	free(l.lines);
	free(l.step_end);
	free(l.never);
	map_release(&l.reads);
	arena_release(&l.scratch);
	wf_diags_sort(diags);
}

void
workflow_lint(const struct workflow *wf, struct wf_diags *diags)
{
	lint(wf, false, diags);
}

void
workflow_lint_draft(const struct workflow *wf, struct wf_diags *diags)
{
	lint(wf, true, diags);
}
