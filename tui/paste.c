/* Tells what is pasted from what is typed.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "paste.h"

#include "keymap.h"
#include "term.h"

/* One key over and over is a key held down. */
static size_t
count_text(const uint32_t *keys, size_t n)
{
	size_t text = 0;
	bool differ = false;

	for (size_t i = 0; i < n; i++) {
		if (keys[i] == TERM_PASTE_BEGIN)
			return 0; /* it says so itself */
		text += key_is_text(keys[i]) || keys[i] == KEY_RETURN;
		differ |= keys[i] != keys[0];
	}
	return differ ? text : 0;
}

bool
paste_may_follow(const uint32_t *keys, size_t n)
{
	size_t text = count_text(keys, n);

	return text > 1 && text <= PASTE_KEYS;
}

bool
paste_drops(struct paste *p, const uint32_t *keys, size_t n, int64_t now)
{
	if (n == 0 || (!p->end && count_text(keys, n) <= PASTE_KEYS))
		return false;
	if (!p->end)
		p->dropped = 0;
	p->dropped += n;
	p->end = now + PASTE_END_MS;
	return true;
}

size_t
paste_ended(struct paste *p, int64_t now)
{
	if (!p->end || now < p->end)
		return 0;
	p->end = 0;
	return p->dropped;
}
