# What a flow may ask for at most, as wfctl-flow(5) states it, and one more.
# With LONG=1 (make limits) also the two that take a minute.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() { load ../lib.sh; fresh; }
teardown() { stop_all; }

# kill_engine RUN: without a chance to say anything.
kill_engine() {
	kill -KILL "$(ask "$1" .engine.pid)"
	wait_for eval '[ "$(ask '"$1"' .engine.alive)" = false ]'
}

# count RUN STATE: instances of `each` in that state.
count() {
	ask "$1" "[.steps[] | select(.id == \"each\" and .instance and .state == \"$2\")] | length"
}

@test "a foreach of 10,000 with 9,990 done runs ten when it is resumed" {
	touch there
	flow f <<'END'
params: { all: { type: list, required: true } }
steps:
  - { id: each, foreach: params.all, wait: { file: "${{ item }}" } }
END
	{
		echo 'all:'
		printf -- '- there%.0s\n' {1..9990}
		printf -- '- missing%.0s\n' {1..10}
	} >p.yaml
	id=$(wfctl run f.yaml --params p.yaml -d)
	wait_for eval '[ "$(count '"$id"' succeeded)" = 9990 ]'
	kill_engine "$id"
	before=$(wfctl events "$id" -o jsonl | grep -c '"woken"')
	same 9990 "$before"
	touch missing
	expect 0 wfctl resume "$id" --progress quiet
	same 10000 "$(count "$id" succeeded)"
	same 10000 "$(wfctl events "$id" -o jsonl | grep -c '"woken"')"
}

@test "of a hundred commands, the ten that were left run, and no other" {
	flow f <<END
steps:
  - { id: each, foreach: [$(seq -s, 100)], env: { I: "\${{ item }}" },
      run: 'case \$I in 9[1-9]|100) until [ -e go ]; do sleep 0.02; done;; esac; echo "\$I" >>trace' }
END
	id=$(wfctl run f.yaml -d --max-parallel 20)
	wait_for eval '[ "$(wc -l <trace)" = 90 ]'
	kill_engine "$id"
	touch go
	expect 0 wfctl resume "$id" --progress quiet
	same "$(seq 100)" "$(sort -n trace)"
}

@test "64 levels of child flows, and not 65" {
	flow f <<'END'
params: { n: 0 }
outputs: { left: "${{ steps.down.state == 'skipped' ? params.n : steps.down.outputs.left }}" }
steps:
  - { id: down, if: params.n > 0, workflow: f.yaml, with: { n: "${{ params.n - 1 }}" } }
END
	expect 0 wfctl run f.yaml -p n=64 --progress quiet
	same 0 "$(ask f .outputs.left)"
	expect 1 wfctl run f.yaml -p n=65 --progress quiet
	wfctl events f -o jsonl | grep -q 'child flows nest deeper than 64'
	for ((i = 0; i < 65; i++)); do
		flow "c$i" <<<"steps: [{ id: s, workflow: c$((i + 1)).yaml }]"
	done
	flow c65 <<<'steps: [{ id: s, run: "true" }]'
	expect 3 wfctl validate c0.yaml
	err_has "c64.yaml:2:"
	err_has "child flows nest deeper than 64"
	expect 0 wfctl validate c1.yaml
}

@test "an output of 1 MiB, and not of a byte more" {
	flow f <<'END'
params: { n: 0 }
on_failure: continue
steps:
  - { id: stdout, stdout: o, run: "head -c $WFCTL_PARAM_n /dev/zero | tr '\\0' x" }
  - { id: file, outputs: { o: string },
      run: "{ printf o=; head -c $WFCTL_PARAM_n /dev/zero | tr '\\0' x; echo; } >>$WFCTL_OUTPUT" }
  - { id: read, needs: [stdout, file], stdin: "${{ steps.stdout.outputs.o + steps.file.outputs.o }}", run: wc -c }
END
	expect 0 wfctl run f.yaml -p n=1048576 --progress quiet
	same 2097152 "$(wfctl logs f read)"
	expect 1 wfctl run f.yaml -p n=1048577 --progress quiet
	same "output output" "$(ask f '[.steps[] | select(.state == "failed") | .cause] | join(" ")')"
	ask f '.steps[0].reason' | grep "larger than 1 MiB"
}

@test "a value too long for a variable goes by a file, or is refused in words" {
	flow f <<'END'
params: { p: { type: list, default: [] }, n: 200000 }
on_failure: continue
steps:
  - { id: big, stdout: o, run: "head -c $WFCTL_PARAM_n /dev/zero | tr '\\0' x",
      undo: 'wc -c <"$WFCTL_OUT_o_FILE" >undone' }
  - { id: param, run: 'wc -c <"$WFCTL_PARAM_p_FILE" >param' }
  - { id: env, needs: [big], env: { O: "${{ steps.big.outputs.o }}" }, run: "true" }
  - { id: argv, needs: [big], argv: [echo, "${{ steps.big.outputs.o }}"] }
END
	{
		echo 'p:'
		seq -f '- item%.0f' 20000
	} >p.yaml
	expect 1 wfctl run f.yaml --params p.yaml --progress quiet
	same "param succeeded" "param $(state f param)"
	[ "$(cat param)" -gt 200000 ]
	ask f '.steps[] | select(.id == "env") | .reason' | grep "too long for a variable"
	ask f '.steps[] | select(.id == "argv") | .reason' | grep -i "too long"
	expect 6 wfctl rollback f -y --progress quiet
	same 200000 "$(cat undone)"
}

@test "a hundred thousand steps in a file, and not one more" {
	{
		echo 'version: 1'
		echo 'steps:'
		seq -f '- { id: s%.0f, run: "true" }' 100000
	} >f.yaml
	expect 0 wfctl validate f.yaml
	has "100000 steps"
	echo '- { id: one_more, run: "true" }' >>f.yaml
	expect 3 wfctl validate f.yaml
	err_has "more than 100000 steps"
}

@test "a million items, and not one more" {
	{
		printf 'version: 1\nsteps:\n- id: each\n  foreach: ['
		seq -s, 1000000 | tr -d '\n'
		echo ']'
	} >f.yaml
	expect 0 wfctl validate f.yaml
	sed -i 's/\]$/,1]/' f.yaml
	expect 3 wfctl validate f.yaml
	err_has "more than 1000000 items"
	[ "${LONG:-}" ] || return 0
	sed -i 's/,1\]$/]/' f.yaml
	expect 0 wfctl run f.yaml --progress quiet
}

@test "a hundred thousand steps run" {
	[ "${LONG:-}" ] || skip "make limits runs it"
	{
		echo 'version: 1'
		echo 'steps:'
		seq -f '- { id: s%.0f, run: "true" }' 100000
	} >f.yaml
	expect 0 wfctl run f.yaml --progress quiet
}
