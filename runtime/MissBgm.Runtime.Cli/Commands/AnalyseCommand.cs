using System.ComponentModel.DataAnnotations;
using McMaster.Extensions.CommandLineUtils;
using MissBgm.CommandLine;
using MissBgm.Runtime.Analysis;
using MissBgm.Runtime.Cli.Output;
using MissBgm.Runtime.Files;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Tables;
using Spectre.Console;
using Table = MissBgm.Runtime.Tables.Table;

namespace MissBgm.Runtime.Cli.Commands;

/// <summary><c>missbgm analyse</c>.</summary>
[Command("analyse", Description = "Regress on multiply imputed tables and pool by Rubin's rules: linear, logistic and Poisson regression.")]
internal sealed class AnalyseCommand : TableCommandBase
{
    [Required, Option(
        "--formula <TEXT>",
        "What is regressed on what, in R's notation: \"y ~ x + group\", interactions x:group and x * group, log(x), I(x^2), "
        + "factor(code), - 1 for no intercept, . for all other columns.",
        CommandOptionType.SingleValue)]
    public string Formula { get; set; } = "";

    [Option("--family <FAMILY>", "gaussian, binomial (logit link) or poisson (log link); default gaussian.", CommandOptionType.SingleValue)]
    public RegressionFamily Family { get; set; }

    [Option(
        "--multiple-dir <FOLDER>", "The completed tables: imputation_1.csv, imputation_2.csv, ..., as impute --multiple wrote them.",
        CommandOptionType.SingleValue)]
    public string? MultipleDir { get; set; }

    [Option("--model <BUNDLE>", "Instead of --multiple-dir: the model to impute --data with.", CommandOptionType.SingleValue)]
    public string? Model { get; set; }

    [Option("--data <CSV>", "With --model: the incomplete table.", CommandOptionType.SingleValue)]
    public string? Data { get; set; }

    [Option("--multiple <M>", "With --model: completed tables to impute (default 20).", CommandOptionType.SingleValue)]
    public int? Multiple { get; set; }

    [Option("--weights <COLUMN>", "A column of weights; with --family binomial and a response of shares, of trials.", CommandOptionType.SingleValue)]
    public string? Weights { get; set; }

    [Option(
        "--exponentiate",
        "Print odds ratios (binomial) or rate ratios (poisson) with their intervals in place of coefficients; --out keeps coefficients.",
        CommandOptionType.NoValue)]
    public bool Exponentiate { get; set; }

    [Option(
        "--out <CSV>", "Where to write a line for each term: term,estimate,std_error,statistic,df,p_value,lower,upper,fraction_missing.",
        CommandOptionType.SingleValue)]
    public string? Out { get; set; }

    [Option("--alpha <A>", "Intervals cover 1 - A (default 0.05).", CommandOptionType.SingleValue)]
    public double Alpha { get; set; } = 0.05;

    [Option("--seed <N>", "With --model: seed of the draws (default 42).", CommandOptionType.SingleValue)]
    public ulong? Seed { get; set; }

    [Option("--threads <N>", "With --model: chunks of rows computed at once (default: the machine's processors).", CommandOptionType.SingleValue)]
    public int? Threads { get; set; }

    protected override void Run(Terminal terminal, CancellationToken cancellation)
    {
        RequireOneSource();
        if (Alpha is not (> 0 and < 1)) throw new UserInputException($"--alpha is {Alpha}; allowed is between 0 and 1.");
        if (Exponentiate && Family == RegressionFamily.Gaussian)
        {
            throw new UserInputException("--exponentiate is of logarithms of odds or rates; give --family binomial or poisson.");
        }
        DistinctPaths.Require(("--data", Data), ("--model", Model), ("--out", Out));
        using var output = Out is null ? null : new OutputFile(Out);
        if (output is { IsStandardOutput: true }) terminal.LeaveStandardOutput();
        var pooled = PooledRegression.Fit(MultipleDir is null ? Impute(terminal, cancellation) : Read(MultipleDir), Formula, Family, Weights, Alpha);
        if (output is not null)
        {
            pooled.Write(output.Stream);
            output.Commit();
        }

        if (pooled.LeftOut > 0)
        {
            terminal.Note(
                $"{pooled.LeftOut} of {pooled.Rows + pooled.LeftOut} rows were left out: a column of the formula is still empty there.");
        }
        foreach (var term in pooled.Terms.Where(term => term.Pooled is null))
        {
            var where = term.Aliased == pooled.Imputations ? "" : $" in {term.Aliased} of the {pooled.Imputations} tables";
            terminal.Note($"'{term.Term}' has no coefficient: it is constant, or a combination of the terms before it{where}.");
        }

        if (pooled.Outcome is { } outcome) terminal.Note($"the odds are those of '{outcome}'.");
        terminal.Result(pooled, ResultJson.Default.PooledRegression, Format);
    }

