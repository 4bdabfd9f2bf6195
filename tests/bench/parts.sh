# The parts of the bench, by name.  Sourced by run.
#
# SPDX-License-Identifier: GPL-3.0-or-later

# --- graphs -------------------------------------------------------------

# make_work SHAPE: the same graph for all, in $work; sets steps.
make_work() {
	edges "$1" >"$work/edges" || {
		echo "bench: no shape is called $1" >&2
		exit 1
	}
	steps=$(wc -l <"$work/edges")
	as_flow <"$work/edges" >"$work/flow.yaml"
	as_makefile <"$work/edges" >"$work/work.mk"
	mkdir -p "$work/ninja"
	as_ninja <"$work/edges" >"$work/ninja/build.ninja"
}

run_flow() {
	local name=$1
	shift
	fresh_state
	measure "$name" "$WFCTL" run "$work/flow.yaml" \
		--max-parallel "$jobs" --progress quiet "$@"
}
by_wfctl() { run_flow wfctl; }
by_process() { run_flow process --durability process; }
by_make() { measure make make -s -j"$jobs" -f "$work/work.mk"; }
by_ninja() { measure ninja ninja --quiet -C "$work/ninja" -j"$jobs"; }
by_floor() { measure floor "$BUILD/tests/spawn_floor" "$steps" "$jobs"; }
by_logged_floor() {
	local logs=$work/floor.$((++rounds_of_state))
	mkdir "$logs"
	measure logged_floor \
		"$BUILD/tests/spawn_floor" -l "$logs" "$steps" "$jobs"
}
by_synced_floor() {
	measure synced_floor "$BUILD/tests/spawn_floor" \
		-d "$work/floor.$((++rounds_of_state)).db" "$steps" "$jobs"
}

peers() { echo make; has ninja && echo ninja; }

part_graphs() {
	local shape more
	for shape in $SHAPES; do
		make_work "$shape"
		jobs=$JOBS more=
		case $shape in chain*) jobs=2 more="synced_floor process" ;; esac
		# shellcheck disable=SC2046
		compare "$shape" "$steps" wfctl $(peers) floor $more
		# shellcheck disable=SC2046
		[ -z "$more" ] || ratios process $(peers) floor
	done
}

# Where wfctl loses most is with steps that are short but not nothing.
part_short() {
	command='sleep 0.005'
	make_work short_1000
	command=true jobs=2
	# shellcheck disable=SC2046
	compare "1000 of 5 ms" 1000 wfctl $(peers)
}

# --- others -------------------------------------------------------------

by_snakemake() {
	local dir=$work/snake.$((++rounds_of_state))
	mkdir "$dir"
	as_snakefile <"$work/edges" >"$dir/Snakefile"
	measure snakemake snakemake -q -j"$jobs" -d "$dir" -s "$dir/Snakefile"
}
by_parallel() { measure parallel parallel -j"$jobs" -a "$work/list"; }

part_others() {
	jobs=$JOBS
	if has snakemake; then
		make_work wide_500
		compare wide_500 500 wfctl snakemake
	else
		echo "snakemake is not installed"
	fi
	if has parallel; then
		make_work wide_2000
		as_list <"$work/edges" >"$work/list"
		compare wide_2000 2000 wfctl parallel
	else
		echo "GNU parallel is not installed"
	fi
}

# --- where --------------------------------------------------------------

# What a step of a wide flow costs, by leaving things out.
part_where() {
	make_work wide_2000
	jobs=$JOBS
	compare wide_2000 "$steps" wfctl process floor logged_floor \
		synced_floor
	local all process floor logged
	read -r all _ < <(column wfctl 2)
	read -r process _ < <(column process 2)
	read -r floor _ < <(column floor 2)
	read -r logged _ < <(column logged_floor 2)
	awk -v all="$all" -v process="$process" -v floor="$floor" \
		-v logged="$logged" -v n="$steps" 'BEGIN {
		printf "CPU of a step, ms: spawn %.3f, log %.3f, commit %.3f, " \
			"bookkeeping %.3f\n", floor / n, (logged - floor) / n, \
			(all - process) / n, (process - logged) / n }'
}

# --- memory -------------------------------------------------------------

part_memory() {
	local size peak
	jobs=$JOBS
	for size in $SIZES; do
		make_work "wide_$size"
		: >"$work/wfctl.figures"
		by_wfctl
		read -r peak _ < <(column wfctl 3)
		awk -v n="$size" -v peak="$peak" -v bytes="$(store_bytes)" '
			BEGIN { printf "%6d steps: peak of the largest " \
				"process %.1f MiB; store %d bytes a step\n", \
				n, peak / 1024, bytes / n }'
	done
}

store_bytes() { stat -c %s "$WFCTL_STATE/store.db"; }

