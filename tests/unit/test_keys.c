/* Every key in every context: it calls the command of the table, and that
 * does something, or says why it does not.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "screens.h"

#include "cli/docgen_tui.h"
#include "tui/screens/edit_view.h"

/* Places where keys are commands; the names of the designer's begin so. */

static const struct shot places[] = {
	{"runs",		 NULL,          ""           },
	{"runs, filtered",       NULL,          "/ n Enter"  },
	{"runs, marked",         NULL,          "Space"      },
	{"steps",                &town.nightly, ""           },
	{"steps, lost",          &town.lost,    ""           },
	{"steps, group",         &town.fan,     "g Down"     },
	{"graph",                &town.nightly, "2"          },
	{"time",		 &town.nightly, "3"          },
	{"log",		  &town.nightly, "4"          },
	{"graph, panned",        &town.nightly, "2 j"        },
	{"time, zoomed",         &town.nightly, "3 + l"      },
	{"log, scrolled",        &town.nightly, "4 l"        },
	{"log, found",           &town.nightly, "4 / l Enter"},
	{"log, selecting",       &town.nightly, "4 v"        },
	{"log, carriage return", &town.failed,  "4"          },
	{"events",               &town.nightly, "5"          },
	{"info",		 &town.nightly, "6"          },
	{"stats",                &town.nightly, "S"          },
	{"stats of flows",       &town.nightly, "S g"        },
	{"design",               NULL,          ""           },
	{"design, form",         NULL,          "Tab Down"   },
	{"design, problems",     NULL,          "Tab Tab"    },
	{"design, graph",        NULL,          "2"          },
	{"design, text",         NULL,          "3"          },
	{"design, settings",     NULL,          "4"          },
};

static const char flow[] =
	"# every night\n"
	"version: 1\n"
	"steps:\n"
	"  - id: fetch\n"
	"    run: git fetch\n"
	"  - {id: build, needs: [fetch, nothing], run: make}\n"
	"  - id: ship\n"
	"    needs: [build]\n"
	"    run: ./ship\n";

static void
go(struct seat *s, const struct shot *p)
{
	bool design = str_starts(p->name, "design");

	assert_int_equal(
		fs_write("nightly.yaml", flow, sizeof(flow) - 1, 0600, NULL),
		WF_OK);
	(void)remove(".nightly.yaml.wfctl-journal");
	/* The graph is higher than its pane, the designer has one pane only. */
	seat_take(s, p->run ? *p->run : NULL, 80, 22);
	s->vs.read_only = !design;
	if (design)
		views_ask(&s->vs, "edit", "nightly.yaml");
	seat_draw(s);
	seat_press(s, p->keys);
}

static void
contexts_at(struct seat *s, enum context *out)
{
	const struct view *v = views_top(&s->vs);

	out[0] = CONTEXT_ANY;
	out[1] = CONTEXT_NONE;
	if (v->ops->contexts)
		v->ops->contexts(v, out);
}

static bool
is_valid(enum action action, const enum context *contexts)
{
	while (*contexts != CONTEXT_NONE &&
	       *contexts != actions[action].context)
		contexts++;
	return *contexts != CONTEXT_NONE;
}

/* --- the command is reached --------------------------------------------------
 */

static enum action reached;

static bool
note_action(struct view *v, enum action action)
{
	(void)v;
	reached = action;
	return true;
}

/* The innermost meaning of a key wins; all others must be reached. */
static void
expect_reached(struct seat *s, const struct shot *p, enum action action,
	       uint32_t key, const enum context *contexts)
{
	enum action wanted = keymap_find(&s->vs.config.keymap, contexts, key);

	if (wanted != action)
		assert_true(is_valid(wanted, contexts));
	reached = ACTION_NONE;
	views_key(&s->vs, key);
	if (reached != wanted)
		fail_msg("%s: %s calls \"%s\", not \"%s\"", p->name,
			 key_text(key), actions[reached].name,
			 actions[wanted].name);
}

