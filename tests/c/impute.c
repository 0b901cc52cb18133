/* impute MODEL [BAD ...]: several threads impute the same rows by missbgm.h, and each failure is a code with a sentence; the others are refused as models. Prints the first completed row. */
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "missbgm.h"

enum { ROWS = 3, COLUMNS = 4, THREADS = 4, CALLS = 25 };

static missbgm_model *model;
static double expected[ROWS * COLUMNS];

static const double values[ROWS * COLUMNS] = {1.71, 1, NAN, 40, NAN, 0, 0, 31, NAN, NAN, NAN, 22};

static void require(int holds, const char *what) {
  if (holds) return;
  fprintf(stderr, "%s: %s\n", what, missbgm_last_error());
  exit(1);
}

static void *impute(void *unused) {
  double completed[ROWS * COLUMNS];
  (void)unused;
  for (int i = 0; i < CALLS; i++) {
    require(missbgm_impute(model, NULL, ROWS, values, completed, NULL, NULL, NULL, NULL) == MISSBGM_DONE, "impute");
    require(memcmp(completed, expected, sizeof expected) == 0, "threads differ");
    /* The error is this thread's own. */
    require(missbgm_impute(model, NULL, 0, values, completed, NULL, NULL, NULL, NULL) == MISSBGM_BAD_INPUT, "no rows");
    require(strstr(missbgm_last_error(), "0 rows of 4 columns") != NULL, "no rows");
  }
  return NULL;
}

static void refused(missbgm_options options, int64_t rows, const char *what) {
  double completed[ROWS * COLUMNS];
  require(missbgm_impute(model, &options, rows, values, completed, NULL, NULL, NULL, NULL) == MISSBGM_BAD_INPUT && strlen(missbgm_last_error()) > 20, what);
}

static void bad_input(void) {
  double infinite[COLUMNS] = {INFINITY, 0, 0, 30}, completed[COLUMNS];
  refused((missbgm_options){0}, -1, "rows below 0");
  refused((missbgm_options){0}, INT64_MAX, "too many rows");
  refused((missbgm_options){.row_offset = -1}, ROWS, "an offset below 0");
  refused((missbgm_options){.row_offset = INT64_MAX}, ROWS, "an offset beyond all rows");
  refused((missbgm_options){.alpha = 1.5}, ROWS, "alpha above 1");
  refused((missbgm_options){.alpha = NAN}, ROWS, "alpha is no number");
  refused((missbgm_options){.chains = -2}, ROWS, "chains below 0");
  refused((missbgm_options){.chains = INT32_MAX, .draws = INT32_MAX}, ROWS, "chains beyond all memory");
  refused((missbgm_options){.draws = -1}, ROWS, "draws below 0");
  refused((missbgm_options){.threads = -1}, ROWS, "threads below 0");
  require(missbgm_impute(model, NULL, 1, infinite, completed, NULL, NULL, NULL, NULL) == MISSBGM_BAD_INPUT, "an infinite value");
  require(missbgm_impute(model, NULL, 1, NULL, completed, NULL, NULL, NULL, NULL) == MISSBGM_BAD_INPUT, "no values");
  require(missbgm_impute(NULL, NULL, 1, values, completed, NULL, NULL, NULL, NULL) == MISSBGM_BAD_INPUT, "no model");
  require(missbgm_column_count(NULL) == -1 && missbgm_column_name(NULL, 0) == NULL && missbgm_level_count(NULL, 0) == -1, "no model");
}

int main(int count, char **arguments) {
  pthread_t threads[THREADS];
  double sd[ROWS * COLUMNS], lower[ROWS * COLUMNS], upper[ROWS * COLUMNS], tables[2 * ROWS * COLUMNS], bad[COLUMNS] = {1.7, 5, 0, 30};
  missbgm_options options = {.seed = 42, .imputations = 2};
  require(count >= 2, "usage: impute MODEL [BAD ...]");
  for (int i = 2; i < count; i++) require(missbgm_load(arguments[i], &model) == MISSBGM_BAD_MODEL && model == NULL && strlen(missbgm_last_error()) > 20, arguments[i]);
  require(missbgm_load("/no/such/model", &model) == MISSBGM_BAD_MODEL && model == NULL, "no model");
  require(strstr(missbgm_last_error(), "there is no such bundle") != NULL, "no model");
  require(missbgm_load(NULL, &model) == MISSBGM_BAD_INPUT, "NULL");
  require(missbgm_load(arguments[1], &model) == MISSBGM_DONE, "load");
  require(missbgm_column_count(model) == COLUMNS && strcmp(missbgm_column_name(model, 2), "colour") == 0, "columns");
  require(missbgm_column_type(model, 3) == MISSBGM_INTEGER && missbgm_level_count(model, 2) == 3 && strcmp(missbgm_level_name(model, 2, 1), "green") == 0, "levels");
  require(missbgm_column_name(model, 4) == NULL && missbgm_level_name(model, 2, 3) == NULL && missbgm_column_type(model, -1) == -1, "out of range");
  require(missbgm_impute(model, &options, ROWS, values, expected, sd, lower, upper, tables) == MISSBGM_DONE, "impute");
  for (int i = 0; i < ROWS * COLUMNS; i++) {
    require(isnan(values[i]) ? isfinite(expected[i]) : expected[i] == values[i] && sd[i] == 0, "observed cells come back");
    if (isnan(values[i]) && i % COLUMNS % 3 == 0) require(lower[i] <= expected[i] && expected[i] <= upper[i] && sd[i] > 0, "intervals");
    require(isfinite(tables[i]) && isfinite(tables[ROWS * COLUMNS + i]), "imputations");
  }
  require(missbgm_impute(model, &options, 1, bad, expected, NULL, NULL, NULL, NULL) == MISSBGM_BAD_INPUT, "no level");
  require(strstr(missbgm_last_error(), "5 is no number of a level") != NULL, "no level");
  require(missbgm_impute(model, NULL, ROWS, values, expected, NULL, NULL, NULL, NULL) == MISSBGM_DONE, "defaults");
  bad_input();
  for (int i = 0; i < THREADS; i++) pthread_create(&threads[i], NULL, impute, NULL);
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  missbgm_free(model);
  missbgm_free(NULL);
  printf("%.6f %.0f %.0f %.0f\n", expected[0], expected[1], expected[2], expected[3]);
  return 0;
}
