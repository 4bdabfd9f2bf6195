# What is promised, beside what was found.  Sourced by run.
#
# SPDX-License-Identifier: GPL-3.0-or-later

# target WHAT VALUE <=|>= LIMIT [UNIT]
target() {
	printf '%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$4" "${5:-}" \
		>>"$work/targets"
}

print_targets() {
	[ -s "$work/targets" ] || return 0
	echo
	echo "--- targets"
	awk -F'\t' '{
		met = $3 == "<=" ? $2 + 0 <= $4 + 0 : $2 + 0 >= $4 + 0
		missed += !met
		printf "%-42s %9s %s %s %-13s %s\n", $1, $2, $3, $4, $5, \
			met ? "met" : "MISSED"
	} END { printf "%d of %d met\n", NR - missed, NR }' "$work/targets"
}
