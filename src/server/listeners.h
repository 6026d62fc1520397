/* SPDX-License-Identifier: MIT */
/*
 * Who listens to whom. Pure.
 *
 * A struct listener is embedded in each connection, a struct sighted in each user. A listening
 * stands for as long as it has a reason: a channel that is watched, or a query of users. However
 * many reasons there are, a change of the user is told to the connection once.
 */
#ifndef SERVER_LISTENERS_H
#define SERVER_LISTENERS_H

#include "base/list.h"
#include "base/table.h"

/* The reason of a query of users; any other is the address of the watched channel. */
extern const char LISTEN_QUERY[];

struct listener {
    struct list listenings; /* to whom */
    size_t count;
    struct table *by_user; /* only of a listener to many: finding one of them again */
};

struct sighted {
    struct list listenings; /* by whom */
    const char *user_id;    /* of the user it is embedded in, for as long as it lives */
};

void listener_init(struct listener *listener);
void sighted_init(struct sighted *sighted, const char *user_id);

/* Listen to a user for a reason. 0, also when it stood already; -ENOMEM with nothing changed. */
int listen_to(struct listener *listener, struct sighted *sighted, const void *reason);

bool listens_to(const struct listener *listener, const struct sighted *sighted);
bool listens_because(const struct listener *listener, const void *reason);

/* A reason is gone: what stood for it alone ends. */
void listen_end_reason(struct listener *listener, const void *reason);

/* The same for all who listen to one user (a member who was removed from the channel). */
void sighted_end_reason(struct sighted *sighted, const void *reason);

void listener_fini(struct listener *listener); /* the connection ends; safe on zeroes */
void sighted_fini(struct sighted *sighted);    /* the user is deleted; safe on zeroes */

/* Everyone who listens to a user, each once: for (l = sighted_first(s); l; l = sighted_next(s, l)).
 * Ending the listening just returned spoils the walk: end it afterwards. */
struct listening;
struct listening *sighted_first(const struct sighted *sighted);
struct listening *sighted_next(const struct sighted *sighted, const struct listening *listening);
struct listener *listening_by(const struct listening *listening);

#endif
