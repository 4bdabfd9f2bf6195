/* A JSON object in a file, read member by member and item by item, so that
 * what is long is never whole in memory.
 *
 *	struct jsonfile f = {.file = file};
 *	off_t at[2];
 *	json_t *item;
 *
 *	if (!jsonfile_find(&f, (const char *[]){"run", "steps"}, at, 2))
 *		it is no JSON object
 *	run = jsonfile_value(&f, at[0]);
 *	jsonfile_enter(&f, at[1]);
 *	while (jsonfile_next(&f, &item))
 *		json_decref(item);
 *	if (f.bad) ...
 *	jsonfile_release(&f);
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_JSONFILE_H
#define WF_JSONFILE_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

#include <jansson.h>

#include "str.h"

struct jsonfile {
	FILE *file;         /* one that can be read again */
	bool bad;           /* what was read last is no JSON */
	bool begun;         /* past the first member or item */
	char end;           /* the bracket that ends what was entered */
	struct strbuf text; /* of one value */
	json_t *name;       /* of the member */
};

/* Walk through the whole object for the places of these members; -1: it has
 * no such member.  False: the file is no JSON object, or does not end with
 * it. */
bool jsonfile_find(struct jsonfile *f, const char *const *names, off_t *at,
		   size_t n);
/* The value at a place, NULL when there is none.  Caller owns it. */
json_t *jsonfile_value(struct jsonfile *f, off_t at);
/* To the list or object at a place; -1 is an empty one. */
void jsonfile_enter(struct jsonfile *f, off_t at);
/* Its next item or member, whose name is jsonfile_name; false at the end, or
 * when it is bad.  Caller owns the value. */
bool jsonfile_next(struct jsonfile *f, json_t **value_out);
const char *jsonfile_name(const struct jsonfile *f);
void jsonfile_release(struct jsonfile *f);

#endif
