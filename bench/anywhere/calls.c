// calls MODEL CALLS THREADS ROWS: imputes rows (a third of the cells missing) with default draws as often as asked, on as many threads; prints milliseconds of processor,
// calls a second, and the memory that the process holds after a tenth of the calls and at the end. With 0 calls: the mode of one row, once.
#define _GNU_SOURCE
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "missbgm.h"

static missbgm_model *model;
static int calls, rows, columns;
static double *medians;

static double seconds(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return now.tv_sec + 1e-9 * now.tv_nsec;
}

static long resident(void) {
  long pages = 0, ignored;
  FILE *file = fopen("/proc/self/statm", "r");
  if (fscanf(file, "%ld %ld", &ignored, &pages) != 2) pages = 0;
  fclose(file);
  return pages * 4;
}

static int ascending(const void *a, const void *b) { return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b); }

static void *work(void *argument) {
  const int first = *(int *)argument;
  double *values = calloc((size_t)rows * columns, sizeof(double)), *completed = calloc((size_t)rows * columns, sizeof(double));
  double *deviation = calloc((size_t)rows * columns, sizeof(double));
  missbgm_options options = {.seed = 1, .threads = 1};
  for (int call = 0; call < calls; call++) {
    for (int i = 0; i < rows * columns; i++) values[i] = (i + call) % 3 == 0 ? NAN : 1 + (i % columns) * 0.5 + 0.01 * call;
    const double start = seconds(CLOCK_THREAD_CPUTIME_ID);
    options.row_offset = call;
    if (missbgm_impute(model, &options, rows, values, completed, deviation, NULL, NULL, NULL) != 0) {
      fprintf(stderr, "%s\n", missbgm_last_error());
      exit(1);
    }
    medians[first + call] = seconds(CLOCK_THREAD_CPUTIME_ID) - start;
  }
  return NULL;
}

int main(int count, char **arguments) {
  if (count != 5) return fprintf(stderr, "usage: calls MODEL CALLS THREADS ROWS\n"), 2;
  const int all = atoi(arguments[2]), threads = atoi(arguments[3]);
  rows = atoi(arguments[4]);
  const double begin = seconds(CLOCK_MONOTONIC);
  if (missbgm_load(arguments[1], &model) != 0) return fprintf(stderr, "%s\n", missbgm_last_error()), 1;
  const double loaded = seconds(CLOCK_MONOTONIC) - begin;
  columns = missbgm_column_count(model);
  if (all == 0) {
    double *row = calloc(columns, sizeof(double)), *mode = calloc(columns, sizeof(double));
    missbgm_options options = {.mode_only = 1};
    row[0] = NAN;
    return missbgm_impute(model, &options, 1, row, mode, NULL, NULL, NULL, NULL);
  }
  medians = calloc(all, sizeof(double));
  long memory[2];
  double wall = 0, processor = 0;
  for (int part = 0; part < 2; part++) {
    calls = (part == 0 ? all / 10 : all - all / 10) / threads;
    const double start = seconds(CLOCK_MONOTONIC), used = seconds(CLOCK_PROCESS_CPUTIME_ID);
    pthread_t ids[64];
    int firsts[64];
    for (int t = 0; t < threads; t++) {
      firsts[t] = t * calls;
      pthread_create(&ids[t], NULL, work, &firsts[t]);
    }
    for (int t = 0; t < threads; t++) pthread_join(ids[t], NULL);
    wall = seconds(CLOCK_MONOTONIC) - start;
    processor = seconds(CLOCK_PROCESS_CPUTIME_ID) - used;
    memory[part] = resident();
  }
  const int done = calls * threads;
  qsort(medians, done, sizeof(double), ascending);
  printf(
    "load %.3f s; %d calls of %d rows on %d threads: median %.2f ms of the calling thread's processor, mean %.2f ms of the process's, %.1f calls a second, "
    "resident %ld kB after a tenth, %ld kB at the end\n",
    loaded, done, rows, threads, 1e3 * medians[done / 2], 1e3 * processor / done, done / wall, memory[0], memory[1]);
  missbgm_free(model);
  return 0;
}
