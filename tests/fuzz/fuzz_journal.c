/* Any bytes may stand in a journal: what is kept reads the same again, and
 * what a record says is written as it was read.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "engine/warden/journal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_record(void *arg, const struct journal_record *r, uint64_t at)
{
	unsigned char again[JOURNAL_RECORD];
	const unsigned char *bytes = arg;
	struct journal_record back;

	journal_encode(r, again);
	if (!journal_decode(again, &back) || memcmp(&back, r, sizeof(back)))
		abort();
	if (!bytes)
		abort();
	(void)at;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const unsigned char boot[16] = "this boot id ...";
	unsigned char *bytes = malloc(size + JOURNAL_RECORD);
	unsigned char sealed[JOURNAL_RECORD];
	struct journal_record r = {.kind = JOURNAL_BEGUN};
	int64_t damage, again;
	size_t kept;

	if (!bytes)
		return 0;
	/* A good record in front, so that the rest has something to spoil. */
	memcpy(r.boot_id, boot, sizeof(boot));
	journal_encode(&r, sealed);
	memcpy(bytes, sealed, sizeof(sealed));
	memcpy(bytes + sizeof(sealed), data, size);
	kept = journal_walk(bytes, size + sizeof(sealed), boot, check_record,
			    bytes, &damage);
	if (kept > size + sizeof(sealed) || kept % JOURNAL_RECORD ||
	    damage >= (int64_t)kept)
		abort();
	if (journal_walk(bytes, kept, boot, check_record, bytes, &again) !=
		    kept ||
	    again != damage)
		abort();
	free(bytes);
	return 0;
}
