/* Messages between engine and warden: whole round trips, and none of the
 * broken ones accepted.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/warden/proto.h"

static const char *const argv_[] = {"make", "", "all\n", NULL};
static const char *const envp_[] = {"A=1", "B=", NULL};
static const char *const secrets_[] = {"s3", "\377"};

static struct proto
start_message(void)
{
	return (struct proto){
		.kind = PROTO_START,
		.attempt = UINT64_MAX,
		.spec = {.argv = argv_,
			 .envp = envp_,
			 .key = "WFCTL_KEY=k",
			 .workdir = "/",
			 .log = "/log",
			 .timeout = INT64_MAX,
			 .kill_after = 5,
			 .nice = -7,
			 .limits = {1, 2, 3, 4, 5, 6, 7},
			 .secrets = secrets_,
			 .nsecrets = 2},
	};
}

static void
assert_start(const struct proto *m)
{
	assert_int_equal(m->kind, PROTO_START);
	assert_true(m->spec.attempt == UINT64_MAX);
	assert_string_equal(m->spec.argv[0], "make");
	assert_string_equal(m->spec.argv[1], "");
	assert_string_equal(m->spec.argv[2], "all\n");
	assert_null(m->spec.argv[3]);
	assert_string_equal(m->spec.envp[1], "B=");
	assert_null(m->spec.envp[2]);
	assert_int_equal(m->spec.nsecrets, 2);
	assert_string_equal(m->spec.secrets[1], "\377");
	assert_string_equal(m->spec.key, "WFCTL_KEY=k");
	assert_null(m->spec.output);
	assert_null(m->spec.input);
	assert_true(m->spec.timeout == INT64_MAX);
	assert_int_equal(m->spec.nice, -7);
	assert_int_equal(m->spec.limits.stdout_bytes, 7);
}

static void
a_start_comes_back_as_it_was(void **state)
{
	struct proto m = start_message(), back = {0};
	struct strbuf b = STRBUF_INIT;

	(void)state;
	proto_encode(&m, &b);
	assert_true(proto_decode(b.at, b.n, &back));
	assert_start(&back);
	strbuf_release(&b);
	proto_release(&back);
}

static void
news_come_back_as_they_were(void **state)
{
	struct proto m = {
		.kind = PROTO_NEWS,
		.attempt = 9,
		.news = {.kind = WARDEN_ENDED,
			 .attempt = 9,
			 .order = 64,
			 .pid = 5,
			 .start_time = 6,
			 .status = 0x8b,
			 .kill = WARDEN_KILL_STDOUT,
			 .error = 7,
			 .begun = 8,
			 .ended = 9,
			 .wall_ended = 10,
			 .user_us = 11,
			 .system_us = 12,
			 .max_rss = 13}
        };
	struct proto back = {0};
	struct strbuf b = STRBUF_INIT;

	(void)state;
	memset(m.news.detail, 'x', sizeof(m.news.detail) - 1);
	proto_encode(&m, &b);
	assert_true(proto_decode(b.at, b.n, &back));
	assert_memory_equal(&back.news, &m.news, sizeof(m.news));
	strbuf_release(&b);
	proto_release(&back);
}

static void
acknowledgements_travel_together(void **state)
{
	const uint64_t ids[] = {3, UINT64_MAX};
	struct proto m = {.kind = PROTO_ACK, .acks = ids, .nacks = 2};
	struct proto back = {0};
	struct strbuf b = STRBUF_INIT;

	(void)state;
	proto_encode(&m, &b);
	assert_true(proto_decode(b.at, b.n, &back));
	assert_int_equal(back.nacks, 2);
	assert_true(back.acks[1] == UINT64_MAX);
	strbuf_release(&b);
	proto_release(&back);
}

/* In memory of its exact size, so that a sanitizer sees a byte too far. */
static bool
decodes(const char *bytes, size_t n)
{
	char *exact = mem_alloc(n ? n : 1);
	struct proto back = {0};
	bool well;

	memcpy(exact, bytes, n);
	well = proto_decode(exact, n, &back);
	proto_release(&back);
	free(exact);
	return well;
}

static void
a_message_cut_anywhere_is_refused(void **state)
{
	struct proto m = start_message();
	struct strbuf b = STRBUF_INIT;

	(void)state;
	proto_encode(&m, &b);
	for (size_t n = 0; n < b.n; n++)
		assert_false(decodes(b.at, n));
	strbuf_addc(&b, '\0');
	assert_false(decodes(b.at, b.n));
	strbuf_release(&b);
}

static void
no_changed_byte_is_a_crash(void **state)
{
	struct proto m = start_message();
	struct strbuf b = STRBUF_INIT;

	(void)state;
	proto_encode(&m, &b);
	for (size_t i = 0; i < b.n; i++) {
		char kept = b.at[i];

		for (int c = 0; c < 256; c += 5) {
			b.at[i] = (char)c;
			decodes(b.at, b.n);
		}
		b.at[i] = kept;
	}
	strbuf_release(&b);
}

