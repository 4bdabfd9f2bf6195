/* The real terminal: ncurses.
 *
 * endwin is called from here only, never from a handler: those are in
 * lifeline.c.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "term_curses.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include <wchar.h>

#include "../engine/base/base64.h"
#include "lifeline.h"
#include "theme.h"

enum {
	ESCAPE_DELAY_MS = 25
};

/* --- start -------------------------------------------------------------------
 */

bool
term_is_usable(void)
{
	const char *name = getenv("TERM");

	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && name && *name &&
	       !str_eq(name, "dumb");
}

static SCREEN *
try_entry(struct real_term *t, const char *name, const char *wanted)
{
	SCREEN *screen;

	if (t->screen)
		return t->screen;
	screen = newterm((char *)(uintptr_t)name, t->out, t->in);
	if (screen && !str_eq(name, wanted))
		snprintf(t->term.notice, sizeof(t->term.notice),
			 "no terminal description for \"%.40s\"; using %s",
			 wanted, name);
	return screen;
}

static void
open_screen(struct real_term *t)
{
	static const char *const like_xterm[] = {"xterm-",    "foot", "rio",
						 "alacritty", "st-",  "wezterm",
						 "contour"};
	const char *name = getenv("TERM");

	t->screen = try_entry(t, name, name);
	for (size_t i = 0; i < ARRAY_SIZE(like_xterm); i++)
		if (str_starts(name, like_xterm[i]))
			t->screen = try_entry(t, "xterm-256color", name);
	if (getenv("TMUX") || getenv("STY")) {
		t->screen = try_entry(t, "tmux-256color", name);
		t->screen = try_entry(t, "screen", name);
	}
	t->screen = try_entry(t, "vt100", name);
}

static bool
wants_color(const struct term_options *o)
{
	const char *no_color = getenv("NO_COLOR");

	if (o->color == TERM_COLOR_NEVER)
		return false;
	if (o->color == TERM_COLOR_ALWAYS)
		return has_colors();
	return has_colors() && !(no_color && *no_color);
}

static void
start_colors(const struct term_options *o)
{
	short background = -1;

	if (!wants_color(o) || start_color() == CURSES_ERR)
		return;
	if (use_default_colors() == CURSES_ERR)
		background = COLOR_BLACK;
	for (int s = 0; s < theme_nstyles(); s++) {
		short color = COLORS >= 256 ? styles[s].colour256
					    : styles[s].colour16;

		if (s >= NSTYLES && shown_states[s - NSTYLES].style != s)
			continue; /* no state has it */
		if (s + 1 < COLOR_PAIRS && (color >= 0 || background < 0))
			init_pair((short)(s + 1), color, background);
	}
}

static bool
is_utf8(const struct term_options *o)
{
	const char *name = getenv("TERM");

	return !o->ascii && str_eq(nl_langinfo(CODESET), "UTF-8") &&
	       !(name && str_eq(name, "linux"));
}

static enum wf_code
open_streams(struct real_term *t, bool use_tty, struct wf_err *err)
{
	int fd;

	t->in = stdin;
	t->out = stdout;
	if (!use_tty)
		return WF_OK;
	fd = open("/dev/tty", O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return ERR(err, WF_USAGE, "there is no terminal to draw on");
	t->out = fdopen(fd, "r+");
	t->in = t->out;
	return WF_OK;
}

static const struct term_ops real_ops;

/* Mouse modes that a terminal may have been left in. */
static const char mouse_off[] = "\033[?1006l\033[?1002l\033[?1000l";

static const char paste_off[] = "\033[?2004l";

/* What undoes the screen's doings, without the padding some entries have. */
static void
prepare_lifeline(void)
{
	static const char *const names[] = {"sgr0", "rmkx", "cnorm", "rmcup"};
	struct strbuf restore = STRBUF_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const char *s = tigetstr((char *)(uintptr_t)names[i]);

		while (s && s != (const char *)-1 && *s) {
			size_t n = strcspn(s, "$");

			strbuf_add(&restore, s, n);
			s += n;
			if (*s == '$')
				s += strcspn(s, ">") + (strchr(s, '>') != NULL);
		}
	}
	if (has_key(KEY_MOUSE))
		strbuf_adds(&restore, mouse_off);
	strbuf_adds(&restore, paste_off);
	lifeline_arm(restore.at, restore.n);
	strbuf_release(&restore);
}

