# One test for each control-flow pattern the flow language can express.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() { load ../lib.sh; fresh; }
teardown() { stop_all; }

# Steps write what they do into the file `trace`, a line each.
traced() {
	tr '\n' ' ' <trace | sed 's/ $//'
}

# How many lines of the trace are TEXT.
times() {
	grep -cx "$1" trace || :
}

# meets FILE: shell text that waits for a file, for at most 20 seconds.
meets() {
	echo "for i in \$(seq 1000); do [ -e $1 ] && break; sleep 0.02; done; [ -e $1 ]"
}

# --- basic control flow

@test "sequence: chain, or one need after the other" {
	flow f <<'END'
order: chain
steps:
  - { id: a, run: echo a >>trace }
  - { id: b, run: echo b >>trace }
  - { id: c, run: echo c >>trace }
END
	expect 0 wfctl run f.yaml
	same "a b c" "$(traced)"
}

@test "parallel split and synchronisation" {
	flow f <<END
max_parallel: 2
steps:
  - { id: split, run: echo split >>trace }
  - { id: left, needs: [split], run: "touch l; $(meets r)" }
  - { id: right, needs: [split], run: "touch r; $(meets l)" }
  - { id: sync, needs: [left, right], run: echo sync >>trace }
END
	expect 0 wfctl run f.yaml
	same "split sync" "$(traced)"
}

@test "exclusive choice and simple merge" {
	flow f <<'END'
params: { way: left }
steps:
  - { id: left, if: params.way == "left", run: echo left >>trace }
  - { id: right, if: params.way != "left", run: echo right >>trace }
  - { id: merge, needs: [left, right], run: echo merge >>trace }
END
	expect 0 wfctl run f.yaml
	same "left merge" "$(traced)"
	same skipped "$(state f right)"
	rm trace
	expect 0 wfctl run f.yaml -p way=right
	same "right merge" "$(traced)"
}

@test "multi choice and structured synchronising merge" {
	flow f <<'END'
params: { n: 6 }
steps:
  - { id: two, if: params.n % 2 == 0, run: sleep 0.1; echo part >>trace }
  - { id: three, if: params.n % 3 == 0, run: echo part >>trace }
  - { id: five, if: params.n % 5 == 0, run: echo part >>trace }
  - { id: merge, needs: [two, three, five], run: echo merge >>trace }
END
	expect 0 wfctl run f.yaml
	same "part part merge" "$(traced)"
	rm trace
	expect 0 wfctl run f.yaml -p n=7
	[ ! -e trace ]
	same skipped "$(state f merge)"
}

@test "default choice: the way taken when no other was" {
	flow f <<'END'
params: { n: 7 }
steps:
  - { id: two, if: params.n % 2 == 0, run: echo two >>trace }
  - { id: three, if: params.n % 3 == 0, run: echo three >>trace }
  - id: other
    needs: [two, three]
    join: done
    if: steps.two.state == "skipped" && steps.three.state == "skipped"
    run: echo other >>trace
END
	expect 0 wfctl run f.yaml
	same other "$(traced)"
	rm trace
	expect 0 wfctl run f.yaml -p n=8
	same two "$(traced)"
}

# --- joins

@test "structured discriminator: any lets the follower run once, at the first" {
	flow f <<END
max_parallel: 3
steps:
  - { id: fast, run: echo fast >>trace }
  - { id: slow, run: "$(meets first); echo slow >>trace" }
  - { id: first, needs: [fast, slow], join: any,
      run: "echo first >>trace; touch first" }
END
	expect 0 wfctl run f.yaml
	same "fast first slow" "$(traced)"
	same 1 "$(ask f '.steps[] | select(.id == "first") | .attempts | length')"
}

@test "cancelling discriminator: the first success cancels the rest" {
	flow f <<'END'
max_parallel: 3
steps:
  - { id: fast, run: echo fast >>trace }
  - { id: slow, run: sleep 60; echo slow >>trace }
  - { id: first, needs: [fast, slow], join: any, cancel: [slow],
      run: echo first >>trace }
END
	expect 0 wfctl run f.yaml
	same "fast first" "$(traced)"
	same cancelled "$(state f slow)"
	same succeeded "$(state f)"
}

