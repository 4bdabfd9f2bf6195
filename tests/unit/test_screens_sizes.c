/* Screens in windows of every size: nothing is lost that must not be, and
 * no word is cut in the lines that say where one is and what one can do.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "screens.h"

static const struct shot views[] = {
	{"runs",     NULL,          ""     },
	{"filter",   NULL,          "/ x"  },
	{"steps",    &town.nightly, ""     },
	{"graph",    &town.nightly, "2"    },
	{"time",     &town.nightly, "3"    },
	{"log",      &town.nightly, "4"    },
	{"find",     &town.nightly, "4 / a"},
	{"events",   &town.nightly, "5 v"  },
	{"info",     &town.nightly, "6"    },
	{"retry",    &town.nightly, "r"    },
	{"rollback", &town.nightly, "b"    },
	{"approve",  &town.asks,    "a"    },
	{"settle",   &town.lost,    "L"    },
	{"skip",     &town.nightly, "s"    },
	{"stop",     &town.backup,  "C"    },
	{"leave",    &town.backup,  "^C"   },
	{"help",     &town.nightly, "?"    },
	{"palette",  &town.nightly, ": a"  },
	{"messages", &town.nightly, "L !"  },
	{"new run",  NULL,          "N /"  },
	{"group",    &town.fan,     "Enter"},
	{"undone",   &town.undone,  ""     },
	{"hostile",  &town.failed,  "4 w"  },
	{"design",   NULL,          ""     },
	{"design",   NULL,          "2"    },
	{"design",   NULL,          "3"    },
	{"design",   NULL,          "4"    },
	{"design",   NULL,          "Enter"},
	{"design",   NULL,          "j n"  },
	{"design",   NULL,          "a t"  },
	{"design",   NULL,          "D"    },
};

static const char flow[] =
	"# every night\n"
	"version: 1\n"
	"steps:\n"
	"  - id: fetch # the sources\n"
	"    run: git fetch\n"
	"  - {id: build, needs: [fetch, nothing], run: make}\n"
	"  - id: ship\n"
	"    needs: [build]\n"
	"    approval: {prompt: Ship it?}\n";

static void
sit_down(struct seat *s, const struct shot *shot, int w, int h)
{
	(void)remove(".nightly.yaml.wfctl-journal");
	seat_take(s, shot->run ? *shot->run : NULL, w, h);
	if (str_eq(shot->name, "design")) {
		views_ask(&s->vs, "edit", "nightly.yaml");
		seat_draw(s);
		seat_expect(s, "DESIGN");
	}
	seat_press(s, shot->keys);
}

/* Draw at a size; the dialogs keep what was typed into them. */
static void
resize(struct seat *s, int w, int h)
{
	grid_resize(&s->g, w, h);
	seat_draw(s);
}

static void
every_view_is_drawn_at_every_size(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(views); i++) {
		struct seat s;

		sit_down(&s, &views[i], 80, 24);
		for (int h = 0; h <= 16; h++)
			for (int w = 0; w <= 60; w++)
				resize(&s, w, h);
		resize(&s, 80, 24);
		resize(&s, 140, 40);
		resize(&s, 500, 200);
		resize(&s, 0, 0);
		seat_leave(&s);
	}
}

static void
id_and_state_are_seen_from_20x5_on(void **state)
{
	struct seat list, run;

	(void)state;
	seat_take(&list, NULL, 80, 24);
	seat_take(&run, town.nightly, 80, 24);
	for (int h = 5; h <= 30; h++) {
		for (int w = 20; w <= 160; w += w < 60 ? 1 : 20) {
			resize(&list, w, h);
			resize(&run, w, h);
			seat_expect(&list, town.nightly->r->row.id);
			seat_expect(&list, "RETRY");
			seat_expect(&run, town.nightly->r->row.id);
			seat_expect(&run, "RETRY");
			seat_expect(&run, "5/10");
		}
	}
	seat_leave(&list);
	seat_leave(&run);
}

/* What was small for a while looks as if it never was. */
static void
a_storm_of_sizes_leaves_no_trace(void **state)
{
	uint32_t r = 1;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(views); i++) {
		struct seat s;
		char *before;

		sit_down(&s, &views[i], 80, 24);
		resize(&s, 80, 24);
		before = mem_strdup(s.text.at);
		for (int k = 0; k < 500; k++) {
			r = r * 1664525u + 1013904223u;
			resize(&s, (int)(r >> 8) % 200, (int)(r >> 20) % 60);
		}
		resize(&s, 80, 24);
		if (!str_eq(s.text.at, before)) {
			printf("%s\n%s\n", before, s.text.at);
			fail_msg("\"%s\" looks otherwise", views[i].name);
		}
		free(before);
		seat_leave(&s);
	}
}

static char *
line_of(const struct seat *s, int y)
{
	const char *at = s->text.at;

	while (y-- > 0)
		at += strcspn(at, "\n") + 1;
	return mem_strndup(at, strcspn(at, "\n"));
}

