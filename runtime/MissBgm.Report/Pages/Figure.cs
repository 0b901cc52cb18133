namespace MissBgm.Report.Pages;

/// <summary>
/// Numbers on a page: each carries its exact value, and where it is from, so that whoever doubts it can look it up and a test can parse it back.
/// </summary>
internal static class Figure
{
    /// <summary>A number.</summary>
    /// <param name="value">Its exact value; shown as a dash if it is not a number.</param>
    /// <param name="source">Where it is from: a file or the run, a colon, and what of it.</param>
    /// <param name="format">How it is shown.</param>
    /// <param name="column">The table's column that it is of.</param>
    /// <param name="row">The data row, or a second column.</param>
    internal static Html Of(double value, string source, string format = "G4", string? column = null, string? row = null) =>
        double.IsNaN(value) ? Dash : Exact(value.ToString("R"), source, value.ToString(format), column, row);

    /// <summary>A count.</summary>
    internal static Html Count(long value, string source, string? column = null, string? row = null) =>
        Exact(value.ToString(), source, value.ToString("#,0"), column, row);

    /// <summary>A share, in percent.</summary>
    internal static Html Share(double value, string source, string? column = null, string? row = null) => Of(value, source, "0.0 %", column, row);

    /// <summary>A field of a file, as it stands there.</summary>
    internal static Html Exact(string value, string source, string shown, string? column = null, string? row = null)
    {
        if (value.Length == 0) return Dash;
        var (of, at) = (column is null ? Html.Empty : Html.Of($" data-column=\"{column}\""), row is null ? Html.Empty : Html.Of($" data-row=\"{row}\""));
        return Html.Of($"<data value=\"{value}\" data-source=\"{source}\"{of}{at}>{shown}</data>");
    }

    private static Html Dash { get; } = new("<span class=\"none\">–</span>");
}
