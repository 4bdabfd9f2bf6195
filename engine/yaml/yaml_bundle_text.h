/* The text a bundle is stored as: JSON of one fixed shape.
 *
 *	{"version":1,"files":[{"key":"","file":"f.yaml","dir":"/x","text":"..."}]}
 *
 * Read without building a tree of it, since it may be 16 MiB.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_YAML_BUNDLE_TEXT_H
#define WF_YAML_BUNDLE_TEXT_H

#include "yaml_read.h"

/* Find the length and the hash of its text: 32 hex digits that tell texts
 * apart and promise no more. */
void bundle_seal(struct bundle *b);

struct bundle_part {
	const char *key, *file, *dir;
	char *text;
	size_t bytes;
};

/* Calls `fn` for each file, until it returns false.  The texts are decoded
 * where they stand, so `json` is no JSON afterwards; they live as long as
 * it.  Returns NULL, or what is wrong with it. */
const char *
bundle_scan(char *json, size_t n,
	    bool (*fn)(void *arg, const struct bundle_part *part), void *arg);

#endif
