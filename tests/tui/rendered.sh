# What a terminal shows after the bytes of a record; beside pty.sh, tmux.sh.
#
# SPDX-License-Identifier: GPL-3.0-or-later

# rendered ROWS: what a terminal of 100 columns shows after the bytes that
# followed the last clearing of the screen, while the screen was there.
# Clocks, with and without seconds, are left out.
rendered() {
	perl -0777 -ne 's/^.*(?=\e\[H\e\[2J)//s; s/\e\[\?1049l.*//s; print' \
		record >last
	screen 100 "$1"
	says "stty -echo; clear; cat last; printf '\\033]2;done\\007'; sleep 60"
	patiently knows '#{pane_title}' done
	picture | sed -E 's/[0-9]{2}:[0-9]{2}(:[0-9]{2})?//g; s/ *$//'
	close_screen
}