@test "blocking discriminator: the next round begins when all have come" {
	flow round <<'END'
max_parallel: 3
outputs: { n: "${{ steps.count.outputs.n }}" }
steps:
  - { id: fast, run: echo in >>trace }
  - { id: slow, run: sleep 0.05; echo in >>trace }
  - { id: first, needs: [fast, slow], join: any, run: echo first >>trace }
  - id: count
    needs: [fast, slow, first]
    run: echo "n=$(grep -c first trace)" >>$WFCTL_OUTPUT; echo out >>trace
    outputs: { n: int }
END
	flow f <<'END'
steps:
  - id: rounds
    workflow: round.yaml
    repeat: { until: outputs.n >= 3, limit: 5 }
END
	expect 0 wfctl run f.yaml
	same 3 "$(times out)"
	same "in first in out in first in out in first in out" "$(traced)"
}

@test "partial join: two of three, the third goes on" {
	flow f <<END
max_parallel: 4
steps:
  - { id: a, run: echo in >>trace }
  - { id: b, run: echo in >>trace }
  - { id: c, run: "$(meets two); echo late >>trace" }
  - { id: two, needs: [a, b, c], join: 2, run: "echo two >>trace; touch two" }
END
	expect 0 wfctl run f.yaml
	same "in in two late" "$(traced)"
}

@test "partial join: failures that leave enough do not matter to the join" {
	flow f <<'END'
on_failure: continue
steps:
  - { id: a, run: "true" }
  - { id: b, run: "false" }
  - { id: c, run: "true" }
  - { id: two, needs: [a, b, c], join: 2, run: echo two >>trace }
  - { id: three, needs: [a, b, c], join: 3, run: echo three >>trace }
END
	expect 1 wfctl run f.yaml
	same two "$(traced)"
	same pending "$(state f three)"
	same b "$(ask f '.steps[] | select(.id == "three") | .blocked_by[]')"
}

@test "cancelling partial join: two of three, the third is cancelled" {
	flow f <<'END'
max_parallel: 4
steps:
  - { id: a, run: "true" }
  - { id: b, run: "true" }
  - { id: c, run: sleep 60 }
  - { id: two, needs: [a, b, c], join: 2, cancel: [a, b, c], run: "true" }
END
	expect 0 wfctl run f.yaml
	same cancelled "$(state f c)"
	same succeeded "$(state f a)"
	same succeeded "$(state f)"
}

@test "generalised AND-join: the n-th of one branch meets the n-th of the other" {
	flow f <<'END'
steps:
  - id: a
    run: echo 'xs=["a1","a2","a3"]' >>$WFCTL_OUTPUT
    outputs: { xs: list }
  - id: b
    run: echo 'ys=["b1","b2"]' >>$WFCTL_OUTPUT
    outputs: { ys: list }
  - id: pair
    needs: [a, b]
    foreach: steps.b.outputs.ys
    env:
      X: "${{ steps.a.outputs.xs[index] }}"
      Y: "${{ item }}"
    run: echo "$X-$Y" >>trace
END
	expect 0 wfctl run f.yaml
	same $'a1-b1\na2-b2' "$(sort trace)"
}

@test "multi-merge: what follows runs once for each that comes" {
	flow after <<'END'
params: { what: { type: string, required: true } }
steps:
  - { id: prepare, run: "true" }
  - { id: follow, needs: [prepare], run: echo "$WFCTL_PARAM_what" >>trace }
END
	flow f <<'END'
steps:
  - id: each
    foreach: [x, y, z]
    workflow: after.yaml
    with: { what: "${{ item }}" }
END
	expect 0 wfctl run f.yaml
	same "x y z" "$(sort trace | tr '\n' ' ' | sed 's/ $//')"
	same 3 "$(ask f '[.steps[] | select(.id | endswith("follow"))] | length')"
}

# --- choices by the world, order by places

deferred() {
	flow f <<END
max_parallel: 4
steps:
  - { id: news, wait: { signal: news }, cancel: [late, file] }
  - { id: late, wait: { for: $1 }, cancel: [news, file] }
  - { id: file, wait: { file: $PWD/there }, cancel: [news, late] }
  - { id: by_news, needs: [{id: news, accept: succeeded}], run: echo news >>trace }
  - { id: by_time, needs: [late], run: echo time >>trace }
  - { id: by_file, needs: [file], run: echo file >>trace }
END
}

