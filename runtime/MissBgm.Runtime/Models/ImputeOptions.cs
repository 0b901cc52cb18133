using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Models;

/// <summary>
/// A column whose cells were not lost but are still to come: they lack for no reason of their own, so what is measured on hidden ones holds for them.
/// </summary>
/// <param name="Name">The column.</param>
/// <param name="ContextRows">The first rows, which have it and alone serve as context.</param>
internal sealed record ForetoldColumn(string Name, int ContextRows);

/// <summary>How to impute a table, whatever the model; an option that the model has no use for is refused.</summary>
public sealed record ImputeOptions
{
    private const int MostThreads = 1024;

    /// <summary>Refinement and sampling; the model's own if null. A PFN-Flow model has draws and alpha alone.</summary>
    public InferenceSettings? Inference { get; init; }

    /// <summary>Seed of the draws; equal seeds give equal results.</summary>
    public ulong Seed { get; init; } = 42;

    /// <summary>Give the mode of each missing value only, without sampling.</summary>
    public bool MapOnly { get; init; }

    /// <summary>Chunks of rows computed at once; the results do not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>First data row to impute.</summary>
    public int FirstRow { get; init; }

    /// <summary>Data row after the last to impute; the table's end if null.</summary>
    public int? EndRow { get; init; }

    /// <summary>Takes all draws as they are made; they are not kept otherwise.</summary>
    public IReadOnlyList<IDrawSink> DrawSinks { get; init; } = [];

    /// <summary>Index of the table's first row in the table it is a part of: it keys the row's random numbers.</summary>
    public int RowOffset { get; init; }

    /// <summary>Cells that must stay empty; as the model has them if null.</summary>
    public IReadOnlyList<KeepEmptyRule>? KeepEmpty { get; init; }

    /// <summary>PFN-Flow: what is known of the columns beforehand; the rest is found from the table. Of other models the bundle knows the columns.</summary>
    public ColumnDeclarations? Columns { get; init; }

    /// <summary>PFN-Flow: passes over which the draws are spread, each with the features in an order of its own; 4 if null.</summary>
    public int? Ensemble { get; init; }

    /// <summary>PFN-Flow: most rows that serve as context; from a longer table each pass draws its own; 2048 if null.</summary>
    public int? MaximumContext { get; init; }

    /// <summary>PFN-Flow: a column that is foretold rather than imputed; null for none.</summary>
    internal ForetoldColumn? Foretold { get; init; }

    /// <summary>
    /// What is added to the correlation between noise and selection of each modelled column, [p], with a bundle of a mechanism but the paper's; null to
    /// impute as fitted. The means and variances of observed cells stay as fitted.
    /// </summary>
    internal float[]? CorrelationChange { get; init; }

    /// <summary>The rows to impute, checked against the table.</summary>
    /// <exception cref="UserInputException">They are no part of the table, or there are no threads.</exception>
    internal (int First, int End) Range(Table table)
    {
        if (Threads is < 1 or > MostThreads)
        {
            throw new UserInputException(
                $"Threads is {Threads}; allowed is 1 to {MostThreads}, and more than the machine's {Environment.ProcessorCount} "
                + "processors is of no use.");
        }
        return Range(table.Source, FirstRow, EndRow, table.Rows);
    }

    /// <summary>Rows of a table, checked.</summary>
    /// <param name="source">What messages call the table.</param>
    /// <param name="first">The first.</param>
    /// <param name="end">The one after the last; the table's end if null.</param>
    /// <param name="rows">Rows of the table.</param>
    /// <exception cref="UserInputException">They are no part of it.</exception>
    internal static (int First, int End) Range(string source, int first, int? end, int rows)
    {
        var last = end ?? rows;
        return first >= 0 && first < last && last <= rows
            ? (first, last)
            : throw new UserInputException(
                $"{source}: rows {first}:{last} are not a part of its {rows} rows; give first:end, 0-based, the end not included.");
    }

    /// <summary>Refuses the options of which a model has no use.</summary>
    /// <param name="model">What messages call the model, and why it has no use for them.</param>
    /// <param name="options">Their names, and whether they were given.</param>
    /// <exception cref="UserInputException">Some were.</exception>
    internal static void Refuse(string model, params ReadOnlySpan<(string Name, bool Given)> options)
    {
        var given = new List<string>();
        foreach (var (name, isGiven) in options)
        {
            if (isGiven) given.Add(name);
        }

        if (given.Count > 0) throw new UserInputException($"{string.Join(", ", given)}: {model}; leave {(given.Count == 1 ? "it" : "them")} out.");
    }
}
