/* wfctl new: begins a flow from a template.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../cmd.h"
#include "../designer.h"
#include "../output.h"
#include "../starter.h"

struct args {
	const char *template;
	struct settings answers;
	bool list, force, dry;
};

/* clang-format off */
static const struct option options[] = {
	{0,   "template", OPT_TEXT, offsetof(struct args, template), "NAME", "the template to begin with"},
	{'p', "param",    OPT_SETTINGS, offsetof(struct args, answers), "NAME=VALUE", "the answer to a question; repeatable"},
	{0,   "list",     OPT_FLAG, offsetof(struct args, list), NULL, "show the templates and what they ask"},
	{'f', "force",    OPT_FLAG, offsetof(struct args, force), NULL, "replace a file that is there already"},
	{'n', "dry-run",  OPT_FLAG, offsetof(struct args, dry), NULL, "print the flow, write nothing"},
	{0}};
/* clang-format on */

/* --- the list ------------------------------------------------------------- */

static json_t *
starter_json(struct call *call, const struct starter *s)
{
	json_t *o = json_object(), *asks = json_array();
	struct question q;

	for (size_t i = 0; starter_question(s, &call->arena, i, &q); i++) {
		json_t *ask = json_object();

		json_object_set_new(ask, "name", json_text(q.name));
		json_object_set_new(ask, "question", json_text(q.text));
		json_array_append_new(asks, ask);
	}
	json_object_set_new(o, "name", json_text(s->name));
	json_object_set_new(o, "about",
			    json_text(starter_about(s, &call->arena)));
	json_object_set_new(o, "asks", asks);
	return o;
}

static const char *
join_questions(struct call *call, const struct starter *s)
{
	struct strbuf names = STRBUF_INIT;
	struct question q;
	const char *copy;

	for (size_t i = 0; starter_question(s, &call->arena, i, &q); i++)
		strbuf_addf(&names, "%s%s", i ? " " : "", q.name);
	copy = arena_strdup(&call->arena, names.at);
	strbuf_release(&names);
	return copy;
}

static void
list(struct call *call)
{
	static const struct column columns[] = {
		{"name",  0          },
                {"asks",  0          },
                {"about", COLUMN_FLEX}
        };
	struct records records;

	records_begin(&records, call, columns, ARRAY_SIZE(columns));
	for (size_t i = 0; i < nstarters; i++) {
		const struct starter *s = &starters[i];
		const char *cells[] = {s->name, join_questions(call, s),
				       starter_about(s, &call->arena)};

		if (records_json(&records))
			records_object(&records, starter_json(call, s));
		else
			records_row(&records, cells);
	}
	records_end(&records);
}

/* --- asking --------------------------------------------------------------- */

