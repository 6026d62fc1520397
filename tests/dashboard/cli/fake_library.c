/* SPDX-License-Identifier: MIT */
#include "fake_library.h"

#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { PENDING = 16, LISTENERS = 16 };

struct pending {
    pl_done_fn *done;
    void *context;
    struct pl_outcome outcome;
    pl_channel *channels[FAKE_CHANNELS];
    pl_user *users[1];
    pl_member *members[100];
};

struct pl_client {
    int fd;
    struct pending pending[PENDING];
    size_t pending_count;
    struct {
        enum pl_event_type type;
        pl_event_fn *fn;
        void *context;
    } listeners[LISTENERS];
    size_t listener_count;
    struct pl_link link;
};

struct fake *fake;
static pl_client *the_client;

pl_user *fake_user(const char *id, const char *name, bool online, int64_t last_active_unix_ms,
    const char *status) {
    assert_true(fake->user_count < FAKE_USERS);
    pl_user *user = &fake->users[fake->user_count++];
    snprintf(user->id, sizeof user->id, "%s", id);
    snprintf(user->name, sizeof user->name, "%s", name);
    snprintf(user->status, sizeof user->status, "%s", status);
    user->online = online;
    user->last_active_unix_ms = last_active_unix_ms;
    return user;
}

static pl_user *find_user(const char *id) {
    for (size_t i = 0; i < fake->user_count; i++)
        if (strcmp(fake->users[i].id, id) == 0)
            return &fake->users[i];
    return NULL;
}

void fake_add(pl_channel *channel, pl_user *user) {
    assert_true(channel->member_total < FAKE_MEMBERS);
    channel->members[channel->member_total++].user = user;
    channel->known = channel->member_total < 100 ? channel->member_total : 100;
}

pl_channel *fake_channel(const char *cid, const char *name, const char *members) {
    assert_true(fake->channel_count < FAKE_CHANNELS);
    pl_channel *channel = &fake->channels[fake->channel_count++];
    snprintf(channel->cid, sizeof channel->cid, "%s", cid);
    snprintf(channel->name, sizeof channel->name, "%s", name);
    char copy[256];
    snprintf(copy, sizeof copy, "%s", members);
    char *rest = copy;
    for (char *id; (id = strsep(&rest, ",")) != NULL;)
        if (id[0] != '\0')
            fake_add(channel, find_user(id));
    return channel;
}

void fake_refuse(enum pl_status status, int code, int http_status, const char *message) {
    fake->status = status;
    fake->code = code;
    fake->http_status = http_status;
    fake->message = message;
}

void fake_then(fake_step *step) {
    assert_true(fake->step_count < FAKE_STEPS);
    fake->steps[fake->step_count++] = step;
}

static void ring(const pl_client *client) {
    assert_int_equal(eventfd_write(client->fd, 1), 0);
}

static struct pending *pend(pl_client *client, pl_done_fn *done, void *context) {
    assert_true(client->pending_count < PENDING);
    struct pending *pending = &client->pending[client->pending_count++];
    memset(pending, 0, sizeof *pending);
    pending->done = done;
    pending->context = context;
    pending->outcome.status = fake->status;
    pending->outcome.code = fake->code;
    pending->outcome.http_status = fake->http_status;
    pending->outcome.message = fake->status == PL_DONE ? "" : fake->message;
    ring(client);
    return pending;
}

static void tell(const struct pl_event *event) {
    for (size_t i = 0; i < the_client->listener_count; i++)
        if (the_client->listeners[i].type == event->type)
            the_client->listeners[i].fn(the_client, event, the_client->listeners[i].context);
}

void fake_presence(const char *id, bool online, int64_t at_unix_ms) {
    pl_user *user = find_user(id);
    user->online = online;
    char json[128];
    const int len = snprintf(
        json, sizeof json, "{\"type\":\"user.presence.changed\",\n\"id\":\"%s\"}", id);
    const struct pl_event event = {
        .type = PL_EVENT_PRESENCE_CHANGED,
        .type_name = "user.presence.changed",
        .created_unix_ms = at_unix_ms,
        .cid = "",
        .user = user,
        .json = json,
        .json_bytes = (size_t)len,
    };
    tell(&event);
}

