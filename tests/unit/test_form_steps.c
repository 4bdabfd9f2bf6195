/* Every form by keyboard only: where the focus is first, where Tab takes it,
 * what each field becomes, and that Esc keeps nothing of it.  A picture of
 * each step is in tests/tui/golden/form-*.txt.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "golden.h"
#include "screens.h"

enum {
	STOPS_MAX = 40
};

static struct play *safe, *fails, *changed;

static const char flow[] =
	"version: 1\n"
	"params:\n"
	"  who: { type: string, required: true }\n"
	"  times: { type: int, min: 1, max: 3, default: 1 }\n"
	"  loud: { type: bool, default: false }\n"
	"steps:\n"
	"  - id: fetch\n"
	"    run: git fetch\n"
	"  - id: build\n"
	"    needs: [fetch]\n"
	"    run: make\n"
	"  - id: ship\n"
	"    needs: [build]\n"
	"    run: ./ship\n";

/* A form, how it is opened, and what stands in the row of its first focus. */
struct form_case {
	const char *name;
	struct play **run; /* NULL: the list of runs, or the designer */
	const char *keys;
	const char *focus;
};

static const struct form_case forms[] = {
	{"retry",          &town.nightly, "r",                     "< Cancel >"            },
	{"retry-safe",     &safe,         "r",                     "< Retry now (r) >"     },
	{"rollback",       &town.nightly, "b",                     "< Cancel >"            },
	{"rollback-hard",  &town.failed,  "g b",                   "< Cancel >"            },
	{"approve",        &town.asks,    "a",                     "< Later >"             },
	{"reject",         &town.asks,    "x",                     "< Reject (X) >"        },
	{"settle",         &town.lost,    "L",                     "run it again"          },
	{"skip",           &town.nightly, "s",                     "< Cancel >"            },
	{"stop-step",      &town.backup,  "c",                     "< Cancel >"            },
	{"stop-run",       &town.backup,  "C",                     "< Cancel >"            },
	{"note",           &fails,        "5 N",                   "Note "                 },
	{"leave",          &town.backup,  "^C",                    "< Detach >"            },
	{"sort",           NULL,          "s",                     "started"               },
	{"start",          NULL,          "G Down Down Down N ^U", "File"                  },
	{"bulk-stop",      NULL,          "j j Space Space C",     "< Cancel >"            },
	{"bulk-rollback",  NULL,          "j j Space Space b",     "< Cancel >"            },
	{"design-add",     NULL,          "a",                     "Id *"                  },
	{"design-insert",  NULL,          "i",                     "Id *"                  },
	{"design-delete",  NULL,          "D",                     "< "                    },
	{"design-rename",  NULL,          "c",                     "to:"                   },
	{"design-save-as", NULL,          "W",                     "File"                  },
	{"design-leave",   NULL,          "J q",                   "< Save and leave (w) >"},
	{"design-run",     NULL,          "R",                     "who *"                 },
	{"design-save",    NULL,          "w",                     "< Cancel >"            },
	{"design-recover", NULL,          "",                      "< Recover (r) >"       },
	{"resume",         &changed,      "R",                     "as started"            },
};

/* --- what lies there when a form is opened -----------------------------------
 */

#define JOURNAL ".nightly.yaml.wfctl-journal"

static void
put(const char *path, const char *text)
{
	assert_int_equal(fs_write(path, text, strlen(text), 0600, NULL), WF_OK);
}

/* Somebody else has saved the file that is being designed. */
static void
save_outside(void)
{
	put("nightly.yaml", "version: 1\nsteps:\n  - id: other\n"
			    "    run: ./other\n");
}

/* A designer was killed after one change. */
static void
leave_a_journal(void)
{
	const struct timespec then[2] = {
		{TOWN_TIME / 1000, 0},
                {TOWN_TIME / 1000, 0}
        };
	struct strbuf journal = STRBUF_INIT;
	struct seat s;

	seat_take(&s, NULL, 80, 24);
	views_ask(&s.vs, "edit", "nightly.yaml");
	seat_draw(&s);
	seat_press(&s, "J");
	assert_int_equal(fs_read(JOURNAL, 1 << 20, &journal, NULL), WF_OK);
	seat_leave(&s);
	put(JOURNAL, journal.at);
	assert_int_equal(utimensat(AT_FDCWD, JOURNAL, then, 0), 0);
	strbuf_release(&journal);
}

/* The file of a run is another one by now. */
static void
change_a_flow(void)
{
	char *file;

	changed = town_play("name: changed\nsteps:\n"
			    "- {id: a, run: ./a}\n"
			    "- {id: b, needs: [a], run: ./b}\n",
			    "{}");
	play_end(changed, "a", 0);
	play_end(changed, "b", 1);
	file = mem_printf("%s/flow.yaml", changed->dir);
	put(file, "version: 1\nname: changed\nsteps:\n"
		  "- {id: a, run: ./a}\n"
		  "- {id: b, needs: [a], run: ./b --twice}\n"
		  "- {id: c, needs: [b], run: ./c}\n");
	free(file);
}

