/* What is sent to the other machine, in parts that end with a marked line.
 *
 * The first part is a program for sh, without newlines that matter, since
 * the login shell's one-liner joins its lines by blanks.  It speaks with us
 * by lines: on its standard output `MARK ready`, `MARK beat`, `MARK set N`
 * and N bytes, `MARK out N`, `MARK ended STATUS`, or `MARK failed WHY`; on
 * its standard input come the parts, then `go`, then `TERM` or `KILL`.  The
 * step's own output is its standard error, so nothing can be mistaken for
 * these.  The end of standard input is the end of the connection: then the
 * step is ended, too.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ssh_there.h"

#include "../base/fs.h"
#include "shtext.h"

#define PART_MAX ((size_t)64 << 20)

void
ssh_there_command(struct strbuf *out, const char *mark)
{
	strbuf_addf(out,
		    "exec /bin/sh -c 'while IFS= read -r l && test \"$l\" != "
		    "%s; do w=\"$w $l\"; done; eval \"$w\"' %s",
		    mark, mark);
}

/* Variables: m the mark, d our folder, n a newline, g seconds of grace, f
 * names of the files that come, h whether heartbeats are watched, o whether
 * standard output goes by itself, s the status.  Processes that left the
 * session are known by the path in their environment that is only theirs. */
static const char there[] =
	"m=$0;\n"
	"n=$(printf '\\nx'); n=${n%x};\n"
	"CDPATH=;\n"
	"exec 3>&1 4>&2 1>&2 2>/dev/null;\n"
	"say() { printf '%s %s\\n' \"$m\" \"$*\" >&3; };\n"
	"failed() { rm -rf \"$d\"; say failed \"$@\"; exit 0; };\n"
	"part() { p=;\n"
	" while IFS= read -r l; do\n"
	"  if [ \"$l\" = \"$m\" ]; then return 0; fi;\n"
	"  printf '%s%s' \"$p\" \"$l\"; p=$n;\n"
	" done; rm -rf \"$d\"; exit 70; };\n"
	"d=; d=$(mktemp -d \"${TMPDIR:-/tmp}/step.XXXXXX\") ||\n"
	" failed cannot make a temporary directory;\n"
	"h=$(part) || exit 70; eval \"$h\";\n"
	"for x in $f; do part >\"$d/$x\"; done;\n"
	"e=$(part) || exit 70;\n"
	": >\"$d/set\" || failed cannot write to \"$d\";\n"
	"r=${TMPDIR:-/tmp}/wfctl-$(id -u);\n"
	"mkdir -m 700 \"$r\";\n"
	"if [ -h \"$r\" ] || [ ! -O \"$r\" ]; then\n"
	" failed \"$r\" belongs to somebody else; fi;\n"
	"mkdir -p \"$r/$run\" || failed cannot make \"$r/$run\";\n"
	"r=$r/$run;\n"
	"if [ -n \"$dir\" ]; then\n"
	" cd -- \"$dir\" || failed cannot enter \"$dir\"; fi;\n"
	"end() {\n"
	" for q in $(grep -slzxF \"WFCTL_OUTPUT=$d/set\" "
	"/proc/[0-9]*/environ); do\n"
	"  q=${q#/proc/}; kill -s $1 ${q%%/*}; done;\n"
	" if [ $1 = KILL ]; then rm -rf \"$d\"; fi; kill -s $1 0; };\n"
	"watch() { trap : TERM;\n"
	" while read -r w; do\n"
	"  case $w in TERM|KILL) end $w;; esac;\n"
	" done;\n"
	" end TERM;\n"
	" while [ $g -gt 0 ] && [ -d \"$d\" ]; do sleep 1 3>&-; g=$((g - 1));\n"
	" done;\n"
	" end KILL; };\n"
	"beats() { while [ -d \"$d\" ]; do\n"
	"  if [ -e \"$d/beat\" ]; then rm -f \"$d/beat\"; say beat; fi;\n"
	"  sleep 1 3>&- </dev/null; done; };\n"
	"step() {\n"
	" eval \"$e\"; };\n"
	"give() { if [ -f \"$d/$1\" ]; then cp \"$d/$1\" \"$d/x\";\n"
	"  say $1 $(wc -c <\"$d/x\"); cat \"$d/x\" >&3; fi; };\n"
	"trap : TERM;\n"
	"say ready;\n"
	"read -r w || w=; if [ \"$w\" != go ]; then rm -rf \"$d\"; exit 70; "
	"fi;\n"
	"exec 5<&0 </dev/null;\n"
	"watch <&5 >/dev/null 4>&- & watch=$!;\n"
	"beats=; if [ $h = 1 ]; then beats >/dev/null 4>&- 5<&- & beats=$!; "
	"fi;\n"
	"if [ $o = 1 ]; then\n"
	" (exec 1>\"$d/out\" 2>&4 3>&- 4>&- 5<&-; step <\"$d/in\"); s=$?;\n"
	"else\n"
	" (exec 1>&4 2>&4 3>&- 4>&- 5<&-; step <\"$d/in\"); s=$?;\n"
	"fi;\n"
	"trap \"\" PIPE;\n"
	"kill -s KILL $watch $beats;\n"
	"give set; give out;\n"
	"rm -rf \"$d\";\n"
	"say ended $s;\n";

