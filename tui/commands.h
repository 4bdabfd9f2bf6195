/* Commands as lines of words, handed in by who opens the dashboard: this
 * floor knows keys and screens, the words are known above it.
 *
 * The palette asks for candidates while a line is typed, and to carry it out.
 * What can be done at once is done at once.  What takes longer becomes a
 * process whose output is read between keys and then shown; what has a screen
 * of its own opens that.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_COMMANDS_H
#define WF_COMMANDS_H

#include <poll.h>
#include <sys/types.h>

#include "../engine/base/str.h"
#include "../engine/engine.h"

struct view;
struct views;

/* Where a line is typed. */
struct command_place {
	const char *run;      /* the one at the cursor, or NULL */
	struct wf_edit *edit; /* the flow being designed, or NULL */
	bool read_only;
};

struct command_result {
	struct strbuf said; /* printed at once */
	/* A screen to open instead, and its argument (owned). */
	const char *screen;
	char *arg;
	/* A process, and where its output comes from; 0: none. */
	pid_t pid;
	int fd;
	bool opens; /* it prints the id of a run, which is then shown */
};

/* A candidate for the last word, and a few words about it. */
typedef void command_add_fn(void *arg, const char *word, const char *about);

struct commands {
	void *arg;
	void (*complete)(void *arg, const struct command_place *place,
			 const char *line, command_add_fn *add, void *add_arg);
	/* How the command on the line is used; nothing for an unknown one. */
	void (*usage)(void *arg, const struct command_place *place,
		      const char *line, struct strbuf *out);
	/* The line is kept in the history, whether it succeeds or not. */
	enum wf_code (*run)(void *arg, const struct command_place *place,
			    const char *line, struct command_result *result,
			    struct wf_err *err);
	/* Lines typed before, here or in a shell; 0 is the latest, NULL past
	 * the first.  Lives until a line is run. */
	const char *(*history)(void *arg, size_t i);
};

/* Where the view says it is. */
struct command_place
views_place(struct views *vs, struct view *v, char run[WF_RUN_ID]);
/* Carry out a line as if typed over the top view.  What comes of it is shown
 * when it is there; `err` says what is wrong with the line itself. */
enum wf_code
views_command(struct views *vs, const char *line, struct wf_err *err);

/* --- processes ------------------------------------------------------------ */

struct running {
	unsigned id;
	pid_t pid;
	int fd;
	char *line;
	struct strbuf text; /* so far; old lines go when it grows too long */
	size_t cut;         /* bytes gone from its beginning */
	bool ended, opens, shown;
	int status;         /* wait status, once ended */
	struct view *asker; /* shown over this one; NULL: it is gone */
};

enum {
	COMMANDS_MAX = 8
};

/* What to poll, at most COMMANDS_MAX. */
size_t views_command_fds(const struct views *vs, struct pollfd *fds);
/* Take what has come, without waiting. */
void views_commands_read(struct views *vs);
/* Show what is ready, when the person is where it was asked for. */
void views_commands_show(struct views *vs);
/* By its id; NULL: it is gone. */
struct running *views_running(struct views *vs, unsigned id);
/* Ask it to end, kill it when it does not within half a second, and forget
 * it. */
void views_command_drop(struct views *vs, unsigned id);
void views_commands_disown(struct views *vs, const struct view *v);
void views_commands_release(struct views *vs);

#endif
