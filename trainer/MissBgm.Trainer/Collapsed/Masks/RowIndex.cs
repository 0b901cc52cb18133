using MissBgm.Trainer.Collapsed.Factors;

namespace MissBgm.Trainer.Collapsed.Masks;

/// <summary>
/// One number for each row that a column's mask may follow: a value of the row, or a sum of several, as far as the row's other cells tell it. Arrays are padded
/// to whole vectors.
/// </summary>
internal sealed class RowIndex(int rows)
{
    /// <summary>Its expectation, [n].</summary>
    public double[] Mean { get; } = new double[MaskedMatrix.PaddedWidth(rows)];

    /// <summary>Its variance, [n]; 0 where it is known.</summary>
    public double[] Variance { get; } = new double[MaskedMatrix.PaddedWidth(rows)];

    /// <summary>The index less its mean over rows, divided by its standard deviation there.</summary>
    public RowIndex Standardised()
    {
        var (mean, square) = (0.0, 0.0);
        for (var i = 0; i < rows; i++) mean += Mean[i] / rows;
        for (var i = 0; i < rows; i++) square += (Mean[i] - mean) * (Mean[i] - mean) / rows;
        var scale = 1.0 / Math.Sqrt(Math.Max(square, 1e-12));
        var standardised = new RowIndex(rows);
        for (var i = 0; i < rows; i++) (standardised.Mean[i], standardised.Variance[i]) = ((Mean[i] - mean) * scale, Variance[i] * scale * scale);
        return standardised;
    }
}
