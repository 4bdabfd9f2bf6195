# Windows that change their size without end, and processes that are stopped
# meanwhile: what is on the screen in the end is what a screen shows that has
# only ever known the last size.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() {
	load ../lib.sh
	load pty.sh
	load tmux.sh
	load rendered.sh
	fresh
	flow quick <<-'END'
		name: quick
		steps:
		  - { id: first, run: seq 40, undo: "true" }
		  - { id: second, needs: [first], run: exit 3 }
	END
	wfctl run quick.yaml --progress quiet || [ $? = 1 ]
}

teardown() {
	close_screen
	stop_all
}

# Two hundred events a second and more, for as long as a storm takes.
busy() {
	flow busy <<-END
		name: busy
		max_parallel: 4
		steps:
		$(seq 400 | sed 's/.*/  - { id: s&, run: "true" }/')
	END
	run=$(wfctl run busy.yaml -d)
}

# same_in_the_end SCRIPT-BEFORE SCRIPT-AFTER COMMAND...: with and without a
# storm between the two the same is shown.
same_in_the_end() {
	local before=$1 after=$2
	shift 2
	on_pty 80 24 "$@" <<-END
		$before
		storm 500 1500
		size 100 30
		quiet 300
		mark settled
		pause 1000
		mark idle
		$after
	END
	[ "$status" -ne 99 ]
	idle=$(grep -o '^idle:.*' <<<"$output")
	got=$(rendered 30)
	on_pty 100 30 "$@" <<-END
		$before
		quiet 300
		send \x0c
		quiet 300
		$after
	END
	[ "$status" -ne 99 ]
	want=$(rendered 30)
	diff <(echo "$want") <(echo "$got")
	# Nothing moves any more: a clock may tick, no more.
	cpu=$(grep -o 'cpu [0-9]*' <<<"$idle")
	[ "${cpu#cpu }" -lt 100 ] || { echo "$idle"; return 1; }
}

@test "a storm of sizes ends with the picture of the last" {
	same_in_the_end 'wait ? hel' 'signal 9' "$WFCTL" tui @latest
}

@test "a storm while events arrive ends with the picture of the last size" {
	busy
	same_in_the_end "wait ? hel
		send g" "do until [ \$('$WFCTL' show $run -o json | jq -r .state) = succeeded ]; do sleep 0.1; done
		send 6
		wait Step
		send 1
		quiet 300
		signal 9" "$WFCTL" tui "$run"
}

@test "a storm under a dialog leaves it whole" {
	same_in_the_end 'wait ? hel
		send b
		wait Roll back' 'signal 9' "$WFCTL" tui @latest
}

@test "a storm over the designer ends with the picture of the last size" {
	same_in_the_end 'wait DESIGN
		quiet 200' 'signal 9' "$WFCTL" edit quick.yaml
}
