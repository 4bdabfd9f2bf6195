# Both compilers, in build folders of their own, have nothing to warn of.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() {
	load lint.sh
	cd "$BATS_TEST_DIRNAME/../.." || return
}

# -s: the output is shown by bats when the build fails.
make_with() {
	env -u MAKEFLAGS -u MFLAGS make -s -j2 CC="$1" CFLAGS=-O1 DEVELOPER=1 "${@:2}"
}

# Where gcc has built all there is and would have stopped at a warning: the
# build that is tested, when it was such a one.
built_by_gcc() {
	local flags unit
	flags=$(cat "$BUILD/flags")
	for unit in tests/unit/test_*.c; do
		unit=$BUILD/tests/$(basename "$unit" .c)
		[ -x "$unit" ] || flags=
	done
	if [[ $flags == *-O2*-Werror* || $flags == *-Werror*-O2* ]] &&
		"${flags%% *}" --version | grep -q 'Free Software Foundation'; then
		objects=$BUILD
	else
		objects=build/lint-gcc
		make_with gcc BUILD=$objects BINARY=$objects/wfctl all unit-tests
	fi
}

@test "gcc warns of nothing" {
	built_by_gcc
}

@test "clang warns of nothing" {
	make_with clang syntax
}

@test "a warning stops the build" {
	for cc in gcc clang; do
		tree=$BATS_TEST_TMPDIR/$cc
		mkdir -p "$tree/engine/base"
		cp Makefile "$tree"
		printf 'static int unused;\n' >"$tree/engine/base/a.c"
		run env -u MAKEFLAGS make -C "$tree" CC="$cc" DEVELOPER=1 \
			"build/$cc/engine/base/a.o"
		[ "$status" -ne 0 ]
		[[ $output == *unused* ]]
	done
}

@test "the front ends reach the engine through its face alone" {
	built_by_gcc
	run lint_face "$objects"
	[ -z "$output" ]
}

@test "a symbol taken past the engine's face is found" {
	tree=$BATS_TEST_TMPDIR
	mkdir -p "$tree"/{cli,tui,engine/store}
	echo 'void st_open(void); void f(void); void f(void) { st_open(); }' |
		gcc -xc -c -o "$tree/cli/f.o" -
	echo 'void st_open(void); void st_open(void) {}' |
		gcc -xc -c -o "$tree/engine/store/s.o" -
	run lint_face "$tree"
	[[ $output == *"st_open is taken past"* ]]
}
