using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace MissBgm.Report.Pages;

/// <summary>A piece of a page. What is put into one as a text is shown as it is: markup in it does nothing.</summary>
/// <param name="Markup">The piece.</param>
internal readonly record struct Html(string Markup)
{
    /// <summary>Nothing.</summary>
    internal static Html Empty { get; } = new("");

    /// <summary>A piece from a template.</summary>
    internal static Html Of(ref HtmlTemplate template) => new(template.ToString());

    /// <summary>Several pieces, one after the other.</summary>
    internal static Html Join(IEnumerable<Html> pieces) => new(string.Concat(pieces.Select(piece => piece.Markup)));

    /// <summary>A piece for each of several things.</summary>
    internal static Html Each<T>(IEnumerable<T> things, Func<T, Html> piece) => Join(things.Select(piece));
}

/// <summary>A template of a page: what stands in it is markup, what is put into its holes is text, unless it is markup itself.</summary>
[InterpolatedStringHandler]
internal readonly struct HtmlTemplate
{
    private readonly StringBuilder _text;

    public HtmlTemplate(int literalLength, int formattedCount) => _text = new StringBuilder(literalLength + 16 * formattedCount);

    public void AppendLiteral(string literal) => _text.Append(literal);

    public void AppendFormatted(Html piece) => _text.Append(piece.Markup);

    public void AppendFormatted(string? text) => _text.Append(WebUtility.HtmlEncode(text));

    public void AppendFormatted(int number) => _text.Append(number);

    public void AppendFormatted(double number, string format) => _text.Append(number.ToString(format));

    public override string ToString() => _text.ToString();
}
