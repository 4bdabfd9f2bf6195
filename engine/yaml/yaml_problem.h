/* What to try when a text is no YAML, or none that can be worked with.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_YAML_PROBLEM_H
#define WF_YAML_PROBLEM_H

/* For a message of libyaml's, or of those who read with it. */
const char *yaml_problem_hint(const char *problem);

#endif
