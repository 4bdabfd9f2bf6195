/* The filter of the runs list: "state:failed flow:etl !ok ana".
 *
 * The store looks through all runs for the words; what only the screen knows
 * of those that go on (RETRY, WAIT, INTR) is decided here.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "../../engine/base/moment.h"
#include "runs_view.h"

/* A word with one of these before it is looked for there only. */
static const struct {
	const char *name;
	unsigned places;
	bool states;
} keys[] = {
	{"state", 0,            true },
        {"flow",  SEARCH_FLOW,  false},
	{"id",    SEARCH_ID,    false},
        {"name",  SEARCH_NAME,  false},
	{"by",    SEARCH_ACTOR, false},
};

enum {
	ANYWHERE = SEARCH_ID | SEARCH_FLOW | SEARCH_NAME
};

static bool
says(const char *word, const char *text, bool begins)
{
	return begins ? strncasecmp(word, text, strlen(text)) == 0
		      : strcasestr(word, text) != NULL;
}

/* The states that have ended and are called so on the screen or in the
 * manual. */
static uint32_t
states_of(const char *text, bool begins)
{
	uint32_t states = 0;

	for (int i = 0; i < RUN_NSTATES; i++) {
		enum run_state state = (enum run_state)i;
		enum shown shown = shown_of_run(state, false);

		if (run_state_is_final(state) &&
		    (says(shown_states[shown].word, text, begins) ||
		     says(run_states[state].name, text, begins)))
			states |= 1u << i;
	}
	return states;
}

/* "since:2h"; of several the one that leaves fewer.  What is no moment yet is
 * still being typed. */
static bool
take_moment(struct runs_filter *f, const char *word, bool older)
{
	int64_t at;

	if (!str_starts(word, "since:"))
		return false;
	if (!moment_parse(word + strlen("since:"), &at))
		return true;
	if (older && (!f->until || at < f->until))
		f->until = at;
	if (!older && at > f->since)
		f->since = at;
	return true;
}

static void
add_word(struct runs_filter *f, char *word)
{
	struct search_word w = {.text = word, .places = ANYWHERE};
	bool begins = false, states = true;

	if (*word == '!' && word[1]) {
		w.not = true;
		w.text = ++word;
	}
	if (take_moment(f, word, w.not ))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		size_t n = strlen(keys[i].name);

		if (!str_starts(word, keys[i].name) || word[n] != ':')
			continue;
		w.text = word + n + 1;
		w.places = keys[i].places;
		states = begins = keys[i].states;
	}
	if (!*w.text || f->n == SEARCH_WORDS)
		return; /* still being typed */
	f->begins[f->n] = begins;
	f->shown[f->n] = states;
	w.states = states ? states_of(w.text, begins) : 0;
	/* Of these the store cannot tell. */
	if (states && !w.not )
		w.states |= run_states_unended();
	f->words[f->n++] = w;
}

void
runs_filter_set(struct runs_filter *f, const char *text)
{
	char *save = NULL;

	runs_filter_release(f);
	f->text = mem_strdup(text);
	for (char *word = strtok_r(f->text, " ", &save); word;
	     word = strtok_r(NULL, " ", &save))
		add_word(f, word);
}

void
runs_filter_release(struct runs_filter *f)
{
	free(f->text);
	*f = (struct runs_filter){0};
}

static bool
is_at(const struct search_word *w, const struct wf_run_info *run)
{
	return (w->places & SEARCH_ID && strcasestr(run->id, w->text)) ||
	       (w->places & SEARCH_FLOW && strcasestr(run->flow, w->text)) ||
	       (w->places & SEARCH_NAME && run->name &&
		strcasestr(run->name, w->text)) ||
	       (w->places & SEARCH_ACTOR && run->actor &&
		strcasestr(run->actor, w->text));
}

bool
runs_filter_fits(const struct runs_filter *f, const struct wf_run_info *run,
		 enum shown shown)
{
	for (size_t i = 0; i < f->n; i++) {
		const struct search_word *w = &f->words[i];
		bool fits = is_at(w, run);

		if (f->shown[i])
			fits |= says(shown_states[shown].word, w->text,
				     f->begins[i]) ||
				says(wf_run_state_text(run), w->text,
				     f->begins[i]);
		if (fits == w->not )
			return false;
	}
	return true;
}
