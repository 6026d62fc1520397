/* SPDX-License-Identifier: MIT */
#include "support/case.h"

#include "server/listen_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

static void one_is_opened_where_it_is_asked_for(void **state) {
    (void)state;
    char why[256] = "", url[128];
    int fd = listen_socket_open("127.0.0.1", 0, why, sizeof why);
    assert_true(fd >= 0);
    assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    assert_true(fcntl(fd, F_GETFL) & O_NONBLOCK);
    int port = listen_socket_name(fd, "http", url, sizeof url);
    assert_true(port > 0);
    char wanted[64];
    snprintf(wanted, sizeof wanted, "http://127.0.0.1:%d", port);
    SAME_TEXT(url, wanted);
    SAME_TEXT(why, "");
    assert_int_equal(listen_socket_open("127.0.0.1", port, why, sizeof why), -EADDRINUSE);
    assert_non_null(strstr(why, "cannot listen on 127.0.0.1:"));
    assert_int_equal(listen_socket_open("porch.example", 1, why, sizeof why), -EINVAL);
    assert_non_null(strstr(why, "porch.example is not an address"));
    close(fd);
}

static void an_ipv6_address_stands_in_brackets(void **state) {
    (void)state;
    char why[256], url[128];
    int fd = listen_socket_open("::1", 0, why, sizeof why);
    if (fd < 0)
        skip(); /* no IPv6 here */
    listen_socket_name(fd, "https", url, sizeof url);
    assert_memory_equal(url, "https://[::1]:", 14);
    close(fd);
}

static void one_that_listens_is_taken_over(void **state) {
    (void)state;
    char why[256];
    int fd = listen_socket_open("127.0.0.1", 0, why, sizeof why);
    assert_int_equal(fcntl(fd, F_SETFD, 0), 0);
    assert_int_equal(fcntl(fd, F_SETFL, 0), 0);
    assert_int_equal(listen_socket_take(fd, why, sizeof why), fd);
    assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    assert_true(fcntl(fd, F_GETFL) & O_NONBLOCK);
    close(fd);
}

static void what_does_not_listen_is_not(void **state) {
    (void)state;
    char why[256];
    const int fds[] = {open("/dev/null", O_RDONLY), socket(AF_INET, SOCK_STREAM, 0),
        socket(AF_INET, SOCK_DGRAM, 0), socket(AF_UNIX, SOCK_STREAM, 0), 1000};
    for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++) {
        why[0] = '\0';
        assert_int_equal(listen_socket_take(fds[i], why, sizeof why), -ENOTSOCK);
        assert_non_null(strstr(why, "no TCP socket that listens"));
        if (fds[i] != 1000)
            close(fds[i]);
    }
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(one_is_opened_where_it_is_asked_for),
        CASE(an_ipv6_address_stands_in_brackets),
        CASE(one_that_listens_is_taken_over),
        CASE(what_does_not_listen_is_not),
    };
    return RUN_CASES("server-listen_socket", cases);
}
