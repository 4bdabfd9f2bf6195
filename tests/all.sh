#!/bin/sh
# Installs what is missing, builds, and runs every test there is; the last
# line counts them all: "N passed, N failed".
#
#	sh tests/all.sh                 everything
#	sh tests/all.sh unit lint ...   these suites only
#
# SPDX-License-Identifier: GPL-3.0-or-later
set -u
cd "$(dirname "$0")/.." || exit 1
sh tests/packages.sh build test || {
	echo "0 passed, 1 failed"
	exit 1
}
[ $# -gt 0 ] || set -- unit lint cli tui crash fuzz-smoke check-asan

say=$(mktemp -d) || exit 1
trap 'rm -rf "$say"' EXIT
trap 'exit 130' INT TERM

passed=0 failed=0
for suite; do
	echo "== $suite"
	# A suite that cannot be built is a failure of its own.
	{
		make -j2 "$suite" 2>&1
		echo $? >"$say/status"
	} | tee "$say/out"
	counts=$(awk '/^[0-9]+ passed, [0-9]+ failed$/ { p += $1; f += $3 }
		END { print p + 0, f + 0 }' "$say/out")
	p=${counts% *} f=${counts#* }
	if [ "$(cat "$say/status")" -ne 0 ] && [ "$f" -eq 0 ]; then
		echo "not ok - make $suite failed"
		f=1
	fi
	passed=$((passed + p)) failed=$((failed + f))
done
echo "== all: $*"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
