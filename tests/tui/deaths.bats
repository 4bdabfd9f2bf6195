# The screen dies, or is stopped, in every way there is: the terminal is as it
# was found, what happened can be read, and the run goes on.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() {
	load ../lib.sh
	load pty.sh
	load tmux.sh
	load rendered.sh
	fresh
	flow long <<-END
		name: long
		steps:
		  - { id: one, run: "until [ -e '$PWD/go' ]; do sleep 0.05; done" }
		  - { id: two, needs: [one], run: "true" }
	END
	run=$(wfctl run long.yaml -d)
	wait_for is running "$run" one
}

teardown() {
	close_screen
	mountpoint -q "$WFCTL_STATE" && umount -l "$WFCTL_STATE"
	stop_all
}

# What stands on the normal screen in the end.
after_all() {
	perl -0777 -pe 's/.*\e\[\?1049l//s' record
}

# The run has not noticed anything.
run_goes_on() {
	same running "$(state "$run")"
	touch go
	wait_for is succeeded "$run"
}

@test "a library that calls exit leaves the terminal in order" {
	on_pty 80 24 env LD_PRELOAD="$BUILD/tests/dying.so" DYING="$PWD/die" \
		"$WFCTL" tui "$run" <<-END
		wait ? hel
		send M
		wait 1000h
		do touch '$PWD/die'
		send 2
	END
	same 3 "$status"
	put_back
	run_goes_on
}

@test "without memory the screen goes, with a word" {
	local n told=0
	for n in 300 1500 4000 8000 16000; do
		on_pty 80 24 env LD_PRELOAD="$BUILD/tests/no_memory.so" \
			NO_MEMORY=command:$n+ "$WFCTL" tui "$run" <<-'END'
			quiet 200
			send M2
			quiet 50
			send 3456
			quiet 50
			send ?
			quiet 50
			send \e
			quiet 100
			send q
			quiet 50
			send q
		END
		[ "$status" = 0 ] || [ "$status" = 70 ] ||
			{ echo "allocation $n: status $status"; return 1; }
		put_back || { echo "after allocation $n"; return 1; }
		[ "$status" = 70 ] || continue
		[[ $(after_all) == *'out of memory'* ]] ||
			{ echo "allocation $n: not a word"; return 1; }
		[ "$(count '\e[?1049h')" = 0 ] || told=$((told + 1))
	done
	[ "$told" -gt 0 ] # else nothing was tried
	run_goes_on
}

@test "the shell without memory leaves echo and lines as they were" {
	screen 80 24
	says "NO_MEMORY=command:2000+ LD_PRELOAD='$BUILD/tests/no_memory.so' $WFCTL shell"
	# It may be the library for lines that gets none, and ends us.
	local typed
	typed=$(printf 'show @latest \025%.0s' {1..50})
	patiently eval 'keys -l "$typed"; is_shown "out of "'
	back_in_shell
	keys C-c
	says "clear; stty -a | tr ';' '\\n' | grep -oE ' -?(icanon|echo)( |\$)'"
	shows ' icanon'
	shows ' echo'
	hides ' -icanon'
	run_goes_on
}

@test "a store that was replaced is told, and the screen lives on" {
	flow quick <<-'END'
		steps: [{ id: a, run: "true" }]
	END
	WFCTL_STATE=$PWD/other wfctl run quick.yaml -q
	mkdir kept
	for command in "tui $run" tui; do
		# shellcheck disable=SC2086
		on_pty 80 24 "$WFCTL" $command <<-END
			wait ? hel
			do mv '$WFCTL_STATE'/store.db* kept/ && cp other/store.db* '$WFCTL_STATE/'
			send \x0c
			wait moved or replaced
			send 5j
			quiet 100
			do mv kept/* '$WFCTL_STATE/'
			send q
			quiet 100
			send q
		END
		same 0 "$status" || { echo "$command"; return 1; }
		put_back
	done
	run_goes_on
}

@test "with the disk full the screen says so, and lives on" {
	flow fails <<-'END'
		name: fails
		steps: [{ id: a, run: "echo hello; exit 3" }]
	END
	run_goes_on
	mkdir small
	mount -t tmpfs -o size=4m,mode=700 tmpfs small 2>/dev/null ||
		skip "no mounts here"
	WFCTL_STATE=$PWD/small
	expect 1 wfctl run -q fails.yaml
	head -c 64m /dev/zero >small/fill 2>/dev/null || :
	on_pty 80 24 "$WFCTL" tui @latest <<-'END'
		wait ? hel
		send y
		wait No space left
		send rr
		quiet 300
		send \e
		quiet 100
		send 4
		wait hello
		send q
		wait wfctl > runs
		send q
	END
	same 0 "$status"
	put_back
	same 1 "$(ask @latest '.steps[0].attempts | length')"
}

@test "files that may not grow do not end the screen" {
	on_pty 80 24 bash -c "ulimit -f 0; exec '$WFCTL' tui $run" <<-'END'
		wait ? hel
		send y
		wait File too large
		send C
		quiet 300
		send S
		quiet 300
		send \e
		quiet 100
		send q
		wait wfctl > runs
		send q
	END
	same 0 "$status"
	put_back
	run_goes_on
}
