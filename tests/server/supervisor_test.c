/* SPDX-License-Identifier: MIT */
#include "support/case.h"

#include "server/supervisor.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* A supervisor's ear, at a file or at a name that is none (which begins with @). */
static int listen_at(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, path, strlen(path));
    if (path[0] == '@')
        address.sun_path[0] = '\0';
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    assert_true(fd >= 0);
    socklen_t len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
    assert_int_equal(bind(fd, (struct sockaddr *)&address, len), 0);
    return fd;
}

static void expect_told(const char *path) {
    char heard[64] = "";
    int fd = listen_at(path);
    setenv("NOTIFY_SOCKET", path, 1);
    assert_int_equal(supervisor_tell("READY=1"), 0);
    assert_int_equal(recv(fd, heard, sizeof heard - 1, 0), 7);
    SAME_TEXT(heard, "READY=1");
    close(fd);
}

static void who_asked_to_be_told_is_told(void **state) {
    (void)state;
    char folder[] = "/tmp/porchlight-notify-XXXXXX", path[64], name[64];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/socket", folder);
    expect_told(path);
    assert_true(supervisor_tell("READY=1") < 0); /* nobody hears any more */
    unlink(path);
    rmdir(folder);
    snprintf(name, sizeof name, "@porchlight-test-%d", (int)getpid());
    expect_told(name);
}

static void without_one_there_is_nothing_to_do(void **state) {
    (void)state;
    char longer[200];
    unsetenv("NOTIFY_SOCKET");
    assert_int_equal(supervisor_tell("READY=1"), 0);
    setenv("NOTIFY_SOCKET", "", 1);
    assert_int_equal(supervisor_tell("READY=1"), 0);
    setenv("NOTIFY_SOCKET", "relative", 1);
    assert_int_equal(supervisor_tell("READY=1"), -EINVAL);
    memset(longer, '/', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    setenv("NOTIFY_SOCKET", longer, 1);
    assert_int_equal(supervisor_tell("READY=1"), -EINVAL);
}

static int found(const char *pid, const char *count) {
    char why[128] = "";
    pid != NULL ? setenv("LISTEN_PID", pid, 1) : unsetenv("LISTEN_PID");
    count != NULL ? setenv("LISTEN_FDS", count, 1) : unsetenv("LISTEN_FDS");
    int fd = supervisor_socket(why, sizeof why);
    assert_true((fd < 0) == (why[0] != '\0'));
    return fd;
}

static void a_socket_is_ours_when_it_names_us(void **state) {
    (void)state;
    char me[32], other[32];
    snprintf(me, sizeof me, "%d", (int)getpid());
    snprintf(other, sizeof other, "%d", (int)getpid() + 1);
    assert_int_equal(found(me, "1"), 3);
    assert_int_equal(found(other, "1"), 0);
    assert_int_equal(found(NULL, "1"), 0);
    assert_int_equal(found(me, NULL), 0);
    assert_int_equal(found(me, "0"), 0);
    assert_int_equal(found(me, "-1"), 0);
    assert_int_equal(found(me, "1x"), 0);
    assert_int_equal(found(me, "2"), -EINVAL);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(who_asked_to_be_told_is_told),
        CASE(without_one_there_is_nothing_to_do),
        CASE(a_socket_is_ours_when_it_names_us),
    };
    return RUN_CASES("server-supervisor", cases);
}
