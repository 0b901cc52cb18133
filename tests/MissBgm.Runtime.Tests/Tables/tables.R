# Writes a table as R does, and checks what became of it: tables.R write KIND FILE | check KIND FILE COMPLETED.
arguments <- commandArgs(trailingOnly = TRUE)
frame <- data.frame(
  who = c("Zoe", "\"quoted\", comma", "two words", "=1+1", "last"),
  a = c(1.5, NA, 2.25, -4, 0.1 + 0.2), b = c(2, 3, NA, 1e-7, 12345.678), count = 1:5, group = factor(c("x", "y", "x", "y", "x")))
read <- if (arguments[2] == "csv2") read.csv2 else read.csv
if (arguments[1] == "write") {
  write <- if (arguments[2] == "csv2") write.csv2 else write.csv
  write(frame, arguments[3], row.names = FALSE)
} else {
  before <- read(arguments[3], stringsAsFactors = TRUE)
  after <- read(arguments[4], stringsAsFactors = TRUE)
  stopifnot(identical(names(after), names(frame)), identical(sapply(after, class), sapply(before, class)), !anyNA(after))
  for (name in names(frame)) {
    seen <- !is.na(before[[name]])
    stopifnot(identical(after[[name]][seen], before[[name]][seen]))
  }
  cat("same\n")
}
