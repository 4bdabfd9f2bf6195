/* Commands of the palette: a line taken apart, a request posted.
 *
 * What undoes or stops opens its dialog instead: plan before change.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "palette_command.h"

#include <stdlib.h>

enum {
	WORDS_MAX = 32
};

static const struct command {
	const char *verb, *usage;
	const char *dialog; /* opened instead of asking at once, or NULL */
	bool target;        /* its last operand is no step */
} commands[] = {
	{"retry",     "retry [STEP]... [--downstream] [--reset]",  NULL,       false},
	{"skip",      "skip STEP -m WHY",                          NULL,       false},
	{"mark",      "mark STEP succeeded|failed|skipped -m WHY", NULL,       true },
	{"rollback",  "rollback [STEP]",                           "rollback", false},
	{"pause",     "pause [STEP]",                              NULL,       false},
	{"continue",  "continue [STEP]",                           NULL,       false},
	{"resume",    "resume",				    NULL,       false},
	{"cancel",    "cancel [STEP]",                             "confirm",  false},
	{"approve",   "approve STEP [-f FIELD=VALUE]... [-m WHY]", NULL,       false},
	{"reject",    "reject STEP [-m WHY]",                      NULL,       false},
	{"send-back", "send-back STEP TARGET [-m WHY]",            NULL,       true },
	{"assign",    "assign STEP USER",                          NULL,       true },
	{"signal",    "signal NAME [KEY=VALUE]...",                NULL,       true },
};

struct line {
	char *copy;
	const char *words[WORDS_MAX];
	size_t n;
};

/* Cut at spaces; what stands between quotes is one word. */
static void
cut(struct line *l, const char *text)
{
	char *p = l->copy = mem_strdup(text);

	l->n = 0;
	while (l->n < WORDS_MAX) {
		char *out;
		char quote = 0;

		p += strspn(p, " ");
		if (!*p)
			break;
		l->words[l->n++] = out = p;
		for (; *p && (quote || *p != ' '); p++) {
			if (quote ? *p == quote : *p == '"' || *p == '\'')
				quote = quote ? 0 : *p;
			else
				*out++ = *p;
		}
		p += *p != '\0';
		*out = '\0';
	}
}

static const struct command *
find(const char *verb)
{
	for (size_t i = 0; verb && i < ARRAY_SIZE(commands); i++)
		if (str_eq(commands[i].verb, verb))
			return &commands[i];
	return NULL;
}

bool
palette_command_at(size_t i, const char **name, const char **usage)
{
	if (i >= ARRAY_SIZE(commands))
		return false;
	*name = commands[i].verb;
	*usage = commands[i].usage;
	return true;
}

struct parsed {
	struct wf_request request;
	const char *steps[WORDS_MAX];
	struct wf_setting settings[WORDS_MAX];
	bool wrong;
};

static void
add_setting(struct parsed *p, char *word)
{
	char *equals = strchr(word, '=');

	p->wrong |= !equals;
	if (!equals)
		return;
	*equals = '\0';
	p->settings[p->request.nsettings++] =
		(struct wf_setting){word, equals + 1};
}

static void
take_word(struct parsed *p, const struct command *c, const struct line *l,
	  size_t *i)
{
	const char *word = l->words[*i];
	bool more = *i + 1 < l->n;

	if (str_eq(word, "--downstream"))
		p->request.downstream = true;
	else if (str_eq(word, "--reset"))
		p->request.reset = true;
	else if (str_eq(word, "--now"))
		p->request.now = true;
	else if (str_eq(word, "-m") && more)
		p->request.reason = l->words[++*i];
	else if (str_eq(word, "-f") && more)
		add_setting(p, (char *)(uintptr_t)l->words[++*i]);
	else if (*word == '-')
		p->wrong = true;
	else if (strchr(word, '=') && str_eq(c->verb, "signal"))
		add_setting(p, (char *)(uintptr_t)word);
	else
		p->steps[p->request.nsteps++] = word;
}

static struct parsed
parse(const struct command *c, const struct line *l)
{
	struct parsed p = {.request = {.verb = c->verb}};

	for (size_t i = 1; i < l->n; i++)
		take_word(&p, c, l, &i);
	if (c->target && p.request.nsteps)
		p.request.target = p.steps[--p.request.nsteps];
	p.wrong |= c->target && !p.request.target;
	return p;
}

static void
open_dialog(struct views *vs, const struct command *c, const char *run,
	    const struct parsed *p)
{
	bool step = p->request.nsteps > 0;
	char *arg =
		mem_printf("%s%s%s%s", run, step ? " " : "",
			   step && str_eq(c->dialog, "confirm") ? "stop " : "",
			   step ? p->steps[0] : "");

	views_ask(vs, c->dialog, arg);
	free(arg);
}

bool
palette_command(struct views *vs, const char *run, const char *text,
		struct wf_err *err)
{
	struct line l;
	const struct command *c;
	struct parsed p;
	char *done;

	cut(&l, text);
	c = find(l.n ? l.words[0] : NULL);
	if (!c) {
		ERR(err, WF_NOT_FOUND, "there is no command \"%.60s\"",
		    l.n ? l.words[0] : "");
		free(l.copy);
		return false;
	}
	p = parse(c, &l);
	p.request.steps = p.steps;
	p.request.settings = p.settings;
	if (p.wrong || !run) {
		ERR(err, WF_USAGE, run ? "it reads: %s" : "%s: no run is here",
		    c->usage);
		free(l.copy);
		return false;
	}
	done = mem_printf("%s: accepted", c->verb);
	if (c->dialog)
		open_dialog(vs, c, run, &p);
	else
		(void)views_request(vs, run, &p.request, done);
	free(done);
	free(l.copy);
	return true;
}

char *
palette_complete(struct views *vs, const char *run, const char *line)
{
	const char *space = strrchr(line, ' ');
	const char *word = space ? space + 1 : line;
	struct wf_run_detail d = {0};
	char *found = NULL;

	if (!space || wf_run(vs->engine, run, &d, NULL))
		return NULL;
	for (size_t i = 0; i < d.nsteps && !found; i++)
		if (str_starts(d.steps[i].path, word) &&
		    !str_eq(d.steps[i].path, word))
			found = mem_printf("%.*s%s", (int)(word - line), line,
					   d.steps[i].path);
	wf_list_free(&d.list);
	return found;
}
