using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Models.Pfn;

/// <summary>Predicts labels with a pretrained network: nothing is fitted, the training table is the context of a forward pass (PFN-Flow Section 5.1).</summary>
/// <param name="model">The network.</param>
public sealed class Predictor(PfnModel model)
{
    /// <summary>Predicts the labels of a table.</summary>
    /// <param name="train">The labelled table; missing cells stay missing.</param>
    /// <param name="test">The rows to label; a target column, if there, is not read.</param>
    /// <param name="target">The label's column.</param>
    /// <param name="options">How; the defaults if null.</param>
    /// <param name="cancellation">Ends the run early.</param>
    /// <exception cref="UserInputException">No such target, no labels, one class only, differing columns, or an option out of range.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public Prediction Predict(Table train, Table test, string target, PredictOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        options ??= new PredictOptions();
        options.Validate();
        using var use = model.Use();
        var labels = ClassLabels.Read(train, target);
        var encoding = FeatureEncoding.Learn(train, target, options.Ignored);
        var unseen = new Dictionary<string, int>(StringComparer.Ordinal);
        // A table is encoded in no more guises than there are passes to see them.
        var views = Views(encoding).Take(EnsembleMember.Count(options.Ensemble, labels.Names.Length, model.Manifest.Classes)).ToArray();
        var contexts = Array.ConvertAll(views, view => encoding.Encode(train, view));
        void Count(string column, int row, string text) => unseen[column] = unseen.GetValueOrDefault(column) + 1;
        var queries = views.Select((view, i) => encoding.Encode(test, view, i == 0 ? Count : null)).ToArray();
        var widest = contexts.Max(context => context.Columns);
        var room = Math.Min(labels.Rows.Length, Math.Min(options.MaximumContext, model.MostContext(widest)));
        model.MakeRoom(room, Math.Min(model.MostQuery(room, widest), test.Rows), widest, options.Threads);
        var probabilities = Average(contexts, labels, queries, options, cancellation);
        if (Array.FindIndex(probabilities, probability => !double.IsFinite(probability)) is >= 0 and var fault)
        {
            throw new NumericalException(
                $"{test.Source}: data row {fault / labels.Names.Length}: a class's probability is {probabilities[fault]}; the "
                + "bundle's weights are damaged, or the table's numbers out of range.");
        }

        return new Prediction(labels.Names, probabilities, unseen, train.Rows - labels.Rows.Length, encoding.Carried);
    }

    // Indicators only where there are categories for them and room in the network.
    private FeatureView[] Views(FeatureEncoding encoding)
    {
        var (codes, indicators) = (encoding.Count(default), encoding.Count(new FeatureView { Indicators = true }));
        return indicators > codes && indicators <= model.Manifest.Features
            ? [new(false, false), new(true, true), new(false, true), new(true, false)]
            : [new(false, false), new(false, true)];
    }

    private double[] Average(EncodedTable[] contexts, ClassLabels labels, EncodedTable[] queries, PredictOptions options, CancellationToken cancellation)
    {
        var classes = labels.Names.Length;
        var members = EnsembleMember.Count(options.Ensemble, classes, model.Manifest.Classes);
        var (results, drawn) = (new float[members][], new EnsembleMember[members]);
        ParallelLoop.For(members, options.Threads, number =>
        {
            var (context, query) = (contexts[number % contexts.Length], queries[number % queries.Length]);
            var random = new Philox(options.Seed);
            var member = EnsembleMember.Draw(
                random, number, context.Columns, labels.Rows.Length, classes, model.Manifest,
                Math.Min(options.MaximumContext, model.MostContext(context.Columns)));
            drawn[number] = member;
            results[number] = Pass(context, labels, query, member, random, number, cancellation);
        }, cancellation);
        return classes <= model.Manifest.Classes
            ? Mean(results, queries[0].Rows, classes)
            : ClassDecoding.Run(results, [.. drawn.Select(member => member.Groups)], queries[0].Rows);
    }

    // The probability of each class's group, [Q, classes].
    private float[] Pass(
        EncodedTable context, ClassLabels labels, EncodedTable query, EnsembleMember member, Philox random, int number, CancellationToken cancellation)
    {
        var rows = context.Select(Array.ConvertAll(member.Context, i => labels.Rows[i]), member.Features);
        var groups = Array.ConvertAll(member.Context, i => (long)member.Groups[labels.Classes[i]]);
        var classes = labels.Names.Length;
        var result = new float[query.Rows * classes];
        var step = model.MostQuery(rows.Rows, rows.Columns);
        for (var start = 0; start < query.Rows; start += step)
        {
            cancellation.ThrowIfCancellationRequested();
            var asked = Enumerable.Range(start, Math.Min(step, query.Rows - start)).ToArray();
            var pass = model.Forward(rows, groups, query.Select(asked, member.Features), member.GroupCount, null, random, number, cancellation);
            for (var i = 0; i < asked.Length; i++)
            {
                for (var k = 0; k < classes; k++) result[(start + i) * classes + k] = pass.Probabilities[i * model.Manifest.Classes + member.Groups[k]];
            }
        }

        return result;
    }

    private static double[] Mean(float[][] results, int rows, int classes)
    {
        var sum = new double[rows * classes];
        foreach (var result in results)
        {
            for (var i = 0; i < sum.Length; i++) sum[i] += result[i];
        }

        return Normalised(sum, classes);
    }

    private static double[] Normalised(double[] values, int classes)
    {
        for (var start = 0; start < values.Length; start += classes)
        {
            var span = values.AsSpan(start, classes);
            var total = 0.0;
            foreach (var value in span) total += value;
            for (var k = 0; k < classes; k++) span[k] /= total;
        }

        return values;
    }
}
