# Keys of the flow language: processes, results, many and again.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() { load ../lib.sh; fresh; }
teardown() { stop_all; }

cause() {
	ask "$1" ".steps[] | select(.id == \"$2\") | .cause"
}

tries() {
	ask "$1" "[.steps[] | select(.id == \"$2\") | .attempts[]] | length"
}

output() {
	ask "$1" ".steps[] | select(.id == \"$2\") | .outputs.$3 | tojson"
}

# --- process

@test "shell: the default stops at the first failure, bash at a failed pipe" {
	flow f <<'END'
on_failure: continue
steps:
  - { id: default, run: "false; touch never" }
  - { id: bash, shell: bash, run: "false | true; touch never" }
  - { id: pipe, run: "false | true; touch there" }
  - { id: list, shell: [/bin/sh, -c], run: "false; touch there2" }
  - { id: unset, run: 'echo "$NOTHING_OF_THIS"' }
END
	expect 1 wfctl run f.yaml
	[ ! -e never ] && [ -e there ] && [ -e there2 ]
	same "default bash unset" "$(ask f '[.steps[] | select(.state == "failed") | .id] | join(" ")')"
}

@test "run and argv: words go through unchanged" {
	flow f <<'END'
params: { p: "a b'c\"d$(e)`f`" }
steps:
  - { id: argv, argv: [printf, "%s|", "${{ params.p }}", "", "two words", "*"] }
  - { id: run, run: 'printf "%s|" "$WFCTL_PARAM_p" "*"' }
END
	expect 0 wfctl run f.yaml
	# shellcheck disable=SC2016
	same 'a b'"'"'c"d$(e)`f`||two words|*|' "$(wfctl logs f argv)"
	# shellcheck disable=SC2016
	same 'a b'"'"'c"d$(e)`f`|*|' "$(wfctl logs f run)"
}

@test "workdir: the flow's folder, another, a missing one" {
	mkdir -p sub/deep
	flow sub/f <<'END'
on_failure: continue
params: { d: deep }
steps:
  - { id: here, run: pwd }
  - { id: deep, workdir: "${{ params.d }}", run: pwd }
  - { id: root, workdir: /, run: pwd }
  - { id: gone, workdir: nowhere, run: pwd }
END
	expect 1 wfctl run sub/f.yaml
	same "$PWD/sub" "$(wfctl logs f here)"
	same "$PWD/sub/deep" "$(wfctl logs f deep)"
	same / "$(wfctl logs f root)"
	same spawn "$(cause f gone)"
}

@test "env: of flow, defaults and step, the nearest wins; stdin is empty or given" {
	export OUTER=outer
	flow f <<'END'
params: { x: 3 }
env: { A: flow, B: flow, C: flow, N: "${{ params.x + 1 }}" }
defaults: { env: { B: defaults, C: defaults } }
steps:
  - { id: env, env: { C: step }, run: 'echo "$A $B $C $N $OUTER"' }
  - { id: empty, run: wc -c }
  - { id: given, stdin: "x=${{ params.x }}", run: cat }
END
	expect 0 wfctl run f.yaml
	same "flow defaults step 4 outer" "$(wfctl logs f env)"
	same 0 "$(wfctl logs f empty)"
	same x=3 "$(wfctl logs f given)"
}

@test "the environment of an attempt says where it stands" {
	flow f <<'END'
params: { Name: 1 }
steps:
  - id: s
    run: |
      echo "$WFCTL_RUN_ID $WFCTL_FLOW $WFCTL_STEP_ID $WFCTL_ATTEMPT $WFCTL_PHASE $WFCTL_PARAM_Name"
      test -d "$WFCTL_RUN_DIR"; test -n "$WFCTL_KEY"
      touch "$WFCTL_HEARTBEAT"; test -z "${LINES:-}${COLUMNS:-}"
      echo "$WFCTL_KEY" >key.$WFCTL_ATTEMPT
      test "$WFCTL_ATTEMPT" = 2
    retry: 1
    undo: 'echo "$WFCTL_PHASE $WFCTL_REASON" >undo; echo "$WFCTL_KEY" >key.undo'
  - id: i
    needs: [s]
    foreach: [a]
    outputs: { v: string }
    run: 'echo "$WFCTL_INSTANCE" >instance; echo v=w >>$WFCTL_OUTPUT'
    undo: 'echo "$WFCTL_PHASE $WFCTL_INSTANCE $WFCTL_OUT_v" >undo.i; test -n "$WFCTL_REASON"'
END
	expect 0 wfctl run f.yaml
	id=$(ask f .id)
	same "$id f s 2 do 1" "$(wfctl logs f s --attempt 2)"
	same a "$(cat instance)"
	cmp key.1 key.2
	expect 6 wfctl rollback f -y -m because
	same "undo a w" "$(cat undo.i)"
	run ! cmp -s key.1 key.undo
}

