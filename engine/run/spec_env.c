/* The environment of an attempt.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <fcntl.h>
#include <unistd.h>

#include "../base/fs.h"
#include "../executors/job.h"
#include "items.h"
#include "names.h"
#include "rollback_list.h"
#include "secret.h"
#include "spec_int.h"

#define ENV_MAX ((size_t)128 * 1024)

/* The name must live as long as the attempt. */
static void
set_env(struct builder *b, const char *name, const char *value)
{
	char *pair = arena_join(&b->spec->arena, name, "=", value, NULL);

	b->overrides |= !str_starts(name, "WFCTL_"); /* never inherited */
	map_set(&b->env, name, pair);
}

/* The value is the path of a file or folder of ours. */
static void
set_file(struct builder *b, const char *name, const char *path)
{
	set_env(b, name, path);
	if (b->place)
		map_set(&b->files, name, NULL);
}

/* A single string of 128 KiB or more does not fit through execve. */
static bool
fits(const char *name, const char *value)
{
	return strlen(name) + strlen(value) + 2 <= ENV_MAX;
}

static bool
is_ours(const char *pair)
{
	return str_starts(pair, "WFCTL_") || str_starts(pair, "LINES=") ||
	       str_starts(pair, "COLUMNS=");
}

/* A variable that some flow of the run reads a secret from: only steps that
 * list the secret get it. */
static bool
holds_secret(const struct run *r, const char *name, size_t n)
{
	map_each (&r->bundle->files, e) {
		const struct workflow *wf = e->value;

		for (uint32_t k = 0; k < wf->nsecrets; k++) {
			const struct secret *s = &wf->secrets[k];

			if (s->source == SECRET_ENV && strlen(s->place) == n &&
			    memcmp(s->place, name, n) == 0)
				return true;
		}
	}
	return false;
}

/* What all attempts of the run inherit, worked out once. */
static const struct map *
inherited(struct run *r)
{
	for (char **p = environ; *p && !r->inherits; p++) {
		const char *eq = strchr(*p, '=');

		if (!eq || is_ours(*p) ||
		    holds_secret(r, *p, (size_t)(eq - *p)))
			continue;
		map_set(&r->inherited,
			arena_strndup(&r->arena, *p, (size_t)(eq - *p)), *p);
	}
	r->inherits = true;
	return &r->inherited;
}

const char *
spec_env_get(const struct builder *b, const char *name)
{
	const char *pair = map_get(&b->env, name);

	if (!pair)
		pair = map_get(inherited(b->r), name);
	return pair ? strchr(pair, '=') + 1 : NULL;
}

static bool
add_env(struct builder *b, const struct env *env)
{
	for (uint32_t k = 0; k < env->n; k++) {
		const char *text;

		if (!spec_render(b, &env->at[k].value, env->at[k].name, &text))
			return false;
		if (!fits(env->at[k].name, text)) {
			ERR(b->err, WF_FAILED,
			    "%s of step \"%s\" is too long for a variable; "
			    "hand it over by `stdin`",
			    env->at[k].name, b->step->id);
			return false;
		}
		set_env(b, env->at[k].name, text);
	}
	return true;
}

/* What is too long for a variable goes by a file that NAME_FILE names. */
static bool
set_by_file(struct builder *b, const char *name, const struct strbuf *text)
{
	char *suffix = mem_printf(".%s", name);
	char *path = spec_file(b->r, b->f, suffix);
	bool ok = fs_write(path, text->at, text->n, 0600, b->err) == WF_OK;

	set_file(b, arena_join(&b->spec->arena, name, "_FILE", NULL), path);
	free(suffix);
	free(path);
	return ok;
}

/* NAME=value for each entry of a map, as PREFIX + entry. */
static bool
add_map(struct builder *b, const char *prefix, struct value map)
{
	struct strbuf text = STRBUF_INIT;
	bool ok = true;

	for (uint32_t k = 0; ok && map.kind == VALUE_MAP && k < map.n; k++) {
		const char *name = arena_join(&b->spec->arena, prefix,
					      map.items[2 * k].string, NULL);

		strbuf_clear(&text);
		value_to_text(map.items[2 * k + 1], &text);
		if (fits(name, text.at))
			set_env(b, name, text.at);
		else
			ok = set_by_file(b, name, &text);
	}
	strbuf_release(&text);
	return ok;
}

static bool
add_operator_env(struct builder *b)
{
	const char *json = b->i->more ? b->i->more->env : NULL;
	struct value map;

	return !json ||
	       !value_from_json_text(&b->spec->arena, json, strlen(json),
				     &map) ||
	       add_map(b, "", map);
}

static void
add_number(struct builder *b, const char *name, uint32_t n)
{
	set_env(b, name, arena_printf(&b->spec->arena, "%u", n));
}

static void
add_file_env(struct builder *b, const char *name, const char *suffix)
{
	char *path = spec_file(b->r, b->f, suffix);

	set_file(b, name, path);
	free(path);
}

/* Whatever the step's umask, nobody else reads its secrets there. */
static void
make_output_file(const struct builder *b)
{
	char *path = spec_file(b->r, b->f, ".set");
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	if (fd >= 0)
		close(fd);
	free(path);
}

