/* wfctl schedule: hands the schedule of a flow to systemd or cron.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../engine/base/clock.h"
#include "../../engine/base/fs.h"
#include "../asking.h"
#include "../fire.h"
#include "../output.h"
#include "../timer.h"
#include "../tool.h"
#include "../when.h"

struct args {
	struct settings params;
	const char *name;
	int with; /* enum timer_place */
	bool yes, dry;
};

/* clang-format off */
static const struct option options[] = {
	{'p', "param",   OPT_SETTINGS, offsetof(struct args, params), "NAME=VALUE", "a param of the runs; repeatable (install)"},
	{0,   "name",    OPT_TEXT, offsetof(struct args, name), "NAME", "name of the timer (default: the flow's)"},
	{0,   "with",    OPT_CHOICE, offsetof(struct args, with), "auto|systemd|cron", "which scheduler; auto: systemd where it runs for users, else cron"},
	{'y', "yes",     OPT_FLAG, offsetof(struct args, yes), NULL, "do not ask (remove)"},
	{'n', "dry-run", OPT_FLAG, offsetof(struct args, dry), NULL, "show what would be written, change nothing"},
	{0}};
static const struct column columns[] = {
	{"name", 0}, {"with", 0}, {"cron", 0}, {"timezone", 0}, {"next", 0},
	{"file", COLUMN_FLEX}};
/* clang-format on */

enum verb {
	VERB_INSTALL,
	VERB_REMOVE,
	VERB_LIST,
	VERB_FIRE
};
static const char verbs[] = "install|remove|list|fire";

struct job {
	struct call *call;
	char *file; /* absolute; NULL: all (list) */
	struct wf_flow *flow;
	struct wf_schedule_info schedule;
	struct timer timer;
};

/* --- list ----------------------------------------------------------------- */

static json_t *
timer_json(const struct timer *t, bool installed, int64_t next)
{
	json_t *o = json_object();

	json_object_set_new(o, "name", json_text(t->name));
	json_object_set_new(o, "installed", json_boolean(installed));
	json_object_set_new(o, "with",
			    installed ? json_text(timer_place_name(t->place))
				      : json_null());
	json_object_set_new(o, "cron", json_text(t->cron));
	json_object_set_new(o, "timezone", json_text(t->timezone));
	json_object_set_new(o, "catch_up", json_boolean(t->catch_up));
	json_object_set_new(o, "next", json_time(next));
	json_object_set_new(o, "file", json_text(t->file));
	return o;
}

static void
list_one(struct records *records, const struct timer *t, bool installed)
{
	struct wf_schedule_info s = {.cron = t->cron, .timezone = t->timezone};
	int64_t next = wf_schedule_next(&s, clock_wall());
	char text[CLOCK_TEXT];
	const char *cells[ARRAY_SIZE(columns)] = {
		t->name,
		installed ? timer_place_name(t->place) : "not installed",
		t->cron,
		t->timezone,
		next ? clock_format(next, text) : "-",
		t->file};

	if (records_json(records))
		records_object(records, timer_json(t, installed, next));
	else
		records_row(records, cells);
}

static enum wf_code
list(struct job *job, struct wf_err *err)
{
	struct records records;
	struct timers all = {0};
	bool any = false;

	(void)err;
	timers_find(&all);
	records_begin(&records, job->call, columns, ARRAY_SIZE(columns));
	vec_each (&all, struct timer, t) {
		if (job->file && !str_eq(job->file, t->file))
			continue;
		list_one(&records, t, true);
		any = true;
	}
	if (job->file && !any)
		list_one(&records, &job->timer, false);
	records_end(&records);
	timers_release(&all);
	return WF_OK;
}

/* --- install -------------------------------------------------------------- */

static enum wf_code
check_params(const struct job *job, struct wf_err *err)
{
	const struct args *args = job->call->args;
	enum wf_code code = WF_OK;

	for (size_t i = 0; !code && i < args->params.n; i++)
		code = wf_flow_check_param(job->flow, args->params.at[i].name,
					   args->params.at[i].value, err);
	for (size_t i = 0; !code && i < wf_flow_nparams(job->flow); i++) {
		struct wf_param_info p = wf_flow_param(job->flow, i);
		bool given = !p.required || p.def;

		for (size_t k = 0; k < args->params.n; k++)
			given |= str_eq(args->params.at[k].name, p.name);
		if (given)
			continue;
		code = ERR(err, WF_USAGE, "the param \"%s\" is missing",
			   p.name);
		wf_err_hint(err,
			    "nobody is there to ask when a timer starts "
			    "a run: give it with -p %s=VALUE",
			    p.name);
	}
	return code;
}

