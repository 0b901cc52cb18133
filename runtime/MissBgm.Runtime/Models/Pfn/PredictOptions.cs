namespace MissBgm.Runtime.Models.Pfn;

/// <summary>How to predict labels.</summary>
public sealed record PredictOptions
{
    /// <summary>Forward passes that are averaged, each with features and classes in an order of its own.</summary>
    public int Ensemble { get; init; } = 8;

    /// <summary>Most training rows a pass looks at; from a longer table each pass draws its own.</summary>
    public int MaximumContext { get; init; } = 4096;

    /// <summary>Columns that are not used.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    /// <summary>Seed of the orders and draws; equal seeds give equal results.</summary>
    public ulong Seed { get; init; } = 42;

    /// <summary>Passes computed at once; the results do not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    internal void Validate()
    {
        Require(Ensemble is >= 1 and <= 10_000, $"the ensemble is {Ensemble}; allowed is 1 to 10000");
        Require(MaximumContext >= 2, $"the largest context is {MaximumContext} rows; allowed is at least 2");
        Require(Threads >= 1, $"the threads are {Threads}; allowed is at least 1");

        static void Require(bool holds, string fault)
        {
            if (!holds) throw new UserInputException($"{fault}.");
        }
    }
}
