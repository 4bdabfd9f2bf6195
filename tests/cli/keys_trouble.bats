# Keys of the flow language: time, failure, undo, places, people, waiting.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() { load ../lib.sh; fresh; }
teardown() { stop_all; }

cause() {
	ask "$1" ".steps[] | select(.id == \"$2\") | .cause"
}

tries() {
	ask "$1" "[.steps[] | select(.id == \"$2\") | .attempts[]] | length"
}

traced() {
	tr '\n' ' ' <trace | sed 's/ $//'
}

# --- again, and not for ever

@test "timeout ends the whole tree; kill_after what clings" {
	nap=61.$$
	flow f <<END
on_failure: continue
max_parallel: 2
steps:
  - { id: slow, timeout: 100ms, run: "sleep $nap & sleep $nap" }
  - { id: clings, timeout: 100ms, kill_after: 100ms,
      run: "trap '' TERM; while :; do sleep 0.02; done" }
END
	expect 1 wfctl run f.yaml
	same timeout "$(cause f slow)"
	same timeout "$(cause f clings)"
	run ! pgrep -xf "sleep $nap"
}

@test "silence: no output for so long; a heartbeat keeps it alive" {
	flow f <<'END'
on_failure: continue
max_parallel: 2
steps:
  - { id: mute, silence: 300ms, run: sleep 60 }
  - { id: beats, silence: 1s,
      run: 'for i in 1 2 3 4 5 6; do touch "$WFCTL_HEARTBEAT"; sleep 0.2; done' }
END
	expect 1 wfctl run f.yaml
	same silent "$(cause f mute)"
	same succeeded "$(state f beats)"
}

@test "retry: a number, only, except, ranges, causes, expressions" {
	flow f <<'END'
on_failure: continue
max_parallel: 2
steps:
  - { id: number, retry: 2, run: exit 1 }
  - { id: only, retry: { limit: 2, only: [75] }, run: exit 75 }
  - { id: only_not, retry: { limit: 2, only: [75] }, run: exit 74 }
  - { id: range, retry: { limit: 1, only: ["64-78"] }, run: exit 70 }
  - { id: except, retry: { limit: 2, except: [3] }, run: exit 3 }
  - { id: cause, retry: { limit: 1, only: [timeout] }, timeout: 50ms, run: sleep 60 }
  - { id: regex, retry: { limit: 1, only: ["/busy [0-9]+/"] }, run: "echo busy 3; exit 1" }
  - { id: regex_not, retry: { limit: 1, only: ["/busy/"] }, run: "echo broken; exit 1" }
END
	expect 1 wfctl run f.yaml --progress quiet
	same "number 3 only 3 only_not 1 range 2 except 1 cause 2 regex 2 regex_not 1" \
		"$(ask f '[.steps[] | "\(.id) \(.attempts | length)"] | join(" ")')"
}

@test "on_failure stop: nothing new starts, what runs may finish" {
	flow f <<'END'
max_parallel: 2
steps:
  - { id: bad, run: "until [ -e there ]; do sleep 0.01; done; false" }
  - { id: runs, run: "touch there; sleep 0.2; touch finished" }
  - { id: next, needs: [runs], run: touch next }
END
	expect 1 wfctl run f.yaml
	[ -e finished ] && [ ! -e next ]
	same pending "$(state f next)"
}

@test "on_failure continue: what does not depend on it runs" {
	flow f <<'END'
on_failure: continue
max_parallel: 1
steps:
  - { id: bad, run: "false" }
  - { id: after, needs: [bad], run: touch after }
  - { id: other, run: touch other }
END
	expect 1 wfctl run f.yaml
	[ -e other ] && [ ! -e after ]
	same '["bad"]' "$(ask f '.steps[] | select(.id == "after") | .blocked_by | tojson')"
}

@test "on_failure ask: waits for a person; with a timeout its default decides" {
	flow f <<'END'
on_failure: ask
steps:
  - { id: bad, run: "[ -e ok ]" }
  - { id: after, needs: [bad], run: touch after }
END
	expect 5 wfctl run f.yaml
	same waiting "$(state f)"
	touch ok
	expect 0 wfctl retry f bad
	[ -e after ]
	flow g <<'END'
on_failure: { ask: { timeout: 50ms, default: rollback } }
steps:
  - { id: good, run: "true", undo: touch undone }
  - { id: bad, needs: [good], run: "false" }
END
	run wfctl run g.yaml
	wait_for is rolled_back g
	[ -e undone ]
	flow h <<'END'
on_failure: { ask: { timeout: 50ms, default: continue } }
steps:
  - { id: bad, run: "false" }
  - { id: other, run: touch other }
END
	run wfctl run h.yaml
	wait_for is failed h
	[ -e other ]
}

