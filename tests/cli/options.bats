# Options and operands as people type them, rightly and wrongly.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() { load ../lib.sh; fresh; }
teardown() { stop_all; }

@test "an unknown option gets the nearest known one" {
	expect 2 wfctl validate --colour never x.yaml
	err_has 'unknown option "--colour"; did you mean --color?'
	expect 2 wfctl run --progres plain x.yaml
	err_has 'did you mean --progress?'
	expect 2 wfctl run -Z x.yaml
	err_has 'unknown option "-Z"; -h lists the options'
}

@test "a missing value is named" {
	expect 2 wfctl run x.yaml --params
	err_has 'option --params needs a value; write --params FILE'
	expect 2 wfctl run x.yaml -p
	err_has 'option --param needs a value'
}

@test "a flag takes no value" {
	expect 2 wfctl run --detach=yes x.yaml
	err_has 'option --detach takes no value'
}

@test "a value outside the choices gets the choices" {
	expect 2 wfctl run --progress fancy x.yaml
	err_has '"fancy" is not one of its values; use auto|tui|live|plain|json|quiet'
	expect 2 wfctl version -o xml
	err_has 'table|json|jsonl|csv'
	expect 2 wfctl version -o ""
	err_has 'is not one of its values'
}

@test "numbers are whole and within their range" {
	for bad in -1 x 1.5 99999999999999999999 "" 0x10; do
		expect 2 wfctl run --max-parallel="$bad" x.yaml
		err_has 'is not a whole number'
	done
	expect 2 wfctl run --max-parallel 0 x.yaml
	err_has '"0" is too small; give a whole number from 1'
}

@test "a param is NAME=VALUE; the value may be empty and hold more signs" {
	expect 2 wfctl run x.yaml -p nothing
	err_has '"nothing" is not NAME=VALUE'
	expect 2 wfctl run x.yaml -p =value
	err_has 'is not NAME=VALUE'
	expect 2 wfctl run x.yaml -p a=b=c -p d=
	err_has 'x.yaml'
}

@test "moments are lengths of time or dates" {
	expect 2 wfctl ls --since yesterday-ish
	err_has '"yesterday-ish" is no moment'
	expect 2 wfctl ls --since ""
	expect 2 wfctl ls --since 99999999999999999999d
	expect 2 wfctl ls --since 2026-13-45
}

@test "too few and too many operands" {
	expect 2 wfctl run
	err_has '"run" needs FILE'
	expect 2 wfctl run a.yaml b.yaml
	err_has '"run" has no use for "b.yaml"'
	expect 2 wfctl version now
	err_has '"version" has no use for "now"'
}

@test "-- ends the options" {
	expect 2 wfctl validate -- --color
	err_has '--color'
	[[ $stderr != *'unknown option'* ]]
}

@test "options may follow operands, and values may stand in the same word" {
	flow good <<'END'
steps:
  - id: a
    run: "true"
END
	expect 0 wfctl validate good.yaml -ojson
	same true "$(jq '.[0].valid' <<<"$output")"
	expect 0 wfctl --output json validate good.yaml
	same true "$(jq '.[0].valid' <<<"$output")"
	expect 0 wfctl validate -q good.yaml
	same "" "$output"
}

@test "errors are one JSON object with -o json" {
	expect 2 wfctl -o json run
	same usage "$(jq -r .error.code <<<"$stderr")"
	expect 2 wfctl -o json frobnicate
	same usage "$(jq -r .error.code <<<"$stderr")"
	expect 2 wfctl run --frobnicate x.yaml -o json
	same usage "$(jq -r .error.code <<<"$stderr")"
	same true "$(jq '.error | [has("message", "file", "line", "column", "hint")] | all' <<<"$stderr")"
}

@test "bytes that are no UTF-8 and escapes pass through errors unharmed" {
	expect 2 wfctl -o json $'caf\xe9'
	jq -e .error.message <<<"$stderr"
	expect 2 wfctl $'\e[31mred'
	err_has 'is no command'
}

