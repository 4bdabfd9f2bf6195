/* Writing the generated parts of manual pages, as mdoc(7).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "docgen.h"

#include <stdlib.h>

#include "../engine/base/fs.h"
#include "../engine/engine.h"
#include "docgen_text.h"
#include "docgen_tui.h"

struct page {
	struct strbuf *out;
	const struct cmd *cmd; /* the one the page is about, or NULL */
};

static void
list_begin(struct page *page)
{
	strbuf_adds(page->out, ".Bl -tag -width Ds\n");
}

static void
list_end(struct page *page)
{
	strbuf_adds(page->out, ".El\n");
}

static void
add_options(struct page *page, const struct option *rows)
{
	if (!rows || rows->kind == OPT_END)
		return;
	list_begin(page);
	for (const struct option *o = rows; o->kind != OPT_END; o++) {
		strbuf_adds(page->out, ".It ");
		if (o->letter)
			strbuf_addf(page->out, "Fl %c , ", o->letter);
		strbuf_adds(page->out, "Fl \\-");
		docgen_text(page->out, o->name);
		if (o->arg) {
			strbuf_adds(page->out, " Ar ");
			docgen_text(page->out, o->arg);
		}
		strbuf_addc(page->out, '\n');
		docgen_sentence(page->out, o->help);
	}
	list_end(page);
}

static void
add_own_options(struct page *page)
{
	const struct option *rows = page->cmd->entry->options;

	if (rows && rows->kind != OPT_END)
		add_options(page, rows);
	strbuf_adds(page->out, "The options that every command takes are in\n"
			       ".Xr wfctl 1 .\n");
}

static void
add_globals(struct page *page)
{
	add_options(page, global_options);
}

static void
add_synopsis(struct page *page)
{
	struct strbuf line = STRBUF_INIT;
	const char *name = page->cmd->name;

	cmd_synopsis(&line, page->cmd);
	strbuf_addf(page->out, ".Nm wfctl %s\n", name);
	docgen_text(page->out, line.at + strlen("wfctl ") + strlen(name) + 1);
	strbuf_addc(page->out, '\n');
	strbuf_release(&line);
}

static void
add_commands(struct page *page)
{
	bool used[NGROUPS] = {false};

	for (size_t i = 0; i < ncmds; i++)
		used[cmds[i].group] = true;
	for (int group = 0; group < GROUP_HIDDEN; group++) {
		if (!used[group])
			continue;
		strbuf_addf(page->out, ".Ss %s\n", cmd_groups[group]);
		list_begin(page);
		for (size_t i = 0; i < ncmds; i++) {
			if ((int)cmds[i].group != group)
				continue;
			strbuf_adds(page->out, ".It Xr wfctl\\-");
			docgen_text(page->out, cmds[i].name);
			strbuf_adds(page->out, " 1\n");
			docgen_sentence(page->out, cmds[i].summary);
		}
		list_end(page);
	}
}

static void
add_exit(struct page *page)
{
	list_begin(page);
	for (int code = 0; code < WF_NCODES; code++) {
		strbuf_addf(page->out, ".It %d\n", wf_code_exit(code));
		docgen_sentence(page->out, wf_code_title(code));
	}
	list_end(page);
}

static void
add_states(struct page *page, const struct state_info *states, int n)
{
	list_begin(page);
	for (int i = 0; i < n; i++) {
		strbuf_addf(page->out, ".It Sy %s\n", states[i].name);
		docgen_sentence(page->out, states[i].meaning);
	}
	list_end(page);
}

static void
add_step_states(struct page *page)
{
	add_states(page, step_states, STEP_NSTATES);
}

static void
add_run_states(struct page *page)
{
	add_states(page, run_states, RUN_NSTATES);
}

/* One line a transition: from, event (guard), to, because. */
static void
add_transitions(struct page *page)
{
	strbuf_adds(page->out, ".Bd -literal\n");
	for (size_t i = 0; i < nstep_transitions; i++) {
		const struct transition *t = &step_transitions[i];
		struct strbuf line = STRBUF_INIT;

		strbuf_addf(&line, "%-12s %-16s -> %-12s",
			    step_states[t->from].name,
			    step_event_names[t->event],
			    step_states[t->to].name);
		if (t->guard != GUARD_ALWAYS)
			strbuf_addf(&line, " if %s",
				    step_guard_names[t->guard]);
		docgen_text(page->out, line.at);
		strbuf_addc(page->out, '\n');
		strbuf_release(&line);
	}
	strbuf_adds(page->out, ".Ed\n");
}

static void
add_events(struct page *page)
{
	list_begin(page);
	for (int i = 0; i < EV_NKINDS; i++) {
		strbuf_addf(page->out, ".It Sy %s%s\n", event_kinds[i].name,
			    event_kinds[i].decision ? " Pq a decision" : "");
		docgen_sentence(page->out, event_kinds[i].meaning);
	}
	list_end(page);
}