@test "on_failure rollback: to the savepoint, the start, a name" {
	for target in rollback "{ rollback: start }" "{ rollback: b }" "{ rollback: SP }"; do
		rm -f trace
		flow f <<END
order: chain
on_failure: $target
steps:
  - { id: a, run: "true", undo: echo a >>trace, savepoint: SP }
  - { id: b, run: "true", undo: echo b >>trace }
  - { id: c, run: "false", undo: echo c >>trace }
END
		expect 6 wfctl run f.yaml --progress quiet
		echo "$target: $(traced)" >>all
	done
	same "rollback: c b
{ rollback: start }: c b a
{ rollback: b }: c b
{ rollback: SP }: c b" "$(cat all)"
}

@test "on_failure of a step: ignore and fallback" {
	flow f <<'END'
outputs: { v: "${{ steps.main.outputs.v }}" }
steps:
  - { id: ignored, run: "false", on_failure: ignore }
  - { id: after, needs: [ignored], run: touch after }
END
	sed -i '/^outputs/d' f.yaml
	expect 4 wfctl run f.yaml
	[ -e after ]
	same partial "$(state f)"
	flow g <<'END'
steps:
  - { id: main, run: "false", outputs: { v: string }, on_failure: { fallback: spare } }
  - { id: spare, run: "echo v=spare >>$WFCTL_OUTPUT", outputs: { v: string } }
  - { id: after, needs: [main], env: { V: "${{ steps.main.outputs.v }}" }, run: echo "$V" >after }
END
	expect 0 wfctl run g.yaml
	same spare "$(cat after)"
}

@test "deadline: the run fails with that cause, and its policy applies" {
	flow f <<'END'
deadline: 200ms
on_failure: rollback
steps:
  - { id: a, run: "true", undo: touch undone }
  - { id: b, needs: [a], run: sleep 60 }
END
	expect 6 wfctl run f.yaml
	[ -e undone ]
	sed -i /on_failure/d f.yaml
	rm undone
	expect 1 wfctl run f.yaml
	same deadline "$(cause f b)"
	[ ! -e undone ]
}

@test "check: reused without running; asked again before a retry" {
	flow f <<'END'
steps:
  - { id: s, check: "[ -e effect ]", run: "touch effect; exit 1", retry: 1 }
END
	expect 0 wfctl run f.yaml
	same reused "$(state f s)"
	same 1 "$(ask f '[.steps[0].attempts[] | select(.phase == "do")] | length')"
	expect 0 wfctl run f.yaml
	same 0 "$(ask f '[.steps[0].attempts[] | select(.phase == "do")] | length')"
}

# --- undo

@test "undo: if, on, argv, retry, timeout" {
	flow f <<'END'
order: chain
params: { no: false }
rollback: { on_undo_failure: continue }
steps:
  - { id: argv, run: "true", undo: [touch, argv] }
  - { id: if, run: "true", undo: { run: touch never, if: params.no } }
  - { id: retry, run: "true", undo: { run: "echo x >>tries; [ $(wc -l <tries) = 3 ]", retry: 2 } }
  - { id: timeout, run: "true", undo: { run: sleep 60, timeout: 50ms } }
  - { id: on, run: "false", undo: { run: touch never, on: succeeded }, on_failure: continue }
END
	expect 1 wfctl run f.yaml
	expect 7 wfctl rollback f -y
	[ -e argv ] && [ ! -e never ]
	same 3 "$(wc -l <tries)"
	same undo_failed "$(state f timeout)"
	same undone "$(state f retry)"
	expect 0 wfctl mark f timeout succeeded -m "by hand"
	wait_for is rolled_back f
}

@test "undo of a failed attempt, by default" {
	flow f <<'END'
on_failure: rollback
steps:
  - id: s
    run: touch half; echo made=half >>"$WFCTL_OUTPUT"; false
    outputs: { made: string, more: string }
    undo: rm "$WFCTL_OUT_made$WFCTL_OUT_more"
END
	expect 6 wfctl run f.yaml
	[ ! -e half ]
}

@test "irreversible: refused without force" {
	flow f <<'END'
order: chain
steps:
  - { id: a, run: "true", undo: touch undone }
  - { id: sent, run: "true", irreversible: true }
END
	expect 0 wfctl run f.yaml
	expect 9 wfctl rollback f -y
	err_has irreversible
	[ ! -e undone ]
}

