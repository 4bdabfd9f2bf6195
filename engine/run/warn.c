/* Early warnings of attempts and of the run.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "warn.h"

#include <fcntl.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "../base/clock.h"
#include "../base/duration.h"
#include "../warden/warden_tree.h"
#include "hook.h"
#include "names.h"
#include "usual.h"
#include "vars.h"
#include "watchdog.h"

enum {
	FIRST_LOOK = 1000, /* ms after the attempt began */
	LOG_LOOK = 1000,
	MEMORY_LOOK = 2000,
	DISK_LOOK = 30000,
	RISK_LOOK = 5000, /* at least, for the deadline */
	DISK_SHARE = 5    /* per cent that should be free */
};

#define LOG_PIECE ((size_t)64 * 1024)
#define NEVER     INT64_MAX

enum rule {
	RULE_AFTER,
	RULE_SLOW,
	RULE_LOG,
	RULE_RETRIES,
	RULE_MEMORY,
	RULE_SILENCE,
	NRULES,
	RULE_DEADLINE = NRULES,
	RULE_DISK
};

static const char *const rule_names[] = {
	"after",  "slower_than", "log",           "retries",
	"memory", "silence",     "deadline_risk", "disk",
};

/* One look at one attempt. */
struct look {
	struct run *r;
	struct flight *f;
	const struct warn *warn; /* NULL: the defaults */
	int64_t now, elapsed;
};

static void
raise_warning(struct run *r, uint32_t ix, enum rule rule, uint32_t attempt,
	      const char *text, int64_t found, int64_t limit)
{
	json_t *data =
		json_pack("{s:s, s:I, s:I}", "rule", rule_names[rule], "value",
			  (json_int_t)found, "limit", (json_int_t)limit);
	char *json;

	if (attempt)
		json_object_set_new(data, "n", json_integer(attempt));
	json = json_dumps(data, JSON_COMPACT);
	run_event(r, EV_WARNING, ix, rule_names[rule], text, json);
	hook_ask(r, HOOK_WARNING, ix, text);
	free(json);
	json_decref(data);
}

static int64_t
raised(struct look *l, enum rule rule, const char *text, int64_t found,
       int64_t limit)
{
	l->f->warned |= (uint16_t)(1u << rule);
	raise_warning(l->r, l->f->ix, rule, l->f->n, text, found, limit);
	return NEVER;
}

/* --- rules: each says when it is to be looked at again
 * -------------------------------- */

static int64_t
too_long(struct look *l, enum rule rule, int64_t limit, const char *than)
{
	char took[DURATION_TEXT], may[DURATION_TEXT], text[200];

	if (l->elapsed < limit)
		return l->now + limit - l->elapsed;
	duration_format(l->elapsed, took);
	duration_format(limit, may);
	snprintf(text, sizeof(text), "it has run for %s, longer than %s%s",
		 took, may, than);
	return raised(l, rule, text, l->elapsed, limit);
}

static int64_t
look_after(struct look *l)
{
	if (!l->warn || l->warn->after == DURATION_NONE)
		return NEVER;
	return too_long(l, RULE_AFTER, l->warn->after, "");
}

static int64_t
look_slow(struct look *l)
{
	int64_t limit;

	if (l->warn && !l->warn->slower_than.text)
		return NEVER;
	if (l->elapsed < FIRST_LOOK)
		return l->now + FIRST_LOOK - l->elapsed;
	limit = usual_limit(l->r, l->f->ix,
			    l->warn ? &l->warn->slower_than : NULL);
	if (limit < 0)
		return NEVER;
	return too_long(l, RULE_SLOW, limit, ", as its last runs go");
}

static int64_t
look_log(struct look *l)
{
	const struct regex *regex = l->warn ? l->warn->log : NULL;
	char *path, *piece, text[200];
	ssize_t n = 0;
	int fd;

	if (!regex)
		return NEVER;
	path = mem_printf("%s/%s", l->r->dir, l->f->log);
	piece = mem_alloc(LOG_PIECE);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		n = pread(fd, piece, LOG_PIECE, l->f->log_seen);
		close(fd);
	}
	free(path);
	if (n > 0 && regex_search(regex, piece, (size_t)n)) {
		free(piece);
		snprintf(text, sizeof(text), "its log matches %.150s",
			 l->warn->log_text);
		return raised(l, RULE_LOG, text, 1, 0);
	}
	free(piece);
	/* What ends in mid-line is read again; a match may go on there. */
	if (n == (ssize_t)LOG_PIECE)
		l->f->log_seen += n - 1024;
	return l->now + (n == (ssize_t)LOG_PIECE ? 0 : LOG_LOOK);
}

