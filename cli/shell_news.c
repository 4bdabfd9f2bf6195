/* News of a run, printed above the line being typed.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "../engine/base/text.h"
#include "output.h"
#include "shell.h"

#define MESSAGES_KEPT 50

void
shell_read_state(struct shell *sh)
{
	struct wf_runs brief = {0};

	free(sh->state);
	sh->state = NULL;
	if (!*sh->run || wf_run_brief(sh->call->engine, sh->run, &brief, NULL))
		return;
	if (brief.n)
		sh->state = mem_strdup(wf_run_state_text(&brief.at[0]));
	wf_list_free(&brief.list);
}

void
shell_follow(struct shell *sh, const char *run, bool from_start)
{
	struct wf_runs brief = {0};

	snprintf(sh->run, sizeof(sh->run), "%s", run);
	sh->seen = 0;
	if (!from_start && !wf_run_brief(sh->call->engine, run, &brief, NULL)) {
		sh->seen = brief.n ? brief.at[0].last_event : 0;
		wf_list_free(&brief.list);
	}
	if (!sh->watch)
		wf_watch_open(sh->call->engine, run, &sh->watch, NULL);
	shell_read_state(sh);
}

/* New states, and decisions with their reasons; what lies between is for
 * `events`. */
static void
add_event(const struct shell *sh, struct strbuf *out,
	  const struct wf_event_info *event)
{
	struct strbuf raw = STRBUF_INIT;
	json_t *data = json_value(event->data);
	const char *to = json_string_value(json_object_get(data, "to"));

	if (event->what || to) {
		strbuf_addf(&raw, "[%s] %s%s%s", sh->run,
			    event->step ? event->step : "run", ": ",
			    event->what ? event->what : to);
		if (event->because)
			strbuf_addf(&raw, " (%s)", event->because);
		text_sanitize_str(out, raw.at, 0);
		strbuf_addc(out, '\n');
	}
	json_decref(data);
	strbuf_release(&raw);
}

/* The last ones are kept for whoever looked away. */
static void
keep_message(struct shell *sh, const char *text)
{
	if (sh->messages.n == MESSAGES_KEPT) {
		free(sh->messages.at[0]);
		memmove(sh->messages.at, sh->messages.at + 1,
			--sh->messages.n * sizeof(char *));
	}
	vec_push(&sh->messages, mem_strdup(text));
}

void
shell_news(struct shell *sh, struct strbuf *out)
{
	struct wf_events events = {0};

	wf_watch_wait(sh->watch, 0);
	if (!*sh->run || wf_events(sh->call->engine, sh->run, sh->seen, 100,
				   false, &events, NULL))
		return;
	for (size_t i = 0; i < events.n; i++) {
		size_t from = out->n;

		sh->seen = events.at[i].seq;
		add_event(sh, out, &events.at[i]);
		if (out->n > from)
			keep_message(sh, out->at + from);
	}
	wf_list_free(&events.list);
	if (out->n)
		shell_read_state(sh);
}

int
shell_news_fd(const struct shell *sh)
{
	return sh->watch && *sh->run ? wf_watch_fd(sh->watch) : -1;
}

void
shell_messages(const struct shell *sh)
{
	if (!sh->messages.n)
		puts("no messages");
	for (size_t i = 0; i < sh->messages.n; i++)
		fputs(sh->messages.at[i], stdout);
}

void
shell_release(struct shell *sh)
{
	wf_watch_close(sh->watch);
	design_release(&sh->design);
	vec_each (&sh->messages, char *, text)
		free(*text);
	vec_release(&sh->messages);
	free(sh->state);
}
