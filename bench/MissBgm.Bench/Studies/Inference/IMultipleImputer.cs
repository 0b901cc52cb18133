namespace MissBgm.Bench.Studies.Inference;

/// <summary>A way to fill a table several times.</summary>
internal interface IMultipleImputer
{
    /// <summary>Its name in the results.</summary>
    string Name { get; }

    /// <summary>Completed copies of each of several tables; a single one where nothing is drawn.</summary>
    /// <param name="tables">Row-major; NaN where missing.</param>
    /// <param name="columns">Names of their columns; one that is called group is categorical.</param>
    /// <param name="seed">Seed of the draws.</param>
    IReadOnlyList<IReadOnlyList<double[]>> Impute(IReadOnlyList<double[]> tables, IReadOnlyList<string> columns, int seed);
}
