# The parts of the bench that compare with others.  Sourced by run.
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
	as_ninja <"$work/edges" >"$work/build.ninja"
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
# In a directory of its own, or it would read what it noted in earlier rounds.
by_ninja() {
	local dir=$work/ninja.$((++rounds_of_state))
	mkdir "$dir"
	measure ninja ninja --quiet -C "$dir" -f "$work/build.ninja" -j"$jobs"
}
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
		graph_targets "$shape"
	done
}

# wanted SHAPE OURS OTHER LIMIT: what is promised of a ratio.
wanted() {
	if has "$3"; then
		target "$1: $2 / $3" "$(median_ratio "$2" "$3")" '<=' "$4"
	fi
}

graph_targets() {
	case $1 in
	chain_1000)
		wanted "$1" wfctl ninja 1.45
		wanted "$1" wfctl make 1.6
		wanted "$1" process make 1.1
		;;
	wide_10000)
		wanted "$1" wfctl make 1.05
		wanted "$1" wfctl ninja 0.95
		;;
	layered_100x100 | montage_5000) wanted "$1" wfctl make 1.05 ;;
	esac
}

# Where wfctl loses most is with steps that are short but not nothing.
part_short() {
	command='sleep 0.005'
	make_work short_1000
	command=true jobs=2
	# shellcheck disable=SC2046
	compare "1000 of 5 ms" 1000 wfctl $(peers)
	wanted "5 ms steps" wfctl make 1.05
}

# --- others -------------------------------------------------------------

by_snakemake() {
	local dir=$work/snake.$((++rounds_of_state))
	mkdir "$dir"
	as_snakefile <"$work/edges" >"$dir/Snakefile"
	measure snakemake snakemake -q -j"$jobs" -d "$dir" -s "$dir/Snakefile"
}
by_parallel() { measure parallel parallel -j"$jobs" -a "$work/list"; }

# Some of these are so slow that three rounds must do.
part_others() {
	local ROUNDS=$((ROUNDS < 3 ? ROUNDS : 3))
	jobs=$JOBS
	if has snakemake; then
		make_work wide_500
		compare wide_500 500 wfctl snakemake
		target "wide_500: snakemake / wfctl" \
			"$(median_ratio snakemake wfctl)" '>=' 25
	else
		echo "snakemake is not installed"
	fi
	if has parallel; then
		make_work wide_2000
		as_list <"$work/edges" >"$work/list"
		compare wide_2000 2000 wfctl parallel
		target "wide_2000: parallel / wfctl" \
			"$(median_ratio parallel wfctl)" '>=' 7
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
	target "start: version / make --version" \
		"$(median_ratio version make_version)" '<=' 0.9
	target "ls of 100000 runs" \
		"$(column ls 1 | awk '{ print $1 / 50 }')" '<=' 20 ms
}
