/* From the text of a scenario file to `struct scenarios`.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "yaml_scenario.h"

#include <stdio.h>
#include <stdlib.h>

#include "../base/clock.h"
#include "../base/fs.h"
#include "yaml_read.h"
#include "yaml_scenario_int.h"

#define NEW_YEAR_2026 INT64_C(1767225600000)

/* --- small readers -------------------------------------------------------- */

void
scenario_wrong(struct scenario_reader *rd, const struct node *n,
	       const char *hint, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	wf_diags_add(rd->diags, WF_SEV_ERROR, NULL, rd->tree.file, (int)n->line,
		     (int)n->column, hint, "%s", text);
}

struct mark
scenario_mark(const struct node *n)
{
	return (struct mark){(int)n->line, (int)n->column};
}

bool
scenario_is(struct scenario_reader *rd, const struct node *n,
	    enum node_kind kind, const char *wanted)
{
	if (node_kind(&rd->tree, n) == kind)
		return true;
	scenario_wrong(rd, n, NULL, "%s stands where %s is wanted",
		       node_kind_name(&rd->tree, n), wanted);
	return false;
}

const char *
scenario_text(struct scenario_reader *rd, const struct node *n)
{
	return scenario_is(rd, n, NODE_SCALAR, "text")
		       ? arena_strdup(rd->a, node_text(&rd->tree, n))
		       : "";
}

int64_t
scenario_duration(struct scenario_reader *rd, const struct node *n)
{
	int64_t ms = 0;

	if (scenario_is(rd, n, NODE_SCALAR, "a duration") &&
	    !duration_parse(node_text(&rd->tree, n), &ms))
		scenario_wrong(rd, n, "write it as 10s, 5m or 1h30m",
			       "\"%.80s\" is no duration",
			       node_text(&rd->tree, n));
	return ms;
}

int64_t
scenario_int(struct scenario_reader *rd, const struct node *n, int64_t least,
	     int64_t most)
{
	struct value v = node_value(&rd->tree, n, rd->a);

	if (v.kind == VALUE_INT && v.i >= least && v.i <= most)
		return v.i;
	scenario_wrong(rd, n, NULL, "a number from %lld to %lld is wanted",
		       (long long)least, (long long)most);
	return least;
}

bool
scenario_bool(struct scenario_reader *rd, const struct node *n)
{
	struct value v = node_value(&rd->tree, n, rd->a);

	if (v.kind != VALUE_BOOL)
		scenario_wrong(rd, n, NULL, "true or false is wanted");
	return v.kind == VALUE_BOOL && v.boolean;
}

struct value
scenario_values(struct scenario_reader *rd, const struct node *n)
{
	json_t *json;
	struct value out;

	if (!scenario_is(rd, n, NODE_MAP, "a map"))
		return value_null();
	json = value_to_json(node_value(&rd->tree, n, rd->a));
	out = value_from_json(rd->a, json);
	json_decref(json);
	return out;
}

struct words
scenario_words(struct scenario_reader *rd, const struct node *n)
{
	struct words out = {0};

	if (!scenario_is(rd, n, NODE_LIST, "a list"))
		return out;
	out.at = arena_array(rd->a, const char *, node_count(&rd->tree, n) + 1);
	node_each(&rd->tree, n, item) out.at[out.n++] = scenario_text(rd, item);
	return out;
}

int
scenario_word(struct scenario_reader *rd, const struct node *n,
	      const char *const *words, size_t nwords)
{
	const char *text = node_text(&rd->tree, n), *near;
	char hint[300] = "use one of:";
	size_t used = strlen(hint);

	for (size_t k = 0; k < nwords; k++)
		if (str_eq(text, words[k]))
			return (int)k;
	near = str_nearest(text, words, nwords);
	for (size_t k = 0; k < nwords && used < sizeof(hint); k++)
		used += (size_t)snprintf(hint + used, sizeof(hint) - used,
					 " %s", words[k]);
	if (near)
		snprintf(hint, sizeof(hint), "did you mean \"%s\"?", near);
	scenario_wrong(rd, n, hint, "\"%.80s\" is not known here", text);
	return -1;
}

/* --- maps ----------------------------------------------------------------- */

static bool
find_key(struct scenario_reader *rd, const struct node *n,
	 enum scenario_section section, enum scenario_key *out)
{
	const char *names[SCENARIO_NKEYS], *near;
	const char *text = node_text(&rd->tree, n);
	char hint[120];
	size_t nnames = 0;

	for (int k = 0; k < SCENARIO_NKEYS; k++) {
		if (scenario_keys[k].section != section)
			continue;
		if (str_eq(scenario_keys[k].name, text)) {
			*out = (enum scenario_key)k;
			return true;
		}
		names[nnames++] = scenario_keys[k].name;
	}
	near = str_nearest(text, names, nnames);
	snprintf(hint, sizeof(hint), "did you mean \"%s\"?", near ? near : "");
	scenario_wrong(rd, n, near ? hint : "man wfctl-test lists the keys",
		       "%s has no key \"%.80s\"",
		       scenario_section_name(section), text);
	return false;
}