@test "protect: bytes, modes, times, links and absent paths come back" {
	mkdir d
	echo old >d/file
	chmod 640 d/file
	touch -d '2020-02-02 02:02:02' d/file
	ln -s file d/link
	stat -c '%n %a %Y %F' d/* >before
	flow f <<'END'
on_failure: rollback
steps:
  - id: s
    protect: [d, absent, single]
    run: |
      echo new >d/file; chmod 600 d/file; rm d/link; ln -s elsewhere d/link
      touch d/more absent; mkdir -p absent2; echo x >single; false
END
	printf 'a\0b' >single
	expect 6 wfctl run f.yaml
	same old "$(cat d/file)"
	same "$(cat before)" "$(stat -c '%n %a %Y %F' d/*)"
	same file "$(readlink d/link)"
	[ ! -e absent ]
	same 3 "$(stat -c %s single)"
}

# --- places

@test "pools of a run; priority goes first" {
	flow f <<'END'
max_parallel: 8
pools: { two: 2, one: { slots: 1, scope: run } }
steps:
  - { id: each, foreach: [1, 2, 3, 4, 5], pool: two,
      run: 'mkdir "s$$"; sleep 0.03; [ $(ls -d s* | wc -l) -le 2 ]; rmdir "s$$"' }
  - { id: low, pool: one, run: echo low >>trace }
  - { id: high, pool: one, priority: 9, run: echo high >>trace }
  - { id: both, pool: { one: 1, two: 2 }, priority: -9, run: echo both >>trace }
END
	expect 0 wfctl run f.yaml
	same "high low both" "$(traced)"
}

@test "among equals goes first what usually takes longest, with all that needs it" {
	flow f <<'END'
max_parallel: 1
steps:
  - { id: short, run: echo short >>trace }
  - { id: small, needs: [short], run: echo small >>trace }
  - { id: slow, run: 'echo slow >>trace; [ -e known ] || sleep 0.4' }
END
	expect 0 wfctl run f.yaml
	same "short small slow" "$(traced)"
	: >trace
	touch known
	expect 0 wfctl run f.yaml
	same "slow short small" "$(traced)"
}

@test "a host pool is shared by runs" {
	flow f <<'END'
pools: { gpu: { slots: 1, scope: host } }
steps:
  - { id: s, pool: gpu, run: mkdir in; sleep 0.1; rmdir in }
END
	a=$(wfctl run f.yaml -d)
	b=$(wfctl run f.yaml -d)
	c=$(wfctl run f.yaml -d)
	for r in "$a" "$b" "$c"; do wait_for is succeeded "$r"; done
}

@test "finally: after success, failure, rollback and cancel" {
	flow f <<'END'
params: { how: "true" }
on_failure: rollback
steps:
  - { id: s, env: { H: "${{ params.how }}" }, run: eval "$H", undo: echo undo >>trace }
finally:
  - { id: clean, run: echo clean >>trace }
  - { id: last, needs: [clean], run: echo last >>trace }
END
	expect 0 wfctl run f.yaml
	same "clean last" "$(traced)"
	rm trace
	expect 6 wfctl run f.yaml -p how=false
	same "undo clean last" "$(traced)"
	rm trace
	id=$(wfctl run f.yaml -p how="touch there; sleep 60" -d)
	wait_for test -e there
	expect 0 wfctl cancel "$id"
	wait_for is cancelled "$id"
	same "clean last" "$(traced)"
}

# --- joins and accept

@test "joins done and failed, and accept" {
	flow f <<'END'
on_failure: continue
steps:
  - { id: good, run: "true" }
  - { id: bad, run: "false" }
  - { id: no, if: "false", run: "true" }
  - { id: done, needs: [good, bad, no], join: done, run: echo done >>trace }
  - { id: failed, needs: [good, bad], join: failed, run: echo failed >>trace }
  - { id: unfailed, needs: [good, no], join: failed, run: echo never >>trace }
  - { id: accept, needs: [{ id: bad, accept: [failed] }], run: echo accept >>trace }
  - { id: picky, needs: [{ id: good, accept: [failed] }], run: echo never >>trace }
END
	expect 1 wfctl run f.yaml
	same "accept done failed" "$(sort trace | tr '\n' ' ' | sed 's/ $//')"
	same "skipped because nothing it needs failed" \
		"$(ask f '.steps[] | select(.id == "unfailed") | .reason')"
	same "skipped skipped because good succeeded" \
		"$(ask f '.steps[] | select(.id == "picky") | "\(.state) \(.reason)"')"
}

# --- people

@test "approval: timeout with each default, and each on_reject" {
	flow f <<'END'
on_failure: continue
max_parallel: 9
steps:
  - { id: fail, approval: { timeout: 30ms } }
  - { id: approve, approval: { timeout: 30ms, default: approve } }
  - { id: reject, approval: { timeout: 30ms, default: reject } }
  - { id: skip, approval: { timeout: 30ms, default: reject, on_reject: skip } }
END
	run wfctl run f.yaml
	wait_for is failed f
	same "fail failed timeout approve succeeded null reject failed rejected skip skipped null" \
		"$(ask f '[.steps[] | "\(.id) \(.state) \(.cause)"] | join(" ")')"
	flow g <<'END'
order: chain
steps:
  - { id: a, run: "true", undo: touch undone }
  - { id: ok, approval: { prompt: "Well?", on_reject: { rollback: start } } }
END
	expect 5 wfctl run g.yaml
	expect 0 wfctl reject g ok -m no
	wait_for is rolled_back g
	[ -e undone ]
}

@test "approval: assignees, forms, who and why become outputs" {
	flow f <<'END'
steps:
  - id: ok
    approval:
      prompt: "Well?"
      assignees: [nobody]
      form: { ticket: { pattern: "^[A-Z]+-[0-9]+$", required: true }, n: 3 }
  - id: after
    needs: [ok]
    env: { T: "${{ steps.ok.outputs.ticket }}", N: "${{ steps.ok.outputs.n }}",
           B: "${{ steps.ok.outputs.approved_by }}", C: "${{ steps.ok.outputs.comment }}" }
    run: echo "$T $N $B $C"
END
	expect 5 wfctl run f.yaml
	expect 9 wfctl approve f ok -f ticket=A-1
	err_has assign
	me=$(id -un)
	expect 0 wfctl assign f ok "$me" -m "on leave"
	expect 2 wfctl approve f ok
	err_has ticket
	expect 2 wfctl approve f ok -f ticket=nonsense
	expect 2 wfctl approve f ok -f ticket=A-1 -f wrong=1
	expect 0 wfctl approve f ok -f ticket=A-1 -m "all good"
	wait_for is succeeded f
	same "A-1 3 $me all good" "$(wfctl logs f after)"
	expect 9 wfctl approve f ok -f ticket=A-1
}

# --- waiting

@test "wait: for, until in the past, a signal, a file, each with timeout and default" {
	touch here
	flow f <<END
on_failure: continue
max_parallel: 20
steps:
  - { id: for, wait: { for: 20ms } }
  - { id: until, wait: { until: "2020-01-01T00:00:00Z" } }
  - { id: file, wait: { file: $PWD/here } }
  - { id: for_fail, wait: { for: 1h, timeout: 20ms } }
  - { id: for_ok, wait: { for: 1h, timeout: 20ms, default: succeed } }
  - { id: until_fail, wait: { until: "2099-01-01T00:00:00Z", timeout: 20ms } }
  - { id: until_ok, wait: { until: "2099-01-01T00:00:00Z", timeout: 20ms, default: succeed } }
  - { id: signal_fail, wait: { signal: s, timeout: 20ms } }
  - { id: signal_ok, wait: { signal: s, timeout: 20ms, default: succeed } }
  - { id: file_fail, wait: { file: gone, timeout: 20ms } }
  - { id: file_ok, wait: { file: gone, timeout: 20ms, default: succeed } }
END
	run wfctl run f.yaml
	wait_for is failed f
	same "for until file for_ok until_ok signal_ok file_ok" \
		"$(ask f '[.steps[] | select(.state == "succeeded") | .id] | join(" ")')"
	same "timeout" "$(ask f '[.steps[] | select(.state == "failed") | .cause] | unique | join(" ")')"
}

@test "wait: match chooses among signals; its data can be read" {
	flow f <<'END'
steps:
  - { id: w, wait: { signal: go, match: signal.data.v == "2" } }
  - { id: after, needs: [w], run: touch after }
END
	expect 5 wfctl run f.yaml
	expect 0 wfctl signal f go v=1
	expect 0 wfctl signal f other v=2
	same waiting "$(state f w)"
	expect 0 wfctl signal f go v=2
	wait_for is succeeded f
	expect 9 wfctl signal f go v=2
}
