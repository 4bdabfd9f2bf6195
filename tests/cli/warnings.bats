# Early warnings as events, from the history of a flow and from its runs.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() {
	load ../lib.sh
	fresh
}

teardown() {
	touch go
	stop_all
}

warnings() {
	wfctl events "$1" -o jsonl |
		jq -r 'select(.kind == "warning") | "\(.step) \(.data.rule)"' |
		grep -v disk
}

@test "an attempt that takes much longer than usual warns by itself" {
	flow f <<-END
		steps: [{ id: a, run: "until [ -e go ]; do sleep 0.05; done" }]
	END
	touch go
	for _ in 1 2 3 4 5; do
		expect 0 wfctl run f.yaml --progress quiet
	done
	rm go
	expect 0 wfctl run f.yaml -d
	id=$output
	said() { [ "$(warnings "$id")" = "a slower_than" ]; }
	wait_for said
	touch go
	wait_for is succeeded "$id"
}

@test "memory is watched over all processes of the attempt" {
	flow f <<-'END'
		steps:
		  - id: a
		    warn: { memory: 20MiB }
		    run: x=$(head -c 40000000 /dev/zero | tr '\0' x); until [ -e go ]; do sleep 0.05; done
	END
	expect 0 wfctl run f.yaml -d
	id=$output
	said() { [ "$(warnings "$id")" = "a memory" ]; }
	wait_for said
	touch go
	wait_for is succeeded "$id"
}

@test "a warning runs its hook, with the reason, and changes nothing else" {
	flow f <<-'END'
		hooks: { warning: 'echo "$WFCTL_REASON" >out' }
		steps:
		  - { id: a, warn: { log: /oops/ }, run: echo oops }
	END
	expect 0 wfctl run f.yaml --progress plain
	has warning
	same "its log matches /oops/" "$(cat out)"
}

@test "a run that takes long warns at its moment, also while nothing runs" {
	flow f <<'END'
warn: { after: 100ms }
steps: [{ id: w, wait: { for: 400ms } }]
END
	expect 0 wfctl run f.yaml --progress quiet
	same after "$(wfctl events f -o jsonl | jq -r 'select(.kind == "warning").data.rule')"
}

@test "a deadline that cannot be met is told while there is time" {
	flow f <<'END'
params: { t: "0.3" }
deadline: 1h
steps: [{ id: s, env: { T: "${{ params.t }}" }, run: sleep $T }]
END
	for _ in 1 2 3 4 5; do expect 0 wfctl run f.yaml --progress quiet; done
	sed -i 's/1h/250ms/' f.yaml
	expect 1 wfctl run f.yaml --progress quiet
	same deadline_risk "$(wfctl events f -o jsonl | jq -r 'select(.kind == "warning").data.rule')"
}
