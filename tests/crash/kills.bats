# Random deaths of engine and warden, judged by what the steps did.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() { load ../lib.sh; fresh; }
teardown() { stop_all; }

kill_flows() {
	[ -x "$BUILD/tests/kill_flows" ] || skip "it is not built"
	WFCTL=$WFCTL run "$BUILD/tests/kill_flows" "$@"
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "killing the engine at random loses and repeats nothing" {
	kill_flows 8 "$RANDOM" engine
}

@test "killing the warden alone loses and repeats nothing" {
	kill_flows 4 "$RANDOM" warden
}

@test "an engine that dies at its crash points loses and repeats nothing" {
	WFCTL=$PROJECT/build/crash/wfctl
	[ -x "$WFCTL" ] || skip "no build with crash points"
	WFCTL=$WFCTL run "$PROJECT/tests/crash/sweep_engine" 8 $((RANDOM % 8))
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "a call that fails, or at which the engine dies, repeats nothing" {
	command -v strace >/dev/null || skip "there is no strace"
	CRASHING=$PROJECT/build/crash/wfctl
	[ -x "$CRASHING" ] || skip "no build with crash points"
	WFCTL=$WFCTL CRASHING=$CRASHING run \
		"$PROJECT/tests/crash/sweep_calls" 40 $((RANDOM % 40))
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "an allocation that fails ends a process, and never with a wrong answer" {
	NO_MEMORY_SO=$BUILD/tests/no_memory.so
	[ -e "$NO_MEMORY_SO" ] || skip "it is not built"
	WFCTL=$WFCTL NO_MEMORY_SO=$NO_MEMORY_SO run \
		"$PROJECT/tests/crash/sweep_memory" 200 $((RANDOM % 200))
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "damage to the store is refused, or does no harm" {
	CRASHING=$PROJECT/build/crash/wfctl
	[ -x "$CRASHING" ] || skip "no build with crash points"
	WFCTL=$WFCTL CRASHING=$CRASHING run \
		"$PROJECT/tests/crash/sweep_damage" 6007 $((RANDOM % 6007))
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "killing both repeats nothing, and names what is unknown" {
	kill_flows 4 "$RANDOM" both
}
