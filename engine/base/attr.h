/* What a declaration tells the compiler, and the length of an array.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_ATTR_H
#define WF_ATTR_H

#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#define ENDS_WITH_NULL         __attribute__((sentinel))
#define MUST_CHECK             __attribute__((warn_unused_result))
#define ARRAY_SIZE(a)          (sizeof(a) / sizeof((a)[0]))

#endif
