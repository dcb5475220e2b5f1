/* SPDX-License-Identifier: Apache-2.0
 *
 * The bridge by which the rooms that know no httpd reach its log. The module and the command line
 * tool each install a printer; without one, nothing is printed.
 * No learner data above SC_LOG_DEBUG.
 */
#ifndef SC_BASE_LOG_H
#define SC_BASE_LOG_H

#include <apr_pools.h>

#include "base/error.h"

/* Numerically the same as APLOG_ERR, APLOG_WARNING, APLOG_INFO and APLOG_DEBUG. */
typedef enum { SC_LOG_ERROR = 3, SC_LOG_WARNING = 4, SC_LOG_INFO = 6, SC_LOG_DEBUG = 7 } sc_log_level_e;

typedef void (*sc_log_printer_t)(void *baton, sc_log_level_e level, const char *line);

/* Sets the process-wide printer. Call before threads are started. */
void sc_log_to(sc_log_printer_t printer, void *baton);

/* Prints "SC0123: text" at `level`. */
void sc_log(sc_log_level_e level, int number, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Prints a whole error, with its detail and cause. */
void sc_log_error(sc_log_level_e level, const sc_error_t *error);

#endif
