/* Parts of the manual from the tables of the dashboard.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_DOCGEN_TUI_H
#define WF_DOCGEN_TUI_H

#include "../engine/base/str.h"

void docgen_settings(struct strbuf *out); /* of the configuration file */
void docgen_bindings(struct strbuf *out); /* actions and their keys */
void docgen_states(struct strbuf *out);   /* words and glyphs */

#endif
