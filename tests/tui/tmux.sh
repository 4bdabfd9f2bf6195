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

# patiently COMMAND...: until it succeeds.  A busy machine may take long;
# one that is not waits no longer than it must.
patiently() {
	local end=$((SECONDS + 30))
	until "$@"; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.05
	done
}

is_shown() {
	[[ $(picture) == *"$1"* ]]
}

is_hidden() {
	[[ $(picture) != *"$1"* ]]
}

# shows TEXT: until the screen does.
shows() {
	patiently is_shown "$1" && return
	printf 'no "%s" on the screen:\n' "$1"
	picture
	return 1
}

# hides TEXT: until it is gone.
hides() {
	patiently is_hidden "$1" && return
	printf '"%s" is still on the screen:\n' "$1"
	picture
	return 1
}

# press KEY TEXT: again and again until the screen shows TEXT (dialogs that
# stop or undo something are deaf for a moment after they opened).
press() {
	patiently press_once "$1" "$2" || shows "$2"
}

press_once() {
	is_shown "$2" && return
	keys "$1"
	return 1
}

# terminal FORMAT: what tmux knows of the pane ("#{alternate_on}").
terminal() {
	tm display-message -p "$1"
}

# knows FORMAT TEXT: tmux knows this of the pane.
knows() {
	[ "$(terminal "$1")" = "$2" ]
}

# restored: the terminal is as a program should leave it.
restored() {
	patiently knows '#{alternate_on}#{cursor_flag}#{keypad_flag}#{mouse_any_flag}' 0100 &&
		return
	terminal 'alternate #{alternate_on} cursor #{cursor_flag} keypad #{keypad_flag} mouse #{mouse_any_flag}'
	return 1
}

# back_in_shell: the program has ended.
back_in_shell() {
	patiently knows '#{pane_current_command}' bash && return
	terminal 'still running: #{pane_current_command}'
	return 1
}