static int64_t
look_retries(struct look *l)
{
	int64_t tries = run_inst(l->r, l->f->ix)->tries;
	int64_t retries = tries ? tries - 1 : 0;
	char text[100];

	if (!l->warn || l->warn->retries < 0 || retries < l->warn->retries)
		return NEVER;
	snprintf(text, sizeof(text), "it was retried %lld time%s",
		 (long long)retries, retries == 1 ? "" : "s");
	return raised(l, RULE_RETRIES, text, retries, l->warn->retries);
}

static int64_t
memory_of(struct look *l)
{
	struct strbuf key = STRBUF_INIT;
	struct tree tree = {0};
	struct tree_query query = {.main = l->f->pid,
				   .start_time = l->f->start_time};
	int64_t sum = 0;

	strbuf_adds(&key, "WFCTL_KEY=");
	names_key(l->r, l->f->ix, l->f->phase, &key);
	query.key = key.at;
	tree_scan(&tree);
	tree_mark(&tree, &query);
	vec_each (&tree.at, struct tree_process, p)
		if (p->mine)
			sum += p->rss;
	tree_release(&tree);
	strbuf_release(&key);
	return sum;
}

static int64_t
look_memory(struct look *l)
{
	int64_t used;
	char text[120];

	if (!l->warn || l->warn->memory < 0)
		return NEVER;
	used = l->f->pid ? memory_of(l) : 0;
	if (used <= l->warn->memory)
		return l->now + MEMORY_LOOK;
	snprintf(text, sizeof(text),
		 "its processes use %lld MiB of memory, more than %lld MiB",
		 (long long)(used >> 20), (long long)(l->warn->memory >> 20));
	return raised(l, RULE_MEMORY, text, used, l->warn->memory);
}

static int64_t
look_silence(struct look *l)
{
	char text[120], quiet_text[DURATION_TEXT];
	int64_t quiet;

	if (!l->warn || l->warn->silence == DURATION_NONE)
		return NEVER;
	quiet = watchdog_quiet(l->r, l->f, l->now);
	if (quiet < l->warn->silence)
		return l->now + l->warn->silence - quiet;
	duration_format(quiet, quiet_text);
	snprintf(text, sizeof(text), "it has written nothing for %s",
		 quiet_text);
	return raised(l, RULE_SILENCE, text, quiet, l->warn->silence);
}

static int64_t (*const rules[NRULES])(struct look *l) = {
	[RULE_AFTER] = look_after,   [RULE_SLOW] = look_slow,
	[RULE_LOG] = look_log,       [RULE_RETRIES] = look_retries,
	[RULE_MEMORY] = look_memory, [RULE_SILENCE] = look_silence,
};

/* --- attempts
 * ------------------------------------------------------------------------- */

static bool
is_watched(const struct flight *f)
{
	return f->phase == PHASE_DO && !f->spec && !f->killed_for &&
	       !f->claimed;
}

static struct look
look_of(struct run *r, struct flight *f)
{
	const struct step_more *more = run_step(r, run_inst(r, f->ix))->more;
	int64_t now = clock_boot();

	return (struct look){.r = r,
			     .f = f,
			     .warn = more->has_warn ? &more->warn : NULL,
			     .now = now,
			     .elapsed = f->begun ? now - f->begun
						 : clock_wall() - f->started};
}

static void
look_at(struct run *r, struct flight *f)
{
	struct look l = look_of(r, f);

	f->warn_due = NEVER;
	for (unsigned k = 0; k < NRULES; k++) {
		int64_t again = f->warned >> k & 1 ? NEVER : rules[k](&l);

		if (again < f->warn_due)
			f->warn_due = again;
	}
}

void
warn_ended(struct run *r, struct flight *f)
{
	struct look l = look_of(r, f);

	while (!(f->warned >> RULE_LOG & 1) && look_log(&l) == l.now)
		;
	if (!(f->warned >> RULE_RETRIES & 1))
		look_retries(&l);
}

/* Most attempts have ended before the first look; whole seconds let the
 * timer stand still meanwhile. */
static int64_t
first_look(const struct run *r, const struct flight *f)
{
	int64_t now = clock_boot();

	if (run_step(r, run_inst(r, f->ix))->more->has_warn)
		return now;
	return (now / FIRST_LOOK + 2) * FIRST_LOOK;
}

/* --- the run
 * ---------------------------------------------------------------------------
 */

static int64_t
look_run_after(struct run *r, int64_t now)
{
	const struct workflow *wf = r->scopes.at[0].wf;
	int64_t elapsed = clock_wall() - r->row.started;
	char took[DURATION_TEXT], text[120];

	if (!wf->has_warn || wf->warn.after == DURATION_NONE)
		return NEVER;
	if (elapsed < wf->warn.after)
		return now + wf->warn.after - elapsed;
	duration_format(elapsed, took);
	snprintf(text, sizeof(text), "the run has taken %s already", took);
	raise_warning(r, IX_NONE, RULE_AFTER, 0, text, elapsed, wf->warn.after);
	r->warned |= 1u << RULE_AFTER;
	return NEVER;
}

