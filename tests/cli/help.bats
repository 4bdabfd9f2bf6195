# Help, versions, completion and the manual, all made from the same rows.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() { load ../lib.sh; fresh; }
teardown() { stop_all; }

commands() {
	sed -nE 's/^C\([^"]*"([^"]*)".*/\1/p' "$PROJECT/cli/cmd.def"
}

listed() {
	grep -v HIDDEN "$PROJECT/cli/cmd.def" |
		sed -nE 's/^C\([^"]*"([^"]*)".*/\1/p'
}

@test "every command shows usage, options and an example with -h" {
	for name in $(commands); do
		expect 0 wfctl "$name" -h
		has "Usage: wfctl $name [OPTION]..."
		has "-h, --help"
		has "Example:"
		[ -z "$stderr" ]
	done
}

@test "-h wins over missing operands, and may stand anywhere" {
	expect 0 wfctl run --progress plain -h
	has "Usage: wfctl run"
	expect 0 wfctl --color never show --help
	has "Usage: wfctl show"
}

@test "no line of help is wider than 80 columns but for long choices" {
	for name in $(commands); do
		wide=$(wfctl "$name" -h | grep -v '|' | awk 'length > 100')
		same "" "$wide"
	done
}

@test "wfctl alone says how to go on, with status 2" {
	expect 2 wfctl
	err_has 'no command given'
	err_has 'wfctl help'
}

@test "wfctl help lists every command once, and nothing that is hidden" {
	expect 0 wfctl help
	for name in $(listed); do
		same 1 "$(grep -cE "^  $name " <<<"$output")"
	done
	[[ $output != *docgen* ]]
}

@test "wfctl help COMMAND is what COMMAND -h says" {
	for name in run ls send-back; do
		same "$(wfctl "$name" -h)" "$(wfctl help "$name")"
	done
}

@test "topics of help come from the tables" {
	expect 0 wfctl help states
	has retry_wait
	has rollback_failed
	has interrupted
	expect 0 wfctl help status
	has "143"
	expect 0 wfctl help events
	has attempt_started
	expect 0 wfctl help names
	has @latest
	expect 2 wfctl help moon
	err_has 'topics are status, states, events, names'
}

@test "a mistyped command gets the nearest one" {
	expect 2 wfctl shwo
	err_has '"shwo" is no command; did you mean "show"?'
	expect 2 wfctl help rnu
	err_has 'did you mean "run"?'
	expect 2 wfctl quux
	err_has 'wfctl help'
}

@test "the version is told in three ways" {
	expect 0 wfctl --version
	same "$output" "$(wfctl version)"
	same "$output" "wfctl $(wfctl version -o json | jq -r .version)"
}

@test "the manual's synopsis is the usage of -h" {
	for name in $(listed); do
		page=$PROJECT/man/wfctl-$name.1.in
		usage=$(wfctl "$name" -h | sed -n '1s/^Usage: //p')
		manual=$(wfctl docgen "$page" | mandoc -T utf8 -O width=200 |
			col -bx | sed -n '/^SYNOPSIS/{n;s/^ *//p;q}')
		same "$usage" "$manual"
	done
}

@test "the manual has every option with its help" {
	for name in run ls rollback; do
		manual=$(wfctl docgen "$PROJECT/man/wfctl-$name.1.in")
		for option in $(wfctl "$name" -h |
			sed -n '/^Options:/,/^Everywhere:/s/.*--\([a-z-]*\).*/\1/p'); do
			[[ ${manual//\\/} == *"Fl -$option"* ]]
		done
	done
}

@test "the filled-in manual pages read without errors" {
	for page in "$PROJECT"/man/*.in; do
		name=$(basename "$page" .in)
		wfctl docgen "$page" >"$name"
		expect 0 mandoc -T lint -W error "$name"
	done
}

@test "a page that asks for unknown words is refused" {
	printf '.\\" @NONSENSE@\n' >wfctl-run.1.in
	expect 2 wfctl docgen wfctl-run.1.in
	err_has '@NONSENSE@'
}

@test "completion scripts are there for three shells and no other" {
	wfctl completion bash | bash -n
	expect 0 wfctl completion zsh
	has '#compdef wfctl'
	expect 0 wfctl completion fish
	has 'complete -c wfctl'
	expect 2 wfctl completion tcsh
	err_has 'bash, zsh and fish'
}

# The words of a command line, with the cursor behind the last.
typed() {
	COMP_WORDS=("$WFCTL" "$@") COMP_CWORD=$#
	COMP_LINE="${COMP_WORDS[*]}"
	COMP_POINT=${#COMP_LINE}
	_wfctl
}

@test "bash completes commands, options and choices through the script" {
	. <(wfctl completion bash)
	typed sho
	same "show" "${COMPREPLY[*]}"
	typed run --prog
	same "--progress" "${COMPREPLY[*]}"
	typed run --progress pl
	same "plain" "${COMPREPLY[*]}"
}

@test "completion offers states where a state is wanted, and nothing after a full line" {
	expect 0 wfctl complete -- mark run step s
	has succeeded
	has skipped
	[[ $output != *failed* ]]
	expect 0 wfctl complete -- nonsense x
	same "" "$output"
	expect 0 wfctl complete --
	has run
}
