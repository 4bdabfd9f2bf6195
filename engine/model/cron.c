/* Checking the fields of a crontab line.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cron.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "../base/str.h"

struct field {
	const char *name;
	int min, max;
	const char *const *names; /* of min, min + 1, ... */
};

static const char *const months[] = {"jan", "feb", "mar", "apr", "may",
				     "jun", "jul", "aug", "sep", "oct",
				     "nov", "dec", NULL};
static const char *const weekdays[] = {"sun", "mon", "tue", "wed",
				       "thu", "fri", "sat", NULL};
/* Sunday is 0, and 7. */
static const struct field fields[] = {
	{"minute",           0, 59, NULL    },
	{"hour",             0, 23, NULL    },
	{"day of the month", 1, 31, NULL    },
	{"month",            1, 12, months  },
	{"day of the week",  0, 7,  weekdays}
};
static const char *const words[] = {"@yearly", "@annually", "@monthly",
				    "@weekly", "@daily",    "@midnight",
				    "@hourly", "@reboot"};

/* A number or name within the field's range; moves `*at` behind it. */
static bool
take_value(const struct field *f, const char **at, int *out)
{
	if (isdigit((unsigned char)**at)) {
		char *end;
		long v = strtol(*at, &end, 10);

		*at = end;
		*out = (int)v;
		return v >= f->min && v <= f->max;
	}
	for (int i = 0; f->names && f->names[i]; i++)
		if (strncasecmp(*at, f->names[i], 3) == 0) {
			*at += 3;
			*out = f->min + i;
			return true;
		}
	return false;
}

/* `*`, `a`, `a-b`, each with `/n`. */
static bool
take_range(const struct field *f, const char **at)
{
	int from = f->min, to = f->max;

	if (**at == '*') {
		++*at;
	} else {
		if (!take_value(f, at, &from))
			return false;
		to = from;
		if (**at == '-') {
			++*at;
			if (!take_value(f, at, &to))
				return false;
		}
	}
	if (**at == '/') {
		char *end;

		++*at;
		if (!isdigit((unsigned char)**at) || strtol(*at, &end, 10) < 1)
			return false;
		*at = end;
	}
	return from <= to;
}

static bool
field_fits(const struct field *f, const char *text)
{
	while (take_range(f, &text)) {
		if (!*text)
			return true;
		if (*text++ != ',')
			return false;
	}
	return false;
}

static bool
is_word(const char *text)
{
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (str_eq(text, words[i]))
			return true;
	return false;
}

bool
cron_check(const char *text, char *why, size_t size)
{
	static const char blanks[] = " \t";
	const char *p = text + strspn(text, blanks);
	size_t n = 0;

	if (is_word(text))
		return true;
	for (; *p; p += strspn(p, blanks), n++) {
		size_t length = strcspn(p, blanks);
		char field[64];

		snprintf(field, sizeof(field), "%.*s", (int)length, p);
		if (n < ARRAY_SIZE(fields) && !field_fits(&fields[n], field)) {
			snprintf(why, size, "\"%s\" is no %s, %d to %d", field,
				 fields[n].name, fields[n].min, fields[n].max);
			return false;
		}
		p += length;
	}
	snprintf(why, size, "it has %zu fields, not 5", n);
	return n == ARRAY_SIZE(fields);
}
