/* The warden: the tiny process that holds a run's attempts and outlives its
 * engine.
 *
 * One per driven run.  It is the parent of all attempts, takes start and
 * kill requests over a SOCK_SEQPACKET socket in the run's directory, and
 * writes what began and what ended to the run's journal before it tells
 * anyone.  It never touches the store.  It ends when it has neither an
 * engine nor a child; the journal says it all.
 *
 * Starting is idempotent by attempt number, and so is the news of an ending:
 * an engine that was killed asks again for every attempt it intended, and
 * gets the true answer.
 *
 *	w = warden_attach(run_dir, &err);
 *	warden_start(w, &spec);                 (intent is durable)
 *	... poll warden_fd(w) ... warden_receive(w, &news)
 *	warden_ack(w, attempt);                 (result is durable)
 *	warden_detach(w);
 *
 * Timeouts and kills are the warden's own business, so they also hold while
 * no engine lives: SIGTERM and SIGCONT to the process group, SIGKILL after
 * `kill_after`, then every descendant that carries the attempt's key.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_WARDEN_H
#define WF_WARDEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../base/err.h"

/* Why the warden was told (or decided by itself) to kill an attempt. */
enum warden_kill {
	WARDEN_KILL_NONE,
	WARDEN_KILL_TIMEOUT, /* its own timeout passed */
	WARDEN_KILL_SILENT,
	WARDEN_KILL_MEMORY, /* over limits.memory */
	WARDEN_KILL_CANCEL,
	WARDEN_KILL_DEADLINE,
	WARDEN_KILL_STDOUT,    /* captured standard output over its limit */
	WARDEN_KILL_PROCESSES, /* more than limits.processes */
};

struct warden_limits {  /* 0: not limited; bytes, ms, counts */
	int64_t memory; /* resident size of the whole tree, watched */
	int64_t cpu_time, file_size, processes, open_files;
	int64_t log;          /* size of the log: head and tail are kept */
	int64_t stdout_bytes; /* of the captured standard output */
};

/* What to start.  Nothing is kept after warden_start returns. */
struct warden_spec {
	uint64_t attempt;        /* unique in the run, never reused */
	const char *const *argv; /* NULL-terminated; argv[0] through PATH */
	const char *program; /* where argv[0] was found; NULL: look for it */
	const char *const *envp; /* the whole environment */
	const char *key;         /* WFCTL_KEY=... as it stands in envp */
	const char *workdir;
	const char *log;    /* stdout and stderr are appended here */
	const char *output; /* stdout goes here instead; or NULL */
	const char *input;  /* file for stdin; NULL: /dev/null */
	int64_t timeout;    /* ms from its beginning; 0: none */
	int64_t kill_after; /* ms between SIGTERM and SIGKILL */
	/* It ends by itself what it has started, here and elsewhere: only it
	 * is sent SIGTERM, SIGQUIT stands for a kill at once, and SIGKILL for
	 * all comes so many ms later.  0: an ordinary attempt. */
	int64_t patience;
	int nice;
	uint32_t room; /* begin when fewer than so many run; 0: at once */
	/* Begin when this attempt has ended by itself with status 0 and left
	 * the file `unless` empty or not there at all; what else it does
	 * means that nothing waiting is to begin.  0: none. */
	uint64_t after;
	const char *unless;
	struct warden_limits limits;
	const char *const *secrets; /* masked as *** in log and output */
	size_t nsecrets;
};

enum warden_news_kind {
	WARDEN_BEGUN,       /* it runs: pid */
	WARDEN_ENDED,       /* it ended: status, kill, usage */
	WARDEN_NOT_STARTED, /* it never began: error (an errno), detail */
	WARDEN_FOREIGN,     /* it began under an earlier warden and its ending
			       is not known: pid, start_time */
	WARDEN_SURVIVORS,   /* processes left after the kill, in `detail` */
	WARDEN_GONE         /* the warden itself has died */
};

struct warden_news {
	enum warden_news_kind kind;
	uint64_t attempt;
	uint64_t order; /* place in the journal: the order of finishing */
	int pid;
	uint64_t start_time; /* field 22 of /proc/PID/stat */
	int status;          /* as from waitpid */
	enum warden_kill kill;
	int error;
	int64_t begun, ended;                /* CLOCK_BOOTTIME, ms; 0 unknown */
	int64_t wall_ended;                  /* wall clock, ms */
	int64_t user_us, system_us, max_rss; /* CPU time; bytes */
	char detail[256];
};

struct warden;

/* Connect to the run's warden; start one when none answers.  The child is
 * made by posix_spawn of /proc/self/exe under a name without "wfctl"; see
 * warden_main.  The calling process becomes a subreaper, so that it inherits
 * the attempts of a warden that dies; it must not wait for children it does
 * not know, or their statuses are lost.  Fails within 2 s: WF_STORE, also
 * when the journal is damaged. */
enum wf_code
warden_attach(const char *run_dir, struct warden **out, struct wf_err *err);
/* Disconnect and free; attempts go on. */
void warden_detach(struct warden *w);
int warden_fd(const struct warden *w); /* to poll for reading */
int warden_pid(const struct warden *w);
/* Are its children ours when it dies?  An earlier engine's go to whoever
 * inherits from that one. */
bool warden_is_ours(const struct warden *w);

/* Between the two, requests gather and go together. */
void warden_cork(struct warden *w);
bool warden_uncork(struct warden *w);
/* Requests.  False when the warden is gone (attach again and ask again). */
bool warden_start(struct warden *w, const struct warden_spec *spec);
/* `now`: SIGKILL at once, else SIGTERM, kill_after, SIGKILL. */
bool
warden_kill(struct warden *w, uint64_t attempt, enum warden_kill why, bool now);
/* Stop (SIGSTOP) or continue the processes of an attempt. */
bool warden_freeze(struct warden *w, uint64_t attempt, bool frozen);
/* Its ending is durable in the store; forget it.  Sent along with the next
 * request: there is no haste. */
bool warden_ack(struct warden *w, uint64_t attempt);
/* Whatever still waits for room is not to begin: each such attempt is told
 * as NOT_STARTED with error 0.  A kill does the same, and so does the end of
 * the connection. */
bool warden_withdraw(struct warden *w);
/* What is known of an attempt, without starting it: answered by BEGUN,
 * ENDED, FOREIGN, or NOT_STARTED with error 0 (not known at all; else it
 * failed to start with that errno, for good). */
bool warden_query(struct warden *w, uint64_t attempt);

/* Next piece of news; false when there is none now. */
bool warden_receive(struct warden *w, struct warden_news *news);

/* For an attempt whose warden is gone: is the process still there?  Compares
 * pid and start time; asks a pidfd, so a zombie counts as ended. */
bool warden_process_lives(int pid, uint64_t start_time);
/* Wait for it elsewhere: a pidfd that polls readable at its end, or -1. */
int warden_process_open(int pid, uint64_t start_time);
/* After the pidfd became readable: its wait status if this process is its
 * parent (a subreaper inherits) or the kernel tells (Linux 6.15); else
 * false: the ending is not known. */
bool warden_process_status(int pidfd, int *status);

/* Is this process a warden or one of its helpers, by argv[0]?  Then main
 * calls warden_main, whose result is the exit status. */
bool warden_is_me(int argc, char **argv);
int warden_main(int argc, char **argv);

#endif
