/* Scalars by the YAML 1.2 core schema, and maps made complete.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_YAML_SCALAR_H
#define WF_YAML_SCALAR_H

#include <yaml.h>

#include "yaml_node.h"

/* What plain text is.  `out` (may be NULL) gets the value; a string borrows
 * the text.  Whole numbers beyond 64 bits become doubles. */
enum value_kind scalar_resolve(const char *text, struct value *out);

enum node_style scalar_style(const yaml_event_t *e);
/* What is wrong with the scalar's tag, or NULL. */
const char *scalar_tag_problem(const yaml_event_t *e, const char *text);

struct node *node_at(const struct node_tree *t, uint32_t index);
uint32_t node_new(struct node_tree *t);

/* A map has all its pairs: report duplicate keys, put in merged ones. */
void
node_finish_map(struct node_tree *t, struct node *map, struct wf_diags *diags);

#endif
