# SPDX-License-Identifier: MIT
"""The walk's cases by theme; each theme walks alone, on a server of its own."""

THEMES = ("connecting", "presence", "invisible", "channels", "members", "invites", "hiding", "messages",
          "reactions", "reads", "events", "mutes", "people", "guests", "sync", "settings", "limits",
          "requests", "beyond", "daemon")

# What the page says and the server does not keep yet, as theme.case.
AWAITED = {
    "people.users_are_paged_by_id",
    "people.a_deleted_user_is_gone_and_told",
}
