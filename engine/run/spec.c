/* Commands, environments and files of attempts.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "spec.h"

#include <unistd.h>

#include "../base/fs.h"
#include "names.h"
#include "secret.h"
#include "vars.h"

/* A single argument of 128 KiB or more does not fit through execve. */
#define SCRIPT_BY_FILE ((size_t)100 * 1024)

struct builder {
	struct run *r;
	const struct flight *f;
	const struct inst *i;
	const struct step *step;
	const struct scope *scope;
	struct spec *spec;
	struct vars vars;
	struct map env; /* NAME -> "NAME=value" */
	struct wf_err *err;
};

char *
spec_file(const struct run *r, const struct flight *f, const char *suffix)
{
	return mem_printf("%s/%s%s", r->dir, f->log, suffix);
}

void
spec_free(struct spec *s)
{
	if (!s)
		return;
	arena_release(&s->arena);
	free(s);
}

static bool
render(struct builder *b, const struct template *t, const char *what,
       const char **out)
{
	struct cel_vars lookup = vars_lookup(&b->vars);
	struct cel_error err;

	if (!t->nparts) {
		*out = t->text;
		return true;
	}
	if (template_render(t, &lookup, &b->spec->arena, out, &err))
		return true;
	ERR(b->err, WF_FAILED, "%s of step \"%s\": %s", what, b->step->id,
	    err.message);
	return false;
}

/* --- environment
 * ------------------------------------------------------------------ */

static void
set_env(struct builder *b, const char *name, const char *value)
{
	char *pair = arena_printf(&b->spec->arena, "%s=%s", name, value);

	map_set(&b->env, arena_strdup(&b->spec->arena, name), pair);
}

static bool
is_ours(const char *pair)
{
	return str_starts(pair, "WFCTL_") || str_starts(pair, "LINES=") ||
	       str_starts(pair, "COLUMNS=");
}

static void
inherit_env(struct builder *b)
{
	for (char **p = environ; *p; p++) {
		const char *eq = strchr(*p, '=');

		if (!eq || is_ours(*p))
			continue;
		map_set(&b->env,
			arena_strndup(&b->spec->arena, *p, (size_t)(eq - *p)),
			*p);
	}
}

static bool
add_env(struct builder *b, const struct env *env)
{
	for (uint32_t k = 0; k < env->n; k++) {
		const char *text;

		if (!render(b, &env->at[k].value, env->at[k].name, &text))
			return false;
		set_env(b, env->at[k].name, text);
	}
	return true;
}

/* NAME=value for each entry of a map, as PREFIX + entry. */
static void
add_map(struct builder *b, const char *prefix, struct value map)
{
	struct strbuf text = STRBUF_INIT;

	for (uint32_t k = 0; map.kind == VALUE_MAP && k < map.n; k++) {
		strbuf_clear(&text);
		value_to_text(map.items[2 * k + 1], &text);
		set_env(b,
			arena_printf(&b->spec->arena, "%s%s", prefix,
				     map.items[2 * k].string),
			text.at);
	}
	strbuf_release(&text);
}

static void
add_operator_env(struct builder *b)
{
	const char *json = b->i->more ? b->i->more->env : NULL;
	struct value map;

	if (json &&
	    value_from_json_text(&b->spec->arena, json, strlen(json), &map))
		add_map(b, "", map);
}

static void
add_number(struct builder *b, const char *name, uint32_t n)
{
	set_env(b, name, arena_printf(&b->spec->arena, "%u", n));
}

static void
add_file_env(struct builder *b, const char *name, const char *suffix)
{
	char *path = spec_file(b->r, b->f, suffix);

	set_env(b, name, path);
	free(path);
}

static void
add_own_env(struct builder *b)
{
	struct strbuf key = STRBUF_INIT;
	const struct inst_more *m = b->i->more;

	names_key(b->r, b->f->ix, b->f->phase, &key);
	set_env(b, "WFCTL_RUN_ID", b->r->row.id);
	set_env(b, "WFCTL_FLOW", b->scope->wf->name);
	set_env(b, "WFCTL_STEP_ID", b->step->id);
	set_env(b, "WFCTL_INSTANCE", m && m->key ? m->key : "");
	add_number(b, "WFCTL_ATTEMPT", b->f->n);
	set_env(b, "WFCTL_KEY", key.at);
	b->spec->w.key = map_get(&b->env, "WFCTL_KEY");
	set_env(b, "WFCTL_RUN_DIR",
		arena_printf(&b->spec->arena, "%s/work", b->r->dir));
	set_env(b, "WFCTL_PHASE", phase_name(b->f->phase));
	add_file_env(b, "WFCTL_OUTPUT", ".set");
	add_file_env(b, "WFCTL_HEARTBEAT", ".beat");
	strbuf_release(&key);
	add_map(b, "WFCTL_PARAM_", b->scope->params);
	if (b->f->phase != PHASE_UNDO)
		return;
	set_env(b, "WFCTL_REASON", m && m->reason ? m->reason : "rollback");
	add_map(b, "WFCTL_OUT_", vars_outputs(b->r, b->f->ix, &b->spec->arena));
}

