/* What the two halves of the scenario reader share.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_YAML_SCENARIO_INT_H
#define WF_YAML_SCENARIO_INT_H

#include "yaml_node.h"
#include "yaml_scenario.h"

struct scenario_reader {
	struct node_tree tree;
	struct arena *a; /* what is read lives here */
	struct wf_diags *diags;
};

typedef void scenario_take(struct scenario_reader *rd, void *target,
			   enum scenario_key key, const struct node *value);

void scenario_wrong(struct scenario_reader *rd, const struct node *n,
		    const char *hint, const char *fmt, ...) PRINTF_LIKE(4, 5);
/* A map with the keys of a section: `take` is called for each known one. */
void
scenario_map(struct scenario_reader *rd, const struct node *n,
	     enum scenario_section section, scenario_take *take, void *target);

struct mark scenario_mark(const struct node *n);
/* Values of one kind; each says what is wrong when it is another. */
const char *scenario_text(struct scenario_reader *rd, const struct node *n);
int64_t scenario_duration(struct scenario_reader *rd, const struct node *n);
int64_t scenario_int(struct scenario_reader *rd, const struct node *n,
		     int64_t least, int64_t most);
bool scenario_bool(struct scenario_reader *rd, const struct node *n);
/* A map, copied into the arena. */
struct value scenario_values(struct scenario_reader *rd, const struct node *n);
struct words scenario_words(struct scenario_reader *rd, const struct node *n);
int scenario_word(struct scenario_reader *rd, const struct node *n,
		  const char *const *words, size_t nwords);

/* Says so when it is of another kind than `wanted` names. */
bool scenario_is(struct scenario_reader *rd, const struct node *n,
		 enum node_kind kind, const char *wanted);
bool scenario_has(struct scenario_reader *rd, const struct node *map,
		  const char *key);

void scenario_expect(struct scenario_reader *rd, const struct node *n,
		     struct expect *out);
void scenario_events(struct scenario_reader *rd, const struct node *n,
		     struct scenario *out);
/* The stubs of steps (or of hooks, whose results stand alone). */
struct stub *scenario_stubs(struct scenario_reader *rd, const struct node *n,
			    bool hooks, uint32_t *n_out);

#endif
