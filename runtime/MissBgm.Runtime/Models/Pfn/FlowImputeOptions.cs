using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Models.Pfn;

/// <summary>How to impute a table with the flow.</summary>
public sealed record FlowImputeOptions
{
    /// <summary>What is known of the columns beforehand; the rest is found from the table.</summary>
    public ColumnDeclarations Columns { get; init; } = new();

    /// <summary>Draws of each missing cell.</summary>
    public int Draws { get; init; } = 100;

    /// <summary>Passes over which the draws are spread, each with the features in an order of its own.</summary>
    public int Ensemble { get; init; } = 4;

    /// <summary>Intervals cover 1 - Alpha.</summary>
    public double Alpha { get; init; } = 0.05;

    /// <summary>Most rows that serve as context; from a longer table each pass draws its own.</summary>
    public int MaximumContext { get; init; } = 2048;

    /// <summary>Seed of the draws; equal seeds give equal results.</summary>
    public ulong Seed { get; init; } = 42;

    /// <summary>Chunks of rows computed at once; the results do not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>First data row to impute.</summary>
    public int FirstRow { get; init; }

    /// <summary>Data row after the last to impute; the table's end if null.</summary>
    public int? EndRow { get; init; }

    /// <summary>Takes all draws of the missing cells, as one chain; they are not kept otherwise.</summary>
    public IReadOnlyList<IDrawSink> DrawSinks { get; init; } = [];

    internal void Validate()
    {
        Require(Draws is >= 1 and <= 1_000_000, $"the draws are {Draws}; allowed is 1 to 1000000");
        Require(Ensemble >= 1, $"the ensemble is {Ensemble}; allowed is at least 1");
        Require(Alpha is > 0 and < 1, $"alpha is {Alpha}; allowed is above 0 and below 1");
        Require(MaximumContext >= 2, $"the largest context is {MaximumContext} rows; allowed is at least 2");
        Require(Threads >= 1, $"the threads are {Threads}; allowed is at least 1");

        static void Require(bool holds, string fault)
        {
            if (!holds) throw new UserInputException($"{fault}.");
        }
    }
}
