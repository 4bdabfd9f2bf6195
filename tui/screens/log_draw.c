/* Lines of a log on the grid: numbers, times, matches, colours, selection.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "run_view.h"

enum {
	TIME_WIDTH = 9
};

/* Colours that a log asks for stand in it as words by now: the words go, the
 * five colours of ours come. */
static uint8_t
style_of_sgr(const char *codes, uint8_t style)
{
	static const struct {
		int code;
		uint8_t style;
	} known[] = {
		{0,  STYLE_NORMAL  },
                {1,  STYLE_TITLE   },
                {31, STYLE_BAD     },
		{32, STYLE_GOOD    },
                {33, STYLE_NOTICE  },
                {35, STYLE_UNDONE  },
		{36, STYLE_SLEEPING},
                {39, STYLE_NORMAL  },
                {91, STYLE_BAD     },
		{92, STYLE_GOOD    },
                {93, STYLE_NOTICE  },
                {95, STYLE_UNDONE  },
		{96, STYLE_SLEEPING},
	};

	if (*codes == 'm')
		return STYLE_NORMAL;
	while (*codes != 'm') {
		int code = (int)strtol(codes, NULL, 10);

		for (size_t i = 0; i < ARRAY_SIZE(known); i++)
			if (known[i].code == code)
				style = known[i].style;
		codes += strspn(codes, "0123456789");
		codes += *codes == ';';
	}
	return style;
}

static void
draw_colored(struct grid *g, struct rect row, int x, const char *text)
{
	static const char escape[] = "<ESC>[";
	uint8_t style = STYLE_NORMAL;

	while (*text) {
		const char *at = strstr(text, escape), *codes;
		size_t n = at ? (size_t)(at - text) : strlen(text);

		x = grid_textn(g, row, x, 0, style, text, n);
		text += n;
		if (!at)
			break;
		codes = text + strlen(escape);
		if (codes[strspn(codes, "0123456789;")] == 'm') {
			style = style_of_sgr(codes, style);
			text = codes + strcspn(codes, "m") + 1;
		} else {
			x = grid_textn(g, row, x, 0, style, text, 1);
			text++;
		}
	}
}

static void
mark_matches(const struct run_log *log, struct grid *g, struct rect row,
	     const char *line)
{
	const char *text = log->find.text.at;

	for (const char *at = log->find.text.n ? strcasestr(line, text) : NULL;
	     at; at = strcasestr(at + 1, text)) {
		int x = text_width(line, (size_t)(at - line), 0);

		grid_mark(g, row,
			  (struct rect){x - log->left, 0, text_width_str(text),
					1},
			  STYLE_MATCH, 0);
	}
}

/* When the line came: on the clock, or since the try began. */
static int
draw_time(const struct run_view *rv, struct grid *g, struct rect row, size_t i)
{
	const struct wf_attempt_info *a = log_attempt(rv);
	int64_t seen = logfile_seen(rv->log.file, log_line(&rv->log, i));
	char text[SPAN_TEXT];

	if (rv->log.times == LOG_TIMES_OFF)
		return 0;
	if (seen && rv->log.times == LOG_TIMES_CLOCK)
		grid_text(g, row, 0, 0, STYLE_FAINT, clock_text(seen, text));
	else if (seen && a)
		grid_textf(g, row, 0, 0, STYLE_FAINT, "+%s",
			   span_text(seen - a->started, text));
	return TIME_WIDTH;
}

static bool
is_selected(const struct run_log *log, size_t i)
{
	size_t from, to;

	if (log->mark == SIZE_MAX)
		return false;
	log_selection(log, &from, &to);
	return i >= from && i <= to;
}

static void
draw_margin(const struct run_view *rv, struct grid *g, struct rect *row,
	    size_t i, int number)
{
	const struct run_log *log = &rv->log;
	int width;

	grid_textf(g, *row, 0, 0, i == log->found ? STYLE_TITLE : STYLE_FAINT,
		   "%c%*zu ", i == log->found ? '>' : ' ', number,
		   log_line(log, i) + 1);
	row->x += number + 2;
	row->w -= number + 2;
	width = draw_time(rv, g, *row, i);
	row->x += width;
	row->w -= width;
}

