using System.Net;
using System.Text.RegularExpressions;

namespace MissBgm.Runtime.Tests.Harness;

/// <summary>A number on a report's page.</summary>
/// <param name="Value">Exactly.</param>
/// <param name="Text">As it is shown.</param>
/// <param name="Source">Where it is from.</param>
/// <param name="Column">The column it is of; empty if none.</param>
/// <param name="Row">The row, level or second column; empty if none.</param>
internal sealed record ReportFigure(string Value, string Text, string Source, string Column, string Row);

/// <summary>Reads reports.</summary>
internal static partial class ReportPage
{
    /// <summary>The numbers of a page.</summary>
    internal static IReadOnlyList<ReportFigure> Figures(string page) => [.. Data().Matches(page).Select(match => new ReportFigure(
        Text(match, "value"), Text(match, "text"), Text(match, "source"), Text(match, "column"), Text(match, "row")))];

    private static string Text(Match match, string group) => WebUtility.HtmlDecode(match.Groups[group].Value);

    [GeneratedRegex(
        """<data value="(?<value>[^"]*)" data-source="(?<source>[^"]*)"( data-column="(?<column>[^"]*)")?"""
        + """( data-row="(?<row>[^"]*)")?>(?<text>[^<]*)</data>""",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Data();
}
