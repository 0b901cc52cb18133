# Rscript regression.R FOLDER: what R's lm, glm and mice::pool say of regressions on the completed tables of imputations.csv (column .imp numbers them), as regression.csv.
# Rscript regression.R FOLDER tables makes imputations.csv first.
suppressMessages(library(mice))
arguments <- commandArgs(trailingOnly = TRUE)
folder <- arguments[1]

if (length(arguments) > 1) {
  set.seed(7)
  n <- 60
  x <- rnorm(n)
  z <- 0.5 * x + rnorm(n)
  group <- sample(c("a", "b", "c"), n, replace = TRUE)
  size <- round(exp(rnorm(n, 2, 0.4)), 3)
  y <- 1 + x - 0.5 * z + (group == "b") + rnorm(n)
  event <- ifelse(runif(n) < plogis(0.8 * x - 0.3), "yes", "no")
  count <- rpois(n, exp(0.3 + 0.4 * x))
  trials <- sample(2:9, n, replace = TRUE)
  share <- round(rbinom(n, trials, plogis(0.5 * z)) / trials, 12)
  table <- data.frame(y, x, z, group, size, event, count, trials, share)
  missing <- sapply(c("y", "x", "z", "group", "size", "event", "count", "share"), function(name) runif(n) < 0.15)
  tables <- lapply(1:5, function(m) {
    done <- table
    for (name in colnames(missing)) {
      gaps <- which(missing[, name])
      done[gaps, name] <- sample(table[[name]][-gaps], length(gaps), replace = TRUE)
    }
    done$share <- round(round(done$share * done$trials) / done$trials, 12)
    done$double <- 2 * done$x - done$z + 1
    done$w <- round(0.5 + 2 * abs(sin(seq_len(n))), 6)
    done$w[c(3, 17)] <- 0
    cbind(.imp = m, format(done, digits = 12, trim = TRUE))
  })
  write.csv(do.call(rbind, tables), file.path(folder, "imputations.csv"), row.names = FALSE, quote = FALSE)
}

all <- read.csv(file.path(folder, "imputations.csv"), stringsAsFactors = FALSE)
cases <- list(
  c("y ~ x + z", "gaussian", ""), c("y ~ x * group + log(size)", "gaussian", ""), c("y ~ group - 1", "gaussian", ""), c("y ~ x:group", "gaussian", ""),
  c("y ~ x + z + double + group", "gaussian", ""), c("log(size) ~ (x + z + group)^2", "gaussian", ""), c("y ~ x + I(x^2) + factor(count)", "gaussian", ""),
  c("y ~ group:event + x", "gaussian", ""), c("y ~ x + z", "gaussian", "w"), c("y ~ group * event - x - 1", "gaussian", ""),
  c("event ~ x + group", "binomial", ""), c("event ~ x * z", "binomial", "w"), c("share ~ z + group", "binomial", "trials"), c("event ~ x + z + double", "binomial", ""),
  c("count ~ x + group", "poisson", ""), c("count ~ x * group + sqrt(size)", "poisson", "w"))
results <- list()
for (case in cases) {
  fits <- lapply(split(all, all$.imp), function(table) {
    for (name in c("group", "event")) table[[name]] <- factor(table[[name]])
    weights <- if (case[3] == "") rep(1, nrow(table)) else table[[case[3]]]
    formula <- as.formula(case[1])
    environment(formula) <- environment()
    suppressWarnings(if (case[2] == "gaussian") lm(formula, table, weights = weights) else glm(formula, case[2], table, weights = weights))
  })
  pooled <- suppressWarnings(summary(pool(as.mira(fits)), conf.int = TRUE))
  parts <- pool(as.mira(fits))$pooled
  for (name in names(coef(fits[[1]]))) {
    i <- match(name, as.character(pooled$term))
    estimate <- if (is.na(coef(fits[[1]])[name])) rep(NA, 7) else c(pooled$estimate[i], pooled$std.error[i], pooled$df[i], pooled$p.value[i], pooled[i, "2.5 %"], pooled[i, "97.5 %"], parts$fmi[match(name, as.character(parts$term))])
    results[[length(results) + 1]] <- c(case, name, ifelse(is.na(estimate), "", sprintf("%.15g", estimate)))
  }
}
lines <- do.call(rbind, results)
colnames(lines) <- c("formula", "family", "weights", "term", "estimate", "std_error", "df", "p_value", "lower", "upper", "fraction_missing")
write.csv(lines, file.path(folder, "regression.csv"), row.names = FALSE, quote = FALSE)