/* Types as people write them: `=word` is the word itself. */
static void
add_type(struct strbuf *out, const char *type)
{
	char *copy = mem_strdup(type), *to = copy;

	for (const char *p = type; *p; p++)
		if (*p != '=')
			*to++ = *p;
	*to = '\0';
	docgen_text(out, copy);
	free(copy);
}

static void
add_key_rows(struct page *page, bool (*row)(size_t i, struct wf_key_info *out))
{
	struct wf_key_info key;
	const char *section = NULL;

	for (size_t i = 0; row(i, &key); i++) {
		if (!section || !str_eq(section, key.section)) {
			if (section)
				list_end(page);
			section = key.section;
			strbuf_addf(page->out, ".Ss Keys of %s\n", section);
			list_begin(page);
		}
		strbuf_adds(page->out, ".It Cm ");
		docgen_text(page->out, key.name);
		strbuf_addc(page->out, '\n');
		docgen_sentence(page->out, key.help);
		strbuf_adds(page->out, "Takes ");
		add_type(page->out, key.type);
		strbuf_adds(page->out, ";\nfor example \\(lq");
		docgen_text(page->out, key.name);
		strbuf_adds(page->out, ": ");
		docgen_text(page->out, key.example);
		strbuf_adds(page->out, "\\(rq.\n");
	}
	list_end(page);
}

static void
add_keys(struct page *page)
{
	add_key_rows(page, wf_flow_key);
}

static void
add_scenario_keys(struct page *page)
{
	add_key_rows(page, wf_scenario_key);
}

static void
add_advice(struct page *page)
{
	struct wf_advice_info advice;

	list_begin(page);
	for (size_t i = 0; wf_flow_advice(i, &advice); i++) {
		strbuf_adds(page->out, ".It Sy ");
		docgen_text(page->out, advice.name);
		strbuf_addc(page->out, '\n');
		docgen_sentence(page->out, advice.why);
	}
	list_end(page);
}

static void
add_settings(struct page *page)
{
	docgen_settings(page->out);
}

static void
add_bindings(struct page *page)
{
	docgen_bindings(page->out);
}

static void
add_shown_states(struct page *page)
{
	docgen_states(page->out);
}

static const struct {
	const char *word;
	bool of_command;
	void (*add)(struct page *page);
} words[] = {
	{"SYNOPSIS",    true,  add_synopsis     },
	{"OPTIONS",     true,  add_own_options  },
	{"COMMANDS",    false, add_commands     },
	{"GLOBALS",     false, add_globals      },
	{"EXIT",        false, add_exit         },
	{"STEP_STATES", false, add_step_states  },
	{"RUN_STATES",  false, add_run_states   },
	{"TRANSITIONS", false, add_transitions  },
	{"EVENTS",      false, add_events       },
	{"KEYS",        false, add_keys         },
	{"SCENARIO",    false, add_scenario_keys},
	{"ADVICE",      false, add_advice       },
	{"SETTINGS",    false, add_settings     },
	{"BINDINGS",    false, add_bindings     },
	{"SHOWN",       false, add_shown_states },
};

static enum wf_code
replace(struct page *page, const char *word, size_t n, struct wf_err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (strlen(words[i].word) != n ||
		    memcmp(words[i].word, word, n) ||
		    (words[i].of_command && !page->cmd))
			continue;
		words[i].add(page);
		return WF_OK;
	}
	return ERR(err, WF_USAGE, "nothing is known to stand for \"@%.*s@\"",
		   (int)n, word);
}

/* The command a page is named after: .../wfctl-send-back.1.in */
static enum wf_code
find_command(const char *path, const struct cmd **cmd, struct wf_err *err)
{
	const char *base = strrchr(path, '/');
	char name[64];
	size_t n;

	*cmd = NULL;
	base = base ? base + 1 : path;
	if (!str_starts(base, "wfctl-") || !str_ends(base, ".1.in"))
		return WF_OK;
	base += strlen("wfctl-");
	n = strlen(base) - strlen(".1.in");
	if (n >= sizeof(name))
		n = sizeof(name) - 1;
	memcpy(name, base, n);
	name[n] = '\0';
	return cmd_find(name, cmd, err);
}

enum wf_code
docgen_page(const char *path, struct strbuf *out, struct wf_err *err)
{
	static const char mark[] = ".\\\" @";
	struct strbuf text = STRBUF_INIT;
	struct page page = {.out = out};
	enum wf_code code = find_command(path, &page.cmd, err);

	if (!code)
		code = fs_read(path, 1 << 20, &text, err);
	for (const char *line = text.at; !code && *line;) {
		size_t n = strcspn(line, "\n"), skip = sizeof(mark) - 1;

		if (str_starts(line, mark) && n > skip + 1)
			code = replace(&page, line + skip, n - skip - 1, err);
		else
			strbuf_add(out, line, n + (line[n] == '\n'));
		line += n + (line[n] == '\n');
	}
	strbuf_release(&text);
	return code;
}