static bool
speaks_ansi(void)
{
	const char *cup = tigetstr((char *)(uintptr_t) "cup");

	return cup && cup != (const char *)-1 && str_starts(cup, "\033[");
}

/* Their descriptions have the arrows as they are after a switch of mode,
 * which some terminals do not know, or have lost. */
static void
know_plain_arrows(void)
{
	static const struct {
		const char *bytes;
		int key;
	} keys[] = {
		{"\033[A", KEY_UP   },
                {"\033[B", KEY_DOWN },
		{"\033[C", KEY_RIGHT},
                {"\033[D", KEY_LEFT },
		{"\033[H", KEY_HOME },
                {"\033[F", KEY_END  },
	};

	for (size_t i = 0; speaks_ansi() && i < ARRAY_SIZE(keys); i++)
		define_key(keys[i].bytes, keys[i].key);
}

/* Terminals that speak ANSI say where a paste begins and ends, when asked;
 * those that do not know the mode ignore it. */
static void
mark_pastes(struct real_term *t, bool on)
{
	if (!speaks_ansi())
		return;
	fputs(on ? "\033[?2004h" : paste_off, t->out);
	fflush(t->out);
	define_key("\033[200~", on ? CODE_PASTE_BEGIN : 0);
	define_key("\033[201~", on ? CODE_PASTE_END : 0);
}

static void
set_modes(struct real_term *t)
{
	raw();
	noecho();
	nonl();
	intrflush(stdscr, FALSE);
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	leaveok(stdscr, FALSE);
	if (!getenv("ESCDELAY"))
		set_escdelay(t->escdelay);
	know_plain_arrows();
	mark_pastes(t, true);
}

void
real_come_back(struct real_term *t)
{
	set_modes(t);
	clearok(curscr, TRUE);
	grid_resize(&t->shown, 0, 0);
	if (t->mouse)
		real_mouse(&t->term, true);
}

enum wf_code
term_open(const struct term_options *o, struct term **term_out,
	  struct wf_err *err)
{
	struct real_term *t;
	enum wf_code code;
	const char *cup;

	if (!o->use_tty && !term_is_usable()) {
		code = ERR(err, WF_USAGE,
			   "standard input and output are no terminal that "
			   "can show the dashboard");
		wf_err_hint(err, "use `wfctl ls`, `wfctl show RUN`, or "
				 "--progress plain");
		return code;
	}
	t = mem_alloc(sizeof(*t));
	t->escdelay = o->escdelay ? o->escdelay : ESCAPE_DELAY_MS;
	code = open_streams(t, o->use_tty, err);
	if (code) {
		free(t);
		return code;
	}
	setlocale(LC_CTYPE, "");
	lifeline_save(fileno(t->out));
	/* They would replace the real size, at the latest after a resize. */
	unsetenv("LINES");
	unsetenv("COLUMNS");
	use_env(TRUE);
	use_tioctl(TRUE);
	open_screen(t);
	cup = t->screen ? tigetstr((char *)(uintptr_t) "cup") : NULL;
	if (!cup || cup == (const char *)-1) {
		if (t->screen)
			endwin();
		free(t);
		return ERR(err, WF_USAGE,
			   "this terminal cannot move its cursor");
	}
	set_modes(t);
	start_colors(o);
	t->term.ops = &real_ops;
	t->term.ascii = !is_utf8(o);
	prepare_lifeline();
	*term_out = &t->term;
	return WF_OK;
}

/* --- drawing
 * ------------------------------------------------------------------- */

static void
real_size(const struct term *term, int *w, int *h)
{
	(void)term;
	*w = COLS;
	*h = LINES;
}

static attr_t
attributes(const struct cell *cell)
{
	unsigned attrs = styles[cell->style].attrs;

	/* A reversed row stays readable where a style reverses too. */
	if (cell->attr & CELL_REVERSE)
		attrs |= CELL_REVERSE;
	attrs |= cell->attr & CELL_BOLD;
	return (attrs & CELL_BOLD ? A_BOLD : A_NORMAL) |
	       (attrs & CELL_REVERSE ? A_REVERSE : A_NORMAL);
}

