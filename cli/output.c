/* Tables, CSV and JSON from records, colours, and errors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "output.h"

#include <ctype.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "../engine/base/clock.h"
#include "../engine/base/text.h"

/* The locale is read when somebody asks: `wfctl version` need not. */
bool
output_utf8(void)
{
	static bool known, utf8;

	if (!known) {
		setlocale(LC_CTYPE, "");
		utf8 = str_eq(nl_langinfo(CODESET), "UTF-8");
		known = true;
	}
	return utf8;
}

static unsigned
text_flags(void)
{
	return output_utf8() ? 0 : TEXT_ASCII;
}

/* Asked for every cell of every row, so the answer is kept. */
static bool
is_terminal(int fd)
{
	static signed char known[3]; /* 0: not asked yet */

	if (fd < 0 || fd > 2)
		return isatty(fd);
	if (!known[fd])
		known[fd] = isatty(fd) ? 1 : -1;
	return known[fd] > 0;
}

int
output_width(int fd, int otherwise)
{
	struct winsize size;

	if (!is_terminal(fd))
		return otherwise;
	if (ioctl(fd, TIOCGWINSZ, &size) || size.ws_col < 1)
		return 80;
	return size.ws_col;
}

void
output_bytes(FILE *file, const char *bytes, size_t n)
{
	struct strbuf safe = STRBUF_INIT;

	if (!is_terminal(fileno(file))) {
		fwrite(bytes, 1, n, file);
		return;
	}
	text_sanitize(&safe, bytes, n, text_flags() | TEXT_NEWLINES);
	fwrite(safe.at, 1, safe.n, file);
	strbuf_release(&safe);
}

void
output_text(FILE *file, const char *text)
{
	output_bytes(file, text, strlen(text));
}

bool
output_colored(const struct call *call, FILE *file)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
	const char *force = getenv("FORCE_COLOR");

	if (call->globals.color != COLOR_AUTO)
		return call->globals.color == COLOR_ALWAYS;
	if (no && *no)
		return false;
	if (force && *force && !str_eq(force, "0"))
		return true;
	return term && *term && !str_eq(term, "dumb") &&
	       is_terminal(fileno(file));
}

/* Only plain terminal colours, and never colour alone: the word says it. */
const char *
output_state_color(bool colored, const char *state)
{
	static const char *const by_class[] = {
		[CLASS_IDLE] = "",          [CLASS_ACTIVE] = "\033[36m",
		[CLASS_GOOD] = "\033[32m",  [CLASS_NEUTRAL] = "\033[33m",
		[CLASS_BAD] = "\033[1;31m", [CLASS_UNDO] = "\033[35m"};
	enum step_state step;
	enum run_state run;

	if (!colored)
		return "";
	if (str_eq(state, "interrupted"))
		return by_class[CLASS_BAD];
	if (step_state_from_name(state, &step))
		return by_class[step_states[step].class];
	if (run_state_from_name(state, &run))
		return by_class[run_states[run].class];
	return "";
}

const char *
output_plain(bool colored)
{
	return colored ? "\033[0m" : "";
}

bool
output_is_json(const struct call *call)
{
	return call->globals.format == FORMAT_JSON ||
	       call->globals.format == FORMAT_JSONL;
}

static void
print_json(FILE *file, json_t *value, size_t flags)
{
	json_dumpf(value, file, flags | JSON_ENCODE_ANY);
	json_decref(value);
}

void
output_object(const struct call *call, json_t *object)
{
	print_json(stdout, object,
		   call->globals.format == FORMAT_JSON ? JSON_INDENT(2)
						       : JSON_COMPACT);
	putchar('\n');
}

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
	print_json(stdout, object, JSON_COMPACT);
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
			r->cells =
				mem_realloc(r->cells, r->cap * sizeof(char *));
		}
		r->cells[r->ncells++] = mem_strdup(cell);
	}
	if (r->call->globals.format == FORMAT_CSV)
		putchar('\n');
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
print_line(const struct records *r, const int *widths, char *const *cells)
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
		if (is_terminal(STDOUT_FILENO))
			text_clip_str(&line, cells[i], widths[i],
				      text_flags() | TEXT_DOTS);
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
		print_line(r, widths, titles);
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
	for (size_t i = 0; i < r->ncells; i++)
		free(r->cells[i]);
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
	for (size_t i = 0; i < r->ncells; i++)
		free(r->cells[i]);
	free(r->cells);
	*r = (struct records){0};
}

