using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Simulation;

namespace MissBgm.Bench.Studies.League;

/// <summary>A table of the league under one of its masks.</summary>
/// <param name="Table">The table's name.</param>
/// <param name="Mechanism">mcar or mar.</param>
internal sealed record LeagueCell(string Table, string Mechanism)
{
    private static readonly string Folder = Repository.Path("..", "shared", "data", "league");

    /// <summary>All cells there are; none where the league's folder is not beside the repository.</summary>
    public static IReadOnlyList<LeagueCell> All { get; } = Directory.Exists(Folder)
        ?
        [
            .. from path in Directory.EnumerateFiles(Folder, "*_complete.csv").Order(StringComparer.Ordinal)
                from mechanism in new[] { "mcar", "mar" }
                select new LeagueCell(Path.GetFileName(path).Replace("_complete.csv", "", StringComparison.Ordinal), mechanism),
        ]
        : [];

    /// <summary>The published scores.</summary>
    public static string ScoresPath { get; } = Path.Combine(Folder, "scores_71_methods.csv");

    /// <summary>Its name in the results.</summary>
    public string Name => $"{Table}; {Mechanism}";

    /// <summary>The table with its hidden cells empty.</summary>
    public string MaskedPath => Path.Combine(Folder, $"{Table}_{Mechanism}30_rep1_masked.csv");

    /// <summary>The table with all of its cells.</summary>
    public string CompletePath => Path.Combine(Folder, $"{Table}_complete.csv");

    /// <summary>A table of numbers without an empty cell.</summary>
    public static Matrix<double> Read(string path)
    {
        var table = TableReader.Read(path);
        var values = new Matrix<double>(table.Rows, table.Columns);
        for (var cell = 0; cell < values.Values.Length; cell++) values.Values[cell] = table.Number(cell / table.Columns, cell % table.Columns);
        return values;
    }

    /// <summary>The hidden cells in row-major order.</summary>
    public static int[] Hidden(string path)
    {
        var table = TableReader.Read(path);
        return [.. Enumerable.Range(0, table.Rows * table.Columns).Where(cell => table.IsMissing(cell / table.Columns, cell % table.Columns))];
    }
}
