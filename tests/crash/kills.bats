# Random deaths of engine and warden, judged by what the steps did.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() { load ../lib.sh; fresh; }
teardown() { stop_all; }

kill_runs() {
	run "$PROJECT/tests/crash/kill_runs" "$@"
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "killing the engine at random loses and repeats nothing" {
	WFCTL=$WFCTL kill_runs 20 "$RANDOM" engine
}

@test "killing the warden alone loses and repeats nothing" {
	WFCTL=$WFCTL kill_runs 10 "$RANDOM" warden
}

@test "killing both repeats nothing, and names what is unknown" {
	WFCTL=$WFCTL kill_runs 10 "$RANDOM" both
}
