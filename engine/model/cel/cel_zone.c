/* Time zones: fixed offsets, and names from the system's zone files.
 *
 * localtime_r would need TZ in the environment, which belongs to the whole
 * process; so the compiled files (RFC 8536) are read here.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../civil.h"
#include "cel_int.h"

enum {
	ZONE_FILE_MAX = 64 * 1024,
	DAY = 86400
};

/* --- the rule for times after the last transition: EST5EDT,M3.2.0,M11.1.0 */

struct change {
	char form; /* 'M', 'J' or '0' */
	int month, week, day;
	int32_t time;
};

static bool
read_int(const char **at, int32_t *out)
{
	char *end;

	if (!isdigit((unsigned char)**at))
		return false;
	*out = (int32_t)strtol(*at, &end, 10);
	*at = end;
	return *out <= 100000;
}

/* [+-]hh[:mm[:ss]] as seconds. */
static bool
read_clock(const char **at, int32_t *out)
{
	int32_t sign = **at == '-' ? -1 : 1, part;

	*at += **at == '-' || **at == '+';
	if (!read_int(at, &part) || part > 200)
		return false;
	*out = part * 3600;
	for (int32_t unit = 60; unit && **at == ':'; unit /= 60) {
		++*at;
		if (!read_int(at, &part))
			return false;
		*out += part % 60 * unit;
	}
	*out *= sign;
	return true;
}

static bool
skip_name(const char **at)
{
	const char *start = *at;

	if (**at == '<') {
		*at += strcspn(*at, ">");
		return *(*at)++ == '>';
	}
	while (isalpha((unsigned char)**at))
		++*at;
	return *at - start >= 3;
}

static bool
read_change(const char **at, struct change *c)
{
	if (*(*at)++ != ',')
		return false;
	*c = (struct change){.form = '0', .time = 7200};
	if (**at == 'M' || **at == 'J')
		c->form = *(*at)++;
	if (!read_int(at, c->form == 'M' ? &c->month : &c->day))
		return false;
	if (c->form == 'M') {
		if (*(*at)++ != '.' || !read_int(at, &c->week) ||
		    *(*at)++ != '.' || !read_int(at, &c->day) || c->month < 1 ||
		    c->month > 12 || c->week < 1 || c->week > 5 || c->day > 6)
			return false;
	}
	if (**at != '/')
		return true;
	++*at;
	return read_clock(at, &c->time);
}

/* When the change comes in that year, by the clock before it. */
static int64_t
change_seconds(const struct change *c, int year)
{
	int64_t days = civil_days(year, 1, 1);

	if (c->form == 'M') {
		int64_t first = civil_days(year, c->month, 1);
		int weekday = (int)(((first + 4) % 7 + 7) % 7);
		int day = (c->day - weekday + 7) % 7 + 7 * (c->week - 1);

		while (day >= civil_month_length(year, c->month))
			day -= 7;
		days = first + day;
	} else if (c->form == 'J') {
		days += c->day - 1 +
			(c->day >= 60 && civil_month_length(year, 2) == 29);
	} else {
		days += c->day;
	}
	return days * DAY + c->time;
}

static bool
rule_offset(const char *rule, int64_t seconds, int32_t *offset)
{
	struct change begin, end;
	int32_t standard, summer;
	int64_t from, to;
	int year;

	if (!skip_name(&rule) || !read_clock(&rule, &standard))
		return false;
	*offset = standard = -standard;
	if (!*rule)
		return true;
	summer = standard + 3600;
	if (!skip_name(&rule))
		return false;
	if (*rule != ',') {
		if (!read_clock(&rule, &summer))
			return false;
		summer = -summer;
	}
	if (!read_change(&rule, &begin) || !read_change(&rule, &end) || *rule)
		return false;
	year = civil_from_seconds(seconds + standard).year;
	from = change_seconds(&begin, year) - standard;
	to = change_seconds(&end, year) - summer;
	if (from < to ? seconds >= from && seconds < to
		      : seconds >= from || seconds < to)
		*offset = summer;
	return true;
}

/* --- the file --- */

struct zone_file {
	const unsigned char *at, *end;
	size_t counts[6]; /* isut, isstd, leap, time, type, char */
};

static int64_t
big_endian(const unsigned char *p, size_t n)
{
	uint64_t v = p[0] & 0x80 ? ~UINT64_C(0) : 0;

	for (size_t i = 0; i < n; i++)
		v = v << 8 | p[i];
	return (int64_t)v;
}

