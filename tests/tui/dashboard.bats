# The dashboard in a real terminal: what it shows, what its keys do.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() {
	load ../lib.sh
	load tmux.sh
	fresh
}

teardown() {
	close_screen
	stop_all
}

two_steps() {
	flow two <<-'END'
		name: two
		steps:
		  - id: first
		    run: echo one; echo two
		  - id: second
		    needs: [first]
		    run: exit 3
	END
}

gated() {
	flow gated <<-'END'
		name: gated
		steps:
		  - id: prep
		    run: echo prepared
		    undo: echo undone
		  - id: ask
		    needs: [prep]
		    approval:
		      prompt: Shall it ship?
		      form:
		        percent: { type: int, required: true, min: 1, max: 100 }
		  - id: ship
		    needs: [ask]
		    run: echo shipped
	END
}

@test "an empty store says how to begin" {
	screen 80 24
	says "$WFCTL tui"
	shows 'no runs yet'
	keys q
	shows '$'
	restored
}

@test "the list opens a run, q comes back, q leaves" {
	two_steps
	expect 1 wfctl run two.yaml --progress quiet
	screen 80 24
	says "$WFCTL tui"
	shows 'second: exit 3'
	keys Enter
	shows '[1 Steps]'
	shows 'log second'
	keys q
	shows 'wfctl > runs'
	keys q
	hides 'wfctl > runs'
	restored
}

@test "tabs show graph, timeline, log, events and record" {
	two_steps
	expect 1 wfctl run two.yaml --progress quiet
	screen 80 24
	says "$WFCTL tui @latest"
	shows '[1 Steps]'
	keys k 2
	shows '[✓ first'
	keys 3
	shows '/col'
	keys 4
	shows '   1 one'
	keys 5
	shows 'WHO'
	keys 6
	shows 'Step first'
}

@test "an approval is answered with its form" {
	gated
	run=$(wfctl run gated.yaml -d)
	wait_for is waiting "$run"
	screen 80 24
	says "$WFCTL tui $run"
	shows 'asks for you'
	keys a
	shows 'Shall it ship?'
	shows 'percent *'
	press Tab '< Reject'
	keys Tab
	keys -l 25
	shows '[25'
	press Tab '< Approve'
	keys A
	shows 'approved'
	shows 'ok 3/3'
	same succeeded "$(ask "$run" .state)"
}

@test "a rollback shows its plan and needs a capital letter" {
	gated
	run=$(wfctl run gated.yaml -d)
	wait_for is waiting "$run"
	screen 80 24
	says "$WFCTL tui $run"
	shows 'asks for you'
	keys k b
	shows 'Roll back run'
	shows 'run undo: echo undone'
	keys Escape
	hides 'Roll back run'
	same waiting "$(ask "$run" .state)"
}

@test "r and r again retry a failed step" {
	two_steps
	run=$(wfctl run two.yaml -d)
	wait_for is failed "$run"
	screen 80 24
	says "$WFCTL tui $run"
	shows 'exit 3'
	keys r
	shows 'Retry second'
	keys r
	shows '1+1'
	wait_for is failed "$run"
	same 2 "$(ask "$run" '.steps[1].attempts | length')"
}

@test "read-only shows all and changes nothing" {
	two_steps
	run=$(wfctl run two.yaml -d)
	wait_for is failed "$run"
	screen 80 24
	says "$WFCTL tui $run --read-only"
	shows 'exit 3'
	keys r
	shows 'Retry second'
	keys r
	shows 'read-only'
	same 1 "$(ask "$run" '.steps[1].attempts | length')"
}

@test "hostile names and logs never reach the terminal" {
	flow evil <<-'END'
		name: evil
		steps:
		  - id: evil
		    run: printf 'a\033]0;owned\007\033[2J\033[?1049l\033(0 b\n'; printf '\302\2332J\342\200\256x\n'
	END
	expect 0 wfctl run evil.yaml --progress quiet
	screen 80 24
	says "$WFCTL tui @latest"
	shows '<ESC>]0;owned<BEL><ESC>[2J'
	shows '<U+202E>'
	same 1 "$(terminal '#{alternate_on}')"
	[[ $(terminal '#{pane_title}') != *owned* ]]
}

