using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Pfn.Network;
using MissBgm.Trainer.Pfn.Prior;
using MissBgm.Trainer.Tensors;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Evaluation;

/// <summary>Scores a network on a real table by its own forward pass, cheaply: one pass for the labels, one with a few draws for the hidden numbers.</summary>
/// <param name="network">The network.</param>
/// <param name="device">Where it lives.</param>
internal sealed class TableEvaluation(PfnNetwork network, Device device)
{
    private const double ContextShare = 0.7;

    /// <summary>Scores a table.</summary>
    public TableScores Of(RealTable table)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        var (loss, accuracy, auc) = table.Classes == 0 ? (double.NaN, double.NaN, double.NaN) : Labels(table);
        var (error, mean) = table.Hidden.Contains(1f) ? Numbers(table) : (double.NaN, double.NaN);
        return new TableScores(Path.GetFileName(table.Source.File), table.Source.Target, loss, accuracy, auc, error, mean);
    }

    // The first of the labelled rows are the context, the others are asked.
    private (double Loss, double Accuracy, double Auc) Labels(RealTable table)
    {
        int[] rows = [.. Enumerable.Range(0, table.Rows).Where(row => table.Labels[row] >= 0)];
        var context = Math.Clamp((int)(ContextShare * rows.Length), 1, rows.Length - 1);
        var chosen = tensor(Array.ConvertAll(rows, row => (long)row), device: device);
        var (values, observed) = (Cells(table.Values, table).index_select(1, chosen), Cells(table.Observed, table).index_select(1, chosen));
        var parameters = network.Parameters.Views(trainable: false);
        var known = tensor(Array.ConvertAll(rows[..context], row => (long)table.Labels[row]), device: device).view(1, -1);
        var scaled = Standardisation.Of(values, observed, context).Apply(values);
        using var random = new StepRandom(0, RandomPurpose.PriorEvaluation, 0, device);
        var identity = random.Identities(1, table.Features, network.Backbone.IdentityWidth);
        var encoding = network.Backbone.Encode(parameters, scaled, observed, known, ones(1, 1, 1, device: device), identity);
        var classes = tensor(new long[] { table.Classes }, device: device);
        var logs = network.Backbone.LogProbabilities(parameters, encoding.OfRows(context, rows.Length - context), classes).ToFloats();

        var (asked, room) = (Array.ConvertAll(rows[context..], row => table.Labels[row]), network.Config.Classes);
        var right = asked.Where((label, row) => logs.AsSpan(row * room, room).IndexOf(logs.Skip(row * room).Take(room).Max()) == label).Count();
        return (
            -asked.Select((label, row) => (double)logs[row * room + label]).Average(), right / (double)asked.Length,
            RankScores.Auc(logs, room, asked, table.Classes));
    }

    private (double Error, double ColumnMean) Numbers(RealTable table)
    {
        using var random = new StepRandom(0, RandomPurpose.FlowNoise, 0, device);
        var (values, hidden) = (Cells(table.Values, table), Cells(table.Hidden, table));
        var shown = Cells(table.Observed, table) - hidden;
        var scaling = Standardisation.Of(values, shown, table.Rows);
        var imputed = CellGuess.Of(network, scaling.Apply(values), shown, table.Rows, random) * scaling.Scale + scaling.Location;
        return (Error(imputed), Error(scaling.Location));

        double Error(Tensor guess) => (((guess - values).abs() * hidden).sum() / hidden.sum()).item<float>();
    }

    private Tensor Cells(float[] cells, RealTable table) => tensor(cells, device: device).view(1, table.Rows, table.Features);
}
