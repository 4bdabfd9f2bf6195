/* Attempts that are carried out elsewhere: from the command to a carrier.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../executors/executor.h"
#include "far.h"
#include "spec_int.h"

static const char *const *
names_of(struct builder *b, const struct map *map)
{
	const char **list =
		arena_array(&b->spec->arena, const char *, map->n + 1);
	size_t n = 0;

	map_each (map, e)
		list[n++] = e->key;
	return list;
}

/* Every setting rendered: a text, or a list of texts. */
static bool
build_settings(struct builder *b, struct value *out)
{
	const struct placing *p = b->place;
	struct arena *a = &b->spec->arena;
	struct value *items = arena_array(a, struct value, 2 * p->nsettings);

	for (uint32_t k = 0; k < p->nsettings; k++) {
		const struct place_setting *s = &p->settings[k];
		bool many = strchr(s->key->type, '[') != NULL;
		struct value *texts = arena_array(a, struct value, s->n);
		const char *text = "";

		for (uint32_t i = 0; i < s->n; i++) {
			if (!spec_render(b, &s->at[i], s->key->name, &text))
				return false;
			texts[i] = value_string(a, text);
		}
		items[2 * k] = value_string_borrowed(s->key->name);
		items[2 * k + 1] = many ? (struct value){.kind = VALUE_LIST,
							 .n = s->n,
							 .items = texts}
					: texts[0];
	}
	*out = (struct value){
		.kind = VALUE_MAP, .n = p->nsettings, .items = items};
	return true;
}

/* The script is too long for an argument: it went to a file. */
static bool
is_script_file(const struct builder *b)
{
	char *path = spec_file(b->r, b->f, ".script");
	const char *const *last = b->spec->w.argv;
	bool is;

	while (last[1])
		last++;
	is = str_eq(*last, path);
	free(path);
	return is;
}

static struct job_limits
limits_of(const struct warden_limits *l)
{
	return (struct job_limits){.memory = l->memory,
				   .cpu_time = l->cpu_time,
				   .file_size = l->file_size,
				   .processes = l->processes,
				   .open_files = l->open_files};
}

bool
spec_executor(struct builder *b)
{
	const struct step_more *more = b->step->more;
	struct warden_spec *w = &b->spec->w;
	struct arena *a = &b->spec->arena;
	struct job job = {
		.executor = b->place->executor->name,
		.log = w->log,
		.argv = w->argv,
		.script = is_script_file(b),
		.names = names_of(b, &b->env),
		.secrets = names_of(b, &b->secrets),
		.files = names_of(b, &b->files),
		.input = w->input,
		.capture = w->output != NULL,
		.heartbeat = b->f->phase == PHASE_DO && more->silence > 0,
		.kill_after = w->kill_after,
		.nice = w->nice,
		.limits = limits_of(&w->limits),
	};
	struct far_sought sought;

	if (more->workdir.text &&
	    !spec_render(b, &more->workdir, "workdir", &job.workdir))
		return false;
	if (!build_settings(b, &job.settings))
		return false;
	job.name = far_name(b->r, b->f, a);
	if (far_seeks(b->r, b->f, a, &sought)) {
		job.seek = sought.name;
		job.seek_log = sought.log;
	}
	return executor_place(&job, w, a, b->err) == WF_OK;
}
