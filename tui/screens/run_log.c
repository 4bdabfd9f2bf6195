/* The log of the selected step's try as rows: opened, filtered, searched, a
 * slice at a time.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../engine/base/fs.h"
#include "run_view.h"

enum {
	LOAD_BYTES = 4 << 20, /* indexed between two looks at keys */
	LOAD_LINES = 20000,   /* looked at between them */
	COUNT_LINES = 5000,   /* the same, to count those that are found */
	/* The same before a picture: what a log grows by meanwhile. */
	LOOK_BYTES = 64 << 10,
	LOOK_LINES = 500
};

const struct wf_attempt_info *
log_attempt(const struct run_view *rv)
{
	const struct wf_step_info *s = run_selected(rv);

	if (!s || s->nattempts == 0)
		return NULL;
	if (rv->log.attempt >= 0 && (size_t)rv->log.attempt < s->nattempts)
		return &s->attempts[rv->log.attempt];
	return step_latest(s);
}

/* --- rows
 * ------------------------------------------------------------------- */

static bool
is_filtered(const struct run_log *log)
{
	return log->filter.text.n > 0;
}

size_t
log_rows(const struct run_log *log)
{
	if (!log->file)
		return 0;
	return is_filtered(log) ? log->kept.n : logfile_nlines(log->file);
}

size_t
log_line(const struct run_log *log, size_t row)
{
	return is_filtered(log) && row < log->kept.n ? log->kept.at[row] : row;
}

unsigned
log_flags(const struct run_log *log)
{
	return (log->raw || log->ansi ? 0 : (unsigned)TEXT_DROP_SGR) |
	       (log->updates || log->raw ? (unsigned)TEXT_UPDATES : 0);
}

void
log_text(const struct run_log *log, size_t row, struct strbuf *out)
{
	logfile_line(log->file, log_line(log, row), out, log_flags(log));
}

/* "word" keeps the lines that hold it, "!word" the others. */
static bool
passes(const char *filter, const char *line)
{
	bool inverse = *filter == '!';

	return (strcasestr(line, filter + inverse) != NULL) != inverse;
}

static void
filter_on(struct run_log *log, size_t budget)
{
	size_t n = logfile_nlines(log->file);
	struct strbuf line = STRBUF_INIT;

	/* A growing log's last line may be only half there. */
	while (is_filtered(log) && log->filtered < n && budget-- > 0) {
		strbuf_clear(&line);
		logfile_line(log->file, log->filtered, &line, TEXT_DROP_SGR);
		if (passes(log->filter.text.at, line.at))
			vec_push(&log->kept, (uint32_t)log->filtered);
		log->filtered++;
	}
	strbuf_release(&line);
}

static void
forget_matches(struct log_matches *m)
{
	m->bits.n = m->rows = m->n = 0;
}

void
log_refilter(struct run_log *log)
{
	forget_matches(&log->matches);
	log->kept.n = log->filtered = 0;
	log->found = log->mark = SIZE_MAX;
	log->searching = false;
	log->top = 0;
	if (log->file)
		filter_on(log, LOOK_LINES);
}

/* Open the file of what is selected, when it is another one. */
static void
renew(struct run_view *rv)
{
	const struct wf_attempt_info *a = log_attempt(rv);
	const char *path = a && a->log ? a->log : "";

	if (rv->log.path && str_eq(rv->log.path, path))
		return;
	logfile_close(rv->log.file);
	free(rv->log.path);
	rv->log.path = mem_strdup(path);
	rv->log.file = *path ? logfile_open(path) : NULL;
	if (rv->log.file)
		logfile_limit(rv->log.file, rv->log.limit);
	rv->log.left = 0;
	log_refilter(&rv->log);
}

/* --- searching
 * --------------------------------------------------------------------- */

static bool
row_has(const struct run_log *log, size_t row, struct strbuf *line)
{
	strbuf_clear(line);
	logfile_line(log->file, log_line(log, row), line, TEXT_DROP_SGR);
	return strcasestr(line->at, log->find.text.at) != NULL;
}

/* Among the rows the filter left; these are few, or the file is searched. */
static bool
find_kept(struct run_log *log, size_t *from, size_t budget)
{
	struct strbuf line = STRBUF_INIT;
	bool found = false;

	while (!found && budget-- > 0 && *from < log->kept.n) {
		found = row_has(log, *from, &line);
		if (!found && !log->forward && *from == 0)
			*from = log->kept.n;
		else if (!found)
			*from += log->forward ? 1 : (size_t)-1;
	}
	strbuf_release(&line);
	return found;
}

/* Of the file, or of what the filter is to let through. */
static bool
has_more_rows(const struct run_log *log)
{
	return logfile_is_behind(log->file) ||
	       (is_filtered(log) && log->filtered < logfile_nlines(log->file));
}

static void
search_on(struct run_log *log, size_t budget)
{
	size_t from = log->found, n;
	bool found;

	/* Its end is known when all rows are. */
	if (!log->searching || !log->file || has_more_rows(log))
		return;
	found = is_filtered(log) ? find_kept(log, &from, budget)
				 : logfile_find(log->file, log->find.text.at,
						log->forward, &from, budget);
	n = log_rows(log);
	if (found) {
		log->searching = false;
		log->follow = false;
		log->top = from > 3 ? from - 3 : 0;
	} else if (from >= n && !log->wrapped && n) {
		log->wrapped = true; /* once around */
		from = log->forward ? 0 : n - 1;
	} else if (from >= n) {
		log->searching = false;
		from = SIZE_MAX;
	}
	log->found = from;
}

