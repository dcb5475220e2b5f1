/* SPDX-License-Identifier: Apache-2.0 */
#include "store/tables.h"

#include <stddef.h>

#define TEXT(name) { name, SC_COLUMN_TEXT }
#define LONG_TEXT(name) { name, SC_COLUMN_LONG_TEXT }
#define NUMBER(name) { name, SC_COLUMN_NUMBER }

#define FIGURES                                                                                                  \
    NUMBER("learners"), NUMBER("credits"), NUMBER("sessions"), NUMBER("in_progress"), NUMBER("completed"), \
        NUMBER("failed"), NUMBER("passed")

const sc_table_t sc_tables[] = {

    { "meta", 1, "name IN ('schema_version', 'copy', 'copy_probe')", {
        TEXT("name"), TEXT("value") } },

    { "publication", 1, NULL, {
        TEXT("id"), NUMBER("rev"), TEXT("training"), TEXT("title"), TEXT("langs"), NUMBER("pass"), NUMBER("attempts"),
        NUMBER("keep_incomplete"), NUMBER("show_answers"), NUMBER("enabled"), NUMBER("admits_new"), NUMBER("starts_at"),
        NUMBER("ends_at"), NUMBER("cap"), NUMBER("created_at"), NUMBER("updated_at") } },

    { "publication_origin", 2, NULL, {
        TEXT("publication"), TEXT("origin"), TEXT("realm"), NUMBER("position") } },

    { "learner", 1, NULL, {
        TEXT("id"), TEXT("identity"), TEXT("realm"), TEXT("external_id"), TEXT("name"), NUMBER("state"), NUMBER("tester"),
        NUMBER("created_at"), NUMBER("seen_at") } },

    { "registration", 1, NULL, {
        TEXT("id"), TEXT("publication"), TEXT("learner"), TEXT("session"), NUMBER("status"), NUMBER("score"),
        NUMBER("percent"), NUMBER("final"), NUMBER("rev"), NUMBER("seconds"), NUMBER("sessions"), NUMBER("attempts"),
        TEXT("location"), NUMBER("placement"), NUMBER("delivered_rev"), TEXT("delivered_lms"), NUMBER("delivered_at"),
        NUMBER("started_at"), NUMBER("seen_at"), NUMBER("version"), NUMBER("last_seq"), NUMBER("session_seconds"),
        NUMBER("credited") } },

    { "module_result", 2, NULL, {
        TEXT("registration"), TEXT("module"), NUMBER("opened_at"), NUMBER("read_at"), NUMBER("validated_at") } },

    { "activity_result", 2, NULL, {
        TEXT("registration"), TEXT("activity"), NUMBER("correct"), NUMBER("correct_first"), NUMBER("points"),
        NUMBER("tries"), LONG_TEXT("response"), NUMBER("first_at"), NUMBER("last_at") } },

    { "attempt", 2, NULL, {
        TEXT("registration"), NUMBER("number"), NUMBER("started_at"), NUMBER("ended_at"), NUMBER("score"),
        NUMBER("pass"), LONG_TEXT("answers"), TEXT("session"), NUMBER("seq") } },

    { "session", 1, NULL, {
        TEXT("id"), TEXT("registration"), TEXT("origin"), TEXT("edition"), TEXT("connector"), TEXT("lang"),
        NUMBER("last_seq"), NUMBER("seconds"), NUMBER("state"), NUMBER("started_at"), NUMBER("seen_at") } },

    { "credit", 1, NULL, {
        TEXT("id"), TEXT("publication"), TEXT("learner"), TEXT("origin"), NUMBER("at") } },

    { "delivery", 1, NULL, {
        TEXT("id"), TEXT("registration"), TEXT("session"), NUMBER("rev"), TEXT("lms"), TEXT("element"), NUMBER("at") } },

    { "refusal", 1, NULL, {
        TEXT("id"), TEXT("publication"), TEXT("origin"), TEXT("code"), TEXT("learner"), NUMBER("times"),
        NUMBER("first_at"), NUMBER("last_at") } },

    { "audit", 1, NULL, {
        TEXT("id"), NUMBER("at"), TEXT("actor"), TEXT("action"), TEXT("subject"), LONG_TEXT("detail") } },

    { "publication_tally", 2, NULL, {
        TEXT("publication"), NUMBER("shard"), FIGURES } },

    { "publication_day", 3, NULL, {
        TEXT("publication"), NUMBER("day"), NUMBER("shard"), FIGURES } },

    { "module_tally", 4, NULL, {
        TEXT("publication"), TEXT("module"), NUMBER("week"), NUMBER("shard"), NUMBER("opened"), NUMBER("finished"),
        NUMBER("validated") } },

    { "activity_tally", 4, NULL, {
        TEXT("publication"), TEXT("activity"), NUMBER("week"), NUMBER("shard"), NUMBER("answers"), NUMBER("correct"),
        NUMBER("first_answers"), NUMBER("first_correct") } },

    { NULL, 0, NULL, { { NULL, SC_COLUMN_TEXT } } }
};

int sc_table_columns(const sc_table_t *table)
{
    int count = 0;

    while (table->columns[count].name)
        count++;
    return count;
}

int sc_table_is_wide(const sc_table_t *table)
{
    const sc_column_t *column;

    for (column = table->columns; column->name; column++)
        if (column->kind == SC_COLUMN_LONG_TEXT)
            return 1;
    return 0;
}
