/* Writing and reading the designer's journal.
 *
 * Records: a line with a letter and lengths, then the bytes, then a newline;
 * one that is cut short ends the journal.
 *
 *	wfctl-journal 1
 *	b LENGTH                      the text it began with
 *	c NAME AT REMOVED ADDED HASH  a patch; HASH is of the text after it
 *	t PATH LENGTH                 what is being typed; PATH 0: nothing
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../engine/base/fs.h"
#include "../../engine/base/vec.h"
#include "edit_journal.h"

#define HEAD "wfctl-journal 1\n"
enum {
	JOURNAL_MAX = 256 << 20
};

struct step_back {
	char *name, *text; /* the whole text after it */
	size_t n;
};

struct edit_journal {
	char *file;
	int fd; /* -1: no file yet */
	bool foreign, told;
	struct strbuf last; /* the text as of the last record */
	/* What was left behind. */
	bool held;
	struct strbuf base;
	VEC(struct step_back) changes;
	char *typed_path, *typed;
	int64_t time;
};

static uint64_t
hash_of(const char *text, size_t n)
{
	uint64_t h = 0xcbf29ce484222325;

	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)text[i]) * 0x100000001b3;
	return h;
}

/* ".deploy.yaml.wfctl-journal" beside what a link leads to. */
static char *
file_name(const char *path)
{
	char *real = realpath(path, NULL), *dir, *file;
	const char *base;

	if (!real)
		real = mem_strdup(path);
	dir = fs_dirname(real);
	base = strrchr(real, '/');
	file = mem_printf("%s/.%s.wfctl-journal", dir, base ? base + 1 : real);
	free(dir);
	free(real);
	return file;
}

/* --- reading ----------------------------------------------------------------
 */

struct reader {
	const char *at, *end;
};

/* `n` bytes and the newline behind them; NULL: cut short. */
static const char *
take(struct reader *r, uint64_t n)
{
	const char *bytes = r->at;

	if ((uint64_t)(r->end - r->at) <= n || r->at[n] != '\n')
		return NULL;
	r->at += n + 1;
	return bytes;
}

static bool
read_change(struct edit_journal *j, struct reader *r, const char *line)
{
	uint64_t name, at, removed, added, hash;
	const char *name_at, *bytes;
	struct strbuf text = STRBUF_INIT;

	if (sscanf(line,
		   "c %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNx64,
		   &name, &at, &removed, &added, &hash) != 5)
		return false;
	name_at = take(r, name);
	bytes = name_at ? take(r, added) : NULL;
	if (!bytes || at > j->last.n || removed > j->last.n - at)
		return false;
	strbuf_add(&text, j->last.at, at);
	strbuf_add(&text, bytes, added);
	strbuf_add(&text, j->last.at + at + removed, j->last.n - at - removed);
	if (hash_of(text.at, text.n) != hash) {
		strbuf_release(&text);
		return false;
	}
	strbuf_release(&j->last);
	j->last = text;
	vec_push(&j->changes,
		 (struct step_back){mem_strndup(name_at, name),
				    mem_strndup(text.at, text.n), text.n});
	free(j->typed_path);
	free(j->typed);
	j->typed_path = j->typed = NULL;
	return true;
}

static bool
read_typing(struct edit_journal *j, struct reader *r, const char *line)
{
	uint64_t path, length;
	const char *path_at, *bytes;

	if (sscanf(line, "t %" SCNu64 " %" SCNu64, &path, &length) != 2)
		return false;
	path_at = take(r, path);
	bytes = path_at ? take(r, length) : NULL;
	if (!bytes)
		return false;
	free(j->typed_path);
	free(j->typed);
	j->typed_path = path ? mem_strndup(path_at, path) : NULL;
	j->typed = path ? mem_strndup(bytes, length) : NULL;
	return true;
}

