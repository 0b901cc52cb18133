using System.Security.Cryptography;
using System.Text;
using MissBgm.Report.Charts;

namespace MissBgm.Report.Pages;

/// <summary>A whole page in one file: nothing is fetched from anywhere, and the page's own policy forbids it.</summary>
internal static class Page
{
    private static readonly Lazy<string> Style = new(() =>
        $"{Resource("page.css")}\n@media screen and (prefers-color-scheme: dark){{{Tone.DarkRules}}}{LightRules}");
    private static readonly Lazy<string> Script = new(() => Resource("page.js"));

    // Charts carry their light colours themselves; legends and other marks of the page have classes alone.
    private static string LightRules => string.Concat(Tone.All.Select(tone => $".legend .f-{tone.Name}{{fill:var(--{tone.Name},{tone.Light})}}"));

    /// <summary>Builds the page.</summary>
    /// <param name="title">Its title.</param>
    /// <param name="lead">What stands at its head.</param>
    /// <param name="sections">Its sections with the names by which its contents list them.</param>
    internal static string Of(string title, Html lead, IReadOnlyList<(string Id, string Title, Html Body)> sections)
    {
        var shown = sections.Where(section => section.Body.Markup.Length > 0).ToArray();
        var page = Html.Of(
            $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src '{Hash(Style.Value)}'; script-src '{Hash(Script.Value)}'; base-uri 'none'; form-action 'none'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>{title}</title>
            <link rel="icon" href="data:,">
            <style>{new Html(Style.Value)}</style>
            </head>
            <body>
            <a class="skip" href="#main">Skip to the content</a>
            <header>{lead}
            <nav aria-label="Contents"><ul>{Html.Each(shown, section => Html.Of($"<li><a href=\"#{section.Id}\">{section.Title}</a></li>"))}</ul></nav></header>
            <main id="main">
            {Html.Each(shown, section => Pieces.Section(section.Id, section.Title, section.Body))}
            </main>
            <script>{new Html(Script.Value)}</script>
            </body>
            </html>

            """);
        return page.Markup;
    }

    private static string Hash(string text) => $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";

    private static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(Page).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
