namespace MissBgm.Trainer.Simulation;

/// <summary>The masks' guard against degenerate tables: every row and every column keeps an observed cell (MissBGM Appendix C.2).</summary>
internal static class SparseMaskRepair
{
    /// <summary>Shows one random cell of each wholly hidden row, then of each wholly hidden column.</summary>
    internal static void KeepOneInEveryRowAndColumn(Matrix<byte> observed, NumpyGenerator random)
    {
        for (var i = 0; i < observed.Rows; i++)
        {
            if (!observed.Values.AsSpan(i * observed.Columns, observed.Columns).Contains((byte)1)) observed[i, random.Integer(observed.Columns)] = 1;
        }

        for (var j = 0; j < observed.Columns; j++)
        {
            var i = 0;
            while (i < observed.Rows && observed[i, j] == 0) i++;
            if (i == observed.Rows) observed[random.Integer(observed.Rows), j] = 1;
        }
    }
}
