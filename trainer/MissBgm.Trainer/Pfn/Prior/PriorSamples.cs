using System.Text;
using MissBgm.Runtime;
using MissBgm.Runtime.Files;
using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Tensors;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Prior;

/// <summary>
/// Sample tasks of the prior as files: <c>taskN.csv</c> with gaps, <c>taskN_complete.csv</c>, <c>taskN_mask.csv</c> (1 where missing) and
/// the picture <c>taskN.svg</c>.
/// </summary>
public static class PriorSamples
{
    /// <summary>Draws tasks and writes them; all files appear together, or none.</summary>
    /// <param name="config">The prior.</param>
    /// <param name="folder">Where to; made if it is not there.</param>
    /// <param name="tasks">Number of tasks.</param>
    /// <param name="rows">Rows of each.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="draw">Draws a task's picture, an SVG file.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <returns>A line on each task.</returns>
    /// <exception cref="UserInputException">The folder cannot be written.</exception>
    public static IReadOnlyList<string> Write(
        PriorConfig config, string folder, int tasks, int rows, ulong seed, Func<PriorSample, string> draw, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(draw);
        using var files = new OutputTransaction();
        var summaries = new List<string>();
        // One draw for each task, so that the number of features varies.
        for (var task = 0; task < tasks; task++)
        {
            cancellation.ThrowIfCancellationRequested();
            summaries.Add(WriteOne(config, files, folder, task, rows, seed, draw));
        }

        files.Commit();
        return summaries;
    }

    private static string WriteOne(PriorConfig config, OutputTransaction files, string folder, int number, int rows, ulong seed, Func<PriorSample, string> draw)
    {
        using var scope = NewDisposeScope();
        using var random = new StepRandom(seed, RandomPurpose.Prior, number, TrainingDevice.Named("cpu"));
        var batch = new ScmPrior(config).Draw(random, config.MissingRateWarmUp, 1, rows);
        var (values, observed, features) = (batch.Values.ToFloats(), batch.Observed.ToFloats(), (int)batch.Features);
        var labels = Array.ConvertAll(batch.Labels.to(ScalarType.Float32).ToFloats(), label => (int)label);
        var classes = batch.Classes.to(ScalarType.Float32).ToFloats()[0];
        var header = string.Join(',', Enumerable.Range(1, features).Select(f => $"x{f}"));
        var path = Path.Combine(folder, $"task{number + 1}");
        Write(".csv", Lines($"{header},label", rows, row => Cells(row, (i, shown) => shown ? $"{values[i]:G6}" : "") + $",{labels[row]}"));
        Write("_complete.csv", Lines($"{header},label", rows, row => Cells(row, (i, _) => $"{values[i]:G6}") + $",{labels[row]}"));
        Write("_mask.csv", Lines(header, rows, row => Cells(row, (_, shown) => shown ? "0" : "1")));
        Write(".svg", draw(new PriorSample(values, observed, labels, features)));
        return $"{path}.csv: {rows} rows, {features} features ({batch.Equations[0]}{Shapes(batch)}), {classes} classes, "
            + $"{1 - observed.Average():P1} missing ({batch.Masks[0]})";

        void Write(string ending, string text) => files.Write(path + ending, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

        string Cells(int row, Func<int, bool, string> text) =>
            string.Join(',', Enumerable.Range(row * features, features).Select(i => text(i, observed[i] == 1)));
    }

    // "; discrete x2, x5; duplicated x3": the columns on which each piece acted.
    private static string Shapes(TaskBatch batch) => string.Concat(
        from piece in batch.Columns
        let columns = piece.Chosen.to(ScalarType.Float32).ToFloats()
        let named = Enumerable.Range(0, columns.Length).Where(f => columns[f] == 1).Select(f => $"x{f + 1}").ToArray()
        where named.Length > 0
        select $"; {piece.Name} {string.Join(", ", named)}");

    private static string Lines(string header, int rows, Func<int, string> line) =>
        string.Concat(Enumerable.Range(0, rows).Select(line).Prepend(header).Select(text => text + "\n"));
}

/// <summary>A task drawn from the prior.</summary>
/// <param name="Values">Row-major [rows, features].</param>
/// <param name="Observed">1 where a cell is observed, [rows, features].</param>
/// <param name="Labels">Class of each row, from 0.</param>
/// <param name="Features">Number of features.</param>
public sealed record PriorSample(float[] Values, float[] Observed, int[] Labels, int Features);