static void
list_env(struct builder *b)
{
	const char **envp =
		arena_array(&b->spec->arena, const char *, b->env.n + 1);
	size_t n = 0;

	map_each (&b->env, e)
		envp[n++] = e->value;
	b->spec->w.envp = envp;
}

static bool
build_env(struct builder *b)
{
	inherit_env(b);
	if (!add_env(b, &b->scope->wf->env) || !add_env(b, &b->step->more->env))
		return false;
	add_operator_env(b);
	add_own_env(b);
	for (uint32_t k = 0; k < b->step->more->nsecrets; k++) {
		const struct secret *s =
			&b->scope->wf->secrets[b->step->more->secrets[k]];
		const char *value = secret_read(s, b->scope->wf->dir,
						&b->spec->arena, b->err);

		if (!value)
			return false;
		set_env(b, s->name, value);
		secret_add(&b->spec->arena, &b->spec->w, value);
	}
	list_env(b);
	return true;
}

/* --- command
 * ------------------------------------------------------------------------ */

/* Words of sh that are no programs, or whose program differs. */
static const char *const builtins[] = {
	".",      "alias",   "bg",       "break",    "case",   "cd",
	"chdir",  "command", "continue", "do",       "done",   "echo",
	"elif",   "else",    "esac",     "eval",     "exec",   "exit",
	"export", "fc",      "fg",       "fi",       "for",    "getopts",
	"hash",   "if",      "in",       "jobs",     "kill",   "local",
	"printf", "pwd",     "read",     "readonly", "return", "set",
	"shift",  "test",    "then",     "time",     "times",  "trap",
	"type",   "ulimit",  "umask",    "unalias",  "unset",  "until",
	"wait",   "while",
};

static bool
is_builtin(const char *word)
{
	for (size_t k = 0; k < ARRAY_SIZE(builtins); k++)
		if (str_eq(builtins[k], word))
			return true;
	return false;
}

const char **
spec_simple_words(struct arena *a, const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_./=+,:@%- ";
	size_t n = strlen(text), nwords = 0;
	const char **words;
	char *copy, *save = NULL;

	while (n && (text[n - 1] == '\n' || text[n - 1] == ' '))
		n--;
	if (!n || n > 4096 || strspn(text, plain) < n)
		return NULL;
	copy = arena_strndup(a, text, n);
	words = arena_array(a, const char *, n / 2 + 2);
	for (char *w = strtok_r(copy, " ", &save); w;
	     w = strtok_r(NULL, " ", &save))
		words[nwords++] = w;
	if (!nwords || strchr(words[0], '=') || words[0][0] == '-' ||
	    is_builtin(words[0]))
		return NULL;
	return words;
}

static const char *
search_path(const char *path, const char *word, struct arena *a)
{
	while (*path) {
		size_t n = strcspn(path, ":");
		char *file = arena_printf(a, "%.*s/%s", (int)n, path, word);

		if (file[0] == '/' && access(file, X_OK) == 0)
			return file;
		path += n + (path[n] == ':');
	}
	return NULL;
}

/* The word as a program on the attempt's own PATH.  Where it was found is
 * remembered: a hundred thousand steps often run the same few. */
static const char *
find_program(struct builder *b, const char *word)
{
	struct run *r = b->r;
	const char *pair = map_get(&b->env, "PATH");
	const char *path = pair ? pair + strlen("PATH=") : "/usr/bin:/bin";
	char *key;
	const char *file;

	if (strchr(word, '/'))
		return NULL; /* may be relative to the work directory */
	key = arena_printf(&b->spec->arena, "%s:%s", path, word);
	file = map_get(&r->programs, key);
	if (file && access(file, X_OK) == 0)
		return file;
	file = search_path(path, word, &b->spec->arena);
	if (file)
		map_set(&r->programs, arena_strdup(&r->arena, key),
			arena_strdup(&r->arena, file));
	return file;
}

