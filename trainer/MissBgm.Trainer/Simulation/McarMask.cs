namespace MissBgm.Trainer.Simulation;

/// <summary>Missing completely at random: every cell is hidden with the same probability, whatever the table holds.</summary>
public static class McarMask
{
    /// <summary>Draws which cells are observed; every row and every column keeps at least one.</summary>
    /// <param name="rows">Number of rows, n.</param>
    /// <param name="columns">Number of columns, p.</param>
    /// <param name="missingRate">The probability that a cell is hidden, in (0, 1).</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <returns>1 where a cell is observed, 0 where it is hidden, [n, p].</returns>
    public static Matrix<byte> Draw(int rows, int columns, double missingRate, ulong seed)
    {
        var random = new NumpyGenerator(seed);
        var observed = new Matrix<byte>(rows, columns);
        for (var i = 0; i < observed.Values.Length; i++) observed.Values[i] = random.Uniform() < missingRate ? (byte)0 : (byte)1;
        SparseMaskRepair.KeepOneInEveryRowAndColumn(observed, random);
        return observed;
    }
}
