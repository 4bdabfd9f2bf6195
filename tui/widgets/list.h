/* A list of which only the visible rows are ever formatted.
 *
 * Holds numbers only: how many rows, where the cursor is, what is on top.
 * That is where it was left, moved as far as the cursor needs it: a window
 * that was small for a while leaves no trace.
 * The owner keeps the cursor on its row by name when rows come and go.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_LIST_H
#define WF_LIST_H

#include "../keymap.h"

struct list {
	size_t n, cursor, top;
	size_t left; /* top when somebody last moved */
};

/* Rows came or went; the cursor stays inside. */
void list_resize(struct list *l, size_t n);
/* Scroll so that the cursor is among `height` rows. */
void list_show(struct list *l, int height);
/* Moves by the actions of keymap.def; true when it was one of them. */
bool list_act(struct list *l, enum action action, int height);

#endif
