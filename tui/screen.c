/* The table of screens.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "screen.h"

static const struct screen_info screens[] = {
#define N(name, operations, title) {name, &operations, title},
#include "screen.def"
#undef N
};

const struct screen_info *
screen_at(size_t i)
{
	return i < ARRAY_SIZE(screens) ? &screens[i] : NULL;
}

static const struct screen_info *
find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(screens); i++)
		if (str_eq(screens[i].name, name))
			return &screens[i];
	return NULL;
}

const struct view_ops *
screen_ops(const char *name)
{
	return find(name) ? find(name)->ops : NULL;
}

const char *
screen_name(const char *name)
{
	return find(name) ? find(name)->name : NULL;
}
