using MissBgm.Runtime.Tables;

namespace MissBgm.Bench.Studies.League;

/// <summary>The scores that the league's methods have; those that fill in one value throughout, and random observed ones, are no methods of it.</summary>
internal sealed class PublishedScores
{
    private static readonly string[] NoMethods = ["mean", "median", "zero", "random"];
    private readonly Dictionary<(string Table, string Mechanism, string Measure), Dictionary<string, double>> _scores = [];

    /// <summary>Reads the file; a method without a score failed, and of a method's two runs the last counts.</summary>
    public PublishedScores(string path)
    {
        var table = TableReader.Read(path);
        for (var row = 0; row < table.Rows; row++)
        {
            var method = table.Text(row, 4);
            if (NoMethods.Contains(method)) continue;
            var key = (table.Text(row, 0), table.Text(row, 1), table.Text(row, 5));
            if (!_scores.TryGetValue(key, out var scores)) _scores.Add(key, scores = []);
            scores[method] = table.IsMissing(row, 6) ? double.PositiveInfinity : table.Number(row, 6);
        }
    }

    /// <summary>All methods.</summary>
    public IReadOnlyList<string> Methods => [.. _scores.Values.SelectMany(scores => scores.Keys).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Where a score stands among the methods', 1 for the best; ties share the mean of their ranks.</summary>
    public double Rank(LeagueCell cell, string measure, double score)
    {
        var others = _scores[(cell.Table, cell.Mechanism, measure)].Values;
        return 1 + others.Count(other => other < score) + others.Count(other => other == score) / 2.0;
    }

    /// <summary>Where a method stands among all methods.</summary>
    public double Rank(LeagueCell cell, string measure, string method) =>
        Rank(cell, measure, _scores[(cell.Table, cell.Mechanism, measure)].GetValueOrDefault(method, double.PositiveInfinity)) - 0.5;
}
