/* What rows call for, by how they are shown.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "row_hints.h"

enum {
	CALLS = 4
};

/* What comes first; the last one is that of all other states. */
struct calls {
	uint32_t states; /* bits 1 << enum shown */
	enum action first[CALLS];
};

#define BIT(symbol) (UINT32_C(1) << SHOWN_##symbol)

static const struct calls of_steps[] = {
	{BIT(LOST) | BIT(UNDOX),
	 {ACTION_SETTLE, ACTION_RETRY, ACTION_LOG, ACTION_ROLLBACK}                                                              },
	{BIT(WAIT),
	 {ACTION_APPROVE, ACTION_REJECT, ACTION_SKIP, ACTION_ROLLBACK}                                                           },
	{BIT(RUN) | BIT(UNDO),
	 {ACTION_STOP_STEP, ACTION_LOG, ACTION_HOLD, ACTION_ROLLBACK}                                                            },
	{BIT(RETRY) | BIT(FAIL) | BIT(TIME) | BIT(CANC),
	 {ACTION_RETRY, ACTION_ROLLBACK, ACTION_SKIP, ACTION_LOG}                                                                },
	{BIT(PEND) | BIT(BLOCK) | BIT(QUEUE) | BIT(SLEEP) | BIT(HOLD),
	 {ACTION_SKIP, ACTION_HOLD, ACTION_ROLLBACK, ACTION_RECORD}                                                              },
	{0,							    {ACTION_ROLLBACK, ACTION_LOG, ACTION_RECORD, ACTION_RETRY}},
};

static const struct calls of_runs[] = {
	{BIT(INTR),				      {ACTION_RESUME, ACTION_STOP_RUN, ACTION_ROLLBACK}},
	{BIT(LOST) | BIT(UNDOX),
	 {ACTION_SETTLE, ACTION_RETRY, ACTION_ROLLBACK}                                                   },
	{BIT(WAIT),				      {ACTION_APPROVE, ACTION_REJECT, ACTION_STOP_RUN} },
	{BIT(HOLD),				      {ACTION_HOLD, ACTION_STOP_RUN, ACTION_ROLLBACK}  },
	{BIT(RUN) | BIT(QUEUE) | BIT(SLEEP) | BIT(UNDO),
	 {ACTION_HOLD, ACTION_STOP_RUN, ACTION_LOG}						       },
	{0,					      {ACTION_RETRY, ACTION_ROLLBACK}                  },
};

static size_t
add(enum action *out, size_t n, enum action action)
{
	for (size_t i = 0; i < n; i++)
		if (out[i] == action)
			return n;
	if (n + 1 < HINTS_MAX)
		out[n++] = action;
	return n;
}

static size_t
arrange(const struct calls *calls, enum shown shown, const enum action *list,
	size_t n, enum action *out)
{
	while (calls->states && !(calls->states & UINT32_C(1) << shown))
		calls++;
	memcpy(out, list, n * sizeof(*out));
	for (size_t i = 0; i < CALLS && calls->first[i] != ACTION_NONE; i++)
		n = add(out, n, calls->first[i]);
	for (; *list != ACTION_NONE; list++)
		n = add(out, n, *list);
	out[n] = ACTION_NONE;
	return n;
}

size_t
row_hints_step(enum shown shown, size_t kept, const enum action *list,
	       enum action *out)
{
	return arrange(of_steps, shown, list, kept, out);
}

size_t
row_hints_run(enum shown shown, size_t kept, const enum action *list,
	      enum action *out)
{
	return arrange(of_runs, shown, list, kept, out);
}
