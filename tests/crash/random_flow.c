/* Makes flows at random.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "random_flow.h"

#include "engine/base/fs.h"

uint32_t
roll(struct dice *d, uint32_t sides)
{
	uint64_t z = d->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return (uint32_t)((z ^ z >> 31) >> 32) % sides;
}

const char *
story_name(enum story story)
{
	static const char *const names[STORY_COUNT] = {
		"success",  "undo",     "continue", "stop",
		"rollback", "bad undo", "cancel",   "pause"};

	return names[story];
}

bool
story_fails(enum story story)
{
	return story == STORY_CONTINUE || story == STORY_STOP ||
	       story == STORY_ROLLBACK || story == STORY_BAD_UNDO;
}

/* --- shape ---------------------------------------------------------------- */

static enum node_kind
pick_kind(const struct random_flow *f, struct dice *d, unsigned depth)
{
	uint32_t n = roll(d, 20);
	bool inner = depth > 0;
	bool deep = depth == MAX_DEPTH || f->levels.n >= MAX_LEVELS;

	if (n < 11)
		return NODE_RUN;
	if (n < 14)
		return NODE_FOREACH;
	if (n < 16 && !deep)
		return NODE_CHILD;
	if (n < 17 && !deep)
		return NODE_EACH_CHILD;
	return n < 19 ? NODE_RUN : inner ? NODE_WAIT : NODE_APPROVAL;
}

static void make_level(struct random_flow *f, struct level *l, unsigned depth,
		       struct dice *d);

static void
make_node(struct random_flow *f, struct level *l, unsigned k, unsigned depth,
	  struct dice *d)
{
	struct node *n = &l->steps[k];

	n->kind = pick_kind(f, d, depth);
	snprintf(n->id, sizeof(n->id), "s%u", k);
	for (unsigned j = 0; j < 2 && k; j++)
		if (roll(d, 3))
			n->needs |= 1u << roll(d, k);
	n->items = 1 + roll(d, MAX_ITEMS);
	n->limit = roll(d, 3);
	n->undo_limit = roll(d, 2);
	n->undo = roll(d, 4) != 0;
	n->idempotent = roll(d, 3) == 0;
	if (n->kind != NODE_CHILD && n->kind != NODE_EACH_CHILD)
		return;
	n->items = n->kind == NODE_CHILD ? 1 : 1 + roll(d, 2);
	n->child = mem_alloc(sizeof(*n->child));
	vec_push(&f->levels, n->child);
	make_level(f, n->child, depth + 1, d);
}

static void
make_level(struct random_flow *f, struct level *l, unsigned depth,
	   struct dice *d)
{
	bool inner = depth > 0;

	l->nsteps = inner ? 1 + roll(d, 3) : 2 + roll(d, MAX_STEPS - 1);
	l->rolls_back = inner && roll(d, 2);
	f->inner_rollback |= l->rolls_back;
	for (unsigned k = 0; k < l->nsteps; k++)
		make_node(f, l, k, depth, d);
}

/* --- leaves --------------------------------------------------------------- */

struct range {
	unsigned first, end;
};

static void
add_leaf(struct random_flow *f, const struct node *n, const char *path,
	 const bool *needs, struct dice *d)
{
	struct leaf *leaf = &f->leaves[f->nleaves];

	if (f->nleaves == MAX_LEAVES)
		return;
	f->nleaves++;
	snprintf(leaf->path, sizeof(leaf->path), "%s", path);
	leaf->node = n;
	memcpy(leaf->needs, needs, sizeof(leaf->needs));
	leaf->ms = 10 + roll(d, 60);
	leaf->fails = roll(d, n->limit + 1);
	leaf->undo_fails = roll(d, n->undo_limit + 1);
}

static void add_level(struct random_flow *f, const struct level *l,
		      const char *prefix, const bool *needs, struct dice *d);

