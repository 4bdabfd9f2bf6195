/* Segments to cells.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>
#include <time.h>

#include "gantt.h"
#include "theme.h"

enum {
	SECOND = 1000,
	MINUTE = 60 * SECOND,
	HOUR = 60 * MINUTE
};
enum {
	LABEL = 8,
	LABEL_GAP = 4
};

/* clang-format off */
static const struct {
	char glyph;
	uint8_t style;
} kinds_shown[GANTT_NKINDS] = {
	[GANTT_NONE]   = {' ', STYLE_NORMAL},
	[GANTT_QUEUED] = {'.', STYLE_IDLE},
	[GANTT_OK]     = {'=', STYLE_GOOD},
	[GANTT_RUN]    = {'>', STYLE_ACTIVE},
	[GANTT_SLEEP]  = {'z', STYLE_SLEEPING},
	[GANTT_WAIT]   = {'?', STYLE_HELD},
	[GANTT_RETRY]  = {'~', STYLE_RETRYING},
	[GANTT_UNDO]   = {'<', STYLE_RETRYING},
	[GANTT_FAIL]   = {'x', STYLE_BAD},
};

static const int64_t steps[] = {
	100, 200, 500,
	1 * SECOND, 2 * SECOND, 5 * SECOND, 10 * SECOND, 15 * SECOND,
	30 * SECOND, 1 * MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE,
	15 * MINUTE, 30 * MINUTE, 1 * HOUR, 2 * HOUR, 5 * HOUR, 10 * HOUR,
	15 * HOUR, 30 * HOUR,
};
/* clang-format on */

char
gantt_glyph(enum gantt_kind kind)
{
	return kinds_shown[kind].glyph;
}

uint8_t
gantt_style(enum gantt_kind kind)
{
	return kinds_shown[kind].style;
}

static int64_t
floor_to(int64_t value, int64_t step)
{
	int64_t rest = value % step;

	return value - (rest < 0 ? rest + step : rest);
}

/* The least step of the list, or beyond it a whole number of its last, for
 * which `length` fits into `cells`. */
static int64_t
step_for(int64_t length, int cells)
{
	int64_t last = steps[ARRAY_SIZE(steps) - 1];

	for (size_t i = 0; i < ARRAY_SIZE(steps); i++)
		if (length / steps[i] < cells - 1)
			return steps[i];
	return last * (length / last / (cells > 1 ? cells - 1 : 1) + 1);
}

struct gantt_axis
gantt_fit(int64_t from, int64_t to, int64_t now, int width)
{
	struct gantt_axis axis = {.now = now, .width = width};

	if (to < from)
		to = from;
	axis.per_cell = step_for(to - from, width > 2 ? width : 2);
	axis.from = floor_to(from, axis.per_cell);
	return axis;
}

struct gantt_axis
gantt_zoom(struct gantt_axis axis, bool out)
{
	int64_t middle = axis.from + axis.per_cell * (axis.width / 2);
	size_t n = ARRAY_SIZE(steps), i = 0;

	while (i < n && steps[i] < axis.per_cell)
		i++;
	if (out)
		axis.per_cell = i + 1 < n ? steps[i + 1] : axis.per_cell;
	else if (i > 0)
		axis.per_cell = steps[i - 1];
	axis.from = floor_to(middle - axis.per_cell * (axis.width / 2),
			     axis.per_cell);
	return axis;
}

void
gantt_step_text(int64_t per_cell, struct strbuf *out)
{
	if (per_cell < SECOND)
		strbuf_addf(out, "%lldms", (long long)per_cell);
	else if (per_cell < MINUTE)
		strbuf_addf(out, "%llds", (long long)(per_cell / SECOND));
	else if (per_cell < HOUR)
		strbuf_addf(out, "%lldm", (long long)(per_cell / MINUTE));
	else
		strbuf_addf(out, "%lldh", (long long)(per_cell / HOUR));
}

/* The cell of a time, held within -1 and `width`. */
static int
cell_of(const struct gantt_axis *axis, int64_t time)
{
	int64_t at =
		floor_to(time - axis->from, axis->per_cell) / axis->per_cell;

	if (at < -1)
		return -1;
	return at > axis->width ? axis->width : (int)at;
}

void
gantt_cells(const struct gantt_axis *axis, const struct gantt_segment *segments,
	    size_t n, uint8_t *kinds)
{
	int previous = -1;

	memset(kinds, GANTT_NONE, (size_t)(axis->width > 0 ? axis->width : 0));
	for (size_t i = 0; i < n; i++) {
		const struct gantt_segment *s = &segments[i];
		int64_t until = s->end ? s->end : axis->now;
		int first = cell_of(axis, s->start), last;

		/* Clocks jump: an end before its start is a moment. */
		last = until > s->start ? cell_of(axis, until - 1) : first;
		/* The cell in which the one before ends shows the worse,
		 * unless there is room to begin behind it. */
		if (first >= 0 && first == previous && last > first &&
		    kinds[first] != s->kind)
			first++;
		for (int c = first > 0 ? first : 0;
		     c <= last && c < axis->width; c++)
			if (s->kind > kinds[c])
				kinds[c] = (uint8_t)s->kind;
		previous = last >= 0 && last < axis->width ? last : -1;
	}
}

void
gantt_draw_row(struct grid *g, struct rect clip, int x, int y,
	       const struct gantt_axis *axis,
	       const struct gantt_segment *segments, size_t n)
{
	uint8_t *kinds;

	if (axis->width <= 0)
		return;
	kinds = mem_alloc((size_t)axis->width);
	gantt_cells(axis, segments, n, kinds);
	for (int c = 0; c < axis->width; c++) {
		char glyph = gantt_glyph(kinds[c]);

		if (kinds[c] != GANTT_NONE)
			grid_textn(g, clip, x + c, y, gantt_style(kinds[c]),
				   &glyph, 1);
	}
	free(kinds);
}

/* Cells between labels: a round time that leaves them room. */
static int
label_cells(const struct gantt_axis *axis)
{
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++)
		if (steps[i] % axis->per_cell == 0 &&
		    steps[i] / axis->per_cell >= LABEL + LABEL_GAP)
			return (int)(steps[i] / axis->per_cell);
	return LABEL + LABEL_GAP;
}

void
gantt_draw_axis(struct grid *g, struct rect clip, int x, int y,
		const struct gantt_axis *axis, uint8_t style)
{
	int every = label_cells(axis);
	int64_t span = axis->per_cell * every;
	int64_t at = floor_to(axis->from + span - 1, span);
	int now = cell_of(axis, axis->now);
	int end = now >= 0 && now < axis->width ? now : axis->width;

	if (at - axis->from >= axis->per_cell * (LABEL + LABEL_GAP))
		at = axis->from; /* the first label stands at the edge */
	for (; cell_of(axis, at) + LABEL <= end;
	     at = floor_to(at + span, span)) {
		time_t seconds = (time_t)(at / 1000);
		struct tm tm;
		char text[LABEL + 1];

		if (!localtime_r(&seconds, &tm) ||
		    strftime(text, sizeof(text), "%H:%M:%S", &tm) == 0)
			return;
		grid_text(g, clip, x + cell_of(axis, at), y, style, text);
	}
	if (now >= 0 && now < axis->width)
		grid_text(g, clip, x + now, y, STYLE_KEY, "|now");
}
