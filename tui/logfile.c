/* Lines of a growing file by number.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../engine/base/clock.h"
#include "../engine/base/text.h"
#include "../engine/base/vec.h"
#include "logfile.h"

enum {
	BLOCK = 64,        /* lines per entry of the index */
	CHUNK = 64 * 1024, /* bytes read at once, and of a line at most */
	GROWTHS = 100000   /* times of new lines that are kept */
};

struct logfile {
	char *path;
	int fd;
	VEC(off_t) index; /* start of line BLOCK * i */
	size_t nlines;    /* whole ones, and the rest without newline */
	off_t scanned, size;
	bool ends_open; /* the last line has no newline yet */
	size_t block;   /* whose line starts are in `starts` */
	VEC(off_t) starts;
	off_t starts_at; /* `scanned` when they were read */
	VEC(off_t) ends; /* starts of the last lines, and where they end */
	char *buffer;
	size_t limit; /* of a line that is shown */
	/* Which lines were there when: times of growth, the latest ones. */
	VEC(struct growth) growths;
	bool known; /* what the file held when it was opened */
};

struct growth {
	size_t nlines; /* from then on */
	int64_t time;
};

struct logfile *
logfile_open(const char *path)
{
	struct logfile *l = mem_alloc(sizeof(*l));

	l->path = mem_strdup(path);
	l->fd = -1;
	l->buffer = mem_alloc(CHUNK);
	l->limit = TEXT_LINE_LIMIT;
	vec_push(&l->index, 0);
	return l;
}

void
logfile_close(struct logfile *l)
{
	if (!l)
		return;
	if (l->fd >= 0)
		close(l->fd);
	vec_release(&l->index);
	vec_release(&l->starts);
	vec_release(&l->ends);
	vec_release(&l->growths);
	free(l->buffer);
	free(l->path);
	free(l);
}

static void
start_over(struct logfile *l)
{
	l->index.n = 1;
	l->nlines = 0;
	l->scanned = 0;
	l->ends_open = false;
	l->starts.n = 0;
}

static void
count_lines(struct logfile *l, const char *bytes, size_t n)
{
	for (const char *p = bytes, *end = bytes + n; p < end; p++) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));

		if (!l->ends_open)
			l->nlines++;
		l->ends_open = !nl;
		if (!nl)
			break;
		p = nl;
		if (l->nlines % BLOCK == 0)
			vec_push(&l->index, l->scanned + (nl + 1 - bytes));
	}
	l->scanned += (off_t)n;
}

/* Holes are passed over; they count as part of the line they are in. */
static bool
scan_chunk(struct logfile *l)
{
	off_t data = lseek(l->fd, l->scanned, SEEK_DATA);
	ssize_t n;

	if (data > l->scanned && data < l->size) {
		if (!l->ends_open)
			l->nlines++;
		l->ends_open = true;
		l->scanned = data;
	}
	n = pread(l->fd, l->buffer, CHUNK, l->scanned);
	if (n <= 0)
		return false;
	count_lines(l, l->buffer, (size_t)n);
	return true;
}

static void
note_growth(struct logfile *l, size_t before)
{
	if (l->known && l->nlines > before && l->growths.n < GROWTHS)
		vec_push(&l->growths, (struct growth){before, clock_wall()});
	l->known |= l->fd >= 0 && l->scanned >= l->size;
}

void
logfile_limit(struct logfile *l, size_t limit)
{
	l->limit = limit;
}

int64_t
logfile_seen(const struct logfile *l, size_t i)
{
	size_t low = 0, high = l->growths.n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (l->growths.at[middle].nlines <= i)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? l->growths.at[low - 1].time : 0;
}

