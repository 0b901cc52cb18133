using System.Text;
using System.Text.Json;
using MissBgm.Bench.Studies.Bounds;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Tensors;

namespace MissBgm.Bench.Studies.League;

/// <summary>
/// What each part of the columns' modelling gains or loses: the league's tables under MCAR, which are numbers alone, and real tables with
/// discrete columns, a quarter of their cells hidden at random, with parts left out.
/// </summary>
internal static class AblationStudy
{
    private const string Defaults = "defaults";
    private static readonly (string Name, string? Configuration)[] OfNumbers =
    [
        (Defaults, null), ("scale kept, atoms and bounds", "collapsed: {marginals: support}"), ("no maps", "collapsed: {marginals: none}"),
        ("no mixtures", "collapsed: {generator: linear}"), ("no maps, no mixtures", "collapsed: {marginals: none, generator: linear}"),
        ("parameters at their estimates", "collapsed: {proper: false}"),
    ];

    private static readonly (string Name, string? Configuration)[] OfLevels =
    [
        (Defaults, null), ("no trees", "collapsed: {levels: normal}"), ("no trees, no intervals", "collapsed: {levels: scores}"),
        ("no trees, no mixtures", "collapsed: {levels: normal, generator: linear}"),
        ("no trees, no intervals, no mixtures", "collapsed: {levels: scores, generator: linear}"),
        ("no trees, no intervals, no maps", "collapsed: {levels: scores, marginals: none}"),
    ];

    private static readonly string[] TablesOfLevels = ["german_credit", "pima", "breast_wisconsin_original"];

    private static readonly string[] Columns =
    [
        "table", "variant", "mean_rmse", "draw_energy_std", "crps", "coverage", "place_coverage", "level_loss", "share_distance", "fit_seconds",
    ];

    public static Study Create() => new(
        "ablation", "Parts of the columns' modelling left out", Columns,
        [
            .. from cell in LeagueCell.All.Where(cell => cell.Mechanism == "mcar")
                from variant in OfNumbers
                select new StudyCase($"{cell.Table}; {variant.Name}", () => Numbers(cell, variant)),
            .. from table in BoundsTable.All.Where(table => TablesOfLevels.Contains(table.Name))
                from variant in OfLevels
                select new StudyCase($"{table.Name}; {variant.Name}", () => Levels(table, variant)),
        ],
        Summarise);

    private static IReadOnlyList<string> Numbers(LeagueCell cell, (string Name, string? Configuration) variant)
    {
        var (complete, hidden) = (LeagueCell.Read(cell.CompletePath), LeagueCell.Hidden(cell.MaskedPath));
        var (scorer, run) = (new CompletedScorer(complete, hidden), UserRun.Of(cell.MaskedPath, variant.Configuration));
        var draws = DrawScores.Of(run.Draws, [.. hidden.Select(i => complete.Values[i])], [.. hidden.Select(i => scorer.Scales[i % complete.Columns])]);
        var rmse = Math.Sqrt(hidden.Average(i => Math.Pow((run.Mean.Values[i] - complete.Values[i]) / scorer.Scales[i % complete.Columns], 2)));
        double[] values =
        [
            rmse, CompletedScores.Average([.. run.Imputations.Select(scorer.Score)]).StandardisedEnergy, draws.Crps, draws.Coverage,
            draws.PlaceCoverage, double.NaN, double.NaN, run.FitSeconds,
        ];
        return [cell.Table, variant.Name, .. values.Select(value => value.ToString("G5"))];
    }