@test "secrets: masked, also split across writes, and nowhere else" {
	export TOKEN=s3cr3t-of-env
	printf 'file-secret-77' >secret.txt
	flow f <<'END'
secrets:
  TOKEN: { env: TOKEN }
  FILE: { file: secret.txt }
  CMD: { argv: [printf, "%s", argv-secret-99] }
steps:
  - id: use
    secrets: [TOKEN, FILE, CMD]
    outputs: { o: string }
    run: |
      echo "env $TOKEN file $FILE cmd $CMD"
      printf 's3cr3t-'; sleep 0.05; printf 'of-env!\n'
      echo "o=<$TOKEN>" >>$WFCTL_OUTPUT
      tr '\0' ' ' </proc/$$/cmdline | grep -c "$TOKEN" >argv || :
  - id: other
    needs: [use]
    env: { O: "${{ steps.use.outputs.o }}" }
    run: echo "other ${TOKEN:-none} ${FILE:-none} ${CMD:-none} $O"
END
	expect 0 wfctl run f.yaml
	same "env *** file *** cmd ***"$'\n***!' "$(wfctl logs f use)"
	has "env ***"
	same 0 "$(cat argv)"
	same '"<***>"' "$(output f use o)"
	same "other none none none <***>" "$(wfctl logs f other)"
	same "" "$(grep -rlaE 's3cr3t-of-env|file-secret-77' "$WFCTL_STATE" || :)"
	wfctl export f | { ! grep -E 's3cr3t-of-env|file-secret-77'; }
	wfctl events f -o jsonl | { ! grep -E 's3cr3t-of-env|file-secret-77'; }
}

@test "a secret found within its own mask is masked once" {
	export STAR='*'
	flow f <<'END'
secrets: { STAR: { env: STAR } }
steps:
  - { id: s, secrets: [STAR], outputs: { o: string }, run: 'echo "o=2*3" >>$WFCTL_OUTPUT' }
END
	expect 0 wfctl run f.yaml
	same '"2***3"' "$(output f s o)"
}

@test "secrets: stars, quotes, lines of a key, none of them leaks or hangs" {
	export STAR='*' QUOTES='say "secret" \ twice' KEY=$'-----BEGIN\nline-one-of-key\nx\nline-two-of-key\n-----END'
	flow f <<'END'
secrets: { STAR: { env: STAR }, QUOTES: { env: QUOTES }, KEY: { env: KEY } }
steps:
  - { id: star, secrets: [STAR], outputs: { o: string }, run: 'echo "o=a*b" >>$WFCTL_OUTPUT; echo "x*y"' }
  - id: json
    secrets: [QUOTES]
    outputs: { j: json }
    run: |
      j=$(jq -nc --arg v "$QUOTES" '{k: [$v]}')
      printf 'j=%s\n' "$j" >>$WFCTL_OUTPUT
  - { id: key, secrets: [KEY], run: 'printf "%s\n" "$KEY" | sed -n 4p; printf "%s\n" "$KEY" | sed -n 2,3p' }
END
	expect 0 wfctl run f.yaml --progress quiet
	same "x***y" "$(wfctl logs f star)"
	same '"a***b"' "$(output f star o)"
	same '{"k":["***"]}' "$(output f json j)"
	same $'***\n***\nx' "$(wfctl logs f key)"
	same "" "$(grep -rlaE 'say .{1,2}secret|line-(one|two)-of' "$WFCTL_STATE" --include='store.db*' --include='*.log' || :)"
}

