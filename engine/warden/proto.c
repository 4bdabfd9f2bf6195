/* Messages: encoding and bounded decoding.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "proto.h"

#define MAGIC  0x5753 /* "SW" */
#define HEADER 16     /* magic 2, version 1, kind 1, size 4, attempt 8 */
#define NONE   UINT32_MAX

/* --- writing ------------------------------------------------------------ */

static void
put(struct strbuf *out, uint64_t value, size_t n)
{
	unsigned char bytes[8];

	for (size_t i = 0; i < n; i++)
		bytes[i] = (unsigned char)(value >> 8 * i);
	strbuf_add(out, bytes, n);
}

static void
put_text(struct strbuf *out, const char *text)
{
	size_t n = text ? strlen(text) : 0;

	put(out, text ? n : NONE, 4);
	if (text)
		strbuf_add(out, text, n + 1);
}

static void
put_list(struct strbuf *out, const char *const *list, size_t n)
{
	put(out, n, 4);
	for (size_t i = 0; i < n; i++)
		put_text(out, list[i]);
}

static size_t
count(const char *const *list)
{
	size_t n = 0;

	while (list && list[n])
		n++;
	return n;
}

static void
put_spec(struct strbuf *out, const struct warden_spec *s)
{
	const struct warden_limits *l = &s->limits;
	const int64_t numbers[] = {s->timeout,     s->kill_after, s->patience,
				   l->memory,      l->cpu_time,   l->file_size,
				   l->processes,   l->open_files, l->log,
				   l->stdout_bytes};

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		put(out, (uint64_t)numbers[i], 8);
	put(out, (uint32_t)s->nice, 4);
	put(out, s->room, 4);
	put(out, s->after, 8);
	put_text(out, s->program);
	put_text(out, s->key);
	put_text(out, s->workdir);
	put_text(out, s->log);
	put_text(out, s->output);
	put_text(out, s->input);
	put_text(out, s->unless);
	put_list(out, s->argv, count(s->argv));
	put_list(out, s->envp, count(s->envp));
	put_list(out, s->secrets, s->nsecrets);
}

static void
put_news(struct strbuf *out, const struct warden_news *n)
{
	put(out, n->kind, 4);
	put(out, n->kill, 4);
	put(out, (uint32_t)n->pid, 4);
	put(out, (uint32_t)n->status, 4);
	put(out, (uint32_t)n->error, 4);
	put(out, n->order, 8);
	put(out, n->start_time, 8);
	put(out, (uint64_t)n->begun, 8);
	put(out, (uint64_t)n->ended, 8);
	put(out, (uint64_t)n->wall_ended, 8);
	put(out, (uint64_t)n->user_us, 8);
	put(out, (uint64_t)n->system_us, 8);
	put(out, (uint64_t)n->max_rss, 8);
	put_text(out, n->detail);
}

void
proto_add(const struct proto *m, struct strbuf *out)
{
	size_t at = out->n, n;

	put(out, MAGIC, 2);
	put(out, PROTO_VERSION, 1);
	put(out, m->kind, 1);
	put(out, 0, 4);
	put(out, m->attempt, 8);
	switch (m->kind) {
	case PROTO_WELCOME:
		put(out, (uint64_t)m->damage, 8);
		break;
	case PROTO_NEWS:
		put_news(out, &m->news);
		break;
	case PROTO_START:
		put_spec(out, &m->spec);
		break;
	case PROTO_KILL:
	case PROTO_FREEZE:
		put(out, m->why, 4);
		put(out, m->now, 4);
		break;
	case PROTO_ACK:
		put(out, m->nacks, 4);
		for (size_t i = 0; i < m->nacks; i++)
			put(out, m->acks[i], 8);
		break;
	case PROTO_QUERY:
	case PROTO_WITHDRAW:
	case PROTO_LARGE:
		break;
	}
	n = out->n - at;
	for (size_t i = 0; i < 4; i++)
		out->at[at + 4 + i] = (char)(unsigned char)(n >> 8 * i);
}

void
proto_encode(const struct proto *m, struct strbuf *out)
{
	strbuf_clear(out);
	proto_add(m, out);
}

/* --- reading ------------------------------------------------------------ */

struct reader {
	const char *at, *end;
	bool bad;
};

static uint64_t
get(struct reader *r, size_t n)
{
	uint64_t value = 0;

	if (r->bad || (size_t)(r->end - r->at) < n) {
		r->bad = true;
		return 0;
	}
	for (size_t i = 0; i < n; i++)
		value |= (uint64_t)(unsigned char)r->at[i] << 8 * i;
	r->at += n;
	return value;
}

static const char *
get_text(struct reader *r)
{
	uint64_t n = get(r, 4);
	const char *text = r->at;

	if (n == NONE || r->bad)
		return NULL;
	if (n >= (size_t)(r->end - r->at) || text[n] != '\0' ||
	    memchr(text, '\0', n)) {
		r->bad = true;
		return NULL;
	}
	r->at += n + 1;
	return text;
}

