/* Hostile files: each is refused at once, with a place and a remedy.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "flows.h"

#ifdef WF_SANITIZED
#define LIMIT_MS 2000
#else
#define LIMIT_MS 100
#endif

static int
cpu_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (int)(t.tv_sec * 1000 + t.tv_nsec / 1000000);
}

static void
refused_bytes(const char *bytes, size_t n, const char *part)
{
	int start = cpu_ms(), spent;
	struct workflow *wf;
	const struct wf_diag *d;

	wf_diags_release(&flow_findings);
	wf = workflow_parse("t.yaml", bytes, n, &flow_findings);
	spent = cpu_ms() - start;
	if (wf)
		print_error("accepted: %.200s\n", bytes);
	assert_null(wf);
	assert_true(flow_findings.nerrors > 0);
	d = &flow_findings.at[0];
	if (d->line < 1 || d->column < 1 || !d->hint || !*d->hint ||
	    (part && !strstr(d->message, part))) {
		print_error("of: %.200s\nwanted: %s\n", bytes,
			    part ? part : "");
		flow_print_findings();
		fail();
	}
	if (spent > LIMIT_MS)
		print_error("%d ms for: %.60s\n", spent, bytes);
	assert_true(spent <= LIMIT_MS);
}

static void
refused(const char *text, const char *part)
{
	refused_bytes(text, strlen(text), part);
}

/* `open` n times, then `middle`, then `close` n times. */
static char *
nested(const char *before, const char *open, int n, const char *middle,
       const char *close)
{
	struct strbuf b = STRBUF_INIT;

	strbuf_adds(&b, before);
	for (int i = 0; i < n; i++)
		strbuf_adds(&b, open);
	strbuf_adds(&b, middle);
	for (int i = 0; i < n; i++)
		strbuf_adds(&b, close);
	return strbuf_detach(&b);
}

static void
refused_nested(const char *before, const char *open, int n, const char *middle,
	       const char *close, const char *part)
{
	char *text = nested(before, open, n, middle, close);

	refused(text, part);
	free(text);
}

#define HEAD "version: 1\nsteps:\n- {id: a, run: x}\n"