static void
add_node(struct random_flow *f, const struct node *n, const char *prefix,
	 const bool *needs, struct dice *d)
{
	char path[PATH];

	for (unsigned k = 0; k < n->items; k++) {
		bool many =
			n->kind == NODE_FOREACH || n->kind == NODE_EACH_CHILD;

		snprintf(path, sizeof(path), many ? "%.24s%s[i%u]" : "%.40s%s",
			 prefix, n->id, k);
		if (n->child) {
			char inner[PATH + 1];

			snprintf(inner, sizeof(inner), "%s/", path);
			add_level(f, n->child, inner, needs, d);
		} else {
			add_leaf(f, n, path, needs, d);
		}
		if (!many)
			break;
	}
}

static void
add_level(struct random_flow *f, const struct level *l, const char *prefix,
	  const bool *needs, struct dice *d)
{
	struct range of[MAX_STEPS];

	for (unsigned k = 0; k < l->nsteps; k++) {
		bool own[MAX_LEAVES];

		memcpy(own, needs, sizeof(own));
		for (unsigned j = 0; j < k; j++)
			if (l->steps[k].needs & 1u << j)
				for (unsigned i = of[j].first; i < of[j].end;
				     i++)
					own[i] = true;
		of[k].first = f->nleaves;
		add_node(f, &l->steps[k], prefix, own, d);
		of[k].end = f->nleaves;
	}
}

static bool
is_command(const struct leaf *leaf)
{
	return leaf->node->kind != NODE_APPROVAL &&
	       leaf->node->kind != NODE_WAIT;
}

/* One or two that fail for good; retried by hand they succeed. */
static void
spoil(struct random_flow *f, struct dice *d)
{
	for (unsigned n = 1 + roll(d, 2); n; n--) {
		struct leaf *leaf = &f->leaves[roll(d, f->nleaves)];

		if (is_command(leaf))
			leaf->fails = leaf->node->limit + 1;
	}
	for (unsigned k = 0; k < f->nleaves; k++)
		if (f->story == STORY_BAD_UNDO && roll(d, 3) == 0)
			f->leaves[k].undo_fails =
				f->leaves[k].node->undo_limit + 1;
}

void
flow_make(struct random_flow *f, struct dice *d)
{
	static const bool nothing[MAX_LEAVES];

	*f = (struct random_flow){.story = (enum story)roll(d, STORY_COUNT)};
	f->parallel = 1 + roll(d, 4);
	f->undo_parallel = roll(d, 3) ? 1 : 3;
	make_level(f, &f->root, 0, d);
	/* Something to do there must be. */
	f->root.steps[0].kind = NODE_RUN;
	f->root.steps[0].child = NULL;
	add_level(f, &f->root, "", nothing, d);
	if (story_fails(f->story))
		spoil(f, d);
}

void
flow_release(struct random_flow *f)
{
	vec_each (&f->levels, struct level *, l)
		free(*l);
	vec_release(&f->levels);
}

struct leaf *
flow_leaf(struct random_flow *f, const char *path)
{
	for (unsigned k = 0; k < f->nleaves; k++)
		if (str_eq(f->leaves[k].path, path))
			return &f->leaves[k];
	return NULL;
}

/* --- files ---------------------------------------------------------------- */

static unsigned
level_number(const struct random_flow *f, const struct level *l)
{
	unsigned n = 0;

	while (f->levels.at[n] != l)
		n++;
	return n;
}

static void
add_needs(struct strbuf *out, unsigned needs)
{
	const char *comma = "";

	strbuf_adds(out, "  needs: [");
	for (unsigned j = 0; needs >> j; j++) {
		if (needs >> j & 1)
			strbuf_addf(out, "%ss%u", comma, j);
		if (needs >> j & 1)
			comma = ", ";
	}
	strbuf_adds(out, "]\n");
}

