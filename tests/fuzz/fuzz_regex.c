/* Fuzzes regular expressions: the first line is the pattern, the rest the
 * text.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "engine/model/cel/cel.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	char *text = mem_strndup(n ? (const char *)bytes : "", n);
	char *line = memchr(text, '\n', n);
	size_t rest = line ? n - (size_t)(line + 1 - text) : 0;
	struct arena arena = {0};
	struct regex *re;
	const char *why;

	if (line)
		*line = '\0';
	re = regex_compile(&arena, text, &why);
	if (re)
		regex_search(re, line ? line + 1 : "", rest);
	else if (!why)
		BUG("a pattern was refused without a reason");
	arena_release(&arena);
	free(text);
	return 0;
}
