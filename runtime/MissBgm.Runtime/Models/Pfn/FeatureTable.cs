namespace MissBgm.Runtime.Models.Pfn;

/// <summary>Rows of features as numbers: what <see cref="FeatureEncoding"/> makes of a table.</summary>
/// <param name="Rows">Number of rows.</param>
/// <param name="Features">Number of features.</param>
/// <param name="Values">Row-major [Rows, Features]; 0 where missing.</param>
/// <param name="Observed">1 where a cell is observed, row-major [Rows, Features].</param>
internal sealed record FeatureTable(int Rows, int Features, float[] Values, float[] Observed);
