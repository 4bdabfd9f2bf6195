/* Tables, CSV and JSON from records.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <ctype.h>
#include <stdlib.h>
#include <unistd.h>

#include "../engine/base/text.h"
#include "output.h"
#include "when.h"

void
records_begin(struct records *r, struct call *call,
	      const struct column *columns, size_t ncolumns)
{
	*r = (struct records){
		.call = call, .columns = columns, .ncolumns = ncolumns};
	if (call->globals.format != FORMAT_CSV)
		return;
	for (size_t i = 0; i < ncolumns; i++)
		printf("%s%s", i ? "," : "", columns[i].title);
	putchar('\n');
}

bool
records_json(const struct records *r)
{
	return output_is_json(r->call);
}

void
records_object(struct records *r, json_t *object)
{
	if (r->call->globals.format == FORMAT_JSON)
		fputs(r->n ? ",\n" : "[\n", stdout);
	r->n++;
	output_json(stdout, object, JSON_COMPACT);
	if (r->call->globals.format == FORMAT_JSONL)
		putchar('\n');
}

/* RFC 4180: quoted when it holds a comma, quote or line end. */
static void
print_csv_cell(const char *cell)
{
	if (!cell[strcspn(cell, ",\"\r\n")]) {
		output_text(stdout, cell);
		return;
	}
	putchar('"');
	for (const char *c = cell; *c; c++) {
		size_t n = strcspn(c, "\"");

		output_bytes(stdout, c, n);
		c += n;
		if (!*c)
			break;
		fputs("\"\"", stdout);
	}
	putchar('"');
}

void
records_row(struct records *r, const char *const *cells)
{
	r->n++;
	for (size_t i = 0; i < r->ncolumns; i++) {
		const char *cell = cells[i] ? cells[i] : "";

		if (r->call->globals.format == FORMAT_CSV) {
			if (i)
				putchar(',');
			print_csv_cell(cell);
			continue;
		}
		if (r->ncells == r->cap) {
			r->cap = r->cap ? r->cap * 2 : 64;
			r->cells = mem_realloc(r->cells,
					       r->cap * sizeof(*r->cells));
		}
		r->cells[r->ncells++] = arena_strdup(&r->texts, cell);
	}
	if (r->call->globals.format == FORMAT_CSV)
		putchar('\n');
}

const char *
records_time(const struct records *r, int64_t wall_ms, char text[CLOCK_TEXT])
{
	if (r->call->globals.format != FORMAT_CSV)
		return when_ago(wall_ms, text);
	text[0] = '\0';
	return wall_ms ? clock_format(wall_ms, text) : text;
}

const char *
records_length(const struct records *r, int64_t ms, char text[CLOCK_TEXT])
{
	if (r->call->globals.format != FORMAT_CSV)
		return when_duration(ms, text);
	snprintf(text, CLOCK_TEXT, "%lld.%03lld", (long long)ms / 1000,
		 (long long)ms % 1000);
	return text;
}

/* Widths by content; the flexible columns give way to a narrow terminal. */
static void
table_widths(const struct records *r, int *widths)
{
	int room = output_width(STDOUT_FILENO, 0), sum = 0;

	for (size_t i = 0; i < r->ncolumns; i++)
		widths[i] = (int)strlen(r->columns[i].title);
	for (size_t i = 0; i < r->ncells; i++) {
		int width = text_width_str(r->cells[i]);

		if (width > widths[i % r->ncolumns])
			widths[i % r->ncolumns] = width;
	}
	for (size_t i = 0; i < r->ncolumns; i++)
		sum += widths[i] + 2;
	for (size_t i = r->ncolumns; room && i-- > 0 && sum > room + 2;) {
		int give = sum - room - 2;

		if (!(r->columns[i].flags & COLUMN_FLEX))
			continue;
		if (give > widths[i] - 8)
			give = widths[i] > 8 ? widths[i] - 8 : 0;
		widths[i] -= give;
		sum -= give;
	}
}

/* One line of a table, without blanks at its end. */
static void
print_line(const struct records *r, const int *widths, const char *const *cells)
{
	bool colored = output_colored(r->call, stdout);
	struct strbuf line = STRBUF_INIT;
	size_t last = r->ncolumns - 1;

	for (size_t i = 0; i < r->ncolumns; i++) {
		const struct column *column = &r->columns[i];
		const char *color =
			column->flags & COLUMN_STATE
				? output_state_color(colored, cells[i])
				: "";
		int pad = widths[i] - text_width_str(cells[i]);

		if (pad > 0 && column->flags & COLUMN_RIGHT)
			strbuf_addf(&line, "%*s", pad, "");
		strbuf_adds(&line, color);
		if (output_is_terminal(STDOUT_FILENO))
			text_clip_str(&line, cells[i], widths[i],
				      output_text_flags() | TEXT_DOTS);
		else
			strbuf_adds(&line, cells[i]);
		if (*color)
			strbuf_adds(&line, output_plain(colored));
		if (pad > 0 && !(column->flags & COLUMN_RIGHT) && i < last)
			strbuf_addf(&line, "%*s", pad, "");
		if (i < last)
			strbuf_adds(&line, "  ");
	}
	while (line.n && line.at[line.n - 1] == ' ')
		line.n--;
	fwrite(line.at, 1, line.n, stdout);
	putchar('\n');
	strbuf_release(&line);
}

static void
print_table(struct records *r)
{
	int *widths = mem_alloc(r->ncolumns * sizeof(*widths));
	char **titles = mem_alloc(r->ncolumns * sizeof(*titles));

	table_widths(r, widths);
	for (size_t i = 0; i < r->ncolumns; i++) {
		titles[i] = mem_strdup(r->columns[i].title);
		for (char *c = titles[i]; *c; c++)
			*c = (char)toupper((unsigned char)*c);
	}
	if (r->n && !r->titled)
		print_line(r, widths, (const char *const *)titles);
	r->titled = r->n > 0;
	for (size_t i = 0; i < r->ncells; i += r->ncolumns)
		print_line(r, widths, r->cells + i);
	for (size_t i = 0; i < r->ncolumns; i++)
		free(titles[i]);
	free(titles);
	free(widths);
}

void
records_flush(struct records *r)
{
	if (r->call->globals.format == FORMAT_TABLE)
		print_table(r);
	arena_release(&r->texts);
	r->ncells = 0;
	fflush(stdout);
}

void
records_end(struct records *r)
{
	if (r->call->globals.format == FORMAT_JSON)
		fputs(r->n ? "\n]\n" : "[]\n", stdout);
	else if (r->call->globals.format == FORMAT_TABLE)
		print_table(r);
	arena_release(&r->texts);
	free(r->cells);
	*r = (struct records){0};
}
