/* Reading /proc and finding what belongs to an attempt.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "warden_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../base/str.h"

#define MAX_DEPTH 4096

bool
tree_parse_stat(char *text, struct tree_process *p)
{
	char *open = strchr(text, '('), *close = strrchr(text, ')');
	unsigned long long start;
	long long rss;
	size_t n;

	*p = (struct tree_process){0};
	if (!open || !close || close < open)
		return false;
	p->pid = atoi(text);
	n = (size_t)(close - open - 1);
	if (n > sizeof(p->name) - 1)
		n = sizeof(p->name) - 1;
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)open[1 + i];

		p->name[i] = c < ' ' || c > '~' ? '?' : (char)c;
	}
	if (sscanf(close + 1,
		   " %c %d %d %d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d "
		   "%*d %*d %*d %*d %llu %*u %lld",
		   &p->state, &p->parent, &p->group, &p->session, &start,
		   &rss) != 6)
		return false;
	p->start_time = start;
	p->rss = (int64_t)rss * sysconf(_SC_PAGESIZE);
	return p->pid > 0;
}

static bool
read_stat(int proc, const char *pid, struct tree_process *p)
{
	char path[64], text[1024];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%.32s/stat", pid);
	fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n <= 0)
		return false;
	text[n] = '\0';
	return tree_parse_stat(text, p);
}

static int
by_pid(const void *a, const void *b)
{
	int x = ((const struct tree_process *)a)->pid;
	int y = ((const struct tree_process *)b)->pid;

	return (x > y) - (x < y);
}

void
tree_scan(struct tree *t)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;

	t->at.n = 0;
	if (!proc)
		return;
	while ((entry = readdir(proc))) {
		struct tree_process p;

		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
		    read_stat(dirfd(proc), entry->d_name, &p))
			vec_push(&t->at, p);
	}
	closedir(proc);
	if (t->at.n)
		qsort(t->at.at, t->at.n, sizeof(*t->at.at), by_pid);
}

struct tree_process *
tree_find(const struct tree *t, int pid)
{
	struct tree_process wanted = {.pid = pid};

	if (!t->at.n)
		return NULL;
	return bsearch(&wanted, t->at.at, t->at.n, sizeof(wanted), by_pid);
}

bool
tree_has_key(int pid, const char *key)
{
	struct strbuf text = STRBUF_INIT;
	size_t size = strlen(key);
	bool found = false;
	char path[32];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/environ", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	do {
		strbuf_grow(&text, 16384);
		n = read(fd, text.at + text.n, 16384);
		if (n > 0)
			text.n += (size_t)n;
	} while (n > 0);
	close(fd);
	text.at[text.n] = '\0';
	for (size_t at = 0; at < text.n && !found;
	     at += strlen(text.at + at) + 1)
		found = text.n - at >= size && str_eq(text.at + at, key);
	strbuf_release(&text);
	return found;
}

/* --- whose is it? ------------------------------------------------------- */

/* Is the number of the attempt's process (still) its own? */
static bool
number_holds(const struct tree *t, const struct tree_query *q)
{
	const struct tree_process *p = tree_find(t, q->main);

	if (p)
		return p->start_time == q->start_time;
	/* A number stays taken while its group or session lives. */
	return q->warden != 0;
}

static bool
belongs(const struct tree *t, const struct tree_query *q,
	const struct tree_process *p, bool number)
{
	for (int depth = 0; p && depth < MAX_DEPTH; depth++) {
		if (p->pid == q->warden || p->pid <= 1)
			return false;
		if (number && p->pid == q->main)
			return true;
		if (p->is_main)
			return false;
		if (number && (p->session == q->main || p->group == q->main))
			return true;
		if (q->key && (!q->warden || p->parent == q->warden) &&
		    tree_has_key(p->pid, q->key))
			return true;
		p = tree_find(t, p->parent);
	}
	return false;
}

size_t
tree_mark(struct tree *t, const struct tree_query *q)
{
	bool number = number_holds(t, q);
	int self = getpid();
	size_t n = 0;

	vec_each (&t->at, struct tree_process, p) {
		p->mine = p->state != 'Z' && p->state != 'X' &&
			  p->pid != self && belongs(t, q, p, number);
		n += p->mine;
	}
	return n;
}

int
tree_open(int pid, uint64_t start_time)
{
	int fd = pid > 0 ? (int)syscall(SYS_pidfd_open, pid, 0) : -1;
	struct tree_process p;
	char number[16];

	if (fd < 0)
		return -1;
	snprintf(number, sizeof(number), "%d", pid);
	int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool same = proc >= 0 && read_stat(proc, number, &p) &&
		    p.start_time == start_time;

	if (proc >= 0)
		close(proc);
	if (same)
		return fd;
	close(fd);
	return -1;
}

void
tree_signal(const struct tree *t, int signo)
{
	for (size_t i = 0; i < t->at.n; i++) {
		const struct tree_process *p = &t->at.at[i];
		int fd = p->mine ? tree_open(p->pid, p->start_time) : -1;

		if (fd < 0)
			continue;
		syscall(SYS_pidfd_send_signal, fd, signo, NULL, 0);
		close(fd);
	}
}

void
tree_release(struct tree *t)
{
	vec_release(&t->at);
}
