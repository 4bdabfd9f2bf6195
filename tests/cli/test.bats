# wfctl test: scenarios are played with nothing run and no time passing.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() {
	load ../lib.sh
	fresh
	flow f <<-'END'
		name: f
		steps:
		  - id: a
		    run: touch ran
		    retry: { limit: 2, delay: 10s }
		    undo: touch undone
		  - id: b
		    needs: [a]
		    run: touch ran
		    timeout: 1h
		    undo: touch undone
	END
}

teardown() {
	stop_all
}

# scenario TEXT: plays the scenario whose keys are on standard input.
scenario() {
	{
		echo 'flow: f.yaml'
		echo 'scenarios:'
		sed -e '1s/^/  - /' -e '1!s/^/    /'
	} >f.test.yaml
	wfctl test f.test.yaml "$@"
}

@test "nothing is run, no time passes, and nothing is left behind" {
	export TMPDIR=$PWD/tmp
	mkdir tmp
	expect 0 scenario <<-'END'
		steps: { a: [ { exit: 1, takes: 3h }, 0 ], b: { takes: 30m } }
		expect: { run: succeeded, attempts: { a: 2 }, within: 4h }
	END
	has 'succeeded in 3h30m'
	same '' "$(ls tmp)"
	[ ! -e ran ]
	[ ! -e "$WFCTL_STATE" ]
}

@test "a timeout ends what takes longer" {
	expect 0 scenario <<-'END'
		steps: { b: { takes: 2h } }
		expect: { run: failed, causes: { b: timeout }, within: 61m }
	END
}

@test "what is not as expected is told with its place, and fails" {
	expect 1 scenario <<-'END'
		steps: { b: 3 }
		expect:
		  run: succeeded
		  attempts: { b: 2 }
		  undo: [b, a]
	END
	has '0 passed, 1 failed'
	err_has 'f.test.yaml:5:12: the run is failed, not succeeded'
	err_has 'f.test.yaml:6:19: b was tried 1 time, not 2'
	err_has 'undone were none, in this order, not b, a'
}

@test "an operator's retry, rollback and resume" {
	expect 0 scenario <<-'END'
		steps: { b: [ 3, 0 ] }
		events:
		  - { run: failed, do: retry, by: alice }
		  - { run: succeeded, do: rollback, to: start }
		  - { run: rolled_back, do: resume }
		expect: { run: succeeded, undo: [b, a], attempts: { b: 3 } }
	END
}

@test "what is refused fails the scenario, unless that is expected" {
	expect 1 scenario <<-'END'
		events: [{ run: succeeded, do: pause }]
		expect: {}
	END
	err_has 'f.test.yaml:3:14: pause was refused'
	expect 0 scenario <<-'END'
		events: [{ run: succeeded, do: pause, refused: true }]
		expect: {}
	END
}

@test "an answer that is refused is given once, and the next time the next one" {
	flow f <<-'END'
		name: f
		steps:
		  - { id: a, run: "true", undo: "true" }
		  - id: ask
		    needs: [a]
		    approval: { assignees: [ops], timeout: 1d, send_back: [a] }
	END
	expect 1 scenario <<-'END'
		steps: { ask: { answer: { approve: true, by: mallory } } }
		expect: { run: failed }
	END
	same 1 "$(wc -l <<<"$stderr")"
	expect 0 scenario <<-'END'
		steps: { ask: { answer: [{ send_back: a }, { send_back: a }, approve] } }
		expect: { run: succeeded, attempts: { a: 3 } }
	END
}

@test "an event that never comes about fails the scenario" {
	expect 1 scenario <<-'END'
		events: [{ step: b, is: lost, crash: engine }]
		expect: {}
	END
	err_has 'f.test.yaml:3:14: this event did not happen'
}

@test "engines may die after each commit: nothing is done twice" {
	for crash in before_acting after_acting; do
		expect 0 scenario <<-END
			crash: $crash
			steps: { b: { do: 1, undo: [ 1, 0 ] } }
			events:
			  - { run: failed, do: rollback, to: start }
			expect:
			  run: rollback_failed
			  attempts: { a: 1, b: 1 }
			  steps: { a: succeeded, b: undo_failed }
			  undo: [b]
		END
		[[ $output =~ [1-9][0-9]*\ crashes ]]
	done
}

@test "the machine restarts: nobody can tell, and a person must say" {
	expect 0 scenario <<-'END'
		events: [{ step: b, is: running, crash: machine }]
		expect: { run: waiting, steps: { b: lost } }
	END
}

@test "--keep leaves the runs to be looked at" {
	expect 0 scenario --keep kept <<-'END'
		name: some name
		expect: { run: succeeded }
	END
	same succeeded "$(wfctl --state kept show @latest -o json | jq -r .state)"
}

@test "names that are wrong are found before anything is played" {
	expect 3 scenario <<-'END'
		steps: { aa: 1, b: { cause: timout } }
		expects: {}
	END
	err_has 'f.test.yaml:3:33: "timout" is not known here; did you mean "timeout"?'
	err_has 'a scenario has no key "expects"; did you mean "expect"?'
	expect 3 scenario <<-'END'
		steps: { aa: 1 }
		expect: { steps: { c: failed } }
	END
	err_has 'f.test.yaml:3:14: the flow has no step "aa"; did you mean "a"?'
	err_has 'the flow has no step "c"'
}

@test "json tells it all" {
	expect 1 scenario -o json <<-'END'
		name: x
		expect: { run: failed }
	END
	same '["x",false,"succeeded",2,4]' \
		"$(jq -c '.[0] | [.scenario, .passed, .state, .attempts,
			.misses[0].line]' <<<"$output")"
}

@test "the samples play" {
	for file in "$PROJECT"/samples/tests/*.yaml; do
		expect 0 wfctl test "$file"
	done
}