static void
draw_cell(const struct cell *cell, int x, int y)
{
	wchar_t wide[CCHARW_MAX + 1];
	const char *p = cell->glyph, *end = p + strlen(p);
	size_t n = 0;
	short pair = (short)(cell->style + 1);
	cchar_t cc;

	while (p < end && n < CCHARW_MAX) {
		uint32_t cp;
		size_t len = text_decode(p, end, &cp);

		if (len == 0)
			break;
		wide[n++] = (wchar_t)cp;
		p += len;
	}
	wide[n] = L'\0';
	if (pair >= COLOR_PAIRS || !has_colors())
		pair = 0;
	if (setcchar(&cc, wide, attributes(cell), pair, NULL) == OK)
		mvadd_wchnstr(y, x, &cc, 1);
}

static bool
same_cell(const struct cell *a, const struct cell *b)
{
	return a->style == b->style && a->attr == b->attr &&
	       a->width == b->width && str_eq(a->glyph, b->glyph);
}

static void
real_draw(struct term *term, const struct grid *g, bool whole)
{
	struct real_term *t = (struct real_term *)term;

	whole |= t->shown.w != g->w || t->shown.h != g->h;
	if (whole) {
		grid_resize(&t->shown, g->w, g->h);
		erase();
		clearok(curscr, TRUE);
	}
	for (int y = 0; y < g->h && y < LINES; y++) {
		for (int x = 0; x < g->w && x < COLS; x++) {
			const struct cell *cell = grid_at(g, x, y);
			struct cell *old = grid_at(&t->shown, x, y);

			if (!whole && same_cell(cell, old))
				continue;
			*old = *cell;
			if (cell->width > 0)
				draw_cell(cell, x, y);
		}
	}
	if (g->cursor_x >= 0 && g->cursor_y >= 0)
		move(g->cursor_y, g->cursor_x);
	else if (g->h > 0)
		move(g->h - 1, 0);
	refresh();
}

/* The bytes are letters and digits only, whatever the text holds. */
static void
real_copy(struct term *term, const char *text, size_t n)
{
	struct real_term *t = (struct real_term *)term;
	struct strbuf coded = STRBUF_INIT;

	base64_encode(&coded, text, n);
	fprintf(t->out, "\033]52;c;%s\a", coded.at);
	fflush(t->out);
	strbuf_release(&coded);
}

static void
real_ring(struct term *term)
{
	(void)term;
	beep();
}

/* --- leaving
 * ------------------------------------------------------------------- */

static void
real_suspend(struct term *term)
{
	struct real_term *t = (struct real_term *)term;

	if (t->mouse)
		mousemask(0, NULL);
	mark_pastes(t, false);
	endwin();
	lifeline_stop();
	real_come_back(t);
	refresh();
}

static int
real_run(struct term *term, const char *const *argv)
{
	struct real_term *t = (struct real_term *)term;
	int status = -1;
	pid_t pid;

	if (t->mouse)
		mousemask(0, NULL);
	mark_pastes(t, false);
	endwin();
	lifeline_pause(true);
	pid = fork();
	if (pid == 0) {
		lifeline_release();
		unsetenv("LINES"); /* ncurses puts them there */
		unsetenv("COLUMNS");
		execvp(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	lifeline_pause(false);
	real_come_back(t);
	refresh();
	return status;
}

static void
real_close(struct term *term)
{
	struct real_term *t = (struct real_term *)term;

	if (t->mouse)
		real_mouse(term, false);
	if (!t->gone) {
		mark_pastes(t, false);
		endwin();
	}
	lifeline_release();
	delscreen(t->screen);
	if (t->out != stdout)
		fclose(t->out);
	grid_release(&t->shown);
	free(t);
}

static const struct term_ops real_ops = {
	.fd = real_fd,
	.key = real_key,
	.size = real_size,
	.draw = real_draw,
	.suspend = real_suspend,
	.run = real_run,
	.mouse = real_mouse,
	.copy = real_copy,
	.ring = real_ring,
	.close = real_close,
};

void
term_close(struct term *t)
{
	if (t)
		t->ops->close(t);
}
