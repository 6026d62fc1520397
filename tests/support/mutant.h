/* SPDX-License-Identifier: MIT */
/*
 * A server that lies: a relay before a real one which spoils 40 of 100 replies, handshakes and
 * frames on their way to the client; requests go through as they are. Told to be sane it passes all
 * on untouched.
 *
 * What is spoiled and how is decided by the seed and the ordinal of the connection, so that a run
 * can be had again as far as the client makes its connections in the same order.
 */
#ifndef SUPPORT_MUTANT_H
#define SUPPORT_MUTANT_H

#include "support/distort.h"

#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#define REPLY_LIES(X)                                                                              \
    X(REPLY_PROMISES_MORE, "a Content-Length that is too large")                                   \
    X(REPLY_PROMISES_LESS, "a Content-Length that is too small")                                   \
    X(REPLY_TWO_LENGTHS, "two lengths")                                                            \
    X(REPLY_ODD_LENGTH, "a length that is none")                                                   \
    X(REPLY_ENDLESS, "chunks without end")                                                         \
    X(REPLY_BAD_CHUNKS, "chunks that are none")                                                    \
    X(REPLY_ZIPPED, "a body that says it is compressed")                                           \
    X(REPLY_TOO_LARGE, "a body beyond all bounds")                                                 \
    X(REPLY_ELSEWHERE, "a redirect")                                                               \
    X(REPLY_SWITCHES, "101 for what was no upgrade")                                               \
    X(REPLY_CONTINUES, "many 100 Continue")                                                        \
    X(REPLY_HEADERS, "a flood of headers")                                                         \
    X(REPLY_LONG_HEADER, "a header without end")                                                   \
    X(REPLY_ODD_HEADERS, "NULs and junk in the head")                                              \
    X(REPLY_STATUS, "another status")                                                              \
    X(REPLY_REFUSAL, "a refusal of its own")                                                       \
    X(REPLY_NO_HTTP, "no HTTP")                                                                    \
    X(REPLY_DRIPS, "a byte now and then")                                                          \
    X(REPLY_SILENT, "no reply")                                                                    \
    X(REPLY_HANGS_UP, "a hang-up")

#define UPGRADE_LIES(X)                                                                            \
    X(UPGRADE_WRONG_ACCEPT, "a wrong Sec-WebSocket-Accept")                                        \
    X(UPGRADE_NO_ACCEPT, "no Sec-WebSocket-Accept")                                                \
    X(UPGRADE_EXTRAS, "extensions and protocols that nobody asked for")                            \
    X(UPGRADE_ELSEWHERE, "a redirect of the WebSocket")                                            \
    X(UPGRADE_STATUS, "another status than 101")                                                   \
    X(UPGRADE_HEADERS, "a flood of headers at the upgrade")                                        \
    X(UPGRADE_NO_HTTP, "no HTTP at the upgrade")                                                   \
    X(UPGRADE_CUT, "half a handshake")                                                             \
    X(UPGRADE_SILENT, "no handshake")                                                              \
    X(UPGRADE_HANGS_UP, "a hang-up at the upgrade")

#define FRAME_LIES(X)                                                                              \
    X(FRAME_OPCODE, "an unknown opcode")                                                           \
    X(FRAME_RESERVED, "reserved bits")                                                             \
    X(FRAME_MASKED, "a masked frame")                                                              \
    X(FRAME_LENGTH, "a length that is never filled")                                               \
    X(FRAME_ENDLESS, "fragments without end")                                                      \
    X(FRAME_SPLIT, "many fragments")                                                               \
    X(FRAME_STRAY, "a continuation of nothing")                                                    \
    X(FRAME_BINARY, "a binary frame")                                                              \
    X(FRAME_BIG_CONTROL, "a control frame that is too large")                                      \
    X(FRAME_PINGS, "a flood of pings")                                                             \
    X(FRAME_CLOSE, "a close with any code")                                                        \
    X(FRAME_CUT, "half a frame and a hang-up")                                                     \
    X(FRAME_TWICE, "an event twice")                                                               \
    X(FRAME_LATE, "an event behind the next")                                                      \
    X(FRAME_LOST, "an event left out")                                                             \
    X(FRAME_SILENT, "silence from here on")                                                        \
    X(FRAME_STORM, "a storm of events that never were")                                            \
    X(FRAME_CROWD, "a storm of names that never were")

enum lie {
    LIE_FIRST = DISTORT_COUNT - 1,
#define LIE_TAG(tag, words) tag,
    REPLY_LIES(LIE_TAG) UPGRADE_LIES(LIE_TAG) FRAME_LIES(LIE_TAG)
#undef LIE_TAG
        LIE_COUNT
};

enum { MUTANT_LINES = 256 };

struct mutant {
    char url[64];
    uint64_t seed;
    struct sockaddr_in server, trap_at;
    int fd, trap_fd;
    pthread_t thread;
    _Atomic bool sane, stop;
    _Atomic unsigned late_ms; /* a frame or reply is held back for so long at most */
    _Atomic unsigned lines;   /* connections now */
    _Atomic unsigned trapped; /* connections to where the redirects lead */
    pthread_mutex_t lock;     /* of all below */
    int open[MUTANT_LINES];   /* sockets; -1: free */
    unsigned long told[LIE_COUNT];
    unsigned long names;  /* that its storms made up */
    unsigned long passed; /* untouched while it was not sane */
    unsigned ordinal;     /* of the newest connection */
};

/* Between clients and the server at "http://127.0.0.1:PORT". It lies from the start. */
void mutant_start(struct mutant *mutant, const char *server_url, uint64_t seed);
void mutant_stop(struct mutant *mutant);

/* Begin or end to lie. Every connection is cut, so that none has a lie in its past. */
void mutant_set_sane(struct mutant *mutant, bool sane);

/* Hold back what is said, lie or truth, for a while of chance up to so long: what comes on one
 * connection stays in order, but a reply may be overtaken by frames and by other replies. */
void mutant_be_late(struct mutant *mutant, unsigned most_ms);

/* How often it has lied, and how often it has not although it could. */
unsigned long mutant_lies(struct mutant *mutant);
unsigned long mutant_truths(struct mutant *mutant);
/* One line for each kind of lie, with how often it was told. */
void mutant_print(struct mutant *mutant, FILE *to);

#endif