@test "a very long word is cut in the message, not in the program" {
	long=$(printf 'x%.0s' {1..100000})
	expect 2 wfctl "$long"
	[ ${#stderr} -lt 1000 ]
	expect 2 wfctl run "--$long" x.yaml
	[ ${#stderr} -lt 1000 ]
}

@test "a directory and a missing file are no flows" {
	mkdir folder
	expect 2 wfctl validate folder
	err_has folder
	expect 2 wfctl validate missing.yaml
	err_has missing.yaml
	expect 2 wfctl run folder
	expect 2 wfctl run ""
}

@test "a state directory is not made up when the working directory is gone" {
	mkdir gone
	cd gone
	rmdir ../gone
	expect 2 wfctl --state here ls
	err_has 'here: the state directory is named from'
}

@test "closed standard descriptors do no harm" {
	flow good <<'END'
steps:
  - id: a
    run: "true"
END
	"$WFCTL" validate good.yaml <&- >&- 2>&-
	run bash -c '"$0" validate missing.yaml >&- 2>&-' "$WFCTL"
	[ "$status" -eq 2 ]
}

@test "a full disk behind standard output is told" {
	expect 1 bash -c '"$0" help >/dev/full' "$WFCTL"
	err_has 'could not be written'
}

@test "a reader that goes away is no failure" {
	run bash -c 'set -o pipefail; "$0" help | head -n 1' "$WFCTL"
	[ "$status" -eq 0 ]
}

@test "an expression's value is printed as JSON, its error with the column" {
	expect 0 wfctl eval '[1, 2].map(n, n * 2)'
	same '[2,4]' "$(jq -c . <<<"$output")"
	echo '{"params": {"env": "prod"}}' >vars.json
	expect 0 wfctl eval 'params.env == "prod"' --vars vars.json
	same true "$output"
	expect 3 wfctl eval '1 +'
	expect 1 wfctl eval '1 / 0'
	expect 2 wfctl eval 1 --vars missing.json
}

@test "a run may be made to survive its processes only" {
	printf 'version: 1\nsteps:\n  - { id: a, run: "true" }\n' >flow.yaml
	expect 0 wfctl run flow.yaml --durability process --progress quiet
	expect 2 wfctl run flow.yaml --durability none
	err_has 'full'
	printf 'version: 1\norder: chain\nsteps:\n' >chain.yaml
	for n in $(seq 20); do
		[ "$n" -eq 10 ] && end=false || end=true
		printf '  - { id: s%d, run: "%s" }\n' "$n" $end
	done >>chain.yaml
	expect 1 wfctl run chain.yaml --durability process --progress quiet
	same failed "$(state chain)"
}

@test "a param's wrong value is told what would be right" {
	flow p <<'END'
params:
  n: { type: int, default: 3, min: 1, max: 10, help: how many }
  least: { type: number, default: 1, min: 0.5 }
  on: { type: bool, default: true }
  list: { type: list, default: [] }
  place: { type: string, enum: [staging, prod], default: prod }
  tag: { type: string, pattern: "^v[0-9]+$", default: v1 }
steps: [{ id: a, run: "true" }]
END
	wrong() {
		expect 2 wfctl run p.yaml -p "$1"
		err_has "$2"
	}
	wrong n=x '"n" must be a whole number, not "x"; give digits alone, such as 3 (how many)'
	wrong n=11 'must be at most 10, not "11"; give one from 1 to 10 (how many)'
	wrong least=0 'must be at least 0.5, not "0"; give one of 0.5 or more'
	wrong on=yes 'true or false, not "yes"; give true or false in small letters'
	wrong list=[1 'give a list such as ["a", "b"]'
	wrong place=live 'one of staging, prod, not "live"; give one of these'
	wrong place=stagin 'did you mean "staging"?'
	wrong tag=1 'matches /^v[0-9]+$/, not "1"; give text of that form'
}