/* Without its number. */
static void
draw_text(const struct run_log *log, struct grid *g, struct rect row,
	  const char *line)
{
	if (log->ansi && !log->raw)
		draw_colored(g, row, -log->left, line);
	else
		grid_text(g, row, -log->left, 0, STYLE_NORMAL, line);
	mark_matches(log, g, row, line);
}

static void
draw_line(struct run_view *rv, struct grid *g, struct rect row, size_t i,
	  int number)
{
	struct run_log *log = &rv->log;
	struct strbuf line = STRBUF_INIT;
	struct rect whole = row;

	log_text(log, i, &line);
	if (number > 0)
		draw_margin(rv, g, &row, i, number);
	draw_text(log, g, row, line.at);
	if (number > 0 && is_selected(log, i))
		grid_mark(g, whole, (struct rect){0, 0, whole.w, 1}, 0,
			  CELL_REVERSE);
	if (number > 0 && log->mark != SIZE_MAX && i == log->cursor) {
		g->cursor_x = whole.x;
		g->cursor_y = whole.y;
	}
	strbuf_release(&line);
}

/* Columns left for the text beside the numbers. */
static int
width_of(const struct run_view *rv, struct rect r, int number)
{
	return r.w - number - 2 -
	       (rv->log.times == LOG_TIMES_OFF ? 0 : TIME_WIDTH);
}

/* Rows that a line takes when long ones wrap. */
static int
rows_of(struct run_view *rv, size_t i, int width)
{
	struct strbuf line = STRBUF_INIT;
	int columns;

	log_text(&rv->log, i, &line);
	columns = text_width_str(line.at);
	strbuf_release(&line);
	return columns > width && width > 0 ? (columns + width - 1) / width : 1;
}

static void
draw_wrapped(struct run_view *rv, struct grid *g, struct rect r, size_t from,
	     int number)
{
	size_t n = log_rows(&rv->log);
	int width = width_of(rv, r, number), y = 0, left = rv->log.left;

	for (size_t i = from; i < n && y < r.h; i++) {
		int rows = rows_of(rv, i, width);

		for (int k = 0; k < rows && y < r.h; k++, y++) {
			rv->log.left = k * width;
			draw_line(rv, g, rect_row(r, y), i, number);
		}
	}
	rv->log.left = left;
}

/* The first row for which the rest fills the pane. */
static size_t
last_top(struct run_view *rv, struct rect r, int number)
{
	size_t n = log_rows(&rv->log);
	int rows = 0;

	if (!rv->log.wrap)
		return n > (size_t)r.h ? n - (size_t)r.h : 0;
	while (n > 0) {
		rows += rows_of(rv, n - 1, width_of(rv, r, number));
		if (rows > r.h)
			break;
		n--;
	}
	return n;
}

void
log_draw_rows(struct run_view *rv, struct grid *g, struct rect r, bool numbers)
{
	size_t n = log_rows(&rv->log), last;
	int number = 0;

	if (r.h <= 0)
		return;
	for (size_t i = logfile_nlines(rv->log.file); numbers && i; i /= 10)
		number++;
	if (numbers && number < 4)
		number = 4;
	last = last_top(rv, r, number);
	if (rv->log.follow || rv->log.top > last)
		rv->log.top = last;
	if (rv->log.wrap && numbers) {
		draw_wrapped(rv, g, r, rv->log.top, number);
		return;
	}
	for (int i = 0; i < r.h && rv->log.top + (size_t)i < n; i++)
		draw_line(rv, g, rect_row(r, i), rv->log.top + (size_t)i,
			  number);
}

void
log_draw_end(struct run_view *rv, struct grid *g, struct rect r)
{
	struct logfile *file = rv->log.file;
	size_t n = logfile_end(file, (size_t)r.h);

	for (size_t i = 0; i < n; i++) {
		struct strbuf line = STRBUF_INIT;

		logfile_end_line(file, i, &line, log_flags(&rv->log));
		draw_text(&rv->log, g, rect_row(r, (int)i), line.at);
		strbuf_release(&line);
	}
}
