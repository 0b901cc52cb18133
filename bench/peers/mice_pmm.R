# Completes a table of numbers and levels with R's mice, a peer of MissBGM for bench/run peers: predictive mean matching of numbers, mice's defaults for
# levels, five imputations of five rounds; numbers are averaged, levels voted on.
#
#   Rscript mice_pmm.R INPUT OUTPUT ROWS COLUMNS KINDS
#
# As chains.py has them.
suppressWarnings(suppressMessages(library(mice)))
arguments <- commandArgs(trailingOnly = TRUE)
size <- as.integer(arguments[3:4])
kinds <- strsplit(arguments[5], ",")[[1]]
table <- matrix(readBin(arguments[1], "double", size[1] * size[2]), size[1], size[2], byrow = TRUE)
table[is.nan(table)] <- NA
data <- as.data.frame(table)
for (c in seq_along(kinds)) if (kinds[c] != "n") data[[c]] <- factor(data[[c]])
begin <- proc.time()
imputed <- mice(data, m = 5, maxit = 5, seed = 1, printFlag = FALSE)
cat(sum((proc.time() - begin)[1:2]))
draws <- lapply(1:5, function(k) sapply(complete(imputed, k), function(x) as.numeric(as.character(x))))
filled <- Reduce(`+`, draws) / 5
for (c in which(kinds != "n")) {
  filled[, c] <- apply(sapply(draws, function(d) d[, c]), 1, function(v) as.numeric(names(which.max(table(v)))))
}
# Columns that mice leaves out as collinear stay empty: their means.
for (c in seq_along(kinds)) filled[is.na(filled[, c]), c] <- mean(table[, c], na.rm = TRUE)
output <- file(arguments[2], "wb")
writeBin(as.vector(t(filled)), output)
close(output)
