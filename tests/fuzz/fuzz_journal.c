/* Any bytes may stand in a journal after a power cut: what is kept of them is
 * whole, and a record that is told reads back as it was written.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "engine/warden/journal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct walk {
	const unsigned char *bytes;
	size_t n;
};

static void
check_record(void *arg, const struct journal_record *r, uint64_t at)
{
	const struct walk *walk = arg;
	struct journal_record again;
	unsigned char bytes[JOURNAL_RECORD];

	if (at % JOURNAL_RECORD || at + JOURNAL_RECORD > walk->n)
		abort();
	journal_encode(r, bytes);
	if (!journal_decode(bytes, &again) || again.attempt != r->attempt ||
	    again.kind != r->kind)
		abort();
}

/* The first byte of each record's worth of input chooses between raw bytes
 * and a record made from them, whose checksum is right. */
static void
make_records(const uint8_t *data, size_t size, unsigned char *out)
{
	struct journal_record r;

	memcpy(out, data, size);
	for (size_t at = 0; at + JOURNAL_RECORD <= size; at += JOURNAL_RECORD) {
		if (data[at] & 1)
			continue;
		memset(&r, 0, sizeof(r));
		r.kind = (enum journal_kind)(1 + data[at] / 2 % 4);
		r.attempt = data[at + 1];
		r.pid = data[at + 2];
		memcpy(r.boot_id, data + at + 3, sizeof(r.boot_id));
		journal_encode(&r, out + at);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const unsigned char boot_id[16];
	unsigned char *bytes = malloc(size ? size : 1);
	struct walk walk = {bytes, size};
	int64_t damage = 0;

	make_records(data, size, bytes);
	size_t kept = journal_walk(bytes, size, boot_id, check_record, &walk,
				   &damage);
	if (kept > size || kept % JOURNAL_RECORD || damage < -1 ||
	    damage >= (int64_t)size)
		abort();
	free(bytes);
	return 0;
}
