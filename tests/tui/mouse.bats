# The mouse, where it was asked for: rows are hit as shown, what lies outside
# hits nothing, and the terminal gets it back.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() {
	load ../lib.sh
	load pty.sh
	fresh
	flow three <<-'END'
		name: three
		steps:
		  - { id: first, run: "true" }
		  - { id: second, run: "true" }
		  - { id: third, run: "true" }
	END
	wfctl run three.yaml --progress quiet
}

teardown() { stop_all; }

# In the list of steps the rows are 3, 4 and 5 of the screen; 6 shows the
# record of the one at the cursor.
@test "a click takes the row it hits, in the old encoding and the new" {
	for click in '\e[<0;10;5M\e[<0;10;5m' '\e[M \x2a%'; do
		for PTY_TERM in xterm-256color screen-256color; do
			[ "$PTY_TERM" = screen-256color ] || [ "${click:3:1}" = '<' ] || continue
			[ "$PTY_TERM" = xterm-256color ] || [ "${click:3:1}" = M ] || continue
			on_pty 80 24 "$WFCTL" tui @latest <<-END
				wait ? hel
				send M
				wait 1000h
				send $click
				quiet 100
				send 6\x0c
				wait Step third
				send q
				quiet 50
				send q
			END
			same 0 "$status" || { echo "$PTY_TERM $click"; return 1; }
			put_back
		done
	done
}

@test "clicks outside, drags and unknown buttons hit nothing" {
	on_pty 250 24 "$WFCTL" tui @latest <<-'END'
		wait ? hel
		send M
		wait 1000h
		send \e[<0;230;20M\e[<0;230;20m
		send \e[<32;300;99M
		send \e[<0;999;999M\e[<0;999;999m
		send \e[<66;10;5M
		send \e[<0;0;0M
		quiet 100
		send 6\x0c
		wait Step first
		send q
		quiet 50
		send q
	END
	same 0 "$status"
	put_back
}

@test "the wheel moves the cursor; M gives the mouse back" {
	on_pty 80 24 "$WFCTL" tui @latest <<-'END'
		wait ? hel
		send M
		wait 1000h
		send \e[<65;10;5M
		quiet 100
		send M
		wait 1000l
		send 6\x0c
		wait Step third
		send q
		quiet 50
		send q
	END
	same 0 "$status"
	put_back
}
