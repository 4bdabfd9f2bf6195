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

static bool
fetches_unchecked(const struct shell_command *c)
{
	return shell_runs(c, "curl") && !shell_has_option(c, "--fail", 'f') &&
	       !shell_has_option(c, "--version", 'V') &&
	       !shell_has_option(c, "--help", 'h');
}

void
lint_curl_without_fail(struct lint *l)
{
	const char *p = l->script, *inside;
	struct shell_command c;
	bool any = false;

	while (!any && shell_next(&p, &c)) {
		any = fetches_unchecked(&c);
		inside = any ? NULL : memmem(c.at, c.n, "$(", 2);
		if (!inside)
			continue;
		/* x=$(curl ...) */
		c.n -= (size_t)(inside + 2 - c.at);
		c.at = inside + 2;
		any = fetches_unchecked(&c);
	}
	if (any)
		found(l, &c, "write `curl -f`", "runs curl without -f");
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

	if (l->is_check || has_pipefail(l))
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

/* "$X"/ and $X/<glob>: the root of the disk when it is empty.  "$X/y" names
 * something all the same. */
static bool
may_be_root(const struct shell_command *c)
{
	const char *end = c->at + c->n;

	for (const char *p = c->at; p < end; p++) {
		const char *q = p + 1;

		if (*p != '$')
			continue;
		q += *q == '{';
		while (q < end && (isalnum((unsigned char)*q) || *q == '_'))
			q++;
		q += q < end && *q == '}';
		q += q < end && *q == '"';
		if (q < end && *q == '/' &&
		    (q + 1 >= end || strchr("* \n\"", q[1])))
			return true;
	}
	return false;
}

void
lint_rm_empty_variable(struct lint *l)
{
	const char *p = l->script;
	struct shell_command c;

	while (shell_next(&p, &c)) {
		if (!shell_runs(&c, "rm") ||
		    !shell_has_option(&c, "--recursive", 'r') ||
		    !may_be_root(&c))
			continue;
		found(l, &c, "write \"${NAME:?}\"",
		      "removes all below a path that may be empty");
		return;
	}
}

/* The script says itself how it ends. */
static bool
exits_by_itself(const char *script)
{
	const char *p = script;
	struct shell_command c;

	while (shell_next(&p, &c))
		if ((shell_runs(&c, "exit") && memchr(c.at, '$', c.n)) ||
		    (shell_runs(&c, "set") && shell_has_option(&c, "-e", 0)))
			return true;
	return false;
}

void
lint_errors_ignored(struct lint *l)
{
	const char *p = l->script;
	struct shell_command c, last = {0};

	while (shell_next(&p, &c)) {
		if (shell_runs(&c, "set") && shell_has_option(&c, "+e", 0) &&
		    !exits_by_itself(p)) {
			found(l, &c, "say `on_failure: ignore` on the step",
			      "turns errors off");
			return;
		}
		if (last.end == '|' && last.end_twice && !p[strspn(p, " \n")] &&
		    (shell_runs(&c, "true") || shell_runs(&c, ":") ||
		     (shell_runs(&c, "exit") &&
		      shell_has_option(&c, "0", 0)))) {
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
		if (seconds < 60 && !shell_has_option(&c, "infinity", 0))
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

	/* X=$T before a command is its environment. */
	for (const char *eq;
	     (eq = memchr(p, '=', (size_t)(end - p))) != NULL;) {
		const char *blank = eq;

		for (const char *q = p; q < eq; q++)
			if (!isalnum((unsigned char)*q) && *q != '_')
				blank = NULL;
		blank = blank ? memchr(blank, ' ', (size_t)(end - blank))
			      : NULL;
		if (!blank)
			break;
		p = blank + 1;
	}
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
