/* Reading growing logs from where we were, cut into lines.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tail.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "../engine/base/clock.h"
#include "../engine/base/vec.h"

enum {
	TAIL_LINE_MAX = 64 * 1024,
	TAIL_PATIENCE = 2000,
	LAST_BYTES = 16384
};

struct tail {
	char *step, *path;
	off_t offset;
	struct strbuf rest; /* a line whose end has not come */
	bool shown;         /* the rest has been reported as partial */
	int64_t grew;       /* when something was last added */
};

bool
log_read(int fd, off_t *offset, char *buffer, size_t size, size_t *n,
	 off_t *skipped)
{
	off_t data = lseek(fd, *offset, SEEK_DATA);
	ssize_t got;

	*n = 0;
	*skipped = 0;
	if (data > *offset) {
		*skipped = data - *offset;
		*offset = data;
		return true;
	}
	got = pread(fd, buffer, size, *offset);
	if (got <= 0)
		return false;
	data = lseek(fd, *offset, SEEK_HOLE);
	if (data > *offset && data - *offset < got)
		got = data - *offset;
	*offset += got;
	*n = (size_t)got;
	return true;
}

static bool
read_end(const char *path, struct strbuf *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	off_t size, from;
	ssize_t n = -1;

	if (fd < 0)
		return false;
	size = lseek(fd, 0, SEEK_END);
	from = size > LAST_BYTES ? size - LAST_BYTES : 0;
	strbuf_grow(out, LAST_BYTES);
	n = pread(fd, out->at, LAST_BYTES, from);
	close(fd);
	if (n <= 0)
		return false;
	out->n = (size_t)n;
	out->at[n] = '\0';
	return true;
}

bool
log_last(const char *path, int lines, struct strbuf *out)
{
	struct strbuf text = STRBUF_INIT;
	const char *at, *end;
	int seen = 0;
	bool any = read_end(path, &text);

	at = end = text.at + text.n;
	while (any && at > text.at) {
		if (at[-1] == '\n' && at < end && ++seen == lines)
			break;
		at--;
	}
	strbuf_add(out, at, (size_t)(end - at));
	strbuf_release(&text);
	return any;
}

static void
tails_add(struct tails *t, const char *step, char *path)
{
	struct tail tail = {.step = mem_strdup(step),
			    .path = path,
			    .rest = STRBUF_INIT,
			    .grew = clock_boot()};

	vec_push(t, tail);
}

static bool
is_followed(struct tails *t, const char *path)
{
	vec_each (t, struct tail, tail)
		if (str_eq(tail->path, path))
			return true;
	return false;
}

void
tails_open(struct tails *t, const char *step, const char *path)
{
	if (!path || is_followed(t, path))
		return;
	tails_add(t, step, mem_strdup(path));
	tails_add(t, step, mem_printf("%s.out", path));
}

static void
report(struct tails *t, struct tail *tail, const char *line, size_t n,
       bool partial)
{
	t->line(t->arg, tail->step, line, n, partial);
}

static void
take_bytes(struct tails *t, struct tail *tail, const char *bytes, size_t n)
{
	while (n) {
		const char *end = memchr(bytes, '\n', n);
		size_t len = end ? (size_t)(end - bytes) : n;

		strbuf_add(&tail->rest, bytes, len);
		if (end || tail->rest.n > TAIL_LINE_MAX) {
			report(t, tail, tail->rest.at, tail->rest.n, false);
			strbuf_clear(&tail->rest);
			tail->shown = false;
		}
		len += end != NULL;
		bytes += len;
		n -= len;
	}
}

static void
drain(struct tails *t, struct tail *tail)
{
	char buffer[16 * 1024];
	int fd = open(tail->path, O_RDONLY | O_CLOEXEC);
	size_t n;
	off_t skipped;

	if (fd < 0)
		return;
	while (log_read(fd, &tail->offset, buffer, sizeof(buffer), &n,
			&skipped)) {
		tail->grew = clock_boot();
		if (skipped) {
			char *gap = mem_printf("... %lld bytes left out ...",
					       (long long)skipped);

			report(t, tail, gap, strlen(gap), false);
			free(gap);
		}
		take_bytes(t, tail, buffer, n);
	}
	close(fd);
}

void
tails_drain(struct tails *t)
{
	vec_each (t, struct tail, tail) {
		drain(t, tail);
		if (tail->rest.n && !tail->shown &&
		    clock_boot() - tail->grew >= TAIL_PATIENCE) {
			report(t, tail, tail->rest.at, tail->rest.n, true);
			tail->shown = true;
		}
	}
}

static void
tail_release(struct tail *tail)
{
	free(tail->step);
	free(tail->path);
	strbuf_release(&tail->rest);
}

void
tails_close(struct tails *t, const char *step)
{
	size_t kept = 0;

	for (size_t i = 0; i < t->n; i++) {
		struct tail *tail = &t->at[i];

		if (!str_eq(tail->step, step)) {
			t->at[kept++] = *tail;
			continue;
		}
		drain(t, tail);
		if (tail->rest.n && !tail->shown)
			report(t, tail, tail->rest.at, tail->rest.n, false);
		tail_release(tail);
	}
	t->n = kept;
}

void
tails_release(struct tails *t)
{
	vec_each (t, struct tail, tail)
		tail_release(tail);
	vec_release(t);
}