json_t *
finding_json(const struct wf_diag *finding)
{
	json_t *o = json_object();

	json_object_set_new(o, "severity",
			    json_text(finding->severity == WF_SEV_ERROR
					      ? "error"
					      : "warning"));
	json_object_set_new(o, "rule", json_text(finding->rule));
	json_object_set_new(o, "file", json_text(finding->file));
	json_object_set_new(o, "line", json_integer(finding->line));
	json_object_set_new(o, "column", json_integer(finding->column));
	json_object_set_new(o, "message", json_text(finding->message));
	json_object_set_new(o, "hint", json_text(finding->hint));
	return o;
}

static void
place(struct strbuf *out, const char *file, int line, int column)
{
	if (!file || !*file)
		file = "wfctl";
	strbuf_adds(out, str_eq(file, "-") ? "standard input" : file);
	if (line > 0)
		strbuf_addf(out, ":%d", line);
	if (line > 0 && column > 0)
		strbuf_addf(out, ":%d", column);
	strbuf_adds(out, ": ");
}

void
output_finding(FILE *file, const struct wf_diag *finding)
{
	struct strbuf line = STRBUF_INIT;

	place(&line, finding->file, finding->line, finding->column);
	if (finding->severity == WF_SEV_WARNING)
		strbuf_adds(&line, "warning: ");
	strbuf_adds(&line, finding->message);
	if (finding->hint && *finding->hint)
		strbuf_addf(&line, "; %s", finding->hint);
	if (finding->rule)
		strbuf_addf(&line, " [%s]", finding->rule);
	strbuf_addc(&line, '\n');
	output_bytes(file, line.at, line.n);
	strbuf_release(&line);
}

static json_t *
error_json(const struct wf_err *err, const struct wf_diags *findings)
{
	json_t *o = json_object(), *list;

	json_object_set_new(o, "code", json_text(wf_code_name(err->code)));
	json_object_set_new(o, "message", json_text(err->message));
	json_object_set_new(o, "file",
			    json_text(*err->file ? err->file : NULL));
	json_object_set_new(o, "line",
			    err->line ? json_integer(err->line) : json_null());
	json_object_set_new(o, "column",
			    err->column ? json_integer(err->column)
					: json_null());
	json_object_set_new(o, "hint",
			    json_text(*err->hint ? err->hint : NULL));
	if (findings && findings->n) {
		list = json_array();
		for (size_t i = 0; i < findings->n; i++)
			json_array_append_new(list,
					      finding_json(&findings->at[i]));
		json_object_set_new(o, "findings", list);
	}
	return json_pack("{s:o}", "error", o);
}

void
output_error(const struct globals *globals, const struct wf_err *err,
	     const struct wf_diags *findings)
{
	struct strbuf line = STRBUF_INIT;

	fflush(stdout);
	if (globals->format == FORMAT_JSON || globals->format == FORMAT_JSONL) {
		print_json(stderr, error_json(err, findings), JSON_COMPACT);
		fputc('\n', stderr);
		return;
	}
	if (findings && findings->n) {
		for (size_t i = 0; i < findings->n; i++)
			output_finding(stderr, &findings->at[i]);
		return;
	}
	place(&line, err->file, err->line, err->column);
	strbuf_adds(&line, err->message);
	if (*err->hint)
		strbuf_addf(&line, "; %s", err->hint);
	strbuf_addc(&line, '\n');
	output_bytes(stderr, line.at, line.n);
	if (globals->verbose && err->source)
		fprintf(stderr, "  (%s:%d)\n", err->source, err->source_line);
	strbuf_release(&line);
}

json_t *
json_text(const char *text)
{
	struct strbuf valid = STRBUF_INIT;
	const char *p = text, *end;
	json_t *value;

	if (!text)
		return json_null();
	value = json_string(text);
	if (value)
		return value;
	end = text + strlen(text);
	while (p < end) {
		uint32_t cp;
		size_t n = text_decode(p, end, &cp);

		if (n)
			strbuf_add(&valid, p, n);
		else
			strbuf_adds(&valid, "\xef\xbf\xbd");
		p += n ? n : 1;
	}
	value = json_stringn(valid.at, valid.n);
	strbuf_release(&valid);
	return value;
}

json_t *
json_value(const char *text)
{
	json_t *value = NULL;

	if (text)
		value = json_loads(text, JSON_DECODE_ANY | JSON_ALLOW_NUL,
				   NULL);
	return value ? value : json_object();
}

json_t *
json_time(int64_t wall_ms)
{
	char text[CLOCK_TEXT];

	return wall_ms ? json_string(clock_format(wall_ms, text)) : json_null();
}
