# Every sample runs to its end and leaves what it promises.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() {
	load ../lib.sh
	fresh
	samples=$PROJECT/samples
}

teardown() {
	stop_all
}

start() {
	wfctl run "$samples/$1.yaml" --progress quiet "${@:2}"
}

@test "every sample is valid" {
	for file in "$samples"/*.yaml; do
		expect 0 wfctl validate "$file"
	done
}

@test "every sample is run by a test here" {
	for file in "$samples"/*.yaml; do
		grep -q "start $(basename "$file" .yaml)" "$BATS_TEST_FILENAME"
	done
}

@test "backup: the archive holds what the folder held" {
	mkdir -p "from/a folder"
	echo one >from/one
	echo two >"from/a folder/two words"
	expect 0 start backup -p source="$PWD/from" -p target="$PWD/to"
	mkdir back
	tar -C back -xzf to/*.tar.gz
	diff -r from back
	same 2 "$(ask backup .outputs.files)"
}

@test "backup: only the newest few are kept" {
	mkdir from
	echo one >from/one
	for _ in 1 2 3; do
		expect 0 start backup -p source="$PWD/from" \
			-p target="$PWD/to" -p keep=2
	done
	same 2 "$(ls to | wc -l)"
}

@test "backup: a copy that cannot be read back is taken away" {
	mkdir from bin
	echo one >from/one
	# A tar that packs well and unpacks nothing.
	printf '#!/bin/sh\ncase "$*" in *-xzf*) exit 0 ;; esac\nexec %s "$@"\n' \
		"$(command -v tar)" >bin/tar
	chmod +x bin/tar
	PATH=$PWD/bin:$PATH expect 6 start backup -p source="$PWD/from" \
		-p target="$PWD/to"
	same 0 "$(find to -type f | wc -l)"
	same undone "$(state backup pack)"
}

# A project of the same shape, which says what wfctl says.
small_project() {
	mkdir -p small/{cli,tui,engine,tests/unit}
	printf '#!/bin/sh\necho "%s"\n' "$(wfctl version)" >small/cli/wfctl
	cat >small/Makefile <<-'END'
	all build/cc/tests/test_lifecycle: ; @install -D cli/wfctl wfctl && install -D wfctl $@
	END
}

# Once is enough: the sanitizers look at wfctl, not at what its steps build.
@test "build_project: builds wfctl and tests it" {
	project=$PROJECT
	[[ $WFCTL != */san/* ]] || { small_project; project=$PWD/small; }
	expect 0 start build_project -p source="$project" -p flags=-O0
	same "$(wfctl version)" "$(ask build_project .outputs.version)"
	expect 0 wfctl logs build_project report
	has 'built and tested'
}

@test "sales: good rows are loaded, bad ones set aside, none lost" {
	expect 0 start sales -p table="$samples/data/sales.csv" \
		-p into="$PWD/out"
	same '115 5' "$(ask sales '"\(.outputs.good) \(.outputs.bad)"')"
	same 115 "$(sqlite3 out/sales.db 'select count(*) from sale')"
	same skipped "$(state sales load_table)"
	grep -q '^west' out/by_region.txt
}

@test "sales: without sqlite3 a plain table is written" {
	mkdir bin
	for tool in sh awk sed cp wc mkdir rm tr sort tee cat; do
		ln -s "$(command -v $tool)" bin
	done
	expect 0 env PATH="$PWD/bin" "$WFCTL" run "$samples/sales.yaml" \
		--progress quiet -p table="$samples/data/sales.csv" \
		-p into="$PWD/out"
	same 115 "$(wc -l <out/sales.tsv)"
	same skipped "$(state sales load_database)"
}

@test "log_report: the report adds up" {
	expect 0 start log_report -p log="$samples/data/access.log"
	same "$(grep -c '" 50[0-9] ' "$samples/data/access.log")" \
		"$(ask log_report .outputs.errors)"
	expect 0 wfctl logs log_report report
	has 'bytes sent'
}

@test "flaky: tries again while busy, and not when it is pointless" {
	expect 0 start flaky -p busy=2
	same 3 "$(ask flaky '.steps[] | select(.id == "fetch")
		| .attempts | length')"
	same 1 "$(ask flaky '.steps[] | select(.id == "primary")
		| .attempts | length')"
	same succeeded "$(state flaky mirror)"
	same succeeded "$(state flaky use)"
}

@test "checksums: one instance a file, and the sums are right" {
	mkdir from
	for name in a "b c" 'd"e' "f'g"; do echo "$name" >"from/$name"; done
	expect 0 start checksums -p folder="$PWD/from"
	same 4 "$(ask checksums .outputs.count)"
	same 4 "$(ask checksums '[.steps[] | select(.id == "sum" and
		.instance != null and .state == "succeeded")] | length')"
}

@test "release: waits for a yes, then switches over" {
	mkdir -p site/1.0
	ln -s 1.0 site/current
	expect 5 start release -p root="$PWD/site" -p version=1.1
	same 1.0 "$(readlink site/current)"
	expect 0 wfctl approve release approve -m 'looks good'
	wait_for is succeeded release
	same 1.1 "$(readlink site/current)"
}

@test "release: what does not work is switched back and taken away" {
	mkdir -p site/1.0
	ln -s 1.0 site/current
	expect 5 start release -p root="$PWD/site" -p version=1.1 \
		-p content=broken
	expect 0 wfctl approve release approve -m 'looks good'
	wait_for is rolled_back release
	same 1.0 "$(readlink site/current)"
	[ ! -e site/1.1 ]
}

@test "container: the words are counted, in a container" {
	export CLIENTS=$PWD/clients PATH=$BATS_TEST_DIRNAME/clients:$PATH
	mkdir "$CLIENTS"
	printf 'The cat, the dog; the end. A cat!\n' >text
	expect 0 start container -p text="$PWD/text"
	same '3 the 2 cat 1 a 1 dog 1 end' \
		"$(ask container .outputs.top | xargs)"
	grep -q 'docker create .*--network=none' "$CLIENTS/asked"
}
