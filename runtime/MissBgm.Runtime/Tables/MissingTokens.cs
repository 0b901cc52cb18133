using MissBgm.Runtime.Files;

namespace MissBgm.Runtime.Tables;

/// <summary>
/// The texts that stand for a missing cell; surrounding blanks do not count, and a number stands for all ways of writing it (-999 and
/// -999.00).
/// </summary>
public sealed class MissingTokens
{
    private readonly HashSet<string> _tokens;
    private readonly HashSet<double> _numbers;
    private readonly int _longest;

    /// <summary>The given tokens, and no others.</summary>
    public MissingTokens(IEnumerable<string> tokens)
    {
        _tokens = new HashSet<string>(tokens.Select(t => t.Trim()), StringComparer.Ordinal);
        _numbers = [.. _tokens.Where(token => NumberText.TryParse(token, out _)).Select(double.Parse)];
        _longest = _tokens.Select(token => TextEncoding.Utf8.GetByteCount(token)).DefaultIfEmpty().Max();
    }

    /// <summary>The empty field, <c>NA</c> and <c>NaN</c>.</summary>
    public static MissingTokens Default { get; } = new(["", "NA", "NaN"]);

    /// <summary>The tokens of a list separated by commas, and the empty field.</summary>
    public static MissingTokens Parse(string list)
    {
        ArgumentNullException.ThrowIfNull(list);
        return new MissingTokens(list.Split(',').Append(""));
    }

    /// <summary>The tokens.</summary>
    public IReadOnlyCollection<string> Values => _tokens;

    /// <summary>Whether a field's text stands for a missing cell.</summary>
    public bool Contains(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (_tokens.Contains(text.Trim())) return true;
        return _numbers.Count > 0 && NumberText.TryParse(text.Replace(',', '.'), out var number) && _numbers.Contains(number);
    }

    /// <summary>Whether a field, as it stands in a file of UTF-8, holds what stands for a missing cell.</summary>
    internal bool ContainsField(ReadOnlySpan<byte> field)
    {
        // Most fields are longer than all tokens, and of those that are not a blank or a quotation mark may make up the difference.
        if (_numbers.Count == 0 && field.Length > _longest && !field.ContainsAnyExceptInRange((byte)'!', (byte)'~') && field[0] != '"') return false;
        return Contains(TableFormat.Unquote(TextEncoding.Utf8.GetString(field)));
    }

    /// <inheritdoc />
    public override string ToString() => string.Join(", ", _tokens.Select(t => t.Length == 0 ? "the empty field" : $"'{t}'"));
}