static bool
try_direct(struct builder *b, const char *text)
{
	const char **words = spec_simple_words(&b->spec->arena, text);

	if (!words)
		return false;
	b->spec->w.program = find_program(b, words[0]);
	if (!b->spec->w.program)
		return false;
	b->spec->w.argv = words;
	return true;
}

static bool
script_file(struct builder *b, const char *text, const char **path)
{
	char *file = spec_file(b->r, b->f, ".script");
	enum wf_code code;

	*path = arena_strdup(&b->spec->arena, file);
	code = fs_write(file, text, strlen(text), 0600, b->err);
	free(file);
	return code == WF_OK;
}

/* The option by which an interpreter takes its script as an argument. */
static const char *
script_option(const char *program)
{
	static const char *const by_e[] = {"perl", "ruby", "node"};
	const char *base = strrchr(program, '/');

	base = base ? base + 1 : program;
	for (size_t k = 0; k < ARRAY_SIZE(by_e); k++)
		if (str_eq(base, by_e[k]))
			return "-e";
	return "-c";
}

static bool
shell_words(struct builder *b, const char *text)
{
	static const char *sh[] = {"/bin/sh", "-eu"};
	static const char *bash[] = {"bash", "-eu", "-o", "pipefail"};
	struct words shell = b->step->more->shell;
	const char **argv;
	uint32_t n = 0;

	if (!shell.n || (shell.n == 1 && str_eq(shell.at[0], "sh")))
		shell = (struct words){sh, ARRAY_SIZE(sh)};
	else if (shell.n == 1 && str_eq(shell.at[0], "bash"))
		shell = (struct words){bash, ARRAY_SIZE(bash)};
	argv = arena_array(&b->spec->arena, const char *, shell.n + 3);
	for (; n < shell.n; n++)
		argv[n] = shell.at[n];
	if (strlen(text) < SCRIPT_BY_FILE) {
		argv[n++] = script_option(shell.at[0]);
		argv[n] = text;
	} else if (!script_file(b, text, &argv[n])) {
		return false;
	}
	b->spec->w.argv = argv;
	return true;
}

static bool
build_command(struct builder *b, const struct command *c)
{
	const char **argv;

	if (c->run)
		return (!b->step->more->shell.n && try_direct(b, c->run)) ||
		       shell_words(b, c->run);
	argv = arena_array(&b->spec->arena, const char *, c->nargv + 1);
	for (uint32_t k = 0; k < c->nargv; k++)
		if (!render(b, &c->argv[k], "argv", &argv[k]))
			return false;
	b->spec->w.argv = argv;
	return true;
}

static const struct command *
command_of(const struct step *step, enum phase phase)
{
	switch (phase) {
	case PHASE_CHECK:
		return &step->more->check;
	case PHASE_UNDO:
		return &step->more->undo.command;
	case PHASE_DO:
	case PHASE_HOOK:
		break;
	}
	return &step->command;
}

/* --- files
 * ------------------------------------------------------------------------- */

static bool
build_files(struct builder *b)
{
	const struct step_more *more = b->step->more;
	struct arena *a = &b->spec->arena;
	const char *dir = b->scope->wf->dir, *text;
	char *path;
	bool ok = true;

	b->spec->w.workdir = dir;
	if (more->workdir.text) {
		if (!render(b, &more->workdir, "workdir", &text))
			return false;
		path = fs_join(dir, text);
		b->spec->w.workdir = arena_strdup(a, path);
		free(path);
	}
	b->spec->w.log = arena_printf(a, "%s/%s", b->r->dir, b->f->log);
	if (b->f->phase != PHASE_DO)
		return true;
	for (uint32_t k = 0; k < more->noutputs; k++) {
		if (!more->outputs[k].from_stdout)
			continue;
		b->spec->w.output = arena_printf(a, "%s.out", b->spec->w.log);
		b->spec->w.limits.stdout_bytes = OUTPUT_MAX_BYTES;
	}
	if (more->stdin_text.text) {
		if (!render(b, &more->stdin_text, "stdin", &text))
			return false;
		path = spec_file(b->r, b->f, ".in");
		ok = fs_write(path, text, strlen(text), 0600, b->err) == WF_OK;
		b->spec->w.input = arena_strdup(a, path);
		free(path);
	}
	return ok;
}

static int64_t
or_zero(int64_t limit)
{
	return limit < 0 ? 0 : limit;
}