static void
a_start_without_a_command_is_refused(void **state)
{
	const char *const none[] = {NULL};
	struct proto m = start_message();
	struct strbuf b = STRBUF_INIT;

	(void)state;
	m.spec.argv = none;
	proto_encode(&m, &b);
	assert_false(decodes(b.at, b.n));
	strbuf_release(&b);
}

static void
only_a_welcome_is_read_across_versions(void **state)
{
	struct proto m = {.kind = PROTO_WELCOME, .damage = -1};
	struct strbuf b = STRBUF_INIT;

	(void)state;
	proto_encode(&m, &b);
	b.at[2]++;
	assert_true(decodes(b.at, b.n));
	m.kind = PROTO_QUERY;
	proto_encode(&m, &b);
	assert_true(decodes(b.at, b.n));
	b.at[2]++;
	assert_false(decodes(b.at, b.n));
	strbuf_release(&b);
}

/* --- over a socket ------------------------------------------------------ */

static int ends[2];

static int
set_up(void **state)
{
	(void)state;
	return socketpair(AF_UNIX,
			  SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0,
			  ends);
}

static int
tear_down(void **state)
{
	(void)state;
	close(ends[0]);
	close(ends[1]);
	return 0;
}

static void
messages_keep_their_edges(void **state)
{
	struct proto m = start_message(), back = {0};
	struct strbuf out = STRBUF_INIT, in = STRBUF_INIT;

	(void)state;
	proto_encode(&m, &out);
	assert_true(proto_send(ends[0], &out));
	assert_true(proto_send(ends[0], &out));
	for (int i = 0; i < 2; i++) {
		assert_int_equal(proto_receive(ends[1], &in), 1);
		assert_true(proto_decode(in.at, in.n, &back));
		assert_start(&back);
	}
	assert_int_equal(proto_receive(ends[1], &in), -1);
	assert_int_equal(errno, EAGAIN);
	close(ends[0]);
	ends[0] = -1;
	assert_int_equal(proto_receive(ends[1], &in), 0);
	strbuf_release(&out);
	strbuf_release(&in);
	proto_release(&back);
}

static void
a_large_message_goes_by_memory_file(void **state)
{
	struct proto m = start_message(), back = {0};
	struct strbuf out = STRBUF_INIT, in = STRBUF_INIT;
	char *big = mem_alloc(1000001);
	const char *envp[] = {big, NULL};

	(void)state;
	memset(big, 'x', 1000000);
	m.spec.envp = envp;
	proto_encode(&m, &out);
	assert_true(proto_send(ends[0], &out));
	assert_int_equal(proto_receive(ends[1], &in), 1);
	assert_true(proto_decode(in.at, in.n, &back));
	assert_string_equal(back.spec.envp[0], big);
	strbuf_release(&out);
	strbuf_release(&in);
	proto_release(&back);
	free(big);
}

static void
a_passed_file_that_is_too_large_is_refused(void **state)
{
	struct strbuf in = STRBUF_INIT;
	int fd = memfd_create("large", MFD_CLOEXEC);
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = {
		.align = {.cmsg_level = SOL_SOCKET,
			  .cmsg_type = SCM_RIGHTS,
			  .cmsg_len = CMSG_LEN(sizeof(int))}
        };
	char byte = 'x';
	struct iovec part = {&byte, 1};
	struct msghdr message = {.msg_iov = &part,
				 .msg_iovlen = 1,
				 .msg_control = control.bytes,
				 .msg_controllen = sizeof(control.bytes)};

	(void)state;
	assert_int_equal(ftruncate(fd, (off_t)PROTO_MAX + 1), 0);
	memcpy(CMSG_DATA(&control.align), &fd, sizeof(fd));
	assert_int_equal(sendmsg(ends[0], &message, 0), 1);
	assert_int_equal(proto_receive(ends[1], &in), -1);
	assert_int_equal(errno, EBADMSG);
	close(fd);
	strbuf_release(&in);
}

#define OVER_SOCKET(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_start_comes_back_as_it_was),
		cmocka_unit_test(news_come_back_as_they_were),
		cmocka_unit_test(acknowledgements_travel_together),
		cmocka_unit_test(a_message_cut_anywhere_is_refused),
		cmocka_unit_test(no_changed_byte_is_a_crash),
		cmocka_unit_test(a_start_without_a_command_is_refused),
		cmocka_unit_test(only_a_welcome_is_read_across_versions),
		OVER_SOCKET(messages_keep_their_edges),
		OVER_SOCKET(a_large_message_goes_by_memory_file),
		OVER_SOCKET(a_passed_file_that_is_too_large_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