@test "deferred choice: the timer comes first" {
	deferred 50ms
	expect 0 wfctl run f.yaml
	same time "$(traced)"
	same cancelled "$(state f news)"
	same cancelled "$(state f file)"
	same skipped "$(state f by_news)"
	same "skipped because news was cancelled" "$(ask f '.steps[] | select(.id == "by_news") | .reason')"
}

@test "deferred choice: the file comes first" {
	deferred 1h
	id=$(wfctl run f.yaml -d)
	wait_for is waiting "$id" file
	touch there
	wait_for is succeeded "$id"
	same file "$(traced)"
	same cancelled "$(state f late)"
}

@test "deferred choice: the signal comes first" {
	deferred 1h
	id=$(wfctl run f.yaml -d)
	expect 0 wfctl signal "$id" news
	wait_for is succeeded "$id"
	same news "$(traced)"
	same cancelled "$(state f file)"
}

@test "critical section: steps with a lock never overlap" {
	flow f <<'END'
max_parallel: 4
steps:
  - { id: a, locks: [db], run: mkdir in; sleep 0.02; rmdir in }
  - { id: b, locks: [db, x], run: mkdir in; sleep 0.02; rmdir in }
  - { id: c, locks: [x, db], run: mkdir in; sleep 0.02; rmdir in }
  - { id: d, locks: [db], foreach: [1, 2, 3],
      run: mkdir in; sleep 0.02; rmdir in }
END
	expect 0 wfctl run f.yaml
}

@test "interleaved routing: any order but one at a time, partly ordered" {
	flow f <<'END'
max_parallel: 4
steps:
  - { id: a, locks: [one], run: mkdir in; echo a >>trace; rmdir in }
  - { id: b, locks: [one], needs: [a], run: mkdir in; echo b >>trace; rmdir in }
  - { id: c, locks: [one], run: mkdir in; echo c >>trace; rmdir in }
END
	expect 0 wfctl run f.yaml
	same "a b c" "$(sort trace | tr '\n' ' ' | sed 's/ $//')"
	[[ $(traced) == *a*b* ]]
}

@test "milestone: possible only once a point is reached and not yet passed" {
	flow f <<'END'
max_parallel: 3
steps:
  - { id: open, run: "true" }
  - { id: reached, needs: [open] }
  - { id: extra, needs: [reached], wait: { signal: extra } }
  - { id: close, needs: [reached], wait: { signal: close }, cancel: [extra] }
END
	id=$(wfctl run f.yaml -d)
	wait_for is waiting "$id" close
	same succeeded "$(state "$id" reached)"
	expect 0 wfctl signal "$id" close
	wait_for is succeeded "$id"
	same cancelled "$(state "$id" extra)"
}

# --- cancelling and ending

@test "cancel task and cancel region" {
	flow f <<'END'
max_parallel: 5
steps:
  - { id: a, run: sleep 60 }
  - { id: b, run: sleep 60 }
  - { id: c, needs: [b], run: echo c >>trace }
  - { id: other, run: echo other >>trace }
  - { id: stop, needs: [other], cancel: [a, b, c], run: "true" }
END
	expect 0 wfctl run f.yaml
	same other "$(traced)"
	for s in a b c; do same cancelled "$(state f $s)"; done
}

@test "cancel case: the whole run, and nothing is left behind" {
	flow f <<'END'
steps:
  - { id: a, run: touch there; sleep 60 }
  - { id: b, needs: [a], run: "true" }
END
	id=$(wfctl run f.yaml -d)
	wait_for test -e there
	expect 0 wfctl cancel "$id"
	wait_for is cancelled "$id"
	same cancelled "$(state "$id" a)"
}

@test "implicit termination: the run ends when nothing is left to do" {
	flow f <<'END'
steps:
  - { id: a, run: "true" }
  - { id: b, run: "true" }
  - { id: c, needs: [a], if: "false", run: "true" }
END
	expect 0 wfctl run f.yaml
	same succeeded "$(state f)"
}

