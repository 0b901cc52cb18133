using System.Runtime.InteropServices;
using MissBgm.Bench.Data;

namespace MissBgm.Bench.Imputers;

/// <summary>A peer from another language: a program of <c>bench/peers/</c> that reads a table and writes completed ones.</summary>
/// <param name="name">Its name in the results, which the program takes too.</param>
/// <param name="label">Its name in the reports.</param>
/// <param name="command">The interpreter and the program.</param>
/// <param name="draws">Imputations: their mean is the point estimate, and more than ten give a spread.</param>
/// <param name="seeds">Seeds worth running.</param>
public sealed class PeerProcess(string name, string label, string[] command, int draws, int seeds) : IImputer
{
    private const int DrawsForSpread = 10;
    private static readonly string[] Python = ["/usr/bin/python3", Repository.Path("bench", "peers", "impute.py")];
    private static readonly string[] R = ["Rscript", Repository.Path("bench", "peers", "mice.R")];

    /// <summary>scikit-learn's KNNImputer with five neighbours.</summary>
    public static PeerProcess Knn { get; } = new("knn", "KNN (5)", Python, 1, 1);

    /// <summary>scikit-learn's IterativeImputer, ten rounds.</summary>
    public static PeerProcess Iterative { get; } = new("iterative", "IterativeImputer", Python, 1, 1);

    /// <summary>IterativeImputer, sampling from the posterior.</summary>
    public static PeerProcess IterativeDraws { get; } = new("iterative-draws", "IterativeImputer, 20 draws", Python, 20, 1);

    /// <summary>R's mice, five imputations.</summary>
    public static PeerProcess Mice { get; } = new("mice", "mice (m = 5)", R, 5, 1);

    /// <summary>R's mice, twenty imputations.</summary>
    public static PeerProcess MiceDraws { get; } = new("mice-draws", "mice (m = 20)", R, 20, 1);

    public string Name => name;

    public string Label => label;

    public int Seeds => seeds;

    public Imputation Impute(BenchDataset dataset, int seed)
    {
        var folder = Directory.CreateTempSubdirectory("missbgm-bench-");
        try
        {
            var (input, output) = (Path.Combine(folder.FullName, "in"), Path.Combine(folder.FullName, "out"));
            File.WriteAllBytes(input, MemoryMarshal.AsBytes(dataset.Incomplete().AsSpan()));
            var seconds = Run(input, output, dataset, seed);
            return Summarise(seconds, MemoryMarshal.Cast<byte, double>(File.ReadAllBytes(output)).ToArray(), dataset.Complete.Values.Length);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private double Run(string input, string output, BenchDataset dataset, int seed)
    {
        var method = name.Replace("mice-draws", "mice", StringComparison.Ordinal);
        return PeerProgram.Run(command, method, input, output, $"{dataset.Complete.Rows}", $"{dataset.Complete.Columns}", $"{seed}", $"{draws}");
    }

    private Imputation Summarise(double seconds, double[] completed, int cells)
    {
        var point = new double[cells];
        for (var i = 0; i < completed.Length; i++) point[i % cells] += completed[i] / draws;
        if (draws <= DrawsForSpread) return new Imputation(point, seconds);
        var spread = new PosteriorSpread(new double[cells], new double[cells], new double[cells]);
        var values = new double[draws];
        for (var cell = 0; cell < cells; cell++)
        {
            for (var draw = 0; draw < draws; draw++) values[draw] = completed[draw * cells + cell];
            Array.Sort(values);
            spread.Sd[cell] = Math.Sqrt(values.Sum(v => (v - point[cell]) * (v - point[cell])) / (draws - 1));
            spread.Lower[cell] = Quantile(values, 0.025);
            spread.Upper[cell] = Quantile(values, 0.975);
        }

        return new Imputation(point, seconds, spread);
    }

    // Linear interpolation between order statistics, as numpy.quantile does.
    private static double Quantile(double[] sorted, double level)
    {
        var place = level * (sorted.Length - 1);
        var below = (int)place;
        return below + 1 < sorted.Length ? sorted[below] + (place - below) * (sorted[below + 1] - sorted[below]) : sorted[below];
    }
}
