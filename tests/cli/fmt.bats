# Files are formatted in place, or said to be wrong, or left alone.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() {
	load ../lib.sh
	fresh
	printf 'version: 1\nsteps:\n- id: a # c\n  run: x\n- {id: b,run: y}\n' \
		>f.yaml
}

@test "a file is formatted in place with its mode" {
	chmod 640 f.yaml
	expect 0 wfctl fmt f.yaml
	has 'f.yaml: formatted'
	same "$(printf 'version: 1\nsteps:\n  - id: a # c\n    run: x\n\n  - { id: b, run: y }')" \
		"$(cat f.yaml)"
	same 640 "$(stat -c %a f.yaml)"
	expect 0 wfctl fmt f.yaml
	same '' "$output"
}

@test "--check names what is not formatted and changes nothing" {
	before=$(cat f.yaml)
	expect 1 wfctl fmt --check f.yaml
	has 'f.yaml: not formatted'
	same "$before" "$(cat f.yaml)"
	wfctl fmt f.yaml
	expect 0 wfctl fmt --check f.yaml
}

@test "standard input goes to standard output" {
	expect 0 bash -c "'$WFCTL' fmt - <f.yaml"
	has '  - { id: b, run: y }'
}

@test "what does not parse is left alone, and the others are formatted" {
	printf 'a: [\n' >bad.yaml
	expect 3 wfctl fmt bad.yaml f.yaml
	err_has 'bad.yaml:'
	has 'f.yaml: formatted'
	same 'a: [' "$(cat bad.yaml)"
}

@test "a link stays a link" {
	ln -s f.yaml link.yaml
	expect 0 wfctl fmt link.yaml
	[ -L link.yaml ]
	expect 0 wfctl fmt --check f.yaml
}

@test "a file in a folder that cannot be written stays whole" {
	[ "$(id -u)" -ne 0 ] || skip "root may write everywhere"
	mkdir d
	cp f.yaml d
	chmod 500 d
	expect 2 wfctl fmt d/f.yaml
	chmod 700 d
	cmp f.yaml d/f.yaml
}

@test "the samples are formatted or can be" {
	cp "$PROJECT"/samples/*.yaml .
	expect 0 wfctl fmt ./*.yaml
	for file in "$PROJECT"/samples/*.yaml; do
		expect 0 wfctl validate "$file"
	done
}

# comments FILE: what stands behind #, in order.
comments() {
	grep -o '#.*' "$1" | sed 's/ *$//'
}

@test "formatting twice is formatting once, and no comment is lost" {
	for file in "$PROJECT"/samples/*.yaml "$PROJECT"/cli/templates/*.yaml \
		"$PROJECT"/tests/cli/scenarios/*.yaml; do
		# Scenario files are no flows: they are refused or left alone.
		cp "$file" f.yaml
		wfctl fmt -q f.yaml 2>/dev/null || continue
		same "$(comments "$file")" "$(comments f.yaml)"
		cp f.yaml once
		expect 0 wfctl fmt --check f.yaml
		expect 0 wfctl fmt f.yaml
		cmp once f.yaml
	done
}

@test "random flows: formatted once for all, with the same meaning" {
	RANDOM=7
	for n in {1..15}; do
		{
			printf 'version:   1 # one\n\n\n\nsteps:\n'
			pad=$(printf '%*s' $((RANDOM % 6)) '')
			for i in {1..5}; do
				((RANDOM % 2)) && printf '%s# about s%d\n' "$pad" $i
				printf '%s-   id:   s%d%*s\n' "$pad" $i $((RANDOM % 4)) ''
				((RANDOM % 2)) && printf '%s    env: {A:   "x  y",B: 2}   # two\n' "$pad"
				((i > 1)) && printf '%s    needs:   [s%d]\n' "$pad" $((i - 1))
				printf '%s    run: |\n%s        echo  a   # text\n%s          b\n' \
					"$pad" "$pad" "$pad"
				for ((k = RANDOM % 3; k; k--)); do echo; done
			done
		} >f.yaml
		cp f.yaml before
		wfctl graph f.yaml -o json | jq 'del(..|.line?)' >graph.before
		expect 0 wfctl fmt -q f.yaml
		same "$(comments before)" "$(comments f.yaml)"
		expect 0 wfctl fmt --check f.yaml
		wfctl graph f.yaml -o json | jq 'del(..|.line?)' | cmp - graph.before
	done
}