@test "explicit termination: a step ends the run whatever else goes on" {
	flow f <<'END'
max_parallel: 3
steps:
  - { id: long, run: sleep 60 }
  - { id: later, needs: [long], run: "true" }
  - { id: asks, approval: { prompt: "Well?" } }
  - { id: end, cancel: [long, later, asks], run: "true" }
END
	expect 0 wfctl run f.yaml
	same succeeded "$(state f)"
	same cancelled "$(state f asks)"
}

# --- again and again

@test "structured loop: repeat until, its round known to the step" {
	flow f <<'END'
steps:
  - id: loop
    run: |
      echo round >>trace
      echo "n=$(wc -l <trace)" >>$WFCTL_OUTPUT
    outputs: { n: int }
    repeat: { until: outputs.n >= 4, limit: 10, every: 1ms }
  - id: after
    needs: [loop]
    env: { N: "${{ steps.loop.outputs.n }}" }
    run: echo "after $N" >>trace
END
	expect 0 wfctl run f.yaml
	same "round round round round after 4" "$(traced)"
}

@test "a loop whose limit is spent fails" {
	flow f <<'END'
steps:
  - id: loop
    run: echo round >>trace
    repeat: { until: "false", limit: 3 }
END
	expect 1 wfctl run f.yaml
	same 3 "$(times round)"
}

@test "arbitrary cycle: an approval sends back to an earlier step" {
	flow f <<'END'
order: chain
steps:
  - { id: draft, run: echo draft >>trace }
  - { id: check, run: echo check >>trace }
  - { id: ok, approval: { prompt: "Good?", send_back: [draft, check] } }
  - { id: print, run: echo print >>trace }
END
	expect 5 wfctl run f.yaml
	expect 0 wfctl send-back f ok --to draft -m "not yet"
	wait_for eval '[ "$(times check)" = 2 ] && is waiting f ok'
	expect 0 wfctl approve f ok
	wait_for is succeeded f
	same "draft check draft check print" "$(traced)"
}

@test "recursion: a flow that calls itself with a smaller param" {
	flow f <<'END'
params: { n: 4 }
outputs: { f: "${{ params.n < 2 ? 1 : params.n * steps.deeper.outputs.f }}" }
steps:
  - id: deeper
    if: params.n > 1
    workflow: f.yaml
    with: { n: "${{ params.n - 1 }}" }
END
	expect 0 wfctl run f.yaml
	same 24 "$(ask f .outputs.f)"
}

@test "recursion without an end is told, not followed for ever" {
	flow f <<'END'
steps:
  - { id: deeper, workflow: f.yaml }
END
	expect 1 wfctl run f.yaml
	err_has deep || has deep
}

# --- many instances

@test "instances known when the flow is written" {
	flow f <<'END'
max_parallel: 4
steps:
  - { id: each, foreach: [1, 2, 3], env: { I: "${{ item }}" },
      run: echo "$I" >>trace }
  - { id: after, needs: [each], run: echo after >>trace }
END
	expect 0 wfctl run f.yaml
	same after "$(tail -n 1 trace)"
	same 4 "$(wc -l <trace)"
}

@test "instances known when they are needed" {
	flow f <<'END'
steps:
  - id: list
    run: echo 'xs=["p","q"]' >>$WFCTL_OUTPUT
    outputs: { xs: list }
  - { id: each, needs: [list], foreach: steps.list.outputs.xs,
      env: { I: "${{ item }}" }, run: echo "$I" >>trace }
  - { id: after, needs: [each], run: echo after >>trace }
END
	expect 0 wfctl run f.yaml
	same 3 "$(wc -l <trace)"
	same "p q" "$(ask f '[.steps[] | select(.id == "each") | .instance] | sort | join(" ")')"
}

