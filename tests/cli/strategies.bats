# The strategies of wfctl-exceptions(7), each by policy and by hand.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() { load ../lib.sh; fresh; }
teardown() { stop_all; }

# A chain a, b, c whose b fails; more keys of b, and of the flow, by argument.
chain() {
	flow f <<-END
	order: chain
	$2
	steps:
	- {id: a, run: 'echo a >>trace', undo: 'echo undo a >>trace'}
	- {id: b, run: 'echo b >>trace; test -e ok', undo: 'echo undo b >>trace'$1}
	- {id: c, run: 'echo c >>trace', undo: 'echo undo c >>trace'}
	END
}

traced() {
	same "$1" "$(tr '\n' ' ' <trace | sed 's/ $//')"
}

# A step of its own that runs until told otherwise.
slow() {
	nap=60.$$
	flow f <<-END
	steps:
	- {id: a, kill_after: 1s, run: 'touch up; exec sleep $nap'}
	- {id: b, needs: [a], run: 'true'}
	END
	id=$(wfctl run -d f.yaml)
	wait_for test -e up
}

@test "continue" {
	chain ', on_failure: ignore'
	expect 4 wfctl run f.yaml
	traced "a b c"
	chain
	rm trace
	expect 1 wfctl run f.yaml
	expect 0 wfctl skip @latest b -m "not needed"
	expect 0 wfctl resume @latest
	traced "a b c"
}

@test "suspend and resume" {
	chain '' 'on_failure: {ask: {timeout: 100ms, default: continue}}'
	expect 1 wfctl run f.yaml
	same failed "$(state @latest)"
	chain '' 'on_failure: ask'
	expect 5 wfctl run f.yaml
	touch ok
	expect 0 wfctl retry @latest b
	slow
	expect 0 wfctl pause "$id" a -m look
	wait_for eval '[ "$(ps -o state= -p "$(pgrep -xf "sleep $nap")")" = T ]'
	expect 0 wfctl pause "$id" -m wait
	wait_for is paused "$id"
	expect 0 wfctl continue "$id" a -d
	expect 0 wfctl continue "$id" -d
	wait_for is running "$id"
	expect 0 wfctl cancel "$id" --now -m enough
	wait_for is cancelled "$id"
}

@test "restart" {
	chain ', retry: 1'
	expect 1 wfctl run f.yaml
	traced "a b b"
	touch ok
	expect 0 wfctl retry @latest b --downstream
	traced "a b b b c"
	expect 0 wfctl rerun @latest --from b
	traced "a b b b c b c"
}

@test "force-complete" {
	chain
	expect 1 wfctl run f.yaml
	expect 0 wfctl mark @latest b succeeded -m "by hand"
	expect 0 wfctl resume @latest
	traced "a b c"
	same succeeded "$(state @latest b)"
	chain ', check: test -e ok'
	touch ok
	expect 0 wfctl run f.yaml
	same reused "$(state @latest b)"
}

@test "force-fail" {
	slow
	expect 0 wfctl cancel "$id" a -m "not this one"
	wait_for is cancelled "$id" a
	expect 0 wfctl mark "$id" a failed -m "it was wrong"
	same failed "$(state "$id" a)"
}

@test "remove one item" {
	slow
	expect 0 wfctl cancel "$id" a -m "not this one"
	wait_for is cancelled "$id"
	expect 0 wfctl skip "$id" a -m "nor later"
	expect 0 wfctl resume "$id"
	same succeeded "$(state "$id" b)"
}

@test "remove all items of one case, and of all cases" {
	slow
	first=$id
	id=$(wfctl run -d f.yaml)
	wait_for is running "$id" a
	for r in $(wfctl ls -q --state running); do
		expect 0 wfctl cancel "$r" --now -m "all of them"
	done
	wait_for is cancelled "$first"
	wait_for is cancelled "$id"
	flow g <<-'END'
	concurrency: {group: one, policy: cancel}
	steps:
	- {id: a, run: 'touch here; until test -e go; do sleep 0.02; done'}
	END
	first=$(wfctl run -d g.yaml)
	wait_for test -e here
	id=$(wfctl run -d g.yaml)
	wait_for is cancelled "$first"
	touch go
	wait_for is succeeded "$id"
}

@test "reallocate" {
	[ "$(id -un)" = root ] || skip "wants the user root"
	flow f <<-'END'
	steps:
	- {id: a, approval: {prompt: May it?, assignees: [nobody]}}
	END
	expect 5 wfctl run f.yaml
	expect 9 wfctl approve @latest a
	expect 0 wfctl assign @latest a root
	expect 0 wfctl approve @latest a
	wait_for is succeeded @latest
}

@test "compensate" {
	chain '' 'on_failure: rollback'
	expect 6 wfctl run f.yaml
	traced "a b undo b undo a"
	chain
	touch ok
	rm trace
	expect 0 wfctl run f.yaml
	expect 6 wfctl rollback @latest --step b -y -m "only this"
	traced "a b c undo b"
}

@test "roll back, and go on from there" {
	chain ', savepoint: here' ''
	touch ok
	expect 0 wfctl run f.yaml
	expect 6 wfctl rollback @latest --to here -y -m back
	traced "a b c undo c"
	expect 0 wfctl resume @latest
	expect 6 wfctl rollback @latest --to b -y -m further
	expect 6 wfctl rollback @latest -y -m "to the start"
	traced "a b c undo c c undo c undo b undo a"
	expect 0 wfctl resume @latest
}

@test "what triggers them has a cause" {
	cause_of() {
		flow f
		run wfctl run f.yaml
		same "$1" "$(ask @latest '.steps[0].cause')"
	}
	cause_of exit <<<"steps: [{id: a, run: 'false'}]"
	cause_of timeout <<<"steps: [{id: a, run: sleep 9, timeout: 50ms}]"
	cause_of spawn <<<"steps: [{id: a, argv: [/no/such/program]}]"
	cause_of spawn <<<"steps: [{id: a, run: 'true', workdir: /no/such}]"
	cause_of require <<<"steps: [{id: a, run: 'true', require: ['1 > 2']}]"
	cause_of ensure <<<"steps: [{id: a, run: 'true', ensure: ['1 > 2']}]"
	cause_of output <<<"steps: [{id: a, run: 'true', outputs: {n: int}}]"
	cause_of deadline <<<"$(printf 'deadline: 50ms\nsteps: [{id: a, run: sleep 9}]')"
}
