# Terminals of all kinds: sizes, names, locales, signals, and leaving them as
# they were found.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() {
	load ../lib.sh
	load tmux.sh
	fresh
	flow quick <<-'END'
		name: quick
		steps:
		  - id: only
		    run: echo hello
	END
	wfctl run quick.yaml --progress quiet
}

teardown() {
	close_screen
	stop_all
}

open_run() {
	screen "${1:-80}" "${2:-24}"
	says "$WFCTL tui @latest"
	shows only
}

pid_of_dashboard() {
	pgrep -f -u "$(id -u)" -P "$(terminal '#{pane_pid}')" 'wfctl tui'
}

@test "every size from tiny to huge is drawn and lived through" {
	open_run
	for size in '1 1' '5 2' '20 5' '40 12' '60 20' '100 30' '140 40' '200 60' '80 24'; do
		# shellcheck disable=SC2086
		set -- $size
		tm resize-window -x "$1" -y "$2"
	done
	shows '[1 Steps]'
	tm resize-window -x 20 -y 5
	shows 'q quit'
	tm resize-window -x 140 -y 40
	shows 'events and decisions'
	keys q q
	restored
}

@test "LINES and COLUMNS of the environment do not fool it" {
	screen 80 24
	says "LINES=5 COLUMNS=20 $WFCTL tui @latest"
	shows '[1 Steps]'
}

@test "usual terminals show the dashboard" {
	for name in xterm-256color xterm screen tmux-256color linux vt100 vt220 ansi; do
		SCREEN_TERM=$name screen 80 24
		says "$WFCTL tui @latest"
		shows only || { echo "TERM=$name"; return 1; }
		keys q
		shows 'wfctl > runs'
		keys q
		back_in_shell || { echo "TERM=$name"; return 1; }
		close_screen
	done
}

@test "an unknown terminal falls back and says so" {
	SCREEN_TERM=xterm-nonsense screen 80 24
	says "$WFCTL tui @latest"
	shows 'no terminal description'
}

@test "a dumb terminal is refused with status 2" {
	SCREEN_TERM=dumb screen 80 24
	says "$WFCTL tui; echo status=\$?"
	shows 'status=2'
}

@test "in locale C only 7-bit characters are drawn" {
	SCREEN_LOCALE=C screen 80 24
	says "$WFCTL tui @latest"
	shows '+ only'
	! picture | LC_ALL=C grep -q '[^ -~]'
}

@test "colours are off with NO_COLOR and the text is the same" {
	open_run
	with=$(picture | sed 1d)
	keys q q
	restored
	says 'clear'
	hides only
	says "NO_COLOR=1 $WFCTL tui @latest"
	shows only
	same "$with" "$(picture | sed 1d)"
	! tm capture-pane -pe | grep -q $'\033\[3[1-7]'
}

@test "a lone Esc closes a dialog, arrows still work" {
	open_run
	keys '?'
	shows 'type to filter'
	keys Escape
	hides 'type to filter'
	keys Down Up
	shows '[1 Steps]'
}

@test "Ctrl+Z stops, fg brings it back at the right size" {
	open_run
	keys C-z
	shows 'Stopped'
	restored
	tm resize-window -x 100 -y 30
	says fg
	shows '[1 Steps]'
	keys 2
	shows '[2 Graph]'
}

@test "signals leave the terminal in order" {
	for signal in TERM INT QUIT HUP ABRT SEGV BUS; do
		open_run
		kill -"$signal" "$(pid_of_dashboard)"
		restored || { echo "after SIG$signal"; return 1; }
		says 'stty -a | grep -o " icanon.*"; echo typed'
		shows 'icanon'
		shows 'typed'
		close_screen
	done
}

@test "a closed window ends the dashboard" {
	open_run
	pid=$(pid_of_dashboard)
	tm kill-server
	wait_for eval "! kill -0 $pid"
}

@test "Ctrl+C asks, with Detach focused" {
	open_run
	keys C-c
	shows 'Leave this screen?'
	shows '< Detach >'
	keys Enter
	restored
}

# Two terminals with the same keys: one has colours, the other must not.
@test "without colours every screen says the same" {
	local key left right
	open_run
	left=$SERVER
	screen 80 24
	right=$SERVER
	says "$WFCTL tui @latest --color never"
	shows only
	for key in 1 2 3 4 5 6 S '?' Escape r Escape b Escape ! Escape e j v; do
		SERVER=$left keys "$key"
		keys "$key"
		# A dialog that undoes something is deaf for a moment.
		patiently eval '[ "$(SERVER=$left picture)" = "$(picture)" ] ||
			{ [ "$key" != Escape ] || { SERVER=$left keys Escape; keys Escape; }; false; }' ||
			{ echo "after $key:"; diff <(SERVER=$left picture) <(picture); return 1; }
		! tm capture-pane -pe | grep -qE $'\033\\[([0-9]+;)*[34][0-8](;[0-9]+)*m' ||
			{ echo "colours after $key"; return 1; }
	done
	SERVER=$left tm capture-pane -pe | grep -q $'\033\\[3[1-7]'
	SERVER=$left close_screen
}
