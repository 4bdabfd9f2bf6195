/* Settings, keys and the words of states, as mdoc(7).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "docgen_tui.h"

#include <stdio.h>

#include "../tui/config.h"
#include "../tui/keymap.h"
#include "../tui/theme.h"
#include "docgen_text.h"

static void
add_setting(struct strbuf *out, const struct setting_info *info)
{
	int64_t least, most;

	strbuf_addf(out, ".It Cm %s\n", info->name);
	docgen_sentence(out, info->help);
	if (info->kind == SETTING_NUMBER &&
	    sscanf(info->arg, "%ld %ld", &least, &most) == 2)
		strbuf_addf(out, "A number from %ld to %ld", least, most);
	else
		strbuf_addf(out, "One of %s", info->arg);
	strbuf_addf(out, ", by default\n.Cm %s .\n", info->def);
}

void
docgen_settings(struct strbuf *out)
{
	strbuf_adds(out, ".Bl -tag -width Ds\n");
	for (enum setting s = 0; s < NSETTINGS; s++)
		add_setting(out, &setting_rows[s]);
	strbuf_adds(out, ".El\n");
}

/* The actions of each place, with their names for keys.NAME. */
void
docgen_bindings(struct strbuf *out)
{
	for (int c = 1; c < NCONTEXTS; c++) {
		bool begun = false;

		for (enum action a = 1; a < NACTIONS; a++) {
			if ((int)actions[a].context != c)
				continue;
			if (!begun) {
				strbuf_addf(out, ".Ss %s\n",
					    context_title((enum context)c));
				strbuf_adds(out, ".Bl -tag -width Ds\n");
			}
			begun = true;
			strbuf_addf(out, ".It Cm %s\n", actions[a].name);
			strbuf_adds(out, "(");
			docgen_text(out, actions[a].keys);
			strbuf_adds(out, ")\n");
			docgen_sentence(out, actions[a].help);
		}
		if (begun)
			strbuf_adds(out, ".El\n");
	}
}

void
docgen_states(struct strbuf *out)
{
	strbuf_adds(out, ".Bl -tag -width UNDONE\n");
	for (int i = 0; i < NSHOWN; i++) {
		strbuf_addf(out, ".It Cm %s\n(", shown_states[i].word);
		docgen_text(out, shown_states[i].ascii);
		strbuf_adds(out, ")\n");
		docgen_sentence(out, shown_states[i].meaning);
	}
	strbuf_adds(out, ".El\n");
}