static void
sit_down(struct seat *s, const struct form_case *f)
{
	(void)remove(JOURNAL);
	put("nightly.yaml", flow);
	if (str_eq(f->name, "design-recover"))
		leave_a_journal();
	if (str_eq(f->name, "resume") && !changed)
		change_a_flow();
	seat_take(s, f->run ? *f->run : NULL, 80, 24);
	if (str_starts(f->name, "design"))
		views_ask(&s->vs, "edit", "nightly.yaml");
	seat_draw(s);
	if (str_eq(f->name, "design-save")) {
		seat_press(s, "J");
		save_outside();
		views_refresh(&s->vs); /* it is noticed, and said */
		seat_draw(s);
	}
}

/* --- where the focus is ------------------------------------------------------
 */

static const char *
row_at(const char *picture, int y)
{
	while (y-- > 0)
		picture += strcspn(picture, "\n") + 1;
	return picture;
}

/* The character there; a wide one nowhere, in these forms. */
static char
char_at(const struct seat *s, int x, int y)
{
	const char *c = row_at(s->text.at, y);

	while (x-- > 0 && *c)
		for (c++; (*c & 0xc0) == 0x80; c++)
			;
	return *c;
}

static char *
focused_row(const struct seat *s)
{
	const char *row;

	if (s->g.cursor_y < 0)
		fail_msg("no cursor in\n%s", s->text.at);
	row = row_at(s->text.at, s->g.cursor_y);
	return mem_strndup(row, strcspn(row, "\n"));
}

/* What stands where the focus is. */
enum stop {
	STOP_BUTTON,
	STOP_CHOICE,
	STOP_TOGGLE,
	STOP_TEXT
};

static enum stop
stop_of(const struct seat *s)
{
	int x = s->g.cursor_x, y = s->g.cursor_y;
	char before = char_at(s, x - 1, y), at = char_at(s, x, y);

	if (char_at(s, x - 2, y) == '<')
		return STOP_BUTTON;
	if (before == '(' && at == 'o')
		return STOP_CHOICE;
	if (before == '[' && char_at(s, x + 1, y) == ']')
		return STOP_TOGGLE;
	return STOP_TEXT;
}

/* --- pictures of steps -------------------------------------------------------
 */

static void
add_changes(struct strbuf *out, const char *before, const char *after)
{
	for (int y = 0; *after; y++) {
		size_t n = strcspn(before, "\n"), k = strcspn(after, "\n");

		if (n != k || memcmp(before, after, n) != 0)
			strbuf_addf(out, "%2d|%.*s\n", y, (int)k, after);
		before += n + (before[n] == '\n');
		after += k + (after[k] == '\n');
	}
}

static void
add_step(struct strbuf *out, const struct seat *s, const char *name,
	 const char *before)
{
	strbuf_addf(out, "--- %s: cursor at %d,%d\n", name, s->g.cursor_x,
		    s->g.cursor_y);
	add_changes(out, before, s->text.at);
}

static void
step(struct seat *s, const char *key, struct strbuf *out)
{
	char *before = mem_strdup(s->text.at);

	seat_press(s, key);
	if (out)
		add_step(out, s, key, before);
	free(before);
}

/* --- what is tried -----------------------------------------------------------
 */

static void
expect_first_focus(struct seat *s, const struct form_case *f)
{
	char *row = focused_row(s);

	if (!strstr(row, f->focus))
		fail_msg("%s: the focus is not on \"%s\" but on\n%s\nof\n%s",
			 f->name, f->focus, row, s->text.at);
	free(row);
}

/* Tab goes round through different places, Shift+Tab the way back. */
static size_t
go_round(struct seat *s, const struct form_case *f, struct strbuf *out)
{
	int x[STOPS_MAX], y[STOPS_MAX];
	size_t n = 0;

	do {
		assert_true(n < STOPS_MAX);
		x[n] = s->g.cursor_x;
		y[n] = s->g.cursor_y;
		for (size_t i = 0; i < n; i++)
			if (x[i] == x[n] && y[i] == y[n])
				fail_msg("%s: Tab is caught at %zu of %zu",
					 f->name, i, n);
		n++;
		step(s, "Tab", out);
	} while (s->g.cursor_x != x[0] || s->g.cursor_y != y[0]);
	for (size_t i = n; i-- > 0;) {
		step(s, "S-Tab", NULL);
		if (s->g.cursor_x != x[i] || s->g.cursor_y != y[i])
			fail_msg("%s: Shift+Tab goes elsewhere", f->name);
	}
	return n;
}

/* Every field becomes something else by keys. */
static void
change_all(struct seat *s, const struct form_case *f, size_t stops)
{
	for (size_t i = 0; i < stops; i++) {
		char *before = mem_strdup(s->text.at);
		enum stop stop = stop_of(s);

		if (stop == STOP_TEXT)
			seat_type(s, "a1");
		else if (stop != STOP_BUTTON)
			seat_press(s, stop == STOP_CHOICE ? "Right" : "Space");
		if (stop != STOP_BUTTON && str_eq(before, s->text.at))
			fail_msg("%s: field %zu is deaf:\n%s", f->name, i,
				 before);
		seat_press(s, "Tab");
		free(before);
	}
}

