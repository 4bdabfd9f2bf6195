# Trying expressions: the value as JSON, or the fault with its column.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() { load ../lib.sh; fresh; }
teardown() { stop_all; }

@test "a value is printed as JSON" {
	expect 0 wfctl eval '[1, 2].map(n, n > 1 ? "big" : "small")'
	same '["small","big"]' "$output"
	expect 0 wfctl eval '{"a": 9007199254740993}'
	same '{"a":9007199254740993}' "$output"
}

@test "an expression may begin with a minus" {
	expect 0 wfctl eval '-1 < 0'
	has "true"
	expect 0 wfctl eval '-(2)'
	has "-2"
	echo '{"x": 3, "size": 4}' >vars.json
	expect 0 wfctl eval -x --vars vars.json
	same -3 "$output"
	expect 0 wfctl eval '-size("ab") + x' --vars vars.json
	same 1 "$output"
	expect 2 wfctl eval --x --vars vars.json
	err_has 'unknown option "--x"'
}

@test "variables come from a file" {
	echo '{"params": {"n": 3}, "s": "x"}' > vars.json
	expect 0 wfctl eval 's + string(params.n)' --vars vars.json
	has '"x3"'
	echo '[1]' > vars.json
	expect 2 wfctl eval 's' --vars vars.json
	expect 2 wfctl eval 's' --vars nowhere.json
}

@test "what is no expression is invalid, with its column" {
	expect 3 wfctl eval '1 +'
	err_has ":4:"
	expect 3 wfctl eval '(1'
}

@test "what fails has a column and a hint" {
	expect 1 wfctl eval '1 + 1 / 0'
	err_has ":7:"
	expect 1 wfctl eval '{"name": 1}.nmae'
	err_has 'did you mean "name"'
	expect 1 wfctl eval 'siz("a")'
	err_has 'did you mean "size"'
}
