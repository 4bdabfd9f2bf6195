/* Values that are no composites, as text.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "civil.h"
#include "value.h"

const char *
value_double_text(double d, char text[VALUE_NUMBER_TEXT])
{
	if (isnan(d))
		snprintf(text, VALUE_NUMBER_TEXT, "NaN");
	else if (isinf(d))
		snprintf(text, VALUE_NUMBER_TEXT, "%sInfinity",
			 d < 0 ? "-" : "");
	else
		for (int digits = 15; digits <= 17; digits++) {
			snprintf(text, VALUE_NUMBER_TEXT, "%.*g", digits, d);
			if (strtod(text, NULL) == d)
				break;
		}
	return text;
}

const char *
value_duration_text(int64_t seconds, int32_t nanos,
		    char text[VALUE_NUMBER_TEXT])
{
	bool negative = seconds < 0 || nanos < 0;
	uint64_t whole = negative ? -(uint64_t)seconds : (uint64_t)seconds;
	int n = snprintf(text, VALUE_NUMBER_TEXT, "%s%" PRIu64,
			 negative ? "-" : "", whole);

	if (nanos) {
		n += snprintf(text + n, VALUE_NUMBER_TEXT - (size_t)n, ".%09d",
			      abs((int)nanos));
		while (text[n - 1] == '0')
			n--;
	}
	text[n] = 's';
	text[n + 1] = '\0';
	return text;
}

bool
value_scalar_text(struct value v, struct strbuf *out)
{
	char text[VALUE_NUMBER_TEXT];

	switch (v.kind) {
	case VALUE_NULL:
		break;
	case VALUE_BOOL:
		strbuf_adds(out, v.boolean ? "true" : "false");
		break;
	case VALUE_INT:
		strbuf_addf(out, "%" PRId64, v.i);
		break;
	case VALUE_UINT:
		strbuf_addf(out, "%" PRIu64, v.u);
		break;
	case VALUE_DOUBLE:
		strbuf_adds(out, value_double_text(v.d, text));
		break;
	case VALUE_STRING:
	case VALUE_TYPE:
		strbuf_add(out, v.string, v.n);
		break;
	case VALUE_TIMESTAMP:
		strbuf_adds(out,
			    civil_format(v.time.seconds, v.time.nanos, text));
		break;
	case VALUE_DURATION:
		strbuf_adds(out, value_duration_text(v.time.seconds,
						     v.time.nanos, text));
		break;
	case VALUE_LIST:
	case VALUE_MAP:
	case VALUE_OBJECT:
		return false;
	}
	return true;
}