bool
logfile_poll(struct logfile *l, off_t budget)
{
	off_t before = l->scanned;
	size_t nlines = l->nlines;
	struct stat st;

	if (l->fd < 0)
		l->fd = open(l->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (l->fd < 0 || fstat(l->fd, &st) < 0)
		return false;
	l->size = st.st_size;
	if (l->size < l->scanned)
		start_over(l);
	while (l->scanned < l->size && l->scanned - before < budget)
		if (!scan_chunk(l))
			break;
	note_growth(l, nlines);
	return l->scanned != before;
}

bool
logfile_is_behind(const struct logfile *l)
{
	return l->scanned < l->size;
}

int
logfile_percent(const struct logfile *l)
{
	return l->size ? (int)(l->scanned * 100 / l->size) : 100;
}

size_t
logfile_nlines(const struct logfile *l)
{
	return l->nlines;
}

off_t
logfile_size(const struct logfile *l)
{
	return l->size;
}

/* Where each line of a block begins, and where the last one ends. */
static void
load_block(struct logfile *l, size_t block)
{
	off_t at = l->index.at[block];
	bool open = true;

	if (l->starts.n && l->block == block && l->starts_at == l->scanned)
		return;
	l->block = block;
	l->starts_at = l->scanned;
	l->starts.n = 0;
	vec_push(&l->starts, at);
	while (open && at < l->scanned && l->starts.n <= BLOCK) {
		off_t data = lseek(l->fd, at, SEEK_DATA);
		ssize_t n;

		if (data > at)
			at = data;
		n = pread(l->fd, l->buffer, CHUNK, at);
		open = n > 0;
		for (ssize_t i = 0; i < n && l->starts.n <= BLOCK; i++)
			if (l->buffer[i] == '\n')
				vec_push(&l->starts, at + i + 1);
		at += n > 0 ? n : 0;
	}
	if (l->starts.n <= BLOCK && vec_last(&l->starts) < l->scanned)
		vec_push(&l->starts, l->scanned);
}

/* A line with a hole in it: its beginning, how much is missing, its end.
 * Around a hole blocks are filled with NULs. */
static void
read_around(struct logfile *l, off_t from, off_t hole, off_t end,
	    struct strbuf *out, unsigned flags)
{
	off_t data = lseek(l->fd, hole, SEEK_DATA);
	off_t head = hole - from < (off_t)l->limit && hole - from <= CHUNK
			     ? hole
			     : from + CHUNK / 16;
	ssize_t n = pread(l->fd, l->buffer, (size_t)(head - from), from);
	char *p = l->buffer;

	while (n > 0 && l->buffer[n - 1] == '\0')
		n--;
	if (n > 0)
		text_log_line_upto(out, l->buffer, (size_t)n, l->limit, flags);
	if (data < hole || data > end)
		data = end;
	strbuf_addf(out, "%s... %lld bytes left out ... ", n > 0 ? " " : "",
		    (long long)(data - hole));
	n = pread(l->fd, l->buffer,
		  (size_t)(end - data < CHUNK ? end - data : CHUNK), data);
	for (; n > 0 && *p == '\0'; n--)
		p++;
	if (n > 0)
		text_log_line_upto(out, p, (size_t)n, l->limit, flags);
}

static void
read_line(struct logfile *l, off_t from, off_t end, struct strbuf *out,
	  unsigned flags)
{
	off_t hole = end > from ? lseek(l->fd, from, SEEK_HOLE) : -1;
	size_t want = (size_t)(end - from);
	ssize_t n;

	if (hole >= from && hole < end) {
		read_around(l, from, hole, end, out, flags);
		return;
	}
	/* Of a very long line that overwrites itself only the end counts. */
	if (want > CHUNK) {
		n = pread(l->fd, l->buffer, CHUNK, end - CHUNK);
		if (n > 0 && memchr(l->buffer, '\r', (size_t)n)) {
			text_log_line_upto(out, l->buffer, (size_t)n, l->limit,
					   flags);
			return;
		}
	}
	n = pread(l->fd, l->buffer, want < CHUNK ? want : CHUNK, from);
	text_log_line_upto(out, l->buffer, n > 0 ? (size_t)n : 0, l->limit,
			   flags);
	if (want > CHUNK)
		strbuf_addf(out, " and %lld KiB more",
			    (long long)(want - CHUNK) / 1024);
}

/* The newline at its end is none of its text. */
static void
show_line(struct logfile *l, off_t from, off_t end, struct strbuf *out,
	  unsigned flags)
{
	char last;

	if (end > from && pread(l->fd, &last, 1, end - 1) == 1 && last == '\n')
		end--;
	read_line(l, from, end, out, flags);
}

void
logfile_line(struct logfile *l, size_t i, struct strbuf *out, unsigned flags)
{
	size_t k = i % BLOCK;

	if (i >= l->nlines || l->fd < 0)
		return;
	load_block(l, i / BLOCK);
	if (k + 1 < l->starts.n)
		show_line(l, l->starts.at[k], l->starts.at[k + 1], out, flags);
}

/* The line that begins before what is read here is none of them. */
size_t
logfile_end(struct logfile *l, size_t max)
{
	off_t from = l->size > CHUNK ? l->size - CHUNK : 0;
	ssize_t n = l->fd < 0 ? 0 : pread(l->fd, l->buffer, CHUNK, from);
	size_t extra;

	l->ends.n = 0;
	if (n <= 0)
		return 0;
	if (from == 0)
		vec_push(&l->ends, 0);
	for (ssize_t i = 0; i < n; i++)
		if (l->buffer[i] == '\n')
			vec_push(&l->ends, from + i + 1);
	if (l->ends.n == 0 || vec_last(&l->ends) < from + n)
		vec_push(&l->ends, from + n);
	extra = l->ends.n - 1 > max ? l->ends.n - 1 - max : 0;
	l->ends.n -= extra;
	memmove(l->ends.at, l->ends.at + extra,
		l->ends.n * sizeof(*l->ends.at));
	return l->ends.n - 1;
}

void
logfile_end_line(struct logfile *l, size_t i, struct strbuf *out,
		 unsigned flags)
{
	if (i + 1 < l->ends.n)
		show_line(l, l->ends.at[i], l->ends.at[i + 1], out, flags);
}

bool
logfile_find(struct logfile *l, const char *text, bool forward, size_t *from,
	     size_t budget)
{
	struct strbuf line = STRBUF_INIT;
	bool found = false;

	while (!found && budget-- > 0 && *from < l->nlines) {
		strbuf_clear(&line);
		logfile_line(l, *from, &line, TEXT_DROP_SGR);
		found = strcasestr(line.at, text) != NULL;
		if (!found && !forward && *from == 0)
			*from = l->nlines;
		else if (!found)
			*from += forward ? 1 : (size_t)-1;
	}
	strbuf_release(&line);
	return found;
}