@test "instances not known until they have run: a round a batch" {
	flow batch <<'END'
outputs: { more: "${{ steps.take.outputs.more }}" }
steps:
  - id: take
    run: |
      mkdir -p queue
      xs=$(ls queue | jq -R . | jq -sc .)
      rm -f queue/*
      [ -e second ] || { touch second queue/c; }
      echo "xs=$xs" >>$WFCTL_OUTPUT
      echo "more=$([ -n "$(ls queue)" ] && echo true || echo false)" >>$WFCTL_OUTPUT
    outputs: { xs: list, more: bool }
  - { id: each, needs: [take], foreach: steps.take.outputs.xs,
      env: { I: "${{ item }}" }, run: echo "$I" >>trace }
END
	flow f <<'END'
steps:
  - { id: all, workflow: batch.yaml, repeat: { until: "!outputs.more", limit: 9 } }
END
	mkdir queue
	touch queue/a queue/b
	expect 0 wfctl run f.yaml
	same "a b c" "$(sort trace | tr '\n' ' ' | sed 's/ $//')"
}

@test "instances without synchronisation: nothing waits for them" {
	flow f <<END
max_parallel: 4
steps:
  - { id: start, run: "true" }
  - { id: each, needs: [start], foreach: [1, 2], run: "$(meets on)" }
  - { id: on, needs: [start], run: touch on }
END
	expect 0 wfctl run f.yaml
}

@test "static partial join of instances: so many are enough, the rest is cancelled" {
	flow f <<'END'
max_parallel: 8
steps:
  - { id: each, foreach: [0, 0.01, 0.02, 60, 60], env: { T: "${{ item }}" },
      run: sleep "$T"; echo x >>"$WFCTL_RUN_DIR/done" }
  - id: enough
    run: echo "n=$(wc -l <"$WFCTL_RUN_DIR/done" || echo 0)" >>$WFCTL_OUTPUT
    outputs: { n: int }
    repeat: { until: outputs.n >= 3, limit: 5000, every: 5ms }
    cancel: [each]
  - { id: after, needs: [enough], run: echo after >>trace }
END
	expect 0 wfctl run f.yaml
	same after "$(traced)"
	same 2 "$(ask f '[.steps[] | select(.id == "each" and .state == "cancelled")] | length')"
	same succeeded "$(state f)"
}

@test "dynamic partial join of instances: how many is an expression" {
	flow f <<'END'
max_parallel: 8
params: { part: 50 }
steps:
  - id: list
    run: echo 'xs=[0, 0, 60, 60]' >>$WFCTL_OUTPUT
    outputs: { xs: list }
  - { id: each, needs: [list], foreach: steps.list.outputs.xs,
      env: { T: "${{ item }}" },
      run: sleep "$T"; echo x >>"$WFCTL_RUN_DIR/done" }
  - id: enough
    needs: [list]
    run: echo "n=$(wc -l <"$WFCTL_RUN_DIR/done" || echo 0)" >>$WFCTL_OUTPUT
    outputs: { n: int }
    repeat:
      until: outputs.n * 100 >= size(steps.list.outputs.xs) * params.part
      limit: 5000
      every: 5ms
    cancel: [each]
  - { id: after, needs: [enough], run: echo after >>trace }
END
	expect 0 wfctl run f.yaml
	same after "$(traced)"
}

@test "partial success of instances: so many failures are tolerated" {
	flow f <<'END'
steps:
  - { id: each, foreach: [0, 1, 0, 0], tolerate: 25%,
      env: { E: "${{ item }}" }, run: exit $E }
  - { id: after, needs: [each], run: echo after >>trace }
END
	expect 0 wfctl run f.yaml
	same after "$(traced)"
}

# --- triggers

@test "persistent trigger: a signal is kept until somebody waits for it" {
	flow f <<END
steps:
  - { id: before, run: "$(meets go)" }
  - { id: waits, needs: [before], wait: { signal: go, timeout: 10s } }
END
	id=$(wfctl run f.yaml -d)
	expect 0 wfctl signal "$id" go
	touch go
	wait_for is succeeded "$id"
}

@test "transient trigger: what came before anybody waited is lost" {
	flow f <<END
steps:
  - { id: before, run: "$(meets go)" }
  - { id: waits, needs: [before], wait: { file: $PWD/pulse, timeout: 30ms } }
END
	id=$(wfctl run f.yaml -d)
	touch pulse
	rm pulse
	touch go
	wait_for is failed "$id"
	same timeout "$(ask "$id" '.steps[] | select(.id == "waits") | .cause')"
}
