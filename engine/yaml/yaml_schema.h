/* The flow language as a JSON Schema, for editors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_YAML_SCHEMA_H
#define WF_YAML_SCHEMA_H

/* Draft 7, which the YAML language server reads; caller frees. */
char *yaml_schema(void);

#endif
