/* What the files behind engine.h share.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_FACE_INT_H
#define WF_FACE_INT_H

#include "engine.h"
#include "store/store.h"
#include "yaml/yaml_read.h"

struct wf_engine {
	char *dir;
	struct store *store;
	enum wf_open mode;
};

struct wf_flow {
	struct bundle *bundle;
};

/* A store's result as the face's code: WF_OK, WF_NOT_FOUND for ST_EMPTY,
 * else WF_STORE (err was filled by the store). */
enum wf_code face_code(enum st_result result);

/* What a new run is started with, checked. */
struct start {
	const char *params;  /* JSON object: every param */
	const char *options; /* JSON object */
	const char *name;
};

/* Texts and files to checked values; all in `a`.  WF_USAGE with the param
 * or step named. */
enum wf_code
start_prepare(const struct workflow *wf, const struct wf_start *start,
	      struct arena *a, struct start *out, struct wf_err *err);

#endif
