using MissBgm.Runtime.Models.Pfn;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;

namespace MissBgm.Report.Findings;

/// <summary>All that a report says of predicted labels.</summary>
public sealed class PredictionFindings
{
    private const int MostFolds = 5;
    private const int MostRows = 2000;

    private PredictionFindings(
        PfnModel model, Table train, Table test, string target, PredictOptions options, Prediction prediction, ClassLabels labels,
        int[] testLabels, LabelScores? context)
    {
        (Model, Train, Test, Target, Options, Prediction) = (model, train, test, target, options, prediction);
        ContextShares = [.. labels.Names.Select((_, k) => labels.Classes.Count(label => label == k) / (double)labels.Classes.Length)];
        ContextRows = labels.Rows.Length;
        Context = context;
        if (testLabels.Any(label => label >= 0)) Known = LabelScores.Of(prediction.Probabilities, testLabels, prediction.Classes.Count);
    }

    /// <summary>The version of the program that writes the report.</summary>
    public required string ToolVersion { get; init; }

    internal PfnModel Model { get; }

    internal Table Train { get; }

    internal Table Test { get; }

    internal string Target { get; }

    internal PredictOptions Options { get; }

    internal Prediction Prediction { get; }

    /// <summary>Share of each class among the labelled rows.</summary>
    internal IReadOnlyList<double> ContextShares { get; }

    /// <summary>Labelled rows.</summary>
    internal int ContextRows { get; }

    /// <summary>How labelled rows are predicted from the others of them; null where there are too few of a class.</summary>
    internal LabelScores? Context { get; }

    /// <summary>How the asked rows are predicted whose labels are known; null where none is.</summary>
    internal LabelScores? Known { get; }

    /// <summary>Looks at a prediction, and predicts labelled rows from the others of them.</summary>
    /// <param name="model">The network.</param>
    /// <param name="train">The labelled table.</param>
    /// <param name="test">The rows that were asked.</param>
    /// <param name="target">The label's column.</param>
    /// <param name="options">How they were predicted.</param>
    /// <param name="prediction">What was predicted.</param>
    /// <param name="toolVersion">The version of the program that writes the report.</param>
    /// <param name="progress">Told the share of the folds that is done.</param>
    /// <param name="cancellation">Ends it early.</param>
    public static PredictionFindings Of(
        PfnModel model, Table train, Table test, string target, PredictOptions options, Prediction prediction, string toolVersion,
        IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        ArgumentNullException.ThrowIfNull(options);
        var labels = ClassLabels.Read(train, target);
        return new PredictionFindings(
            model, train, test, target, options, prediction, labels, Labels(test, target, labels.Names),
            CrossFitted(model, train, target, options, labels, progress, cancellation))
        { ToolVersion = toolVersion };
    }

    /// <summary>The rows that are predicted least surely, the least sure first.</summary>
    internal IEnumerable<int> Unsure() => Enumerable.Range(0, Prediction.Rows).OrderBy(Confidence);

    /// <summary>The probability of a row's likeliest class.</summary>
    internal double Confidence(int row) => Prediction.Probabilities.AsSpan(row * Prediction.Classes.Count, Prediction.Classes.Count).ToArray().Max();

    private static int[] Labels(Table table, string target, string[] names)
    {
        var column = table.Header.ToList().IndexOf(target);
        return
        [
            .. Enumerable.Range(0, table.Rows)
                .Select(row => column < 0 || table.IsMissing(row, column) ? -1 : Array.IndexOf(names, table.Text(row, column).Trim())),
        ];
    }

    // Every class in every fold, as far as it has rows; of many rows a part.
    private static LabelScores? CrossFitted(
        PfnModel model, Table train, string target, PredictOptions options, ClassLabels labels, IProgress<double>? progress,
        CancellationToken cancellation)
    {
        var order = new Philox(options.Seed).Permutation(labels.Rows.Length, RandomPurpose.Shuffle, 0)[..Math.Min(labels.Rows.Length, MostRows)];
        var dealt = order.GroupBy(i => labels.Classes[i]).OrderBy(group => group.Key).SelectMany(group => group).ToArray();
        var folds = Math.Min(MostFolds, order.GroupBy(i => labels.Classes[i]).Min(group => group.Count()));
        if (folds < 2 || order.Select(i => labels.Classes[i]).Distinct().Count() < labels.Names.Length) return null;
        var (classes, probabilities) = (labels.Names.Length, new double[dealt.Length * labels.Names.Length]);
        for (var fold = 0; fold < folds; fold++)
        {
            var (hidden, shown) = (
                Enumerable.Range(0, dealt.Length).Where(i => i % folds == fold).ToArray(),
                Enumerable.Range(0, dealt.Length).Where(i => i % folds != fold).ToArray());
            var found = new Predictor(model).Predict(
                train.Select([.. shown.Select(i => labels.Rows[dealt[i]])]), train.Select([.. hidden.Select(i => labels.Rows[dealt[i]])]),
                target, options, cancellation);
            for (var i = 0; i < hidden.Length; i++)
            {
                for (var k = 0; k < found.Classes.Count; k++)
                {
                    probabilities[hidden[i] * classes + Array.IndexOf(labels.Names, found.Classes[k])] =
                        found.Probabilities[i * found.Classes.Count + k];
                }
            }

            progress?.Report((fold + 1.0) / folds);
        }

        return LabelScores.Of(probabilities, [.. dealt.Select(i => labels.Classes[i])], classes);
    }
}
