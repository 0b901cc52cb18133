using MissBgm.Trainer.Collapsed.Factors;

namespace MissBgm.Trainer.Collapsed.Mixtures;

/// <summary>
/// The conditionals of a mixture's components for every pattern of missing cells: made when a row first asks, and kept where another
/// row will ask again.
/// </summary>
/// <param name="components">The mixture.</param>
/// <param name="patterns">The table's patterns.</param>
internal sealed class PatternConditionals(GaussianComponent[] components, MissingPatterns patterns)
{
    // 64 MB in all; those beyond are made anew for each row.
    private const long MostDoubles = 8L << 20;

    // What .NET adds to an object and its arrays.
    private const long Overhead = 24;

    private readonly PatternConditional?[] _kept = new PatternConditional?[patterns.Count * components.Length];
    private long _doubles;

    /// <summary>A component's conditional for a row. Threads that ask at once may both make it: it is the same.</summary>
    public PatternConditional Of(int row, int component)
    {
        var pattern = patterns.Of(row);
        ref var kept = ref _kept[pattern * components.Length + component];
        if (Volatile.Read(ref kept) is { } known) return known;
        var made = new PatternConditional(components[component], patterns.Missing(pattern));
        if (patterns.Rows(pattern) == 1) return made;
        if (Interlocked.Add(ref _doubles, Doubles(made.Missing.Length, components[component].Stride)) <= MostDoubles) Volatile.Write(ref kept, made);
        return made;
    }

    // Two matrices of m x m and one of m rows of the table's width, for m missing cells.
    private static long Doubles(int missing, int stride) => missing * (2L * missing + stride) + Overhead;
}
