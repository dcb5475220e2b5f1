/* SPDX-License-Identifier: Apache-2.0
 *
 * What all unit tests share: cmocka, and a new pool as the state of each test.
 */
#ifndef SC_TESTS_UNIT_H
#define SC_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <apr_general.h>
#include <apr_pools.h>

#include "base/error.h"

static inline int make_pool(void **state)
{
    apr_initialize();
    return apr_pool_create((apr_pool_t **)state, NULL) == APR_SUCCESS ? 0 : -1;
}

static inline int drop_pool(void **state)
{
    apr_pool_destroy(*state);
    apr_terminate();
    return 0;
}

/* A test of `function`; its state is a pool. */
#define WITH_POOL(function) cmocka_unit_test_setup_teardown(function, make_pool, drop_pool)

/* Fails with the error's own words. */
#define assert_fine(call)                                          \
    do {                                                           \
        sc_error_t *fine_ = (call);                                \
        if (fine_)                                                 \
            fail_msg("%s", sc_error_text(fine_, fine_->pool));     \
    } while (0)

#endif
