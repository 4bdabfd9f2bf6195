/* The functions of the verbs in design.def.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_DESIGN_INT_H
#define WF_DESIGN_INT_H

#include "design.h"

#define D(symbol, name, changes, operands, complete, min, max, summary,        \
	  example)                                                             \
	enum wf_code design_##symbol(struct design *d, char **words, size_t n, \
				     struct wf_err *err);
#include "design.def"
#undef D

#endif
