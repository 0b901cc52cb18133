using System.Globalization;

namespace MissBgm.Runtime.Files;

/// <summary>
/// How much a packed table may unpack to: what is made to unpack without end is refused before it fills the memory.
/// <c>MISSBGM_UNPACKED_MB</c> sets another limit, 0 lifts it.
/// </summary>
internal static class UnpackedLimit
{
    /// <summary>The variable of the environment that sets the limit, in megabytes.</summary>
    internal const string Variable = "MISSBGM_UNPACKED_MB";

    // What unpacks to less is no harm; tables pack to a third or a thirtieth, those of few values to a hundredth.
    private const long Harmless = 64L << 20;
    private const long LargestRatio = 100;
    private const long Most = 512L << 20;

    // Digits and a separator.
    private const long BytesOfCell = 4;

    /// <summary>The limit for a number of packed bytes.</summary>
    /// <exception cref="UserInputException">The variable holds no number of megabytes.</exception>
    internal static long Of(long packed) => Declared() ?? Math.Clamp(LargestRatio * packed, Harmless, Most);

    /// <summary>What is said of a packed file that goes beyond it.</summary>
    internal static UserInputException Exceeded(string name, long packed) => new(
        $"{name} unpacks from {FileSize.Text(packed)} to more than {FileSize.Text(Of(packed))}, which hardly any table does; if it is one, unpack it and "
        + $"give that file, or raise the limit ({Variable}=4096, in megabytes).");

    /// <summary>Refuses a table of far more cells than its file has room for.</summary>
    /// <exception cref="UserInputException">As text the cells would be longer than the limit.</exception>
    internal static void RequireCells(string source, long rows, long columns, long packed)
    {
        if (rows <= Of(packed) / BytesOfCell / Math.Max(1, columns)) return;
        throw new UserInputException(
            $"{source} holds {rows} rows of {columns} {(columns == 1 ? "column" : "columns")} in {FileSize.Text(packed)}, which hardly any table does; if it "
            + $"is one, raise the limit ({Variable}=4096, in megabytes of text).");
    }

    private static long? Declared()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } text) return null;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var megabytes))
        {
            throw new UserInputException($"the environment's {Variable} is '{text}'; allowed is a whole number of megabytes, and 0 for no limit.");
        }

        return megabytes == 0 ? long.MaxValue : (long)megabytes << 20;
    }
}
