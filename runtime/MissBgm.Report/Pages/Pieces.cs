using MissBgm.Report.Charts;

namespace MissBgm.Report.Pages;

/// <summary>What sections of pages are made of.</summary>
internal static class Pieces
{
    /// <summary>A section with a heading that the page's list of contents leads to.</summary>
    internal static Html Section(string id, string title, Html body) =>
        Html.Of($"<section id=\"{id}\" aria-labelledby=\"{id}-h\"><h2 id=\"{id}-h\">{title}</h2>{body}</section>\n");

    /// <summary>A table that scrolls sideways where it is too wide.</summary>
    /// <param name="caption">What it shows.</param>
    /// <param name="header">The columns' names; those of numbers end with a #.</param>
    /// <param name="rows">The cells; the first of a row is its name.</param>
    /// <param name="searched">Names by which the page's search finds the rows; null where it does not.</param>
    internal static Html Table(string caption, IReadOnlyList<string> header, IEnumerable<IReadOnlyList<Html>> rows, IReadOnlyList<string>? searched = null)
    {
        Html Class(int i) => new(header[i].EndsWith('#') ? " class=\"number\"" : "");
        Html Name(int line) => searched is null ? Html.Empty : Html.Of($" data-name=\"{searched[line]}\"");
        Html Cells(IReadOnlyList<Html> row) => Html.Join(row.Skip(1).Select((cell, i) => Html.Of($"<td{Class(i + 1)}>{cell}</td>")));
        var lines = rows.Select((row, line) => Html.Of($"<tr{Name(line)}><th scope=\"row\">{row[0]}</th>{Cells(row)}</tr>\n"));
        return Html.Of(
            $"""
            <div class="scroll" role="region" aria-label="{caption}" tabindex="0"><table><caption>{caption}</caption>
            <thead><tr>{Html.Join(header.Select((name, i) => Html.Of($"<th scope=\"col\"{Class(i)}>{name.TrimEnd('#')}</th>")))}</tr></thead>
            <tbody>{Html.Join(lines)}</tbody></table></div>

            """);
    }

    /// <summary>A chart with a caption.</summary>
    internal static Html Picture(Chart chart, string id, Html caption, string? searched = null) => Html.Of(
        $"<figure{(searched is null ? Html.Empty : Html.Of($" data-name=\"{searched}\""))}><figcaption><strong>{chart.Title}</strong> "
        + $"{caption}</figcaption>{new Html(SvgWriter.Inline(chart, id))}</figure>\n");

    /// <summary>Something that is there to look at if one wants to.</summary>
    internal static Html Details(string summary, Html body) => Html.Of($"<details><summary>{summary}</summary>{body}</details>\n");

    /// <summary>Names and values.</summary>
    internal static Html List(IEnumerable<(string Name, Html Value)> entries) =>
        Html.Of($"<dl>{Html.Each(entries, entry => Html.Of($"<div><dt>{entry.Name}</dt><dd>{entry.Value}</dd></div>"))}</dl>\n");

    /// <summary>Sentences that say what was decided; nothing where there are none.</summary>
    internal static Html Notes(IReadOnlyList<string> notes, int most = 12)
    {
        if (notes.Count == 0) return Html.Empty;
        var more = notes.Count > most ? Html.Of($"<li>and {notes.Count - most} more</li>") : Html.Empty;
        return Html.Of($"<ul class=\"notes\">{Html.Each(notes.Take(most), note => Html.Of($"<li>{note}</li>"))}{more}</ul>\n");
    }

    /// <summary>A text as a piece.</summary>
    internal static Html Text(string text) => Html.Of($"{text}");

    /// <summary>What colours stand for.</summary>
    internal static Html Legend(params ReadOnlySpan<(string Tone, string Meaning)> entries)
    {
        var pieces = new List<Html>();
        foreach (var (tone, meaning) in entries)
        {
            pieces.Add(
                Html.Of(
                    $"<li><svg viewBox=\"0 0 12 12\" aria-hidden=\"true\"><rect width=\"12\" height=\"12\" rx=\"3\" "
                    + $"class=\"f-{tone}\"/></svg>{meaning}</li>"));
        }
        return Html.Of($"<ul class=\"legend\">{Html.Join(pieces)}</ul>\n");
    }
}
