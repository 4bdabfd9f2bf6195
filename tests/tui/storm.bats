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
# storm between the two, and those of SCRIPT-BEFORE, the same is shown.
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
		$(grep -v 'storm ' <<<"$before")
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

@test "a storm under one dialog after the other leaves them whole" {
	same_in_the_end 'wait ? hel
		send r
		wait Retry now
		storm 100 300
		size 100 30
		quiet 100
		send \x1b
		quiet 300
		send s
		wait Skip it
		storm 100 300
		size 100 30
		quiet 100
		send \x1b
		quiet 300
		send ?
		wait type to filter
		storm 100 300
		size 100 30
		quiet 100
		send \x1b
		quiet 300
		send b
		wait Roll back' 'signal 9' "$WFCTL" tui @latest
}

@test "a storm over the designer ends with the picture of the last size" {
	same_in_the_end 'wait DESIGN
		quiet 200' 'signal 9' "$WFCTL" edit quick.yaml
}

@test "a storm while an editor has the terminal leaves the designer whole" {
	cat >editor <<-END
		#!/bin/sh
		echo EDITING
		until [ -e '$PWD/back' ]; do sleep 0.02; done
	END
	chmod +x editor
	same_in_the_end "wait DESIGN
		do rm -f back
		send E
		wait EDITING" "do touch back
		wait DESIGN
		quiet 300
		signal 9" env EDITOR="$PWD/editor" "$WFCTL" edit quick.yaml
}

@test "a storm over find in a log ends with the picture of the last size" {
	same_in_the_end 'wait ? hel
		send gl
		wait lines
		send /1
		wait find:' 'signal 9' "$WFCTL" tui @latest
}

@test "a storm while a stopped screen comes back ends with the last size" {
	same_in_the_end "wait \\$
		send '$WFCTL' tui @latest\\r
		wait ? hel
		send \\x1a
		wait Stopped
		send fg\\r" 'signal 1' \
		env "PS1=\$ " bash --norc --noprofile -i
}

@test "a screen that is stopped and continued shows all that came meanwhile" {
	flow gate <<-END
		name: gate
		steps:
		  - { id: first, run: "until [ -e '$PWD/go' ]; do sleep 0.02; done" }
		  - { id: second, needs: [first], run: exit 3 }
	END
	run=$(wfctl run gate.yaml -d)
	# It sleeps: what is typed, and the new size, must wait with it.
	on_pty 80 24 "$WFCTL" tui "$run" <<-END
		wait RUN
		signal 19
		do touch go; until [ \$('$WFCTL' show $run -o json | jq -r .state) = failed ]; do sleep 0.05; done
		size 100 30
		send 6
		signal 18
		wait Step
		send 1
		quiet 300
		signal 9
	END
	got=$(rendered 30)
	on_pty 100 30 "$WFCTL" tui "$run" <<-'END'
		wait ? hel
		send g
		quiet 300
		send \x0c
		quiet 300
		signal 9
	END
	diff <(rendered 30) <(echo "$got")
}
