/* Hints by what the message says.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "yaml_problem.h"

#include <string.h>

#include "../base/attr.h"

static const struct {
	const char *part, *hint;
} hints[] = {
	{"cannot start any token",
	 "indent with spaces, not tabs; quote text that begins with @, ` or %"            },
	{"mapping values are not allowed",
	 "quote text that holds \": \", or check the indentation"                         },
	{"UTF-8",			  "save the file as UTF-8 text"                  },
	{"control char",                   "save the file as UTF-8 text"                  },
	{"did not find expected",
	 "check indentation, quotes and brackets above"                                   },
	{"could not find expected ':'",    "write `key: value`"                           },
	{"file is empty",                  "begin with `version: 1` and a list of `steps`"},
	{"several documents",              "keep each flow in its own file"               },
	{"other than a newline",           "end lines with a newline"                     },
	{"no map by lines",                "write keys as `key: value`, one a line"       },
	{"not written as `key: value`",    "write it so"                                  },
};

const char *
yaml_problem_hint(const char *problem)
{
	for (size_t i = 0; i < ARRAY_SIZE(hints); i++)
		if (strstr(problem, hints[i].part))
			return hints[i].hint;
	return "see wfctl-flow(5)";
}