bool
log_search(struct run_log *log, bool forward, bool from_here)
{
	size_t n = log_rows(log);

	if (from_here)
		forget_matches(&log->matches);
	if (n == 0 || log->find.text.n == 0)
		return false;
	if (log->found >= n)
		log->found = log->top;
	else if (!from_here)
		log->found = (log->found + (forward ? 1 : n - 1)) % n;
	log->forward = forward;
	log->searching = true;
	log->wrapped = false;
	search_on(log, LOAD_LINES);
	search_on(log, LOAD_LINES);
	return !log->searching;
}

/* --- counting what can be found
 * ------------------------------------------------ */

static void
count_row(struct log_matches *m, size_t row, bool has)
{
	uint64_t bit = UINT64_C(1) << row % 64;

	if (row / 64 >= m->bits.n)
		vec_push(&m->bits, 0);
	m->n -= (m->bits.at[row / 64] & bit) != 0;
	m->bits.at[row / 64] &= ~bit;
	m->bits.at[row / 64] |= has ? bit : 0;
	m->n += has;
}

/* Is there more to count? */
static bool
count_on(struct run_log *log, size_t budget)
{
	struct log_matches *m = &log->matches;
	size_t n = log_rows(log);
	struct strbuf line = STRBUF_INIT;

	if (!log->find.text.n || log->searching || log->typing)
		return false;
	/* What was the last row may have been half of one. */
	if (m->rows && m->size != logfile_size(log->file))
		m->rows--;
	m->size = logfile_size(log->file);
	for (; m->rows < n && budget > 0; budget--, m->rows++)
		count_row(m, m->rows, row_has(log, m->rows, &line));
	strbuf_release(&line);
	return m->rows < n;
}

size_t
log_place(const struct run_log *log)
{
	const struct log_matches *m = &log->matches;
	size_t place = 0, words = log->found / 64;

	if (log->found >= m->rows)
		return 0;
	for (size_t i = 0; i < words; i++)
		place += (size_t)__builtin_popcountll(m->bits.at[i]);
	return place + (size_t)__builtin_popcountll(m->bits.at[words]
						    << (63 - log->found % 64));
}

int
log_counted_percent(const struct run_log *log)
{
	size_t n = log_rows(log);

	return n ? (int)(100 * (uint64_t)log->matches.rows / n) : 100;
}

static bool
go_on(struct view *v, off_t bytes, size_t lines)
{
	struct run_view *rv = run_view_of(v);
	struct run_log *log = &rv->log;
	bool searched = log->searching, counting;

	renew(rv);
	if (!log->file)
		return false;
	logfile_poll(log->file, bytes);
	filter_on(log, lines);
	search_on(log, lines);
	if (searched && !log->searching && log->found == SIZE_MAX)
		views_say(v->views, "not found: %s", log->find.text.at);
	counting = count_on(log, lines < COUNT_LINES ? lines : COUNT_LINES);
	return counting || log->searching || has_more_rows(log);
}

void
log_look(struct view *v)
{
	v->views->behind |= go_on(v, LOOK_BYTES, LOOK_LINES);
}

bool
log_load(struct view *v)
{
	return go_on(v, LOAD_BYTES, LOAD_LINES);
}

/* --- taking lines away
 * --------------------------------------------------------------- */

void
log_selection(const struct run_log *log, size_t *from, size_t *to)
{
	size_t n = log_rows(log);

	if (log->mark < n) {
		*from = log->mark < log->cursor ? log->mark : log->cursor;
		*to = log->mark < log->cursor ? log->cursor : log->mark;
	} else {
		*from = *to = log->found < n ? log->found : log->top;
	}
}

char *
log_save(const struct run_view *rv, struct wf_err *err)
{
	const struct wf_step_info *s = run_selected(rv);
	struct strbuf text = STRBUF_INIT;
	char *name;

	if (!s || !rv->log.path || !*rv->log.path) {
		ERR(err, WF_REFUSED, "there is no log to save");
		return NULL;
	}
	name = mem_printf("%s-%s.log", rv->id, s->path);
	for (char *c = name; *c; c++)
		if (*c == '/' || *c == '[' || *c == ']' || *c == ' ')
			*c = '-';
	if (access(name, F_OK) == 0) {
		ERR(err, WF_REFUSED, "%s is there already", name);
	} else if (fs_read(rv->log.path, SIZE_MAX / 2, &text, err) == WF_OK &&
		   fs_write(name, text.at, text.n, 0600, err) == WF_OK) {
		strbuf_release(&text);
		return name;
	}
	strbuf_release(&text);
	free(name);
	return NULL;
}

void
log_release(struct run_log *log)
{
	logfile_close(log->file);
	free(log->path);
	prompt_release(&log->find);
	prompt_release(&log->filter);
	vec_release(&log->kept);
	vec_release(&log->matches.bits);
}
