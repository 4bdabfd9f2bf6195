/* On another machine, through ssh.
 *
 * The command goes over as environment and quoted words on ssh's standard
 * input (ssh_there.h).  It begins only at our word `go`, so that a connection
 * that breaks before that is known to have started nothing; one that breaks
 * after it, and before the word `ended` came, leaves an attempt of which
 * nobody can tell how it ended.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../base/fs.h"
#include "client.h"
#include "ssh_there.h"

#define LEFT_TIME 2000 /* what the step left running may hold the line */
#define KILL_TIME 3000
#define LINE_MOST 1024 /* of ours; anything longer is somebody else's */
#define ERROR_MAX ((size_t)1 << 20)

/* The conversation. */
struct talk {
	char mark[40];
	struct strbuf in;
	bool begun, ended, failed;
	int status;
	int file;    /* what comes now is the contents of, */
	size_t left; /* so many bytes */
	char why[300];
	const char *host, *errors; /* file of ssh's own messages */
};

/* --- what it says -------------------------------------------------------- */

static void
touch(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0)
		return;
	futimens(fd, NULL);
	close(fd);
}

static int
open_output(struct carrier *c)
{
	return open(map_get(&c->values, "WFCTL_OUTPUT"),
		    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
}

static size_t
take_bytes(struct talk *t, const char *bytes, size_t n)
{
	n = n < t->left ? n : t->left;
	fs_write_all(t->file, bytes, n);
	t->left -= n;
	if (!t->left && t->file >= 0) {
		close(t->file);
		t->file = -1;
	}
	return n;
}

static void
take_file(struct talk *t, const char *number, int fd)
{
	int64_t n;

	t->file = fd;
	t->left = str_to_int(number, 0, INT64_MAX, &n) ? (size_t)n : 0;
	take_bytes(t, "", 0); /* there may be none */
}

static void
take_line(struct carrier *c, char *line)
{
	struct talk *t = c->own;
	size_t n = strlen(t->mark);
	int64_t status;

	line = strstr(line, t->mark); /* behind a greeting without newline */
	if (!line || line[n] != ' ')
		return; /* a greeting of the login shell */
	line += n + 1;
	if (str_eq(line, "ready") && !c->told) {
		t->begun = true;
		client_send(c->client, "go\n", 3);
	} else if (str_eq(line, "beat")) {
		touch(map_get(&c->values, "WFCTL_HEARTBEAT"));
	} else if (str_starts(line, "set ")) {
		take_file(t, line + 4, open_output(c));
	} else if (str_starts(line, "out ")) {
		take_file(t, line + 4, dup(STDOUT_FILENO));
	} else if (str_starts(line, "failed ")) {
		t->failed = true;
		snprintf(t->why, sizeof(t->why), "%s", line + 7);
	} else if (str_starts(line, "ended ") &&
		   str_to_int(line + 6, 0, 255, &status)) {
		t->ended = true;
		t->status = (int)status;
		client_release(c->client);
		client_hurry(c->client, LEFT_TIME);
	}
}

static void
hear(struct carrier *c, const char *bytes, size_t n)
{
	struct talk *t = c->own;

	while (n) {
		size_t used = t->left ? take_bytes(t, bytes, n) : 0;
		const char *end;

		bytes += used;
		n -= used;
		if (!n)
			return;
		end = memchr(bytes, '\n', n);
		used = end ? (size_t)(end - bytes) + 1 : n;
		if (t->in.n < LINE_MOST)
			strbuf_add(&t->in, bytes, used - (end != NULL));
		bytes += used;
		n -= used;
		if (!end)
			return;
		take_line(c, t->in.at);
		strbuf_clear(&t->in);
	}
}

static void
stop(struct carrier *c, bool now)
{
	const struct talk *t = c->own;
	const char *word = now ? "KILL\n" : "TERM\n";

	if (!t->begun) /* nothing has begun, and nothing will */
		client_hurry(c->client, 0);
	else
		client_send(c->client, word, strlen(word));
	if (now)
		client_hurry(c->client, KILL_TIME);
}

/* --- the command --------------------------------------------------------- */

/* What was said first counts for ssh: the user's options come before ours. */
static const char *const *
ssh_words(struct carrier *c, const struct talk *t)
{
	static const char *const ours[] = {
		"-o", "BatchMode=yes",         "-o", "ServerAliveInterval=15",
		"-o", "ServerAliveCountMax=4",
	};
	struct strbuf command = STRBUF_INIT;
	struct wordlist words = {0};

	vec_push(&words, client_program(c));
	vec_push(&words, "-T");
	wordlist_settings(&words, c, "options");
	for (size_t i = 0; i < ARRAY_SIZE(ours); i++)
		vec_push(&words, ours[i]);
	vec_push(&words, "-E");
	vec_push(&words, t->errors);
	wordlist_setting(&words, c, "-p", "port");
	wordlist_setting(&words, c, "-l", "user");
	wordlist_setting(&words, c, "-i", "identity");
	vec_push(&words, "--");
	vec_push(&words, t->host);
	ssh_there_command(&command, t->mark);
	vec_push(&words, arena_strdup(&c->arena, command.at));
	strbuf_release(&command);
	vec_push(&words, NULL);
	return words.at;
}

/* --- the end ------------------------------------------------------------- */

/* What ssh itself had to say, for the log and the last line for the report. */
static const char *
ssh_errors(struct carrier *c, const struct talk *t)
{
	struct strbuf text = STRBUF_INIT;
	const char *line = "";

	if (fs_read(t->errors, ERROR_MAX, &text, NULL) == WF_OK && text.n) {
		fs_write_all(STDERR_FILENO, text.at, text.n);
		line = client_last_line(c, &text);
	}
	unlink(t->errors);
	strbuf_release(&text);
	return line;
}

static void
judge(struct carrier *c, const struct client *cl)
{
	const struct talk *t = c->own;
	const char *said = ssh_errors(c, t);

	if (cl->error)
		client_missing(c, cl->argv[0], cl->error);
	else if (t->ended)
		carrier_report(c, REPORT_EXIT, t->status, "exit %d", t->status);
	else if (t->failed)
		carrier_report(c, REPORT_SPAWN, 0, "%s: %s", t->host, t->why);
	else if (t->begun)
		carrier_report(c, REPORT_LOST, 0,
			       "the connection to %s broke while it ran%s%s",
			       t->host, *said ? ": " : "", said);
	else
		carrier_report(c, REPORT_SPAWN, 0,
			       "%s could not be reached by ssh (exit %d)%s%s",
			       t->host, cl->status, *said ? ": " : "", said);
}

static bool
make_mark(struct talk *t)
{
	unsigned char bytes[16];
	int n = snprintf(t->mark, sizeof(t->mark), "step-");

	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
		return false;
	for (size_t i = 0; i < sizeof(bytes); i++)
		n += snprintf(t->mark + n, sizeof(t->mark) - (size_t)n, "%02x",
			      bytes[i]);
	return true;
}

static bool
settings_are_fine(struct carrier *c)
{
	const char *host = job_setting(&c->job, "host");
	const char *port = job_setting(&c->job, "port");
	int64_t number;

	if (!host || !*host || strpbrk(host, " \t\n"))
		return !carrier_report(c, REPORT_SPAWN, 0,
				       "\"%s\" is no name of a machine",
				       host ? host : "");
	if (port && !str_to_int(port, 1, 65535, &number))
		return !carrier_report(c, REPORT_SPAWN, 0, "\"%s\" is no port",
				       port);
	return true;
}

static void
carry(struct carrier *c)
{
	struct talk t = {.in = STRBUF_INIT, .file = -1};
	struct strbuf parts = STRBUF_INIT;
	struct client cl = {.talks = true, .hear = hear};

	c->own = &t;
	c->stop = stop;
	t.host = job_setting(&c->job, "host");
	t.errors = arena_printf(&c->arena, "%s.ssh", c->job.log);
	if (!settings_are_fine(c))
		return;
	if (!make_mark(&t)) {
		carrier_report(c, REPORT_SPAWN, 0, "no random numbers");
		return;
	}
	if (!ssh_there_parts(c, t.mark, &parts))
		return;
	cl.argv = ssh_words(c, &t);
	cl.first = &parts;
	client_run(c, &cl);
	judge(c, &cl);
	strbuf_release(&parts);
	strbuf_release(&t.in);
}

const struct executor exec_ssh = {.carry = carry, .client = "ssh"};
