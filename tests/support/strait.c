/* SPDX-License-Identifier: MIT */
#include "support/strait.h"

#include "support/case.h"

#include "base/chance.h"
#include "base/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MTU = 1500, MOST_UNDER_WAY = 8192, LOOK_MS = 100 };

static const char *const hosts[] = {[STRAIT_NEAR] = "10.77.0.1", [STRAIT_FAR] = STRAIT_FAR_HOST};

struct strait_packet {
    struct strait_packet *next;
    int64_t due_us, sent_us;
    enum strait_shore from;
    size_t len;
    char bytes[MTU];
};

/* ---- the shores ---- */

static bool write_file(const char *path, const char *text) {
    const int fd = open(path, O_WRONLY | O_CLOEXEC);
    const bool written = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
    if (fd >= 0)
        close(fd);
    return written;
}

/* Who is not root is it in a namespace of their own. */
static bool leave_home(void) {
    char map[64];
    const unsigned uid = geteuid(), gid = getegid();
    if (uid == 0)
        return unshare(CLONE_NEWNET) == 0;
    if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
        return false;
    snprintf(map, sizeof map, "0 %u 1", uid);
    if (!write_file("/proc/self/uid_map", map) || !write_file("/proc/self/setgroups", "deny"))
        return false;
    snprintf(map, sizeof map, "0 %u 1", gid);
    return write_file("/proc/self/gid_map", map);
}

static bool set_address(int fd, struct ifreq *request, unsigned long what, const char *host) {
    struct sockaddr_in *at = (struct sockaddr_in *)(void *)&request->ifr_addr;
    *at = (struct sockaddr_in){.sin_family = AF_INET};
    inet_pton(AF_INET, host, &at->sin_addr);
    return ioctl(fd, what, request) == 0;
}

static bool set_up_link(int fd, struct ifreq *request) {
    request->ifr_flags = IFF_UP | IFF_RUNNING;
    return ioctl(fd, SIOCSIFFLAGS, request) == 0;
}

/* A loopback, and a tunnel to the other shore. */
static bool furnish(enum strait_shore shore, int tunnel) {
    struct ifreq loopback = {.ifr_name = "lo"}, request = {.ifr_name = "strait"};
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    request.ifr_flags = IFF_TUN | IFF_NO_PI;
    bool done = fd >= 0 && ioctl(tunnel, TUNSETIFF, &request) == 0;
    done = done && set_up_link(fd, &loopback) &&
           set_address(fd, &request, SIOCSIFADDR, hosts[shore]) &&
           set_address(fd, &request, SIOCSIFDSTADDR, hosts[!shore]) && set_up_link(fd, &request);
    if (fd >= 0)
        close(fd);
    return done;
}

static bool make_shore(struct strait *strait, enum strait_shore shore) {
    strait->shores[shore] = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
    strait->tunnels[shore] = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
    return strait->shores[shore] >= 0 && strait->tunnels[shore] >= 0 &&
           furnish(shore, strait->tunnels[shore]);
}

void strait_stand(struct strait *strait, enum strait_shore shore) {
    assert_return_code(setns(strait->shores[shore], CLONE_NEWNET), errno);
}

/* ---- what crosses ---- */

static unsigned dice(struct strait *strait, unsigned sides) {
    strait->chance = strait->chance * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(strait->chance >> 33) % sides;
}

static void send_off(struct strait *strait, struct strait_packet *packet) {
    struct strait_packet **at = &strait->head;
    while (*at != NULL && (*at)->due_us <= packet->due_us)
        at = &(*at)->next;
    for (const struct strait_packet *other = *at; other != NULL; other = other->next)
        if (other->from == packet->from) {
            strait->overtaken++;
            break;
        }
    packet->next = *at;
    *at = packet;
    strait->under_way++;
}

