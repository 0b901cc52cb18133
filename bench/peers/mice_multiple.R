#!/usr/bin/env Rscript
# Multiple imputation of many small tables by mice or Amelia: the other methods of bench/run inference.
#   mice_multiple.R METHOD INPUT.csv OUTPUT.csv M SEED
# INPUT has a column 'rep', which tells the tables apart, then the tables' columns; 'group' is a factor. OUTPUT has a line for each missing cell of each
# completed table: rep, imputation, row (from 0, in its table), column (from 0), value.
suppressMessages(library(mice))
arguments <- commandArgs(TRUE)
method <- arguments[1]
input <- read.csv(arguments[2])
m <- as.integer(arguments[4])
seed <- as.integer(arguments[5])
impute <- function(table, rep) {
  if ("group" %in% names(table)) table$group <- factor(table$group)
  if (method == "amelia") {
    fit <- Amelia::amelia(table, m = m, p2s = 0, noms = if ("group" %in% names(table)) "group" else NULL)
    return(lapply(seq_len(m), function(k) fit$imputations[[k]]))
  }
  fit <- mice(table, m = m, method = method, maxit = if (sum(colSums(is.na(table)) > 0) > 1) 10 else 1, printFlag = FALSE, seed = seed + rep)
  lapply(seq_len(m), function(k) complete(fit, k))
}
lines <- list()
for (rep in unique(input$rep)) {
  table <- input[input$rep == rep, names(input) != "rep", drop = FALSE]
  set.seed(seed + rep)
  missing <- which(is.na(table), arr.ind = TRUE)
  completed <- impute(table, rep)
  for (k in seq_len(m)) {
    values <- sapply(seq_len(nrow(missing)), function(i) as.numeric(completed[[k]][missing[i, 1], missing[i, 2]]))
    lines[[length(lines) + 1]] <- data.frame(rep = rep, imputation = k - 1, row = missing[, 1] - 1, column = missing[, 2] - 1, value = values)
  }
}
write.csv(do.call(rbind, lines), arguments[3], row.names = FALSE)
