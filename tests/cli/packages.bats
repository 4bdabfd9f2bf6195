# The installer asks for what is missing, once, and never for more.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() {
	load ../lib.sh
	fresh
	mkdir bin
	export CALLS=$PWD/calls HERE=$PWD/here
	: >"$CALLS" >"$HERE"
	for tool in sh env awk cat; do
		ln -s "$(command -v $tool)" bin
	done
	fake dpkg-query 'for name; do :; done
		grep -qx "$name" "$HERE" && echo installed'
	fake id 'echo "${FAKE_UID:-0}"'
	fake find 'echo "${FAKE_LISTS-lists_Packages}"'
	ln -s "$(command -v grep)" bin
	ln -s "$(command -v head)" bin
	fake apt-get 'echo "$*" >>"$CALLS"
		case "$*" in *install*) exit "$(cat status 2>/dev/null || echo 0)" ;;
		*update*) echo 0 >status ;; esac'
}

fake() {
	printf '#!/bin/sh\n%s\n' "$2" >"bin/$1"
	chmod +x "bin/$1"
}

packages() {
	PATH=$PWD/bin sh "$PROJECT/tests/packages.sh" "$@"
}

all_but() {
	sh "$PROJECT/tests/packages.sh" -l build test |
		awk '{ print $2 }' | grep -vx "$1" >"$HERE"
}

@test "nothing is asked for when nothing is missing" {
	all_but nothing
	expect 0 packages build test
	same '' "$(cat "$CALLS")"
}

@test "only what is missing is installed" {
	all_but bats
	expect 0 packages build test
	grep -q 'install -y --no-install-recommends bats$' "$CALLS"
	same 1 "$(wc -l <"$CALLS")"
}

@test "to build takes no packages of the tests" {
	: >"$HERE"
	expect 0 packages build
	grep -q gcc "$CALLS"
	! grep -q bats "$CALLS"
}

@test "a user goes through sudo" {
	all_but bats
	fake sudo 'echo sudo >>"$CALLS"; exec "$@"'
	FAKE_UID=1000 expect 0 packages build test
	same sudo "$(head -n 1 "$CALLS")"
}

@test "a user without sudo is told what root has to install" {
	all_but bats
	FAKE_UID=1000 expect 1 packages build test
	err_has 'apt-get install bats'
	same '' "$(cat "$CALLS")"
}

@test "missing package lists are fetched first" {
	all_but bats
	FAKE_LISTS='' expect 0 packages build test
	grep -n update "$CALLS" | grep -q ^1:
}

@test "stale package lists are fetched when the install fails" {
	all_but bats
	echo 100 >status
	expect 0 packages build test
	same 3 "$(wc -l <"$CALLS")"
}

@test "on another system nothing is installed and nothing fails" {
	rm bin/apt-get
	expect 0 packages build
	err_has 'no Debian'
}
