# Both compilers, in build folders of their own, have nothing to warn of.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return
}

# -s: the output is shown by bats when the build fails.
build_with() {
	make -s -j2 CC="$1" CFLAGS=-O1 DEVELOPER=1 BUILD="build/lint-$1" \
		BINARY="build/lint-$1/wfctl" all unit-tests
}

@test "gcc warns of nothing" {
	build_with gcc
}

@test "clang warns of nothing" {
	build_with clang
}

@test "a warning stops the build" {
	for cc in gcc clang; do
		tree=$BATS_TEST_TMPDIR/$cc
		mkdir -p "$tree/engine/base"
		cp Makefile "$tree"
		printf 'static int unused;\n' >"$tree/engine/base/a.c"
		run make -C "$tree" CC="$cc" DEVELOPER=1 \
			"build/$cc/engine/base/a.o"
		[ "$status" -ne 0 ]
		[[ $output == *unused* ]]
	done
}
