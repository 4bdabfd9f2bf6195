/* What may go to a stream: colours, text made harmless, JSON.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "output.h"

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

unsigned
output_text_flags(void)
{
	return output_utf8() ? 0 : TEXT_ASCII;
}

/* Asked for every cell of every row, so the answer is kept. */
bool
output_is_terminal(int fd)
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

	if (!output_is_terminal(fd))
		return otherwise;
	if (ioctl(fd, TIOCGWINSZ, &size) || size.ws_col < 1)
		return 80;
	return size.ws_col;
}

static void
put(FILE *file, const char *bytes, size_t n, unsigned more)
{
	struct strbuf safe = STRBUF_INIT;

	if (!output_is_terminal(fileno(file))) {
		fwrite(bytes, 1, n, file);
		return;
	}
	text_sanitize(&safe, bytes, n, output_text_flags() | more);
	fwrite(safe.at, 1, safe.n, file);
	strbuf_release(&safe);
}

void
output_bytes(FILE *file, const char *bytes, size_t n)
{
	put(file, bytes, n, TEXT_NEWLINES);
}

void
output_line(FILE *file, const char *bytes, size_t n)
{
	put(file, bytes, n, 0);
	putc('\n', file);
}

void
output_text(FILE *file, const char *text)
{
	output_bytes(file, text, strlen(text));
}

/* Set, and not to "0". */
static bool
is_on(const char *name)
{
	const char *value = getenv(name);

	return value && *value && !str_eq(value, "0");
}

bool
output_colored(const struct call *call, FILE *file)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	if (call->globals.color != COLOR_AUTO)
		return call->globals.color == COLOR_ALWAYS;
	if (no && *no)
		return false;
	if (is_on("FORCE_COLOR") || is_on("CLICOLOR_FORCE"))
		return true;
	return term && *term && !str_eq(term, "dumb") &&
	       output_is_terminal(fileno(file));
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

void
output_json(FILE *file, json_t *value, size_t flags)
{
	json_dumpf(value, file, flags | JSON_ENCODE_ANY);
	json_decref(value);
}

void
output_object(const struct call *call, json_t *object)
{
	output_json(stdout, object,
		    call->globals.format == FORMAT_JSON ? JSON_INDENT(2)
							: JSON_COMPACT);
	putchar('\n');
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
