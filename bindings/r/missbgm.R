# Fills the gaps of a data frame with a fitted MissBGM model, by the programs missbgm and missbgm-train (on the PATH, or MISSBGM and MISSBGM_TRAIN).
#
#   source("bindings/r/missbgm.R")
#   completed <- missbgm(frame, "model/")            # the same frame, its gaps filled by posterior means and most probable levels
#   attr(completed, "cells")                         # row, column, mean, sd, lower, upper, ... of each filled cell, rows from 1
#   tables <- missbgm(frame, "model/", m = 20)       # a list of completed tables, each of one draw, for with() and pool()
#   completed <- missbgm(frame)                      # fits first, and keeps the model for the session: attr(completed, "model")
missbgm <- function(frame, model = NULL, m = 0, mechanism = "auto", alpha = 0.05, draws = NULL, seed = 42, threads = 1) {
  stopifnot(is.data.frame(frame), nrow(frame) > 0, m >= 0, m != 1)
  work <- tempfile("missbgm-")
  dir.create(work)
  on.exit(unlink(work, recursive = TRUE))
  place <- function(name) file.path(work, name)
  write.csv(frame, place("table.csv"), na = "", row.names = FALSE, fileEncoding = "UTF-8")
  if (is.null(model)) {
    model <- tempfile("missbgm-model-")
    missbgm_run("MISSBGM_TRAIN", "missbgm-train", "fit", "--data", place("table.csv"), "--out", model, "--mechanism", mechanism, "--seed", seed)
  }
  missbgm_run(
    "MISSBGM", "missbgm", "impute", "--model", model, "--data", place("table.csv"), "--out", place("completed.csv"), "--intervals", place("cells.csv"),
    "--alpha", alpha, "--seed", seed, "--threads", threads, if (!is.null(draws)) c("--draws", draws),
    if (m > 0) c("--multiple", m, "--multiple-dir", place("multiple")))
  if (m > 0) return(lapply(seq_len(m), function(i) missbgm_read(place(file.path("multiple", sprintf("imputation_%d.csv", i))), frame)))
  cells <- read.csv(place("cells.csv"), check.names = FALSE, encoding = "UTF-8")
  cells$row <- cells$row + 1
  structure(missbgm_read(place("completed.csv"), frame), cells = cells, model = model)
}

# A completed table with the columns' own types.
missbgm_read <- function(path, frame) {
  texts <- read.csv(path, colClasses = "character", check.names = FALSE, na.strings = "", encoding = "UTF-8")
  for (j in which(colSums(is.na(frame)) > 0)) {
    gaps <- is.na(frame[[j]])
    filled <- texts[[j]][gaps]
    frame[[j]][gaps] <- switch(
      class(frame[[j]])[1], numeric = as.numeric(filled), integer = as.integer(round(as.numeric(filled))), logical = as.logical(filled),
      Date = as.Date(filled), filled)
  }
  frame
}

missbgm_run <- function(variable, program, ...) {
  program <- Sys.getenv(variable, program)
  said <- suppressWarnings(system2(program, shQuote(c(as.character(c(...)), "--quiet")), stdout = FALSE, stderr = TRUE))
  if (!is.null(attr(said, "status"))) stop(if (length(said) > 0) paste(said, collapse = "\n") else paste(program, "ended with", attr(said, "status")), call. = FALSE)
}
