/* What is wrong with a flow is said at its place, with what to try.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "flows.h"

/* Each row: steps under "version: 1\nsteps:\n" (so the first step stands in
 * line 3), place, a part of "message; hint". */
struct row {
	const char *steps;
	int line, column;
	const char *part;
};

static void
check_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char *text =
			mem_printf("version: 1\nsteps:\n%s", rows[i].steps);

		flow_bad(text, rows[i].line, rows[i].column, rows[i].part);
		free(text);
	}
}

static void
keys(void **state)
{
	static const struct row rows[] = {
		{"- {id: a, rum: x}\n",                       3, 11, "did you mean \"run\"?"   },
		{"- {id: a, command: x}\n",                   3, 11, "did you mean \"run\"?"   },
		{"- {id: a, depends_on: x}\n",                3, 11, "\"needs\""               },
		{"- {id: a, run: x, cron: y}\n",              3, 19,
		 "belongs to a schedule"						       },
		{"- {id: a, run: x, run: y}\n",               3, 19, "duplicate key \"run\""   },
		{"- {id: a, run: }\n",                        3, 11, "\"run\" has no value"    },
		{"- {id: a, run: [x]}\n",                     3, 16, "must be text, not a list"},
		{"- {id: a, run: x, retry: {limt: 2}}\n",     3, 27, "\"limit\""               },
		{"- {run: x}\n",                              3, 3,  "the step has no id"      },
		{"- {id: 1a, run: x}\n",                      3, 8,  "no good name"            },
		{"- {id: ../x, run: x}\n",                    3, 8,  "no good name"            },
		{"- {id: a, run: x}\n- {id: a, run: y}\n",    4, 8,
		 "stands in line 3"							    },
		{"- x\n",				     3, 3,  "a step is a map"         },
		{"- {id: a, run: x, argv: [y]}\n",            3, 25, "one action"              },
		{"- {id: a, run: '  '}\n",                    3, 16, "an empty command"        },
		{"- {id: a, argv: []}\n",                     3, 17, "an empty list"           },
		{"- {id: a, run: x, with: {b: 1}}\n",         3, 25,
		 "without \"workflow\""							},
		{"- {id: a, run: x, as: b}\n",                3, 23, "without `foreach`"       },
		{"- {id: a, wait: {for: 1s}, shell: bash}\n", 3, 35,
		 "runs no command"							     },
	};

	(void)state;
	check_rows(rows, ARRAY_SIZE(rows));
}

/* clang-format off */
static const struct row executor_rows[] = {
	{"- {id: a, run: x, executor: lsf}\n",                                  3, 29, "no executor \"lsf\""},
	{"- {id: a, run: x, executor: dokcer}\n",                               3, 29, "mean \"docker\""},
	{"- {id: a, run: x, executor: docker}\n",                               3, 29, "needs its `image`"},
	{"- {id: a, run: x, executor: {ssh: {}}}\n",                            3, 30, "needs its `host`"},
	{"- {id: a, run: x, executor: {ssh: {host: h, prot: 2}}}\n",            3, 45, "mean \"port\""},
	{"- {id: a, run: x, executor: {ssh: {host: h, port: 0}}}\n",            3, 51, "from 1 to 65535"},
	{"- {id: a, run: x, executor: {ssh: {host: [h]}}}\n",                   3, 42, "must be text"},
	{"- {id: a, run: x, executor: {ssh: {host: '${{ params.h }}'}}}\n",     3, 47, "no param \"h\""},
	{"- {id: a, run: x, executor: {ssh: [h]}}\n",                           3, 35, "must be a map"},
	{"- {id: a, run: x, executor: {local: {a: 1}}}\n",                      3, 38, "unknown key \"a\""},
	{"- {id: a, run: x, executor: {slurm: {}, local: {}}}\n",               3, 29, "one name with its settings"},
	{"- {id: a, run: x, nice: 3, executor: {docker: {image: i}}}\n",        3, 25, "cannot keep `nice`"},
	{"- {id: a, wait: {for: 1s}, executor: slurm}\n",                       3, 38, "runs no command"},
};
/* clang-format on */

