using System.Text;

namespace MissBgm.Bench.Studies.League;

/// <summary>Where the defaults stand in a public league of imputation methods: the mean of the draws as one entry, a single draw as another.</summary>
internal static class LeagueStudy
{
    private const int ShownMethods = 5;
    private static readonly string[] Columns =
    [
        "table", "mechanism", "chosen", .. CompletedScores.Names.Select(name => $"mean_{name}"),
        .. CompletedScores.Names.Select(name => $"draw_{name}"), "crps", "coverage", "uniformity", "fit_seconds", "impute_seconds",
    ];

    public static Study Create() => new(
        "league", "A public league of 71 imputation methods", Columns,
        [.. LeagueCell.All.Select(cell => new StudyCase(cell.Name, () => Measure(cell)))], Summarise);

    private static IReadOnlyList<string> Measure(LeagueCell cell)
    {
        var (complete, hidden) = (LeagueCell.Read(cell.CompletePath), LeagueCell.Hidden(cell.MaskedPath));
        var scorer = new CompletedScorer(complete, hidden);
        var run = UserRun.Of(cell.MaskedPath);
        var draws = DrawScores.Of(run.Draws, [.. hidden.Select(i => complete.Values[i])], [.. hidden.Select(i => scorer.Scales[i % complete.Columns])]);
        double[] values =
        [
            .. scorer.Score(run.Mean).Values, .. CompletedScores.Average([.. run.Imputations.Select(scorer.Score)]).Values, draws.Crps,
            draws.Coverage, draws.Uniformity, run.FitSeconds, run.ImputeSeconds,
        ];
        return [cell.Table, cell.Mechanism, run.Mechanism, .. values.Select(value => value.ToString("G6"))];
    }

    private static string Summarise(IReadOnlyList<StudyResult> results)
    {
        var published = new PublishedScores(LeagueCell.ScoresPath);
        var cells = results.Select(result => (Result: result, Cell: new LeagueCell(result["table"], result["mechanism"]))).ToArray();
        var text = new StringBuilder();
        text.Append(
            "30 % of each table's cells are hidden by the league's own masks (`../shared/data/league`); fitted and imputed by the "
            + "two programs with their defaults. `mean` is the completed table, ");
        text.Append(
            "`draw` a single imputation (its scores are means over five). Each entry is ranked alone among the 71 methods, cell by "
            + "cell; failures rank last.\n\n");
        WriteAverages(text, published, cells);
        text.Append(
            "\nRanks in brackets. CRPS in standard deviations; coverage of 95 % intervals; uniformity: largest distance of the "
            + "truth's places among the draws from uniform.\n\n");
        text.Append(
            "| table | mask | chosen | mean: RMSE | mean: MAE | mean: energy, std. | draw: RMSE | draw: energy, std. | draw: "
            + "energy | CRPS | coverage | uniformity | fit, impute: s |\n");
        text.Append("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
        foreach (var (result, cell) in cells)
        {
            string Ranked(string entry, string measure) =>
                $"{result.Number($"{entry}_{measure}"):G4} ({published.Rank(cell, measure, result.Number($"{entry}_{measure}")):0.#})";
            text.Append(
                $"| {cell.Table} | {cell.Mechanism} | {result["chosen"]} | {Ranked("mean", "rmse")} | {Ranked("mean", "mae")} | "
                + $"{Ranked("mean", "energy_std")} | {Ranked("draw", "rmse")} | {Ranked("draw", "energy_std")} | "
                + $"{Ranked("draw", "energy")} ");
            text.Append(
                $"| {result.Number("crps"):F4} | {result.Number("coverage"):F3} | {result.Number("uniformity"):F3} | "
                + $"{result.Number("fit_seconds"):F1}, {result.Number("impute_seconds"):F1} |\n");
        }

        return text.ToString();
    }

    private static void WriteAverages(StringBuilder text, PublishedScores published, (StudyResult Result, LeagueCell Cell)[] cells)
    {
        text.Append(
            $"Average ranks over {cells.Length} cells, beside the {ShownMethods} best methods by each measure:\n\n"
            + "| measure | mean | draw | draw, MCAR | draw, MAR | best methods |\n| --- | --- | --- | --- | --- | --- |\n");
        foreach (var measure in CompletedScores.Names)
        {
            double Average(string entry, string mechanisms) =>
                cells.Where(c => mechanisms.Split(' ').Contains(c.Cell.Mechanism))
                    .Select(c => published.Rank(c.Cell, measure, c.Result.Number($"{entry}_{measure}")))
                    .DefaultIfEmpty(double.NaN)
                    .Average();
            var best = published.Methods
                .Select(method => (Method: method, Rank: cells.Average(c => published.Rank(c.Cell, measure, method))))
                .OrderBy(m => m.Rank)
                .Take(ShownMethods);
            text.Append(
                $"| {measure} | {Average("mean", "mcar mar"):F1} | {Average("draw", "mcar mar"):F1} | {Average("draw", "mcar"):F1} "
                + $"| {Average("draw", "mar"):F1} | {string.Join(", ", best.Select(m => $"{m.Method} {m.Rank:F1}"))} |\n");
        }

        string Range(string mechanism)
        {
            var own = cells.Where(c => c.Cell.Mechanism == mechanism).Select(c => c.Result.Number("coverage")).ToArray();
            return own.Length == 0 ? "-" : $"{own.Average():P1} ({own.Min():P1} to {own.Max():P1})";
        }

        text.Append($"\nCoverage of 95 % intervals: MCAR {Range("mcar")}, MAR {Range("mar")}. Mean CRPS {cells.Average(c => c.Result.Number("crps")):F4}.\n");
    }
}