/* Why the step is undone. */
static const char *
undo_reason(const struct builder *b)
{
	uint32_t scope = undo_list_of(b->r, b->f->ix);
	const char *because =
		scope == IX_NONE ? NULL : b->r->scopes.at[scope].undo->because;

	return because ? because : "an operator asked for it";
}

/* What it declared and never wrote is empty: `sh -u` is to undo it, too. */
static bool
add_outputs(struct builder *b)
{
	const struct step_more *more = b->step->more;

	for (uint32_t k = 0; k < more->noutputs; k++)
		set_env(b,
			arena_join(&b->spec->arena, "WFCTL_OUT_",
				   more->outputs[k].name, NULL),
			"");
	return add_map(b, "WFCTL_OUT_",
		       vars_outputs(b->r, b->f->ix, &b->spec->arena));
}

static bool
add_own_env(struct builder *b)
{
	struct strbuf key = STRBUF_INIT;
	const char *item = item_key(b->r, b->f->ix);

	names_key(b->r, b->f->ix, b->f->phase, &key);
	set_env(b, "WFCTL_RUN_ID", b->r->row.id);
	set_env(b, "WFCTL_FLOW", b->scope->wf->name);
	set_env(b, "WFCTL_STEP_ID", b->step->id);
	set_env(b, "WFCTL_INSTANCE", item ? item : "");
	add_number(b, "WFCTL_ATTEMPT", b->f->n);
	set_env(b, "WFCTL_KEY", key.at);
	b->spec->w.key = map_get(&b->env, "WFCTL_KEY");
	set_file(b, "WFCTL_RUN_DIR",
		 arena_join(&b->spec->arena, b->r->dir, "/work", NULL));
	set_env(b, "WFCTL_PHASE", phase_name(b->f->phase));
	add_file_env(b, "WFCTL_OUTPUT", ".set");
	if (b->step->more->nsecrets)
		make_output_file(b);
	add_file_env(b, "WFCTL_HEARTBEAT", ".beat");
	strbuf_release(&key);
	if (!add_map(b, "WFCTL_PARAM_", b->scope->params))
		return false;
	if (b->f->phase != PHASE_UNDO)
		return true;
	set_env(b, "WFCTL_REASON", undo_reason(b));
	return add_outputs(b);
}

static void
list_env(struct builder *b)
{
	const struct map *base = inherited(b->r);
	const char **envp = arena_array(&b->spec->arena, const char *,
					base->n + b->env.n + 1);
	size_t n = 0;

	map_each (base, e)
		if (!b->overrides || !map_find(&b->env, e->key))
			envp[n++] = e->value;
		else if (b->place) /* the client is to find it */
			envp[n++] = arena_join(&b->spec->arena, JOB_HIDDEN,
					       (const char *)e->value, NULL);
	map_each (&b->env, e)
		envp[n++] = e->value;
	b->spec->w.envp = envp;
}

bool
spec_env(struct builder *b)
{
	if (!add_env(b, &b->scope->wf->env) ||
	    !add_env(b, &b->step->more->env) || !add_operator_env(b) ||
	    !add_own_env(b))
		return false;
	for (uint32_t k = 0; k < b->step->more->nsecrets; k++) {
		const struct secret *s =
			&b->scope->wf->secrets[b->step->more->secrets[k]];
		const char *value = secret_read(s, b->scope->wf->dir,
						&b->spec->arena, b->err);

		if (!value)
			return false;
		set_env(b, s->name, value);
		if (b->place)
			map_set(&b->secrets, s->name, NULL);
		secret_add(&b->spec->arena, &b->spec->w, value);
	}
	list_env(b);
	return true;
}

bool
spec_hook_env(struct builder *b)
{
	const struct run *r = b->r;
	const struct hook_due *h = &r->hooks.at[0];

	if (!add_env(b, &b->scope->wf->env))
		return false;
	set_env(b, "WFCTL_EVENT", hook_name(h->hook));
	set_env(b, "WFCTL_RUN_ID", r->row.id);
	set_env(b, "WFCTL_RUN_NAME", r->row.name ? r->row.name : "");
	set_env(b, "WFCTL_RUN_STATE", run_states[h->state].name);
	set_env(b, "WFCTL_FLOW", b->scope->wf->name);
	set_env(b, "WFCTL_REASON", h->reason ? h->reason : "");
	set_env(b, "WFCTL_STEP_ID", h->step ? h->step : "");
	set_env(b, "WFCTL_FAILED_STEP",
		h->step && h->hook != HOOK_WAITING && h->hook != HOOK_WARNING
			? h->step
			: "");
	set_env(b, "WFCTL_PHASE", phase_name(PHASE_HOOK));
	set_env(b, "WFCTL_RUN_DIR",
		arena_join(&b->spec->arena, r->dir, "/work", NULL));
	set_env(b, "WFCTL_KEY",
		arena_printf(&b->spec->arena, "%s-hook-%llu", r->row.id,
			     (unsigned long long)b->f->attempt));
	b->spec->w.key = map_get(&b->env, "WFCTL_KEY");
	if (!add_map(b, "WFCTL_PARAM_", b->scope->params))
		return false;
	list_env(b);
	return true;
}