static void
not_yaml(void **state)
{
	static const struct {
		const char *text, *part;
	} rows[] = {
		{"",						   "empty"         },
		{"\n\n# nothing\n",				    "empty"         },
		{"---\n...\n",					 NULL            },
		{"\xef\xbb\xbf",				       "empty"         },
		{"\t",						 NULL            },
		{"steps:\n\t- id: a\n",                                NULL            },
		{"a: b: c\n",					  "mapping values"},
		{"{",						  NULL            },
		{"[",						  NULL            },
		{"}",						  NULL            },
		{"\"",						 NULL            },
		{"'",						  NULL            },
		{"a: \"unclosed\n",				    NULL            },
		{"a: 'unclosed\n",				     NULL            },
		{"a: \"\\q\"\n",				       NULL            },
		{"a: \"\\x4\"\n",				      NULL            },
		{"a: \"\\uD800\"\n",                                   NULL            },
		{"@a: 1\n",					    NULL            },
		{"`a`: 1\n",					   NULL            },
		{"%FOO\n---\na: 1\n",                                  NULL            },
		{"%YAML 3.0\n---\na: 1\n",                             NULL            },
		{"&: 1\n",					     NULL            },
		{"*: 1\n",					     NULL            },
		{"!<: 1\n",					    NULL            },
		{"- a\n b\n  - c\n- d: e\n f\n",                       NULL            },
		{"a: 1\n b: 2\n",				      NULL            },
		{"a:\n  - b\n c: d\n",                                 NULL            },
		{"? [a]\n: b\n",				       "a key"         },
		{"? {a: b}\n: c\n",				    "a key"         },
		{"? |\n",					      NULL            },
		{"a: |9999999999\n x\n",                               NULL            },
		{HEAD "---\nversion: 1\n",                             "one document"  },
		{HEAD "...\n---\n",				    "one document"  },
		{"%TAG !e! tag:example.com,2026:\n---\n!e!x {a: 1}\n", "tag"           },
		{"\x80\x81",					   NULL            },
		{"a: \xff\n",					  NULL            },
		{"a: \xc0\x80\n",				      NULL            },
		{"a: \xed\xa0\x80\n",                                  NULL            },
		{"a: \xf4\x90\x80\x80\n",                              NULL            },
		{"a: \xe2\x82\n",				      NULL            },
		{"a: \x01\n",					  NULL            },
		{"a: \x1b]0;title\x07\n",                              NULL            },
		{"a: \x7f\n",					  NULL            },
		{"\xff\xfe",					   "empty"         },
		{"\xfe\xff",					   "empty"         },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		refused(rows[i].text, rows[i].part);
}

static void
nul_bytes(void **state)
{
	static const char raw[] = "version: 1\nname: a\0b\n";

	(void)state;
	refused_bytes(raw, sizeof(raw) - 1, NULL);
	refused("version: 1\nname: \"a\\0b\"\n", "NUL");
	refused("version: 1\n\"a\\0b\": c\n", "NUL");
	refused("version: 1\nname: \"a\\x00b\"\n", "NUL");
	refused("version: 1\nname: \"\\u0000\"\n", "NUL");
	refused_bytes("\0", 1, NULL);
	refused_bytes("\xff\xfe\0\0", 4, NULL);
	refused_bytes("\xff\xfe\0\xd8", 4, NULL);
	refused_bytes("\xff\xfe"
		      "a",
		      3, NULL);
}

static void
not_a_flow(void **state)
{
	static const struct {
		const char *text, *part;
	} rows[] = {
		{"hello\n",						  "a flow file is a map"  },
		{"- a\n- b\n",					       "a flow file is a map"  },
		{"42\n",						     "a flow file is a map"  },
		{"null\n",						   "a flow file is a map"  },
		{"version: 1\n",					     "no steps"              },
		{"version: 1\nsteps: []\n",                                  "no steps"              },
		{"version: 1\nsteps:\n",                                     NULL                    },
		{"version: 1\nsteps: {}\n",                                  "must be a list"        },
		{"version: 1\nsteps: x\n",                                   "must be a list"        },
		{"steps:\n- {id: a, run: x}\n",                              "\"version\" is missing"},
		{"version: one\nsteps:\n- {id: a, run: x}\n",                "\"version\""           },
		{"version: 1.0\nsteps:\n- {id: a, run: x}\n",                "\"version\""           },
		{HEAD "version: 1\n",					"duplicate key"         },
		{HEAD "'version': 1\n",                                      "duplicate key"         },
		{HEAD "{}: 1\n",					     NULL                    },
		{HEAD "? ''\n: 1\n",					 "unknown key"           },
		{HEAD ": 1\n",					       NULL                    },
		{HEAD "~: 1\n",					      "unknown key"           },
		{HEAD "\"\\e]0;x\\a\": 1\n",                                 "unknown key"           },
		{HEAD "\"\\u202Eabc\": 1\n",                                 "unknown key"           },
		{HEAD "params: {\"a b\": 1}\n",                              "no good name"          },
		{HEAD "params: {\"$(reboot)\": 1}\n",                        "no good name"          },
		{HEAD "env: {\"A=B\": 1}\n",                                 "no name of a variable" },
		{HEAD "env: {LD_PRELOAD: [x]}\n",                            "must be text"          },
		{HEAD "- {id: -rf, run: x}\n",                               "no good name"          },
		{HEAD "- {id: a/b, run: x}\n",                               "no good name"          },
		{HEAD "- {id: \"a\\nb\", run: x}\n",                         "no good name"          },
		{HEAD "- {id: \"\\u0430\", run: x}\n",                       "no good name"          },
		{HEAD "- {id: [a], run: x}\n",                               "must be text"          },
		{HEAD "- !!python/object:os.system {id: b}\n",               "tag"                   },
		{HEAD "- !!binary aGVsbG8=\n",                               "tag"                   },
		{HEAD "- {id: b, run: !!int x}\n",                           "whole number"          },
		{HEAD "- {id: b, run: !!map x}\n",                           "tag"                   },
		{HEAD "- {id: b, <<: 1, run: x}\n",                          "<< merges maps"        },
		{HEAD "- {id: b, <<: [1], run: x}\n",                        "<< merges maps"        },
		{HEAD "max_parallel: 99999999999999999999\n",                "max_parallel"          },
		{HEAD "max_parallel: -9223372036854775808\n",                "max_parallel"          },
		{HEAD "max_parallel: .inf\n",                                "max_parallel"          },
		{HEAD "max_parallel: 0\n",                                   "max_parallel"          },
		{HEAD "deadline: 99999999999d\n",                            "deadline"              },
		{HEAD "deadline: 1e9s\n",                                    "deadline"              },
		{HEAD "- {id: b, foreach: {items: [5]}, run: x, key: ''}\n",
		 "an empty expression"							       },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		refused(rows[i].text, rows[i].part);
}

static void
deep_nesting(void **state)
{
	(void)state;
	refused_nested("", "[", 100000, "", "", "deeper than 64");
	refused_nested("", "[", 65, "", "]", "deeper than 64");
	refused_nested("", "{a: ", 20000, "", "", "deeper than 64");
	refused_nested("", "- ", 100000, "a", "", "deeper than 64");
	refused_nested("", "{a: ", 65, "1", "}", "deeper than 64");
	refused_nested("", "[{a: ", 40, "1", "}]", "deeper than 64");
	refused_nested("", "? ", 5000, "a", "", NULL);
	refused_nested("", "!", 100000, "", "", NULL);
	refused_nested("params: {a: {default: ", "[", 64, "", "]}}",
		       "deeper than 64");
	refused_nested(HEAD "- {id: b, run: x, if: '", "(", 30000, "1", ")'}",
		       NULL);
	refused_nested(HEAD "- {id: b, run: x, if: '", "!", 30000, "true", "'}",
		       NULL);
	refused_nested(HEAD "- {id: b, run: x, if: \"", "[", 30000, "", "\"}",
		       NULL);
}

static void
aliases(void **state)
{
	struct strbuf b = STRBUF_INIT;

	(void)state;
	refused("a: *b\n", "no anchor");
	refused("&a [*a]\n", "refers to what contains it");
	refused("&a {b: *a}\n", "refers to what contains it");
	refused("a: &a {b: {c: *a}}\n", "refers to what contains it");
	refused("&a x: *b\n", "no anchor");
	refused("a: &a [1]\n*a : 2\n", "a key");
	refused("x: &x {<<: *x}\n", "refers to what contains it");
	/* A billion laughs. */
	strbuf_adds(&b, "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
	for (int i = 1; i < 10; i++) {
		strbuf_addf(&b, "a%d: &a%d [", i, i);
		for (int k = 0; k < 10; k++)
			strbuf_addf(&b, "%s*a%d", k ? ", " : "", i - 1);
		strbuf_adds(&b, "]\n");
	}
	refused(b.at, "more than 100000 nodes");
	/* Depth by aliases. */
	strbuf_clear(&b);
	strbuf_adds(&b, "a0: &a0 [x]\n");
	for (int i = 1; i < 100; i++)
		strbuf_addf(&b, "a%d: &a%d [*a%d]\n", i, i, i - 1);
	refused(b.at, "deeper than 64");
	/* Very many anchors are only slow if looked up one by one. */
	strbuf_clear(&b);
	for (int i = 0; i < 10000; i++)
		strbuf_addf(&b, "- &a%d %d\n", i, i);
	refused(b.at, "a flow file is a map");
	strbuf_release(&b);
}

static void
large_things(void **state)
{
	struct strbuf b = STRBUF_INIT;

	(void)state;
	/* Many unknown keys: findings are counted, not endless. */
	for (int i = 0; i < 20000; i++)
		strbuf_addf(&b, "key%d: 1\n", i);
	refused(b.at, "unknown key");
	assert_true(flow_findings.n <= 1001);
	strbuf_clear(&b);
	for (int i = 0; i < 20000; i++)
		strbuf_adds(&b, "same: 1\n");
	refused(b.at, NULL);
	assert_true(flow_findings.n <= 1001);
	/* A key, an id and an expression of a hundred thousand bytes. */
	strbuf_clear(&b);
	for (int i = 0; i < 100000; i++)
		strbuf_addc(&b, 'k');
	char *key = mem_printf("? %s\n: 1\n", b.at);
	char *id = mem_printf(HEAD "- {id: %s, run: x}\n", b.at);
	char *expr = mem_printf(HEAD "- {id: b, run: x, if: %s}\n", b.at);
	refused(key, "a key is longer");
	refused(id, "no good name");
	refused(expr, NULL);
	free(key);
	free(id);
	free(expr);
	/* A matrix of a billion combinations. */
	strbuf_clear(&b);
	strbuf_adds(&b, HEAD "- {id: b, run: x, matrix: {");
	for (int i = 0; i < 9; i++)
		strbuf_addf(&b, "%sa%d: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]",
			    i ? ", " : "", i);
	strbuf_adds(&b, "}}\n");
	refused(b.at, "combinations");
	strbuf_release(&b);
}

/* What multiplies is counted before it is made. */
static void
products(void **state)
{
	struct strbuf b = STRBUF_INIT;

	(void)state;
	strbuf_adds(&b, HEAD);
	for (int i = 0; i < 100; i++)
		strbuf_addf(&b,
			    "- {id: m%d, run: x, matrix: {a: &x [1, 2, 3, 4, "
			    "5, 6, 7, 8, 9, 0], b: *x, c: *x, d: *x}}\n",
			    i);
	refused(b.at, "matrices of this flow");
	strbuf_clear(&b);
	strbuf_adds(&b, HEAD "- id: b\n  run: x\n  matrix: {a: [");
	for (int i = 0; i < 3000; i++)
		strbuf_addf(&b, "%d, ", i);
	strbuf_adds(&b, "0], exclude: [");
	for (int i = 0; i < 3000; i++)
		strbuf_addf(&b, "{a: %d}, ", i);
	strbuf_adds(&b, "{a: 0}]}\n");
	refused(b.at, "matrices of this flow");
	strbuf_clear(&b);
	strbuf_adds(&b, HEAD "- id: b\n  run: x\n  outputs: {");
	for (int i = 0; i < 2000; i++)
		strbuf_addf(&b, "o%d: int, ", i);
	strbuf_adds(&b, "o: int}\n");
	refused(b.at, "more than 1000 outputs");
	strbuf_release(&b);
}

static void
too_large_a_file(void **state)
{
	size_t n = WORKFLOW_MAX_BYTES + 1;
	char *bytes = mem_alloc(n);

	(void)state;
	memset(bytes, '#', n);
	refused_bytes(bytes, n, "larger than 16 MiB");
	free(bytes);
}

static void
catastrophic_patterns_do_not_hang(void **state)
{
	struct strbuf b = STRBUF_INIT;

	(void)state;
	strbuf_adds(&b, HEAD "params: {p: {pattern: '^(a+)+$', default: '");
	for (int i = 0; i < 5000; i++)
		strbuf_addc(&b, 'a');
	strbuf_adds(&b, "!'}}\n");
	refused(b.at, "matches");
	strbuf_release(&b);
	refused(HEAD "params: {p: {pattern: '(((((a{99}){99}){99}){99}){99}"
		     "){99}'}}\n",
		"regular expression");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(not_yaml),
		cmocka_unit_test(nul_bytes),
		cmocka_unit_test(not_a_flow),
		cmocka_unit_test(deep_nesting),
		cmocka_unit_test(aliases),
		cmocka_unit_test(large_things),
		cmocka_unit_test(products),
		cmocka_unit_test(too_large_a_file),
		cmocka_unit_test(catastrophic_patterns_do_not_hang),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	wf_diags_release(&flow_findings);
	return failed;
}