static bool
can_ask(void)
{
	return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

/* A line of the terminal in the call's arena; NULL at its end. */
static const char *
read_line(struct call *call)
{
	char *line = NULL;
	const char *copy = NULL;
	size_t size = 0;
	ssize_t n;

	fflush(stderr);
	n = getline(&line, &size, stdin);
	if (n >= 0) {
		if (n && line[n - 1] == '\n')
			line[n - 1] = '\0';
		copy = arena_strdup(&call->arena, line);
	}
	free(line);
	return copy;
}

static enum wf_code
choose(struct call *call, const struct starter **out, struct wf_err *err)
{
	const struct args *args = call->args;

	if (args->template)
		return starter_find(args->template, out, err);
	if (!can_ask()) {
		ERR(err, WF_USAGE, "no template is named");
		wf_err_hint(err, "give --template NAME; \"wfctl new --list\" "
				 "shows them");
		return WF_USAGE;
	}
	for (size_t i = 0; i < nstarters; i++)
		fprintf(stderr, "  %-15s %s\n", starters[i].name,
			starter_about(&starters[i], &call->arena));
	for (;;) {
		const char *name;

		fputs("Template: ", stderr);
		name = read_line(call);
		if (!name)
			return ERR(err, WF_CANCELLED, "nothing was written");
		if (!starter_find(name, out, err)) {
			*err = (struct wf_err){0};
			return WF_OK;
		}
		output_error(&call->globals, err, NULL);
	}
}

static const char *
given_answer(const struct args *args, const char *name)
{
	for (size_t i = args->answers.n; i-- > 0;)
		if (str_eq(args->answers.at[i].name, name))
			return args->answers.at[i].value;
	return NULL;
}

static enum wf_code
check_answers(struct call *call, const struct starter *s, struct wf_err *err)
{
	const struct args *args = call->args;
	struct question q;

	for (size_t i = 0; i < args->answers.n; i++) {
		bool known = false;

		for (size_t k = 0; starter_question(s, &call->arena, k, &q);
		     k++)
			known = known ||
				str_eq(q.name, args->answers.at[i].name);
		if (known)
			continue;
		ERR(err, WF_USAGE, "the template %s does not ask for \"%.80s\"",
		    s->name, args->answers.at[i].name);
		wf_err_hint(err, "it asks for: %s", join_questions(call, s));
		return WF_USAGE;
	}
	return WF_OK;
}

/* Write the answer, and look whether the flow is still one. */
static enum wf_code
answer(struct wf_edit *edit, const struct question *q, const char *value,
       struct wf_err *err)
{
	const struct wf_diags *found;
	enum wf_code code = wf_edit_set(edit, q->step, q->path, value, err);

	if (code)
		return code;
	found = wf_edit_findings(edit);
	if (!found->nerrors)
		return WF_OK;
	ERR(err, WF_USAGE, "\"%.200s\" is no good %s: %.300s", value, q->name,
	    found->at[0].message);
	if (found->at[0].hint)
		wf_err_hint(err, "%s", found->at[0].hint);
	wf_edit_undo(edit);
	return WF_USAGE;
}

static enum wf_code
ask(struct call *call, struct wf_edit *edit, const struct question *q,
    const char *def, struct wf_err *err)
{
	for (;;) {
		const char *value;

		fprintf(stderr, "%s [%s] ", q->text, def);
		value = read_line(call);
		if (!value)
			return ERR(err, WF_CANCELLED, "nothing was written");
		if (!answer(edit, q, *value ? value : def, err)) {
			*err = (struct wf_err){0};
			return WF_OK;
		}
		output_error(&call->globals, err, NULL);
	}
}

/* The name in FILE is the flow's unless it is given. */
static const char *
default_answer(struct call *call, struct wf_edit *edit,
	       const struct question *q)
{
	const char *file = call->nwords ? call->words[0] : NULL, *slash;
	char *now, *copy;

	if (str_eq(q->name, "name") && file && !str_eq(file, "-")) {
		slash = strrchr(file, '/');
		copy = arena_strdup(&call->arena, slash ? slash + 1 : file);
		if (str_ends(copy, ".yaml"))
			copy[strlen(copy) - 5] = '\0';
		else if (str_ends(copy, ".yml"))
			copy[strlen(copy) - 4] = '\0';
		if (*copy)
			return copy;
	}
	now = wf_edit_get(edit, q->step, q->path);
	copy = arena_strdup(&call->arena, now ? now : "");
	free(now);
	return copy;
}

static enum wf_code
fill(struct call *call, const struct starter *s, struct wf_edit *edit,
     struct wf_err *err)
{
	const struct args *args = call->args;
	enum wf_code code = check_answers(call, s, err);
	struct question q;

	for (size_t i = 0; !code && starter_question(s, &call->arena, i, &q);
	     i++) {
		const char *given = given_answer(args, q.name);
		const char *def = default_answer(call, edit, &q);

		if (given || !can_ask())
			code = answer(edit, &q, given ? given : def, err);
		else
			code = ask(call, edit, &q, def, err);
	}
	return code;
}

/* --- writing -------------------------------------------------------------- */

static const char *
target(struct call *call, struct wf_edit *edit)
{
	char *name;
	const char *path;

	if (call->nwords)
		return call->words[0];
	name = wf_edit_get(edit, NULL, "name");
	path = arena_printf(&call->arena, "%s.yaml", name ? name : "flow");
	free(name);
	return path;
}

static enum wf_code
write_flow(struct call *call, struct wf_edit *edit, struct wf_err *err)
{
	const struct args *args = call->args;
	const char *path = target(call, edit);
	enum wf_code code;
	size_t n;
	const char *text = wf_edit_text(edit, &n);

	if (args->dry || str_eq(path, "-")) {
		fwrite(text, 1, n, stdout);
		return WF_OK;
	}
	if (!call->nwords && strchr(path, '/'))
		return ERR(err, WF_USAGE,
			   "the flow's name makes no name of a file; name "
			   "one");
	code = wf_edit_save(edit, path, args->force, err);
	if (code == WF_REFUSED)
		wf_err_hint(err, "choose another name, or give -f to replace "
				 "it");
	if (!code && !call->globals.quiet) {
		output_text(stdout, path);
		fputs(" was written; look at it, then \"wfctl run\" it\n",
		      stdout);
	}
	return code;
}

/* --- the designer --------------------------------------------------------- */

/* A name that is free: flow.yaml, flow-2.yaml, ... */
static const char *
free_name(struct call *call)
{
	const char *name = "flow.yaml";

	for (int i = 2; access(name, F_OK) == 0; i++)
		name = arena_printf(&call->arena, "flow-%d.yaml", i);
	return name;
}

/* Nothing was said about what is wanted, and there is somebody to ask. */
static bool
wants_designer(const struct call *call)
{
	const struct args *args = call->args;

	return !args->template && !args->answers.n && !args->dry &&
	       !args->list && !(call->nwords && str_eq(call->words[0], "-")) &&
	       designer_is_possible();
}

static enum wf_code
design(struct call *call, struct wf_err *err)
{
	const struct args *args = call->args;
	const char *path = call->nwords ? call->words[0] : free_name(call);
	enum wf_code code;

	if (access(path, F_OK) == 0 && !args->force) {
		ERR(err, WF_REFUSED, "there is a file \"%.200s\" already",
		    path);
		wf_err_hint(err, "\"wfctl edit\" opens it");
		return WF_REFUSED;
	}
	code = call_open(call, WF_OPEN_CREATE, err);
	return code ? code : designer_run(call, path, true, err);
}

static enum wf_code
begin(struct call *call, struct wf_err *err)
{
	const struct args *args = call->args;
	const struct starter *s = NULL;
	struct wf_edit *edit;
	enum wf_code code;

	if (args->list) {
		list(call);
		return WF_OK;
	}
	if (wants_designer(call))
		return design(call, err);
	code = choose(call, &s, err);
	if (code)
		return code;
	edit = starter_open(s, "");
	code = fill(call, s, edit, err);
	if (!code)
		code = write_flow(call, edit, err);
	wf_edit_close(edit);
	return code;
}

const struct cmd_entry cmd_new = {
	.operands = "[FILE]",
	.options = options,
	.size = sizeof(struct args),
	.max = 1,
	.about = "On a terminal the designer opens, with the templates to "
		 "choose from, unless\none is named.  Without FILE it is named "
		 "after "
		 "the flow; \"-\" is standard output.  What is\nnot given with "
		 "-p is asked for on a terminal; elsewhere the template's own "
		 "values\nstand.",
	.example = "wfctl new nightly.yaml --template backup -p source=/srv",
	.complete = "F",
	.run = begin,
};
