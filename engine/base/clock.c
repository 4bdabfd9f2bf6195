/* Real clocks, the hook for fake ones, and times as text.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "clock.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int64_t
read_clock(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int64_t
real_wall(void)
{
	return read_clock(CLOCK_REALTIME);
}

static int64_t
real_boot(void)
{
	return read_clock(CLOCK_BOOTTIME);
}

static const struct clock real = {real_wall, real_boot};
static const struct clock *current = &real;

int64_t
clock_wall(void)
{
	return current->wall();
}

int64_t
clock_boot(void)
{
	return current->boot();
}

void
clock_use(const struct clock *clock)
{
	current = clock ? clock : &real;
}

const char *
clock_boot_id(void)
{
	static char id[40];
	ssize_t n = 0;
	int fd;

	if (id[0])
		return id;
	fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		n = read(fd, id, 36);
		close(fd);
	}
	id[n > 0 ? n : 0] = '\0';
	return id;
}

const char *
clock_format(int64_t wall_ms, char text[CLOCK_TEXT])
{
	int64_t ms = wall_ms % 1000;
	time_t seconds;
	struct tm tm;
	char date[24];

	if (ms < 0)
		ms += 1000;
	seconds = (time_t)((wall_ms - ms) / 1000);
	gmtime_r(&seconds, &tm);
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(text, CLOCK_TEXT, "%s.%03dZ", date, (int)ms);
	return text;
}

/* "Z", "+02:00" or "-05:30", in minutes east; the rest must be empty. */
static bool
parse_zone(const char *p, int *minutes)
{
	int h, m, n = 0;

	*minutes = 0;
	if (strcmp(p, "Z") == 0 || strcmp(p, "z") == 0)
		return true;
	if ((*p != '+' && *p != '-') ||
	    sscanf(p + 1, "%2d:%2d%n", &h, &m, &n) != 2 || n != 5 || p[6] ||
	    h > 23 || m > 59)
		return false;
	*minutes = (*p == '-' ? -1 : 1) * (h * 60 + m);
	return true;
}

bool
clock_parse(const char *text, int64_t *wall_ms)
{
	struct tm tm = {0};
	const char *p = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
	int64_t fraction = 0, scale = 100;
	int minutes;

	if (!p)
		return false;
	if (*p == '.') {
		for (p++; *p >= '0' && *p <= '9'; p++, scale /= 10)
			fraction += (*p - '0') * scale;
	}
	if (!parse_zone(p, &minutes))
		return false;
	*wall_ms = ((int64_t)timegm(&tm) - (int64_t)minutes * 60) * 1000 +
		   fraction;
	return true;
}
