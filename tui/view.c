/* The stack of views: keys in, grid out, messages between.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "../engine/base/clock.h"
#include "../engine/base/fs.h"
#include "screen.h"
#include "term.h"
#include "theme.h"
#include "view.h"

enum {
	GUARD_MS = 150,
	WHEEL_ROWS = 3,
	MESSAGES_MAX = 500,
	MESSAGE_MS = 8000,
	AT_ONCE = 1000
};

void
views_init(struct views *vs, struct wf_engine *engine)
{
	*vs = (struct views){
		.engine = engine, .dirty = true, .at_once = AT_ONCE};
	config_init(&vs->config);
}

static void
free_view(struct view *v)
{
	views_disown(v->views, v);
	views_commands_disown(v->views, v);
	if (v->ops->close)
		v->ops->close(v);
	free(v->state);
	free(v);
}

void
views_release(struct views *vs)
{
	while (vs->stack.n)
		free_view(vec_pop(&vs->stack));
	vec_release(&vs->stack);
	views_forget_requests(vs);
	views_commands_release(vs);
	vec_each (&vs->messages, struct message, m)
		free(m->text);
	vec_release(&vs->messages);
	free(vs->picked);
	free(vs->watched);
	free(vs->copied);
	vs->picked = vs->watched = vs->copied = NULL;
	recall_release(&vs->searches);
	config_release(&vs->config);
}

struct view *
views_top(struct views *vs)
{
	return vs->stack.n ? vec_last(&vs->stack) : NULL;
}

struct view *
views_below(struct views *vs)
{
	return vs->stack.n > 1 ? vs->stack.at[vs->stack.n - 2] : NULL;
}

enum wf_code
views_open(struct views *vs, const char *name, const char *arg,
	   struct wf_err *err)
{
	const struct view_ops *ops = screen_ops(name);
	struct view *v;
	enum wf_code code;

	if (!ops)
		return ERR(err, WF_USAGE, "there is no screen \"%s\"", name);
	v = mem_alloc(sizeof(*v));
	*v = (struct view){ops, screen_name(name), vs, mem_alloc(ops->size)};
	/* On the stack first: opening may look at the view below. */
	vec_push(&vs->stack, v);
	code = ops->open(v, arg, err);
	vs->dirty = true;
	if (code) {
		(void)vec_pop(&vs->stack);
		free_view(v);
		return code;
	}
	if (ops->guarded)
		vs->deaf_until = clock_boot() + GUARD_MS;
	return WF_OK;
}

void
views_ask(struct views *vs, const char *name, const char *arg)
{
	struct wf_err err = {0};

	if (views_open(vs, name, arg, &err))
		views_report(vs, &err);
}

void
views_close(struct views *vs)
{
	if (vs->stack.n)
		free_view(vec_pop(&vs->stack));
	vs->dirty = true;
	if (vs->stack.n == 0)
		vs->quit = true;
	else if (views_top(vs)->ops->refresh)
		views_top(vs)->ops->refresh(views_top(vs));
}

void
views_watch(struct views *vs, const char *run)
{
	char *watched = run ? mem_strdup(run) : NULL;

	free(vs->watched);
	vs->watched = watched;
}

/* The lowest view that shows through the dialogs above it. */
static size_t
first_visible(const struct views *vs)
{
	size_t i = vs->stack.n;

	while (i > 1 && vs->stack.at[i - 1]->ops->overlay)
		i--;
	return i ? i - 1 : 0;
}

void
views_refresh(struct views *vs)
{
	if (vs->frozen)
		return;
	vs->at_leisure = true;
	for (size_t i = first_visible(vs); i < vs->stack.n; i++)
		if (vs->stack.at[i]->ops->refresh)
			vs->stack.at[i]->ops->refresh(vs->stack.at[i]);
	vs->at_leisure = false;
	vs->dirty = true;
}

void
views_draw(struct views *vs, struct grid *g)
{
	g->ascii = vs->ascii;
	vs->behind = false;
	grid_clear(g);
	for (size_t i = first_visible(vs); i < vs->stack.n; i++) {
		struct view *v = vs->stack.at[i];
		struct layout l = layout_of(g->w, g->h, ZOOM_FULL);

		if (!v->ops->overlay) {
			v->ops->draw(v, g, rect_of(g));
			continue;
		}
		v->ops->draw(v, g, l.main.h > 0 ? l.main : rect_of(g));
		grid_fill(g, l.hints, (struct rect){0, 0, l.hints.w, 1},
			  STYLE_NORMAL, ' ');
		views_draw_hints(vs, v, g, l.hints);
	}
	vs->dirty = false;
}

