using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Models.Pfn;

/// <summary>Predicted class probabilities of a table's rows.</summary>
/// <param name="Classes">The classes as they stand in the training table.</param>
/// <param name="Probabilities">Row-major [rows, classes]; each row sums to 1.</param>
/// <param name="UnseenCategories">Cells of categories that the training table does not have, counted by column; they counted as missing.</param>
/// <param name="UnlabelledRows">Training rows without a label; they were not used.</param>
/// <param name="Carried">Columns that were not used.</param>
public sealed record Prediction(
    IReadOnlyList<string> Classes, double[] Probabilities, IReadOnlyDictionary<string, int> UnseenCategories, int UnlabelledRows,
    IReadOnlyList<CarriedColumn> Carried)
{
    /// <summary>Columns without an observed training cell.</summary>
    public IReadOnlyList<string> EmptyColumns => [.. Carried.Where(column => column.Reason == CarriedReason.Empty).Select(column => column.Name)];

    /// <summary>The name of the last column: <c>predicted</c>, or what is left where a class is called so.</summary>
    public string PredictedName => !Classes.Contains("predicted") ? "predicted" : !Classes.Contains("predicted_class") ? "predicted_class" : "predicted_label";

    /// <summary>Number of rows.</summary>
    public int Rows => Probabilities.Length / Classes.Count;

    /// <summary>The likeliest class of a row.</summary>
    public string Predicted(int row)
    {
        var probabilities = Probabilities.AsSpan(row * Classes.Count, Classes.Count);
        var best = 0;
        for (var k = 1; k < probabilities.Length; k++)
        {
            if (probabilities[k] > probabilities[best]) best = k;
        }

        return Classes[best];
    }

    /// <summary>Writes a line for each row: one column per class, named by the class, then <see cref="PredictedName"/>.</summary>
    public void Write(Stream stream)
    {
        using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine(string.Join(',', Classes.Append(PredictedName).Select(TableFormat.Default.Quote)));
        for (var row = 0; row < Rows; row++)
        {
            var probabilities = Probabilities[(row * Classes.Count)..((row + 1) * Classes.Count)].Select(p => p.ToString("0.########"));
            writer.WriteLine(string.Join(',', probabilities.Append(TableFormat.Default.Quote(Predicted(row)))));
        }
    }
}
