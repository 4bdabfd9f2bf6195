# The sources keep the rules of the house, and every rule can find a breach.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() {
	load lint.sh
	project=$BATS_TEST_DIRNAME/../..
	tree=$BATS_TEST_TMPDIR/tree
	mkdir -p "$tree"/{engine/{base,model,run,store,yaml},cli/commands,tui,tests,samples}
}

# The lint finds nothing here.
clean() {
	local found
	found=$("$1" "$project" "${@:2}") || :
	echo "$found"
	[ -z "$found" ]
}

# The lint finds this text in the planted tree.
finds() {
	local found
	found=$("$1" "$tree" "${@:3}") || :
	echo "found: $found"
	[[ $found == *"$2"* ]]
}

plant() {
	cat >"$tree/$1"
}

@test "includes go down the floors only" {
	clean lint_floors
}

@test "an include that goes up is found" {
	plant engine/run/run.h </dev/null
	plant engine/base/low.c <<<'#include "../run/run.h"'
	finds lint_floors 'engine/base/low.c may not include engine/run/run.h'
}

@test "an include between peers is found" {
	plant engine/store/store.h </dev/null
	plant engine/yaml/y.c <<<'#include "engine/store/store.h"'
	finds lint_floors 'engine/yaml/y.c may not include engine/store/store.h'
}

@test "a front end that reaches past the engine's face is found" {
	plant engine/model/value.h </dev/null
	plant tui/t.c <<<'#include "../engine/model/value.h"'
	finds lint_floors 'tui/t.c may not include engine/model/value.h'
}

@test "a library's header outside its room is found" {
	plant engine/run/r.c <<<'#include <sqlite3.h>'
	finds lint_floors 'engine/run/r.c may not include <sqlite3.h>'
}

@test "no two rooms lean on each other" {
	clean lint_circles
}

@test "a circle of rooms is found" {
	plant engine/run/a.h </dev/null
	plant engine/run/b.h </dev/null
	plant engine/run/a.c <<<'#include "b.h"'
	plant engine/run/b.c <<<'#include "a.h"'
	finds lint_circles 'engine/run/a'
}

@test "no call that overruns or reaches a shell by accident" {
	clean lint_forbidden_calls
}

@test "a forbidden call is found" {
	plant engine/run/a.c <<<'	strcpy(a, b);'
	finds lint_forbidden_calls 'engine/run/a.c:1'
	plant engine/run/a.c <<<'	x = system(b);'
	finds lint_forbidden_calls 'engine/run/a.c:1'
}

@test "no two files share a name" {
	clean lint_unique_names
}

@test "a shared name is found" {
	plant engine/run/a.c </dev/null
	plant engine/base/a.c </dev/null
	finds lint_unique_names 'a.c is the name of several files'
}

@test "every file begins with a sentence and carries its license" {
	clean lint_first_sentence
}

@test "a missing sentence and a missing license are found" {
	plant engine/run/a.c <<<'#include <stdio.h>'
	finds lint_first_sentence 'a.c: does not begin with a sentence'
	finds lint_first_sentence 'a.c: has no license tag'
}

@test "no file has more than 700 lines" {
	clean lint_long_files
}

@test "a file that is too long is found" {
	seq 701 | plant engine/run/a.c
	finds lint_long_files 'a.c: 701 lines'
}

@test "no function has more than 100 lines" {
	clean lint_long_functions 100
}

@test "a function that is too long is found" {
	{ echo 'int'; echo 'f(void)'; echo '{'; seq 101; echo '}'; } |
		plant engine/run/a.c
	finds lint_long_functions 'f has 101 lines' 100
}

@test "clang-format has nothing to change" {
	clean lint_format
}

@test "a badly shaped line is found" {
	cp "$project/.clang-format" "$tree"
	plant engine/run/a.c <<<'int   a ;'
	finds lint_format 'engine/run/a.c'
}

@test "no list names a thing twice" {
	clean lint_twice_in_list
}

@test "a name that stands in a list twice is found" {
	printf 'S(A, 1)\nS(B, 1)\nS(A, 2)\n' | plant engine/model/a.def
	finds lint_twice_in_list 'a.def: twice: S A'
}

@test "nothing names a place outside the project" {
	clean lint_strangers
}

@test "a path on somebody's machine is found" {
	plant engine/run/a.c <<<'/* see /home''/me/notes */'
	finds lint_strangers 'a.c:1'
}

@test "nothing is marked as unfinished" {
	clean lint_unfinished
}

@test "a mark of unfinished work is found" {
	plant engine/run/a.c <<<'/* TO''DO: later */'
	finds lint_unfinished 'a.c:1'
}

@test "no line ends in a space" {
	clean lint_trailing_space
}

@test "a space at the end of a line is found" {
	plant engine/run/a.c <<<'int a; '
	finds lint_trailing_space 'a.c:1'
}

@test "nothing strange stands at the top" {
	clean lint_top
}

@test "a strange entry at the top is found" {
	plant notes.txt </dev/null
	finds lint_top 'notes.txt does not belong'
}

@test "the README names every package the scripts install" {
	clean lint_packages
}

@test "a package the README keeps quiet about is found" {
	cp "$project/tests/packages.sh" "$tree/tests"
	plant README.md <<<'`gcc`'
	finds lint_packages 'README.md does not name make'
}
