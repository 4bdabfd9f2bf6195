# Commands typed behind `:` in the dashboard and in the designer.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() {
	load ../lib.sh
	fresh
	flow two <<-'END'
		steps:
		  - { id: build, run: "true" }
		  - { id: test, needs: [build], run: "exit 3" }
	END
}

teardown() {
	stop_all
}

# Keys from standard input; what is dumped goes to `seen`.
designer() {
	cat >keys
	seen=$(wfctl edit two.yaml --keys keys)
}
dashboard() {
	cat >keys
	seen=$(wfctl tui "$@" --keys keys)
}
sees() {
	[[ $seen == *"$1"* ]] || { echo "$seen"; false; }
}

@test "a verb of the shell changes the flow being designed, as one change" {
	designer <<-'END'
		key :
		text step add ship run "./ship now" needs build,test
		key Enter
		dump
		text w
		dump
	END
	sees 'undo: add step ship'
	sees 'step ship'
	sees 'two.yaml was saved'
	grep -q 'run: ./ship now' two.yaml
}

@test "what a shell or another designer copied is pasted here" {
	flow other <<-'END'
		steps:
		  - id: from
		    run: ./from   # as it is
	END
	printf 'step copy from\n' | wfctl shell other.yaml
	designer <<-'END'
		key :
		text step paste after build
		key Enter
		text w
		dump
	END
	grep -q 'run: ./from   # as it is' two.yaml
	printf 'step copy build\n' | wfctl shell two.yaml
	printf 'step paste\nsave\n' | wfctl shell other.yaml
	grep -q 'id: build' other.yaml
}

@test "needs are added and taken away in one line, also one that is no step" {
	sed -i 's/needs: \[build\]/needs: [biuld]/' two.yaml
	designer <<-'END'
		key :
		text needs test -biuld +build
		key Enter
		dump
		text w
		text u
		dump
	END
	sees 'undo: needs of test'
	grep -q 'needs: \[build\]' two.yaml
	sees '*changed  1 error '
}

@test "what is wrong with a line stands beside it, and the line stays" {
	designer <<-'END'
		key :
		text connect test build
		key Enter
		dump
	END
	sees 'the needs would go in a circle: build -> test -> build'
	sees ': connect test build'
}

@test "Tab completes verbs, steps and keys by what the flow holds" {
	designer <<-'END'
		key :
		text disc
		key Tab
		text bu
		key Tab Tab
		dump
	END
	sees ': disconnect build test'
	designer <<-'END'
		key :
		text needs test -b
		dump
	END
	sees 'needed now'
	designer <<-'END'
		key :
		text set test retry.
		dump
	END
	sees 'retry.limit'
}

@test "what a command prints is shown over the screen, its status below" {
	designer <<-'END'
		key :
		text eval 1/0
		key Enter
		wait zero
		dump
		key :
		text help run
		key Enter
		wait Usage
		dump
		key q
		dump
	END
	sees 'divi'
	sees 'wfctl run'
}

@test "a command about a run is about the one at the cursor" {
	expect 1 wfctl run two.yaml --progress quiet
	run=$(ask @latest .id)
	dashboard @latest <<-'END'
		key :
		text skip test -m "not today"
		key Enter
		wait skip
		wait SKIP
		dump
	END
	same skipped "$(ask "$run" '.steps[1].state')"
	# In the shell's history the run is named.
	tail -n 1 "$WFCTL_STATE/history" | grep -q "^skip $run test -m"
}

@test "a command that starts a run opens it" {
	dashboard <<-'END'
		key :
		text run two.yaml
		key Enter
		wait 1 Steps
		dump
	END
	sees '[1 Steps]'
}

@test "what undoes opens its plan" {
	expect 1 wfctl run two.yaml --progress quiet
	dashboard @latest <<-'END'
		key :
		text rollback
		key Enter
		wait Roll back
		dump
	END
	sees 'Roll back'
}

@test "Up brings back lines typed here or in a shell, ^R finds them" {
	mkdir -m 700 "$WFCTL_STATE"
	printf 'stats --since 2h\nls -n 3\n' >>"$WFCTL_STATE/history"
	dashboard <<-'END'
		key : Up
		dump
		key Up
		dump
		key Down Down
		text zz
		dump
		key ^U ^R
		text since
		dump
		key Enter
		dump
	END
	sees ': ls -n 3'
	sees ': stats --since 2h'
	sees ': zz'
	sees '? since'
}

@test "a read-only screen refuses what changes something, and shows the rest" {
	expect 1 wfctl run two.yaml --progress quiet
	run=$(ask @latest .id)
	dashboard @latest --read-only <<-'END'
		key :
		text retry test
		key Enter
		wait read-only
		dump
		key Esc :
		text show test
		key Enter
		wait exit 3
		dump
	END
	sees 'this screen is read-only'
	same failed "$(ask "$run" .state)"
	cat >keys <<-'END'
		key :
		text step remove test
		key Enter
		dump
	END
	seen=$(wfctl edit two.yaml --read-only --keys keys)
	sees 'this screen is read-only'
}

@test "verbs for a flow are not offered where none is open; open and exit work" {
	dashboard <<-'END'
		key :
		text disc
		dump
		text onnect a b
		key Enter
		dump
		key ^U
		text open two.yaml
		key Enter
		wait DESIGN
		key :
		text disc
		dump
		key ^U
		text exit
		key Enter
		dump
	END
	sees 'wants a flow to design; "open FILE" opens one'
	same 1 "$(grep -c 'let B need A no more' <<<"$seen")"
	[[ ${seen##*DESIGN} == *'wfctl > runs'* ]]
}

@test "an unknown word names the nearest command" {
	dashboard <<-'END'
		key :
		text valdate two.yaml
		key Enter
		dump
	END
	sees '"valdate" is no command; did you mean "validate"?'
}