static void
executors(void **state)
{
	(void)state;
	check_rows(executor_rows, ARRAY_SIZE(executor_rows));
}

static void
values(void **state)
{
	static const struct row rows[] = {
		{"- {id: a, run: x, timeout: 10 minutes}\n",                 3, 28,
		 "a duration such as"								      },
		{"- {id: a, run: x, timeout: -1s}\n",                        3, 28, "a duration"           },
		{"- {id: a, run: x, timeout: 0}\n",                          3, 28, "longer than"          },
		{"- {id: a, run: x, retry: -1}\n",                           3, 26, "0 to 1000000"         },
		{"- {id: a, run: x, retry: 1.5}\n",                          3, 26, "whole number"         },
		{"- {id: a, run: x, retry: {jitter: 2}}\n",                  3, 35,
		 "from 0 to 1"									     },
		{"- {id: a, run: x, retry: {only: [300]}}\n",                3, 34,
		 "no retry rule"									   },
		{"- {id: a, run: x, retry: {only: [78-64]}}\n",              3, 34,
		 "no retry rule"									   },
		{"- {id: a, run: x, retry: {only: [tmeout]}}\n",             3, 34,
		 "did you mean \"timeout\"?"							       },
		{"- {id: a, run: x, retry: {only: [/(/]}}\n",                3, 34,
		 "no valid regular expression"							     },
		{"- {id: a, run: x, limits: {log: 0}}\n",                    3, 33, "larger than"          },
		{"- {id: a, run: x, check: {}}\n",                           3, 26, "`run` or `argv`"      },
		{"- {id: a, run: x, limits: {memory: much}}\n",              3, 36,
		 "a size such as"									  },
		{"- {id: a, run: x, on_failure: contnue}\n",                 3, 31,
		 "did you mean \"continue\"?"							      },
		{"- {id: a, run: x, on_failure: {}}\n",                      3, 31,
		 "must say one thing"								      },
		{"- {id: a, run: x, join: 2}\n",                             3, 25, "without `needs`"      },
		{"- {id: a, run: x, idempotent: yes}\n",                     3, 31,
		 "true or false"									   },
		{"- {id: a, run: x, redundancy: {copies: 2}}\n",             3, 31,
		 "idempotent"									      },
		{"- {id: a, run: x, on_lost: check}\n",                      3, 28,
		 "needs a `check`"									 },
		{"- {id: a, run: x, foreach: [b], matrix: {c: [d]}}\n",      3, 41,
		 "either `foreach` or `matrix`"							    },
		{"- {id: a, run: x, matrix: {c: []}}\n",                     3, 31,
		 "has no values"									   },
		{"- {id: a, run: x, matrix: {c: [1], exclude: [{d: 1}]}}\n", 3,
		 47,								"no axis \"d\""        },
		{"- {id: a, run: x, foreach: [b], tolerate: 120%}\n",        3, 43,
		 "0% to 100%"									      },
		{"- {id: a, wait: {}}\n",                                    3, 17, "one thing to wait for"},
		{"- {id: a, wait: {for: 1s, file: x}}\n",                    3, 17, "one thing"            },
		{"- {id: a, wait: {until: tomorrow}}\n",                     3, 25, "a moment"             },
		{"- {id: a, wait: {for: 1s, match: true}}\n",                3, 34,
		 "for signals"									     },
		{"- {id: a, run: x, env: {1A: b}}\n",                        3, 25, "no name"              },
		{"- {id: a, run: x, env: {WFCTL_X: b}}\n",                   3, 25,
		 "set by wfctl"									    },
		{"- {id: a, run: x, outputs: {b: text}}\n",                  3, 32,
		 "no type of an output"								    },
		{"- {id: a, run: x, shell: bash -x}\n",                      3, 26, "a list"               },
		{"- {id: a, run: x, warn: {log: bad}}\n",                    3, 31,
		 "between slashes"									 },
		{"- {id: a, run: x, savepoint: start}\n",                    3, 30,
		 "start of the run"									},
	};

	(void)state;
	check_rows(rows, ARRAY_SIZE(rows));
}