static int64_t
look_deadline(struct run *r, int64_t now)
{
	const struct workflow *wf = r->scopes.at[0].wf;
	int64_t left = r->deadline_boot - now, usual;
	char need[DURATION_TEXT], have[DURATION_TEXT], text[160];

	if (wf->deadline == DURATION_NONE || left <= 0 ||
	    (wf->has_warn && !wf->warn.deadline_risk))
		return NEVER;
	usual = usual_rest(r);
	if (usual <= left)
		return now + (wf->deadline / 50 > RISK_LOOK ? wf->deadline / 50
							    : RISK_LOOK);
	duration_format(usual, need);
	duration_format(left, have);
	snprintf(text, sizeof(text),
		 "the rest usually takes %s, and the deadline is in %s", need,
		 have);
	raise_warning(r, IX_NONE, RULE_DEADLINE, 0, text, usual, left);
	r->warned |= 1u << RULE_DEADLINE;
	return NEVER;
}

static int64_t
look_disk(struct run *r, int64_t now)
{
	struct statfs fs;
	int64_t share;
	char text[120];

	if (statfs(r->dir, &fs) < 0 || !fs.f_blocks)
		return NEVER;
	share = (int64_t)((double)fs.f_bavail * 100 / (double)fs.f_blocks);
	if (share >= DISK_SHARE)
		return now + DISK_LOOK;
	snprintf(text, sizeof(text),
		 "only %lld %% of the disk under the state directory are left",
		 (long long)share);
	raise_warning(r, IX_NONE, RULE_DISK, 0, text, share, DISK_SHARE);
	r->warned |= 1u << RULE_DISK;
	return NEVER;
}

static void
look_at_run(struct run *r)
{
	static const struct {
		enum rule rule;
		int64_t (*look)(struct run *r, int64_t now);
	} looks[] = {
		{RULE_AFTER,    look_run_after},
		{RULE_DEADLINE, look_deadline },
		{RULE_DISK,     look_disk     },
	};
	int64_t now = clock_boot();

	r->warn_due = NEVER;
	for (size_t k = 0; k < ARRAY_SIZE(looks); k++) {
		int64_t again = r->warned >> looks[k].rule & 1
					? NEVER
					: looks[k].look(r, now);

		if (again < r->warn_due)
			r->warn_due = again;
	}
}

/* Does the flow itself say what to look for?  The disk alone is no reason to
 * wake up while nothing runs. */
static bool
run_has_rules(const struct run *r)
{
	const struct workflow *wf = r->scopes.at[0].wf;

	return wf->has_warn || wf->deadline != DURATION_NONE;
}

static bool
run_is_watched(const struct run *r)
{
	return r->row.state == RUN_RUNNING && !r->ending &&
	       (r->flights.n || run_has_rules(r));
}

void
warn_look(struct run *r)
{
	int64_t now = clock_boot();

	for (size_t k = 0; k < r->flights.n; k++)
		if (is_watched(&r->flights.at[k]) &&
		    r->flights.at[k].warn_due <= now)
			look_at(r, &r->flights.at[k]);
	if (run_is_watched(r) && r->warn_due <= now)
		look_at_run(r);
}

int64_t
warn_next(struct run *r)
{
	int64_t next = NEVER;

	vec_each (&r->flights, struct flight, f) {
		if (!is_watched(f))
			continue;
		if (!f->warn_due)
			f->warn_due = first_look(r, f);
		if (f->warn_due < next)
			next = f->warn_due;
	}
	if (!run_is_watched(r))
		return next;
	if (!r->warn_due)
		r->warn_due =
			run_has_rules(r)
				? clock_boot()
				: (clock_boot() / FIRST_LOOK + 2) * FIRST_LOOK;
	return r->warn_due < next ? r->warn_due : next;
}

/* --- rows
 * ------------------------------------------------------------------------------
 */

json_t *
warn_json(const struct run *r)
{
	json_t *list = json_array();

	if (r->warned)
		json_array_append_new(list,
				      json_pack("[i,i]", 0, (int)r->warned));
	vec_each (&r->flights, struct flight, f)
		if (f->warned)
			json_array_append_new(
				list, json_pack("[I,i]", (json_int_t)f->attempt,
						(int)f->warned));
	return list;
}

void
warn_restore(struct run *r)
{
	json_t *o = r->row.data ? json_loads(r->row.data, 0, NULL) : NULL;
	const json_t *list = json_object_get(o, "warned");

	for (size_t k = 0; k < json_array_size(list); k++) {
		const json_t *row = json_array_get(list, k);
		uint64_t attempt =
			(uint64_t)json_integer_value(json_array_get(row, 0));
		int bits = (int)json_integer_value(json_array_get(row, 1));
		struct flight *f = attempt ? run_flight(r, attempt) : NULL;

		if (!attempt)
			r->warned = (uint16_t)bits;
		else if (f)
			f->warned = (uint16_t)bits;
	}
	json_decref(o);
}
