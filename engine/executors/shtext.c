/* Shell text: limits and niceness.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "shtext.h"

static void
add_limit(struct strbuf *out, char option, int64_t value, int64_t unit)
{
	if (value > 0)
		strbuf_addf(out, "ulimit -%c %lld || exit 126; ", option,
			    (long long)((value + unit - 1) / unit));
}

void
shtext_limits(struct strbuf *out, const struct job *job, bool memory)
{
	const struct job_limits *l = &job->limits;

	if (memory)
		add_limit(out, 'v', l->memory, 1024);
	add_limit(out, 't', l->cpu_time, 1000);
	add_limit(out, 'f', l->file_size, 512);
	add_limit(out, 'n', l->open_files, 1);
}

void
shtext_nice(struct strbuf *out, const struct job *job)
{
	if (job->nice)
		strbuf_addf(out, "nice -n %d ", job->nice);
}