static void
each_key_calls_its_command_in_each_context(void **state)
{
	bool tried[NACTIONS] = {false};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		enum context contexts[CONTEXTS_MAX];
		struct view_ops ops;
		struct view *top;
		struct seat s;

		go(&s, &places[i]);
		contexts_at(&s, contexts);
		top = views_top(&s.vs);
		ops = *top->ops;
		ops.act = note_action;
		ops.refusal = NULL;
		top->ops = &ops;
		for (enum action a = 1; a < NACTIONS; a++) {
			const uint32_t *keys = s.vs.config.keymap.keys[a];

			if (!is_valid(a, contexts))
				continue;
			assert_true(keys[0]);
			tried[a] |= *keymap_key(&s.vs.config.keymap, contexts,
						a) != '\0';
			for (size_t k = 0; k < 4 && keys[k]; k++)
				expect_reached(&s, &places[i], a, keys[k],
					       contexts);
		}
		seat_leave(&s);
	}
	for (enum action a = 1; a < NACTIONS; a++)
		if (!tried[a])
			fail_msg("no place for \"%s\"", actions[a].name);
}

/* --- ... and does something
 * ---------------------------------------------------
 */

/* What a person, or the terminal, would notice. */
static uint64_t
looks(struct seat *s)
{
	const struct views *vs = &s->vs;
	uint64_t h = 14695981039346656037u;
	const unsigned flags =
		(unsigned)vs->quit | (unsigned)vs->stop << 1 |
		(unsigned)vs->repaint << 2 | (unsigned)vs->mouse << 3 |
		(unsigned)vs->frozen << 4 | (unsigned)vs->zoom << 5 |
		(unsigned)(vs->run_program != NULL) << 8 |
		(unsigned)vs->stack.n << 9 | (unsigned)vs->messages.n << 16;

	seat_draw(s);
	for (const char *c = s->text.at; *c; c++)
		h = (h ^ (unsigned char)*c) * 1099511628211u;
	for (int y = 0; y < s->g.h; y++)
		for (int x = 0; x < s->g.w; x++) {
			const struct cell *cell = grid_at(&s->g, x, y);

			h = (h ^ cell->style ^ (unsigned)cell->attr << 8) *
			    1099511628211u;
		}
	h = (h ^ (unsigned)s->g.cursor_x ^ (unsigned)s->g.cursor_y << 10) *
	    1099511628211u;
	return (h ^ flags) * 1099511628211u;
}

/* Where the cursor stands already, or nothing is to be closed, nothing
 * happens, and nobody expects anything to. */
static bool
may_do_nothing(enum action action)
{
	static const char *const words[] = {"tab-",    "design-", "pan-",
					    "scroll-", "fit",     "record"};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (str_starts(actions[action].name, words[i]))
			return true;
	return action <= ACTION_PAGE_UP || action == ACTION_CANCEL;
}

static bool
does_something(const struct shot *p, uint32_t key)
{
	uint64_t before;
	struct seat s;
	bool any;

	go(&s, p);
	before = looks(&s);
	s.vs.deaf_until = 0;
	views_key(&s.vs, key);
	any = s.vs.stack.n == 0 || looks(&s) != before;
	if (s.vs.run_program) {
		for (char **arg = s.vs.run_program; *arg; arg++)
			free(*arg);
		free(s.vs.run_program);
		s.vs.run_program = NULL;
	}
	seat_leave(&s);
	return any;
}

static void
no_key_is_dead(void **state)
{
	bool did[NACTIONS] = {false};
	size_t dead = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		enum context contexts[CONTEXTS_MAX];
		struct seat s;

		go(&s, &places[i]);
		contexts_at(&s, contexts);
		for (enum action a = 1; a < NACTIONS; a++) {
			const char *key;

			if (!is_valid(a, contexts))
				continue;
			key = keymap_key(&s.vs.config.keymap, contexts, a);
			if (!*key)
				continue;
			if (does_something(&places[i], key_from_name(key))) {
				did[a] = true;
			} else if (!may_do_nothing(a)) {
				print_error("%s: %s (%s) does nothing and says "
					    "nothing\n",
					    places[i].name,
					    keymap_key(&s.vs.config.keymap,
						       contexts, a),
					    actions[a].name);
				dead++;
			}
		}
		seat_leave(&s);
	}
	for (enum action a = 1; a < NACTIONS; a++)
		if (!did[a]) {
			print_error("%s did nothing anywhere\n",
				    actions[a].name);
			dead++;
		}
	assert_int_equal(dead, 0);
}

