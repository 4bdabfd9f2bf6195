#!/bin/sh
# Installs the Debian packages wfctl needs, and only those that are missing.
#
#	sh tests/packages.sh build          what building and running takes
#	sh tests/packages.sh build test     what the tests take as well
#	sh tests/packages.sh -l [GROUP]...  print the list, change nothing
#
# This is the one list of packages.  It works as root, or through sudo.
#
# SPDX-License-Identifier: GPL-3.0-or-later
set -eu

# GROUP PACKAGE WHY
packages() {
	cat <<-'END'
	build gcc            the C compiler
	build libc6-dev      the C library's headers
	build make           reads the Makefile
	build pkg-config     says where the libraries are
	build libyaml-dev    reads flow files, keeping line and column
	build libsqlite3-dev holds runs in one file that survives a power cut
	build libncurses-dev draws the dashboard
	build libreadline-dev line editing and history of the shell
	build libjansson-dev reads and writes JSON
	test  libcmocka-dev  unit tests
	test  bats           tests of the program, its crashes, and the lints
	test  tmux           a terminal to test the dashboard in
	test  strace         stops processes at chosen system calls
	test  jq             reads the JSON that the tests compare
	test  sqlite3        looks into the store from outside
	test  openssh-server a machine to run steps on, on the loopback
	test  openssh-client reaches it
	test  procps         finds processes a test must not leave behind
	test  bsdextrautils  col, which undoes the bold of manual pages
	test  clang          a second compiler's warnings; fuzzing
	test  libclang-rt-dev the fuzzer's and sanitizers' run-time
	test  clang-format   checks the shape of the sources
	test  mandoc         checks the manual pages
	bench ninja-build    to compare with
	bench parallel       the same, for steps without needs
	bench snakemake      the same, for pipelines
	END
}

list() {
	packages | awk -v groups=" $* " \
		'groups == "  " || index(groups, " " $1 " ")'
}

if [ "${1:-}" = -l ]; then
	shift
	list "$@"
	exit
fi
[ $# -gt 0 ] || set -- build

names=$(list "$@" | awk '{ print $2 }')
if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
	echo "packages.sh: this is no Debian; going on as if its packages" \
		$names "were here under whatever name" >&2
	exit 0
fi

missing=
for name in $names; do
	status=$(dpkg-query -W -f '${db:Status-Status}' "$name" \
		2>/dev/null) || status=none
	[ "$status" = installed ] || missing="$missing $name"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
	as_root=env
elif command -v sudo >/dev/null; then
	as_root='sudo env'
else
	echo "packages.sh: these packages are missing and only root may" \
		"install them; as root, run: apt-get install$missing" >&2
	exit 1
fi
# The caller's terminal may ask sudo's password, but apt asks nothing.
apt() {
	$as_root DEBIAN_FRONTEND=noninteractive apt-get -qq \
		-o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" </dev/null
}
install() {
	# shellcheck disable=SC2086
	apt install -y --no-install-recommends $missing
}

echo "Installing:$missing"
# Fresh machines have no package lists, old ones lists that name files the
# mirror no longer has.
lists=$(find /var/lib/apt/lists -name '*_Packages*' 2>/dev/null | head -n 1)
if [ -z "$lists" ] || ! install >/dev/null 2>&1; then
	apt update
	install >/dev/null
fi
