/* What the files of face_edit share.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_FACE_EDIT_H
#define WF_FACE_EDIT_H

#include <sys/stat.h>

#include "../designing.h"
#include "../yaml/yaml_edit.h"
#include "face_int.h"

/* The file as it was when we read or wrote it. */
struct stamp {
	bool there;
	struct stat st;
};

struct wf_edit {
	struct edit *edit;
	char *path;
	struct stamp stamp;
	size_t saved; /* position */
	bool fresh;   /* never saved */
	/* What wf_edit_flow hands out; the workflow is the edit's. */
	struct wf_flow flow;
	struct bundle bundle;
};

#endif
