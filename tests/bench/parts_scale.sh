# The parts of the bench that look at much at once.  Sourced by run.
#
# SPDX-License-Identifier: GPL-3.0-or-later

# figure NAME K: the K-th figure of the last line of NAME.figures.
figure() { awk -v k="$2" '{ v = $k } END { print v }' "$work/$1.figures"; }

mib() { awk -v kib="$1" 'BEGIN { printf "%.1f", kib / 1024 }'; }

store_bytes() { stat -c %s "$WFCTL_STATE/store.db"; }

# --- memory -------------------------------------------------------------

# peaks_of NAME TITLE STEPS: a line about the last run of NAME.
peaks_of() {
	printf '%-20s peak of the largest process %5.1f MiB (command %s, ' \
		"$2" "$(mib "$(figure "$1" 3)")" "$(mib "$(figure "$1" 4)")"
	printf 'engine %s, warden %s); store %d bytes a step\n' \
		"$(mib "$(figure "$1" 5)")" "$(mib "$(figure "$1" 6)")" \
		$(($(store_bytes) / $3))
}

peak_of_shape() { # SHAPE
	make_work "$1"
	with_peaks=-p run_flow memory
	peaks_of memory "$1" "$steps"
}

part_memory() {
	local size
	jobs=$JOBS
	for size in $SIZES; do
		if [ "$size" = "$MANY" ]; then
			large_run
			peaks_of large "wide_$MANY" "$MANY"
			target "store of $MANY steps" \
				$(($(store_bytes) / MANY)) '<=' 600 "bytes a step"
			memory_target "wide_$MANY" large
		else
			peak_of_shape "wide_$size"
			[ "$size" -gt 100 ] ||
				target "peak of $size steps" \
					"$(mib "$(figure memory 3)")" '<=' 6 MiB
		fi
	done
	peak_of_shape "layered_100x$((MANY / 100))"
	memory_target "layered_100x$((MANY / 100))" memory
}

memory_target() { # TITLE NAME
	target "peak of $1: command" "$(mib "$(figure "$2" 4)")" '<=' 25 MiB
	target "peak of $1: engine" "$(mib "$(figure "$2" 5)")" '<=' 25 MiB
	target "peak of $1: warden" "$(mib "$(figure "$2" 6)")" '<=' 25 MiB
}

# --- large --------------------------------------------------------------

