/* The file of typed lines.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "history.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../engine/base/fs.h"
#include "../engine/base/map.h"
#include "../engine/base/mem.h"
#include "../engine/base/str.h"
#include "../engine/base/vec.h"

#define MOST_LINES 2000
#define MOST_BYTES ((int64_t)4 << 20)

/* --- what is private ------------------------------------------------------ */

static bool
name_is_private(const char *name, size_t n)
{
	static const char *const parts[] = {"passw",      "secret", "token",
					    "credential", "apikey", "api_key",
					    "private"};

	for (size_t k = 0; k < ARRAY_SIZE(parts); k++)
		for (size_t i = 0; i + strlen(parts[k]) <= n; i++)
			if (strncasecmp(name + i, parts[k], strlen(parts[k])) ==
			    0)
				return true;
	return false;
}

bool
line_is_private(const char *line)
{
	if (*line == ' ' || strstr(line, "--secret"))
		return true;
	for (const char *p = line; *p;) {
		size_t n = strcspn(p, " \t\"'=");

		if (p[n] == '=' && name_is_private(p, n))
			return true;
		p += n + (p[n] != '\0');
	}
	return false;
}

/* --- the file ------------------------------------------------------------- */

/* Open and locked; -1.  Nobody replaces the file, it is only written in. */
static int
open_locked(const struct lines_file *f)
{
	int fd = f->path ? open(f->path,
				O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600)
			 : -1;

	if (fd >= 0 && flock(fd, LOCK_EX) == 0) {
		fchmod(fd, 0600);
		return fd;
	}
	if (fd >= 0)
		close(fd);
	return -1;
}

static int64_t
size_of(int fd)
{
	struct stat st;

	return fstat(fd, &st) ? 0 : (int64_t)st.st_size;
}

/* From `seen` to the end; a file that has shrunk was cut by another shell,
 * whose lines we know. */
static void
read_new(struct lines_file *f, int fd, struct strbuf *out)
{
	int64_t size = size_of(fd);
	char buffer[8192];
	ssize_t n;

	if (size < f->seen)
		f->seen = size;
	while (f->seen < size &&
	       (n = pread(fd, buffer, sizeof(buffer), f->seen)) > 0) {
		strbuf_add(out, buffer, (size_t)n);
		f->seen += n;
	}
}

static void
tell(struct lines_file *f, char *text)
{
	char *save = NULL;

	for (char *line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save))
		f->add(f->arg, line);
}

static size_t
count_lines(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

/* The last half of the lines; of equal ones the last. */
static void
shorten(char *text, struct strbuf *out)
{
	VEC(const char *) kept = {0};
	struct map seen = {0};

	while (kept.n < MOST_LINES / 2) {
		char *end = strrchr(text, '\n');
		const char *line;

		if (!end)
			break;
		*end = '\0';
		line = strrchr(text, '\n');
		line = line ? line + 1 : text;
		if (*line && map_set(&seen, line, NULL))
			vec_push(&kept, line);
	}
	while (kept.n)
		strbuf_addf(out, "%s\n", vec_pop(&kept));
	map_release(&seen);
	vec_release(&kept);
}

static void
cut_down(int fd, struct strbuf *text)
{
	struct strbuf kept = STRBUF_INIT;

	shorten(text->at, &kept);
	if (ftruncate(fd, 0) == 0 && fs_write_all(fd, kept.at, kept.n)) {
		strbuf_clear(text);
		strbuf_add(text, kept.at, kept.n);
	}
	strbuf_release(&kept);
}

void
lines_open(struct lines_file *f)
{
	struct strbuf text = STRBUF_INIT;
	int fd = open_locked(f);

	if (fd < 0)
		return;
	f->seen = size_of(fd) > MOST_BYTES ? size_of(fd) - MOST_BYTES : 0;
	read_new(f, fd, &text);
	if (count_lines(text.at) > MOST_LINES)
		cut_down(fd, &text);
	f->seen = size_of(fd);
	close(fd);
	tell(f, text.at);
	strbuf_release(&text);
}

void
lines_sync(struct lines_file *f)
{
	struct strbuf text = STRBUF_INIT;
	int fd = open_locked(f);

	if (fd < 0)
		return;
	read_new(f, fd, &text);
	close(fd);
	if (text.n)
		tell(f, text.at);
	strbuf_release(&text);
}

void
lines_append(struct lines_file *f, const char *line)
{
	struct strbuf text = STRBUF_INIT, others = STRBUF_INIT;
	int fd = open_locked(f);

	if (fd < 0)
		return;
	read_new(f, fd, &others);
	strbuf_addf(&text, "%s\n", line);
	if (fs_write_all(fd, text.at, text.n))
		f->seen += (int64_t)text.n;
	close(fd);
	if (others.n)
		tell(f, others.at);
	strbuf_release(&others);
	strbuf_release(&text);
}