# --- large --------------------------------------------------------------

# First steps that are done, then one that waits for a file.
gated_flow() {
	as_flow
	echo '  - id: gate'
	echo '    needs: ['
	awk '{ print "      " $1 "," }' "$work/edges"
	echo '    ]'
	echo "    run: test -e $work/open && date +%s%N >$work/began"
}

once() { # TITLE COMMAND...
	local title=$1
	shift
	: >"$work/once.figures"
	measure once "$@"
	awk -v title="$title" '{ printf "%-34s %9.0f ms  cpu %8.0f ms  " \
		"peak %5.1f MiB\n", title, $1, $2, $3 / 1024 }' \
		"$work/once.figures"
}

# ninja's own look at as many finished steps.
ninja_finished() {
	mkdir -p "$work/done"
	(cd "$work/done" && awk '{ print $1 }' "$work/edges" | xargs touch)
	{
		echo 'rule nothing'
		echo '  command = true'
		echo '  generator = 1'
		awk '{ print "build " $1 ": nothing" }' "$work/edges"
	} >"$work/done/build.ninja"
	once "ninja, nothing left" ninja --quiet -C "$work/done"
}

# Does a step of many cost more than one of few?
flatness() {
	local few=$((MANY / 10)) few_wall many_wall _
	make_work "wide_$few"
	: >"$work/few.figures"
	: >"$work/many.figures"
	for _ in 1 2 3; do run_flow few; done
	make_work "wide_$MANY"
	run_flow many
	table "wide_$few" "$few" few
	table "wide_$MANY" "$MANY" many
	read -r few_wall _ < <(column few 1)
	read -r many_wall _ < <(column many 1)
	awk -v few="$few_wall" -v many="$many_wall" 'BEGIN {
		printf "a step of many/of few: wall %.2f\n", many / few / 10 }'
}

part_large() {
	local begin
	jobs=$JOBS
	flatness
	once "nothing left of $MANY steps" "$WFCTL" resume flow \
		--progress quiet
	has ninja && ninja_finished
	gated_flow <"$work/edges" >"$work/gated.yaml"
	once "validate $MANY steps" "$WFCTL" validate "$work/flow.yaml"
	fresh_state
	once "plan $MANY steps" "$WFCTL" plan "$work/flow.yaml"
	fresh_state
	rm -f "$work/open"
	"$WFCTL" run "$work/gated.yaml" --max-parallel "$jobs" \
		--progress quiet >/dev/null 2>&1
	touch "$work/open"
	begin=$(date +%s%N)
	once "retry after $MANY steps" "$WFCTL" retry gated --progress quiet
	awk -v begin="$begin" -v began="$(cat "$work/began")" 'BEGIN {
		printf "%-34s %9.0f ms\n", "  ... its first new step began", \
			(began - begin) / 1e6 }'
}

# --- start --------------------------------------------------------------

fifty() { for _ in {1..50}; do "$@" || return; done; }
export -f fifty

by_version() { measure version bash -c 'fifty "$0" version' "$WFCTL"; }
by_make_version() { measure make_version bash -c 'fifty make --version'; }
by_ls() { measure ls bash -c 'fifty "$0" ls' "$WFCTL"; }
by_show() { measure show bash -c 'fifty "$0" show @latest' "$WFCTL"; }

part_start() {
	fresh_state
	mkdir -m 700 "$WFCTL_STATE"
	"$BUILD/tests/fill_store" "$WFCTL_STATE" 100000
	compare "start, 50 times" 50 version make_version ls show
}

# --- load ---------------------------------------------------------------

part_load() {
	local n=50
	make_work wide_20
	fresh_state
	: >"$work/many.figures"
	measure many bash -c 'for i in $(seq "$2"); do
		"$0" run "$1" --progress quiet & done; wait' \
		"$WFCTL" "$work/flow.yaml" "$n"
	read -r wall _ < <(column many 1)
	echo "$n flows of 20 steps at once: $wall ms;" \
		"$(grep -cs . "$WFCTL_STATE"/runs/*/engine.log | awk -F: '
			{ n += $2 } END { print n }') complaints of engines"
	log_part
}

# A step that prints much, beside a copy of as much.
log_part() {
	local bytes=$((LOG_MIB << 20))
	printf '%s\n' 'version: 1' 'steps:' "  - id: big" \
		"    limits: { log: ${LOG_MIB}MiB }" \
		"    run: head -c $bytes /dev/zero | tr '\\0' 'x'" \
		>"$work/big.yaml"
	fresh_state
	once "a log of $LOG_MIB MiB" "$WFCTL" run "$work/big.yaml" \
		--progress quiet
	once "the same by hand" sh -c \
		"head -c $bytes /dev/zero | tr '\\0' x >$work/big.copy"
	rm -f "$work/big.copy"
}