static void
build_limits(struct builder *b)
{
	const struct step_more *more = b->step->more;
	const struct limits *l = &more->limits;
	struct warden_spec *w = &b->spec->w;

	w->attempt = b->f->attempt;
	w->timeout = or_zero(b->f->phase == PHASE_UNDO ? more->undo.timeout
						       : more->timeout);
	w->kill_after = more->kill_after < 0 ? 10000 : more->kill_after;
	w->nice = more->nice;
	w->limits.memory = or_zero(l->memory);
	w->limits.cpu_time = or_zero(l->cpu_time);
	w->limits.file_size = or_zero(l->file_size);
	w->limits.processes = or_zero(l->processes);
	w->limits.open_files = or_zero(l->open_files);
	w->limits.log = l->log < 0 ? (int64_t)64 << 20 : l->log;
}

/* --- hooks
 * ------------------------------------------------------------------------- */

static void
add_hook_env(struct builder *b)
{
	const struct run *r = b->r;
	const struct hook_due *h = &r->hooks.at[0];

	set_env(b, "WFCTL_EVENT", hook_name(h->hook));
	set_env(b, "WFCTL_RUN_ID", r->row.id);
	set_env(b, "WFCTL_RUN_NAME", r->row.name ? r->row.name : "");
	set_env(b, "WFCTL_RUN_STATE", run_states[h->state].name);
	set_env(b, "WFCTL_FLOW", b->scope->wf->name);
	set_env(b, "WFCTL_REASON", h->reason ? h->reason : "");
	set_env(b, "WFCTL_STEP_ID", h->step ? h->step : "");
	set_env(b, "WFCTL_FAILED_STEP",
		h->step && h->hook != HOOK_WAITING && h->hook != HOOK_WARNING
			? h->step
			: "");
	set_env(b, "WFCTL_PHASE", phase_name(PHASE_HOOK));
	set_env(b, "WFCTL_RUN_DIR",
		arena_printf(&b->spec->arena, "%s/work", r->dir));
	set_env(b, "WFCTL_KEY",
		arena_printf(&b->spec->arena, "%s-hook-%llu", r->row.id,
			     (unsigned long long)b->f->attempt));
	b->spec->w.key = map_get(&b->env, "WFCTL_KEY");
	add_map(b, "WFCTL_PARAM_", b->scope->params);
}

/* A hook that hangs must not keep the run from ending for ever. */
#define HOOK_TIME (5 * 60 * 1000)

static bool
build_hook(struct builder *b)
{
	struct warden_spec *w = &b->spec->w;

	w->attempt = b->f->attempt;
	w->timeout = HOOK_TIME;
	w->kill_after = 10000;
	w->limits.log = (int64_t)64 << 20;
	w->workdir = b->scope->wf->dir;
	w->log = arena_printf(&b->spec->arena, "%s/%s", b->r->dir, b->f->log);
	inherit_env(b);
	if (!add_env(b, &b->scope->wf->env))
		return false;
	add_hook_env(b);
	list_env(b);
	return build_command(b, &b->scope->wf->hooks[b->f->n - 1]);
}

static struct spec *
hook_spec(struct run *r, const struct flight *f, struct wf_err *err)
{
	static const struct step_more nothing;
	static const struct step step = {.id = "hook", .more = &nothing};
	struct builder b = {.r = r,
			    .f = f,
			    .step = &step,
			    .scope = &r->scopes.at[0],
			    .spec = mem_alloc(sizeof(struct spec)),
			    .vars = vars_of_scope(r, 0),
			    .err = err};
	bool ok = r->hooks.n && f->n - 1 < NHOOKS && build_hook(&b);

	map_release(&b.env);
	if (ok)
		return b.spec;
	spec_free(b.spec);
	return NULL;
}

/* --- steps
 * ------------------------------------------------------------------------- */

static struct spec *
step_spec(struct run *r, const struct flight *f, struct wf_err *err)
{
	struct builder b = {.r = r,
			    .f = f,
			    .i = run_inst(r, f->ix),
			    .spec = mem_alloc(sizeof(struct spec)),
			    .vars = vars_of_inst(r, f->ix),
			    .err = err};
	bool ok;

	b.step = run_step(r, b.i);
	b.scope = run_scope(r, b.i);
	build_limits(&b);
	ok = build_env(&b) && build_files(&b) &&
	     build_command(&b, command_of(b.step, f->phase));
	map_release(&b.env);
	if (ok)
		return b.spec;
	spec_free(b.spec);
	return NULL;
}

struct spec *
spec_new(struct run *r, const struct flight *f, struct wf_err *err)
{
	return f->phase == PHASE_HOOK ? hook_spec(r, f, err)
				      : step_spec(r, f, err);
}
