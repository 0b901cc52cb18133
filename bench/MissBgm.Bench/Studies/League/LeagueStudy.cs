using System.Text;

namespace MissBgm.Bench.Studies.League;

/// <summary>Where the defaults stand in a public league of imputation methods: the mean of the draws as one entry, a single draw as another.</summary>
internal static class LeagueStudy
{
    private const int ShownMethods = 5;
    private static readonly string[] Columns =
    [
        "table", "mechanism", "chosen", .. CompletedScores.Names.Select(name => $"mean_{name}"),
        .. CompletedScores.Names.Select(name => $"draw_{name}"), "crps", "coverage", "place_coverage", "smooth_cells", "smooth_coverage",
        "worst_share", "uniformity", "fit_seconds", "impute_seconds",
    ];

    public static Study Create() => new(
        "league", "A public league of 71 imputation methods", Columns,
        [.. LeagueCell.All.Select(cell => new StudyCase(cell.Name, () => Measure(cell)))], Summarise);

    private static IReadOnlyList<string> Measure(LeagueCell cell)
    {
        var (complete, hidden) = (LeagueCell.Read(cell.CompletePath), LeagueCell.Hidden(cell.MaskedPath));
        var scorer = new CompletedScorer(complete, hidden);
        var run = UserRun.Of(cell.MaskedPath);
        DrawScores Score(int[] cells) => DrawScores.Of(
            [.. cells.Select(c => run.Draws[c])], [.. cells.Select(c => complete.Values[hidden[c]])],
            [.. cells.Select(c => scorer.Scales[hidden[c] % complete.Columns])]);
        int[] all = [.. Enumerable.Range(0, hidden.Length)];
        var smooth = Array.FindAll(all, c => !run.HasAtoms[hidden[c] % complete.Columns]);
        var draws = Score(all);
        double[] values =
        [
            .. scorer.Score(run.Mean).Values, .. CompletedScores.Average([.. run.Imputations.Select(scorer.Score)]).Values, draws.Crps,
            draws.Coverage, draws.PlaceCoverage, smooth.Length, smooth.Length == 0 ? double.NaN : Score(smooth).Coverage, scorer.WorstShare(run.Mean),
            draws.Uniformity, run.FitSeconds, run.ImputeSeconds,
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
            "\nRanks in brackets. CRPS in standard deviations; coverage of 95 % intervals, in columns without atoms (values that hold more "
            + "than their share), and share of the truth's places among the draws that are of the middle 95 %, at random where draws tie; "
            + "uniformity: largest distance of the places from uniform; worst: share of the mean's squared error, in the columns' standard "
            + "deviations, that one cell in a hundred carries (normal errors: 8 %).\n\n");
        text.Append(
            "| table | mask | chosen | mean: RMSE | mean: MAE | mean: energy, std. | draw: RMSE | draw: energy, std. | draw: "
            + "energy | CRPS | coverage | smooth columns | places | worst | uniformity | fit, impute: s |\n");
        text.Append("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
        foreach (var (result, cell) in cells)
        {
            string Ranked(string entry, string measure) =>
                $"{result.Number($"{entry}_{measure}"):G4} ({published.Rank(cell, measure, result.Number($"{entry}_{measure}")):0.#})";
            text.Append(
                $"| {cell.Table} | {cell.Mechanism} | {result["chosen"]} | {Ranked("mean", "rmse")} | {Ranked("mean", "mae")} | "
                + $"{Ranked("mean", "energy_std")} | {Ranked("draw", "rmse")} | {Ranked("draw", "energy_std")} | "
                + $"{Ranked("draw", "energy")} ");
            text.Append(
                $"| {result.Number("crps"):F4} | {result.Number("coverage"):F3} | {Smooth(result)} | "
                + $"{result.Number("place_coverage"):F3} | {result.Number("worst_share"):P1} | {result.Number("uniformity"):F3} | "
                + $"{result.Number("fit_seconds"):F1}, {result.Number("impute_seconds"):F1} |\n");
        }

        return text.ToString();
    }

    private static string Smooth(StudyResult result) => result.Number("smooth_cells") == 0 ? "" : $"{result.Number("smooth_coverage"):F3}";

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

        double Pooled(string mechanism, string share, Func<StudyResult, double> weight) =>
            cells.Where(c => c.Cell.Mechanism == mechanism && weight(c.Result) > 0) is var own && own.Any()
            ? own.Sum(c => weight(c.Result) * c.Result.Number(share)) / own.Sum(c => weight(c.Result))
            : double.NaN;
        string Smooth(string mechanism) => $"{Pooled(mechanism, "smooth_coverage", result => result.Number("smooth_cells")):P1}";
        string Places(string mechanism) => $"{Pooled(mechanism, "place_coverage", _ => 1):P1}";
        text.Append(
            $"\nIn columns without atoms: MCAR {Smooth("mcar")}, MAR {Smooth("mar")} of the cells. Places among the middle 95 % of the draws: MCAR "
            + $"{Places("mcar")}, MAR {Places("mar")}.\n");
        text.Append($"\nCoverage of 95 % intervals: MCAR {Range("mcar")}, MAR {Range("mar")}. Mean CRPS {cells.Average(c => c.Result.Number("crps")):F4}.\n");
    }
}
