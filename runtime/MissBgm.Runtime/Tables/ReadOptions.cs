namespace MissBgm.Runtime.Tables;

/// <summary>How a table is to be read where its file does not say.</summary>
public sealed record ReadOptions
{
    /// <summary>The texts that stand for a missing cell.</summary>
    public MissingTokens Missing { get; init; } = MissingTokens.Default;

    /// <summary>
    /// The encoding by its name; null for UTF-16 where it is told by its bytes, UTF-8 where the text is that, and
    /// <see cref="OtherEncoding"/> otherwise.
    /// </summary>
    public string? Encoding { get; init; }

    /// <summary>The encoding of a text that is not UTF-8; null for Windows-1252, which holds Latin-1.</summary>
    public string? OtherEncoding { get; init; }

    /// <summary>The decimal mark of columns that leave it open, a point or a comma; null to go by the rest of the table.</summary>
    public char? Decimal { get; init; }

    /// <summary>How lines begin that are no rows; null for a <c>#</c> before the header.</summary>
    public string? Comment { get; init => field = value is { Length: > 0 } ? value : null; }

    /// <summary>Columns known to be of numbers: <c>nan</c>, <c>?</c> and the like are missing there.</summary>
    public IReadOnlySet<string> NumberColumns { get; init; } = new HashSet<string>();

    /// <summary>A decimal mark by its sign or its name.</summary>
    /// <exception cref="UserInputException">It is neither a point nor a comma.</exception>
    public static char DecimalMark(string text) => text switch
    {
        "." or "point" => '.',
        "," or "comma" => ',',
        _ => throw new UserInputException($"--decimal is '{text}'; allowed are . and , (or point and comma)."),
    };

    /// <summary>What of it was declared.</summary>
    internal DeclaredReading Declared => new() { Encoding = Encoding ?? OtherEncoding, Decimal = Decimal, Comment = Comment };

    /// <summary>The options that read a table as a model's training table was read.</summary>
    /// <param name="reading">What was declared then.</param>
    /// <param name="tokens">The tokens of then.</param>
    /// <param name="columns">The model's columns.</param>
    public static ReadOptions Of(DeclaredReading reading, IEnumerable<string> tokens, IEnumerable<ColumnSchema> columns)
    {
        ArgumentNullException.ThrowIfNull(reading);
        return new ReadOptions
        {
            Missing = new MissingTokens(tokens),
            OtherEncoding = reading.Encoding,
            Decimal = reading.Decimal,
            Comment = reading.Comment,
            NumberColumns = columns.Where(column => !column.IsDiscrete).Select(column => column.Name).ToHashSet(StringComparer.Ordinal),
        };
    }
}

/// <summary>What a user said about how a table is to be read; null where nothing was said.</summary>
public sealed record DeclaredReading
{
    /// <summary>The encoding by its name.</summary>
    public string? Encoding { get; init; }

    /// <summary>The decimal mark of columns that leave it open.</summary>
    public char? Decimal { get; init; }

    /// <summary>How lines begin that are no rows.</summary>
    public string? Comment { get; init; }
}
