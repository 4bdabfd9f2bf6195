/* Evaluates an expression as "wfctl eval EXPR [--vars FILE]" does.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>

#include "engine/base/fs.h"
#include "engine/model/cel/cel.h"

static bool
lookup(void *arg, const char *name, struct arena *a, struct value *out)
{
	return value_get(*(struct value *)arg, name, a, out);
}

static int
complain(const struct cel_error *err, int status)
{
	fprintf(stderr, "%d: %s; %s\n", err->column, err->message, err->hint);
	return status;
}

int
main(int argc, char **argv)
{
	struct value given = {.kind = VALUE_MAP}, result;
	struct cel_vars vars = {lookup, &given};
	struct strbuf text = STRBUF_INIT;
	struct cel_program *program;
	struct arena arena = {0};
	struct cel_error err;
	int status = 0;

	if (argc > 4 &&
	    (fs_read(argv[4], SIZE_MAX, &text, NULL) ||
	     !value_from_json_text(&arena, text.at, text.n, &given)))
		return 2;
	if (argc < 3)
		return 2;
	program = cel_compile(&arena, argv[2], NULL, &err);
	if (!program)
		status = complain(&err, 3);
	else if (!cel_eval(program, &vars, &arena, &result, &err))
		status = complain(&err, 1);
	else
		puts(value_to_json_text(&arena, result));
	strbuf_release(&text);
	arena_release(&arena);
	return status;
}