static void
words_that_hold_no_expressions(void **state)
{
	static const struct row rows[] = {
		{"- {id: a, run: x, locks: ['${{ 1 }}']}\n",         3, 27,
		 "taken as they are"						    },
		{"- {id: a, approval: {assignees: ['${{ 1 }}']}}\n", 3, 34,
		 "taken as they are"						    },
		{"- {id: a}\nsecrets: {T: {file: '${{ 1 }}'}}\n",    4, 21,
		 "taken as they are"						    },
		{"- {id: a}\nsecrets: {T: {file: ''}}\n",            4, 21, "no file"   },
		{"- {id: a}\nsecrets: {T: {argv: []}}\n",            4, 21,
		 "an empty list"							},
		{"- {id: a, approval: {on_reject: {}}}\n",           3, 33, "`rollback`"},
	};

	(void)state;
	check_rows(rows, ARRAY_SIZE(rows));
}

static void
what_means_nothing_to_the_action(void **state)
{
	static const struct row rows[] = {
		{"- {id: a, approval: {}, idempotent: true, redundancy: "
		 "{copies: 2}}\n",			       3, 55, "runs no command"},
		{"- {id: a, wait: {for: 1s}, stdout: x}\n",                       3, 36,
		 "runs no command"									},
		{"- {id: z}\n- {id: a, run: x, on_failure: {fallback: b}}\n- "
		 "{id: b, run: x, on_failure: {fallback: a}}\n", 4, 3,  "comes back to"  },
	};

	(void)state;
	check_rows(rows, ARRAY_SIZE(rows));
}

static void
references(void **state)
{
	static const struct row rows[] = {
		{"- {id: build, run: x}\n- {id: b, run: x, needs: [buld]}\n",                 4,
		 27,										 "did you mean \"build\"?"   },
		{"- {id: a, run: x, needs: [a]}\n",                                           3, 27, "need itself"               },
		{"- {id: a, run: x}\n- {id: b, run: x, needs: [a, a]}\n",                     4, 30,
		 "needed twice"												  },
		{"- {id: a, run: x, needs: [b]}\n"
		 "- {id: b, run: x, needs: [c]}\n"
		 "- {id: c, run: x, needs: [a]}\n",			  3, 26, "a -> b -> c -> a"          },
		{"- {id: a, run: x}\n"
		 "- {id: b, run: x, needs: [{id: a, accept: [running]}]}\n", 4, 44, "no state a step can end in"},
		{"- {id: a, run: x, pool: gpu}\n",                                            3, 25, "no pool"                   },
		{"- {id: a, run: x, secrets: [T]}\n",                                         3, 29, "no secret"                 },
		{"- {id: a, run: x, on_failure: {rollback: there}}\n",                        3, 42,
		 "no savepoint or step"											  },
		{"- {id: a, run: x, on_failure: {fallback: b}}\n",                            3, 42,
		 "no step \"b\""												 },
		{"- {id: a, run: x, on_failure: {fallback: a}}\n",                            3, 42,
		 "cannot stand in for itself"										    },
		{"- {id: a, run: x, on_failure: {fallback: b}}\n"
		 "- {id: b, run: x}\n"
		 "- {id: c, run: x, needs: [b]}\n",			  5, 26, "need \"a\""                },
		{"- {id: a, run: x, cancel: [b]}\n",                                          3, 28, "no step \"b\""             },
		{"- {id: a, run: x}\n- {id: b, approval: {send_back: [a]}}\n",
		 4,									      33, "does not come before"      },
		{"- {id: a, run: x, savepoint: s}\n"
		 "- {id: b, run: x, savepoint: s}\n",			4, 30, "step \"a\" has it"         },
		{"- {id: a, run: x, savepoint: b}\n- {id: b, run: x}\n",                      3, 30,
		 "name of a step"												},
		{"- {id: a, run: x, needs: [z]}\n"
		 "finally:\n- {id: z, run: x}\n",			    3, 26, "`finally`"                 },
	};

	(void)state;
	check_rows(rows, ARRAY_SIZE(rows));
}