/* Is this the machine's own time zone? */
static bool
is_local_zone(const char *zone)
{
	const char *tz = getenv("TZ");
	char target[PATH_MAX];
	ssize_t n;

	if (tz)
		return str_eq(tz[0] == ':' ? tz + 1 : tz, zone);
	n = readlink("/etc/localtime", target, sizeof(target) - 1);
	if (n <= 0)
		return str_eq(zone, "UTC");
	target[n] = '\0';
	return str_ends(target, zone);
}

static bool
has_newline(const struct job *job)
{
	const struct args *args = job->call->args;
	bool any = strchr(job->file, '\n') != NULL;

	for (size_t i = 0; i < args->params.n; i++)
		any |= strchr(args->params.at[i].value, '\n') != NULL;
	return any;
}

/* cron can do less than a flow may ask for: better no timer than a wrong
 * one. */
static enum wf_code
check_cron(const struct job *job, struct wf_err *err)
{
	const struct wf_schedule_info *s = &job->schedule;

	if (job->timer.place != TIMER_CRON)
		return WF_OK;
	if (has_newline(job))
		ERR(err, WF_REFUSED,
		    "a crontab line cannot hold a param of several lines");
	else if (s->timezone && !is_local_zone(s->timezone))
		ERR(err, WF_REFUSED,
		    "cron knows no time zone but the "
		    "machine's own, the schedule is in %s",
		    s->timezone);
	else if (s->catch_up)
		ERR(err, WF_REFUSED, "cron cannot catch up on what it missed");
	else
		return WF_OK;
	wf_err_hint(err, "use --with systemd, or change the schedule");
	return WF_REFUSED;
}

/* What the timer starts. */
static const char **
command_words(const struct job *job)
{
	const struct args *args = job->call->args;
	struct arena *a = &job->call->arena;
	const char **words =
		arena_array(a, const char *, 2 * args->params.n + 8);
	const char *state = job->call->globals.state;
	char self[PATH_MAX];
	ssize_t size = readlink("/proc/self/exe", self, sizeof(self) - 1);
	size_t n = 0;

	self[size > 0 ? size : 0] = '\0';
	words[n++] = size > 0 ? arena_strdup(a, self) : "wfctl";
	if (!state)
		state = getenv("WFCTL_STATE");
	if (state && *state) {
		char *absolute = realpath(state, NULL);

		words[n++] = "--state";
		words[n++] = arena_strdup(a, absolute ? absolute : state);
		free(absolute);
	}
	words[n++] = "schedule";
	for (size_t i = 0; i < args->params.n; i++) {
		words[n++] = "-p";
		words[n++] = arena_printf(a, "%s=%s", args->params.at[i].name,
					  args->params.at[i].value);
	}
	words[n++] = job->file;
	words[n] = "fire";
	return words;
}

static enum wf_code
install(struct job *job, struct wf_err *err)
{
	const struct args *args = job->call->args;
	char *calendar = wf_schedule_calendar(&job->schedule);
	struct timer_command command = {.words = command_words(job),
					.path = getenv("PATH"),
					.calendar = calendar,
					.at_boot = job->schedule.at_boot};
	struct strbuf text = STRBUF_INIT;
	enum wf_code code = check_params(job, err);

	if (!code)
		code = check_cron(job, err);
	if (!code && args->dry) {
		timer_show(&job->timer, &command, &text);
		output_text(stdout, text.at);
	} else if (!code) {
		code = timer_install(&job->timer, &command, err);
	}
	strbuf_release(&text);
	free(calendar);
	if (!code && !args->dry && !job->call->globals.quiet)
		return list(job, err);
	return code;
}

/* --- remove --------------------------------------------------------------- */

static enum wf_code
remove_timer(struct job *job, struct wf_err *err)
{
	const struct args *args = job->call->args;
	struct timers all = {0};
	enum wf_code code = WF_OK;
	size_t n = 0;

	timers_find(&all);
	vec_each (&all, struct timer, t) {
		char *question;

		if (code || !str_eq(t->file, job->file) ||
		    (args->name && !str_eq(args->name, t->name)))
			continue;
		n++;
		if (args->dry || !job->call->globals.quiet)
			fprintf(stderr, "wfctl: %s timer \"%s\" (%s)\n",
				args->dry ? "would remove" : "removing",
				t->name, timer_place_name(t->place));
		if (args->dry)
			continue;
		question = mem_printf("Remove the timer \"%s\"?", t->name);
		code = call_confirm(args->yes, question, err);
		free(question);
		if (!code)
			code = timer_remove(t, err);
	}
	timers_release(&all);
	if (!code && !n) {
		code = ERR(err, WF_NOT_FOUND, "%.300s has no timer",
			   job->call->words[0]);
		wf_err_hint(err, "\"wfctl schedule list\" shows those there "
				 "are");
	}
	return code;
}

