/* In a container of its own, through docker (or podman).
 *
 * The container is created, started with its output attached, looked at when
 * it has ended, and removed.  What was created is known not to have begun;
 * what has begun has a name made of the attempt's key, so that its true
 * ending can be found also when the client or this machine's other processes
 * are gone: the container belongs to the daemon.  The files of the attempt
 * are mounted under the paths they have here.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client.h"

#define FORMAT                                                                 \
	"{{.State.Status}} {{.State.ExitCode}} {{.State.OOMKilled}} "          \
	"{{.State.Error}}"
#define TRIES 6 /* to reach a daemon that restarts */

struct state {
	char status[24];
	int code;
	bool oom;
	const char *error;
};

/* --- short questions ----------------------------------------------------- */

/* 1: found; 0: there is no such container; -1: nobody answers. */
static int
inspect(struct carrier *c, const char *name, struct state *out)
{
	const char *argv[] = {
		client_program(c), "inspect", "--type", "container",
		"--format",        FORMAT,    name,     NULL};
	char oom[8];
	int n = 0;

	for (int i = 0; i < TRIES; i++) {
		const char *text = client_ask(c, argv);
		const char *list[] = {client_program(c), "version", NULL};

		if (text && sscanf(text, "%23s %d %7s %n", out->status,
				   &out->code, oom, &n) >= 3) {
			out->oom = str_eq(oom, "true");
			out->error = text + n;
			return 1;
		}
		/* Not there, or is the daemon? */
		if (client_ask(c, list))
			return 0;
		sleep(1u << i);
	}
	return -1;
}

static void
stop(struct carrier *c, bool now)
{
	const char *argv[] = {client_program(c),     "kill",      "--signal",
			      now ? "KILL" : "TERM", c->job.name, NULL};

	if (c->own) /* it has begun */
		client_ask(c, argv);
	else
		client_hurry(c->client, 0);
}

/* --- create -------------------------------------------------------------- */

/* Comma and quote mean something in a --mount. */
static const char *
mount(struct carrier *c, const char *path, const char *more)
{
	struct strbuf out = STRBUF_INIT;
	const char *text;

	for (int i = 0; i < 2; i++) {
		strbuf_addf(&out, "%s\"%s=", i ? "," : "type=bind,",
			    i ? "target" : "source");
		for (const char *p = path; *p; p++)
			strbuf_adds(&out,
				    *p == '"' ? "\"\"" : (char[]){*p, '\0'});
		strbuf_addc(&out, '"');
	}
	strbuf_adds(&out, more);
	text = arena_strdup(&c->arena, out.at);
	strbuf_release(&out);
	return text;
}

/* What is to be mounted must be there, and whoever the container runs as
 * must be able to write it: our folders above it keep others out. */
static void
add_file(struct wordlist *w, struct carrier *c, const char *path, mode_t mode)
{
	struct stat st;
	int fd;

	if (stat(path, &st) < 0) {
		fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, mode);
		if (fd >= 0)
			close(fd);
	}
	chmod(path, mode);
	vec_push(w, "--mount");
	vec_push(w, mount(c, path, mode & 0222 ? "" : ",readonly"));
}

static void
add_files(struct wordlist *w, struct carrier *c)
{
	const struct job *job = &c->job;
	const char *const *last = job->argv;

	for (const char *const *name = job->files; *name; name++) {
		const char *path = map_get(&c->values, *name);

		if (!path)
			continue;
		add_file(w, c, path,
			 str_eq(*name, "WFCTL_RUN_DIR") ? 0777
			 : str_eq(*name, "WFCTL_OUTPUT") ||
					 str_eq(*name, "WFCTL_HEARTBEAT")
				 ? 0666
				 : 0444);
	}
	while (last[1])
		last++;
	if (job->script)
		add_file(w, c, *last, 0444);
}

/* By name only: the client reads the value in its environment. */
static void
add_variables(struct wordlist *w, struct carrier *c)
{
	map_each (&c->values, e) {
		vec_push(w, "--env");
		if (carrier_by_name(c, e->key))
			vec_push(w, e->key);
		else
			vec_push(w, arena_printf(&c->arena, "%s=%s", e->key,
						 (const char *)e->value));
	}
}

static void
add_limit(struct wordlist *w, struct carrier *c, const char *option, int64_t n)
{
	if (n > 0)
		vec_push(w, arena_printf(&c->arena, "%s%lld", option,
					 (long long)n));
}

static void
add_limits(struct wordlist *w, struct carrier *c)
{
	const struct job_limits *l = &c->job.limits;

	add_limit(w, c, "--memory=", l->memory);
	add_limit(w, c, "--pids-limit=", l->processes);
	add_limit(w, c, "--ulimit=cpu=", (l->cpu_time + 999) / 1000);
	add_limit(w, c, "--ulimit=fsize=", l->file_size);
	add_limit(w, c, "--ulimit=nofile=", l->open_files);
}

/* ".:/src" and "./data:/data" begin where the flow file lies, which is where
 * we are. */
static void
add_volumes(struct wordlist *w, struct carrier *c)
{
	const char *const *v = job_settings(&c->job, "volumes", &c->arena);
	char *here = getcwd(NULL, 0);

	for (; *v; v++) {
		vec_push(w, "--volume");
		if (here && (str_starts(*v, "./") || str_starts(*v, "../") ||
			     str_starts(*v, ".:")))
			vec_push(w, arena_printf(&c->arena, "%s/%s", here, *v));
		else
			vec_push(w, *v);
	}
	free(here);
}