void fake_link(enum pl_link_state state, const char *reason) {
    the_client->link = (struct pl_link){.state = state, .reason = reason};
    const struct pl_event event = {.type = PL_EVENT_LINK_CHANGED, .type_name = "", .cid = ""};
    tell(&event);
}

void fake_resynced(void) {
    const struct pl_event event = {.type = PL_EVENT_RESYNCED, .type_name = "", .cid = ""};
    tell(&event);
}

/* The text after a key in a filter, up to its quote. */
static const char *value_after(const char *filter, const char *key) {
    static char value[64];
    const char *at = strstr(filter, key);
    if (at == NULL)
        return NULL;
    at += strlen(key);
    const size_t len = strcspn(at, "\"");
    memcpy(value, at, len);
    value[len] = '\0';
    return value;
}

static int create(pl_client **out, const struct pl_client_options *options) {
    assert_int_equal(options->size, sizeof *options);
    pl_client *client = calloc(1, sizeof *client);
    client->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    client->link.reason = "";
    the_client = *out = client;
    return 0;
}

static void finish(pl_client *client, enum pl_status status) {
    while (client->pending_count > 0) {
        struct pending pending = client->pending[0];
        client->pending_count--;
        memmove(client->pending, client->pending + 1,
            client->pending_count * sizeof client->pending[0]);
        if (status != PL_DONE)
            pending.outcome.status = status;
        pending.outcome.channels = pending.channels;
        pending.outcome.users = pending.users;
        pending.outcome.members = pending.members;
        if (pending.done != NULL)
            pending.done(client, &pending.outcome, pending.context);
    }
}

static void destroy(pl_client *client) {
    finish(client, PL_CANCELLED);
    close(client->fd);
    free(client);
    the_client = NULL;
}

static int fd_of(const pl_client *client) {
    return client->fd;
}

static int dispatch(pl_client *client) {
    eventfd_t count;
    eventfd_read(client->fd, &count);
    ring(client);
    if (client->pending_count > 0)
        finish(client, PL_DONE);
    else if (fake->next_step < fake->step_count)
        fake->steps[fake->next_step++]();
    else
        raise(SIGINT);
    return 1;
}

static int set_user(pl_client *client, const struct pl_connect_options *options) {
    (void)client;
    bytes_printf(&fake->journal, "user %s token %s\n", options->user_id, options->token);
    return 0;
}

static int connect_user(
    pl_client *client, const struct pl_connect_options *options, pl_done_fn *done, void *context) {
    bytes_printf(&fake->journal, "connect invisible %d status %s\n", options->invisible,
        options->status != NULL ? options->status : "-");
    client->link.state = PL_LINK_LIVE;
    pend(client, done, context);
    return 0;
}

static struct pl_link link_of(const pl_client *client) {
    return client->link;
}

static int mark_invisible(pl_client *client, pl_done_fn *done, void *context) {
    bytes_append_text(&fake->journal, "invisible\n");
    pend(client, done, context);
    return 0;
}

static int mark_visible(pl_client *client, pl_done_fn *done, void *context) {
    bytes_append_text(&fake->journal, "visible\n");
    pend(client, done, context);
    return 0;
}

static int set_status(pl_client *client, const char *text, pl_done_fn *done, void *context) {
    bytes_printf(&fake->journal, "status %s\n", text != NULL ? text : "-");
    pend(client, done, context);
    return 0;
}

static int on(pl_client *client, enum pl_event_type type, pl_event_fn *fn, void *context) {
    assert_true(client->listener_count < LISTENERS);
    client->listeners[client->listener_count].type = type;
    client->listeners[client->listener_count].fn = fn;
    client->listeners[client->listener_count].context = context;
    return (int)++client->listener_count;
}

static bool has_member(const pl_channel *channel, const char *id) {
    for (size_t i = 0; i < channel->member_total; i++)
        if (strcmp(channel->members[i].user->id, id) == 0)
            return true;
    return false;
}

