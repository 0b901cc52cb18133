namespace MissBgm.Bench.Results;

/// <summary>A method run on a dataset with a seed.</summary>
/// <param name="Dataset">The dataset's name.</param>
/// <param name="Method">The method's name.</param>
/// <param name="Seed">The method's seed; the data's is always the paper's.</param>
/// <param name="Scores">Measures by name.</param>
/// <param name="Seconds">Processor time of the imputation.</param>
/// <param name="Commit">The code that ran.</param>
/// <param name="Machine">Where it ran.</param>
public sealed record Run(string Dataset, string Method, int Seed, IReadOnlyDictionary<string, double> Scores, double Seconds, string Commit, string Machine)
{
    /// <summary>A measure; null where the run has none of it.</summary>
    public double? this[Metric metric] => metric == Metric.Seconds ? Seconds : Scores.TryGetValue(metric.Name, out var score) ? score : null;
}
