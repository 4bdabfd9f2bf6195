/* The table of event kinds, from event.def.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "event.h"

const struct event_info event_kinds[EV_NKINDS] = {
#define K(symbol, name, decision, meaning)                                     \
	[EV_##symbol] = {name, decision, meaning},
#include "event.def"
#undef K
};
