using System.Text.Json;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Simulation;
using MissBgm.Trainer.Tensors;

namespace MissBgm.Bench.Studies.League;

/// <summary>A table fitted and imputed with the two programs and their defaults, as a user has it.</summary>
/// <param name="Mechanism">The mechanism that was chosen.</param>
/// <param name="FitSeconds">Processor time of <c>missbgm-train fit</c>.</param>
/// <param name="ImputeSeconds">Processor time of <c>missbgm impute</c>.</param>
/// <param name="Mean">The completed table.</param>
/// <param name="Imputations">Single draws of it.</param>
/// <param name="Draws">All draws of each missing cell in row-major order, in the table's units.</param>
/// <param name="HasAtoms">Whether columns have values that hold more than their share.</param>
internal sealed record UserRun(
    string Mechanism, double FitSeconds, double ImputeSeconds, Matrix<double> Mean, Matrix<double>[] Imputations, double[][] Draws, bool[] HasAtoms)
{
    private const int Multiple = 5;

    /// <summary>Fits and imputes.</summary>
    /// <param name="data">The incomplete table of numbers.</param>
    /// <param name="configuration">A configuration other than the defaults, YAML; null for these.</param>
    public static UserRun Of(string data, string? configuration = null)
    {
        var folder = Directory.CreateTempSubdirectory("missbgm-bench-");
        try
        {
            string In(string name) => Path.Combine(folder.FullName, name);
            File.WriteAllText(In("fit.yaml"), configuration ?? "");
            var fit = Programs.Run(
                "missbgm-train",
                ["fit", "--data", data, "--out", In("model"), "--quiet", .. configuration is null ? [] : new[] { "--config", In("fit.yaml") }]);
            var impute = Programs.Run(
                "missbgm", "impute", "--model", In("model"), "--data", data, "--out", In("mean.csv"), "--draws-out", In("draws.npy"),
                "--multiple", $"{Multiple}", "--multiple-dir", In("draws"), "--quiet");
            using var manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(In("model"), Runtime.Bundles.Manifest.FileName)));
            var imputations = Enumerable.Range(1, Multiple).Select(m => LeagueCell.Read(Path.Combine(In("draws"), $"imputation_{m}.csv"))).ToArray();
            return new UserRun(
                manifest.RootElement.GetProperty("mechanism").GetString()!, fit, impute, LeagueCell.Read(In("mean.csv")), imputations,
                ReadDraws(In("draws.npy"), data, manifest.RootElement),
                [.. manifest.RootElement.GetProperty("columns").EnumerateArray().Select(HasAtom)]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static bool HasAtom(JsonElement column) =>
        column.TryGetProperty("levels", out _) || (column.TryGetProperty("marginal", out var map) && map.GetProperty("atoms").GetArrayLength() > 0);

    // Levels come by number: back to the numbers that are their texts.
    private static double[][] ReadDraws(string path, string data, JsonElement manifest)
    {
        var (shape, values) = NpyFile.Read<float>(path);
        var each = shape[1] * shape[2];
        var table = TableReader.Read(data);
        var levels = manifest.GetProperty("columns").EnumerateArray()
            .Select(column => column.TryGetProperty("levels", out var texts) ? Numbers(texts) : null)
            .ToArray();
        var columns = Enumerable.Range(0, table.Rows * table.Columns)
            .Where(cell => table.IsMissing(cell / table.Columns, cell % table.Columns))
            .Select(cell => cell % table.Columns)
            .ToArray();
        return
        [
            .. columns.Select((column, i) =>
                values.AsSpan(i * each, each).ToArray().Select(draw => levels[column] is { } of ? of[(int)draw] : draw).ToArray()),
        ];

        static double[] Numbers(JsonElement texts) => [.. texts.EnumerateArray().Select(text => double.Parse(text.GetString()!))];
    }
}
