# Graphs for other programs: the usual tools take them.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() {
	load ../lib.sh
	fresh
	flow f <<-'END'
		name: 'a "quoted" <name> & co'
		steps:
		  - { id: a, name: "s\"y <b>&amp; \\n --> [x] {y} | z; %% #", run: "true" }
		  - { id: end, needs: [a], name: "größe `tick` (p)", run: "true" }
		  - { id: subgraph, needs: [end], name: "line\nbreak", run: "true" }
		  - { id: last, needs: [a, subgraph], run: "true" }
	END
}

teardown() {
	stop_all
}

@test "dot: Graphviz draws it, names as they are" {
	expect 0 wfctl graph f.yaml --format dot
	has '"end" -> "subgraph"'
	has '&amp;amp;'
	command -v dot >/dev/null || skip "Graphviz is not installed"
	expect 0 dot -Tsvg <<<"$output"
	has 'größe'
}

@test "svg: sound XML, a line for each need, none through a box" {
	expect 0 wfctl graph f.yaml --format svg
	same 4 "$(grep -c 'marker-end' <<<"$output")"
	# The need that spans two layers goes below them, by two lanes.
	same 1 "$(grep -c '<path.*L.*L.*marker-end' <<<"$output")"
	! command -v xmllint >/dev/null || xmllint --noout - <<<"$output"
	expect 0 wfctl run f.yaml --progress quiet
	expect 0 wfctl graph @latest --format svg
	same 4 "$(grep -c '>succeeded</text>' <<<"$output")"
}

@test "mermaid: a node and an edge a line, nothing that ends a label" {
	expect 0 wfctl graph f.yaml --format mermaid
	same 'flowchart LR' "${lines[0]}"
	for line in "${lines[@]:1}"; do
		[[ $line =~ ^\ +n[0-9]+(\[+\"[^\"]*\"\]+|\{+\"[^\"]*\"\}+|\(+\"[^\"]*\"\)+)(:::[a-z]+)?$ ||
			$line =~ ^\ +n[0-9]+\ (--\>|-\.-\>)\ n[0-9]+$ ||
			$line =~ ^\ +(classDef|class)\  ]] || {
			echo "$line"
			return 1
		}
	done
}
