/* The table built from scenario.def.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "scenario.h"

const struct scenario_key_info scenario_keys[SCENARIO_NKEYS] = {
#define S(symbol, section, key, type, help, example)                           \
	{SECTION_##section, key, type, help, example},
#include "scenario.def"
#undef S
};

const char *
scenario_section_name(enum scenario_section section)
{
	static const char *const names[] = {
		[SECTION_FILE] = "a scenario file",
		[SECTION_SCENARIO] = "a scenario",
		[SECTION_STUB] = "a stub",
		[SECTION_RESULT] = "a result",
		[SECTION_ANSWER] = "an answer",
		[SECTION_EVENT] = "an event",
		[SECTION_EXPECT] = "an expectation",
	};

	return names[section];
}
