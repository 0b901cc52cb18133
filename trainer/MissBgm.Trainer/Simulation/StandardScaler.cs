namespace MissBgm.Trainer.Simulation;

/// <summary>
/// Standardises a complete table by column as the paper's benchmarks do, with scikit-learn's <c>StandardScaler</c> on float32 data: population moments
/// in double, and rounding to float32 after the shift and after the division.
/// </summary>
public static class StandardScaler
{
    /// <summary>Every column with mean 0 and standard deviation 1; a constant column becomes 0.</summary>
    /// <param name="table">Complete values, [n, p].</param>
    public static Matrix<float> Transform(Matrix<float> table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var scaled = new Matrix<float>(table.Rows, table.Columns);
        for (var j = 0; j < table.Columns; j++)
        {
            var (mean, deviation) = Moments(table, j);
            for (var i = 0; i < table.Rows; i++) scaled[i, j] = (float)((float)(table[i, j] - mean) / deviation);
        }

        return scaled;
    }

    private static (double Mean, double Deviation) Moments(Matrix<float> table, int column)
    {
        var (n, sum) = (table.Rows, 0.0);
        for (var i = 0; i < n; i++) sum += table[i, column];
        var mean = sum / n;
        var (squares, correction) = (0.0, 0.0);
        for (var i = 0; i < n; i++)
        {
            var centred = table[i, column] - mean;
            squares += centred * centred;
            correction += centred;
        }

        var variance = (squares - correction * correction / n) / n;
        var (epsilon, bound) = (Math.BitIncrement(1.0) - 1.0, n * mean);
        var roundOff = n * epsilon * variance + bound * epsilon * (bound * epsilon);
        return (mean, variance <= roundOff ? 1 : Math.Sqrt(variance));
    }
}
