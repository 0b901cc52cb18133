namespace MissBgm.Runtime.Tables;

/// <summary>
/// Finds the number of a level from a cell's text: the same text but for surrounding blanks, or else the same number (1 and 1.0).
/// </summary>
internal sealed class LevelNumbers
{
    private readonly Dictionary<string, int> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<double, int> _numbers = [];

    internal LevelNumbers(IReadOnlyList<string> levels)
    {
        for (var i = 0; i < levels.Count; i++)
        {
            _texts.TryAdd(levels[i].Trim(), i);
            if (NumberText.TryParse(levels[i], out var number)) _numbers.TryAdd(number, i);
        }
    }

    /// <summary>The level's number from 0, or -1 when there is no such level.</summary>
    internal int Find(string text) =>
        _texts.TryGetValue(text.Trim(), out var level) || (NumberText.TryParse(text, out var number) && _numbers.TryGetValue(number, out level)) ? level : -1;

    /// <summary>
    /// The levels of a column in order of number if all are numbers, else of text; texts of the same number are one level.
    /// </summary>
    internal static string[] Collect(IEnumerable<string> texts)
    {
        var distinct = texts.Select(text => text.Trim()).Distinct(StringComparer.Ordinal).ToArray();
        return Array.TrueForAll(distinct, text => NumberText.TryParse(text, out _))
            ? [.. distinct.GroupBy(Number).OrderBy(group => group.Key).Select(group => group.First())]
            : [.. distinct.Order(StringComparer.Ordinal)];
    }

    private static double Number(string text) => NumberText.TryParse(text, out var number) ? number : double.NaN;
}
