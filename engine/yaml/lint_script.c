/* Advice about shell text.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <ctype.h>
#include <stdlib.h>

#include "../base/str.h"
#include "lint.h"
#include "shell_scan.h"

static const char *
id_of(const struct lint *l)
{
	return l->wf->steps[l->step].id;
}

/* A command's first line, so that it is found in the file. */
static void
found(struct lint *l, const struct shell_command *c, const char *hint,
      const char *what)
{
	size_t n = strcspn(c->at, "\n");

	if (n > c->n)
		n = c->n;
	lint_found(l, l->step, c->at, n, hint, "step \"%s\" %s", id_of(l),
		   what);
}

void
lint_unquoted_variable(struct lint *l)
{
	size_t n;
	const char *at = shell_unquoted(l->script, &n);
	const struct words *shell = &l->wf->steps[l->step].more->shell;
	char *hint;

	/* Other languages quote otherwise. */
	if (!at || (shell->n && !str_ends(shell->at[0], "sh")) ||
	    (shell->n && str_ends(shell->at[0], "zsh")))
		return;
	hint = mem_printf("write \"%.*s\"", (int)n, at);
	lint_found(l, l->step, at, n, hint, "step \"%s\" has %.*s unquoted",
		   id_of(l), (int)n, at);
	free(hint);
}

void
lint_curl_without_fail(struct lint *l)
{
	const char *p = l->script;
	struct shell_command c;

	while (shell_next(&p, &c)) {
		if (!shell_runs(&c, "curl") ||
		    shell_has_option(&c, "--fail", 'f'))
			continue;
		found(l, &c, "write `curl -f`", "runs curl without -f");
		return;
	}
}

static bool
has_pipefail(const struct lint *l)
{
	const struct words *shell = &l->wf->steps[l->step].more->shell;

	for (uint32_t i = 0; i < shell->n; i++)
		if (strstr(shell->at[i], "pipefail"))
			return true;
	return strstr(l->script, "pipefail") != NULL;
}

void
lint_pipe_hides_failure(struct lint *l)
{
	static const char *const likely[] = {
		"curl",    "wget",   "ssh",     "mysqldump", "pg_dump",
		"kubectl", "docker", "psql",    "mysql",     "rsync",
		"make",    "git",    "ansible", "terraform", "aws"};
	const char *p = l->script;
	struct shell_command c;

	if (has_pipefail(l))
		return;
	while (shell_next(&p, &c)) {
		if (c.end != '|' || c.end_twice)
			continue;
		for (size_t i = 0; i < ARRAY_SIZE(likely); i++) {
			if (!shell_runs(&c, likely[i]))
				continue;
			found(l, &c, "write `shell: bash`, which sets pipefail",
			      "pipes a command that may fail");
			return;
		}
	}
}

void
lint_rm_empty_variable(struct lint *l)
{
	const char *p = l->script;
	struct shell_command c;

	while (shell_next(&p, &c)) {
		const char *slash;

		if (!shell_runs(&c, "rm") ||
		    !shell_has_option(&c, "--recursive", 'r'))
			continue;
		slash = memmem(c.at, c.n, "\"/", 2);
		if (!slash)
			slash = memmem(c.at, c.n, "}/", 2);
		if (!slash || !memchr(c.at, '$', c.n) ||
		    memmem(c.at, c.n, ":?", 2))
			continue;
		/* "$X/y" names something; "$X"/ and "$X"/<glob> may not. */
		if (slash[2] && slash[2] != '*' && slash[2] != ' ' &&
		    slash[2] != '\n' && slash[2] != '"')
			continue;
		found(l, &c, "write \"${NAME:?}\"",
		      "removes all below a path that may be empty");
		return;
	}
}

void
lint_errors_ignored(struct lint *l)
{
	const char *p = l->script;
	struct shell_command c, last = {0};

	while (shell_next(&p, &c)) {
		if (shell_runs(&c, "set") && shell_has_option(&c, "+e", 0)) {
			found(l, &c, "say `on_failure: ignore` on the step",
			      "turns errors off");
			return;
		}
		if (last.end == '|' && last.end_twice && !p[strspn(p, " \n")] &&
		    (shell_runs(&c, "true") || shell_runs(&c, ":"))) {
			found(l, &last, "say `on_failure: ignore` on the step",
			      "ends in `|| true`");
			return;
		}
		last = c;
	}
}

void
lint_background_process(struct lint *l)
{
	const char *p = l->script;
	struct shell_command c;

	if (strstr(l->script, "wait"))
		return;
	while (shell_next(&p, &c)) {
		if (c.end != '&' || c.end_twice)
			continue;
		found(l, &c, "run it in the foreground, or `wait` for it",
		      "leaves a process in the background");
		return;
	}
}

void
lint_sudo_asks(struct lint *l)
{
	const char *p = l->script;
	struct shell_command c;

	while (shell_next(&p, &c)) {
		if (!shell_runs(&c, "sudo") ||
		    shell_has_option(&c, "--non-interactive", 'n'))
			continue;
		found(l, &c, "write `sudo -n`", "may be asked for a password");
		return;
	}
}

void
lint_long_sleep(struct lint *l)
{
	const char *p = l->script;
	struct shell_command c;

	while (shell_next(&p, &c)) {
		const char *at;
		long seconds;
		char *unit;

		if (!shell_runs(&c, "sleep"))
			continue;
		at = c.at + strcspn(c.at, " \n");
		seconds = strtol(at, &unit, 10);
		if (*unit == 'm')
			seconds *= 60;
		else if (*unit == 'h' || *unit == 'd')
			seconds *= 3600;
		if (seconds < 60)
			continue;
		found(l, &c, "make it a step: `wait: { for: 10m }`",
		      "sleeps for long");
		return;
	}
}

static bool
mentions(const struct shell_command *c, const char *name)
{
	size_t n = strlen(name);
	const char *p = c->at, *end = c->at + c->n;

	while ((p = memchr(p, '$', (size_t)(end - p))) != NULL) {
		p++;
		if (p < end && *p == '{')
			p++;
		if ((size_t)(end - p) >= n && memcmp(p, name, n) == 0 &&
		    !isalnum((unsigned char)p[n]) && p[n] != '_')
			return true;
	}
	return false;
}

void
lint_secret_on_command_line(struct lint *l)
{
	/* Builtins have no command line of their own. */
	static const char *const builtins[] = {
		"echo", "printf", "test", "export", "read",
		"[",    "case",   "for",  "set",    ":"};
	const struct step_more *m = l->wf->steps[l->step].more;
	const char *p = l->script;
	struct shell_command c;

	while (m->nsecrets && shell_next(&p, &c)) {
		bool builtin = false;

		for (size_t i = 0; i < ARRAY_SIZE(builtins); i++)
			builtin |= shell_runs(&c, builtins[i]);
		if (builtin || memmem(c.at, c.n, "<<", 2) ||
		    !memchr(c.at, ' ', c.n))
			continue;
		for (uint32_t i = 0; i < m->nsecrets; i++) {
			if (!mentions(&c, l->wf->secrets[m->secrets[i]].name))
				continue;
			found(l, &c,
			      "let the program read it from its environment, "
			      "a file or standard input",
			      "hands a secret over as an argument");
			return;
		}
	}
}
