using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Models.Pfn;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Pfn;
using MissBgm.Trainer.Pfn.Prior;
using MissBgm.Trainer.Tensors;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Tests.Pfn;

/// <summary>The shipped models on fresh tasks from its prior: what it says must happen as often as it says.</summary>
public sealed class CalibrationTests
{
    private static readonly PriorConfig Prior = PretrainConfigReader.Read(Path.Combine(Root(), "configs", "pfn-nano.yaml")).Prior;

    [Theory]
    [InlineData("pfn-nano")]
    [InlineData("pfn-small")]
    public void Predicted_probabilities_are_calibrated(string name)
    {
        using var model = PfnModel.Load(Path.Combine(Root(), "models", name));
        var (confidence, hits) = (new List<double>(), new List<bool>());
        for (var number = 0; number < 60; number++)
        {
            using var scope = NewDisposeScope();
            var (header, cells, _, labels) = Task(number, rows: 240);
            var train = Rows(header, cells, labels, 0, 160);
            if (labels[..160].Distinct().Count() < 2) continue;
            var prediction = new Predictor(model).Predict(train, Rows(header, cells, labels, 160, 240), "label", new PredictOptions { Ensemble = 2 });
            for (var row = 0; row < 80; row++)
            {
                confidence.Add(prediction.Probabilities.Skip(row * prediction.Classes.Count).Take(prediction.Classes.Count).Max());
                hits.Add(prediction.Predicted(row) == $"{labels[160 + row]}");
            }
        }

        // Expected calibration error over ten equally filled bins of some 4,800 predictions. A perfectly calibrated model shows about 0.012 by
        // chance, and its rows come in tasks.
        var order = Enumerable.Range(0, confidence.Count).OrderBy(i => confidence[i]).Chunk(confidence.Count / 10 + 1);
        var error = order.Sum(bin => Math.Abs(bin.Average(i => confidence[i]) - bin.Average(i => hits[i] ? 1.0 : 0)) * bin.Length / confidence.Count);
        Assert.True(error < 0.03, $"expected calibration error {error:0.0000} over {confidence.Count} predictions");
    }

    [Theory]
    [InlineData("pfn-nano")]
    [InlineData("pfn-small")]
    public void Intervals_of_the_flow_cover(string name)
    {
        using var imputer = Imputer.Load(Path.Combine(Root(), "models", name));
        var options = new ImputeOptions
        {
            Inference = imputer.Inference with { Draws = 40, Alpha = 0.1 },
            Ensemble = 2,
            Columns = new() { Detection = TypeDetection.Off },
        };
        var (inside, all) = (0, 0);
        for (var number = 0; number < 40; number++)
        {
            using var scope = NewDisposeScope();
            var (header, cells, truth, _) = Task(number, rows: 120);
            var features = header.Length - 1;
            // A feature without an observed cell has no scale.
            if (Enumerable.Range(0, features).Any(f => Enumerable.Range(0, 120).All(row => cells[row * features + f] is ""))) continue;
            var table = Table.FromText(header[..features], cells, MissingTokens.Default);
            var imputed = imputer.Impute(table, options);
            inside += imputed.Cells.Count(cell =>
                truth[cell.Row * features + cell.Column] >= cell.Lower && truth[cell.Row * features + cell.Column] <= cell.Upper);
            all += imputed.Cells.Count;
        }

        // 90 % intervals from 40 draws; cells of a task are dependent, so the share wanders by a few percent.
        Assert.InRange(inside / (double)all, 0.84, 0.96);
    }

    private static (string[] Header, string[] Cells, float[] Truth, int[] Labels) Task(int number, int rows)
    {
        using var random = new StepRandom(2026, RandomPurpose.PriorEvaluation, number, CPU);
        var batch = new ScmPrior(Prior with { MaximumFeatures = 15 }).Draw(random, Prior.MissingRateWarmUp, 1, rows);
        var (values, observed) = (batch.Values.ToFloats(), batch.Observed.ToFloats());
        var labels = Array.ConvertAll(batch.Labels.to(ScalarType.Float32).ToFloats(), label => (int)label);
        var header = Enumerable.Range(1, (int)batch.Features).Select(f => $"x{f}").Append("label").ToArray();
        return (header, [.. values.Zip(observed, (value, shown) => shown == 1 ? $"{value:R}" : "")], values, labels);
    }

    private static Table Rows(string[] header, string[] cells, int[] labels, int from, int to)
    {
        var features = header.Length - 1;
        return Table.FromText(
            header,
            [
                .. Enumerable.Range(from, to - from)
                    .SelectMany(row => cells[(row * features)..((row + 1) * features)].Append($"{labels[row]}")),
            ],
            MissingTokens.Default);
    }

    internal static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "MissBgm.Toolchain.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("the tests do not run from a checkout");
    }
}
