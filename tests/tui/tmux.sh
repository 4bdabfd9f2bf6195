# What tests of the dashboard in a real terminal begin with: a tmux server of
# their own, keys, and waiting for a text instead of sleeping.
#
#	setup() { load ../lib.sh; load tmux.sh; fresh; screen 80 24; }
#	teardown() { close_screen; stop_all; }
#
# SPDX-License-Identifier: GPL-3.0-or-later

# screen COLUMNS ROWS: a terminal with a shell whose prompt is "$ ".
screen() {
	command -v tmux >/dev/null || skip "tmux is not installed"
	SERVER=wfctl-$$-$RANDOM
	tm -f /dev/null new-session -d -x "$1" -y "$2" \
		"exec env -u TMUX PS1='$ ' HOME='$HOME' TZ=UTC TERM=${SCREEN_TERM:-screen-256color} \
		LC_ALL=${SCREEN_LOCALE:-C.UTF-8} WFCTL_STATE='$WFCTL_STATE' \
		bash --norc --noprofile"
	tm set -s escape-time 0
	shows '$'
}

tm() {
	tmux -L "$SERVER" "$@"
}

close_screen() {
	[ -n "${SERVER:-}" ] && tm kill-server 2>/dev/null
	return 0
}

# keys NAME...: as tmux names them (Enter, Escape, C-c, ...).
keys() {
	tm send-keys "$@"
}

# says LINE: type it and press Enter.
says() {
	tm send-keys -l "$1"
	tm send-keys Enter
}

picture() {
	tm capture-pane -p
}

# shows TEXT: until the screen does; five seconds at most.
shows() {
	local i
	for i in {1..100}; do
		[[ $(picture) == *"$1"* ]] && return
		sleep 0.05
	done
	printf 'no "%s" on the screen:\n' "$1"
	picture
	return 1
}

# hides TEXT: until it is gone.
hides() {
	local i
	for i in {1..100}; do
		[[ $(picture) != *"$1"* ]] && return
		sleep 0.05
	done
	printf '"%s" is still on the screen:\n' "$1"
	picture
	return 1
}

# press KEY TEXT: again and again until the screen shows TEXT (dialogs that
# stop or undo something are deaf for a moment after they opened).
press() {
	local i
	for i in {1..100}; do
		[[ $(picture) == *"$2"* ]] && return
		keys "$1"
		sleep 0.05
	done
	shows "$2"
}

# terminal FORMAT: what tmux knows of the pane ("#{alternate_on}").
terminal() {
	tm display-message -p "$1"
}

# restored: the terminal is as a program should leave it.
restored() {
	local i
	for i in {1..100}; do
		[ "$(terminal '#{alternate_on}#{cursor_flag}#{keypad_flag}#{mouse_any_flag}')" = 0100 ] &&
			return
		sleep 0.05
	done
	terminal 'alternate #{alternate_on} cursor #{cursor_flag} keypad #{keypad_flag} mouse #{mouse_any_flag}'
	return 1
}

# back_in_shell: the program has ended.
back_in_shell() {
	local i
	for i in {1..100}; do
		[ "$(terminal '#{pane_current_command}')" = bash ] && return
		sleep 0.05
	done
	terminal 'still running: #{pane_current_command}'
	return 1
}
