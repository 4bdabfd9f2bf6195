/* Messages between an engine and its warden, over SOCK_SEQPACKET.
 *
 * Each message is a header (magic, version, kind, size) and a body of
 * little-endian integers and counted strings that also end in NUL.  A
 * message over PROTO_INLINE bytes travels in a memory file beside an empty
 * one; small ones travel several at a time, one after the other.  Decoding
 * trusts nothing: sizes, counts and ends are checked, and strings with a NUL
 * inside are refused.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_PROTO_H
#define WF_PROTO_H

#include "../base/str.h"
#include "../base/vec.h"
#include "warden.h"

#define PROTO_VERSION 4
#define PROTO_INLINE  65536
#define PROTO_MAX     (32 << 20)
#define PROTO_ACKS    1024 /* at most in one message */
#define PROTO_SOCKET  "warden.sock"

enum proto_kind {
	PROTO_WELCOME = 1, /* warden: here I am, and is the journal whole */
	PROTO_NEWS,        /* warden */
	PROTO_START,
	PROTO_KILL,
	PROTO_FREEZE,
	PROTO_ACK,
	PROTO_QUERY,
	PROTO_WITHDRAW, /* what waits for room is not to begin */
	PROTO_LARGE,    /* the message is in the memory file sent along */
};

/* A decoded message.  Strings point into the bytes it was decoded from and
 * into `words`, both of which the next decoding reuses.  Start with {0}. */
struct proto {
	enum proto_kind kind;
	unsigned version;
	uint64_t attempt;
	enum warden_kill why;    /* KILL */
	bool now;                /* KILL at once; FREEZE or thaw */
	int64_t damage;          /* WELCOME: damaged place or -1 */
	struct warden_spec spec; /* START */
	struct warden_news news; /* NEWS */
	const uint64_t *acks;    /* ACK: these too, beside `attempt` */
	size_t nacks;
	VEC(const char *) words;
	VEC(uint64_t) numbers;
};

/* Put nothing but the message into an emptied `out`; or append it. */
void proto_encode(const struct proto *m, struct strbuf *out);
void proto_add(const struct proto *m, struct strbuf *out);
/* False for anything that is not a whole and sane message. */
bool proto_decode(const char *bytes, size_t n, struct proto *m);
void proto_release(struct proto *m);
/* How many of the bytes the first message says it has; all, if nonsense. */
size_t proto_size(const char *bytes, size_t n);

/* Send; false with errno (EAGAIN: try when writable). */
bool proto_send(int fd, const struct strbuf *bytes);
/* Receive one message's bytes into `in`.  1: there is one; 0: the other side
 * is gone; -1 with errno, EAGAIN when there is none now. */
int proto_receive(int fd, struct strbuf *in);

/* What was received and how far it was read. */
struct proto_in {
	struct strbuf bytes;
	size_t first, at; /* the last message read; the next one */
};
/* The next message, from what is there or from the socket: as proto_receive,
 * -1 with EBADMSG for what is none. */
int proto_next(int fd, struct proto_in *in, struct proto *m);
void proto_forget(struct proto_in *in);

#endif
