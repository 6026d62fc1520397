/* SPDX-License-Identifier: MIT */
#include "server/address.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char mapped[] = "::ffff:"; /* an IPv4 address, heard of on a socket for both */

static const char *without_map(const char *address) {
    const size_t len = sizeof mapped - 1;
    return strncmp(address, mapped, len) == 0 && strchr(address + len, '.') != NULL ? address + len
                                                                                    : address;
}

bool address_is_loopback(const char *address) {
    return strncmp(without_map(address), "127.", 4) == 0 || strcmp(address, "::1") == 0;
}

void address_group(const char *address, char to[ADDRESS_GROUP_BYTES]) {
    struct in6_addr six;
    char plain[INET6_ADDRSTRLEN];
    const size_t len = strcspn(address, "%"); /* "fe80::1%eth0": of a link of ours */
    snprintf(plain, sizeof plain, "%.*s", (int)(len < sizeof plain ? len : 0), address);
    if (without_map(plain) != plain || inet_pton(AF_INET6, plain, &six) != 1) {
        snprintf(to, ADDRESS_GROUP_BYTES, "%s", without_map(plain));
        return;
    }
    memset(six.s6_addr + 8, 0, 8);
    inet_ntop(AF_INET6, &six, to, ADDRESS_GROUP_BYTES);
}

/* ---- crowds ---- */

struct party {
    unsigned count;
    char name[ADDRESS_GROUP_BYTES];
};

static struct party *find(const struct crowd *crowd, const char *address) {
    char name[ADDRESS_GROUP_BYTES];
    address_group(address, name);
    return table_find(&crowd->parties, name);
}

unsigned crowd_count(const struct crowd *crowd, const char *address) {
    const struct party *party = find(crowd, address);
    return party != NULL ? party->count : 0;
}

bool crowd_enter(struct crowd *crowd, const char *address) {
    struct party *party = find(crowd, address);
    if (party == NULL) {
        party = calloc(1, sizeof *party);
        if (party == NULL)
            return false;
        address_group(address, party->name);
        if (table_put(&crowd->parties, party->name, party, NULL) != 0) {
            free(party);
            return false;
        }
    }
    party->count++;
    return true;
}

void crowd_leave(struct crowd *crowd, const char *address) {
    struct party *party = find(crowd, address);
    if (party == NULL || --party->count > 0)
        return;
    table_remove(&crowd->parties, party->name);
    free(party);
}

void crowd_fini(struct crowd *crowd) {
    size_t i = 0;
    for (struct party *party; (party = table_next(&crowd->parties, &i)) != NULL;)
        free(party);
    table_fini(&crowd->parties);
}
