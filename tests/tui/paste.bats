# Pasted text: a command nowhere, text in a field.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() {
	load ../lib.sh
	load pty.sh
	fresh
	flow fails <<-'END'
		name: fails
		steps: [{ id: a, run: exit 3, undo: touch undone }, { id: b, needs: [a] }]
	END
	wfctl run fails.yaml --progress quiet || [ $? = 1 ]
	revision=$(ask @latest .revision)
}

teardown() { stop_all; }

# pasted N: so many characters; any of the letters opens a form.
pasted() {
	local text=
	while [ ${#text} -lt "$1" ]; do
		text+='rs~r'
	done
	sed 's/~/\\r/g' <<<"${text:0:$1}"
}

@test "a paste that the terminal marks runs nothing, whatever its length" {
	for n in 3 600 4096; do
		on_pty 80 24 "$WFCTL" tui @latest <<-END
			wait ? hel
			send \e[200~$(pasted $n)\e[201~
			wait pasted text was ignored
			send ?
			wait filter
			send \e
			quiet 100
			send q
			wait wfctl > runs
			send q
		END
		same 0 "$status" || { echo "$n characters"; return 1; }
		[ "$(count 'Retry a')$(count 'Skip a')" = 00 ]
	done
	same "$revision" "$(ask @latest .revision)"
}

@test "a paste that the terminal does not mark runs nothing, either" {
	# Reads end anywhere: the last one may hold a single character.
	for n in 8 511 512 513 514 1025 2051 4096; do
		on_pty 80 24 "$WFCTL" tui @latest <<-END
			wait ? hel
			send $(pasted $n)
			wait pasted text was ignored
			pause 300
			send ?
			wait filter
			send \e
			quiet 100
			send q
			wait wfctl > runs
			send q
		END
		same 0 "$status" || { echo "$n characters"; return 1; }
		[ "$(count 'Retry a')$(count 'Skip a')" = 00 ] ||
			{ echo "$n characters open a form"; return 1; }
		same "$revision" "$(ask @latest .revision)"
	done
}

@test "a field takes what is pasted, its line ends as spaces" {
	on_pty 80 24 "$WFCTL" tui @latest <<-END
		wait ? hel
		send s
		wait Skip
		pause 200
		send \t\t\e[200~not\rneeded\ttoday S B q\r\e[201~
		wait needed today S B q
		send \e[200~$(pasted 4096)the end\e[201~
		wait the end
		send \e
		quiet 100
		send s
		wait Skip
		pause 200
		send \e
		quiet 100
		send q
		wait wfctl > runs
		send q
	END
	same 0 "$status"
	same "$revision" "$(ask @latest .revision)"
}
