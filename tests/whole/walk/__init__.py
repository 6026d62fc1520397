# SPDX-License-Identifier: MIT
"""The walk's cases by theme; each theme walks alone, on a server of its own."""

THEMES = ("connecting", "objects", "presence", "invisible", "channels", "members", "invites", "hiding", "messages",
          "reactions", "reads", "events", "mutes", "people", "guests", "sync", "settings", "limits",
          "requests", "beyond", "daemon")