static void
expressions(void **state)
{
	static const struct row rows[] = {
		{"- {id: a, run: x, if: params.b}\n",                                             3, 23, "no param \"b\""        },
		{"- {id: a, run: x, if: 1 + 1}\n",                                                3, 23,
		 "must give true or false"										       },
		{"- {id: a, run: x, if: '1 == \"1\"'}\n",                                         3, 26, "never equal"           },
		{"- {id: a, run: x, require: ['\"a\"']}\n",                                       3, 30,
		 "must give true or false"										       },
		{"- {id: a, run: x, foreach: 3}\n",                                               3, 28, "must give a list"      },
		{"- {id: a, run: x, foreach: run.id}\n",                                          3, 28,
		 "must give a list"											      },
		{"- {id: a, run: x, repeat: {until: run.attempt}}\n",                             3, 35,
		 "must give true or false"										       },
		{"- {id: a, wait: {signal: s, match: run.id}}\n",                                 3, 36,
		 "must give true or false"										       },
		{"- {id: a, run: x, warn: {slower_than: run.id}}\n",                              3, 39,
		 "a number of milliseconds"										      },
		{"- {id: a, run: x, if: 1 +}\n",						  3, 26, "value"                 },
		{"- {id: a, run: x, if: '${{ true }}'}\n",                                        3, 23, "bare"                  },
		{"- {id: a, run: x, if: foo}\n",						  3, 23, "no name \"foo\""       },
		{"- {id: a, run: x, if: run.nme == ''}\n",                                        3, 23, "\"name\""              },
		{"- {id: a, run: x, if: item}\n",                                                 3, 23, "foreach"               },
		{"- {id: a, run: x, if: steps.b.state == ''}\n",                                  3, 23,
		 "no step \"b\""												 },
		{"- {id: a, run: x, if: steps.a.state == ''}\n",                                  3, 23,
		 "read itself"												   },
		{"- {id: a, run: x}\n- {id: b, run: x, if: steps.a.state == "
		 "''}\n",							4, 23, "`needs: [a]`"          },
		{"- {id: a, run: x, outputs: {ver: string}}\n"
		 "- {id: b, run: x, needs: [a], if: steps.a.outputs.vor == "
		 "''}\n",							4, 35, "did you mean \"ver\"?" },
		{"- {id: a, run: x}\n"
		 "- {id: b, run: x, needs: [a], if: steps.a.outputs.v == ''}\n", 4, 35, "outputs: { v: string }"},
		{"- {id: a, run: x, env: {B: '${{ secrets.T }}'}}\n",                             3, 33,
		 "secrets cannot be read"											},
		{"- {id: a, run: x, env: {B: '${{ env.C }}', C: x}}\n",                           3, 33,
		 "cannot be read by each other"										  },
		{"- {id: a, argv: [x, '${{ 1 + }}']}\n",                                          3, 30, "value"                 },
		{"- {id: a, run: x, warn: {slower_than: p90 * 2.0}}\n",                           3, 39,
		 "no name \"p90\""											       },
	};

	(void)state;
	check_rows(rows, ARRAY_SIZE(rows));
}

static void
needs_count_through_others(void **state)
{
	struct workflow *wf = flow_good(
		"version: 1\norder: chain\nsteps:\n"
		"- {id: a, run: x, outputs: {v: string}}\n"
		"- {id: b, run: x, on_failure: {fallback: f}}\n"
		"- {id: f, run: x, env: {V: '${{ steps.a.outputs.v }} ${{ "
		"steps.b.cause }}'}}\n"
		"- {id: c, run: x, if: steps.a.outputs.v == 'x'}\n"
		"finally:\n"
		"- {id: z, run: x, if: steps.c.state == 'failed'}\n");

	(void)state;
	workflow_free(wf);
}

