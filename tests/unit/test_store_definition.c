/* Definitions: stored once for all runs that follow them, large ones from
 * pieces.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "engine/base/fs.h"
#include "engine/store/store.h"

struct fixture {
	char dir[64];
	struct store *store;
	struct arena arena;
	struct wf_err err;
};

static int
set_up(void **state)
{
	struct fixture *f = mem_alloc(sizeof(*f));

	snprintf(f->dir, sizeof(f->dir), "/tmp/wf-store-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	assert_int_equal(st_open(f->dir, ST_CREATE, &f->store, &f->err), 0);
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	st_close(f->store);
	arena_release(&f->arena);
	assert_int_equal(fs_remove_tree(f->dir, NULL), WF_OK);
	free(f);
	return 0;
}

/* 100,000 numbered lines, in pieces of one to three bytes. */
static void
each_line(const void *from, piece_fn *take, void *arg)
{
	(void)from;
	for (int k = 0; k < 100000; k++) {
		char line[16];
		int n = snprintf(line, sizeof(line), "%d\n", k);

		for (int i = 0; i < n; i += 3)
			take(arg, line + i, (size_t)(n - i < 3 ? n - i : 3));
	}
}

static void
add_piece(void *arg, const char *bytes, size_t n)
{
	strbuf_add(arg, bytes, n);
}

static void
a_large_definition_is_stored_from_pieces_and_once(void **state)
{
	struct fixture *f = *state;
	struct strbuf lines = STRBUF_INIT;
	struct pieces text = {.each = each_line};
	struct st_run runs[2];
	const char *kept;

	each_line(NULL, add_piece, &lines);
	text.n = lines.n;
	for (size_t k = 0; k < 2; k++) {
		runs[k] = (struct st_run){.flow = "f", .definition = "d1"};
		runs[k].state = RUN_SUCCEEDED;
		assert_int_equal(
			st_create_run(f->store, &runs[k], text, &f->err), 0);
	}
	for (size_t k = 0; k < 2; k++) {
		assert_int_equal(st_read_definition(f->store, "d1", &f->arena,
						    &kept, &f->err),
				 0);
		assert_string_equal(kept, lines.at);
		assert_int_equal(st_delete_run(f->store, runs[k].id, &f->err),
				 0);
	}
	assert_int_equal(
		st_read_definition(f->store, "d1", &f->arena, &kept, &f->err),
		ST_EMPTY);
	strbuf_release(&lines);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_large_definition_is_stored_from_pieces_and_once,
			set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