/* {"cid":"x"}, {"cid":{"$in":["x",…]}}, {"members":{"$in":["me"]}}, the same with $or. */
static bool matches(const pl_channel *channel, const char *filter) {
    const char *id = strchr(channel->cid, ':') + 1;
    char quoted[80];
    snprintf(quoted, sizeof quoted, "\"%s\"", channel->cid);
    if (strncmp(filter, "{\"cid\":", 7) == 0)
        return strstr(filter, quoted) != NULL;
    const char *member = value_after(filter, "{\"members\":{\"$in\":[\"");
    if (member == NULL)
        fail_msg("the filter %s is not known here", filter);
    if (!has_member(channel, member))
        return false;
    const char *name = value_after(filter, "{\"name\":\"");
    return name == NULL || strcmp(name, channel->name) == 0 || strcmp(name, id) == 0;
}

static int query_channels(
    pl_client *client, const struct pl_query *query, pl_done_fn *done, void *context) {
    bytes_printf(&fake->journal, "channels%s %s\n", query->flags & PL_WATCH ? " watch" : "",
        query->filter_json);
    struct pending *pending = pend(client, done, context);
    for (size_t i = 0; fake->status == PL_DONE && i < fake->channel_count; i++)
        if (matches(&fake->channels[i], query->filter_json))
            pending->channels[pending->outcome.channel_count++] = &fake->channels[i];
    return 0;
}

static int query_users(
    pl_client *client, const struct pl_query *query, pl_done_fn *done, void *context) {
    const char *id = value_after(query->filter_json, "{\"id\":\"");
    bytes_printf(&fake->journal, "users%s %s\n", query->flags & PL_PRESENCE ? " listen" : "", id);
    struct pending *pending = pend(client, done, context);
    pending->users[0] = find_user(id);
    pending->outcome.user_count = pending->users[0] != NULL && fake->status == PL_DONE ? 1 : 0;
    return 0;
}

static int by_user_id(const void *a, const void *b) {
    return strcmp((*(pl_member *const *)a)->user->id, (*(pl_member *const *)b)->user->id);
}

static int query_members(
    pl_channel *channel, const struct pl_query *query, pl_done_fn *done, void *context) {
    static pl_member *sorted[FAKE_MEMBERS];
    const char *after = query->filter_json != NULL ? value_after(query->filter_json, "\"$gt\":\"")
                                                   : "";
    assert_non_null(after);
    SAME_TEXT(query->sort_json, "[{\"field\":\"user_id\",\"direction\":1}]");
    bytes_printf(&fake->journal, "members after %s\n", after);
    for (size_t i = 0; i < channel->member_total; i++)
        sorted[i] = &channel->members[i];
    qsort(sorted, channel->member_total, sizeof sorted[0], by_user_id);
    struct pending *pending = pend(the_client, done, context);
    for (size_t i = 0; i < channel->member_total; i++)
        if (strcmp(sorted[i]->user->id, after) > 0 &&
            pending->outcome.member_count < (size_t)query->limit)
            pending->members[pending->outcome.member_count++] = sorted[i];
    return 0;
}

static int get_or_create(pl_client *client, const char *type, const char *id,
    const struct pl_channel_options *options, unsigned flags, pl_done_fn *done, void *context) {
    (void)flags;
    char cid[64];
    snprintf(cid, sizeof cid, "%s:%s", type, id);
    bytes_printf(&fake->journal, "get or create %s\n", cid);
    struct pending *pending = pend(client, done, context);
    for (size_t i = 0; i < fake->channel_count; i++)
        if (strcmp(fake->channels[i].cid, cid) == 0)
            pending->outcome.channel = &fake->channels[i];
    if (pending->outcome.channel != NULL || fake->status != PL_DONE)
        return 0;
    pl_channel *channel = fake_channel(cid, options->name != NULL ? options->name : id, "");
    for (size_t i = 0; i < options->member_count; i++)
        fake_add(channel, find_user(options->members[i]));
    pending->outcome.channel = channel;
    return 0;
}

static int add_members(
    pl_channel *channel, const char *const *ids, size_t count, pl_done_fn *done, void *context) {
    bytes_append_text(&fake->journal, "add");
    for (size_t i = 0; i < count; i++) {
        bytes_printf(&fake->journal, " %s", ids[i]);
        fake_add(channel, find_user(ids[i]));
    }
    bytes_append_char(&fake->journal, '\n');
    pend(the_client, done, context);
    return 0;
}

