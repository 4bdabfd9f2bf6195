/* Jobs as JSON.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "job.h"

#include <stdio.h>
#include <stdlib.h>

#include "../base/fs.h"

#define JOB_MAX ((size_t)64 << 20)

/* --- writing ------------------------------------------------------------- */

/* False, here and below: something is not valid UTF-8. */
static bool
put_text(json_t *o, const char *name, const char *text)
{
	return !text || json_object_set_new(o, name, json_string(text)) == 0;
}

static bool
put_list(json_t *o, const char *name, const char *const *list)
{
	json_t *items = json_array();
	bool ok = true;

	for (; list && *list; list++)
		ok &= json_array_append_new(items, json_string(*list)) == 0;
	json_object_set_new(o, name, items);
	return ok;
}

static void
put_numbers(json_t *o, const struct job *job)
{
	const struct job_limits *l = &job->limits;
	const struct {
		const char *name;
		int64_t value;
	} rows[] = {
		{"kill_after", job->kill_after},
                {"nice",       job->nice      },
		{"memory",     l->memory      },
                {"cpu_time",   l->cpu_time    },
		{"file_size",  l->file_size   },
                {"processes",  l->processes   },
		{"open_files", l->open_files  },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].value)
			json_object_set_new(o, rows[i].name,
					    json_integer(rows[i].value));
}

static bool
put_texts(json_t *o, const struct job *job)
{
	return put_text(o, "executor", job->executor) &&
	       put_text(o, "name", job->name) &&
	       put_text(o, "seek", job->seek) &&
	       put_text(o, "seek_log", job->seek_log) &&
	       put_text(o, "log", job->log) &&
	       put_text(o, "workdir", job->workdir) &&
	       put_text(o, "input", job->input) &&
	       put_list(o, "argv", job->argv) &&
	       put_list(o, "names", job->names) &&
	       put_list(o, "secrets", job->secrets) &&
	       put_list(o, "files", job->files) &&
	       json_object_set_new(o, "settings",
				   value_to_json(job->settings)) == 0;
}

enum wf_code
job_write(const struct job *job, const char *path, struct wf_err *err)
{
	json_t *o = json_object();
	bool ok = put_texts(o, job);
	enum wf_code code;
	char *text;

	json_object_set_new(o, "script", json_boolean(job->script));
	json_object_set_new(o, "capture", json_boolean(job->capture));
	json_object_set_new(o, "heartbeat", json_boolean(job->heartbeat));
	put_numbers(o, job);
	text = ok ? json_dumps(o, JSON_COMPACT) : NULL;
	json_decref(o);
	if (!text)
		return ERR(err, WF_FAILED,
			   "a word of the command, a setting or a path is not "
			   "valid UTF-8");
	code = fs_write(path, text, strlen(text), 0600, err);
	free(text);
	return code;
}

/* --- reading ------------------------------------------------------------- */

static const char *
get_text(struct value map, const char *name, struct arena *a)
{
	struct value v;

	return value_get(map, name, a, &v) && v.kind == VALUE_STRING ? v.string
								     : NULL;
}

static const char *const *
get_list(struct value map, const char *name, struct arena *a)
{
	struct value v = value_null();
	const char **list;
	uint32_t n = 0;

	if (value_get(map, name, a, &v) && v.kind == VALUE_STRING)
		v = (struct value){.kind = VALUE_LIST,
				   .n = 1,
				   .items = arena_copy(a, &v, sizeof(v))};
	if (v.kind != VALUE_LIST)
		v.n = 0;
	list = arena_array(a, const char *, v.n + 1);
	for (uint32_t k = 0; k < v.n; k++)
		if (v.items[k].kind == VALUE_STRING)
			list[n++] = v.items[k].string;
	return list;
}

static int64_t
get_number(struct value map, const char *name, struct arena *a)
{
	struct value v;

	return value_get(map, name, a, &v) && v.kind == VALUE_INT ? v.i : 0;
}

static bool
get_bool(struct value map, const char *name, struct arena *a)
{
	struct value v;

	return value_get(map, name, a, &v) && v.kind == VALUE_BOOL && v.boolean;
}

static struct job
job_from(struct value map, struct arena *a)
{
	struct job job = {
		.executor = get_text(map, "executor", a),
		.name = get_text(map, "name", a),
		.seek = get_text(map, "seek", a),
		.seek_log = get_text(map, "seek_log", a),
		.log = get_text(map, "log", a),
		.argv = get_list(map, "argv", a),
		.script = get_bool(map, "script", a),
		.names = get_list(map, "names", a),
		.secrets = get_list(map, "secrets", a),
		.files = get_list(map, "files", a),
		.workdir = get_text(map, "workdir", a),
		.input = get_text(map, "input", a),
		.capture = get_bool(map, "capture", a),
		.heartbeat = get_bool(map, "heartbeat", a),
		.kill_after = get_number(map, "kill_after", a),
		.nice = (int)get_number(map, "nice", a),
		.limits = {.memory = get_number(map, "memory", a),
			   .cpu_time = get_number(map, "cpu_time", a),
			   .file_size = get_number(map, "file_size", a),
			   .processes = get_number(map, "processes", a),
			   .open_files = get_number(map, "open_files", a)},
	};

	if (!value_get(map, "settings", a, &job.settings))
		job.settings = value_null();
	return job;
}

bool
job_read(const char *path, struct arena *a, struct job *out)
{
	struct strbuf text = STRBUF_INIT;
	struct value map;
	bool ok = fs_read(path, JOB_MAX, &text, NULL) == WF_OK &&
		  value_from_json_text(a, text.at, text.n, &map) &&
		  map.kind == VALUE_MAP;

	strbuf_release(&text);
	if (!ok)
		return false;
	*out = job_from(map, a);
	return out->executor && out->name && out->log && out->argv[0];
}

/* --- settings ------------------------------------------------------------ */

const char *
job_setting(const struct job *job, const char *name)
{
	struct arena none = {0}; /* maps hand out what they hold */

	return job->settings.kind == VALUE_MAP
		       ? get_text(job->settings, name, &none)
		       : NULL;
}

const char *const *
job_settings(const struct job *job, const char *name, struct arena *a)
{
	return get_list(job->settings, name, a);
}

void
job_take_outputs(const struct job *job, const char *path)
{
	char *old = mem_printf("%s.set", job->seek_log);
	struct strbuf text = STRBUF_INIT;
	struct wf_err err = {0};

	if (fs_read(old, JOB_MAX, &text, NULL) == WF_OK &&
	    fs_write(path, text.at, text.n, 0600, &err))
		fprintf(stderr, "%s\n", err.message);
	strbuf_release(&text);
	free(old);
}