bool
views_load(struct views *vs)
{
	bool more = false;

	for (size_t i = first_visible(vs); i < vs->stack.n; i++)
		if (vs->stack.at[i]->ops->load)
			more |= vs->stack.at[i]->ops->load(vs->stack.at[i]);
	vs->behind = more;
	vs->dirty = true;
	return more;
}

int64_t
views_due(struct views *vs)
{
	int64_t due = vs->said ? vs->said + MESSAGE_MS : 0;

	if (due && due < clock_wall())
		due = vs->said = 0;
	for (size_t i = first_visible(vs); i < vs->stack.n; i++) {
		struct view *v = vs->stack.at[i];
		int64_t next = v->ops->due ? v->ops->due(v) : 0;

		if (next && !vs->frozen && (!due || next < due))
			due = next;
	}
	return due;
}

/* --- keys
 * ---------------------------------------------------------------------- */

static void
contexts_of(const struct view *v, enum context *out)
{
	out[0] = CONTEXT_ANY;
	out[1] = CONTEXT_NONE;
	if (v->ops->contexts)
		v->ops->contexts(v, out);
}

void
view_all_text(const struct view *v, enum context *out)
{
	(void)v;
	out[0] = CONTEXT_NONE;
}

bool
views_in_text(struct views *vs)
{
	struct view *v = views_top(vs);
	enum context contexts[CONTEXTS_MAX];

	if (!v)
		return false;
	contexts_of(v, contexts);
	return contexts[0] == CONTEXT_NONE; /* every key is text */
}

/* Nobody can tell whether a terminal took it: there is a file in any case,
 * and its name is said. */
static void
copy(struct views *vs)
{
	struct view *v = views_top(vs);
	struct strbuf text = STRBUF_INIT;
	struct wf_err err = {0};
	bool clipboard = vs->config.value[SETTING_CLIPBOARD];
	char *path;

	if (!v->ops->copy || !v->ops->copy(v, &text)) {
		views_complain(vs, "there is nothing to copy here");
		strbuf_release(&text);
		return;
	}
	path = fs_join(wf_engine_dir(vs->engine), "copied");
	if (clipboard) {
		free(vs->copied);
		vs->copied = mem_strdup(text.at);
	}
	strbuf_addc(&text, '\n');
	if (fs_write(path, text.at, text.n, 0600, &err))
		views_report(vs, &err);
	else
		views_say(vs, "copied to %s%s: %.*s",
			  clipboard ? "the clipboard and " : "", path,
			  (int)strcspn(text.at, "\n"), text.at);
	free(path);
	strbuf_release(&text);
}

void
views_mouse(struct views *vs, uint32_t key, int x, int y)
{
	struct view *v = views_top(vs);
	bool wheel = key != TERM_CLICK;

	if (!v || clock_boot() < vs->deaf_until)
		return;
	vs->dirty = true;
	for (int i = 0; wheel && i < WHEEL_ROWS; i++)
		views_act(vs, key == TERM_WHEEL_UP ? ACTION_UP : ACTION_DOWN);
	if (!wheel && v->ops->click)
		(void)v->ops->click(v, x, y);
}

static void
turn_mouse(struct views *vs)
{
	vs->mouse = !vs->mouse;
	views_say(vs, vs->mouse ? "the mouse is taken; M gives it back to the "
				  "terminal"
				: "the mouse is the terminal's again");
}

/* What no screen does itself; false: nothing does it here. */
static bool
common_action(struct views *vs, enum action action)
{
	if (action == ACTION_HELP)
		views_ask(vs, "help", NULL);
	else if (action == ACTION_MESSAGES)
		views_ask(vs, "messages", NULL);
	else if (action == ACTION_PALETTE)
		views_ask(vs, "palette", NULL);
	else if (action == ACTION_QUIT)
		views_close(vs);
	else if (action == ACTION_INTERRUPT)
		views_ask(vs, "leave", NULL);
	else if (action == ACTION_CANCEL && views_top(vs)->ops->overlay)
		views_close(vs);
	else if (action == ACTION_REPAINT)
		vs->repaint = true;
	else if (action == ACTION_SUSPEND)
		vs->stop = true;
	else if (action == ACTION_ZOOM)
		vs->zoom = (vs->zoom + 1) % NZOOMS;
	else if (action == ACTION_COPY)
		copy(vs);
	else if (action == ACTION_MOUSE)
		turn_mouse(vs);
	else if (action == ACTION_FREEZE)
		vs->frozen = !vs->frozen;
	else if (action == ACTION_WITHDRAW)
		views_withdraw(vs);
	else
		return false;
	return true;
}

