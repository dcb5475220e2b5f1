/* SPDX-License-Identifier: Apache-2.0
 *
 * Every table of the schema, column by column, for those who treat all tables alike: copying, checksums, counting.
 *
 * A column or a table that the schema gains must be added here; a unit test compares both.
 */
#ifndef SC_STORE_TABLES_H
#define SC_STORE_TABLES_H

typedef enum { SC_COLUMN_TEXT, SC_COLUMN_LONG_TEXT, SC_COLUMN_NUMBER } sc_column_kind_e;

typedef struct {
    const char *name;
    sc_column_kind_e kind;
} sc_column_t;

#define SC_TABLE_MOST_COLUMNS 32

typedef struct {
    const char *name;
    int keys;                           /* so many of the first columns are the primary key */
    const char *own;                    /* rows that are about this one database, and not of the site: a condition, or NULL */
    sc_column_t columns[SC_TABLE_MOST_COLUMNS + 1];     /* the last has no name */
} sc_table_t;

/* In an order in which they can be written: what is pointed to before what points. The last has no name. */
extern const sc_table_t sc_tables[];

int sc_table_columns(const sc_table_t *table);

/* Whether a column of the table may be as long as an answer. */
int sc_table_is_wide(const sc_table_t *table);

#endif