static enum wf_code
fire_timer(struct job *job, struct wf_err *err)
{
	const struct args *args = job->call->args;
	struct firing f = {job->call, job->flow, &args->params,
			   job->schedule.overlap};
	enum wf_code code = check_params(job, err);

	return code || args->dry ? code : fire(&f, err);
}

/* --- the command ---------------------------------------------------------- */

static bool
is_verb(const char *word, enum verb *out)
{
	static const char *const words[] = {"install", "remove", "list",
					    "fire"};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (str_eq(words[i], word)) {
			*out = (enum verb)i;
			return true;
		}
	return false;
}

/* "FILE verb", "verb FILE", "FILE" (list) or "list". */
static enum wf_code
read_words(const struct call *call, const char **file, enum verb *verb,
	   struct wf_err *err)
{
	*file = NULL;
	*verb = VERB_LIST;
	if (call->nwords == 1 && is_verb(call->words[0], verb) &&
	    *verb == VERB_LIST)
		return WF_OK;
	*file = call->words[0];
	if (call->nwords == 1 || is_verb(call->words[1], verb))
		return WF_OK;
	if (is_verb(call->words[0], verb)) {
		*file = call->words[1];
		return WF_OK;
	}
	ERR(err, WF_USAGE, "\"%.100s\" is not one of %s", call->words[1],
	    verbs);
	wf_err_hint(err, "write wfctl schedule %.100s install", call->words[0]);
	return WF_USAGE;
}

static enum wf_code
load(struct job *job, const char *file, struct wf_err *err)
{
	const struct args *args = job->call->args;
	char *path = realpath(file, NULL);
	enum wf_code code = asking_flow(job->call, file, &job->flow, err);

	if (!code && !path)
		code = ERR(err, WF_USAGE, "a schedule needs a file that stays");
	if (!code) {
		job->file = arena_strdup(&job->call->arena, path);
		job->schedule = wf_flow_schedule(job->flow);
	}
	free(path);
	if (code || job->schedule.cron) {
		if (!code)
			job->timer = (struct timer){
				.name = timer_name(
					args->name ? args->name
						   : wf_flow_name(job->flow)),
				.file = mem_strdup(job->file),
				.cron = mem_strdup(job->schedule.cron),
				.timezone =
					job->schedule.timezone
						? mem_strdup(job->schedule
								     .timezone)
						: NULL,
				.catch_up = job->schedule.catch_up,
				.place = timer_choose(
					(enum timer_place)args->with)};
		return code;
	}
	ERR(err, WF_USAGE, "the flow \"%s\" has no schedule",
	    wf_flow_name(job->flow));
	wf_err_place(err, file, 0, 0);
	wf_err_hint(err, "add schedule: { cron: \"0 3 * * *\" }");
	return WF_USAGE;
}

static enum wf_code
schedule(struct call *call, struct wf_err *err)
{
	static enum wf_code (*const acts[])(struct job *, struct wf_err *) = {
		[VERB_INSTALL] = install,
		[VERB_REMOVE] = remove_timer,
		[VERB_LIST] = list,
		[VERB_FIRE] = fire_timer};
	struct job job = {.call = call};
	const char *file;
	enum verb verb;
	enum wf_code code = read_words(call, &file, &verb, err);

	if (!code && file && verb == VERB_REMOVE) {
		/* The file may be gone, or wrong; its timer is to go. */
		char *path = realpath(file, NULL), *here = getcwd(NULL, 0);

		if (!path)
			path = fs_join(here ? here : "", file);
		job.file = arena_strdup(&call->arena, path);
		free(here);
		free(path);
	} else if (!code && file) {
		code = load(&job, file, err);
	}
	if (!code)
		code = acts[verb](&job, err);
	wf_flow_free(job.flow);
	free(job.timer.name);
	free(job.timer.file);
	free(job.timer.cron);
	free(job.timer.timezone);
	return code;
}

const struct cmd_entry cmd_schedule = {
	.operands = "FILE install|remove|list",
	.options = options,
	.size = sizeof(struct args),
	.min = 1,
	.max = 2,
	.about = "The machine's own scheduler does the scheduling: install "
		 "writes a systemd user timer\nor a crontab line for the "
		 "`schedule` of the flow.  \"wfctl schedule list\" shows all\n"
		 "that are installed.",
	.example = "wfctl schedule nightly.yaml install",
	.complete = "fo",
	.choices = "install|remove|list",
	.run = schedule,
};