static bool
read_record(struct edit_journal *j, struct reader *r, bool first)
{
	const char *eol = memchr(r->at, '\n', (size_t)(r->end - r->at));
	char line[160];
	const char *bytes;
	uint64_t length;

	if (!eol || eol - r->at >= (ptrdiff_t)sizeof(line))
		return false;
	memcpy(line, r->at, (size_t)(eol - r->at));
	line[eol - r->at] = '\0';
	r->at = eol + 1;
	if (!first)
		return line[0] == 'c' ? read_change(j, r, line)
				      : read_typing(j, r, line);
	if (sscanf(line, "b %" SCNu64, &length) != 1)
		return false;
	bytes = take(r, length);
	if (!bytes)
		return false;
	strbuf_add(&j->base, bytes, length);
	strbuf_add(&j->last, bytes, length);
	return true;
}

static void
read_all(struct edit_journal *j)
{
	struct strbuf text = STRBUF_INIT;
	struct reader r;
	bool first = true;

	if (fs_read(j->file, JOURNAL_MAX, &text, NULL) == WF_OK &&
	    text.n > strlen(HEAD) && str_starts(text.at, HEAD)) {
		r = (struct reader){text.at + strlen(HEAD), text.at + text.n};
		while (r.at < r.end && read_record(j, &r, first))
			first = false;
	}
	strbuf_release(&text);
	j->held = j->changes.n > 0 || j->typed;
}

/* --- opening ----------------------------------------------------------------
 */

