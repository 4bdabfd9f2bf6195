/* Any bytes may come over the warden's socket: a message that is accepted
 * is written again as the same bytes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "engine/warden/proto.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
try_message(const char *bytes, size_t n)
{
	struct strbuf again = STRBUF_INIT;
	struct proto m = {0}, back = {0};

	if (proto_decode(bytes, n, &m) && m.version == PROTO_VERSION) {
		proto_encode(&m, &again);
		if (again.n != n || !proto_decode(again.at, again.n, &back))
			abort();
		/* All but the normalized booleans and padding. */
		if (m.kind == PROTO_START && memcmp(again.at, bytes, n) != 0)
			abort();
	}
	proto_release(&m);
	proto_release(&back);
	strbuf_release(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *bytes = malloc(size + 16);

	if (!bytes)
		return 0;
	/* As it is, and with a header that fits. */
	memcpy(bytes, data, size);
	try_message(bytes, size);
	if (size) {
		size_t n = size - 1 + 16;

		memset(bytes, 0, 16);
		memcpy(bytes, "SW\1", 3);
		bytes[3] = (char)(data[0] % 9);
		for (int i = 0; i < 4; i++)
			bytes[4 + i] = (char)(unsigned char)(n >> 8 * i);
		memcpy(bytes + 16, data + 1, size - 1);
		try_message(bytes, n);
	}
	free(bytes);
	return 0;
}
