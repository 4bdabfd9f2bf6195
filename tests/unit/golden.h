/* Pictures that were looked at and kept in tests/tui/golden; `make golden`
 * writes them anew.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_GOLDEN_H
#define WF_GOLDEN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/base/fs.h"

static char golden_root[4096];

/* Before the test goes to a folder of its own. */
static inline void
golden_begin(void)
{
	assert_non_null(getcwd(golden_root, sizeof(golden_root)));
}

static inline void
show_difference(const char *want, const char *got)
{
	while (*want && *got) {
		size_t n = strcspn(want, "\n"), k = strcspn(got, "\n");

		if (n != k || memcmp(want, got, n) != 0)
			print_error("want |%.*s|\n got |%.*s|\n", (int)n, want,
				    (int)k, got);
		want += n + (want[n] == '\n');
		got += k + (got[k] == '\n');
	}
}

static inline void
expect_golden(const char *name, const struct strbuf *got)
{
	char *path =
		mem_printf("%s/tests/tui/golden/%s.txt", golden_root, name);
	struct strbuf want = STRBUF_INIT;
	struct wf_err err = {0};
	const char *write = getenv("WFCTL_GOLDEN");

	if (write && *write)
		assert_int_equal(fs_write(path, got->at, got->n, 0644, &err),
				 WF_OK);
	assert_int_equal(fs_read(path, 1 << 20, &want, &err), WF_OK);
	if (!str_eq(want.at, got->at)) {
		show_difference(want.at, got->at);
		strbuf_release(&want);
		fail_msg("%s is another picture; see it, then `make golden`",
			 name);
	}
	strbuf_release(&want);
	free(path);
}

#endif
