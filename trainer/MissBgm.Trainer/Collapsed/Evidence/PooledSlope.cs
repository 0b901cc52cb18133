namespace MissBgm.Trainer.Collapsed.Evidence;

/// <summary>One slope for all columns: the random-effects mean of the columns' slopes (DerSimonian and Laird, 1986).</summary>
/// <param name="Slope">Pooled alpha.</param>
/// <param name="StandardError">Its standard error, the spread between columns included.</param>
/// <param name="BetweenColumns">Variance between columns, tau^2.</param>
internal readonly record struct PooledSlope(double Slope, double StandardError, double BetweenColumns)
{
    /// <summary>Slope over its standard error; 0 where there is nothing to pool.</summary>
    public double Z => StandardError > 0.0 && double.IsFinite(StandardError) ? Slope / StandardError : 0.0;

    /// <summary>The slope pulled towards zero by its uncertainty, Slope max(0, 1 - 1 / Z^2).</summary>
    public double Shrunk => Z == 0.0 ? 0.0 : Slope * Math.Max(0.0, 1.0 - 1.0 / (Z * Z));

    /// <summary>Pools the columns that have missing cells.</summary>
    public static PooledSlope Pool(IReadOnlyList<ColumnSlope> columns)
    {
        var usable = columns.Where(c => double.IsFinite(c.StandardError)).ToArray();
        if (usable.Length == 0) return new PooledSlope(0.0, double.PositiveInfinity, 0.0);

        double Weight(ColumnSlope c, double between) => 1.0 / (c.StandardError * c.StandardError + between);
        double Mean(double between) => usable.Sum(c => Weight(c, between) * c.Slope) / usable.Sum(c => Weight(c, between));

        var (fixedMean, total) = (Mean(0.0), usable.Sum(c => Weight(c, 0.0)));
        var heterogeneity = usable.Sum(c => Weight(c, 0.0) * (c.Slope - fixedMean) * (c.Slope - fixedMean));
        var spread = total - usable.Sum(c => Weight(c, 0.0) * Weight(c, 0.0)) / total;
        var between = usable.Length > 1 ? Math.Max(0.0, (heterogeneity - (usable.Length - 1)) / (spread + 1e-12)) : 0.0;
        return new PooledSlope(Mean(between), 1.0 / Math.Sqrt(usable.Sum(c => Weight(c, between))), between);
    }
}
