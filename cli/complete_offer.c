/* Handing out candidates, whatever they are.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "complete_int.h"

void
completer_offer(struct completer *c, const char *candidate, const char *about)
{
	if (str_starts(candidate, c->typed))
		c->add(c->arg, candidate, about ? about : "");
}

void
completer_choices(struct completer *c, const char *prefix, const char *choices)
{
	while (choices && *choices) {
		size_t n = strcspn(choices, "|");
		char *word = arena_printf(&c->call->arena, "%s%.*s", prefix,
					  (int)n, choices);

		completer_offer(c, word, NULL);
		choices += n + (choices[n] == '|');
	}
}
