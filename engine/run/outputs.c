/* Reading and checking the outputs of an attempt.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "outputs.h"

#include <unistd.h>

#include "../base/fs.h"
#include "../warden/warden_mask.h"
#include "names.h"
#include "secret.h"
#include "spec.h"

#define OUTPUT_FILE_MAX ((size_t)16 << 20)

struct reader {
	const struct run *r;
	const struct step *step;
	struct arena *a;
	json_t *out;
	struct warden_spec secrets; /* only its list of values */
	struct wf_err *err;
};

static const char *
line_end(const char *p, const char *end)
{
	const char *nl = memchr(p, '\n', (size_t)(end - p));

	return nl ? nl : end;
}

/* The block's last line, which is the word alone; NULL when missing. */
static const char *
block_end(const char *p, const char *end, const char *word, size_t n)
{
	while (p < end) {
		const char *nl = line_end(p, end);

		if ((size_t)(nl - p) == n && memcmp(p, word, n) == 0)
			return p;
		p = nl + 1;
	}
	return NULL;
}

bool
outputs_parse(const char *text, size_t n,
	      bool (*each)(void *arg, const char *name, size_t name_n,
			   const char *value, size_t value_n),
	      void *arg, int *line)
{
	const char *p = text, *end = text + n;

	for (*line = 1; p < end; ++*line) {
		const char *nl = line_end(p, end);
		const char *eq = memchr(p, '=', (size_t)(nl - p));
		const char *here = memmem(p, (size_t)(nl - p), "<<", 2);

		if (here && (!eq || here < eq)) {
			const char *word = here + 2, *value = nl + 1, *stop;

			if (nl == end)
				return false;
			stop = block_end(value, end, word, (size_t)(nl - word));
			if (!stop || nl == word)
				return false;
			if (!each(arg, p, (size_t)(here - p), value,
				  stop > value ? (size_t)(stop - value - 1)
					       : 0))
				return false;
			for (const char *c = value; c < stop; c++)
				*line += *c == '\n';
			nl = line_end(stop, end);
			++*line;
		} else if (eq) {
			if (!each(arg, p, (size_t)(eq - p), eq + 1,
				  (size_t)(nl - eq - 1)))
				return false;
		} else if (nl > p) {
			return false;
		}
		p = nl + 1;
	}
	return true;
}

static const struct output_spec *
find_spec(const struct step *step, const char *name, size_t n)
{
	for (uint32_t k = 0; k < step->more->noutputs; k++) {
		const struct output_spec *o = &step->more->outputs[k];

		if (strlen(o->name) == n && memcmp(o->name, name, n) == 0)
			return o;
	}
	return NULL;
}

/* `value` with every secret in it replaced; in the arena. */
static const char *
masked(struct reader *rd, const char *value, size_t n)
{
	size_t nsecrets = rd->secrets.nsecrets;
	struct mask_secret *secrets =
		arena_array(rd->a, struct mask_secret, nsecrets);
	struct strbuf out = STRBUF_INIT;
	const char *text;
	struct mask m;

	for (size_t k = 0; k < nsecrets; k++) {
		const char *secret = rd->secrets.secrets[k];

		secrets[k] = (struct mask_secret){secret, strlen(secret)};
	}
	mask_init(&m, secrets, nsecrets);
	mask_add(&m, value, n, &out);
	mask_end(&m, &out);
	mask_release(&m);
	text = arena_strndup(rd->a, out.at, out.n);
	strbuf_release(&out);
	return text;
}

/* In JSON a secret may be spelt with escapes: its texts are masked once more
 * when they are read. */
static json_t *
masked_json(struct reader *rd, json_t *v)
{
	const char *key;
	json_t *item, *out;
	size_t i;

	if (json_is_string(v)) {
		out = json_string(masked(rd, json_string_value(v),
					 json_string_length(v)));
	} else if (json_is_array(v)) {
		out = json_array();
		json_array_foreach(v, i, item) json_array_append_new(
			out, masked_json(rd, json_incref(item)));
	} else if (json_is_object(v)) {
		out = json_object();
		json_object_foreach(v, key, item)
			json_object_set_new(out, masked(rd, key, strlen(key)),
					    masked_json(rd, json_incref(item)));
	} else {
		return v;
	}
	json_decref(v);
	return out;
}

static bool
set_output(struct reader *rd, const struct output_spec *o, const char *value,
	   size_t n)
{
	const char *text, *why = "";
	struct value v;
	json_t *json;

	if (n > OUTPUT_MAX_BYTES) {
		ERR(rd->err, WF_FAILED, "output \"%s\" is larger than 1 MiB",
		    o->name);
		return false;
	}
	if (memchr(value, '\0', n)) {
		ERR(rd->err, WF_FAILED, "output \"%s\" holds a NUL byte",
		    o->name);
		return false;
	}
	text = masked(rd, value, n);
	json = json_string(text);
	if (!json || !value_from_text(rd->a, o->type, text, &v, &why)) {
		ERR(rd->err, WF_FAILED, "output \"%s\" is not %s", o->name,
		    json ? why : "valid UTF-8");
		json_decref(json);
		return false;
	}
	json_decref(json);
	json = value_to_json(v);
	if (rd->secrets.nsecrets &&
	    (o->type == TYPE_JSON || o->type == TYPE_LIST))
		json = masked_json(rd, json);
	json_object_set_new(rd->out, o->name, json);
	return true;
}