@test "a secret that cannot be read fails the step, saying which" {
	flow f <<'END'
secrets: { T: { env: NOT_SET_AT_ALL } }
steps:
  - { id: use, secrets: [T], run: touch ran }
END
	expect 1 wfctl run f.yaml
	[ ! -e ran ]
	ask f '.steps[0].reason' | grep NOT_SET_AT_ALL
}

@test "limits and nice" {
	flow f <<'END'
on_failure: continue
steps:
  - { id: nice, nice: 7, run: nice }
  - { id: files, limits: { open_files: 17 }, run: ulimit -n }
  - { id: size, limits: { file_size: 4KiB }, run: head -c 8192 /dev/zero >big }
  - { id: log, limits: { log: 64KiB }, run: "head -c 1000000 /dev/zero | tr '\\0' x; echo end" }
  - { id: cpu, limits: { cpu_time: 1s }, run: ulimit -t }
  - { id: memory, limits: { memory: 20MiB }, run: "{ head -c 60000000 /dev/zero; sleep 5; } | tail -c 50000000 | wc -c" }
END
	expect 1 wfctl run f.yaml --progress quiet
	local nice=$(($(nice) + 7))
	same $((nice < 19 ? nice : 19)) "$(wfctl logs f nice)"
	same 17 "$(wfctl logs f files)"
	same failed "$(state f size)"
	same failed "$(state f memory)"
	[ "$(stat -c %s big)" -le 4096 ]
	same 1 "$(wfctl logs f cpu)"
	wfctl logs f log | grep -qa 'bytes left out'
	wfctl logs f log | tail -n 1 | grep -qa 'end$'
}

# --- results

@test "outputs: lines, here-documents, standard output, every type" {
	flow f <<'END'
steps:
  - id: s
    outputs: { s: string, i: int, n: number, b: bool, j: json, l: list, m: string, e: string }
    stdout: out
    run: |
      {
        echo "s=a=b c"
        echo "i=-42"
        echo "n=2.5"
        echo "b=true"
        echo 'j={"k":[1,null]}'
        echo 'l=["x",1]'
        printf 'm<<EOF\none\n EOF\ntwo=2\nEOF\n'
        echo "e="
      } >>"$WFCTL_OUTPUT"
      echo printed
END
	expect 0 wfctl run f.yaml
	same '{"b":true,"e":"","i":-42,"j":{"k":[1,null]},"l":["x",1],"m":"one\n EOF\ntwo=2","n":2.5,"out":"printed","s":"a=b c"}' \
		"$(ask f '.steps[0].outputs | tojson' | jq -cS .)"
}

@test "outputs: what breaks the contract fails with cause output" {
	flow f <<'END'
on_failure: continue
steps:
  - { id: type, outputs: { i: int }, run: "echo i=three >>$WFCTL_OUTPUT" }
  - { id: missing, outputs: { i: int }, run: "true" }
  - { id: unknown, run: "echo i=3 >>$WFCTL_OUTPUT" }
  - { id: noend, outputs: { i: string }, run: "printf 'i<<E\\nx\\n' >>$WFCTL_OUTPUT" }
  - { id: noise, outputs: { i: string }, run: "printf 'noise\\n' >>$WFCTL_OUTPUT" }
  - { id: big, stdout: o, run: "head -c 2000000 /dev/zero" }
  - { id: overflow, outputs: { i: int }, run: "echo i=99999999999999999999 >>$WFCTL_OUTPUT" }
END
	expect 1 wfctl run f.yaml --progress quiet
	for s in type missing noend noise big overflow; do
		same "$s output" "$s $(cause f $s)"
	done
	# what was not announced is left out
	same "succeeded {}" "$(state f unknown) $(ask f '.steps[] | select(.id == "unknown") | .outputs | tojson')"
}

@test "ensure fails the attempt, which is tried again" {
	flow f <<'END'
steps:
  - id: s
    outputs: { n: int }
    ensure: [n > 1, n < 9]
    retry: 2
    run: echo "n=$WFCTL_ATTEMPT" >>$WFCTL_OUTPUT
  - id: never
    needs: [s]
    outputs: { n: int }
    ensure: outputs.n > 5
    run: echo n=1 >>$WFCTL_OUTPUT
END
	expect 1 wfctl run f.yaml
	same 2 "$(tries f s)"
	same ensure "$(cause f never)"
}