/* Is `word` one of the words of `line`? */
static bool
has_word(const char *line, const char *word, size_t n)
{
	for (const char *at = line; *at;) {
		size_t k = strcspn(at, " ");

		if (k == n && memcmp(at, word, n) == 0)
			return true;
		at += k;
		at += strspn(at, " ");
	}
	return false;
}

static void
expect_whole_words(const char *line, const char *whole)
{
	for (const char *at = line + strspn(line, " "); *at;) {
		size_t n = strcspn(at, " ");

		if (!(n == 2 && memcmp(at, "..", 2) == 0) &&
		    !has_word(whole, at, n))
			fail_msg("\"%.*s\" is no word of\n%s\nin\n%s", (int)n,
				 at, whole, line);
		at += n;
		at += strspn(at, " ");
	}
}

/* The lines that say where one is and what one can do, when there is room
 * for all of them. */
struct lines {
	char *head, *tabs, *status, *hints;
};

static struct lines
lines_of(struct seat *s, int w, int h)
{
	struct layout l = layout_of(w, h, ZOOM_FULL);

	resize(s, w, h);
	return (struct lines){
		.head = line_of(s, 0),
		.tabs = l.tabs.h ? line_of(s, l.tabs.y) : mem_strdup(""),
		.status =
			l.message.h ? line_of(s, l.message.y) : mem_strdup(""),
		.hints = line_of(s, l.hints.y),
	};
}

static void
forget(struct lines *l)
{
	free(l->head);
	free(l->tabs);
	free(l->status);
	free(l->hints);
}

/* In every line what matters most stays to the last. */
static void
expect_sticky(const struct shot *shot, const struct lines *l)
{
	if (shot->run) {
		const char *id = (*shot->run)->r->row.id;

		assert_true(has_word(l->head, id, strlen(id)));
		assert_non_null(strstr(l->head, "/"));
	} else if (str_eq(shot->name, "design")) {
		assert_non_null(strstr(l->head, "nightly.yaml"));
	}
	if (!has_word(l->hints, "?", 1) || !has_word(l->hints, "q", 1))
		fail_msg("%s: the hints are \"%s\"", shot->name, l->hints);
}

static const struct shot ladders[] = {
	{"runs",          NULL,          ""   },
	{"runs, told",    NULL,          ""   },
	{"steps",         &town.nightly, ""   },
	{"steps, told",   &town.nightly, ""   },
	{"steps, failed", &town.failed,  ""   },
	{"graph",         &town.nightly, "2"  },
	{"time",          &town.nightly, "3"  },
	{"log",           &town.nightly, "4"  },
	{"events",        &town.nightly, "5 v"},
	{"info",          &town.nightly, "6"  },
	{"stats",         NULL,          "S"  },
	{"design",        NULL,          ""   },
	{"design",        NULL,          "2"  },
	{"design",        NULL,          "3"  },
	{"design",        NULL,          "4"  },
	{"design",        NULL,          "Tab"},
	{"design",        NULL,          "v"  },
};

static void
no_word_is_cut_in_the_lines_around_a_view(void **state)
{
	static const int widths[] = {20, 30, 40, 50, 65, 80, 99, 100, 140, 160};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ladders); i++) {
		struct lines whole, brief, l;
		struct seat s;
		char *status;

		sit_down(&s, &ladders[i], 250, 80);
		if (str_ends(ladders[i].name, "told"))
			views_say(&s.vs, "held: running steps finish, no new "
					 "one starts; p lets it go on");
		whole = lines_of(&s, 250, 80);
		/* Tabs have short names, and a retry is told in few words. */
		brief = lines_of(&s, 40, 24);
		status = mem_join(whole.status, " ", brief.status, NULL);
		expect_sticky(&ladders[i], &whole);
		for (size_t k = 0; k < ARRAY_SIZE(widths); k++) {
			l = lines_of(&s, widths[k], 24);
			expect_whole_words(l.head, whole.head);
			expect_whole_words(l.tabs, widths[k] < 60 ? brief.tabs
								  : whole.tabs);
			expect_whole_words(l.status, status);
			expect_whole_words(l.hints, whole.hints);
			expect_sticky(&ladders[i], &l);
			forget(&l);
		}
		free(status);
		forget(&whole);
		forget(&brief);
		seat_leave(&s);
	}
}

static int
set_up(void **state)
{
	if (town_set_up(state))
		return -1;
	return fs_write("nightly.yaml", flow, sizeof(flow) - 1, 0600, NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_view_is_drawn_at_every_size),
		cmocka_unit_test(id_and_state_are_seen_from_20x5_on),
		cmocka_unit_test(a_storm_of_sizes_leaves_no_trace),
		cmocka_unit_test(no_word_is_cut_in_the_lines_around_a_view),
	};

	return cmocka_run_group_tests(tests, set_up, town_tear_down);
}
