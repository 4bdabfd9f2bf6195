/* Of what an attempt wrote only the last moment is known: its log tells.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "silence.h"

#include <sys/stat.h>

int64_t
attempt_silence(const struct wf_attempt_info *a, int64_t end)
{
	int64_t since = a->started;
	struct stat st;

	if (a->log && stat(a->log, &st) == 0 && st.st_size > 0)
		since = (int64_t)st.st_mtim.tv_sec * 1000;
	return end > since ? end - since : 0;
}

int64_t
step_silence(const struct wf_step_info *s, int64_t now)
{
	const struct wf_attempt_info *a =
		s->nattempts ? &s->attempts[s->nattempts - 1] : NULL;
	int64_t silence;

	if ((s->state != STEP_RUNNING && s->state != STEP_UNDOING) || !a ||
	    a->finished || s->is_group || now - a->started < SILENCE_MS)
		return 0;
	silence = attempt_silence(a, now);
	return silence >= SILENCE_MS ? silence : 0;
}
