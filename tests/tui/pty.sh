# What tests begin with that look at the very bytes a program writes to a
# terminal: see tests/helpers/on_pty.c for the words of a script.
#
#	on_pty 80 24 wfctl tui <<-END
#		wait no runs yet
#		send q
#	END
#	same 0 "$status"; the bytes are in ./record
#
# SPDX-License-Identifier: GPL-3.0-or-later

# on_pty COLUMNS ROWS COMMAND... <<SCRIPT: sets $status; what on_pty itself
# had to say is in $output.
on_pty() {
	local columns=$1 rows=$2
	shift 2
	cat >script
	run env LC_ALL="${PTY_LOCALE:-C.UTF-8}" TERM="${PTY_TERM-xterm-256color}" \
		"$BUILD/tests/on_pty" "$columns" "$rows" record script "$@"
	[ "$status" != 99 ] || echo "$output"
}

# Sequences in the record that are none of ours, and bytes that could begin
# one: control characters, single shifts, 8-bit controls as UTF-8.
strange_in_record() {
	local ours='\x1b(\[[0-9;]*[ABCDGHJKLMPSTXZdmr@b]|\[\?(1|7|12|25|1049|2004)*(;?[0-9]+)*[hl]|\[22;0;0t|\[23;0;0t|\[4l|\(B|=|>|7|8|M)'
	LC_ALL=C perl -0777 -ne "
		s/$ours//g;
		while (/\x1b.{0,12}|[\x00-\x07\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]/sg) {
			my \$s = \$&;
			\$s =~ s/[^ -~]/sprintf('<%02x>', ord(\$&))/ge;
			print \"\$s\n\";
		}" record | head -n 5
	iconv -f UTF-8 -t UTF-8 <record >/dev/null || echo "no UTF-8"
}

# count TEXT: how often the record holds it (with \e as in a script).
count() {
	local text
	printf -v text '%b' "$1"
	LC_ALL=C grep -aoF -- "$text" record | wc -l
}

# The last of the two to be written: on or off?  After nothing: off.
left_on() {
	local last
	last=$(LC_ALL=C grep -aoE "$(printf '\033\\[\\?')$1[hl]" record | tail -n 1)
	[[ $last == *h ]]
}

# What it switched on it has switched off: its screen, keypad, mouse, paste.
put_back() {
	local mode
	for mode in 1049 1 1000 1002 1006 2004; do
		! left_on "$mode" || {
			echo "mode $mode was left on"
			return 1
		}
	done
	[ "$(count '\e[?25l')" = 0 ] || left_on 25 || [ "$(count '\e[?12l\e[?25h')" -gt 0 ] ||
		{ echo "the cursor was left hidden"; return 1; }
}