    // Of levels: minus the log of the share of the draws that are the hidden level, one more draw being spread evenly, and the total
    // variation distance between hidden levels' shares and those of their draws.
    private static IReadOnlyList<string> Levels(BoundsTable source, (string Name, string? Configuration) variant)
    {
        var folder = Directory.CreateTempSubdirectory("missbgm-bench-");
        try
        {
            string In(string name) => Path.Combine(folder.FullName, name);
            var (data, truth) = (source.Write(folder.FullName), TableReader.Read(source.Path));
            File.WriteAllText(In("fit.yaml"), variant.Configuration ?? "");
            string[] configuration = variant.Configuration is null ? [] : ["--config", In("fit.yaml")];
            var seconds = Programs.Run("missbgm-train", ["fit", "--data", data, "--out", In("model"), "--quiet", .. configuration]);
            Programs.Run("missbgm", "impute", "--model", In("model"), "--data", data, "--out", In("mean.csv"), "--draws-out", In("draws.npy"), "--quiet");
            var table = TableReader.Read(data);
            using var manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(In("model"), Runtime.Bundles.Manifest.FileName)));
            var levels = manifest.RootElement.GetProperty("columns").EnumerateArray()
                .Select(column => column.TryGetProperty("levels", out var texts) ? texts.EnumerateArray().Select(text => text.GetString()!).ToArray() : null)
                .ToArray();
            var (shape, values) = NpyFile.Read<float>(In("draws.npy"));
            var each = shape[1] * shape[2];
            var hidden = Enumerable.Range(0, table.Rows * table.Columns)
                .Where(cell => table.IsMissing(cell / table.Columns, cell % table.Columns))
                .Select((cell, i) => (Row: cell / table.Columns, Column: cell % table.Columns, Draws: values.AsMemory(i * each, each)))
                .Where(cell => levels[cell.Column] is not null)
                .Select(cell => (cell.Column, Truth: Array.IndexOf(levels[cell.Column]!, truth.Text(cell.Row, cell.Column)), cell.Draws))
                .Where(cell => cell.Truth >= 0)
                .ToArray();
            double Share(ReadOnlyMemory<float> draws, int level) => draws.ToArray().Count(draw => (int)draw == level) / (double)each;
            var loss = hidden.Average(cell => -Math.Log((Share(cell.Draws, cell.Truth) * each + 1.0 / levels[cell.Column]!.Length) / (each + 1)));
            var distance = hidden.GroupBy(cell => cell.Column).Average(column => 0.5 * Enumerable.Range(0, levels[column.Key]!.Length).Sum(level =>
                Math.Abs(column.Average(cell => Share(cell.Draws, level)) - column.Average(cell => cell.Truth == level ? 1.0 : 0.0))));
            double[] numbers = [double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, loss, distance, seconds];
            return [source.Name, variant.Name, .. numbers.Select(value => value.ToString("G5"))];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Summarise(IReadOnlyList<StudyResult> results)
    {
        var text = new StringBuilder(
            "The league's tables under MCAR (numbers alone) and, of `../shared/data/real/complete`, tables with discrete columns, a quarter of "
            + "the cells of at most 500 rows hidden. RMSE of means, in the columns' standard deviations; standardised energy of a draw; CRPS; "
            + "coverage, and share of the truth's places among the middle 95 % of the draws; of levels, minus the log of the share of the draws "
            + "that are right, and the distance between hidden and drawn shares. Offsets and limits have no switch.\n\n");
        foreach (var variants in new[] { OfNumbers, OfLevels })
        {
            var names = variants.Select(variant => variant.Name).ToArray();
            var whole = results.GroupBy(result => result["table"]).Where(table => names.All(name => table.Any(result => result["variant"] == name)))
                .Select(table => table.ToDictionary(result => result["variant"])).ToArray();
            string[] measures = variants == OfNumbers
                ? ["mean_rmse", "draw_energy_std", "crps", "coverage", "place_coverage"]
                : ["level_loss", "share_distance"];
            text.Append($"Means over {whole.Length} tables; in brackets, on how many of them the variant is better than the defaults.\n\n");
            text.Append($"| variant | {string.Join(" | ", measures)} | fit: s |\n| --- |{string.Concat(measures.Select(_ => " --- |"))} --- |\n");
            foreach (var name in names)
            {
                string Cell(string measure) => measure.Contains("coverage", StringComparison.Ordinal)
                    ? $"{whole.Average(table => table[name].Number(measure)):P1}"
                    : $"{whole.Average(table => table[name].Number(measure)):F4} "
                        + $"({whole.Count(table => table[name].Number(measure) < table[Defaults].Number(measure))})";
                if (whole.Length == 0) continue;
                text.Append($"| {name} | {string.Join(" | ", measures.Select(Cell))} | {whole.Average(t => t[name].Number("fit_seconds")):F1} |\n");
            }

            text.Append('\n');
        }

        text.Append("| table | variant | RMSE | energy | CRPS | coverage | places | level loss | share distance |\n");
        text.Append("| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
        foreach (var result in results)
        {
            text.Append($"| {string.Join(" | ", Columns.SkipLast(1).Select(column => result[column] is "NaN" ? "" : result[column]))} |\n");
        }

        return text.ToString();
    }
}
