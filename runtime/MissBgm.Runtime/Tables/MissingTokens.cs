namespace MissBgm.Runtime.Tables;

/// <summary>The texts that stand for a missing cell; surrounding blanks do not count.</summary>
public sealed class MissingTokens
{
    private readonly HashSet<string> _tokens;

    /// <summary>The given tokens, and no others.</summary>
    public MissingTokens(IEnumerable<string> tokens) => _tokens = new HashSet<string>(tokens.Select(t => t.Trim()), StringComparer.Ordinal);

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
        return _tokens.Contains(text.Trim());
    }

    /// <inheritdoc />
    public override string ToString() => string.Join(", ", _tokens.Select(t => t.Length == 0 ? "the empty field" : $"'{t}'"));
}
