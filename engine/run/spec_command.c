/* Program and words of an attempt.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <unistd.h>

#include "../base/fs.h"
#include "spec_int.h"

/* A single argument of 128 KiB or more does not fit through execve. */
#define SCRIPT_BY_FILE ((size_t)100 * 1024)

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
	const char *path = spec_env_get(b, "PATH");
	char *key;
	const char *file;

	if (strchr(word, '/'))
		return NULL; /* may be relative to the work directory */
	path = path ? path : "/usr/bin:/bin";
	key = arena_join(&b->spec->arena, path, ":", word, NULL);
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

bool
spec_command(struct builder *b, const struct command *c)
{
	const char **argv;

	if (c->run)
		return (!b->step->more->shell.n && !b->place &&
			try_direct(b, c->run)) ||
		       shell_words(b, c->run);
	argv = arena_array(&b->spec->arena, const char *, c->nargv + 1);
	for (uint32_t k = 0; k < c->nargv; k++)
		if (!spec_render(b, &c->argv[k], "argv", &argv[k]))
			return false;
	b->spec->w.argv = argv;
	return true;
}
