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

@test "an engine that dies at its crash points loses and repeats nothing" {
	WFCTL=$PROJECT/build/crash/wfctl
	[ -x "$WFCTL" ] || skip "no build with crash points"
	WFCTL=$WFCTL run "$PROJECT/tests/crash/sweep_engine" 8 $((RANDOM % 8))
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "killing both repeats nothing, and names what is unknown" {
	WFCTL=$WFCTL kill_runs 10 "$RANDOM" both
}
