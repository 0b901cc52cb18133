/* missbgm.h: imputes rows with a fitted MissBGM model, from any language that calls C.
 *
 * Every function may be called from any thread; a model may be used by several threads at once, but not while it is freed. Nothing ends the process: a failure is a
 * code, and missbgm_last_error says in a sentence what was wrong.
 *
 * Values are doubles, row-major [rows, columns], the columns being those of missbgm_column_name in that order. A column of levels holds the level's number from 0, in
 * the order of missbgm_level_name. NaN is a missing cell. */
#ifndef MISSBGM_H
#define MISSBGM_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Codes. */
enum {
  MISSBGM_DONE = 0,
  MISSBGM_UNEXPECTED = 1, /* a fault of the library */
  MISSBGM_BAD_INPUT = 2,  /* the rows or the options */
  MISSBGM_BAD_MODEL = 3,  /* the bundle is missing, damaged, of another kind or version */
  MISSBGM_NUMERICAL = 4   /* a computation left the finite numbers */
};

/* What a column holds. */
enum { MISSBGM_NUMERIC = 0, MISSBGM_INTEGER = 1, MISSBGM_BINARY = 2, MISSBGM_ORDINAL = 3, MISSBGM_CATEGORICAL = 4 };

typedef struct missbgm_model missbgm_model;

/* Zeros stand for the model's own settings. */
typedef struct {
  uint64_t seed;       /* equal seeds give equal results */
  int64_t row_offset;  /* index of the first row in the table it is a part of: keys its random numbers */
  double alpha;        /* intervals cover 1 - alpha */
  int32_t chains;
  int32_t draws;       /* of each chain */
  int32_t threads;     /* 1 if 0 */
  int32_t mode_only;   /* not 0: the mode of each cell alone, without draws */
  int32_t imputations; /* completed tables of draws wanted in `imputations` */
  int32_t reserved;
} missbgm_options;

/* Loads a folder or a .zip file; *model is to be freed. */
int32_t missbgm_load(const char *path, missbgm_model **model);
void missbgm_free(missbgm_model *model);

/* The columns; texts are UTF-8 and live as long as the model. Out of range: -1 or NULL. */
int32_t missbgm_column_count(const missbgm_model *model);
const char *missbgm_column_name(const missbgm_model *model, int32_t column);
int32_t missbgm_column_type(const missbgm_model *model, int32_t column);
int32_t missbgm_level_count(const missbgm_model *model, int32_t column);
const char *missbgm_level_name(const missbgm_model *model, int32_t column, int32_t level);

/* Imputes rows. options may be NULL. Each output may be NULL, else it has room for [rows, columns]:
 *   completed            observed values, posterior means (whole and within bounds where the column is), most probable levels
 *   standard_deviation   0 where observed, NaN in columns of levels
 *   lower, upper         the interval; the value where observed, NaN in columns of levels without an order
 *   imputations          [options->imputations, rows, columns]: completed tables of draws */
int32_t missbgm_impute(const missbgm_model *model, const missbgm_options *options, int64_t rows, const double *values, double *completed,
                       double *standard_deviation, double *lower, double *upper, double *imputations);

/* What the last failure on this thread was; empty if there was none. Valid until the next call on this thread. */
const char *missbgm_last_error(void);

/* The library's version. */
const char *missbgm_version(void);

#ifdef __cplusplus
}
#endif

#endif
