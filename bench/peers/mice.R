# Imputes a table with R's mice (predictive mean matching, 5 rounds): a peer of MissBGM for the benchmarks.
#
#   Rscript mice.R mice INPUT OUTPUT ROWS COLUMNS SEED DRAWS
#
# INPUT is row-major float64, NaN where a cell is missing; OUTPUT gets DRAWS completed tables;
# standard output gets the seconds of processor time.
suppressWarnings(suppressMessages(library(mice)))
arguments <- commandArgs(trailingOnly = TRUE)
size <- as.integer(arguments[4:7])
table <- matrix(readBin(arguments[2], "double", size[1] * size[2]), size[1], size[2], byrow = TRUE)
table[is.nan(table)] <- NA
start <- proc.time()
imputed <- mice(as.data.frame(table), m = size[4], maxit = 5, seed = size[3], printFlag = FALSE)
cat(sum((proc.time() - start)[1:2]))
output <- file(arguments[3], "wb")
for (draw in seq_len(size[4])) writeBin(as.vector(t(as.matrix(complete(imputed, draw)))), output)
close(output)