/* The 44 bytes before each block. */
static bool
read_header(struct zone_file *f)
{
	if (f->end - f->at < 44 || memcmp(f->at, "TZif", 4) != 0)
		return false;
	for (int i = 0; i < 6; i++)
		f->counts[i] = (size_t)big_endian(f->at + 20 + 4 * i, 4);
	f->at += 44;
	for (int i = 0; i < 6; i++)
		if (f->counts[i] > ZONE_FILE_MAX)
			return false;
	return true;
}

static size_t
block_size(const struct zone_file *f, size_t time_size)
{
	return f->counts[3] * (time_size + 1) + f->counts[4] * 6 +
	       f->counts[5] + f->counts[2] * (time_size + 4) + f->counts[1] +
	       f->counts[0];
}

static bool
type_offset(const unsigned char *types, size_t ntypes, size_t type,
	    int32_t *offset)
{
	if (type >= ntypes)
		return false;
	*offset = (int32_t)big_endian(types + 6 * type, 4);
	return *offset > -DAY && *offset < DAY;
}

/* The block with 64-bit times, and the rule behind it. */
static bool
block_offset(const struct zone_file *f, int64_t seconds, int32_t *offset)
{
	size_t ntimes = f->counts[3], low = 0, high = ntimes;
	const unsigned char *indices = f->at + 8 * ntimes;
	const unsigned char *types = indices + ntimes;
	const char *rule = (const char *)f->at + block_size(f, 8);
	const char *newline;
	char text[128];

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (big_endian(f->at + 8 * middle, 8) <= seconds)
			low = middle + 1;
		else
			high = middle;
	}
	newline = rule + 1 < (const char *)f->end
			  ? memchr(rule + 1, '\n',
				   (size_t)((const char *)f->end - rule - 1))
			  : NULL;
	if (low == ntimes && newline && newline - rule > 1 &&
	    newline - rule < (ptrdiff_t)sizeof(text)) {
		snprintf(text, sizeof(text), "%.*s", (int)(newline - rule - 1),
			 rule + 1);
		return rule_offset(text, seconds, offset);
	}
	return type_offset(types, f->counts[4], low ? indices[low - 1] : 0,
			   offset);
}

static bool
file_offset(const unsigned char *bytes, size_t n, int64_t seconds,
	    int32_t *offset)
{
	struct zone_file f = {.at = bytes, .end = bytes + n};
	size_t first;

	if (!read_header(&f) || bytes[4] < '2')
		return false;
	first = block_size(&f, 4);
	if ((size_t)(f.end - f.at) < first)
		return false;
	f.at += first;
	return read_header(&f) && (size_t)(f.end - f.at) >= block_size(&f, 8) &&
	       block_offset(&f, seconds, offset);
}

/* Names such as "America/New_York"; nothing that leaves the directory. */
static bool
is_zone_name(const char *zone)
{
	size_t n = strspn(zone, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnop"
				"qrstuvwxyz0123456789_+-/");

	return n && n < 64 && !zone[n] && zone[0] != '/' && zone[n - 1] != '/';
}

static bool
named_offset(const char *zone, int64_t seconds, int32_t *offset)
{
	unsigned char *bytes;
	char path[128];
	size_t n = 0;
	ssize_t k;
	bool ok;
	int fd;

	snprintf(path, sizeof(path), "/usr/share/zoneinfo/%s", zone);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	bytes = mem_alloc(ZONE_FILE_MAX);
	while (n < ZONE_FILE_MAX &&
	       (k = read(fd, bytes + n, ZONE_FILE_MAX - n)) > 0)
		n += (size_t)k;
	close(fd);
	ok = file_offset(bytes, n, seconds, offset);
	free(bytes);
	return ok;
}

bool
cel_zone_offset(const char *zone, int64_t seconds, int32_t *offset)
{
	const char *at = zone;

	if (str_eq(zone, "UTC") || str_eq(zone, "Z")) {
		*offset = 0;
		return true;
	}
	if ((*at == '+' || *at == '-' || isdigit((unsigned char)*at)) &&
	    strchr(at, ':')) {
		return strspn(at, "+-:0123456789") == strlen(at) &&
		       read_clock(&at, offset) && !*at && *offset > -DAY &&
		       *offset < DAY;
	}
	return is_zone_name(zone) && named_offset(zone, seconds, offset);
}

bool
cel_zone_is_known(const char *zone)
{
	int32_t offset;

	return cel_zone_offset(zone, 0, &offset);
}
