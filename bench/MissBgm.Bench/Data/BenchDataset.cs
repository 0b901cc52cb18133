using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Simulation;

namespace MissBgm.Bench.Data;

/// <summary>A table whose hidden cells are known.</summary>
/// <param name="Name">Its name in the results.</param>
/// <param name="Configuration">The paper's configuration for it: a file of <c>configs/paper/</c>, without its extension.</param>
/// <param name="Complete">All values on the scale of the paper's errors, [n, p].</param>
/// <param name="Observed">1 where a cell is observed, 0 where it is hidden, [n, p].</param>
/// <param name="Oracle">What is known of the hidden cells' posterior; null for real tables.</param>
public sealed record BenchDataset(string Name, string Configuration, Matrix<float> Complete, Matrix<byte> Observed, OracleData? Oracle)
{
    /// <summary>What the imputers see: NaN where a cell is hidden, row-major.</summary>
    public double[] Incomplete() => Complete.Values.Select((value, i) => Observed.Values[i] == 1 ? value : double.NaN).ToArray();

    /// <summary>What MissBGM sees, on the same scale.</summary>
    public EncodedTable Encode() => new(
        Complete.Rows,
        Complete.Columns,
        Complete.Values.Select((value, i) => Observed.Values[i] == 1 ? value : 0f).ToArray(),
        Array.ConvertAll(Observed.Values, o => (float)o));
}
