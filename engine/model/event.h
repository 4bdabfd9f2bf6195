/* Kinds of events in a run's history; see event.def.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_EVENT_H
#define WF_EVENT_H

#include <stdbool.h>

enum event_kind {
#define K(symbol, name, decision, meaning) EV_##symbol,
#include "event.def"
#undef K
	EV_NKINDS
};

struct event_info {
	const char *name;
	bool decision;
	const char *meaning;
};
extern const struct event_info event_kinds[EV_NKINDS];

#endif