static void
add_items(struct strbuf *out, const struct node *n)
{
	strbuf_adds(out, "  foreach: [");
	for (unsigned k = 0; k < n->items; k++)
		strbuf_addf(out, "%si%u", k ? ", " : "", k);
	strbuf_adds(out, "]\n");
}

static void
add_command(struct strbuf *out, const struct node *n)
{
	strbuf_addf(out,
		    "  run: exec $WORK\n"
		    "  retry: {limit: %u, delay: 10ms}\n"
		    "  idempotent: %s\n",
		    n->limit, n->idempotent ? "true" : "false");
	if (n->undo)
		strbuf_addf(out,
			    "  undo: {run: exec $WORK, retry: {limit: %u, "
			    "delay: 5ms}}\n",
			    n->undo_limit);
}

static void
add_step(const struct random_flow *f, struct strbuf *out, const struct node *n,
	 bool root)
{
	strbuf_addf(out, "- id: %s\n", n->id);
	if (n->needs)
		add_needs(out, n->needs);
	if (n->kind == NODE_FOREACH || n->kind == NODE_EACH_CHILD)
		add_items(out, n);
	switch (n->kind) {
	case NODE_RUN:
	case NODE_FOREACH:
		add_command(out, n);
		break;
	case NODE_CHILD:
	case NODE_EACH_CHILD:
		strbuf_addf(out,
			    "  workflow: child%u.yaml\n"
			    "  with: {at: \"%s%s%s/\"}\n",
			    level_number(f, n->child),
			    root ? "" : "${{ params.at }}", n->id,
			    n->kind == NODE_CHILD ? "" : "[${{ item }}]");
		break;
	case NODE_APPROVAL:
		strbuf_adds(out, "  approval: {prompt: May it?}\n");
		break;
	case NODE_WAIT:
		strbuf_adds(out, "  wait: {for: 15ms}\n");
		break;
	}
}

static void
write_file(const char *dir, const char *name, struct strbuf *text)
{
	char *path = fs_join(dir, name);

	if (fs_write(path, text->at, text->n, 0600, NULL))
		abort();
	free(path);
	strbuf_release(text);
}

static void
write_level(const struct random_flow *f, const struct level *l, const char *dir,
	    const char *name)
{
	struct strbuf out = STRBUF_INIT;
	bool root = l == &f->root;
	bool back = f->story == STORY_ROLLBACK || f->story == STORY_BAD_UNDO;

	strbuf_addf(&out, "version: 1\nmax_parallel: %u\n", f->parallel);
	if (root)
		strbuf_addf(&out,
			    "rollback: {max_parallel: %u}\n"
			    "on_failure: %s\nenv: {AT: ''}\n",
			    f->undo_parallel,
			    back                         ? "rollback"
			    : f->story == STORY_CONTINUE ? "continue"
							 : "stop");
	else
		strbuf_addf(&out,
			    "params: {at: ''}\non_failure: %s\n"
			    "env: {AT: \"${{ params.at }}\"}\n",
			    l->rolls_back ? "rollback" : "stop");
	strbuf_adds(&out, "steps:\n");
	for (unsigned k = 0; k < l->nsteps; k++)
		add_step(f, &out, &l->steps[k], root);
	write_file(dir, name, &out);
}

void
flow_write(const struct random_flow *f, const char *dir)
{
	struct strbuf table = STRBUF_INIT;
	char name[32];

	write_level(f, &f->root, dir, "flow.yaml");
	for (unsigned k = 0; k < f->levels.n; k++) {
		snprintf(name, sizeof(name), "child%u.yaml", k);
		write_level(f, f->levels.at[k], dir, name);
	}
	for (unsigned k = 0; k < f->nleaves; k++) {
		const struct leaf *leaf = &f->leaves[k];

		strbuf_addf(&table, "%s %u %u 0.%03u\n", leaf->path,
			    leaf->fails, leaf->undo_fails, leaf->ms);
	}
	write_file(dir, "table", &table);
}