    private void RequireOneSource()
    {
        if (MultipleDir is null && (Model is null || Data is null))
        {
            throw new UserInputException(
                "There is nothing to analyse: give --multiple-dir with the tables of impute --multiple, or --model and --data to "
                + "impute them now.");
        }
        if (MultipleDir is null) return;
        var given = new[]
        {
            ("--model", Model is not null), ("--data", Data is not null), ("--multiple", Multiple is not null),
            ("--seed", Seed is not null), ("--threads", Threads is not null),
        }.Where(option => option.Item2).ToArray();
        if (given.Length > 0)
        {
            throw new UserInputException(
                $"{string.Join(", ", given.Select(option => option.Item1))}: the tables of --multiple-dir are imputed already; "
                + $"leave {(given.Length == 1 ? "it" : "them")} out, or --multiple-dir.");
        }
    }

    private List<Table> Read(string folder)
    {
        if (!Directory.Exists(folder)) throw new UserInputException($"{folder}: there is no such folder; give the one that impute --multiple-dir wrote.");
        var files = Enumerable.Range(1, int.MaxValue).Select(i => Path.Combine(folder, $"imputation_{i}.csv")).TakeWhile(File.Exists).ToList();
        if (files.Count < 2)
        {
            throw new UserInputException(
                $"{folder} holds {(files.Count == 0 ? "no imputation_1.csv" : "imputation_1.csv alone")}; imputations are pooled "
                + $"over at least two (impute --multiple 20 --multiple-dir {folder}).");
        }
        return files.ConvertAll(file => TableReader.Read(file, Reading()));
    }

    // Through text and back, so that the results are those of the files that impute --multiple would write.
    private List<Table> Impute(Terminal terminal, CancellationToken cancellation)
    {
        using var imputer = Imputer.Load(Model!);
        if (imputer.Note is { } newer) terminal.Note(newer);
        var reading = Reading(imputer.Reading);
        var table = TableReader.Read(Data!, reading);
        var draws = new MultipleImputations(Multiple ?? 20);
        var options = new ImputeOptions { DrawSinks = [draws], Seed = Seed ?? 42, Threads = Threads ?? Environment.ProcessorCount };
        ImputedTable imputed;
        using (var progress = terminal.Progress("imputing")) imputed = imputer.Impute(table, options, progress, cancellation);
        if (imputed.Cells.Count == 0) terminal.Note("the table has no missing cell: all completed tables are the same.");
        return [.. Enumerable.Range(0, Multiple ?? 20).Select(i =>
        {
            using var text = new MemoryStream();
            imputed.WriteImputation(text, draws, i);
            text.Position = 0;
            return TableReader.Read(text, $"{Data}, imputation {i + 1}", reading);
        })];
    }

    private Spectre.Console.Table Format(PooledRegression pooled)
    {
        double Shown(double value) => Exponentiate ? Math.Exp(value) : value;
        var (name, error) = !Exponentiate
            ? ("estimate", "std_error")
            : (Family == RegressionFamily.Binomial ? "odds ratio" : "rate ratio", "std_error (of log)");
        var table = new Spectre.Console.Table().Border(TableBorder.Simple)
            .Title(Markup.Escape($"{pooled.Formula}, {pooled.Family.ToString().ToLowerInvariant()}; {pooled.Imputations} imputations of {pooled.Rows} rows"))
            .AddColumns("term", name, error, "df", "p_value", "lower", "upper", "missing information");
        foreach (var (term, p, _) in pooled.Terms)
        {
            table.AddRow(p is null
                ? [Markup.Escape(term), "", "", "", "", "", "", ""]
                :
                [
                    Markup.Escape(term), $"{Shown(p.Estimate):G6}", $"{p.StandardError:G6}", $"{p.DegreesOfFreedom:0.#}", $"{p.PValue:G3}",
                    $"{Shown(p.Lower):G6}", $"{Shown(p.Upper):G6}", $"{p.FractionMissing:P1}",
                ]);
        }

        return table;
    }
}
