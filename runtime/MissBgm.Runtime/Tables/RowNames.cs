using System.Text.RegularExpressions;

namespace MissBgm.Runtime.Tables;

/// <summary>Tells columns that name the rows from columns that say something about them.</summary>
internal static partial class RowNames
{
    private const int FewLevels = 10;

    // Levels need rows to be learned from, and the more of them the more.
    private const int ManyLevels = 100;
    private const int RowsOfLevel = 5;
    private const int MostLevels = 300;
    private const int WordsOfRemark = 4;

    /// <summary>
    /// Why texts are no levels: names, codes or remarks, with hardly a repetition or of many words each; or too many. Null if they are.
    /// </summary>
    internal static CarriedReason? NoLevels(IReadOnlyList<string> texts)
    {
        var levels = texts.Select(text => text.Trim()).Distinct(StringComparer.Ordinal).Count();
        if (levels <= FewLevels && 2 * levels <= texts.Count) return null;
        if (levels <= FewLevels) return levels == texts.Count && texts.Count > FewLevels / 2 ? CarriedReason.Names : null;
        if (2 * levels > texts.Count || texts.Average(text => (double)text.Split(' ').Length) > WordsOfRemark) return CarriedReason.Names;
        // Schools and towns come back, each of them several times; names do not.
        return levels > MostLevels || (levels > ManyLevels && levels * RowsOfLevel > texts.Count) ? CarriedReason.Crowded : null;
    }

    /// <summary>Whether whole numbers are but the rows' numbers: each once, and one after the other or called an id.</summary>
    internal static bool IsKey(string name, int rows, IReadOnlyList<string> texts)
    {
        if (texts.Count != rows || rows < 5 || !texts.All(NumberText.IsWhole)) return false;
        double[] numbers = [.. texts.Select(text => NumberText.TryParse(text, out var number) ? number : double.NaN)];
        if (numbers.Distinct().Count() != rows) return false;
        var counts = numbers.Max() - numbers.Min() == rows - 1 && Enumerable.Range(1, rows - 1).All(i => numbers[i] == numbers[i - 1] + 1);
        return IdName().IsMatch(name) || (counts && numbers[0] is 0 or 1 && CountName().IsMatch(name));
    }

    [GeneratedRegex(@"^(unnamed: \d+|\*?(.*[ _.-])?(id|key|uuid|guid|rowid|rownames?)|id[ _.-].*|(?-i:.*[a-z]ID))$", RegexOptions.IgnoreCase)]
    private static partial Regex IdName();

    [GeneratedRegex(@"^(index|row|rows|nr\.?|no\.?|number|obs|record|seq|sequence|#|subject|patient|participant)$", RegexOptions.IgnoreCase)]
    private static partial Regex CountName();
}
