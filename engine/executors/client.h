/* Client programs: starting one, hearing what it says, waiting for its end.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_CLIENT_H
#define WF_CLIENT_H

#include "../base/vec.h"
#include "carrier.h"

/* One run of a client.  Start with {0} and what is wanted of it. */
struct client {
	const char *const *argv;
	const char *const *envp; /* NULL: our own environment */
	const char *input;       /* file for its standard input */
	bool talks; /* `send` and `hear` instead of that and ours */
	const struct strbuf *first; /* sent at once when it talks */
	bool keeps;                 /* its output is kept in `said` */
	void (*hear)(struct carrier *c, const char *bytes, size_t n);
	int64_t time; /* ms it may take; 0: as long as it likes */
	/* afterwards */
	struct strbuf said;   /* standard output, when `keeps` */
	struct strbuf errors; /* the end of standard error, when `keeps` */
	int status;           /* 0 to 255; 128 + n after a signal */
	int error;            /* it could not be started: an errno */
	/* meanwhile */
	int pid, to, from, from_errors;
	struct strbuf outbox;
	size_t sent;
	int64_t end_at;
	bool within; /* another client runs */
};

/* Words of a command line; works with the macros of vec.h. */
struct wordlist {
	const char **at;
	size_t n, cap;
};

/* The option and the setting's text, if that was given; with an `option`
 * that ends in "=", both as one word. */
void wordlist_setting(struct wordlist *w, struct carrier *c, const char *option,
		      const char *name);
/* All texts of a setting. */
void wordlist_settings(struct wordlist *w, struct carrier *c, const char *name);
/* The client: `program` of the settings, or what it is called by default. */
const char *client_program(const struct carrier *c);

/* To its end.  False when it could not be started. */
bool client_run(struct carrier *c, struct client *cl);
void client_send(struct client *cl, const void *bytes, size_t n);
/* No more will be sent: it reads the end of its input. */
void client_release(struct client *cl);
/* It has so many ms left. */
void client_hurry(struct client *cl, int64_t ms);

/* Ask something short: what it said, without the newline, in the carrier's
 * arena; NULL unless it ended with 0.  `argv` ends in NULL. */
const char *client_ask(struct carrier *c, const char *const *argv);

/* Tell the reader of the report that the program is not there. */
void client_missing(struct carrier *c, const char *program, int error);
/* The last line that says something; "" when there is none. */
const char *client_last_line(struct carrier *c, const struct strbuf *text);

#endif