# MANY steps, of which one fails until the file `open` is there, so that the
# run can be gone on with.  Made once, for all parts that look at it.
large_run() {
	export WFCTL_STATE=$work/large
	make_work "wide_$((MANY - 1))"
	jobs=$JOBS
	[ -e "$work/large" ] && return
	{
		as_flow
		echo "  - id: gate"
		echo "    needs: [w0]"
		echo "    on_failure: continue"
		echo "    run: date +%s%N >$work/began; test -e $work/open"
	} <"$work/edges" >"$work/large.yaml"
	: >"$work/large.figures"
	expect=1 with_peaks=-p measure large "$WFCTL" run "$work/large.yaml" \
		--max-parallel "$jobs" --progress quiet
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

# Does a step of many cost more than one of few?
flatness() {
	local few=$((MANY / 10)) ratio
	: >"$work/few.figures"
	make_work "wide_$few"
	run_flow few
	run_flow few
	large_run
	make_work "wide_$few"
	run_flow few
	table "wide_$few" "$few" few
	table "wide_$MANY" "$MANY" large
	ratio=$(paste -d' ' <(column few 1) <(column large 1) |
		awk -v k="$((MANY / few))" '{ printf "%.2f", $3 / $1 / k }')
	target "a step of $MANY / of $few" "$ratio" '<=' 1.1
	export WFCTL_STATE=$work/large
}

# From the command to the first command of a step; it fails but at last.
first_new_step() {
	local begin
	: >"$work/first.figures"
	: >"$work/retry.figures"
	for _ in 1 2 3 4 5; do
		rm -f "$work/began"
		begin=$(date +%s%N)
		expect=1 with_peaks=-p measure retry "$WFCTL" retry large \
			--progress quiet
		awk -v a="$begin" '{ printf "%.1f\n", ($1 - a) / 1e6 }' \
			"$work/began" >>"$work/first.figures"
	done
	peaks_of retry "resumed" "$MANY"
	target "resume of $MANY to the first new step" \
		"$(column first 1 | cut -d' ' -f1)" '<=' 500 ms
	memory_target "a resume of $MANY" retry
	touch "$work/open"
	measure retry "$WFCTL" retry large --progress quiet
}

by_nothing_left() {
	measure nothing_left "$WFCTL" resume large --progress quiet
}
by_ninja_nothing_left() {
	measure ninja_nothing_left ninja --quiet -C "$work/done"
}

# As many finished steps for ninja.
ninja_done() {
	mkdir -p "$work/done"
	(cd "$work/done" && awk '{ print $1 }' "$work/edges" | xargs touch)
	{
		echo 'rule nothing'
		echo '  command = true'
		echo '  generator = 1'
		awk '{ print "build " $1 ": nothing" }' "$work/edges"
	} >"$work/done/build.ninja"
}

nothing_left() {
	if ! has ninja; then
		compare "nothing left" "$MANY" nothing_left
		return
	fi
	make_work "wide_$MANY"
	ninja_done
	compare "nothing left" "$MANY" nothing_left ninja_nothing_left
	target "nothing left of $MANY: wfctl / ninja" \
		"$(median_ratio nothing_left ninja_nothing_left)" '<=' 0.5
}

part_large() {
	flatness
	once "validate $MANY steps" "$WFCTL" validate "$work/large.yaml"
	once "plan $MANY steps" "$WFCTL" plan "$work/large.yaml"
	first_new_step
	once "show $MANY steps" "$WFCTL" show large
	once "show -o json $MANY steps" "$WFCTL" show large -o json
	nothing_left
}

# --- load ---------------------------------------------------------------

flows_at_once() {
	local n=50 complaints
	make_work wide_20
	fresh_state
	: >"$work/fifty.figures"
	measure fifty bash -c 'for i in $(seq "$2"); do
		"$0" run "$1" --progress quiet & pids+=($!); done
		for p in ${pids[@]}; do wait $p || exit; done' \
		"$WFCTL" "$work/flow.yaml" "$n"
	complaints=$(cat "$WFCTL_STATE"/runs/*/engine.log 2>/dev/null | wc -l)
	table "$n flows of 20" $((n * 20)) fifty
	# All begin at once: who is starved ends long after half of them.
	"$WFCTL" ls -n "$n" -o jsonl |
		sed 's/.*"finished":"[^T]*T\([^Z]*\)Z.*/\1/' | tr : ' ' |
		awk '{ print ($1 * 3600 + $2 * 60 + $3) * 1000 }' | sort -n |
		awk '{ v[NR] = $1 } END { printf "  the last ended %d ms after the " \
			"first, half of them within %d ms\n", \
			v[NR] - v[1], v[int((NR + 1) / 2)] - v[1] }'
	target "$n flows at once: complaints of engines" \
		"$complaints" '<=' 0
}

log_flow() {
	local bytes=$((LOG_MIB << 20))
	printf '%s\n' 'version: 1' 'steps:' "  - id: big" \
		"    limits: { log: ${LOG_MIB}MiB }" \
		"    run: yes $log_line | head -c $bytes"
}

by_log() {
	fresh_state
	measure log "$WFCTL" run "$work/big.yaml" --progress quiet
}
by_copy() {
	measure copy sh -c "yes $log_line | head -c $((LOG_MIB << 20)) \
		>$work/copy.$((++rounds_of_state))"
}
by_followed() {
	fresh_state
	measure followed sh -c '"$0" run "$1" -d >"$2" &&
		"$0" logs "$(cat "$2")" big -f' "$WFCTL" "$work/big.yaml" \
		"$work/run"
	[ "$(stat -c %s "$work/out")" = $((LOG_MIB << 20)) ] ||
		echo "the follower missed something"
}

# A step that prints much, beside a copy of as much, and somebody who reads
# along.
log_part() {
	local ROUNDS=3 log_line
	log_line=$(printf 'x%.0s' {1..63})
	log_flow >"$work/big.yaml"
	compare "log of $LOG_MIB MiB" "$LOG_MIB" log copy followed
	target "a log of $LOG_MIB MiB / the copy" \
		"$(median_ratio log copy)" '<=' 1.1
	target "the same, followed / not" \
		"$(median_ratio followed log)" '<=' 2
}

part_load() {
	jobs=$JOBS
	flows_at_once
	log_part
}