static bool
take_pair(void *arg, const char *name, size_t name_n, const char *value,
	  size_t value_n)
{
	struct reader *rd = arg;
	const struct output_spec *o = find_spec(rd->step, name, name_n);

	return !o || set_output(rd, o, value, value_n);
}

static bool
read_set_file(struct reader *rd, const struct flight *f)
{
	struct strbuf text = STRBUF_INIT;
	char *path = spec_file(rd->r, f, ".set");
	bool ok = true;
	int line;

	if (access(path, F_OK) == 0) {
		ok = fs_read(path, OUTPUT_FILE_MAX, &text, rd->err) == WF_OK;
		if (ok &&
		    !outputs_parse(text.at, text.n, take_pair, rd, &line)) {
			ok = false;
			if (!rd->err->code)
				ERR(rd->err, WF_FAILED,
				    "line %d of $WFCTL_OUTPUT is not "
				    "name=value",
				    line);
		}
	}
	strbuf_release(&text);
	free(path);
	return ok;
}

static bool
read_stdout(struct reader *rd, const struct flight *f,
	    const struct output_spec *o)
{
	struct strbuf text = STRBUF_INIT;
	char *path = spec_file(rd->r, f, ".out");
	bool ok = fs_read(path, OUTPUT_FILE_MAX, &text, rd->err) == WF_OK;

	if (ok) {
		size_t n = text.n;

		while (n && (text.at[n - 1] == '\n' || text.at[n - 1] == '\r'))
			n--;
		ok = set_output(rd, o, text.at, n);
	}
	strbuf_release(&text);
	free(path);
	return ok;
}

static bool
read_secrets(struct reader *rd, const struct workflow *wf)
{
	for (uint32_t k = 0; k < rd->step->more->nsecrets; k++) {
		const struct secret *s =
			&wf->secrets[rd->step->more->secrets[k]];
		const char *value = secret_read(s, wf->dir, rd->a, rd->err);

		if (!value)
			return false;
		secret_add(rd->a, &rd->secrets, value);
	}
	return true;
}

static bool
all_there(struct reader *rd)
{
	for (uint32_t k = 0; k < rd->step->more->noutputs; k++) {
		const char *name = rd->step->more->outputs[k].name;

		if (json_object_get(rd->out, name))
			continue;
		ERR(rd->err, WF_FAILED,
		    "output \"%s\" was declared but not written to "
		    "$WFCTL_OUTPUT",
		    name);
		return false;
	}
	return true;
}

const char *
outputs_left(const struct run *r, uint32_t ix, struct arena *a)
{
	const struct step *step = run_step(r, run_inst(r, ix));
	struct wf_err err = {0};
	struct reader rd = {.r = r, .step = step, .a = a, .err = &err};
	struct strbuf log = STRBUF_INIT;
	struct flight f = {
		.ix = ix, .n = run_inst(r, ix)->nattempts, .phase = PHASE_DO};
	const char *json;
	char *text;

	names_log(r, ix, f.phase, f.n, &log);
	f.log = log.at;
	rd.out = json_object();
	if (step->more->noutputs && !step->more->nsecrets)
		read_set_file(&rd, &f);
	text = json_dumps(rd.out, JSON_COMPACT);
	json = arena_strdup(a, text);
	free(text);
	json_decref(rd.out);
	strbuf_release(&log);
	return json;
}

bool
outputs_read(const struct run *r, const struct flight *f, struct arena *a,
	     const char **json, struct wf_err *err)
{
	const struct inst *i = run_inst(r, f->ix);
	struct wf_err own = {0};
	struct reader rd = {.r = r,
			    .step = run_step(r, i),
			    .a = a,
			    .err = err ? err : &own};
	char *text;
	bool ok;

	*json = NULL;
	*rd.err = own;
	if (!rd.step->more->noutputs)
		return true;
	rd.out = json_object();
	ok = read_secrets(&rd, run_scope(r, i)->wf) && read_set_file(&rd, f);
	for (uint32_t k = 0; ok && k < rd.step->more->noutputs; k++)
		if (rd.step->more->outputs[k].from_stdout)
			ok = read_stdout(&rd, f, &rd.step->more->outputs[k]);
	ok = ok && all_there(&rd);
	if (ok) {
		text = json_dumps(rd.out, JSON_COMPACT);
		*json = arena_strdup(a, text);
		free(text);
	}
	json_decref(rd.out);
	return ok;
}
