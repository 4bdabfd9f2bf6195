# Every template is a good flow, and answers are written where they belong.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() {
	load ../lib.sh
	fresh
}

teardown() {
	stop_all
}

templates() {
	wfctl new --list -o json | jq -r '.[].name'
}

@test "there are templates for the usual tasks" {
	expect 0 wfctl new --list
	for name in etl release backup migration approval fan-out polling \
		nightly-report plain; do
		has "$name"
	done
}

@test "every template is valid, without advice, and formatted" {
	for name in $(templates); do
		expect 0 wfctl new --template "$name"
		expect 0 wfctl lint "$name.yaml"
		same '' "$stderr"
		expect 0 wfctl fmt --check "$name.yaml"
	done
}

@test "the questions are not part of the flow" {
	expect 0 wfctl new - --template etl
	[[ $output == version:* ]]
}

@test "answers are quoted where they have to be" {
	expect 0 wfctl new b.yaml --template backup \
		-p 'source=/srv/a: b # c' -p keep=14
	expect 0 wfctl validate b.yaml
	grep -q 'default: "/srv/a: b # c"' b.yaml
	grep -q 'default: 14' b.yaml
}

@test "the file gives the flow its name" {
	expect 0 wfctl new nightly.yaml --template backup
	grep -q '^name: nightly$' nightly.yaml
}

@test "an answer that breaks the flow is refused" {
	expect 2 wfctl new b.yaml --template backup -p keep=many
	err_has '"many" is no good keep'
	[ ! -e b.yaml ]
}

@test "a question the template does not ask is refused" {
	expect 2 wfctl new b.yaml --template backup -p speed=high
	err_has 'does not ask for "speed"; it asks for: name source'
}

@test "an unknown template is refused with the nearest" {
	expect 2 wfctl new --template relase
	err_has 'did you mean "release"?'
}

@test "without a terminal a template must be named" {
	expect 2 wfctl new b.yaml </dev/null
	err_has '--template NAME'
}

@test "a file that is there is not replaced" {
	echo mine >b.yaml
	expect 9 wfctl new b.yaml --template backup
	err_has 'already'
	same mine "$(cat b.yaml)"
	expect 0 wfctl new b.yaml --template backup -f
	expect 0 wfctl validate b.yaml
}

@test "-n prints the flow and writes nothing" {
	expect 0 wfctl new b.yaml --template plain -n
	has 'name: b'
	[ ! -e b.yaml ]
}

@test "plain, polling, fan-out, etl and backup run as they are" {
	mkdir data
	echo x >data/x
	printf 'a,b\n1,2\n,3\n' >data.csv
	for name in plain polling fan-out etl backup; do
		expect 0 wfctl new --template "$name"
		expect 0 wfctl run "$name.yaml" --progress quiet
	done
	same 1 "$(ask etl .outputs.good)"
	[ -f "$(ask backup .outputs.file)" ]
}

@test "migration is done once and can be taken back" {
	command -v sqlite3 >/dev/null || skip "sqlite3 is not installed"
	expect 0 wfctl new --template migration
	expect 0 wfctl run migration.yaml --progress quiet
	expect 0 wfctl run migration.yaml --progress quiet
	same reused "$(state migration add-table)"
}

@test "every template does what it should in its scenarios" {
	for name in $(templates); do
		wfctl new --template "$name" -q
		cp "$PROJECT/tests/cli/scenarios/$name.test.yaml" .
		expect 0 wfctl test "$name.test.yaml"
	done
}
