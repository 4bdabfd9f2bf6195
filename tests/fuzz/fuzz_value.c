/* Typed values, JSON, durations and sizes take any text, and what they print
 * they read back.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdint.h>
#include <stdlib.h>

#include "engine/base/duration.h"
#include "engine/model/value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
try_durations(const char *text)
{
	char form[DURATION_TEXT];
	int64_t ms, again, bytes;

	if (duration_parse(text, &ms)) {
		if (!duration_parse(duration_format(ms, form), &again) ||
		    again != ms)
			abort();
		duration_human(ms, form);
	}
	if (size_parse(text, &bytes))
		size_human(bytes, form);
}

static void
try_types(struct arena *a, const char *text)
{
	for (int t = TYPE_STRING; t <= TYPE_ANY; t++) {
		struct value v;
		const char *why = NULL;
		if (!value_from_text(a, (enum value_type)t, text, &v, &why)) {
			if (!why)
				abort();
			continue;
		}
		struct strbuf out = STRBUF_INIT;
		value_to_text(v, &out);
		strbuf_release(&out);
	}
}

static void
try_json(struct arena *a, const char *text, size_t n)
{
	struct value v, again;

	if (!value_from_json_text(a, text, n, &v))
		return;
	const char *printed = value_to_json_text(a, v);
	if (!value_from_json_text(a, printed, strlen(printed), &again) ||
	    !value_equal(v, again))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a = {0};
	char *text = arena_strndup(&a, (const char *)data, size);

	try_durations(text);
	try_types(&a, text);
	try_json(&a, text, size);
	arena_release(&a);
	return 0;
}