static void
try_form(const struct form_case *f)
{
	struct strbuf out = STRBUF_INIT;
	struct seat s;
	char *below, *first, *name = mem_printf("form-%s", f->name);
	size_t stops;

	sit_down(&s, f);
	below = mem_strdup(s.text.at);
	seat_press(&s, f->keys);
	expect_first_focus(&s, f);
	first = mem_strdup(s.text.at);
	strbuf_addf(&out, "--- %s: cursor at %d,%d\n%s", f->keys, s.g.cursor_x,
		    s.g.cursor_y, first);
	stops = go_round(&s, f, &out);
	assert_string_equal(s.text.at, first);
	change_all(&s, f, stops);
	add_step(&out, &s, "every field changed", first);
	expect_golden(name, &out);
	seat_press(&s, "Esc");
	if (*f->keys && !strchr(f->keys, ' '))
		assert_string_equal(s.text.at, below);
	seat_leave(&s);

	sit_down(&s, f);
	seat_press(&s, f->keys);
	if (!str_eq(s.text.at, first))
		fail_msg("%s kept something:\n%s", f->name, s.text.at);
	seat_leave(&s);
	free(below);
	free(first);
	free(name);
	strbuf_release(&out);
}

static void
every_form_is_filled_in_by_keys_and_keeps_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++)
		try_form(&forms[i]);
}

/* --- wrong values ------------------------------------------------------------
 */

struct wrong_case {
	const char *name;
	struct play **run;
	const char *keys, *text, *submit; /* pressed, typed, pressed */
	const char *complaint;
};

static const struct wrong_case wrongs[] = {
	{"settle",         &town.lost,    "L",                     "",                       "S",           "^ say why"              },
	{"rollback-hard",  &town.failed,  "g b",                   "",                       "B",           "^ "                     },
	{"approve",        &town.asks,    "a Tab Tab Tab",         "many",                   "Tab",         "^ "                     },
	{"approve",        &town.asks,    "a Tab Tab Tab",         "250",                    "Tab",
	 "must be at most 100"												       },
	{"approve",        &town.asks,    "a",                     "",                       "A",           "^ "                     },
	{"note",           &town.failed,  "5 N",                   "",                       "Enter",       "^ write something first"},
	{"retry",          &town.nightly, "r Tab Tab Tab Tab Tab", "no value",               "Tab r",
	 "^ "															},
	{"start",          NULL,          "N ^U",                  "/no/such/file.yaml",     "Enter",       "^ "                     },
	{"design-run",     NULL,          "R Tab ^U",              "many",                   "Tab",         "^ "                     },
	{"design-run",     NULL,          "R Tab ^U",              "4",                      "Tab",         "^ "                     },
	{"design-run",     NULL,          "R S-Tab",               "",                       "Enter",       "^ "                     },
	{"design-add",     NULL,          "a",                     "",                       "S-Tab Enter", "^ "                     },
	{"design-add",     NULL,          "a",                     "b d",                    "S-Tab Enter", "^ "                     },
	{"design-add",     NULL,          "a",                     "build",                  "S-Tab Enter", "^ "                     },
	{"design-rename",  NULL,          "c ^U",                  "build",                  "Enter Enter", "^ "                     },
	{"design-save-as", NULL,          "W ^U",                  "/no/such/folder/x.yaml",
	 "Tab Tab Enter",										   "^ "                     },
};

static void
wrong_values_are_marked_and_nothing_is_done(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wrongs); i++) {
		const struct wrong_case *w = &wrongs[i];
		const struct form_case as = {w->name, w->run, w->keys, ""};
		struct seat s;
		size_t open;

		sit_down(&s, &as);
		seat_press(&s, w->keys);
		open = s.vs.stack.n;
		seat_type(&s, w->text);
		seat_press(&s, w->submit);
		if (s.vs.stack.n != open || !strstr(s.text.at, w->complaint))
			fail_msg("%s with \"%s\": no \"%s\" in\n%s", w->name,
				 w->text, w->complaint, s.text.at);
		seat_leave(&s);
	}
}

static int
set_up(void **state)
{
	golden_begin();
	if (town_set_up(state))
		return -1;
	safe = town_play("name: safe\nsteps:\n"
			 "- {id: a, run: ./a, idempotent: true}\n",
			 "{}");
	town_pass(SECOND);
	play_end(safe, "a", 1);
	fails = town_play("name: fails\nsteps:\n- {id: a, run: ./a}\n", "{}");
	town_pass(SECOND);
	play_end(fails, "a", 1);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			every_form_is_filled_in_by_keys_and_keeps_nothing),
		cmocka_unit_test(wrong_values_are_marked_and_nothing_is_done),
	};

	return cmocka_run_group_tests(tests, set_up, town_tear_down);
}
