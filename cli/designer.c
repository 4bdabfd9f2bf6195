/* Opening the designer; the way down into tui/.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "designer.h"

#include "../tui/dashboard.h"
#include "console.h"
#include "output.h"
#include "starter.h"

bool
designer_is_possible(void)
{
	return dashboard_is_possible();
}

static const char *
flow_text(const char *text)
{
	while (str_starts(text, "#! ") || str_starts(text, "#? "))
		text += strcspn(text, "\n") + 1;
	return text;
}

static void
offer(struct call *call, const struct starter *s, struct template_flow *out)
{
	struct template_question *asks;
	struct question q;
	size_t n = 0;

	while (starter_question(s, &call->arena, n, &q))
		n++;
	asks = arena_alloc(&call->arena, (n + 1) * sizeof(*asks));
	for (size_t i = 0; i < n; i++) {
		starter_question(s, &call->arena, i, &q);
		asks[i] = (struct template_question){q.name, q.path, q.step,
						     q.text};
	}
	*out = (struct template_flow){s->name, starter_about(s, &call->arena),
				      flow_text(s->text), asks, n};
}

static void
offer_all(struct call *call, struct dashboard_options *o)
{
	struct template_flow *all =
		arena_alloc(&call->arena, (nstarters + 1) * sizeof(*all));

	for (size_t i = 0; i < nstarters; i++)
		offer(call, &starters[i], &all[i]);
	o->templates = all;
	o->ntemplates = nstarters;
}

enum wf_code
designer_show(struct call *call, struct dashboard_options *o,
	      struct wf_err *err)
{
	struct console *console = console_open(call);
	enum wf_code code;

	offer_all(call, o);
	o->commands = console_commands(console);
	code = dashboard_run(call->engine, o, err);
	console_close(console);
	return code;
}

enum wf_code
designer_run(struct call *call, const char *path, bool begin,
	     struct wf_err *err)
{
	struct dashboard_options o = {
		.edit = path,
		.begin = begin,
		.color = (enum dashboard_color)call->globals.color,
		.ascii = !output_utf8(),
	};

	return designer_show(call, &o, err);
}
