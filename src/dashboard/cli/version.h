/* SPDX-License-Identifier: MIT */
/* `porchlight --version`: the version, and what a bug report needs to know besides. */
#ifndef DASHBOARD_CLI_VERSION_H
#define DASHBOARD_CLI_VERSION_H

void print_version(void);

#endif
