# Hooks run through the door: what they see, and what their ends mean.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() {
	load ../lib.sh
	fresh
}

teardown() {
	stop_all
}

@test "whoever waits for the run has waited for its hooks" {
	flow f <<-END
		hooks: { success: sleep 0.3; echo done >out }
		steps: [{ id: a, run: "true" }]
	END
	expect 0 wfctl run f.yaml --progress quiet
	same done "$(cat out)"
}

@test "a hook finds in its environment what happened" {
	flow f <<-'END'
		params: { who: bob }
		hooks:
		  start: echo "$WFCTL_EVENT $WFCTL_RUN_STATE $WFCTL_PARAM_who" >>out
		  failure: echo "$WFCTL_EVENT $WFCTL_FAILED_STEP $WFCTL_REASON" >>out
		  exit: echo "$WFCTL_EVENT $WFCTL_RUN_STATE $WFCTL_FLOW" >>out
		steps: [{ id: a, run: exit 4 }]
	END
	expect 1 wfctl run f.yaml --progress quiet
	same "start running bob
failure a exit
exit failed f" "$(cat out)"
}

@test "a hook knows the step it is about, also when a rollback follows" {
	flow f <<-'END'
		on_failure: rollback
		hooks:
		  waiting: echo "$WFCTL_EVENT $WFCTL_STEP_ID $WFCTL_RUN_STATE" >>out
		  failure: echo "$WFCTL_EVENT $WFCTL_STEP_ID $WFCTL_FAILED_STEP $WFCTL_RUN_STATE" >>out
		  rollback: echo "$WFCTL_EVENT $WFCTL_RUN_STATE" >>out
		steps:
		  - { id: a, run: "true" }
		  - { id: ok, needs: [a], approval: { prompt: "a is ${{ steps.a.state }}" } }
		  - { id: bad, needs: [ok], run: "false" }
	END
	expect 5 wfctl run f.yaml --progress quiet
	expect 0 wfctl show f
	has "a is succeeded"
	expect 0 wfctl approve f ok
	wait_for is rolled_back f
	same "waiting ok waiting
failure bad bad failed
rollback rolled_back" "$(cat out)"
}

@test "a failing hook is recorded and changes nothing else" {
	flow f <<-END
		hooks: { success: "echo sorry; exit 9" }
		steps: [{ id: a, run: "true" }]
	END
	expect 0 wfctl run f.yaml --progress quiet
	expect 0 wfctl events @latest -o jsonl
	same 9 "$(jq 'select(.kind == "hook").data.exit_code' <<<"$output")"
	same sorry "$(cat "$WFCTL_STATE"/runs/*/logs/hook-success.log)"
}

@test "a hook survives the engine and runs just once" {
	flow f <<-'END'
		hooks: { success: "echo x >>out; until [ -e go ]; do sleep 0.05; done" }
		steps: [{ id: a, run: "true" }]
	END
	expect 0 wfctl run f.yaml -d
	run_id=$output
	wait_for test -s out
	kill -9 "$(ask "$run_id" .engine.pid)"
	touch go
	expect 0 wfctl resume "$run_id" --progress quiet
	same x "$(cat out)"
	same succeeded "$(state "$run_id")"
}
