using System.Globalization;

namespace MissBgm.Runtime.Shards;

/// <summary>
/// Which rows of a table a shard has: <c>3/16</c> is the third of sixteen parts of about equal length that begin at multiples of 512 rows, so
/// that what they give, put together, is what one run gives.
/// </summary>
/// <param name="Number">From 1 to <paramref name="Count"/>.</param>
/// <param name="Count">Shards of the table.</param>
public readonly record struct ShardRows(int Number, int Count)
{
    /// <summary>Rows at whose multiples shards begin: the longest chunk of rows that is computed at once.</summary>
    public const int Block = 512;

    /// <summary>Reads <c>NUMBER/COUNT</c>.</summary>
    /// <exception cref="UserInputException">It is none.</exception>
    public static ShardRows Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split('/');
        if (parts.Length == 2 && Whole(parts[0], out var number) && Whole(parts[1], out var count) && number >= 1 && number <= count)
        {
            return new ShardRows(number, count);
        }

        throw new UserInputException($"--shard is '{text}'; allowed is NUMBER/COUNT, such as 3/16 for the third of sixteen shards, counted from 1.");
    }

    /// <summary>The rows of the shard, the end not included.</summary>
    /// <param name="rows">Rows of the table.</param>
    /// <exception cref="UserInputException">The table is too short for so many shards.</exception>
    public (int First, int End) Of(int rows)
    {
        var blocks = (rows + Block - 1) / Block;
        if (Count > blocks)
        {
            throw new UserInputException(
                $"--shard {Number}/{Count}: the table's {rows} rows are {blocks} {(blocks == 1 ? "block" : "blocks")} of {Block}, and a shard has "
                + $"at least one; {blocks} {(blocks == 1 ? "shard is" : "shards are")} as many as there can be.");
        }

        return (Block * (int)((long)blocks * (Number - 1) / Count), Math.Min(rows, Block * (int)((long)blocks * Number / Count)));
    }

    private static bool Whole(string text, out int value) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