@test "pasted text runs nothing" {
	two_steps
	run=$(wfctl run two.yaml -d)
	wait_for is failed "$run"
	screen 80 24
	says "$WFCTL tui $run"
	shows 'exit 3'
	tm set-buffer 'rrrr CCCC SSSS bbbb BBBB'
	tm paste-buffer
	shows 'pasted text was ignored'
	same 1 "$(ask "$run" '.steps[1].attempts | length')"
}

@test "help lists the keys and Enter runs the line" {
	two_steps
	expect 1 wfctl run two.yaml --progress quiet
	screen 80 24
	says "$WFCTL tui @latest"
	shows '[1 Steps]'
	keys '?'
	shows 'type to filter'
	keys -l 'time'
	shows 'the timeline'
	keys Enter
	shows '[3 Time]'
}

@test "the palette completes actions by name" {
	two_steps
	expect 1 wfctl run two.yaml --progress quiet
	screen 80 24
	says "$WFCTL tui @latest"
	shows '[1 Steps]'
	keys :
	keys -l tab
	shows ': tab'
	keys -l -- -ev
	shows 'tab-events'
	keys Enter
	shows '[5 Events]'
}

@test "--pick prints the id of the chosen run" {
	two_steps
	expect 1 wfctl run two.yaml --progress quiet
	run=$(ask @latest .id)
	screen 80 24
	says "echo picked=\$($WFCTL tui --pick)"
	shows 'wfctl > runs'
	keys Enter
	shows "picked=$run"
	restored
}

@test "keys from a file need no terminal" {
	two_steps
	expect 1 wfctl run two.yaml --progress quiet
	printf '%s\n' 'size 60 20' 'wait FAIL' 'key Enter' 'wait Steps' dump >keys
	expect 0 wfctl tui --keys keys --glyphs ascii
	has '[1 Steps]'
	has 'X second'
	[[ $output != *$'\033'* ]]
}

@test "without a terminal it says so" {
	expect 2 wfctl tui </dev/null
	err_has 'no terminal'
}

@test "N starts a run after asking for its params" {
	flow greet <<-'END'
		name: greet
		params:
		  who: { type: string, required: true }
		  times: { type: int, min: 1, max: 3, default: 1 }
		steps:
		  - id: hello
		    env: { WHO: "${{ params.who }}" }
		    run: echo "hello $WHO"
	END
	screen 80 24
	says "$WFCTL tui"
	shows 'no runs yet'
	keys N
	shows 'File'
	keys -l "$PWD"
	keys -l /greet.yaml
	keys Enter
	shows 'New run of greet'
	shows 'who *'
	keys -l ana
	shows '[ana'
	press Tab '< Start'
	keys Enter
	shows '[1 Steps]'
	shows 'hello ana'
}

@test "a run on a terminal opens it, and success leaves its record" {
	flow short <<-'END'
		name: short
		steps:
		  - id: one
		    run: until [ -e go ]; do sleep 0.05; done
	END
	screen 80 24
	says "cd '$PWD'; $WFCTL run short.yaml; echo status=\$?"
	shows '[1 Steps]'
	shows 'RUN'
	touch go
	shows 'status=0'
	shows 'one'
	restored
}

@test "leaving a run that goes on says how to come back" {
	flow long <<-'END'
		name: long
		steps:
		  - id: one
		    run: sleep 60
	END
	run=$(wfctl run long.yaml -d)
	screen 80 24
	says "$WFCTL tui $run"
	shows 'RUN'
	keys d
	shows "wfctl tui $run"
	restored
	same running "$(ask "$run" .state)"
	# It does not go on when its engine is gone.
	kill -KILL "$(ask "$run" .engine.pid)"
	wait_for is interrupted "$run"
	says "$WFCTL tui $run"
	shows 'INTR'
	keys d
	shows "wfctl resume $run"
}

@test "the filter narrows the list while typing, Esc clears it" {
	two_steps
	expect 1 wfctl run two.yaml --progress quiet
	gated
	wfctl run gated.yaml -d
	screen 80 24
	says "$WFCTL tui"
	shows 'two'
	shows 'gated'
	keys /
	keys -l '!two'
	shows '1 of 2 runs'
	keys Enter
	keys Escape
	shows '2 of 2 runs'
}

