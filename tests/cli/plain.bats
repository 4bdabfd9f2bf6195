# What `run` prints where nobody watches: a file, a pipe, a build system.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() { load ../lib.sh; fresh; }
teardown() { stop_all; }

mixed() {
	flow mixed <<-'END'
		name: mixed
		on_failure: continue
		steps:
		  - { id: good, run: 'printf "gr\303\274n\n\033[31mred\033[0m\nwithout end"' }
		  - { id: bad, run: exit 7, retry: { limit: 1, delay: 0s, jitter: 0 } }
		  - { id: never, needs: [bad], run: "true" }
	END
}

# Every line begins with a time in UTC and holds no control character.
whole_lines() {
	! grep -vP '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ \S' "$1" ||
		{ echo "not of the form TIME WHAT"; return 1; }
	! LC_ALL=C grep -aP '[\x00-\x08\x0b-\x1f\x7f]' "$1" ||
		{ echo "control characters"; return 1; }
	[ "$(tail -c 1 "$1" | od -An -tx1 | tr -d ' ')" = 0a ] ||
		{ echo "the last line is not whole"; return 1; }
}

@test "a file, a pipe and a build system get the same whole lines" {
	mixed
	expect 1 wfctl run mixed.yaml
	printf '%s\n' "$output" >pipe
	code=0
	wfctl run mixed.yaml >file 2>err || code=$?
	same 1 "$code"
	code=0
	CI=true GITHUB_ACTIONS=true script -qec "'$WFCTL' run mixed.yaml" typescript >/dev/null </dev/null || code=$?
	same 1 "$code"
	sed '1d;$d' typescript | tr -d '\r' | sed '/^$/d' >ci
	for way in pipe file ci; do
		whole_lines $way || { echo "$way"; cat $way; return 1; }
		grep -q 'good | grün$' $way
		grep -q 'good | <ESC>\[31mred' $way || grep -q 'good | red$' $way
		grep -q 'bad try 1/2 fail exit=7' $way
		grep -q 'bad retry 2/2 in=' $way
		grep -q 'bad FAILED exit=7 tries=2/2' $way
		grep -q 'FAILED not_run=1 ok=1 failed=1 exit=1' $way
	done
	# The words of a run are those of every other.
	for way in pipe file ci; do
		grep -v ' | ' $way | cut -d' ' -f2- |
			sed -E 's/run [0-9a-f]{8}/run ID/; s/[0-9.]+(ms|s)/T/g' |
			sort >$way.words
	done
	diff pipe.words file.words
	diff pipe.words ci.words
}

@test "no colour in a file unless it is forced, and never where it is not wanted" {
	mixed
	for setting in A=b NO_COLOR=1 TERM=xterm-256color TERM=dumb FORCE_COLOR=1 \
		CLICOLOR_FORCE=1; do
		env "$setting" "$WFCTL" run mixed.yaml >file || [ $? = 1 ]
		whole_lines file || { echo "$setting"; return 1; }
	done
	expect 0 env FORCE_COLOR=1 "$WFCTL" ls
	has $'\e[1;31mfailed'
	expect 0 env CLICOLOR_FORCE=1 "$WFCTL" ls
	has $'\e['
	expect 0 env CLICOLOR_FORCE=0 "$WFCTL" ls
	same 0 "$(grep -c $'\e' <<<"$output")"
	expect 0 env FORCE_COLOR=1 NO_COLOR=1 "$WFCTL" ls
	[[ $output != *$'\e'* ]]
}

@test "where the locale is not UTF-8 lines hold 7-bit bytes only" {
	mixed
	for locale in C POSIX xx_YY.nonsense; do
		LC_ALL=$locale "$WFCTL" run mixed.yaml >file || [ $? = 1 ]
		whole_lines file
		grep -q 'good | gr' file
		! LC_ALL=C grep -aq '[^ -~]' file || { echo "$locale"; return 1; }
	done
}

@test "the exit status is that of the run in every mode" {
	mixed
	flow fine <<<'steps: [{ id: a, run: "true" }]'
	flow asks <<<'steps: [{ id: a, approval: { prompt: "Go?" } }]'
	for mode in plain json quiet live; do
		expect 1 wfctl run mixed.yaml --progress $mode
		expect 0 wfctl run fine.yaml --progress $mode
		expect 5 wfctl run asks.yaml --progress $mode
	done
}

@test "lines of json are whole objects of one schema" {
	mixed
	wfctl run mixed.yaml --progress json >file || [ $? = 1 ]
	jq -es 'length > 5 and all(.[]; type == "object")' file >/dev/null
	same "$(wc -l <file)" "$(jq -c . file | wc -l)"
}

@test "a try that began before anybody looked ends with its number" {
	flow f <<-'END'
	steps:
	- id: a
	  run: 'echo a >>trace; until test -e go; do sleep 0.02; done; exit 4'
	  retry: { limit: 2, delay: 0s, jitter: 0, except: [4] }
	END
	id=$(wfctl run -d f.yaml)
	wait_for test -e trace
	kill -9 "$(ask "$id" .engine.pid)"
	wait_for is interrupted "$id"
	touch go
	expect 1 wfctl resume --progress plain "$id"
	has "a try 1/3 fail exit=4"
	has "a FAILED exit=4 tries=1/3"
}
