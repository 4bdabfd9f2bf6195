/* Reading a plain YAML file into a value.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "yaml_value.h"

#include "../base/fs.h"
#include "../model/workflow.h"
#include "yaml_node.h"

static enum wf_code
first_finding(const struct wf_diags *diags, struct wf_err *err)
{
	const struct wf_diag *d = &diags->at[0];

	ERR(err, WF_USAGE, "%s", d->message);
	wf_err_place(err, d->file, d->line, d->column);
	if (d->hint)
		wf_err_hint(err, "%s", d->hint);
	return WF_USAGE;
}

enum wf_code
yaml_load_value(const char *path, struct arena *a, struct value *out,
		struct wf_err *err)
{
	struct strbuf text = STRBUF_INIT;
	struct node_tree tree = {0};
	struct wf_diags diags = {0};
	struct arena scratch = {0};
	enum wf_code code = fs_read(path, WORKFLOW_MAX_BYTES, &text, err);

	if (!code) {
		node_tree_read(&tree, &scratch, path, text.at, text.n, &diags);
		if (diags.nerrors) {
			code = first_finding(&diags, err);
		} else {
			struct value v = node_value(&tree, tree.root, &scratch);
			json_t *json = value_to_json(v);

			*out = value_from_json(a, json);
			json_decref(json);
		}
		node_tree_release(&tree);
	}
	wf_diags_release(&diags);
	arena_release(&scratch);
	strbuf_release(&text);
	return code;
}