@test "find in a log marks the line and goes on" {
	flow many <<-'END'
		name: many
		steps:
		  - id: count
		    run: seq 1 3000 | sed s/2222/needle/
	END
	expect 0 wfctl run many.yaml --progress quiet
	screen 80 24
	says "$WFCTL tui @latest --screen log"
	shows '3000 lines'
	shows 'follow ON'
	keys /
	shows 'find:'
	keys -l needle
	keys Enter
	shows '>2222 needle'
	shows 'follow is OFF'
	keys G
	shows 'follow ON'
}

@test "what cannot start any more says what blocks it" {
	flow stuck <<-'END'
		name: stuck
		steps:
		  - id: first
		    run: exit 1
		  - id: second
		    needs: [first]
		    run: "true"
		  - id: third
		    needs: [second]
		    run: "true"
	END
	expect 1 wfctl run stuck.yaml --progress quiet
	printf '%s\n' dump >keys
	expect 0 wfctl tui @latest --keys keys --glyphs ascii
	has 'BLOCK'
	has 'blocked by first'
	has 'blocked by second'
}

@test "a wide window shows steps, log, timeline and decisions at once" {
	two_steps
	expect 1 wfctl run two.yaml --progress quiet
	printf '%s\n' 'size 140 40' 'key k' dump >keys
	expect 0 wfctl tui @latest --keys keys --glyphs ascii
	has '+ first'
	has 'log first'
	has '/col'
	has 'events and decisions'
	for line in "${lines[@]}"; do
		[ "${#line}" -le 140 ]
	done
}

@test "items of a group stand behind its row until it is opened" {
	flow fan <<-'END'
		name: fan
		steps:
		  - id: each
		    foreach: [a, b, c]
		    run: "true"
	END
	expect 0 wfctl run fan.yaml --progress quiet
	printf '%s\n' dump 'key Enter' dump >keys
	expect 0 wfctl tui @latest --keys keys --glyphs ascii
	has '3 of 3 done (Enter opens)'
	has 'each[c]'
}

@test "the list is in the order in which it was left" {
	two_steps
	expect 1 wfctl run two.yaml --progress quiet
	screen 80 24
	says "$WFCTL tui"
	shows 'sort: started v'
	keys s
	shows 'Sort runs'
	keys f
	shows 'sort: flow v'
	keys q
	hides 'wfctl > runs'
	says "$WFCTL tui"
	shows 'sort: flow v'
	keys q
	hides 'wfctl > runs'
}

@test "statistics lead from a flow to its runs" {
	two_steps
	expect 1 wfctl run two.yaml --progress quiet
	screen 80 24
	says "$WFCTL tui --screen stats"
	shows 'all flows'
	keys Enter
	shows 'flow two'
	shows 'second'
	keys Enter
	shows 'filter: flow:two'
	keys q
	shows 'wfctl > stats'
}

# With two servers: `on NUMBER` says whose keys and pictures follow.
on() {
	SERVER=${SERVERS[$1]}
}

answer_typed() {
	shows 'asks for you'
	keys a
	shows 'percent *'
	press Tab '< Reject'
	keys Tab
	keys -l "$1"
	shows "[$1"
	press Tab '< Approve'
}

# All but the clock, and what only one of them was told.
agree() {
	[ "$(on 0; picture | sed '1d;23d')" = "$(on 1; picture | sed '1d;23d')" ]
}

@test "of two dashboards and a command one wins, the others are told" {
	gated
	run=$(wfctl run gated.yaml -d)
	wait_for is waiting "$run"
	SERVERS=()
	for i in 0 1; do
		screen 80 24
		SERVERS+=("$SERVER")
		says "$WFCTL tui $run"
		answer_typed $((25 + i))
	done
	expect 0 wfctl approve "$run" ask -f percent=7
	for i in 0 1; do
		on $i
		keys A
		shows 'meanwhile'
		shows 'ok 3/3'
	done
	patiently agree
	expect 9 wfctl reject "$run" ask -m late
	same 7 "$(ask "$run" '.steps[1].outputs.percent')"
	same 1 "$(wfctl events "$run" -o jsonl | grep -c '"what":"approved')"
	on 0
	close_screen
	on 1
}