void
scenario_map(struct scenario_reader *rd, const struct node *n,
	     enum scenario_section section, scenario_take *take, void *target)
{
	const struct node *key, *value;
	enum scenario_key found;

	if (!scenario_is(rd, n, NODE_MAP, "a map"))
		return;
	for (key = node_first(&rd->tree, n); key;
	     key = node_next(&rd->tree, value)) {
		value = node_next(&rd->tree, key);
		if (find_key(rd, key, section, &found))
			take(rd, target, found, value);
	}
}

bool
scenario_has(struct scenario_reader *rd, const struct node *map,
	     const char *key)
{
	return node_get(&rd->tree, map, key) != NULL;
}

/* --- scenarios ------------------------------------------------------------ */

static void
take_scenario(struct scenario_reader *rd, void *target, enum scenario_key key,
	      const struct node *v)
{
	static const char *const crashes[] = {"never", "before_acting",
					      "after_acting"};
	struct scenario *s = target;
	int i;

	switch ((int)key) {
	case KEY_SCENARIO_name:
		s->name = scenario_text(rd, v);
		break;
	case KEY_SCENARIO_params:
		s->params = scenario_values(rd, v);
		s->params_mark = scenario_mark(v);
		break;
	case KEY_SCENARIO_begins:
		if (!clock_parse(node_text(&rd->tree, v), &s->begins))
			scenario_wrong(rd, v,
				       "write it as 2026-01-31T08:00:00Z",
				       "this is no RFC 3339 time");
		break;
	case KEY_SCENARIO_crash:
		i = scenario_word(rd, v, crashes, ARRAY_SIZE(crashes));
		s->crash =
			i < 0 ? SCENARIO_CRASH_NEVER : (enum scenario_crash)i;
		break;
	case KEY_SCENARIO_steps:
		s->stubs = scenario_stubs(rd, v, false, &s->nstubs);
		break;
	case KEY_SCENARIO_hooks:
		s->hooks = scenario_stubs(rd, v, true, &s->nhooks);
		break;
	case KEY_SCENARIO_events:
		scenario_events(rd, v, s);
		break;
	case KEY_SCENARIO_expect:
		scenario_expect(rd, v, &s->expect);
		break;
	default:
		break;
	}
}

static void
read_scenario(struct scenario_reader *rd, const struct node *n,
	      struct scenario *s, uint32_t number)
{
	s->mark = scenario_mark(n);
	s->begins = NEW_YEAR_2026;
	s->expect.within = DURATION_NONE;
	scenario_map(rd, n, SECTION_SCENARIO, take_scenario, s);
	if (!s->name)
		s->name = arena_printf(rd->a, "scenario %u", number);
	if (node_kind(&rd->tree, n) == NODE_MAP &&
	    !scenario_has(rd, n, "expect"))
		scenario_wrong(rd, n, "add expect: {run: succeeded}",
			       "the scenario \"%.100s\" expects nothing",
			       s->name);
}

static void
take_file(struct scenario_reader *rd, void *target, enum scenario_key key,
	  const struct node *v)
{
	struct scenarios *s = target;
	char *dir, *path;

	if (key == KEY_FILE_flow) {
		dir = fs_dirname(s->file);
		path = str_eq(dir, ".") ? mem_strdup(scenario_text(rd, v))
					: fs_join(dir, scenario_text(rd, v));
		s->flow = arena_strdup(rd->a, path);
		s->flow_mark = scenario_mark(v);
		free(path);
		free(dir);
	} else if (scenario_is(rd, v, NODE_LIST, "a list of scenarios")) {
		s->at = arena_array(rd->a, struct scenario,
				    node_count(&rd->tree, v) + 1);
		node_each(&rd->tree, v, item)
		{
			read_scenario(rd, item, &s->at[s->n], s->n + 1);
			s->n++;
		}
	}
}

static void
read_file(struct scenario_reader *rd, struct scenarios *out)
{
	const struct node *root = rd->tree.root;

	scenario_map(rd, root, SECTION_FILE, take_file, out);
	if (!out->flow)
		scenario_wrong(rd, root, "add \"flow: release.yaml\"",
			       "the file does not name its flow");
	if (!out->n)
		scenario_wrong(rd, root, "add \"scenarios:\" and a list",
			       "there are no scenarios");
}

enum wf_code
scenarios_load(const char *path, struct scenarios *out, struct wf_diags *diags,
	       struct wf_err *err)
{
	struct strbuf text = STRBUF_INIT;
	struct scenario_reader rd = {.a = &out->arena, .diags = diags};
	struct arena strings = {0};
	enum wf_code code = fs_read(path, WORKFLOW_MAX_BYTES, &text, err);

	if (code)
		return code;
	out->file =
		arena_strdup(&out->arena, str_eq(path, "-") ? "<stdin>" : path);
	if (node_tree_read(&rd.tree, &strings, out->file, text.at, text.n,
			   diags))
		read_file(&rd, out);
	node_tree_release(&rd.tree);
	arena_release(&strings);
	strbuf_release(&text);
	wf_diags_sort(diags);
	return diags->nerrors ? diags_to_err(diags, err) : WF_OK;
}

void
scenarios_release(struct scenarios *s)
{
	arena_release(&s->arena);
	*s = (struct scenarios){0};
}