/* --- what is written about keys
 * ------------------------------------------------
 */

/* Is this line on the screen, apart from what stands around it? */
static size_t
lines_with(const struct seat *s, const char *text)
{
	size_t n = 0;

	for (const char *at = s->text.at; (at = strstr(at, text)); at++)
		n++;
	return n;
}

static void
hints_name_keys_that_work_here(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		enum context contexts[CONTEXTS_MAX];
		enum action hints[HINTS_MAX];
		struct seat s;
		struct view *v;
		size_t n;

		go(&s, &places[i]);
		grid_resize(&s.g, 500, 40);
		seat_draw(&s);
		contexts_at(&s, contexts);
		v = views_top(&s.vs);
		n = v->ops->hints(v, hints);
		for (size_t k = 0; k < n; k++) {
			const char *key = keymap_key(&s.vs.config.keymap,
						     contexts, hints[k]);
			const char *label = actions[hints[k]].label;
			char *hint = mem_printf("%s %s", key, label);
			char *joined = mem_printf("%s/", key);

			if (!*key)
				fail_msg("%s: the hint \"%s\" has no key",
					 places[i].name, hint);
			/* "h/l pan" */
			if (!strstr(s.text.at, joined))
				seat_expect(&s, hint);
			seat_expect(&s, label);
			free(joined);
			free(hint);
		}
		seat_leave(&s);
	}
}

static void
help_is_the_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		enum context contexts[CONTEXTS_MAX];
		struct seat s;

		go(&s, &places[i]);
		contexts_at(&s, contexts);
		grid_resize(&s.g, 200, 160);
		seat_press(&s, "?");
		for (enum action a = 1; a < NACTIONS; a++) {
			const char *key =
				keymap_key(&s.vs.config.keymap, contexts, a);
			char *line =
				mem_printf("%-8s %s", key, actions[a].help);
			bool wanted = is_valid(a, contexts) && *key;

			if (wanted != (lines_with(&s, line) > 0))
				fail_msg("%s: %s \"%s\" in\n%s", places[i].name,
					 wanted ? "no" : "there is", line,
					 s.text.at);
			free(line);
		}
		seat_leave(&s);
	}
}

static void
the_palette_has_every_action_of_the_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		enum context contexts[CONTEXTS_MAX];
		struct seat s;

		go(&s, &places[i]);
		contexts_at(&s, contexts);
		grid_resize(&s.g, 200, 40);
		for (enum action a = 1; a < NACTIONS; a++) {
			if (!is_valid(a, contexts))
				continue;
			seat_press(&s, ":");
			seat_type(&s, actions[a].name);
			seat_expect(&s, actions[a].help);
			seat_press(&s, "Esc");
		}
		seat_leave(&s);
	}
}

/* The page of the manual, from its section for the context on. */
static void
the_manual_has_every_action_of_the_table(void **state)
{
	struct strbuf page = STRBUF_INIT;

	(void)state;
	docgen_bindings(&page);
	for (enum action a = 1; a < NACTIONS; a++) {
		char *section = mem_printf(".Ss %s\n",
					   context_title(actions[a].context));
		char *item = mem_printf(".It Cm %s\n(", actions[a].name);
		const char *from = strstr(page.at, section);
		const char *to = from ? strstr(from + 1, ".Ss ") : NULL;
		const char *at = from ? strstr(from, item) : NULL;

		if (!at || (to && at > to))
			fail_msg("\"%s\" is not in section \"%s\"",
				 actions[a].name, section);
		assert_null(strstr(at + 1, item));
		free(item);
		free(section);
	}
	strbuf_release(&page);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_key_calls_its_command_in_each_context),
		cmocka_unit_test(no_key_is_dead),
		cmocka_unit_test(hints_name_keys_that_work_here),
		cmocka_unit_test(help_is_the_table),
		cmocka_unit_test(the_palette_has_every_action_of_the_table),
		cmocka_unit_test(the_manual_has_every_action_of_the_table),
	};

	return cmocka_run_group_tests(tests, town_set_up, town_tear_down);
}
