/* Words looked for among all runs: the conditions of a list, as SQL.
 *
 * SQLite's own instr(lower(x), lower(word)) takes memory four times a row;
 * `says` compares where the texts lie.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "store_int.h"

static const struct {
	unsigned place;
	const char *column;
} places[] = {
	{SEARCH_ID,    "r.id"   },
	{SEARCH_FLOW,  "r.flow" },
	{SEARCH_NAME,  "r.name" },
	{SEARCH_ACTOR, "r.actor"},
};

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

/* The case of ASCII letters does not matter, as to the caller. */
static bool
begins(const char *text, const char *word, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (lower(text[i]) != lower(word[i]))
			return false;
	return true;
}

static bool
holds(const char *text, size_t length, const char *word, size_t n)
{
	for (size_t i = 0; i + n <= length; i++)
		if (begins(text + i, word, n))
			return true;
	return false;
}

/* says(WORD, TEXT...): is the word part of one of the texts? */
static void
says(sqlite3_context *context, int n, sqlite3_value **values)
{
	const char *word = sqlite3_value_blob(values[0]);
	size_t length = (size_t)sqlite3_value_bytes(values[0]);
	bool found = false;

	for (int i = 1; i < n && !found && word; i++) {
		const char *text = sqlite3_value_blob(values[i]);

		found = text &&
			holds(text, (size_t)sqlite3_value_bytes(values[i]),
			      word, length);
	}
	sqlite3_result_int(context, found);
}

int
store_search_begin(struct store *s)
{
	int rc = SQLITE_OK;

	if (!s->searches)
		rc = sqlite3_create_function(s->db, "says", -1,
					     SQLITE_UTF8 | SQLITE_DETERMINISTIC,
					     NULL, says, NULL, NULL);
	s->searches = rc == SQLITE_OK;
	return rc;
}

void
store_search_add(struct strbuf *sql, const struct search_word *w, size_t param)
{
	strbuf_addf(sql, " AND %s(%lu >> r.state & 1", w->not ? "NOT " : "",
		    (unsigned long)w->states);
	if (w->places)
		strbuf_addf(sql, " OR says(?%zu", param);
	for (size_t k = 0; k < ARRAY_SIZE(places); k++)
		if (w->places & places[k].place)
			strbuf_addf(sql, ", %s", places[k].column);
	strbuf_adds(sql, w->places ? "))" : ")");
}