/* Lists land one after the other in `words`, each ended by NULL. */
static size_t
get_list(struct reader *r, struct proto *m)
{
	uint64_t n = get(r, 4);

	if (n > (size_t)(r->end - r->at) / 5) {
		r->bad = true;
		return 0;
	}
	for (size_t i = 0; i < n && !r->bad; i++) {
		const char *text = get_text(r);

		r->bad = r->bad || !text;
		vec_push(&m->words, text);
	}
	vec_push(&m->words, NULL);
	return (size_t)n;
}

static void
get_spec(struct reader *r, struct proto *m)
{
	struct warden_spec *s = &m->spec;
	struct warden_limits *l = &s->limits;
	int64_t *const numbers[] = {
		&s->timeout,  &s->kill_after,  &s->patience,  &l->memory,
		&l->cpu_time, &l->file_size,   &l->processes, &l->open_files,
		&l->log,      &l->stdout_bytes};
	size_t argc, envc;

	s->attempt = m->attempt;
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		*numbers[i] = (int64_t)get(r, 8);
		r->bad = r->bad || *numbers[i] < 0;
	}
	s->nice = (int32_t)get(r, 4);
	s->room = (uint32_t)get(r, 4);
	s->after = get(r, 8);
	s->program = get_text(r);
	s->key = get_text(r);
	s->workdir = get_text(r);
	s->log = get_text(r);
	s->output = get_text(r);
	s->input = get_text(r);
	s->unless = get_text(r);
	m->words.n = 0;
	argc = get_list(r, m);
	envc = get_list(r, m);
	s->nsecrets = get_list(r, m);
	if (r->bad || !argc || !s->log || (s->after && !s->unless)) {
		r->bad = true;
		return;
	}
	s->argv = m->words.at;
	s->envp = m->words.at + argc + 1;
	s->secrets = m->words.at + argc + envc + 2;
}

static void
get_news(struct reader *r, struct warden_news *n)
{
	uint64_t kind = get(r, 4), kill = get(r, 4);
	const char *detail;

	r->bad = r->bad || kind > WARDEN_GONE || kill > WARDEN_KILL_PROCESSES;
	n->kind = (enum warden_news_kind)kind;
	n->kill = (enum warden_kill)kill;
	n->pid = (int32_t)get(r, 4);
	n->status = (int32_t)get(r, 4);
	n->error = (int32_t)get(r, 4);
	n->order = get(r, 8);
	n->start_time = get(r, 8);
	n->begun = (int64_t)get(r, 8);
	n->ended = (int64_t)get(r, 8);
	n->wall_ended = (int64_t)get(r, 8);
	n->user_us = (int64_t)get(r, 8);
	n->system_us = (int64_t)get(r, 8);
	n->max_rss = (int64_t)get(r, 8);
	detail = get_text(r);
	if (!detail || strlen(detail) >= sizeof(n->detail)) {
		r->bad = true;
		return;
	}
	memcpy(n->detail, detail, strlen(detail) + 1);
}

static void
get_acks(struct reader *r, struct proto *m)
{
	uint64_t n = get(r, 4);

	m->numbers.n = 0;
	r->bad = r->bad || n > PROTO_ACKS;
	for (uint64_t i = 0; i < n && !r->bad; i++)
		vec_push(&m->numbers, get(r, 8));
	m->acks = m->numbers.at;
	m->nacks = m->numbers.n;
}

static void
get_body(struct reader *r, struct proto *m)
{
	uint64_t why;

	switch (m->kind) {
	case PROTO_WELCOME:
		m->damage = (int64_t)get(r, 8);
		return;
	case PROTO_NEWS:
		get_news(r, &m->news);
		m->news.attempt = m->attempt;
		return;
	case PROTO_START:
		get_spec(r, m);
		return;
	case PROTO_KILL:
	case PROTO_FREEZE:
		why = get(r, 4);
		r->bad = r->bad || why > WARDEN_KILL_PROCESSES;
		m->why = (enum warden_kill)why;
		m->now = get(r, 4) != 0;
		return;
	case PROTO_ACK:
		get_acks(r, m);
		return;
	case PROTO_QUERY:
	case PROTO_WITHDRAW:
	case PROTO_LARGE:
		return;
	}
	r->bad = true;
}

bool
proto_decode(const char *bytes, size_t n, struct proto *m)
{
	struct reader r = {bytes, bytes + n, false};
	uint64_t magic = get(&r, 2);

	m->spec = (struct warden_spec){0};
	m->news = (struct warden_news){0};
	m->version = (unsigned)get(&r, 1);
	m->kind = (enum proto_kind)get(&r, 1);
	if (get(&r, 4) != n || magic != MAGIC)
		return false;
	m->attempt = get(&r, 8);
	/* A welcome is told from others in all versions. */
	if (m->version != PROTO_VERSION)
		return m->kind == PROTO_WELCOME;
	get_body(&r, m);
	return !r.bad && r.at == r.end;
}

void
proto_release(struct proto *m)
{
	vec_release(&m->words);
	vec_release(&m->numbers);
}

size_t
proto_size(const char *bytes, size_t n)
{
	struct reader r = {bytes, bytes + n, false};
	uint64_t size;

	get(&r, 4);
	size = get(&r, 4);
	return r.bad || size < HEADER || size > n ? n : (size_t)size;
}