/* --- parts --------------------------------------------------------------- */

static void
end_part(struct strbuf *out, const char *mark)
{
	strbuf_addf(out, "\n%s\n", mark);
}

static bool
add_file(struct carrier *c, const char *path, const char *mark,
	 struct strbuf *out)
{
	struct wf_err err = {0};

	if (fs_read(path, PART_MAX, out, &err))
		return !carrier_report(c, REPORT_SPAWN, 0, "%s", err.message);
	end_part(out, mark);
	return true;
}

/* Files of ours that only come along to be read. */
static bool
is_part(const char *name)
{
	return !str_eq(name, "WFCTL_OUTPUT") &&
	       !str_eq(name, "WFCTL_HEARTBEAT") &&
	       !str_eq(name, "WFCTL_RUN_DIR");
}

static const char *
value_of(struct carrier *c, const char *name)
{
	const char *value = map_get(&c->values, name);

	return value ? value : "";
}

static void
add_head(struct carrier *c, const char *mark, struct strbuf *out)
{
	const struct job *job = &c->job;
	const char *dir = job_setting(job, "workdir");

	strbuf_adds(out, "run=");
	strbuf_quote(out, value_of(c, "WFCTL_RUN_ID"));
	strbuf_adds(out, "; dir=");
	strbuf_quote(out, dir ? dir : job->workdir ? job->workdir : "");
	strbuf_addf(out, "; g=%lld; h=%d; o=%d; f='in",
		    (long long)((job->kill_after + 999) / 1000), job->heartbeat,
		    job->capture);
	if (job->script)
		strbuf_adds(out, " script");
	for (const char *const *name = job->files; *name; name++)
		if (is_part(*name))
			strbuf_addf(out, " %s", *name);
	strbuf_adds(out, "'");
	end_part(out, mark);
}

static bool
add_files(struct carrier *c, const char *mark, struct strbuf *out)
{
	const struct job *job = &c->job;
	const char *const *last = job->argv;

	if (job->input && !add_file(c, job->input, mark, out))
		return false;
	if (!job->input)
		end_part(out, mark);
	while (last[1])
		last++;
	if (job->script && !add_file(c, *last, mark, out))
		return false;
	for (const char *const *name = job->files; *name; name++)
		if (is_part(*name) &&
		    !add_file(c, value_of(c, *name), mark, out))
			return false;
	return true;
}

static bool
is_file(const struct job *job, const char *name)
{
	for (const char *const *f = job->files; *f; f++)
		if (str_eq(*f, name))
			return true;
	return false;
}

/* Our own folders first: a variable of the step may be called as ours are. */
static void
add_step(struct carrier *c, const char *mark, struct strbuf *out)
{
	const struct job *job = &c->job;

	strbuf_adds(out, "set --");
	for (const char *const *w = job->argv; *w; w++) {
		strbuf_addc(out, ' ');
		if (job->script && !w[1])
			strbuf_adds(out, "\"$d/script\"");
		else
			strbuf_quote(out, *w);
	}
	strbuf_adds(out, "; export WFCTL_OUTPUT=\"$d/set\" "
			 "WFCTL_HEARTBEAT=\"$d/beat\" WFCTL_RUN_DIR=\"$r\"");
	for (const char *const *name = job->files; *name; name++)
		if (is_part(*name))
			strbuf_addf(out, " %s=\"$d/%s\"", *name, *name);
	for (const char *const *name = job->names; *name; name++) {
		if (is_file(job, *name))
			continue;
		strbuf_addf(out, " %s=", *name);
		strbuf_quote(out, value_of(c, *name));
	}
	strbuf_adds(out, "; ");
	shtext_limits(out, job, true);
	strbuf_adds(out, "exec ");
	shtext_nice(out, job);
	strbuf_adds(out, "\"$@\"");
	end_part(out, mark);
}

bool
ssh_there_parts(struct carrier *c, const char *mark, struct strbuf *out)
{
	strbuf_adds(out, there);
	strbuf_addf(out, "%s\n", mark);
	add_head(c, mark, out);
	if (!add_files(c, mark, out))
		return false;
	add_step(c, mark, out);
	return true;
}
