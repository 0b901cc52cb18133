namespace MissBgm.Trainer.Simulation;

/// <summary>
/// The 256 layers of equal area that cover the half normal density exp(-x^2 / 2) (Marsaglia and Tsang, "The ziggurat method for
/// generating random variables", 2000), equal bit for bit to NumPy's constants. Layer 255 is the lowest rectangle; layer 0 is the base strip with the tail.
/// </summary>
internal sealed class ZigguratTables
{
    /// <summary>Where the tail begins.</summary>
    internal const double TailStart = 3.6541528853610087963519472518;

    /// <summary>1 / <see cref="TailStart"/>.</summary>
    internal const double InverseTailStart = 0.27366123732975827203338247596;

    private const int Layers = 256;
    private const double LayerArea = 0.0049286732339746519;
    private const double TwoTo52 = 4503599627370496.0;

    private ZigguratTables()
    {
        var edge = new double[Layers];
        for (var i = Layers - 1; i > 0; i--)
        {
            edge[i] = i == Layers - 1 ? TailStart : Math.Sqrt(-2 * Math.Log(Density[i + 1] + LayerArea / edge[i + 1]));
            Density[i] = Math.Exp(-0.5 * edge[i] * edge[i]);
            // The exact value lies within 0.002 units in the last place of the midpoint of two doubles; NumPy's table has the upper one.
            if (i == 38) Density[i] = Math.BitIncrement(Density[i]);
            Width[i] = edge[i] / TwoTo52;
        }

        Density[0] = 1;
        Width[0] = LayerArea / Density[Layers - 1] / TwoTo52;
        Inside[0] = (ulong)Math.Round(TailStart * Density[Layers - 1] / LayerArea * TwoTo52);
        for (var i = 1; i < Layers; i++) Inside[i] = (ulong)Math.Round(edge[i - 1] / edge[i] * TwoTo52);
    }

    internal static ZigguratTables Normal { get; } = new();

    /// <summary>A layer's right edge for each of 2^52 steps (NumPy's wi_double).</summary>
    internal double[] Width { get; } = new double[Layers];

    /// <summary>Steps below which a point lies under the density for certain (ki_double).</summary>
    internal ulong[] Inside { get; } = new ulong[Layers];

    /// <summary>The density at a layer's right edge (fi_double).</summary>
    internal double[] Density { get; } = new double[Layers];
}
