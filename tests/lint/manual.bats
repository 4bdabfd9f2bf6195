# The manual has a page for every command, and every page reads without errors.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() {
	load lint.sh
	project=$BATS_TEST_DIRNAME/../..
}

@test "every command has a page and every page a command" {
	run lint_pages "$project"
	[ -z "$output" ]
}

@test "a command without a page is found, and a page without a command" {
	mkdir -p "$BATS_TEST_TMPDIR"/{cli,man}
	echo 'C(run, "run", NULL, RUN, CREATE, "x")' \
		>"$BATS_TEST_TMPDIR/cli/cmd.def"
	touch "$BATS_TEST_TMPDIR/man/wfctl-walk.1.in"
	run lint_pages "$BATS_TEST_TMPDIR"
	[[ $output == *"wfctl run has no page"* ]]
	[[ $output == *"wfctl-walk.1.in is about no command"* ]]
}

@test "mandoc finds nothing wrong with the pages" {
	ls "$project"/man/*.in
	run mandoc -T lint -W warning "$project"/man/*.in
	[ "$status" -eq 0 ]
}
