/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include <apr_strings.h>
#include <stdarg.h>
#include <stdio.h>

static sc_log_printer_t the_printer;
static void *the_baton;

void sc_log_to(sc_log_printer_t printer, void *baton)
{
    the_printer = printer;
    the_baton = baton;
}

void sc_log(sc_log_level_e level, int number, const char *format, ...)
{
    char line[2048];
    int used;
    va_list args;

    if (!the_printer)
        return;
    used = snprintf(line, sizeof(line), "SC%04d: ", number);
    va_start(args, format);
    vsnprintf(line + used, sizeof(line) - (size_t)used, format, args);
    va_end(args);
    the_printer(the_baton, level, line);
}

void sc_log_error(sc_log_level_e level, const sc_error_t *error)
{
    if (the_printer)
        the_printer(the_baton, level, sc_error_text(error, error->pool));
}
