/* A followed run as JSON lines, and as nothing at all.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>

#include "output.h"
#include "progress.h"
#include "record.h"

enum {
	SCHEMA = 1
};

static void
json_event(struct progress *p, const struct wf_event_info *event)
{
	json_t *object = record_event(p->detail.run.id, event);

	json_object_set_new(object, "schema", json_integer(SCHEMA));
	json_dumpf(object, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(object);
}

const struct progress_ops progress_json = {.event = json_event};

const struct progress_ops progress_quiet = {.quiet = true};
