/* What the files behind engine.h share.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_FACE_INT_H
#define WF_FACE_INT_H

#include "../engine.h"
#include "../store/store.h"
#include "../yaml/yaml_read.h"

struct wf_engine {
	char *dir;
	struct store *store;
	enum wf_open mode;
	struct bundle *bundle; /* the definition read last, or NULL */
	uint32_t *ranks;       /* of its root's steps; NULL: not asked for */
};

struct wf_flow {
	struct bundle *bundle;
};

/* A store's result as the face's code: WF_OK, WF_NOT_FOUND for ST_EMPTY,
 * else WF_STORE (err was filled by the store). */
enum wf_code face_code(enum st_result result);

/* The same when `err` tells more, such as WF_NOT_FOUND or WF_REFUSED. */
enum wf_code face_said(enum st_result result, const struct wf_err *err);

/* The store, opened now if it has come into being meanwhile; NULL with
 * WF_OK: there is still none, so there are no runs. */
enum wf_code
face_store(struct wf_engine *e, struct store **out, struct wf_err *err);

/* WF_NOT_FOUND. */
enum wf_code face_no_run(const char *run, struct wf_err *err);

/* The definition with this hash; belongs to `e` until the next call. */
enum wf_code face_bundle(struct wf_engine *e, const char *hash,
			 const struct bundle **out, struct wf_err *err);

/* A row as front ends see it; strings are the row's. */
struct wf_run_info face_run_info(struct wf_engine *e, const struct st_run *row);

struct wf_list face_list(void);

/* "dep/build" of the root flow: `build` of the flow that `dep` runs, and that
 * flow; NULL: it is not there. */
const struct step *face_find_step(const struct bundle *b, const char *id,
				  const struct workflow **wf);

/* The user as the kernel knows them, whatever the environment says. */
const char *face_actor(char *buffer, size_t size);

/* What a new run is started with, checked. */
struct start {
	const char *params;  /* JSON object: every param */
	const char *options; /* JSON object */
	const char *name;
};

/* Texts and files to checked values; all in `a`.  `old_params`: JSON of the
 * run that is made again, or NULL.  WF_USAGE with the param
 * or step named. */
enum wf_code
start_prepare(const struct workflow *wf, const struct wf_start *start,
	      const char *old_params, struct arena *a, struct start *out,
	      struct wf_err *err);

#endif
