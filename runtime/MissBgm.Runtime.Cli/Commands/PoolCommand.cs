using System.ComponentModel.DataAnnotations;
using McMaster.Extensions.CommandLineUtils;
using MissBgm.CommandLine;
using MissBgm.Runtime.Cli.Output;
using MissBgm.Runtime.Diagnostics;
using MissBgm.Runtime.Tables;
using Spectre.Console;

namespace MissBgm.Runtime.Cli.Commands;

/// <summary><c>missbgm pool</c>.</summary>
[Command("pool", Description = "Pool estimates from multiply imputed tables by Rubin's rules.")]
internal sealed class PoolCommand : CommandBase
{
    [Required, Option(
        "--estimates <CSV>",
        "A line for each term and imputation, with the columns term, estimate and std_error, and df if --complete-df is not given; "
        + "others are ignored.",
        CommandOptionType.SingleValue)]
    public string Estimates { get; set; } = "";

    [Option(
        "--complete-df <DF>",
        "Degrees of freedom had nothing been missing: rows less estimated parameters (default: the column df of the estimates; without "
        + "either, a large sample is assumed, and said).",
        CommandOptionType.SingleValue)]
    public double? CompleteDegreesOfFreedom { get; set; }

    [Option("--alpha <A>", "Intervals cover 1 - A (default 0.05).", CommandOptionType.SingleValue)]
    public double Alpha { get; set; } = 0.05;

    protected override void Run(Terminal terminal, CancellationToken cancellation)
    {
        if (Alpha is not (> 0 and < 1)) throw new UserInputException($"--alpha is {Alpha}; allowed is between 0 and 1.");
        if (CompleteDegreesOfFreedom is not (null or > 0))
        {
            throw new UserInputException(
                $"--complete-df is {CompleteDegreesOfFreedom}; allowed is above 0.");
        }
        var table = TableReader.Read(Estimates);
        int Column(string name) => table.Header.ToList().IndexOf(name) is >= 0 and var index
            ? index
            : throw new UserInputException($"{Estimates} has no column '{name}'; it must have the columns term, estimate and std_error.");
        var (term, estimate, error) = (Column("term"), Column("estimate"), Column("std_error"));
        var df = table.Header.ToList().IndexOf("df");
        if (CompleteDegreesOfFreedom is null && df < 0)
        {
            terminal.Note(
                "nothing says how many degrees of freedom the complete table had: a large sample is assumed, and intervals from a small "
                + "one are too narrow. Give a column 'df', or --complete-df: rows less estimated parameters.");
        }

        var pooled = Enumerable.Range(0, table.Rows).GroupBy(row => table.Text(row, term))
            .ToDictionary(group => group.Key, group => Pool(table, group, estimate, error, df));
        terminal.Result(pooled, ResultJson.Default.DictionaryStringRubinPooling, Format);
    }

    private RubinPooling Pool(Tables.Table table, IGrouping<string, int> rows, int estimate, int error, int df)
    {
        try
        {
            return RubinPooling.Pool(
                rows.Select(row => table.Number(row, estimate)).ToArray(),
                rows.Select(row => table.Number(row, error)).ToArray(),
                CompleteDegreesOfFreedom ?? (df < 0 ? double.PositiveInfinity : rows.Min(row => Positive(table, row, df))),
                Alpha);
        }
        catch (UserInputException e) when (!e.Message.StartsWith(table.Source, StringComparison.Ordinal))
        {
            throw new UserInputException($"{table.Source}, term '{rows.Key}': {e.Message}", e);
        }
    }

    private static double Positive(Tables.Table table, int row, int df) => table.Number(row, df) is > 0 and var value
        ? value
        : throw new UserInputException(
            $"{table.Source}, line {table.Line(row)}, column 'df': found {table.Text(row, df)}; allowed is above 0 (rows less estimated "
            + "parameters).");

    private static Spectre.Console.Table Format(Dictionary<string, RubinPooling> pooled)
    {
        var table = new Spectre.Console.Table().Border(TableBorder.Simple)
            .AddColumns("term", "estimate", "std_error", "df", "p_value", "lower", "upper", "missing information", "imputations");
        foreach (var (term, p) in pooled)
        {
            table.AddRow(
                Markup.Escape(term), $"{p.Estimate:G6}", $"{p.StandardError:G6}", $"{p.DegreesOfFreedom:0.#}", $"{p.PValue:G3}",
                $"{p.Lower:G6}", $"{p.Upper:G6}", $"{p.FractionMissing:P1}", $"{p.Imputations}");
        }

        return table;
    }
}
