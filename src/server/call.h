/* SPDX-License-Identifier: MIT */
/*
 * One REST call, from the request to its reply: who asks, what they say, what is answered.
 *
 * A route fills call->reply and returns 0; or it refuses, and what it returns is the documented
 * code; or it fails (< 0, -errno), and the answer is code -1. A route that writes begins a change;
 * its reply and events leave when that is on disk.
 */
#ifndef SERVER_CALL_H
#define SERVER_CALL_H

#include "server/caller.h"
#include "server/change.h"
#include "server/http.h"
#include "server/rate.h"
#include "server/show.h"

enum { CALL_ARGS = 3 };

struct call_house {
    struct world *world;
    struct endpoint_counts
        *endpoints; /* route_count() + 1, the last for no route; NULL: uncounted */
    struct histogram durations;
    struct log_budget failures; /* lines in the log for calls that failed or were slow */
    struct caller_keys keys;
    struct rate rate;
    struct rate refusals;  /* of callers, an address; see `peer` */
    const char *peer;      /* whose request is at hand; NULL: nobody is counted */
    unsigned listen_users; /* users a call that queries users listens to */
};

struct call {
    struct call_house *house;
    struct world *world;
    const struct http_request *request;
    const struct route *route;
    const char *args[CALL_ARGS]; /* what stood for the '*' of the route's path */
    struct caller caller;
    struct person *asker; /* NULL: server-side, and for nobody */
    struct view view;
    const json *body; /* of the request, or its payload; an object, or NULL: none */
    json *reply;      /* an object; duration is added */
    struct change *change;
    char why[300];  /* a refusal's text */
    char field[64]; /* what is at fault in the body; "": nothing by name */
    /* When it is on disk: who is sent away, and whether tokens are to be looked at again. */
    struct call_dismissal {
        struct person *person;
        int code;
        const char *why;
        bool sweep;
    } dismissal;
    json *parsed;
    struct rate_state rate;
    int64_t began_mono_us;
};

typedef int route_call(struct call *call);

enum route_flags {
    ROUTE_BODY = 1,   /* a body must be there */
    ROUTE_SERVER = 2, /* only server-side */
    ROUTE_NAMED = 4,  /* not for anonymous callers */
    ROUTE_OPEN = 8    /* nobody needs a token */
};

struct route {
    enum http_method method;
    const char *path; /* "channels/ * / * /query" without the blanks */
    const char *operation;
    route_call *call;
    unsigned flags;
};

/* The route of a request, and its args; NULL: there is none. */
const struct route *route_find(const struct http_request *request, const char *args[CALL_ARGS]);

/* Why there is none. */
const char *route_missing(const struct http_request *request);

/* All routes, by number. */
size_t route_count(void);
const struct route *route_at(size_t number);
size_t route_number(const struct route *route); /* route_count() where it is NULL */

/* Answer a request: through world->mouth->reply, now or later, exactly once. */
void call_answer(struct call_house *house, void *exchange, const struct http_request *request,
    int64_t began_mono_us);

/* Development tokens are on: said at each start, and when the app is switched to them. */
void call_warn_of_dev_tokens(const struct call_house *house);

/* Refuse with a code and a sentence: returns the code. */
int call_refuse(struct call *call, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Refuse a field of the body, code 4: "FIELD …". Returns the code. */
int call_refuse_field(struct call *call, const char *field, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The change of this call, begun when first asked for. NULL: out of memory. */
struct change *call_change(struct call *call);
struct post *call_post(struct call *call); /* where its events wait; NULL: no change */

/* When the change is on disk, send a user away: their connections are told and closed. `why` is
 * static. */
void call_dismiss(struct call *call, struct person *person, int code, const char *why);

/* The live connection named by connection_id. 0; > 0: refused. */
int call_connection(struct call *call, struct connection **out);

/* A whole number of the body between 0 and `most`; `otherwise` where it is not given. */
int call_number(
    struct call *call, const json *from, const char *key, int otherwise, int most, int *out);
/* A boolean of the body. */
int call_boolean(struct call *call, const char *key, bool otherwise, bool *out);

/* Add to the reply; takes the value. 0, or -ENOMEM. */
int call_reply(struct call *call, const char *key, json *value);

#endif