/* Where there is nothing to move to or to close, nobody asks why. */
static bool
needs_no_word(enum action action)
{
	return action <= ACTION_PAGE_UP || action == ACTION_CANCEL;
}

void
views_act(struct views *vs, enum action action)
{
	struct view *v = views_top(vs);
	const char *refusal;

	if (!v || action == ACTION_NONE)
		return;
	vs->dirty = true;
	refusal = v->ops->refusal ? v->ops->refusal(v, action) : NULL;
	if (refusal) {
		views_complain(vs, "%s: %s", actions[action].name, refusal);
		return;
	}
	if ((v->ops->act && v->ops->act(v, action)) ||
	    common_action(vs, action) || needs_no_word(action))
		return;
	views_complain(vs, "%s does nothing here", actions[action].name);
}

void
views_key(struct views *vs, uint32_t key)
{
	struct view *v = views_top(vs);
	enum context contexts[CONTEXTS_MAX];

	if (!v)
		return;
	if (key != KEY_ESC && clock_boot() < vs->deaf_until)
		return;
	vs->dirty = true;
	if (v->ops->key && v->ops->key(v, key))
		return;
	contexts_of(v, contexts);
	views_act(vs, keymap_find(&vs->config.keymap, contexts, key));
}

/* --- messages
 * ------------------------------------------------------------------ */

static void
add_message(struct views *vs, bool bad, char *text)
{
	/* What goes on failing is said once, with the time of the last. */
	if (vs->messages.n && str_eq(vec_last(&vs->messages).text, text)) {
		vs->said = vec_last(&vs->messages).time = clock_wall();
		free(text);
		return;
	}
	if (vs->messages.n == MESSAGES_MAX) {
		free(vs->messages.at[0].text);
		memmove(vs->messages.at, vs->messages.at + 1,
			--vs->messages.n * sizeof(*vs->messages.at));
	}
	vs->said = clock_wall();
	vs->unseen++;
	vs->dirty = true;
	vec_push(&vs->messages, (struct message){vs->said, bad, text});
}

void
views_say(struct views *vs, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_message(vs, false, mem_vprintf(fmt, ap));
	va_end(ap);
}

void
views_complain(struct views *vs, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_message(vs, true, mem_vprintf(fmt, ap));
	va_end(ap);
}

void
views_report(struct views *vs, const struct wf_err *err)
{
	views_complain(vs, "%s%s%s", err->message, err->hint[0] ? "; " : "",
		       err->hint);
}

static void
draw_unseen(const struct views *vs, struct grid *g, struct rect r)
{
	char *text = mem_printf(vs->unseen == 1 ? "1 new message (! shows)"
						: "%zu new messages (! shows)",
				vs->unseen);

	grid_words(g, r, 1, 0, r.w - 1, STYLE_FAINT, text);
	free(text);
}

void
views_draw_message(struct views *vs, struct grid *g, struct rect r)
{
	const struct message *m;

	if (vs->messages.n == 0 || r.h < 1)
		return;
	m = &vec_last(&vs->messages);
	if (vs->said && clock_wall() < vs->said + MESSAGE_MS)
		grid_words(g, r, 1, 0, r.w - 1,
			   m->bad ? STYLE_ERROR : STYLE_NOTICE, m->text);
	else if (vs->unseen)
		draw_unseen(vs, g, r);
}

/* Hints are separated by two spaces; whole ones drop from the right. */
static void
draw_keys(struct grid *g, struct rect r, const char *keys)
{
	size_t n = strlen(keys);

	while (n > 0 && (int)n > r.w - 1) {
		while (n > 0 && !(keys[n - 1] == ' ' && keys[n] == ' '))
			n--;
		n -= n > 0;
	}
	grid_textn(g, r, 1, 0, STYLE_NORMAL, keys, n);
}

void
views_draw_hints(struct views *vs, const struct view *v, struct grid *g,
		 struct rect r)
{
	enum context contexts[CONTEXTS_MAX];
	enum action list[HINTS_MAX];
	struct strbuf text = STRBUF_INIT;
	size_t n = v->ops->hints ? v->ops->hints(v, list) : 0;

	contexts_of(v, contexts);
	keymap_hints(&vs->config.keymap, contexts, list, n, r.w - 1, &text);
	if (v->ops->keys)
		draw_keys(g, r, v->ops->keys);
	else
		grid_text(g, r, 1, 0, STYLE_NORMAL, text.at);
	strbuf_release(&text);
}
