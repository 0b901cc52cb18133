using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Imputation;

/// <summary>What is foretold of a numeric target in each row.</summary>
/// <param name="Mean">Predictive means, [rows].</param>
/// <param name="Sd">Predictive standard deviations, [rows].</param>
/// <param name="Lower">Lower ends of the intervals, [rows].</param>
/// <param name="Upper">Upper ends of the intervals, [rows].</param>
public sealed record NumberPrediction(double[] Mean, double[] Sd, double[] Lower, double[] Upper)
{
    /// <summary>Cells of categories that the training table does not have, counted by column; they counted as missing.</summary>
    public required IReadOnlyDictionary<string, int> UnseenCategories { get; init; }

    /// <summary>Training rows without the target; they were not used.</summary>
    public required int UnlabelledRows { get; init; }

    /// <summary>Columns that were not used.</summary>
    public required IReadOnlyList<CarriedColumn> Carried { get; init; }

    /// <summary>Number of rows.</summary>
    public int Rows => Mean.Length;

    /// <summary>Writes a line for each row: mean, standard deviation and interval.</summary>
    public void Write(Stream stream)
    {
        using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine("mean,sd,lower,upper");
        for (var row = 0; row < Rows; row++) writer.WriteLine($"{Mean[row]:G7},{Sd[row]:G7},{Lower[row]:G7},{Upper[row]:G7}");
    }
}
