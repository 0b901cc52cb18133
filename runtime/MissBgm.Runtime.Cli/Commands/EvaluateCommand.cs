using System.ComponentModel.DataAnnotations;
using McMaster.Extensions.CommandLineUtils;
using MissBgm.CommandLine;
using MissBgm.Runtime.Cli.Output;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Tables;
using Spectre.Console;

namespace MissBgm.Runtime.Cli.Commands;

/// <summary><c>missbgm evaluate</c>.</summary>
[Command("evaluate", Description = "Compare imputed cells with the truth that was hidden from them.")]
internal sealed class EvaluateCommand : TableCommandBase
{
    [Required, Option("--truth <CSV>", "The complete table.", CommandOptionType.SingleValue)]
    public string Truth { get; set; } = "";

    [Required, Option("--data <CSV>", "The table with hidden cells that was imputed.", CommandOptionType.SingleValue)]
    public string Data { get; set; } = "";

    [Required, Option("--cells <CSV>", "The cells as impute --intervals wrote them.", CommandOptionType.SingleValue)]
    public string Cells { get; set; } = "";

    protected override void Run(Terminal terminal, CancellationToken cancellation) =>
        terminal.Result(
            Accuracy.Of(TableReader.Read(Truth, Reading()), TableReader.Read(Data, Reading()), TableReader.Read(Cells)), ResultJson.Default.Accuracy,
            accuracy => accuracy.HiddenCells > accuracy.LevelCells ? Numbers(accuracy) : Levels(accuracy));

    private static Spectre.Console.Table Numbers(Accuracy accuracy)
    {
        var table = new Spectre.Console.Table().Border(TableBorder.Simple)
            .Title($"{accuracy.HiddenCells - accuracy.LevelCells} hidden cells, in standard deviations of their columns")
            .AddColumns("imputed by", "RMSE")
            .AddRow("column means", $"{accuracy.ColumnMeanRmse:0.000}")
            .AddRow("mode (MAP)", $"{accuracy.MapRmse:0.000}")
            .AddRow("posterior mean", double.IsNaN(accuracy.MeanRmse) ? "not sampled" : $"{accuracy.MeanRmse:0.000}")
            .AddRow(
                "intervals",
                double.IsNaN(accuracy.Coverage)
                    ? "not sampled"
                    : $"{accuracy.Coverage:P1} of the cells covered, mean width {accuracy.MeanWidth:0.000}");
        return accuracy.LevelCells == 0 ? table : table.AddRow("levels", LevelShares(accuracy));
    }

    private static Spectre.Console.Table Levels(Accuracy accuracy) =>
        new Spectre.Console.Table().Border(TableBorder.Simple).AddColumns("levels", LevelShares(accuracy));

    private static string LevelShares(Accuracy accuracy) =>
        $"{accuracy.LevelAccuracy:P1} of {accuracy.LevelCells} right; {accuracy.MostFrequentAccuracy:P1} by each column's most frequent level";
}
