/* Messages over a socket: large ones by file, small ones several at a time.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "proto.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static int
memory_file(const struct strbuf *bytes)
{
	int fd = memfd_create("message", MFD_CLOEXEC);
	size_t done = 0;

	while (fd >= 0 && done < bytes->n) {
		ssize_t n = write(fd, bytes->at + done, bytes->n - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			close(fd);
			return -1;
		}
		done += (size_t)n;
	}
	return fd;
}

union control {
	struct cmsghdr align;
	char bytes[CMSG_SPACE(sizeof(int))];
};

static bool
send_with(int fd, const struct strbuf *bytes, int passed)
{
	union control control = {0};
	struct iovec part = {bytes->at, bytes->n};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
	ssize_t n;

	if (passed >= 0) {
		message.msg_control = control.bytes;
		message.msg_controllen = sizeof(control.bytes);
		control.align =
			(struct cmsghdr){.cmsg_level = SOL_SOCKET,
					 .cmsg_type = SCM_RIGHTS,
					 .cmsg_len = CMSG_LEN(sizeof(int))};
		memcpy(CMSG_DATA(&control.align), &passed, sizeof(int));
	}
	do
		n = sendmsg(fd, &message, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n >= 0;
}

bool
proto_send(int fd, const struct strbuf *bytes)
{
	struct strbuf stub = STRBUF_INIT;
	int file, error;
	bool sent;

	if (bytes->n <= PROTO_INLINE)
		return send_with(fd, bytes, -1);
	file = memory_file(bytes);
	if (file < 0)
		return false;
	proto_encode(&(struct proto){.kind = PROTO_LARGE}, &stub);
	sent = send_with(fd, &stub, file);
	error = errno;
	strbuf_release(&stub);
	close(file);
	errno = error;
	return sent;
}

static int
read_file(int file, struct strbuf *in)
{
	struct stat st;
	bool fits = fstat(file, &st) == 0 && st.st_size > 0 &&
		    st.st_size <= PROTO_MAX;

	strbuf_clear(in);
	if (fits)
		strbuf_grow(in, (size_t)st.st_size);
	while (fits && in->n < (size_t)st.st_size) {
		ssize_t n = pread(file, in->at + in->n,
				  (size_t)st.st_size - in->n, (off_t)in->n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		in->n += (size_t)n;
	}
	close(file);
	in->at[in->n] = '\0';
	errno = EBADMSG;
	return fits && in->n == (size_t)st.st_size ? 1 : -1;
}

static int
passed_file(struct msghdr *message)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(message);
	int file = -1;

	if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS &&
	    c->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(&file, CMSG_DATA(c), sizeof(int));
	return file;
}

int
proto_receive(int fd, struct strbuf *in)
{
	union control control;
	struct iovec part;
	struct msghdr message = {.msg_iov = &part,
				 .msg_iovlen = 1,
				 .msg_control = control.bytes,
				 .msg_controllen = sizeof(control.bytes)};
	ssize_t n;
	int file;

	strbuf_clear(in);
	strbuf_grow(in, PROTO_INLINE);
	part = (struct iovec){in->at, PROTO_INLINE};
	do
		n = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n <= 0)
		return n < 0 && errno != ECONNRESET ? -1 : 0;
	file = passed_file(&message);
	if (message.msg_flags & MSG_TRUNC) {
		if (file >= 0)
			close(file);
		errno = EBADMSG;
		return -1;
	}
	in->n = (size_t)n;
	in->at[n] = '\0';
	return file >= 0 ? read_file(file, in) : 1;
}

int
proto_next(int fd, struct proto_in *in, struct proto *m)
{
	int got = 1;

	if (in->at >= in->bytes.n) {
		in->at = 0;
		got = proto_receive(fd, &in->bytes);
	}
	if (got != 1) {
		strbuf_clear(&in->bytes);
		return got;
	}
	in->first = in->at;
	in->at += proto_size(in->bytes.at + in->at, in->bytes.n - in->at);
	if (proto_decode(in->bytes.at + in->first, in->at - in->first, m))
		return 1;
	proto_forget(in);
	errno = EBADMSG;
	return -1;
}

void
proto_forget(struct proto_in *in)
{
	strbuf_clear(&in->bytes);
	in->at = in->first = 0;
}