static int listen_all(pl_channel *channel) {
    bytes_printf(&fake->journal, "listen %s\n", channel->cid);
    return 0;
}

static const char *cid_of(const pl_channel *channel) {
    return channel->cid;
}

static const char *id_of(const pl_channel *channel) {
    return strchr(channel->cid, ':') + 1;
}

static const char *name_of(const pl_channel *channel) {
    return channel->name;
}

static size_t total_of(const pl_channel *channel) {
    return channel->member_total;
}

static size_t known_of(const pl_channel *channel) {
    return channel->known;
}

static pl_member *member_at(const pl_channel *channel, size_t i) {
    return (pl_member *)(uintptr_t)&channel->members[i];
}

static pl_member *find_member(const pl_channel *channel, const char *id) {
    for (size_t i = 0; i < channel->known; i++)
        if (strcmp(channel->members[i].user->id, id) == 0)
            return member_at(channel, i);
    return NULL;
}

static pl_user *user_of(const pl_member *member) {
    return member->user;
}

static size_t channel_count(const pl_client *client) {
    (void)client;
    return fake->channel_count;
}

static pl_channel *channel_at(const pl_client *client, size_t i) {
    (void)client;
    return &fake->channels[i];
}

static bool is_mine(const pl_channel *channel) {
    return has_member(channel, "ana");
}

static bool is_deleted(const pl_channel *channel) {
    (void)channel;
    return false;
}

static pl_user *local_user(const pl_client *client) {
    (void)client;
    return find_user("ana");
}

static const char *fault_name(int fault) {
    return fault == 0 ? "done" : "a fault";
}

static const char *user_id(const pl_user *user) {
    return user->id;
}

static const char *user_name(const pl_user *user) {
    return user->name;
}

static const char *user_status(const pl_user *user) {
    return user->status;
}

static bool user_online(const pl_user *user) {
    return user->online;
}

static bool user_invisible(const pl_user *user) {
    return user->invisible;
}

static bool user_is_live(const pl_user *user) {
    (void)user;
    return the_client->link.state == PL_LINK_LIVE;
}

static int64_t user_last_active(const pl_user *user) {
    return user->last_active_unix_ms;
}

static char *user_json(const pl_user *user) {
    char *json = NULL;
    return asprintf(&json, "{\"id\":\"%s\"}", user->id) > 0 ? json : NULL;
}

static void set_context(pl_user *user, void *context) {
    user->context = context;
}

static void *context_of(const pl_user *user) {
    return user->context;
}

void fake_make(void) {
    fake = calloc(1, sizeof *fake);
    fake->library = (struct library){
        .client_create = create,
        .client_destroy = destroy,
        .client_fd = fd_of,
        .client_dispatch = dispatch,
        .client_set_user = set_user,
        .client_connect_user = connect_user,
        .client_link = link_of,
        .client_mark_invisible = mark_invisible,
        .client_mark_visible = mark_visible,
        .client_set_status = set_status,
        .client_on = on,
        .query_channels = query_channels,
        .query_users = query_users,
        .query_members = query_members,
        .client_channel_count = channel_count,
        .client_channel_at = channel_at,
        .channel_get_or_create = get_or_create,
        .channel_add_members = add_members,
        .channel_listen_all = listen_all,
        .channel_cid = cid_of,
        .channel_id = id_of,
        .channel_name = name_of,
        .channel_is_mine = is_mine,
        .channel_is_deleted = is_deleted,
        .local_user = local_user,
        .channel_member_total = total_of,
        .channel_member_count = known_of,
        .channel_member_at = member_at,
        .channel_find_member = find_member,
        .member_user = user_of,
        .status_name = fault_name,
        .user_id = user_id,
        .user_name = user_name,
        .user_status = user_status,
        .user_online = user_online,
        .user_invisible = user_invisible,
        .user_is_live = user_is_live,
        .user_last_active_unix_ms = user_last_active,
        .user_to_json = user_json,
        .user_set_context = set_context,
        .user_context = context_of,
        .free = free,
    };
}

void fake_destroy(void) {
    bytes_fini(&fake->journal);
    free(fake);
    fake = NULL;
}