static void
values_never_become_script_text(void **state)
{
	(void)state;
	flow_bad("version: 1\n"
		 "params: { version: x }\n"
		 "steps:\n"
		 "- id: a\n"
		 "  run: |\n"
		 "    echo one\n"
		 "    echo ${{ params.version }}\n",
		 7, 10,
		 "`env: { VERSION: \"${{ params.version }}\" }` on the step "
		 "and \"$VERSION\"");
}

static void
params(void **state)
{
	static const struct row rows[] = {
		{"{type: txt}",                     2, 21, "one of string"            },
		{"{type: int, default: x}",         2, 35, "a whole number"           },
		{"{type: int, min: 5, max: 1}",     2, 14, "swap"                     },
		{"{type: int, max: 5, default: 6}", 2, 43, "at most 5"                },
		{"{enum: [a, b], default: c}",      2, 38, "one of a, b"              },
		{"{pattern: '[', default: c}",      2, 24, "regular expression"       },
		{"{pattern: '^v', default: c}",     2, 39, "matches /^v/"             },
		{"{type: int, pattern: x}",         2, 14, "for strings"              },
		{"{required: true, default: x}",    2, 14, "never counts"             },
		{"{defualt: x}",                    2, 15, "did you mean \"default\"?"},
		{"{type: bool, min: 1}",            2, 14, "\"min\" and \"max\""      },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char *text = mem_printf("version: 1\nparams: { p: %s }\n"
					"steps:\n- {id: a, run: x}\n",
					rows[i].steps);

		flow_bad(text, rows[i].line, rows[i].column, rows[i].part);
		free(text);
	}
}

static void
all_findings_at_once_in_order(void **state)
{
	struct workflow *wf = flow_read("version: 2\n"
					"nam: x\n"
					"steps:\n"
					"- {id: a, run: x, needs: [q]}\n"
					"- {id: b, run: x, if: params.z}\n"
					"- {id: b, rum: x}\n"
					"- {id: c, needs: [d]}\n"
					"- {id: d, needs: [c]}\n");

	(void)state;
	assert_null(wf);
	assert_int_equal(flow_findings.n, 7);
	for (size_t i = 1; i < flow_findings.n; i++)
		assert_true(flow_findings.at[i - 1].line <=
			    flow_findings.at[i].line);
}

static void
far_references_are_judged_in_bulk(void **state)
{
	struct strbuf b = STRBUF_INIT;
	struct workflow *wf;

	(void)state;
	strbuf_adds(&b, "version: 1\norder: chain\nsteps:\n- {id: s0, run: "
			"x}\n");
	for (int i = 1; i < 3000; i++)
		strbuf_addf(&b,
			    "- {id: s%d, run: x, if: \"steps.s%d.state != "
			    "''\"}\n",
			    i, i * 7919 % i);
	wf = flow_good(b.at);
	workflow_free(wf);
	/* One that is not needed is found among them. */
	strbuf_adds(&b, "- {id: apart, run: x, needs: []}\n"
			"- {id: last, run: x, needs: [s9], if: "
			"\"steps.s10.state != ''\"}\n");
	flow_bad(b.at, 3005, 40, "reads \"s10\", which it does not need");
	assert_int_equal(flow_findings.n, 1);
	strbuf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys),
		cmocka_unit_test(executors),
		cmocka_unit_test(values),
		cmocka_unit_test(words_that_hold_no_expressions),
		cmocka_unit_test(what_means_nothing_to_the_action),
		cmocka_unit_test(references),
		cmocka_unit_test(expressions),
		cmocka_unit_test(needs_count_through_others),
		cmocka_unit_test(values_never_become_script_text),
		cmocka_unit_test(params),
		cmocka_unit_test(all_findings_at_once_in_order),
		cmocka_unit_test(far_references_are_judged_in_bulk),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	wf_diags_release(&flow_findings);
	return failed;
}