struct edit_journal *
edit_journal_open(const char *path, struct wf_err *err)
{
	struct edit_journal *j = mem_alloc(sizeof(*j));
	struct stat st;

	*j = (struct edit_journal){.file = file_name(path), .fd = -1};
	j->base = j->last = (struct strbuf)STRBUF_INIT;
	j->fd = open(j->file, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (j->fd < 0)
		return j;
	if (flock(j->fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK) {
		close(j->fd);
		j->fd = -1;
		j->foreign = true;
		ERR(err, WF_REFUSED,
		    "\"%.200s\" is being changed in another designer", path);
		wf_err_hint(err, "close one of them; this one keeps no "
				 "journal");
		return j;
	}
	if (fstat(j->fd, &st) == 0)
		j->time = (int64_t)st.st_mtim.tv_sec * 1000;
	read_all(j);
	if (!j->held)
		edit_journal_drop(j);
	return j;
}

static void
forget(struct edit_journal *j)
{
	vec_each (&j->changes, struct step_back, c) {
		free(c->name);
		free(c->text);
	}
	vec_release(&j->changes);
	free(j->typed_path);
	free(j->typed);
	j->typed_path = j->typed = NULL;
	strbuf_release(&j->base);
	j->held = false;
}

void
edit_journal_close(struct edit_journal *j)
{
	if (!j)
		return;
	forget(j);
	strbuf_release(&j->last);
	if (j->fd >= 0)
		close(j->fd);
	free(j->file);
	free(j);
}

void
edit_journal_keep(struct edit_journal *j)
{
	forget(j);
}

void
edit_journal_drop(struct edit_journal *j)
{
	forget(j);
	if (j->fd < 0)
		return;
	unlink(j->file);
	close(j->fd);
	j->fd = -1;
}

/* --- what was left ----------------------------------------------------------
 */

size_t
edit_journal_holds(const struct edit_journal *j)
{
	if (!j->held)
		return 0;
	return j->changes.n + (j->typed != NULL);
}

int64_t
edit_journal_time(const struct edit_journal *j)
{
	return j->time;
}

bool
edit_journal_fits(const struct edit_journal *j, const char *text, size_t n)
{
	return j->base.n == n && memcmp(j->base.at, text, n) == 0;
}

const char *
edit_journal_typed(const struct edit_journal *j, const char **path_out)
{
	*path_out = j->typed_path;
	return j->typed;
}

void
edit_journal_recover(struct edit_journal *j, struct wf_edit *edit)
{
	size_t n;
	const char *text = wf_edit_text(edit, &n);
	bool fits = edit_journal_fits(j, text, n);

	for (size_t i = fits || !j->changes.n ? 0 : j->changes.n - 1;
	     i < j->changes.n; i++) {
		const struct step_back *c = &j->changes.at[i];

		wf_edit_replace(edit, fits ? c->name : "recovered changes",
				c->text, c->n);
	}
}

/* --- writing ----------------------------------------------------------------
 */

void
edit_journal_base(struct edit_journal *j, const char *text, size_t n)
{
	if (j->fd >= 0)
		edit_journal_drop(j);
	strbuf_clear(&j->last);
	strbuf_add(&j->last, text, n);
}

static enum wf_code
complain(struct edit_journal *j, struct wf_err *err)
{
	if (j->told)
		return WF_OK;
	j->told = true;
	ERR(err, WF_USAGE, "the journal \"%.150s\" cannot be written: %s",
	    j->file, strerror(errno));
	wf_err_hint(err, "save often: what is not saved would be lost");
	return WF_USAGE;
}

static bool
begin(struct edit_journal *j)
{
	struct strbuf out = STRBUF_INIT;
	bool well;

	if (j->fd >= 0)
		return true;
	j->fd = open(j->file,
		     O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (j->fd < 0)
		return false;
	flock(j->fd, LOCK_EX | LOCK_NB);
	strbuf_addf(&out, "%sb %zu\n", HEAD, j->last.n);
	strbuf_add(&out, j->last.at, j->last.n);
	strbuf_addc(&out, '\n');
	well = fs_write_all(j->fd, out.at, out.n);
	strbuf_release(&out);
	return well;
}

/* A record that fits only by half is taken back, so that later ones can be
 * read when there is room again. */
static enum wf_code
append(struct edit_journal *j, const struct strbuf *record, struct wf_err *err)
{
	off_t end;
	int error;

	if (j->foreign)
		return WF_OK;
	if (!begin(j))
		return complain(j, err);
	end = lseek(j->fd, 0, SEEK_END);
	if (fs_write_all(j->fd, record->at, record->n)) {
		j->told = false;
		return WF_OK;
	}
	error = errno;
	if (end > 0 && ftruncate(j->fd, end) < 0)
		error = errno;
	errno = error;
	return complain(j, err);
}

enum wf_code
edit_journal_change(struct edit_journal *j, const char *name, const char *text,
		    size_t n, struct wf_err *err)
{
	struct strbuf out = STRBUF_INIT;
	size_t head = 0, tail = 0, least = n < j->last.n ? n : j->last.n;
	enum wf_code code;

	while (head < least && text[head] == j->last.at[head])
		head++;
	while (tail < least - head &&
	       text[n - 1 - tail] == j->last.at[j->last.n - 1 - tail])
		tail++;
	strbuf_addf(&out, "c %zu %zu %zu %zu %" PRIx64 "\n%s\n", strlen(name),
		    head, j->last.n - head - tail, n - head - tail,
		    hash_of(text, n), name);
	strbuf_add(&out, text + head, n - head - tail);
	strbuf_addc(&out, '\n');
	code = append(j, &out, err);
	strbuf_release(&out);
	strbuf_clear(&j->last);
	strbuf_add(&j->last, text, n);
	return code;
}

enum wf_code
edit_journal_typing(struct edit_journal *j, const char *path, const char *text,
		    struct wf_err *err)
{
	struct strbuf out = STRBUF_INIT;
	enum wf_code code = WF_OK;

	if (!text)
		strbuf_adds(&out, "t 0 0\n\n\n");
	else
		strbuf_addf(&out, "t %zu %zu\n%s\n%s\n", strlen(path),
			    strlen(text), path, text);
	/* Nothing typed needs no file. */
	if (text || j->fd >= 0)
		code = append(j, &out, err);
	strbuf_release(&out);
	return code;
}