static bool take_one(struct strait *strait, enum strait_shore from) {
    struct strait_packet *packet = malloc(sizeof *packet);
    assert_non_null(packet);
    const ssize_t len = read(strait->tunnels[from], packet->bytes, sizeof packet->bytes);
    if (len <= 0) {
        free(packet);
        return false;
    }
    const int jitter_us = strait->jitter_ms * 1000;
    const int moved_us = jitter_us > 0 ? (int)dice(strait, 2 * (unsigned)jitter_us) - jitter_us : 0;
    packet->from = from;
    packet->len = (size_t)len;
    packet->sent_us = clock_mono_us();
    packet->due_us = packet->sent_us + strait->delay_ms * 1000 + moved_us;
    if (strait->closed[from] || (int)dice(strait, 100) < strait->loss_percent ||
        strait->under_way == MOST_UNDER_WAY) {
        strait->lost++;
        free(packet);
    } else {
        send_off(strait, packet);
    }
    return true;
}

static void land_one(struct strait *strait) {
    struct strait_packet *packet = strait->head;
    strait->head = packet->next;
    strait->under_way--;
    /* A full tunnel loses it, as a full router would. */
    if (!strait->closed[packet->from] &&
        write(strait->tunnels[!packet->from], packet->bytes, packet->len) > 0)
        strait->passed++;
    else
        strait->lost++;
    free(packet);
}

static void rest_until_due(struct strait *strait) {
    struct pollfd polls[] = {{.fd = strait->tunnels[STRAIT_NEAR], .events = POLLIN},
        {.fd = strait->tunnels[STRAIT_FAR], .events = POLLIN},
        {.fd = strait->wake[0], .events = POLLIN}};
    int64_t left_us = LOOK_MS * 1000;
    if (strait->head != NULL)
        left_us = strait->head->due_us - clock_mono_us();
    if (left_us < 0)
        left_us = 0;
    const struct timespec left = {left_us / 1000000, left_us % 1000000 * 1000};
    ppoll(polls, 3, &left, NULL);
}

static void *ferry(void *context) {
    struct strait *strait = context;
    while (!strait->end) {
        rest_until_due(strait);
        while (take_one(strait, STRAIT_NEAR))
            continue;
        while (take_one(strait, STRAIT_FAR))
            continue;
        while (strait->head != NULL && strait->head->due_us <= clock_mono_us())
            land_one(strait);
    }
    return NULL;
}

/* ---- outside ---- */

bool strait_open(struct strait *strait, uint64_t seed, const char **why) {
    *strait = (struct strait){.chance = seed, .shores = {-1, -1}, .tunnels = {-1, -1}};
    *why = "no network namespace";
    if (!leave_home())
        return false;
    *why = "no tunnel";
    if (!make_shore(strait, STRAIT_NEAR) || unshare(CLONE_NEWNET) != 0 ||
        !make_shore(strait, STRAIT_FAR))
        return false;
    strait_stand(strait, STRAIT_NEAR);
    assert_return_code(pipe2(strait->wake, O_CLOEXEC | O_NONBLOCK), errno);
    assert_int_equal(pthread_create(&strait->thread, NULL, ferry, strait), 0);
    return true;
}

void strait_close(struct strait *strait) {
    strait->end = true;
    assert_int_equal(write(strait->wake[1], "", 1), 1);
    pthread_join(strait->thread, NULL);
    while (strait->head != NULL) {
        struct strait_packet *packet = strait->head;
        strait->head = packet->next;
        free(packet);
    }
    for (int i = 0; i < 2; i++) {
        close(strait->shores[i]);
        close(strait->tunnels[i]);
        close(strait->wake[i]);
    }
}

void strait_weather(struct strait *strait, int delay_ms, int jitter_ms, int loss_percent) {
    strait->delay_ms = delay_ms;
    strait->jitter_ms = jitter_ms;
    strait->loss_percent = loss_percent;
}

void strait_part(struct strait *strait, bool from_near, bool from_far) {
    strait->closed[STRAIT_NEAR] = from_near;
    strait->closed[STRAIT_FAR] = from_far;
}

void strait_heal(struct strait *strait) {
    strait_part(strait, false, false);
}
