/* Masking: a scan with as little held back as can be.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "warden_mask.h"

#define STARS "***"

void
mask_init(struct mask *m, const struct mask_secret *secrets, size_t n)
{
	*m = (struct mask){
		.secrets = secrets, .nsecrets = n, .held = STRBUF_INIT};
	for (size_t i = 0; i < n; i++) {
		if (secrets[i].n)
			m->first[(unsigned char)secrets[i].at[0]] = true;
	}
}

/* The longest occurrence that begins here; 0: none.  `*open` when one might
 * begin here but the bytes end too early to tell. */
static size_t
occurrence(const struct mask *m, const char *at, size_t left, bool *open)
{
	size_t longest = 0;

	for (size_t i = 0; i < m->nsecrets; i++) {
		const struct mask_secret *s = &m->secrets[i];
		size_t n = s->n < left ? s->n : left;

		if (!n || memcmp(at, s->at, n) != 0)
			continue;
		if (s->n > left)
			*open = true;
		else if (s->n > longest)
			longest = s->n;
	}
	return longest;
}

/* Decide as many bytes as possible; returns how many. */
static size_t
decide(struct mask *m, bool last, struct strbuf *out)
{
	const char *at = m->held.at;
	size_t n = m->held.n, i = 0, plain = 0;

	for (; i < n; i++) {
		bool open = false;
		size_t found = 0;

		if (m->first[(unsigned char)at[i]])
			found = occurrence(m, at + i, n - i, &open);
		if (open && !last)
			break;
		if (i >= m->covered && found) {
			strbuf_add(out, at + plain, i - plain);
			strbuf_adds(out, STARS);
		}
		if (found && i + found > m->covered)
			m->covered = i + found;
		if (i < m->covered)
			plain = i + 1;
	}
	if (i > plain)
		strbuf_add(out, at + plain, i - plain);
	return i;
}

static void
advance(struct mask *m, size_t done)
{
	memmove(m->held.at, m->held.at + done, m->held.n - done);
	m->held.n -= done;
	m->covered -= m->covered < done ? m->covered : done;
}

void
mask_add(struct mask *m, const char *bytes, size_t n, struct strbuf *out)
{
	strbuf_add(&m->held, bytes, n);
	advance(m, decide(m, false, out));
}

void
mask_end(struct mask *m, struct strbuf *out)
{
	advance(m, decide(m, true, out));
}

void
mask_release(struct mask *m)
{
	if (m->held.cap)
		explicit_bzero(m->held.at, m->held.cap);
	strbuf_release(&m->held);
}
