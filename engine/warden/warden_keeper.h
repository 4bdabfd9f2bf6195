/* The warden process from inside: what its files share.
 *
 * `struct keeper` is the process, `struct attempt` a child it holds.  An
 * attempt is live from its start until its ending was told (or nobody was
 * there to tell); what came before stands in the journal, at the places that
 * the table of known attempts remembers.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_WARDEN_KEEPER_H
#define WF_WARDEN_KEEPER_H

#include "journal.h"
#include "proto.h"
#include "warden_known.h"
#include "warden_spawn.h"
#include "warden_tree.h"

#define WARDEN_NAME "stepkeeper" /* nothing of "wfctl": see warden.h */

enum stage {
	STAGE_RUNS,
	STAGE_TERM,     /* SIGTERM was sent */
	STAGE_KILL,     /* SIGKILL was sent, again and again */
	STAGE_SURVIVED, /* and did not help; its survivors were named */
	STAGE_DRAIN,    /* over, but its filter still writes */
};

struct attempt {
	uint64_t id;
	int pid;
	uint64_t start_time;
	bool ended;     /* its own process is reaped */
	bool unwritten; /* ... but the journal could not take that */
	bool has_cgroup;
	bool foreign; /* an earlier warden's; only to be killed */
	enum stage stage;
	enum warden_kill kill;
	int64_t begun, kill_after, patience;
	bool hurried; /* SIGQUIT was sent */
	/* On clock_boot(); INT64_MAX for never. */
	int64_t timeout_at, stage_at, give_up_at, watch_at;
	struct journal_record end;
	uint64_t end_at; /* its place */
	int filter;      /* pid of the masking helper, 0: none */
	struct warden_limits limits;
	int64_t log_size;               /* when last looked at */
	const char *key, *log, *output; /* in the same block of memory */
	char text[];
};

/* An answer the socket had no room for: built again when there is. */
struct late {
	uint64_t attempt;
	struct warden_news *news; /* NULL: the truth about `attempt` */
};

/* Handed over ahead of its time: the request as it came. */
struct queued {
	uint64_t attempt;
	uint64_t after;     /* that one has to end well before; 0: no more */
	const char *unless; /* in `bytes`: see struct warden_spec */
	uint32_t room;      /* it begins when fewer than so many run */
	char *bytes;
	size_t n;
};

struct keeper {
	int dir, null, listener, connection, signals, timer;
	bool blocked;             /* the connection takes no more now */
	bool leaving;             /* asked to end by SIGTERM */
	int64_t no_engine_before; /* wait so long for the first one */
	int64_t wake_at;          /* what the timer is set to */
	struct journal journal;
	unsigned char boot_id[16];
	int64_t damage;
	struct spawn_ticks ticks;
	struct known_table known;
	VEC(struct attempt *) live;
	VEC(struct late) late;
	VEC(struct queued) queue;
	struct tree tree;
	int64_t tree_at; /* when it was read */
	struct proto request;
	struct proto_in in;
	struct strbuf out; /* news that is not sent yet */
	int64_t unhurried; /* since when it has waited, if it may; else 0 */
};

/* warden.c */
void keeper_drop_connection(struct keeper *k);

/* warden_attempt.c */
struct attempt *attempt_new(struct keeper *k, const struct warden_spec *spec);
void attempt_free(struct keeper *k, struct attempt *a);
/* The timer goes off then, or sooner. */
void keeper_wake(struct keeper *k, int64_t when);
/* ... when something of the attempt is due. */
void attempt_wake(struct keeper *k, const struct attempt *a);

/* warden_tell.c: news to the engine */
void tell(struct keeper *k, const struct warden_news *news);
void tell_truth(struct keeper *k, uint64_t attempt);
void tell_ended(struct keeper *k, const struct attempt *a);
/* Send what was told.  News nobody waits for waits a while for company. */
void tell_flush(struct keeper *k);
int tell_wait(const struct keeper *k); /* ms until it must, or -1 */
void tell_late(struct keeper *k);      /* the socket is writable again */
void forget_late(struct keeper *k);

/* warden_request.c */
void request_handle(struct keeper *k);
void request_start(struct keeper *k, const struct warden_spec *spec);

/* warden_queue.c: attempts that wait for room */
/* The request just read; false: it is to begin at once. */
bool queue_add(struct keeper *k, const struct warden_spec *spec);
void queue_run(struct keeper *k); /* begin those that have room */
/* Do so many follow each other that the engine has time to send more? */
bool queue_is_long(const struct keeper *k);
/* This one has ended so, or (NULL) is not going to: what waits for it may
 * begin, or nothing may. */
void queue_ended(struct keeper *k, uint64_t attempt,
		 const struct journal_record *end);
void queue_withdraw(struct keeper *k); /* none of them is to begin */
void queue_clear(struct keeper *k);

/* warden_left.c: its processes */
/* How many there are now; they are marked in the tree. */
size_t left_look(struct keeper *k, const struct attempt *a);
/* Those that are marked are named to the engine. */
void left_name(struct keeper *k, const struct attempt *a);
/* Processes that it left behind, if there are any, are named likewise. */
void attempt_name_left(struct keeper *k, const struct attempt *a);

/* warden_reap.c: endings */
void reap_all(struct keeper *k);
/* Its own process and all of its kill are done. */
void attempt_over(struct keeper *k, struct attempt *a);
bool attempt_write_end(struct keeper *k, struct attempt *a);

/* warden_stop.c: kills, by stages */
void attempt_stop(struct keeper *k, struct attempt *a, enum warden_kill why,
		  bool now);
void attempt_stop_foreign(struct keeper *k, const struct known *known,
			  enum warden_kill why, bool now);
void attempt_freeze(struct keeper *k, struct attempt *a, bool frozen);
/* Do what is due; returns when to come back.  May free the attempt. */
void attempt_tick(struct keeper *k, struct attempt *a, int64_t now);

/* warden_watch.c: limits that only looking enforces */
void watch_begin(struct attempt *a);
void watch_tick(struct keeper *k, struct attempt *a, int64_t now);
void watch_end(struct attempt *a);

#endif
