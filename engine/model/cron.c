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
static const struct {
	const char *word, *line; /* NULL: when the machine starts */
} words[] = {
	{"@yearly",   "0 0 1 1 *"},
        {"@annually", "0 0 1 1 *"},
	{"@monthly",  "0 0 1 * *"},
        {"@weekly",   "0 0 * * 0"},
	{"@daily",    "0 0 * * *"},
        {"@midnight", "0 0 * * *"},
	{"@hourly",   "0 * * * *"},
        {"@reboot",   NULL       },
};

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

/* `*`, `a`, `a-b`, each with `/n`: their bits. */
static bool
take_range(const struct field *f, const char **at, uint64_t *bits)
{
	int from = f->min, to = f->max;
	long step = 1;

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
		if (!isdigit((unsigned char)**at))
			return false;
		step = strtol(*at, &end, 10);
		if (step < 1)
			return false;
		*at = end;
	}
	for (long v = from; v <= to && step <= f->max; v += step)
		*bits |= UINT64_C(1) << v;
	*bits |= UINT64_C(1) << from;
	return from <= to;
}

static bool
read_field(const struct field *f, const char *text, uint64_t *bits)
{
	*bits = 0;
	while (take_range(f, &text, bits)) {
		if (!*text)
			return true;
		if (*text++ != ',')
			return false;
	}
	return false;
}

static bool
read_fields(const char *text, struct cron *out, char *why, size_t size)
{
	static const char blanks[] = " \t";
	const char *p = text + strspn(text, blanks);
	uint64_t *const into[] = {&out->minutes, &out->hours, &out->days,
				  &out->months, &out->weekdays};
	size_t n = 0;

	for (; *p; p += strspn(p, blanks), n++) {
		size_t length = strcspn(p, blanks);
		char field[64];

		snprintf(field, sizeof(field), "%.*s", (int)length, p);
		if (n < ARRAY_SIZE(fields) &&
		    !read_field(&fields[n], field, into[n])) {
			snprintf(why, size, "\"%s\" is no %s, %d to %d", field,
				 fields[n].name, fields[n].min, fields[n].max);
			return false;
		}
		if (n == 2)
			out->any_day = *p == '*';
		if (n == 4)
			out->any_weekday = *p == '*';
		p += length;
	}
	snprintf(why, size, "it has %zu fields, not 5", n);
	return n == ARRAY_SIZE(fields);
}

bool
cron_parse(const char *text, struct cron *out, char *why, size_t size)
{
	*out = (struct cron){0};
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (!str_eq(text, words[i].word))
			continue;
		out->at_boot = !words[i].line;
		return out->at_boot ||
		       read_fields(words[i].line, out, why, size);
	}
	if (!read_fields(text, out, why, size))
		return false;
	if (out->weekdays & 1 << 7)
		out->weekdays |= 1;
	out->weekdays &= 0x7f;
	return true;
}

bool
cron_check(const char *text, char *why, size_t size)
{
	struct cron c;

	return cron_parse(text, &c, why, size);
}

static bool
has(uint64_t bits, int value)
{
	return bits >> value & 1;
}

bool
cron_holds_day(const struct cron *c, int day, int month, int weekday)
{
	if (!has(c->months, month))
		return false;
	if (c->any_day || c->any_weekday)
		return has(c->days, day) && has(c->weekdays, weekday);
	return has(c->days, day) || has(c->weekdays, weekday);
}

bool
cron_holds(const struct cron *c, int minute, int hour, int day, int month,
	   int weekday)
{
	return has(c->minutes, minute) && has(c->hours, hour) &&
	       cron_holds_day(c, day, month, weekday);
}

/* --- systemd -------------------------------------------------------------- */

static void
add_numbers(struct strbuf *out, uint64_t bits, int min, int max)
{
	bool first = true;

	for (int v = min; v <= max; v++) {
		if (!has(bits, v))
			continue;
		strbuf_addf(out, "%s%02d", first ? "" : ",", v);
		first = false;
	}
}

static void
add_field(struct strbuf *out, uint64_t bits, int min, int max)
{
	uint64_t all = ((UINT64_C(1) << (max - min + 1)) - 1) << min;

	if ((bits & all) == all)
		strbuf_adds(out, "*");
	else
		add_numbers(out, bits, min, max);
}

static void
add_weekdays(struct strbuf *out, uint64_t bits)
{
	bool first = true;

	for (int v = 0; v < 7; v++) {
		if (!has(bits, v))
			continue;
		strbuf_addf(out, "%s%c%c%c", first ? "" : ",",
			    weekdays[v][0] - 'a' + 'A', weekdays[v][1],
			    weekdays[v][2]);
		first = false;
	}
	strbuf_addc(out, ' ');
}

static void
add_calendar(const struct cron *c, bool by_weekday, bool by_day,
	     const char *timezone, struct strbuf *out)
{
	if (by_weekday && c->weekdays != 0x7f)
		add_weekdays(out, c->weekdays);
	strbuf_adds(out, "*-");
	add_field(out, c->months, 1, 12);
	strbuf_addc(out, '-');
	add_field(out, by_day ? c->days : UINT64_MAX, 1, 31);
	strbuf_addc(out, ' ');
	add_field(out, c->hours, 0, 23);
	strbuf_addc(out, ':');
	add_field(out, c->minutes, 0, 59);
	strbuf_adds(out, ":00");
	if (timezone)
		strbuf_addf(out, " %s", timezone);
	strbuf_addc(out, '\n');
}

void
cron_calendar(const struct cron *c, const char *timezone, struct strbuf *out)
{
	if (c->at_boot)
		return;
	if (c->any_day || c->any_weekday) {
		add_calendar(c, true, true, timezone, out);
		return;
	}
	add_calendar(c, true, false, timezone, out);
	add_calendar(c, false, true, timezone, out);
}
