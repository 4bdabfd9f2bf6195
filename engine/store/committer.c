/* One thread that commits batches, and the descriptor that tells.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "committer.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct committer {
	struct store *store;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	int fd;

	/* Under the lock. */
	const struct st_batch *batch; /* handed over, not done */
	bool done, quit;
	enum st_result result;
	struct wf_err err;

	bool busy; /* the loop's own: handed over, not yet collected */
};

static void
tell(struct committer *c, enum st_result result, const struct wf_err *err)
{
	uint64_t one = 1;
	ssize_t n;

	c->batch = NULL;
	c->result = result;
	c->err = *err;
	c->done = true;
	do
		n = write(c->fd, &one, sizeof(one));
	while (n < 0 && errno == EINTR);
}

static void *
work(void *arg)
{
	struct committer *c = arg;

	pthread_mutex_lock(&c->lock);
	for (;;) {
		const struct st_batch *batch;
		struct wf_err err = {0};
		enum st_result result;

		while (!c->batch && !c->quit)
			pthread_cond_wait(&c->wake, &c->lock);
		batch = c->batch;
		if (!batch)
			break;
		pthread_mutex_unlock(&c->lock);
		result = st_commit(c->store, batch, &err);
		pthread_mutex_lock(&c->lock);
		tell(c, result, &err);
	}
	pthread_mutex_unlock(&c->lock);
	return NULL;
}

/* Not a fault of ours: no thread or descriptor is to be had just now. */
static _Noreturn void
cannot_start(const char *what, int error)
{
	fprintf(stderr,
		"%s for commits: %s; raise the limits of processes and open "
		"files, then resume the run\n",
		what, strerror(error));
	_exit(wf_code_exit(WF_STORE));
}

/* Signals belong to the loop's thread. */
static void
start_thread(struct committer *c)
{
	sigset_t all, before;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&c->thread, NULL, work, c);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (error)
		cannot_start("no thread can be started", error);
}

struct committer *
committer_new(struct store *s)
{
	struct committer *c = mem_alloc(sizeof(*c));

	c->store = s;
	c->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (c->fd < 0)
		cannot_start("no descriptor is left", errno);
	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->wake, NULL);
	start_thread(c);
	return c;
}

void
committer_free(struct committer *c)
{
	if (!c)
		return;
	pthread_mutex_lock(&c->lock);
	c->quit = true;
	pthread_cond_signal(&c->wake);
	pthread_mutex_unlock(&c->lock);
	pthread_join(c->thread, NULL);
	pthread_cond_destroy(&c->wake);
	pthread_mutex_destroy(&c->lock);
	close(c->fd);
	free(c);
}

void
committer_submit(struct committer *c, const struct st_batch *b)
{
	if (c->busy)
		BUG("a batch is under way already");
	c->busy = true;
	pthread_mutex_lock(&c->lock);
	c->batch = b;
	pthread_cond_signal(&c->wake);
	pthread_mutex_unlock(&c->lock);
}

bool
committer_is_busy(const struct committer *c)
{
	return c->busy;
}

int
committer_fd(const struct committer *c)
{
	return c->fd;
}

bool
committer_done(struct committer *c, enum st_result *result, struct wf_err *err)
{
	uint64_t count;
	bool done;

	pthread_mutex_lock(&c->lock);
	done = c->done;
	if (done) {
		if (read(c->fd, &count, sizeof(count)) < 0)
			count = 0;
		*result = c->result;
		if (err && c->result)
			*err = c->err;
		c->done = c->busy = false;
	}
	pthread_mutex_unlock(&c->lock);
	return done;
}