@test "require is asked before the first attempt" {
	flow f <<'END'
params: { n: 0 }
steps:
  - { id: s, require: [params.n > 0, params.n < 5], run: touch ran, retry: 3 }
END
	expect 1 wfctl run f.yaml
	[ ! -e ran ]
	same require "$(cause f s)"
	expect 0 wfctl run f.yaml -p n=1
	[ -e ran ]
}

@test "outputs of the run, typed" {
	flow f <<'END'
params: { n: 3 }
outputs: { n: "${{ params.n * 2 }}", t: "n=${{ params.n }}", l: "${{ steps.s.outputs.l }}" }
steps:
  - { id: s, outputs: { l: list }, run: "echo 'l=[1,2]' >>$WFCTL_OUTPUT" }
END
	expect 0 wfctl run f.yaml
	same '{"l":[1,2],"n":6,"t":"n=3"}' "$(ask f '.outputs | tojson' | jq -cS .)"
}

# --- many

@test "foreach: as, key, index, outputs in the order of the items" {
	flow f <<'END'
max_parallel: 4
steps:
  - id: each
    foreach:
      items: [{ name: a, t: 0.06 }, { name: b, t: 0 }, { name: "c d/e]", t: 0.03 }]
      as: host
      key: host.name
    env: { T: "${{ host.t }}", V: "${{ index }}-${{ host.name }}" }
    outputs: { v: string }
    run: sleep "$T"; echo "v=$V" >>$WFCTL_OUTPUT
  - id: after
    needs: [each]
    env: { ALL: "${{ steps.each.outputs.v.join(',') }}" }
    run: echo "$ALL"
END
	expect 0 wfctl run f.yaml
	same "0-a,1-b,2-c d/e]" "$(wfctl logs f after)"
	same '["a","b","c d/e]"]' "$(ask f '[.steps[] | select(.id == "each") | .instance] | tojson')"
	expect 0 wfctl logs f 'each[c d/e]]'
}

@test "foreach: equal and empty items have keys of their own" {
	flow f <<'END'
steps:
  - { id: each, foreach: [a, a, "", "a#1", "a#3", a], run: "true" }
END
	expect 0 wfctl run f.yaml
	same 6 "$(ask f '[.steps[] | .instance] | unique | length')"
}

@test "foreach: max_parallel" {
	flow f <<'END'
max_parallel: 8
steps:
  - { id: each, foreach: [1, 2, 3, 4], max_parallel: 1,
      run: mkdir in; sleep 0.01; rmdir in }
END
	expect 0 wfctl run f.yaml
}

@test "foreach: fail_fast cancels the others, without it they all run" {
	flow f <<'END'
params: { fast: true }
max_parallel: 2
steps:
  - { id: each, foreach: [bad, slow, later], fail_fast: true, env: { I: "${{ item }}" },
      run: '[ $I != bad ]; sleep 60' }
END
	expect 1 wfctl run f.yaml
	same cancelled "$(ask f '.steps[] | select(.instance == "slow") | .state')"
	flow g <<'END'
steps:
  - { id: each, foreach: [bad, ok], env: { I: "${{ item }}" },
      run: '[ $I != bad ]; touch $I' }
END
	expect 1 wfctl run g.yaml
	[ -e ok ]
}

@test "foreach: tolerate a number and a part" {
	for t in "1 0" "0 1" "25% 0" "24% 1" "100% 0"; do
		# shellcheck disable=SC2086
		set -- $t
		flow f <<END
steps:
  - { id: each, foreach: [0, 1, 0, 0], tolerate: $1, env: { E: "\${{ item }}" },
      run: exit \$E }
END
		expect "$2" wfctl run f.yaml --progress quiet
	done
}

@test "foreach: what is no list, and an empty one" {
	flow f <<'END'
on_failure: continue
params: { none: { type: list, default: [] }, x: { type: json, default: 3 } }
steps:
  - { id: empty, foreach: params.none, run: "false" }
  - { id: after, needs: [empty], run: "true" }
  - { id: wrong, foreach: params.x, run: "true" }
END
	expect 1 wfctl run f.yaml
	same succeeded "$(state f empty)"
	same succeeded "$(state f after)"
	same failed "$(state f wrong)"
}

