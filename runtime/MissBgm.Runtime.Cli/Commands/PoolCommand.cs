using System.ComponentModel.DataAnnotations;
using McMaster.Extensions.CommandLineUtils;
using MissBgm.CommandLine;
using MissBgm.Runtime.Diagnostics;
using MissBgm.Runtime.Tables;
using Spectre.Console;

namespace MissBgm.Runtime.Cli.Commands;

/// <summary><c>missbgm pool</c>.</summary>
[Command("pool", Description = "Pool estimates from multiply imputed tables by Rubin's rules.")]
internal sealed class PoolCommand : CommandBase
{
    [Required, Option("--estimates <CSV>", "A line for each term and imputation, with the columns term, estimate and std_error; others are ignored.", CommandOptionType.SingleValue)]
    public string Estimates { get; set; } = "";

    [Option("--complete-df <DF>", "Degrees of freedom had nothing been missing: rows less parameters (default: infinite).", CommandOptionType.SingleValue)]
    public double? CompleteDegreesOfFreedom { get; set; }

    [Option("--alpha <A>", "Intervals cover 1 - A (default 0.05).", CommandOptionType.SingleValue)]
    public double Alpha { get; set; } = 0.05;

    protected override void Run(Terminal terminal, CancellationToken cancellation)
    {
        if (Alpha is not (> 0 and < 1)) throw new UserInputException($"--alpha is {Alpha}; allowed is between 0 and 1.");
        if (CompleteDegreesOfFreedom <= 0) throw new UserInputException($"--complete-df is {CompleteDegreesOfFreedom}; allowed is above 0.");
        var table = TableReader.Read(Estimates);
        int Column(string name) => table.Header.ToList().IndexOf(name) is >= 0 and var index
            ? index
            : throw new UserInputException($"{Estimates} has no column '{name}'; it must have the columns term, estimate and std_error.");
        var (term, estimate, error) = (Column("term"), Column("estimate"), Column("std_error"));
        var pooled = Enumerable.Range(0, table.Rows).GroupBy(row => table.Text(row, term)).ToDictionary(group => group.Key, group => Pool(table, group, estimate, error));
        terminal.Result(pooled, Format);
    }

    private RubinPooling Pool(Tables.Table table, IGrouping<string, int> rows, int estimate, int error)
    {
        try
        {
            return RubinPooling.Pool(
                rows.Select(row => table.Number(row, estimate)).ToArray(),
                rows.Select(row => table.Number(row, error)).ToArray(),
                CompleteDegreesOfFreedom ?? double.PositiveInfinity,
                Alpha);
        }
        catch (UserInputException e) when (!e.Message.StartsWith(table.Source, StringComparison.Ordinal))
        {
            throw new UserInputException($"{table.Source}, term '{rows.Key}': {e.Message}", e);
        }
    }

    private static Spectre.Console.Table Format(Dictionary<string, RubinPooling> pooled)
    {
        var table = new Spectre.Console.Table().Border(TableBorder.Simple)
            .AddColumns("term", "estimate", "std_error", "df", "p_value", "lower", "upper", "missing information", "imputations");
        foreach (var (term, p) in pooled)
        {
            table.AddRow(
                Markup.Escape(term), $"{p.Estimate:G6}", $"{p.StandardError:G6}", $"{p.DegreesOfFreedom:0.#}", $"{p.PValue:G3}", $"{p.Lower:G6}", $"{p.Upper:G6}", $"{p.FractionMissing:P1}", $"{p.Imputations}");
        }

        return table;
    }
}
