# What tests of the program begin with: a fresh home, a fixed environment, and
# words to say what is expected.  A .bats file begins so:
#
#	setup() { load ../lib.sh; fresh; }
#	teardown() { stop_all; }
#
# SPDX-License-Identifier: GPL-3.0-or-later

bats_require_minimum_version 1.5.0
PROJECT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
: "${WFCTL:=$PROJECT/wfctl}"
: "${BUILD:=$PROJECT/build/cc}"

# An empty folder to work in, an empty state directory, nothing inherited.
fresh() {
	local name
	for name in $(compgen -e | grep -E '^(WFCTL_|XDG_|LC_|LESS|PAGER)'); do
		unset "$name"
	done
	unset CI NO_COLOR EDITOR VISUAL LINES
	# What runs below `make test` is no part of that make.
	unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES CFLAGS SAN
	export HOME=$BATS_TEST_TMPDIR/home WFCTL_STATE=$BATS_TEST_TMPDIR/state
	export LC_ALL=C.UTF-8 TZ=UTC TERM=dumb COLUMNS=80
	mkdir -p "$HOME" "$BATS_TEST_TMPDIR/work"
	cd "$BATS_TEST_TMPDIR/work" || return
}

wfctl() {
	"$WFCTL" "$@"
}

# flow NAME <<END ...: writes NAME.yaml; `version: 1` is put before it.
flow() {
	{
		echo 'version: 1'
		cat
	} >"$1.yaml"
}

# expect STATUS COMMAND...: its output is in $output, standard error in
# $stderr, and both are shown when the status is another.
expect() {
	local wanted=$1
	shift
	run --separate-stderr "$@"
	[ "$status" -eq "$wanted" ] && return
	echo "$* ended with $status, not $wanted"
	echo "--- output"
	echo "$output"
	echo "--- standard error"
	# shellcheck disable=SC2154
	echo "$stderr"
	return 1
}

# has TEXT: the output of the last `expect` holds it; err_has likewise.
has() {
	[[ $output == *"$1"* ]] || {
		printf 'no "%s" in:\n%s\n' "$1" "$output"
		return 1
	}
}

err_has() {
	[[ $stderr == *"$1"* ]] || {
		printf 'no "%s" in standard error:\n%s\n' "$1" "$stderr"
		return 1
	}
}

# same WANTED GOT
same() {
	[ "$1" = "$2" ] || {
		printf 'wanted: %s\ngot:    %s\n' "$1" "$2"
		return 1
	}
}

# ask RUN FILTER: what jq finds in the run's JSON.
ask() {
	wfctl show "$1" -o json | jq -r "$2"
}

# The state of a step, or of the run when no step is named.
state() {
	if [ $# -gt 1 ]; then
		ask "$1" ".steps[] | select(.id == \"$2\") | .state"
	else
		ask "$1" .state
	fi
}

# wait_for COMMAND...: until it succeeds; a failure after 30 seconds.
wait_for() {
	local end=$((SECONDS + 30))
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $end ] || {
			echo "waited in vain for: $*"
			return 1
		}
		sleep 0.02
	done
}

# is STATE RUN [STEP]: for wait_for.
is() {
	[ "$(state "${@:2}")" = "$1" ]
}

# carrying PATTERN...: the processes with such a variable in their environment.
# One grep looks at all of them (this is done after every test), and none of
# its own carries anything.
carrying() {
	local found
	found=$(env -i "$(type -P grep)" -lzs "${@/#/-e}" /proc/[0-9]*/environ)
	found=${found//'/proc/'/}
	echo "${found//'/environ'/}"
}

# Front ends, engines and wardens of this test, whoever made them.
ours() {
	carrying "^WFCTL_STATE=$WFCTL_STATE\$"
}

# Nothing of a test outlives it.
stop_all() {
	local p
	cd / || return
	[ -n "${WFCTL_STATE:-}" ] || return 0
	for p in $(carrying "^WFCTL_STATE=$WFCTL_STATE\$" \
		"^WFCTL_RUN_DIR=$WFCTL_STATE/"); do
		kill -KILL "$p" 2>/dev/null || :
	done
}
