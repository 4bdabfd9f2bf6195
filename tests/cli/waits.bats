# A run may wait in many ways; none is forgotten when its engine is killed.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() { load ../lib.sh; fresh; }
teardown() { stop_all; }

# kill_engine RUN: without a chance to say anything.
kill_engine() {
	kill -KILL "$(ask "$1" .engine.pid)"
	wait_for eval '[ "$(ask '"$1"' .engine.alive)" = false ]'
}

@test "killed while a retry waits, a timer, a file: all go on" {
	flow f <<END
max_parallel: 9
steps:
  - { id: retry, run: 'echo x >>tries; [ "\$WFCTL_ATTEMPT" = 2 ]', retry: { limit: 1, delay: 3s } }
  - { id: for, wait: { for: 300ms } }
  - { id: file, wait: { file: $PWD/there } }
  - { id: round, outputs: { n: int },
      run: 'echo r >>rounds; echo n=\$(wc -l <rounds) >>\$WFCTL_OUTPUT',
      repeat: { until: outputs.n >= 2, every: 3s } }
END
	id=$(wfctl run f.yaml -d)
	wait_for is retry_wait "$id" retry
	wait_for is retry_wait "$id" round
	kill_engine "$id"
	touch there
	expect 0 wfctl resume "$id"
	same "2 2" "$(wc -l <tries) $(wc -l <rounds)"
}

@test "killed while people and signals are awaited; what is sent meanwhile counts" {
	flow f <<'END'
max_parallel: 9
steps:
  - { id: ok, approval: { prompt: "Well?" } }
  - { id: late, approval: { timeout: 200ms, default: approve } }
  - { id: go, wait: { signal: go } }
  - { id: busy, run: "until [ -e there ]; do sleep 0.02; done" }
END
	id=$(wfctl run f.yaml -d)
	wait_for is running "$id" busy
	kill_engine "$id"
	expect 0 wfctl signal "$id" go
	expect 0 wfctl approve "$id" ok -m fine
	touch there
	wait_for is succeeded "$id"
	same succeeded "$(state "$id" late)"
}

@test "killed in the middle of a foreach of child flows and of a rollback" {
	flow child <<'END'
params: { n: 0 }
steps:
  - { id: a, run: 'echo "$WFCTL_PARAM_n" >>trace; [ "$WFCTL_PARAM_n" != 3 ] || until [ -e go ]; do sleep 0.02; done',
      undo: '[ "$WFCTL_PARAM_n" != 2 ] || until [ -e back ]; do touch here; sleep 0.02; done; echo "u$WFCTL_PARAM_n" >>trace' }
END
	flow f <<'END'
max_parallel: 1
steps:
  - { id: each, foreach: [1, 2, 3, 4], workflow: child.yaml, with: { n: "${{ item }}" } }
END
	id=$(wfctl run f.yaml -d)
	wait_for grep -q 3 trace
	kill_engine "$id"
	touch go
	expect 0 wfctl resume "$id"
	same "1 2 3 4" "$(tr '\n' ' ' <trace | sed 's/ $//')"
	wfctl rollback "$id" -y -d
	wait_for test -e here
	kill_engine "$id"
	touch back
	expect 6 wfctl resume "$id"
	same "1 2 3 4 u4 u3 u2 u1" "$(tr '\n' ' ' <trace | sed 's/ $//')"
}
