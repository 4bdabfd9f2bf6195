# Every row of the table of commands: what all of them keep to.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() {
	load ../lib.sh
	fresh
}

teardown() {
	stop_all
}

commands() {
	wfctl complete -- '' | cut -f1
}

@test "what changes something has a dry run, what sets going can be followed or left" {
	for c in run resume retry rerun rollback continue; do
		expect 0 wfctl $c -h
		has --progress
		has --detach
		has --dry-run
	done
	for c in skip mark pause cancel approve reject send-back assign \
		signal new fmt import prune schedule agent; do
		expect 0 wfctl $c -h
		has --dry-run
	done
	for c in rollback prune schedule; do
		expect 0 wfctl $c -h
		has --yes
	done
}

@test "every command tells usage errors alike, in words and as JSON" {
	for c in $(commands); do
		expect 2 wfctl "$c" --no-such-option
		err_has 'unknown option "--no-such-option"'
		expect 2 wfctl "$c" --no-such-option -o json
		same usage "$(jq -r .error.code <<<"$stderr")"
		[ -z "$output" ]
	done
}

@test "where there is no store there is no run, and nothing to delete" {
	for c in show logs events resume retry rerun rollback continue pause \
		cancel export; do
		expect 9 wfctl $c x
	done
	expect 9 wfctl skip x y -m z
	expect 9 wfctl approve x y
	expect 0 wfctl prune --keep 1 -y
	expect 0 wfctl ls
	expect 0 wfctl stats
	expect 0 wfctl metrics
	expect 0 wfctl doctor
	[ ! -e "$WFCTL_STATE/store.db" ]
}

@test "csv has moments and lengths for machines" {
	flow f <<<'steps: [{ id: a, run: "true" }]'
	wfctl run f.yaml --progress quiet
	expect 0 wfctl ls -o csv
	[[ ${lines[1]} =~ ,20[0-9-]*T[0-9:.]*Z,[0-9]+\.[0-9]{3}$ ]]
	expect 0 wfctl stats -o csv
	[[ $output =~ ,20[0-9-]*T[0-9:.]*Z ]]
}

@test "what never succeeded has no usual length" {
	flow f <<<'steps: [{ id: a, run: "exit 1" }, { id: b, needs: [a] }]'
	expect 1 wfctl run f.yaml --progress quiet
	expect 0 wfctl stats --flow f -o json
	same 'null' "$(jq '.[] | select(.step == "b") | .median_ms' <<<"$output")"
	expect 0 wfctl metrics
	has 'wfctl_run_duration_seconds{flow="f",quantile="0.5"} NaN'
}

@test "import -n checks a bundle and keeps nothing" {
	flow f <<<'steps: [{ id: a, run: "true" }]'
	wfctl run f.yaml --progress quiet
	wfctl export @latest --format bundle >b
	expect 0 wfctl import -n b
	same 1 "$(wfctl ls -o json | jq length)"
	echo '{}' >bad
	expect 2 wfctl import -n bad
	err_has 'bad: '
}
