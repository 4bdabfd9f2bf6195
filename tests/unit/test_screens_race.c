/* Between a key and its confirmation the list moves, the run goes on, or is
 * deleted, in every order: what was shown is what is hit, or it is refused
 * with a reason; nothing else is ever touched.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "screens.h"

struct act {
	const char *ask, *confirm;
	struct play **run;
};

static const struct act acts[] = {
	{"s",			     "S", &town.nightly},
	{"c",			     "S", &town.backup },
	{"r",			     "r", &town.nightly},
	{"b",			     "B", &town.nightly},
	{"b",			     "B", &town.failed },
	{"C",			     "S", &town.backup },
	{"",			      "p", &town.backup },
	{"a Tab Tab Tab 2 5 Tab Tab Tab", "A", &town.asks   },
	{"x",			     "X", &town.asks   },
	{"L Tab w h y Tab",               "S", &town.lost   },
};
enum {
	OF_STEPS = 2 /* a list of runs has no such act */
};

/* What happens in between, in the order of the letters: m the list moves, g
 * the run goes on, d it is deleted. */
static const char *const orders[] = {"", "m", "g", "d", "mg", "gm", "md", "dm"};

/* Another run of the same flow, above it in the list. */
static void
move_list(const struct play *p)
{
	char *text = mem_printf("name: %s\nsteps:\n- {id: other, run: ./o}\n",
				p->r->row.flow);

	town_pass(SECOND);
	town_play(text, "{}");
	free(text);
}

static void
go_on(struct play *p)
{
	if (p == town.nightly)
		play_pass(p, 20 * SECOND);
	else if (p == town.backup)
		play_end(p, "dump", 0);
	else if (p == town.failed)
		play_ask(p, "retry", "{}");
	else
		play_ask(p, "cancel", "{}");
}

static void
happen(const struct act *a, char what)
{
	if (what == 'm')
		move_list(*a->run);
	else if (what == 'g')
		go_on(*a->run);
	else
		assert_int_equal(
			st_delete_run(stage.store, (*a->run)->r->row.id, NULL),
			0);
}

/* Only what has ended can be deleted. */
static bool
is_possible(const struct act *a, const char *order)
{
	return !strchr(order, 'd') ||
	       (a->run == &town.failed && !strchr(order, 'g'));
}

struct memory {
	uint64_t revision[STAGE_PLAYS];
	size_t n;
};

static struct memory
remember(void)
{
	struct memory m = {.n = stage.nplays};

	for (size_t i = 0; i < m.n; i++)
		m.revision[i] = stage.plays[i]->r->row.revision;
	return m;
}

static void
expect_only(const struct memory *m, const struct act *a, const char *order)
{
	for (size_t i = 0; i < m->n; i++)
		if (stage.plays[i] != *a->run &&
		    stage.plays[i]->r->row.revision != m->revision[i])
			fail_msg("\"%s\" after \"%s\" hit %s", a->confirm,
				 order, stage.plays[i]->r->row.flow);
}

/* Does the form ask for the run's id first? */
static bool
wants_id(const struct seat *s, const struct play *p)
{
	char *words = mem_printf("type %s", p->r->row.id);
	bool wants = strstr(s->text.at, words) != NULL;

	free(words);
	return wants;
}

/* Either the run has changed, or it is said why not. */
static void
expect_answer(const struct act *a, const char *order, uint64_t revision,
	      const struct seat *s, size_t messages)
{
	if ((*a->run)->r->row.revision != revision ||
	    s->vs.messages.n != messages || wants_id(s, *a->run))
		return;
	print_error("%s", s->text.at);
	fail_msg("\"%s %s\" after \"%s\": nothing was said", a->ask, a->confirm,
		 order);
}

static bool
is_at(const struct seat *s, const struct play *p)
{
	const char *row = strstr(s->text.at, "\n >");
	const char *id = row ? strstr(row, p->r->row.id) : NULL;

	return id && id < row + 1 + strcspn(row + 1, "\n");
}

static void
try_order(const struct act *a, const char *order, bool from_list)
{
	struct play *p = *a->run;
	struct memory m;
	struct seat s;
	size_t messages;
	uint64_t revision;

	seat_take(&s, from_list ? NULL : p, 80, 24);
	for (int i = 0; from_list && i < 20 && !is_at(&s, p); i++)
		seat_press(&s, "j");
	messages = s.vs.messages.n;
	seat_press(&s, a->ask);
	for (const char *what = order; *what; what++) {
		happen(a, *what);
		views_refresh(&s.vs);
	}
	m = remember();
	revision = p->r->row.revision;
	seat_press(&s, a->confirm);
	seat_settle(&s);
	expect_only(&m, a, order);
	if (s.vs.stack.n > 1 || from_list || !strchr(order, 'd'))
		expect_answer(a, order, revision, &s, messages);
	seat_leave(&s);
}

static void
try_all(bool from_list)
{
	for (size_t i = from_list ? OF_STEPS : 0; i < ARRAY_SIZE(acts); i++) {
		for (size_t k = 0; k < ARRAY_SIZE(orders); k++) {
			if (!is_possible(&acts[i], orders[k]))
				continue;
			town_open();
			try_order(&acts[i], orders[k], from_list);
			town_close();
		}
	}
}

static void
in_a_run_what_was_shown_is_hit_or_refused(void **state)
{
	(void)state;
	try_all(false);
}

static void
in_the_list_what_was_shown_is_hit_or_refused(void **state)
{
	(void)state;
	try_all(true);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_a_run_what_was_shown_is_hit_or_refused),
		cmocka_unit_test(in_the_list_what_was_shown_is_hit_or_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
