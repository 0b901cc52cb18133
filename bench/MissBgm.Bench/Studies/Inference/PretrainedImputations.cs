using MissBgm.Runtime.Imputation;

namespace MissBgm.Bench.Studies.Inference;

/// <summary>A pretrained PFN-Flow network of <c>models/</c>: predictive draws, nothing fitted.</summary>
/// <param name="name">The folder there, and its name in the results.</param>
/// <param name="imputations">m.</param>
internal sealed class PretrainedImputations(string name, int imputations) : IMultipleImputer
{
    public string Name => name;

    public IReadOnlyList<IReadOnlyList<double[]>> Impute(IReadOnlyList<double[]> tables, IReadOnlyList<string> columns, int seed)
    {
        using var imputer = Imputer.Load(Repository.Path("models", name));
        return
        [
            .. tables.Select((values, i) =>
                CompletedCopies.Of(imputer, CompletedCopies.Table(values, columns), values, (ulong)(seed + i), imputations)),
        ];
    }
}