@test "foreach: if by item skips items" {
	flow f <<'END'
steps:
  - { id: each, foreach: [1, 2, 3], if: item != 2, env: { I: "${{ item }}" },
      run: touch "i$I" }
END
	expect 0 wfctl run f.yaml
	[ -e i1 ] && [ ! -e i2 ] && [ -e i3 ]
	same skipped "$(ask f '.steps[] | select(.instance == "2") | .state')"
}

@test "matrix: the product, minus exclude, plus include" {
	flow f <<'END'
steps:
  - id: m
    matrix:
      os: [linux, bsd]
      cc: [gcc, clang]
      exclude: [{ os: bsd, cc: gcc }]
      include: [{ os: mac, cc: clang }]
    env: { V: "${{ matrix.os }}-${{ matrix.cc }}" }
    run: touch "$V"
END
	expect 0 wfctl run f.yaml
	same "bsd-clang linux-clang linux-gcc mac-clang" "$(ls -- *-* | tr '\n' ' ' | sed 's/ $//')"
	same '["bsd,clang","linux,clang","linux,gcc","mac,clang"]' \
		"$(ask f '[.steps[] | .instance] | sort | tojson')"
}

@test "foreach of child flows: outputs collect, one child retried alone" {
	flow child <<'END'
params: { n: { type: int, required: true } }
outputs: { sq: "${{ params.n * params.n }}" }
steps:
  - { id: a, run: 'echo a$WFCTL_PARAM_n >>trace' }
  - { id: b, needs: [a], run: 'echo b$WFCTL_PARAM_n >>trace; [ $WFCTL_PARAM_n != 2 ] || [ -e ok ]' }
END
	flow f <<'END'
max_parallel: 1
outputs: { all: "${{ steps.each.outputs.sq }}" }
steps:
  - { id: each, foreach: [1, 2, 3], workflow: child.yaml, with: { n: "${{ item }}" } }
END
	expect 1 wfctl run f.yaml
	same failed "$(ask f '.steps[] | select(.id == "each[2]/b") | .state')"
	touch ok
	expect 0 wfctl retry f
	same 1 "$(grep -c a2 trace)"
	same 2 "$(grep -c b2 trace)"
	same 1 "$(grep -c b3 trace)"
	same "[1,4,9]" "$(ask f '.outputs.all | tojson')"
}

@test "a step sent through again takes the new list" {
	flow f <<'END'
steps:
  - id: list
    run: |
      echo x >>rounds
      [ "$(wc -l <rounds)" = 1 ] && l='["a","b"]' || l='["b","c","d"]'
      echo "l=$l" >>$WFCTL_OUTPUT
    outputs: { l: list }
  - { id: each, needs: [list], foreach: steps.list.outputs.l,
      env: { I: "${{ item }}" }, run: 'echo "$I" >>trace' }
  - { id: after, needs: [each], run: echo after >>trace }
END
	expect 0 wfctl run f.yaml
	expect 0 wfctl retry f list --downstream
	same "a b after b c d after" "$(tr '\n' ' ' <trace | sed 's/ $//')" ||
		same "a after after b b c d" "$(sort trace | tr '\n' ' ' | sed 's/ $//')"
	same '["b","c","d"]' "$(ask f '[.steps[] | select(.id == "each") | .instance] | tojson')"
	# and it is still so for the next engine
	expect 0 wfctl retry f after
	same '["b","c","d"]' "$(ask f '[.steps[] | select(.id == "each") | .instance] | tojson')"
	same succeeded "$(state f)"
}

@test "an empty list before another one does not confuse the next engine" {
	flow f <<'END'
params: { none: { type: list, default: [] } }
order: chain
steps:
  - { id: empty, foreach: params.none, run: "true" }
  - { id: each, foreach: [1, 2], run: "true" }
  - { id: bad, run: '[ -e ok ]' }
END
	expect 1 wfctl run f.yaml
	touch ok
	expect 0 wfctl retry f
}
