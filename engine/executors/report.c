/* Reports as two lines: kind and code, and why.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "report.h"

#include <stdio.h>
#include <stdlib.h>

#include "../base/fs.h"

#define SUFFIX     ".end"
#define REPORT_MAX ((size_t)4096)

static const char *const kinds[] = {
#define REPORT_WORD(symbol, word) word,
	REPORT_KINDS(REPORT_WORD)
#undef REPORT_WORD
};

enum wf_code
report_write(const char *log, const struct report *r, struct wf_err *err)
{
	char *path = mem_printf("%s" SUFFIX, log);
	char *text = mem_printf("%s %d\n%s\n", kinds[r->kind], r->code, r->why);
	enum wf_code code = fs_write(path, text, strlen(text), 0600, err);

	free(text);
	free(path);
	return code;
}

static bool
parse(char *text, struct report *out)
{
	char *line = strchr(text, '\n'), *blank = strchr(text, ' ');
	size_t n;

	*out = (struct report){.kind = REPORT_NKINDS};
	if (!line || !blank || blank > line)
		return false;
	*blank = *line = '\0';
	for (int k = 0; k < REPORT_NKINDS; k++)
		if (str_eq(text, kinds[k]))
			out->kind = (enum report_kind)k;
	out->code = atoi(blank + 1);
	n = strcspn(line + 1, "\n");
	snprintf(out->why, sizeof(out->why), "%.*s", (int)n, line + 1);
	return out->kind != REPORT_NKINDS;
}

bool
report_read(const char *log, struct report *out)
{
	struct strbuf text = STRBUF_INIT;
	char *path = mem_printf("%s" SUFFIX, log);
	bool ok = fs_read(path, REPORT_MAX, &text, NULL) == WF_OK &&
		  parse(text.at, out);

	strbuf_release(&text);
	free(path);
	return ok;
}