static const char *const *
create_words(struct carrier *c)
{
	const struct job *job = &c->job;
	struct wordlist w = {0};
	bool dir = job_setting(job, "workdir") != NULL;

	vec_push(&w, client_program(c));
	vec_push(&w, "create");
	vec_push(&w, "--name");
	vec_push(&w, job->name);
	vec_push(&w, "--init");
	vec_push(&w, "--label");
	vec_push(&w, arena_printf(&c->arena, "wfctl.run=%s",
				  (char *)map_get(&c->values, "WFCTL_RUN_ID")));
	if (job->input)
		vec_push(&w, "--interactive");
	wordlist_setting(&w, c, "--pull=", "pull");
	wordlist_setting(&w, c, "--network=", "network");
	wordlist_setting(&w, c, "--user=", "user");
	wordlist_setting(&w, c, "--workdir=", "workdir");
	if (!dir && job->workdir)
		vec_push(&w,
			 arena_printf(&c->arena, "--workdir=%s", job->workdir));
	add_limits(&w, c);
	add_volumes(&w, c);
	add_files(&w, c);
	add_variables(&w, c);
	wordlist_settings(&w, c, "options");
	vec_push(&w, "--entrypoint");
	vec_push(&w, job->argv[0]);
	vec_push(&w, job_setting(job, "image"));
	for (const char *const *word = job->argv + 1; *word; word++)
		vec_push(&w, *word);
	vec_push(&w, NULL);
	return w.at;
}

static bool
image_is_fine(struct carrier *c)
{
	const char *image = job_setting(&c->job, "image");

	return (image && *image && *image != '-') ||
	       !carrier_report(c, REPORT_SPAWN, 0, "\"%s\" is no image",
			       image ? image : "");
}

static bool
create(struct carrier *c)
{
	struct client cl = {.argv = create_words(c),
			    .envp = carrier_env(c, ENV_BY_NAME),
			    .keeps = true};
	bool made;

	made = client_run(c, &cl) && cl.status == 0;
	if (cl.error)
		client_missing(c, cl.argv[0], cl.error);
	else if (!made)
		carrier_report(c, REPORT_SPAWN, 0, "%s create (exit %d): %s",
			       cl.argv[0], cl.status,
			       client_last_line(c, &cl.errors));
	strbuf_release(&cl.said);
	strbuf_release(&cl.errors);
	return made;
}

/* --- start and end ------------------------------------------------------- */

/* `wait`, `logs --follow`, or `start --attach` with its input. */
static void
attach(struct carrier *c, const char *verb, const char *option)
{
	struct wordlist w = {0};
	struct client cl = {.input = c->job.input};

	vec_push(&w, client_program(c));
	vec_push(&w, verb);
	if (option)
		vec_push(&w, option);
	if (c->job.input && str_eq(verb, "start"))
		vec_push(&w, "--interactive");
	vec_push(&w, c->job.name);
	vec_push(&w, NULL);
	cl.argv = w.at;
	cl.keeps = !option; /* `wait` prints the status */
	client_run(c, &cl);
}

static void
remove_container(struct carrier *c, const char *name)
{
	const char *argv[] = {client_program(c), "rm", "--force", name, NULL};

	client_ask(c, argv);
}

static void
judge(struct carrier *c, const char *name, const struct state *s)
{
	if (str_eq(s->status, "created"))
		carrier_report(c, REPORT_SPAWN, 0, "%s",
			       *s->error ? s->error : "it was only created");
	else if (s->oom)
		carrier_report(c, REPORT_MEMORY, s->code,
			       "the container ran out of memory");
	else
		carrier_report(c, REPORT_EXIT, s->code & 255, "exit %d",
			       s->code & 255);
	remove_container(c, name);
}

/* Until it has ended; the client may break off before. */
static void
follow(struct carrier *c, const char *name)
{
	struct state s = {.error = ""};
	int found;

	while ((found = inspect(c, name, &s)) > 0 &&
	       (str_eq(s.status, "running") || str_eq(s.status, "paused") ||
		str_eq(s.status, "restarting")))
		attach(c, "wait", NULL);
	if (found > 0)
		judge(c, name, &s);
	else
		carrier_report(c, REPORT_LOST, 0,
			       found ? "the daemon of %s does not answer"
				     : "container %s is gone",
			       found ? client_program(c) : name);
}

static void
find(struct carrier *c)
{
	struct state s = {.error = ""};
	bool idle;

	c->job.name = c->job.seek;
	c->own = &c->job;
	idle = inspect(c, c->job.name, &s) > 0 && str_eq(s.status, "created");
	attach(c, idle ? "start" : "logs", idle ? "--attach" : "--follow");
	follow(c, c->job.name);
	job_take_outputs(&c->job, map_get(&c->values, "WFCTL_OUTPUT"));
}

/* The client was ended while it created one: the daemon may have done so. */
static void
remove_half_made(struct carrier *c)
{
	c->stop = NULL;
	remove_container(c, c->job.name);
}

static void
carry(struct carrier *c)
{
	c->stop = stop;
	if (c->job.seek) {
		find(c);
		return;
	}
	if (!image_is_fine(c))
		return;
	if (!create(c)) {
		if (c->told)
			remove_half_made(c);
		return;
	}
	c->own = &c->job;
	if (c->told) {
		remove_container(c, c->job.name);
		carrier_report(c, REPORT_SPAWN, 0, "stopped before it began");
		return;
	}
	attach(c, "start", "--attach");
	follow(c, c->job.name);
}

const struct executor exec_docker = {
	.carry = carry, .finds = true, .client = "docker"};
